package boltstore

import (
	"errors"
	"io"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"suyuan/internal/ledger"
)

// A failing file does not give one of its pages.
type failing struct {
	io.ReaderAt
	at  int64
	err error
}

func (f failing) ReadAt(b []byte, at int64) (int, error) {
	if at >= f.at {
		return 0, f.err
	}
	return f.ReaderAt.ReadAt(b, at)
}

// TestWhatADiskDoesNotGiveIsNotCalledDamaged has its twin in the damage tests, where the bytes are there and wrong.
func TestWhatADiskDoesNotGiveIsNotCalledDamaged(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "suyuan.db")
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	if err := Create(t.Context(), path, ledger.Genesis{Origin: "unreadable.example", Created: now}, "", now); err != nil {
		t.Fatal(err)
	}
	db, file, size, err := openChecked(path, Options{Wait: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close() //nolint:errcheck // it was only read
	pages := 0
	for at := int64(0); at < 6*4096; at += 4096 {
		err := checkPages(failing{file, at, syscall.EIO}, size, true)
		if errors.Is(err, ledger.ErrDamaged) || err != nil && !errors.Is(err, syscall.EIO) {
			t.Errorf("page at %d cannot be read: %v, want EIO alone", at, err)
		}
		if err != nil {
			pages++
		}
	}
	if pages == 0 {
		t.Error("no page was read")
	}
	if err := checkPages(failing{file, 3 * 4096, io.EOF}, size, true); !errors.Is(err, ledger.ErrDamaged) {
		t.Errorf("the file ends: %v, want ErrDamaged", err)
	}
}
