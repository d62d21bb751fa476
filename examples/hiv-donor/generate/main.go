// Command generate writes the synthetic rows behind the published totals of an HIV-1 transmission from
// one organ and tissue donor (Simonds, N Engl J Med 1992;326:726).
//
// Usage: go run ./examples/hiv-donor/generate [-seed N] [-o DIR]
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

const defaultSeed = 1992

func main() {
	log.SetFlags(0)
	seed := flag.Uint64("seed", defaultSeed, "seed of the random choices")
	dir := flag.String("o", filepath.Join("examples", "hiv-donor"), "folder to write to")
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
	grafts := plan(seed)
	register(&j)
	procure(&j, grafts)
	process(&j, grafts)
	for _, g := range grafts {
		send(&j, g)
		implant(&j, g)
	}
	lookBack(&j, grafts)
	return j.Facts()
}
