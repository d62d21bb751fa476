package logbook

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"

	"suyuan/internal/ledger"
	"suyuan/internal/ledger/boltstore"
)

// keepCheckpoint stores a checkpoint of the ledger's head as of now, signed by a
// key of the test, with its text changed by edit, and returns it.
func keepCheckpoint(t *testing.T, b *Book, edit func(text string) string) []byte {
	t.Helper()
	head, err := b.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return keepCheckpointAt(t, b, head.Size, edit)
}

// keepCheckpointAt keeps one of the first size records.
func keepCheckpointAt(t *testing.T, b *Book, size uint64, edit func(string) string) []byte {
	t.Helper()
	at, err := b.At(t.Context(), size)
	if err != nil {
		t.Fatal(err)
	}
	head := Checkpoint{Checkpoint: at}
	text := head.Body()
	key, _, err := note.GenerateKey(bytes.NewReader(bytes.Repeat([]byte{7}, 64)), head.Origin)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := note.NewSigner(key)
	if err != nil {
		t.Fatal(err)
	}
	signed, err := note.Sign(&note.Note{Text: edit(string(text))}, signer)
	if err != nil {
		t.Fatal(err)
	}
	keepNote(t, b, ledger.Note{Size: head.Size, Text: signed})
	return signed
}

func keepNote(t *testing.T, b *Book, n ledger.Note) {
	t.Helper()
	s, err := boltstore.Open(t.Context(), b.path, boltstore.Options{Wait: waitForOthers})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(s.PutNote(t.Context(), ledger.NoteCheckpoint, n), s.Close()); err != nil {
		t.Fatal(err)
	}
}

func asItIs(text string) string { return text }

func TestTilesHoldWhatTheNewestCheckpointCovers(t *testing.T) {
	t.Parallel()
	b := newBook(t)
	must(t, b, stream(collections(0, 301)), ImportOptions{})
	keepCheckpointAt(t, b, 101, asItIs)
	signed := keepCheckpointAt(t, b, 301, asItIs)
	folder := filepath.Join(t.TempDir(), "tiles")
	var last, total uint64
	if err := b.ExportTiles(t.Context(), folder, func(done, all uint64) { last, total = done, all }); err != nil {
		t.Fatal(err)
	}
	if last != 301 || total != 301 {
		t.Errorf("progress ended at %d of %d, want 301", last, total)
	}
	if got := read(t, filepath.Join(folder, "checkpoint")); got != string(signed) {
		t.Errorf("checkpoint %q, want %q", got, signed)
	}
	var bundles []byte
	for n, line := range strings.Split(export(t, b, ExportOptions{}), "\n")[:301] {
		if n%256 == 0 {
			path := fmt.Sprintf("tile/entries/%03d", n/256)
			if n == 256 {
				path += ".p/45"
			}
			bundles = append(bundles, read(t, filepath.Join(folder, path))...)
		}
		want := append(binary.BigEndian.AppendUint16(nil, uint16(len(line))), line...)
		if !bytes.HasPrefix(bundles, want) {
			t.Fatalf("record %d is %.200q, want %q", n, bundles, want)
		}
		bundles = bundles[len(want):]
	}
	if len(bundles) > 0 {
		t.Errorf("after the last record come %d bytes", len(bundles))
	}
	if err := b.ExportTiles(t.Context(), folder, nil); !errors.Is(err, fs.ErrExist) {
		t.Errorf("into the same folder: %v", err)
	}
}

func TestTilesNeedASignedCheckpointOfThisLedger(t *testing.T) {
	t.Parallel()
	b := newBook(t)
	parent := t.TempDir()
	folder := filepath.Join(parent, "tiles")
	if err := b.ExportTiles(t.Context(), folder, nil); !errors.Is(err, ErrUnsigned) {
		t.Errorf("a ledger never signed: %v, want ErrUnsigned", err)
	}
	for name, edit := range map[string]func(string) string{
		"another origin": func(text string) string { return strings.Replace(text, "test.example", "fest.example", 1) },
		"another size":   func(text string) string { return strings.Replace(text, "\n1\n", "\n2\n", 1) },
		"another root":   func(text string) string { return text[:len(text)-3] + "A=\n" },
		"a line more":    func(text string) string { return text + "more\n" },
	} {
		b := newBook(t)
		keepCheckpoint(t, b, edit)
		err := b.ExportTiles(t.Context(), folder, nil)
		if !errors.Is(err, ledger.ErrDamaged) || Code(err) != Unverified {
			t.Errorf("%s: %v, want ErrDamaged", name, err)
		}
	}
	keepNote(t, b, ledger.Note{Size: 7, Text: keepCheckpoint(t, b, func(text string) string { return strings.Replace(text, "\n1\n", "\n7\n", 1) })})
	if err := b.ExportTiles(t.Context(), folder, nil); !errors.Is(err, ledger.ErrDamaged) {
		t.Errorf("a checkpoint of records to come: %v, want ErrDamaged", err)
	}
	if left, err := os.ReadDir(parent); err != nil || len(left) > 0 {
		t.Errorf("left %v, %v", left, err)
	}
}

func TestTilesOfADamagedLedgerAreNotMade(t *testing.T) {
	t.Parallel()
	b := newBook(t)
	must(t, b, stream(collections(0, 20)), ImportOptions{})
	keepCheckpoint(t, b, asItIs)
	content, err := os.ReadFile(b.path)
	if err != nil {
		t.Fatal(err)
	}
	for i := bytes.Index(content, []byte(`"U-3"`)); i >= 0; i = bytes.Index(content, []byte(`"U-3"`)) {
		content[i+1] ^= 1
	}
	if err := os.WriteFile(b.path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	parent := t.TempDir()
	err = b.ExportTiles(t.Context(), filepath.Join(parent, "tiles"), nil)
	if !errors.Is(err, ledger.ErrDamaged) {
		t.Errorf("%v, want ErrDamaged", err)
	}
	if left, err := os.ReadDir(parent); err != nil || len(left) > 0 {
		t.Errorf("left %v, %v", left, err)
	}
}

func TestACancelledExportOfTilesLeavesNothing(t *testing.T) {
	t.Parallel()
	b := newBook(t)
	keepCheckpoint(t, b, asItIs)
	parent := t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := b.ExportTiles(ctx, filepath.Join(parent, "tiles"), nil); !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want context.Canceled", err)
	}
	if left, err := os.ReadDir(parent); err != nil || len(left) > 0 {
		t.Errorf("left %v, %v", left, err)
	}
}
