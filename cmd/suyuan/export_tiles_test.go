package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"

	"suyuan/internal/ledger"
	"suyuan/internal/ledger/boltstore"
)

// signHead keeps a checkpoint of two records in a ledger, signed by a key of the test, and returns it.
func signHead(t *testing.T, name, text string) []byte {
	t.Helper()
	key, _, err := note.GenerateKey(bytes.NewReader(bytes.Repeat([]byte{7}, 64)), "run.example")
	if err != nil {
		t.Fatal(err)
	}
	signer, err := note.NewSigner(key)
	if err != nil {
		t.Fatal(err)
	}
	signed, err := note.Sign(&note.Note{Text: text}, signer)
	if err != nil {
		t.Fatal(err)
	}
	s, err := boltstore.Open(t.Context(), name, boltstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(s.PutNote(t.Context(), "checkpoint", ledger.Note{Size: 2, Text: signed}), s.Close()); err != nil {
		t.Fatal(err)
	}
	return signed
}

func TestTilesAreWrittenOnceAndOfASoundLedger(t *testing.T) {
	t.Parallel()
	c, name := made(t)
	folder := filepath.Join(t.TempDir(), "tiles")
	export := []string{"export", "--format", "tiles", "-o", folder, "--ledger", name}
	c.want(t, 1, export...)

	signed := signHead(t, name, headOf(t, name))
	c.want(t, 0, export...)
	if got, err := os.ReadFile(filepath.Join(folder, "checkpoint")); err != nil || !bytes.Equal(got, signed) {
		t.Errorf("checkpoint %q, %v; want %q", got, err, signed)
	}
	if !strings.Contains(c.err.String(), "wrote ") || c.out.Len() > 0 {
		t.Errorf("stdout %q, stderr %q", &c.out, &c.err)
	}
	if c.want(t, 1, export...); !strings.Contains(c.err.String(), "is there already; it was not touched\nhint: name a folder") {
		t.Errorf("stderr %q", &c.err)
	}
	export[4] = filepath.Join(folder, "no", "tiles")
	if c.want(t, 1, export...); !strings.Contains(c.err.String(), "write ") {
		t.Errorf("stderr %q", &c.err)
	}
}

func TestTilesOfALedgerWithAnothersCheckpointAreDamage(t *testing.T) {
	t.Parallel()
	c, name := made(t)
	signHead(t, name, strings.Replace(headOf(t, name), "run.example", "ran.example", 1))
	folder := filepath.Join(t.TempDir(), "tiles")
	if c.want(t, 3, "export", "--format", "tiles", "-o", folder, "--ledger", name); !strings.Contains(c.err.String(), "ran.example") {
		t.Errorf("stderr %q", &c.err)
	}
	if _, err := os.Lstat(folder); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the folder: %v", err)
	}
}

// headOf returns the body of a checkpoint of a ledger as it is.
func headOf(t *testing.T, name string) string {
	t.Helper()
	s, err := boltstore.Open(t.Context(), name, boltstore.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	l, err := ledger.Open(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	text := string(l.Head().Checkpoint())
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	return text
}
