package anchor_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"testing"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"suyuan/internal/anchor"
	"suyuan/internal/notary"
)

const origin = "anchor.example"

// A history is a ledger as far as an anchor knows one: a key, and a root at each size. Those of one seed sign with the same key, as copies
// of one ledger do; from size fork on the branches differ.
type history struct {
	signer note.Signer
	keys   []notary.LedgerKey
	branch string
	fork   uint64
}

func newHistory(t *testing.T, seed byte, branch string, fork uint64) *history {
	t.Helper()
	skey, vkey, err := note.GenerateKey(bytes.NewReader(bytes.Repeat([]byte{seed}, 64)), origin)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := note.NewSigner(skey)
	if err != nil {
		t.Fatal(err)
	}
	key, err := notary.ParseLedgerKey(vkey)
	if err != nil {
		t.Fatal(err)
	}
	return &history{signer: signer, keys: []notary.LedgerKey{key}, branch: branch, fork: fork}
}

func (h *history) root(size uint64) tlog.Hash {
	branch := ""
	if size >= h.fork {
		branch = h.branch
	}
	return sha256.Sum256(fmt.Appendf(nil, "%s %d", branch, size))
}

func (h *history) checkpoint(t *testing.T, size uint64) []byte {
	t.Helper()
	root := h.root(size)
	text, err := note.Sign(&note.Note{Text: fmt.Sprintf("%s\n%d\n%s\n", origin, size, root)}, h.signer)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

var errElsewhere = errors.New("this ledger does not go on from there")

// extends is the consistency proof of a history.
func (h *history) extends(old notary.Checkpoint) error {
	if old.Root != h.root(old.Size) {
		return errElsewhere
	}
	return nil
}

func (h *history) swap(t *testing.T, f anchor.Folder, size uint64) error {
	t.Helper()
	_, err := f.Swap(h.checkpoint(t, size), h.keys, h.extends)
	return err
}

// standing opens what the anchor has.
func (h *history) standing(t *testing.T, f anchor.Folder) notary.Checkpoint {
	t.Helper()
	k, ok, err := f.Read(origin)
	if err != nil || !ok {
		t.Fatalf("read: %v, %v", ok, err)
	}
	c, err := notary.OpenCheckpoint(k.Note, h.keys)
	if err != nil || c != k.Checkpoint {
		t.Fatalf("%+v, %v, want %+v", c, err, k.Checkpoint)
	}
	if c.Root != h.root(c.Size) {
		t.Fatalf("at size %d it has the root %s, want %s", c.Size, c.Root, h.root(c.Size))
	}
	return c
}

func write(t *testing.T, path string, content []byte) {
	t.Helper()
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
}
