package interop

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"suyuan/internal/anchor"
	"suyuan/internal/keyring"
	"suyuan/internal/ledger"
	"suyuan/internal/logbook"
)

// programOrigin is that of the ledgers here: Tessera reads it from the checkpoint and is told it.
const programOrigin = "f.example/ledger"

// A program is a ledger as users have it, in a file, signed by keys of its own.
type program struct {
	book *logbook.Book
	keys keyring.Ledgers
}

// newProgram makes one of 600 records.
func newProgram(t *testing.T) program {
	t.Helper()
	home, path := t.TempDir(), filepath.Join(t.TempDir(), "suyuan.db")
	p := program{keys: keyring.LedgersIn(home)}
	trust := &logbook.Trust{Keys: p.keys, Anchor: anchor.Own(filepath.Join(home, "anchor"))}
	now := func() time.Time { return time.Date(2026, 6, 1, 8, 0, 0, 0, time.UTC) }
	if _, err := logbook.Init(t.Context(), path, logbook.InitOptions{Origin: programOrigin, By: "F/OP-1", Now: now, Trust: trust}); err != nil {
		t.Fatal(err)
	}
	var err error
	if p.book, err = logbook.Open(t.Context(), path, logbook.Options{Now: now, By: "F/OP-1", Trust: trust}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.book.Close(); err != nil {
			t.Error(err)
		}
	})
	var events strings.Builder
	for n := range 599 {
		fmt.Fprintf(&events, `{"type":"receipt","time":"2026-05-01T08:00:00Z","site":"F","lot":"ALB-%d"}`+"\n", n)
	}
	file := logbook.File{Name: "events.jsonl", Stream: strings.NewReader(events.String())}
	if _, err := p.book.Import(t.Context(), []logbook.File{file}, logbook.ImportOptions{}); err != nil {
		t.Fatal(err)
	}
	return p
}

func (p program) head(t *testing.T) ledger.Head {
	t.Helper()
	h, err := p.book.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// verifier reads the ledger's Ed25519 key as others do.
func (p program) verifier(t *testing.T) note.Verifier {
	t.Helper()
	k, err := p.keys.Load(programOrigin)
	if err != nil {
		t.Fatal(err)
	}
	v, err := note.NewVerifier(k.Verifiers()[0].String())
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestTesseraAcceptsWhatTheProgramExports(t *testing.T) {
	t.Parallel()
	p := newProgram(t)
	folder := filepath.Join(t.TempDir(), "tiles")
	if err := p.book.ExportTiles(t.Context(), folder, nil); err != nil {
		t.Fatal(err)
	}
	if err := check(t, folder, p.verifier(t)); err != nil {
		t.Errorf("%v", err)
	}
	path := filepath.Join(folder, "tile", "0", "002.p", "88")
	write(t, path, flipped(read(t, path), 100))
	refused(t, folder, p.verifier(t), "tile/0/002.p/88 altered")
}
