package durable

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// ErrNamed says that a file has its name, and may lose it with the power.
var ErrNamed = errors.New("the file is there, and its folder cannot be synced")

// Replace gives the file at path this content and mode 0600, whether it was there or not.
func Replace(path string, content []byte) error {
	return write(path, os.Rename, filled(content))
}

// Rewrite is Replace for content that is written piece by piece.
func Rewrite(path string, fill func(io.Writer) error) error {
	return write(path, os.Rename, func(f *os.File) error {
		w := bufio.NewWriterSize(f, 1<<20)
		err := fill(w)
		if err == nil {
			err = w.Flush()
		}
		return errors.Join(err, f.Sync(), f.Close())
	})
}

// Create makes a file with this content and mode 0600. What is at path already is never touched: the error then wraps fs.ErrExist.
func Create(path string, content []byte) error {
	return create(path, filled(content))
}

// Make is Create for a file that somebody else writes: fill is given the path of an empty file beside, and returns when what it
// wrote there is synced.
func Make(path string, fill func(temp string) error) error {
	return create(path, func(f *os.File) error {
		if err := f.Close(); err != nil {
			return err
		}
		return fill(f.Name())
	})
}

// Move gives the file or folder at from the name to, in place of the file that had it. Both lie in one folder.
func Move(from, to string) error {
	if err := os.Rename(from, to); err != nil {
		return err
	}
	return SyncFolder(filepath.Dir(to))
}

// MakeFolder makes a folder that only its owner can enter, and those above it, each synced into the one that it lies in. One that is there
// is left as it is.
func MakeFolder(dir string) error {
	if isFolder(dir) {
		return nil
	}
	parent := filepath.Dir(dir)
	if parent != dir {
		if err := MakeFolder(parent); err != nil {
			return err
		}
	}
	if err := os.Mkdir(dir, 0o700); err != nil && !isFolder(dir) { // somebody else may have made it meanwhile
		return err
	}
	return SyncFolder(parent)
}

func isFolder(dir string) bool {
	info, err := os.Stat(dir)
	return err == nil && info.IsDir()
}

func create(path string, fill func(*os.File) error) error {
	if _, err := os.Lstat(path); err == nil {
		return &fs.PathError{Op: "create", Path: path, Err: fs.ErrExist}
	}
	return write(path, publish, fill)
}

// filled writes the content of a file, syncs it and closes it.
func filled(content []byte) func(*os.File) error {
	return func(f *os.File) error {
		_, err := f.Write(content)
		return errors.Join(err, f.Sync(), f.Close())
	}
}

func write(path string, publish func(from, to string) error, fill func(*os.File) error) error {
	dir := filepath.Dir(path)
	f, err := os.CreateTemp(dir, "."+filepath.Base(path)+".*.new")
	if err != nil {
		return err
	}
	err = fill(f)
	if err == nil {
		err = publish(f.Name(), path)
	}
	left := remove(f.Name())
	if err != nil {
		return errors.Join(err, left)
	}
	// From here on the file is there. A second name of it that could not be removed is only untidy.
	if err := SyncFolder(dir); err != nil {
		return fmt.Errorf("%w: %w", ErrNamed, err)
	}
	return nil
}

func remove(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// publishByLink gives a whole file a second name, which fails where the name is taken.
func publishByLink(from, to string) error {
	err := os.Link(from, to)
	if err == nil || errors.Is(err, fs.ErrExist) {
		return err
	}
	// Some file systems have no links: there the name is taken first, and only by one.
	claim, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if err := errors.Join(claim.Close(), os.Rename(from, to)); err != nil {
		return errors.Join(err, os.Remove(to)) // it is empty, and ours
	}
	return nil
}
