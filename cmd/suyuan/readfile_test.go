package main

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"suyuan/internal/logbook"
	"suyuan/internal/recall"
)

// endless is a file that never ends.
type endless struct{ read int }

func (e *endless) Read(p []byte) (int, error) {
	e.read += len(p)
	return len(p), nil
}

func TestAFileWithoutAnEndIsReadNoFurtherThanTheParserLooks(t *testing.T) {
	t.Parallel()
	var e endless
	b, err := readMost(&e, recall.MaxFile)
	if err != nil || len(b) != recall.MaxFile+1 || e.read > 4*recall.MaxFile {
		t.Fatalf("%d bytes, %v, of %d read: want %d", len(b), err, e.read, recall.MaxFile+1)
	}
	var tooLarge *recall.FileError
	if _, err := recall.ParseProfile(b); !errors.As(err, &tooLarge) || tooLarge.Path != "" {
		t.Errorf("a profile of that: %v, want too large", err)
	}
	if _, err := recall.ParseScript(b); !errors.As(err, &tooLarge) || tooLarge.Path != "" {
		t.Errorf("a script of that: %v, want too large", err)
	}
}

func TestReadFileWantsAFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	name := filepath.Join(dir, "file")
	if err := os.WriteFile(name, []byte("0123456789"), 0o600); err != nil {
		t.Fatal(err)
	}
	if b, err := readFile(t.Context(), name, 4); err != nil || !bytes.Equal(b, []byte("01234")) {
		t.Errorf("%q, %v: want one byte beyond the limit", b, err)
	}
	for path, want := range map[string]error{dir: logbook.ErrNotFile, os.DevNull: logbook.ErrNotFile, name + "-not": fs.ErrNotExist} {
		if _, err := readFile(t.Context(), path, 4); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", path, err, want)
		}
	}
}
