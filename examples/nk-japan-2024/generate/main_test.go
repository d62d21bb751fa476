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

func read(t *testing.T, dir string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, "events.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	return data
}
