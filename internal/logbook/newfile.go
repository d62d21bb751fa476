package logbook

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// maxNames is how many files of one name may stand beside each other.
const maxNames = 10_000

// WriteNew makes a file of these bytes and never writes over another: where one
// of other bytes has the name, it takes name-2, name-3 and so on before the
// extension. It returns the name taken, and whether it made the file: one that
// has these very bytes already is left as it is.
func WriteNew(path string, content []byte) (name string, made bool, err error) {
	ext := filepath.Ext(path)
	stem := strings.TrimSuffix(path, ext)
	name = path
	for n := 2; n <= maxNames; n++ {
		err := createFile(name, content)
		if err == nil {
			return name, true, nil
		}
		if !errors.Is(err, fs.ErrExist) {
			return name, false, err
		}
		if holds(name, content) {
			return name, false, nil
		}
		name = fmt.Sprintf("%s-%d%s", stem, n, ext)
	}
	return name, false, fmt.Errorf("%q: %d files have the name already: %w", path, maxNames-1, fs.ErrExist)
}

// createFile makes a file that must not be there; what it could not write whole
// it takes away again.
func createFile(name string, content []byte) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	err = errors.Join(err, f.Sync(), f.Close())
	if err != nil {
		err = errors.Join(err, os.Remove(name))
	}
	return err
}

// holds reports whether a file has these bytes; what cannot be read has not.
func holds(name string, content []byte) bool {
	info, err := os.Stat(name)
	if err != nil || !info.Mode().IsRegular() || info.Size() != int64(len(content)) {
		return false
	}
	b, err := os.ReadFile(name)
	return err == nil && bytes.Equal(b, content)
}

// WriteOnce makes a file that must not be there from what write writes, all or nothing: where the program dies under way, no file has the name. Its
// error wraps [fs.ErrExist] where one has.
func WriteOnce(path string, write func(io.Writer) error) (err error) {
	if _, err := os.Lstat(path); err == nil {
		return fmt.Errorf("%q: %w", path, fs.ErrExist)
	}
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*.new")
	if err != nil {
		return err
	}
	err = errors.Join(sound(func() error { return write(f) }), f.Sync(), f.Close())
	if err == nil {
		err = nameOnce(f.Name(), path)
	}
	return errors.Join(err, removeIfThere(f.Name()))
}

// nameOnce gives a file a name that none has. Disks without links (FAT) leave a moment in which another program could take it.
func nameOnce(file, path string) error {
	err := os.Link(file, path)
	if err == nil || errors.Is(err, fs.ErrExist) {
		return err
	}
	if _, err := os.Lstat(path); err == nil {
		return fmt.Errorf("%q: %w", path, fs.ErrExist)
	}
	return os.Rename(file, path)
}

func removeIfThere(name string) error {
	if err := os.Remove(name); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
