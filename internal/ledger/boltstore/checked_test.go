package boltstore

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"suyuan/internal/ledger"
)

// counted counts how often a file is read.
type counted struct {
	bytes.Reader
	reads int
}

func (c *counted) ReadAt(b []byte, at int64) (int, error) {
	c.reads++
	return c.Reader.ReadAt(b, at)
}

// looked says how often a file is read to be checked, and what that finds.
func looked(t *testing.T, c *Checked, path string, whole []byte) (int, error) {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	file := counted{Reader: *bytes.NewReader(whole)}
	err = c.check(&file, info)
	return file.reads, err
}

func TestAFileIsWalkedAgainOnceSomebodyWroteToIt(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "suyuan.db")
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	if err := Create(t.Context(), path, ledger.Genesis{Origin: "checked.example", Created: now}, "", now); err != nil {
		t.Fatal(err)
	}
	whole := readFile(t, path)
	var c Checked
	all, err := looked(t, &c, path, whole)
	if err != nil {
		t.Fatal(err)
	}
	again, err := looked(t, &c, path, whole)
	if err != nil || again > 2 || again >= all {
		t.Errorf("read %d times, then %d times, %v: want the two first pages alone", all, again, err)
	}
	if n, err := looked(t, nil, path, whole); err != nil || n < all {
		t.Errorf("without a memory: read %d times, %v", n, err)
	}

	other := filepath.Join(t.TempDir(), "other.db")
	if err := os.WriteFile(other, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	if n, err := looked(t, &c, other, whole); err != nil || n < all {
		t.Errorf("a copy: read %d times, %v", n, err)
	}

	s, err := Open(t.Context(), path, Options{}) // which writes
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	written := readFile(t, path)
	if n, err := looked(t, &c, path, written); err != nil || n < all {
		t.Errorf("after a write: read %d times, %v", n, err)
	}
	p := pager{file: bytes.NewReader(written)}
	if !p.readMeta() {
		t.Fatal("no meta page")
	}
	written[p.offset(p.meta.root)+8] ^= 0xFF // of the flags
	var fresh Checked
	if _, err := looked(t, &fresh, path, written); !errors.Is(err, ledger.ErrDamaged) {
		t.Errorf("a root that is no leaf and no branch: %v", err)
	}
	if n, err := looked(t, &fresh, path, written); !errors.Is(err, ledger.ErrDamaged) || n <= 2 {
		t.Errorf("asked again: read %d times, %v: what was found damaged is not remembered as sound", n, err)
	}
}

func readFile(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
