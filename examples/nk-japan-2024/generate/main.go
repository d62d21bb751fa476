// Command generate writes a synthetic history behind the published findings on two patients who got
// sepsis from autologous NK cells in Japan in 2024 (IASR 45(538), 2024-12-24).
//
// Usage: go run ./examples/nk-japan-2024/generate [-seed N] [-o DIR]
//
// The seed moves volumes and counts; who shared what with whom, and when, is the scenario and stays.
// The same seed gives the same bytes.
package main

import (
	"flag"
	"fmt"
	"log"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"

	"suyuan/examples/internal/journal"
)

const defaultSeed = 538

func main() {
	log.SetFlags(0)
	seed := flag.Uint64("seed", defaultSeed, "seed of the random choices")
	dir := flag.String("o", filepath.Join("examples", "nk-japan-2024"), "folder to write to")
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

// A world is the journal of the example and the one source of its chances.
type world struct {
	journal *journal.Journal
	rnd     *rand.Rand
}

// history is the whole ledger of the example, in order of recording.
func history(seed uint64) []journal.Fact {
	w := &world{&journal.Journal{}, rand.New(rand.NewPCG(seed, seed))} //nolint:gosec // G404: a seed has to give the same rows again
	w.register()
	w.supply()
	for _, c := range courses() {
		w.collect(c)
		w.culture(c)
		w.freeze(c)
		if c.thawed != "" {
			w.thaw(c)
			w.finish(c)
		}
		if c.given != "" {
			w.give(c)
		}
	}
	w.clean()
	w.alarm()
	w.inspect()
	return w.journal.Facts()
}

// jp is a time in 2024 on Japan's clock.
func jp(text string) time.Time { return journal.On(journal.Offset(9), "2024-"+text) }

func minutes(n int) time.Duration { return time.Duration(n) * time.Minute }

// amount is a decimal between two whole limits.
func (w *world) amount(low, high int) string {
	return fmt.Sprintf("%d.%d", low+w.rnd.IntN(high-low), w.rnd.IntN(10))
}
