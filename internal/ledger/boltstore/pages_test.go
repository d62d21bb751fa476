package boltstore

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"suyuan/internal/ledger"
	"suyuan/internal/ledger/ledgertest"
)

// The walk is all that stands between a damaged file and bbolt: it must end on every input, without panic.
func FuzzCheckPages(f *testing.F) {
	path := filepath.Join(f.TempDir(), "suyuan.db")
	if err := Create(f.Context(), path, ledger.Genesis{Origin: "example.org/x", Created: ledgertest.Epoch}, "", ledgertest.Epoch); err != nil {
		f.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		f.Fatal(err)
	}
	if err := checkPages(bytes.NewReader(whole), int64(len(whole)), true); err != nil {
		f.Fatal(err)
	}
	f.Add(0, []byte{1})
	f.Add(3<<12+8, []byte{0xFF, 1, 2, 3})
	f.Add(5<<12, bytes.Repeat([]byte{0xFF}, 64))
	f.Fuzz(func(t *testing.T, at int, patch []byte) {
		b := bytes.Clone(whole)
		if at >= 0 && at < len(b) {
			copy(b[at:], patch)
		}
		for _, full := range []bool{false, true} {
			if err := checkPages(bytes.NewReader(b), int64(len(b)), full); err != nil {
				t.Log(err)
			}
		}
	})
}
