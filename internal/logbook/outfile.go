package logbook

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"suyuan/internal/genealogy"
)

// ErrIsLedger says that a file to be written over is a ledger, or the index of
// one.
var ErrIsLedger = errors.New("a ledger is there")

// WriteFile makes the file at path from what write writes, all or nothing: the
// bytes go to a file beside it that takes its name at the end. A file that is
// there is replaced, unless it is a ledger; a symbolic link is followed; a pipe
// or device is written to as it is.
func WriteFile(path string, write func(io.Writer) error) error {
	target, err := filepath.EvalSymlinks(path)
	if errors.Is(err, fs.ErrNotExist) {
		return replaceFile(path, 0o600, write)
	}
	if err != nil {
		return err
	}
	info, err := os.Stat(target)
	switch {
	case err != nil:
		return err
	case info.IsDir():
		return fmt.Errorf("%q: it is a directory: %w", path, ErrNotFile)
	case !info.Mode().IsRegular():
		return writeThrough(target, write)
	}
	held, err := holdsLedger(target)
	if err != nil {
		return err
	}
	if held {
		return fmt.Errorf("%q: %w", path, ErrIsLedger)
	}
	return replaceFile(target, info.Mode().Perm(), write)
}

// boltMagic stands at byte 16 of every bbolt file, in the order of bytes of the
// machine that made it; an index of ids begins with idsMagic.
const (
	boltMagic = 0xED0CDAED
	idsMagic  = "suyuan ids "
)

// holdsLedger reports whether a file is of the kinds that ledgers and their
// indexes are of. What it cannot read is not taken for harmless.
func holdsLedger(path string) (held bool, err error) {
	f, err := os.Open(path)
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	var head [20]byte
	if _, err := f.ReadAt(head[:], 0); errors.Is(err, io.EOF) {
		return false, nil
	} else if err != nil {
		return false, err
	}
	bolt := binary.LittleEndian.Uint32(head[16:]) == boltMagic || binary.BigEndian.Uint32(head[16:]) == boltMagic
	return bolt || bytes.HasPrefix(head[:], []byte(idsMagic)) || bytes.HasPrefix(head[:], []byte(genealogy.SnapshotPrefix)), nil
}

func writeThrough(path string, write func(io.Writer) error) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
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
	err = errors.Join(sound(func() error { return write(f) }), f.Chmod(mode), f.Sync(), f.Close())
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
