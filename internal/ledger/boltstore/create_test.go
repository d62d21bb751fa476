package boltstore_test

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"suyuan/internal/ledger/boltstore"
	"suyuan/internal/ledger/ledgertest"
)

func TestCreateTouchesNothingThatIsThere(t *testing.T) {
	t.Parallel()
	for name, make := range map[string]func(path string) error{
		"a file":          func(path string) error { return os.WriteFile(path, []byte("theirs"), 0o600) },
		"an empty file":   func(path string) error { return os.WriteFile(path, nil, 0o600) },
		"a folder":        func(path string) error { return os.Mkdir(path, 0o700) },
		"a dangling link": func(path string) error { return os.Symlink("nowhere", path) },
	} {
		dir := t.TempDir()
		path := filepath.Join(dir, "suyuan.db")
		if err := make(path); err != nil {
			t.Fatal(err)
		}
		before, _ := os.ReadFile(path)
		if err := boltstore.Create(t.Context(), path, genesis, "", ledgertest.Epoch); !errors.Is(err, fs.ErrExist) {
			t.Errorf("%s: %v, want fs.ErrExist", name, err)
		}
		if after, _ := os.ReadFile(path); !bytes.Equal(before, after) {
			t.Errorf("%s: changed", name)
		}
		if files, err := os.ReadDir(dir); err != nil || len(files) != 1 {
			t.Errorf("%s: left behind %v, %v", name, files, err)
		}
	}
}

func TestOneOfManyCreatesWins(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "suyuan.db")
	errs := make([]error, 8)
	var wg sync.WaitGroup
	for i := range errs {
		wg.Go(func() { errs[i] = boltstore.Create(context.Background(), path, genesis, "", ledgertest.Epoch) })
	}
	wg.Wait()
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
		} else if !errors.Is(err, fs.ErrExist) {
			t.Error(err)
		}
	}
	if files, err := os.ReadDir(dir); won != 1 || err != nil || len(files) != 1 {
		t.Errorf("%d won, files %v, %v; want one of each", won, files, err)
	}
	if r := verify(t, path); !r.OK || r.Size != 1 {
		t.Errorf("verify: %+v", r)
	}
}

func TestCreateInAMissingFolderFails(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "none", "suyuan.db")
	if err := boltstore.Create(t.Context(), path, genesis, "", ledgertest.Epoch); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v, want fs.ErrNotExist", err)
	}
}

// A crash while init writes leaves any part of the temporary file, in units of 512 bytes, old or new. None of them may
// stand in the way of the next init; and if one were to stand under the ledger's name, it is refused without harm.
func TestNoTornStateOfInitIsInTheWay(t *testing.T) {
	t.Parallel()
	whole := read(t, newFile(t, 1))
	used := len(bytes.TrimRight(whole, "\x00"))
	const sector = 512
	states := 0
	dir := t.TempDir()
	path := filepath.Join(dir, "suyuan.db")
	temp := filepath.Join(dir, ".suyuan.db.1.new")
	try := func(torn []byte) {
		states++
		write(t, temp, torn)
		if err := boltstore.Create(t.Context(), path, genesis, "", ledgertest.Epoch); err != nil {
			t.Fatalf("init beside a torn file: %v", err)
		}
		write(t, path, torn)
		if use(t, path) && !bytes.Equal(bytes.TrimRight(torn, "\x00"), bytes.TrimRight(whole, "\x00")) {
			// What was torn off may have been pages that nothing refers to; then it is a ledger, and was verified.
			if r := verify(t, path); !r.OK {
				t.Errorf("a torn file is in use: %v", r.Findings)
			}
		}
		for _, name := range []string{path, boltstore.IndexPath(path)} {
			if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
				t.Fatal(err)
			}
		}
	}
	step := sector * rounds(1, 5)
	for n := 0; n <= used; n += step { // written up to here
		try(whole[:n])
		try(append(bytes.Clone(whole[:n]), make([]byte, len(whole)-n)...))
	}
	for n := 0; n < used; n += step { // all but this sector written
		torn := bytes.Clone(whole)
		clear(torn[n:min(n+sector, len(torn))])
		try(torn)
	}
	t.Logf("%d torn states", states)
}
