package logbook

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"suyuan/internal/ledger/boltstore"
)

// ErrIsLedger says that a file to be written is the ledger itself.
var ErrIsLedger = errors.New("it is the ledger itself")

// ExportFile writes what [Book.Export] does to the file at path.
func (b *Book) ExportFile(ctx context.Context, path string, o ExportOptions) error {
	return b.WriteFile(path, func(w io.Writer) error { return b.Export(ctx, w, o) })
}

// WriteFile makes the file at path from what write writes, all or nothing: the
// bytes go to a file beside it that takes its name at the end. A file that is
// there is replaced, but never the ledger; a symbolic link is followed; a pipe
// or device is written to as it is.
func (b *Book) WriteFile(path string, write func(io.Writer) error) error {
	real, err := filepath.EvalSymlinks(path)
	if errors.Is(err, fs.ErrNotExist) {
		return replaceFile(path, 0o600, write)
	}
	if err != nil {
		return err
	}
	info, err := os.Stat(real)
	switch {
	case err != nil:
		return err
	case info.IsDir():
		return fmt.Errorf("%q: it is a directory: %w", path, ErrNotFile)
	case !info.Mode().IsRegular():
		return writeThrough(real, write)
	case b.owns(info):
		return fmt.Errorf("%q: %w", path, ErrIsLedger)
	}
	return replaceFile(real, info.Mode().Perm(), write)
}

// owns reports whether a file is the ledger's or that of its index.
func (b *Book) owns(info fs.FileInfo) bool {
	real, err := filepath.EvalSymlinks(b.path)
	if err != nil {
		return false
	}
	for _, p := range []string{real, boltstore.IndexPath(real)} {
		if own, err := os.Stat(p); err == nil && os.SameFile(own, info) {
			return true
		}
	}
	return false
}

func writeThrough(path string, write func(io.Writer) error) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0) //nolint:gosec // the caller names the file
	if err != nil {
		return err
	}
	return errors.Join(write(f), f.Close())
}

func replaceFile(path string, mode fs.FileMode, write func(io.Writer) error) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*.new")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	err = errors.Join(write(f), f.Chmod(mode), f.Sync(), f.Close())
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
