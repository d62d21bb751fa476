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
	want, got := read(t, dir), read(t, "..")
	if !bytes.Equal(got, want) {
		t.Error("events.jsonl is not what the generator makes: run it again without flags and look at the difference")
	}
}

func TestAnotherSeedMakesOtherRows(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := write(dir, defaultSeed+1); err != nil {
		t.Fatal(err)
	}
	if bytes.Equal(read(t, dir), read(t, "..")) {
		t.Error("two seeds made the same events")
	}
}

func TestPublishedTotalsHoldForEverySeed(t *testing.T) {
	t.Parallel()
	type totals struct{ obtained, accounted, recipients, tested, infected int }
	want := totals{obtained, accounted, recipients, tested, infected}
	for seed := range uint64(200) {
		var got totals
		people := map[string]bool{}
		for _, g := range plan(seed) {
			got.obtained++
			if g.fate == given || g.fate == kept {
				got.accounted++
			}
			if g.patient != "" {
				people[g.patient] = true
			}
			if g.result != "" {
				got.tested++
			}
			if g.result == "positive" {
				got.infected++
			}
		}
		got.recipients = len(people)
		if got != want {
			t.Errorf("seed %d: got %+v, want %+v", seed, got, want)
		}
	}
}

func read(t *testing.T, dir string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, "events.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	return data
}
