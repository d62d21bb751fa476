// Command generate writes the synthetic rows behind the published totals of the FiberCel recall of 2021.
//
// Usage: go run ./examples/fibercel/generate [-seed N] [-o DIR]
//
// The same seed gives the same bytes. The published numbers hold for every seed; which unit went
// where, when and to whom does not, and is nobody's record.
package main

import (
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"suyuan/examples/internal/journal"
)

const defaultSeed = 2021

func main() {
	log.SetFlags(0)
	seed := flag.Uint64("seed", defaultSeed, "seed of the random choices")
	dir := flag.String("o", filepath.Join("examples", "fibercel"), "folder to write to")
	flag.Parse()
	if err := write(*dir, *seed); err != nil {
		log.Fatal(err)
	}
}

func write(dir string, seed uint64) error {
	events, err := journal.Lines(history(seed))
	if err != nil {
		return fmt.Errorf("make events: %w", err)
	}
	return os.WriteFile(filepath.Join(dir, "events.jsonl"), events, 0o600)
}

// history is the whole ledger of the example, in order of recording.
func history(seed uint64) []journal.Fact {
	var j journal.Journal
	sites := plan(seed)
	register(&j, sites)
	manufacture(&j)
	for _, s := range sites {
		deliver(&j, s)
		implant(&j, s)
	}
	book(&j, sites)
	recall(&j, sites)
	return j.Facts()
}
