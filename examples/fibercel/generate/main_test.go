package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

func TestFilesAreWhatTheGeneratorMakes(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := write(dir, defaultSeed); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"events.jsonl"} {
		want, got := read(t, dir, name), read(t, "..", name)
		if !bytes.Equal(got, want) {
			t.Errorf("%s is not what the generator makes: run it again without flags and look at the difference", name)
		}
	}
}

func TestAnotherSeedMakesOtherRows(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := write(dir, defaultSeed+1); err != nil {
		t.Fatal(err)
	}
	if bytes.Equal(read(t, dir, "events.jsonl"), read(t, "..", "events.jsonl")) {
		t.Error("two seeds made the same events")
	}
}

func TestPublishedTotalsHoldForEverySeed(t *testing.T) {
	t.Parallel()
	for seed := range uint64(200) {
		people, kept, used, last := map[string]bool{}, 0, map[string]bool{}, ""
		for _, f := range plan(seed) {
			kept += len(f.kept)
			for _, op := range f.operations {
				people[op.patient] = true
				last = max(last, op.date)
				for _, unit := range op.units {
					used[unit] = true
				}
			}
		}
		if len(people) != patients || kept != unitsMade-implanted || len(used) != implanted || last != "2021-06-01" {
			t.Errorf("seed %d: %d patients, %d kept, %d implanted, the last on %s", seed, len(people), kept, len(used), last)
		}
	}
}

func read(t *testing.T, dir, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}
