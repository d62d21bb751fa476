// Command generate writes the synthetic history of an imported cell preparation that turns out to be
// contaminated, the drill that replays its recall, and what the sites did in the recall itself.
//
// Usage: go run ./examples/lecheng/generate [-seed N] [-o DIR]
//
// The seed moves minutes, temperatures and digests; who got what and when the result came is the
// scenario and stays. The same seed gives the same bytes.
package main

import (
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"suyuan/examples/internal/journal"
)

const defaultSeed = 72

func main() {
	log.SetFlags(0)
	seed := flag.Uint64("seed", defaultSeed, "seed of the random choices")
	dir := flag.String("o", filepath.Join("examples", "lecheng"), "folder to write to")
	flag.Parse()
	if err := write(*dir, *seed); err != nil {
		log.Fatal(err)
	}
}

func write(dir string, seed uint64) error {
	facts := history(seed)
	events, err := journal.Lines(facts)
	if err != nil {
		return fmt.Errorf("make events: %w", err)
	}
	steps, err := journal.Lines(earnest(facts))
	if err != nil {
		return fmt.Errorf("make the case's events: %w", err)
	}
	script, err := journal.Indented(drill(facts))
	if err != nil {
		return fmt.Errorf("make drill: %w", err)
	}
	for name, b := range map[string][]byte{"events.jsonl": events, "case.jsonl": steps} {
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
			return err
		}
	}
	return os.WriteFile(filepath.Join(dir, "drill.json"), script, 0o600)
}

// history is every event of the example, in order of recording.
func history(seed uint64) []journal.Fact {
	w := newWorld(seed)
	w.register()
	w.supply()
	for _, b := range batches() {
		w.produce(b)
	}
	w.ship()
	w.treat()
	w.upkeep()
	w.count()
	w.alarm()
	facts := w.journal.Facts()
	fillInventories(facts)
	return facts
}
