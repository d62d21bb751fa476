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
	for _, name := range []string{"events.jsonl", "drill.json", "case.jsonl"} {
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

func read(t *testing.T, dir, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}
