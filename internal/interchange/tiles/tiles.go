package tiles

import (
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"

	"golang.org/x/mod/sumdb/tlog"

	"suyuan/internal/durable"
)

// A Checkpoint says what tree the tiles are of, beside the signed note that says so too.
type Checkpoint struct {
	Size uint64
	Root tlog.Hash
	Note []byte
}

// A RootError says that the records are not those that the checkpoint was made of.
type RootError struct {
	Size        uint64
	Found, Want tlog.Hash
}

// Error names both roots.
func (e *RootError) Error() string {
	return fmt.Sprintf("%d records give root %x, the checkpoint says %x", e.Size, e.Found[:], e.Want[:])
}

// Write makes the folder path, which must not be there, from a checkpoint and the records that it is of. All or nothing: the
// folder is written under another name beside, synced, and takes its name once its tree has the checkpoint's root. An error
// that comes with a record ends it; one that wraps fs.ErrExist says that something has the name.
func Write(path string, c Checkpoint, records iter.Seq2[[]byte, error]) (err error) {
	path = filepath.Clean(path)
	if err := free(path); err != nil {
		return err
	}
	folder, err := os.MkdirTemp(filepath.Dir(path), "."+filepath.Base(path)+".*.new")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(folder))
		}
	}()
	if err := fill(folder, c, records); err != nil {
		return err
	}
	if err := syncFolders(folder); err != nil {
		return err
	}
	return publish(folder, path)
}

// free refuses a name that something has.
func free(path string) error {
	switch _, err := os.Lstat(path); {
	case err == nil:
		return fmt.Errorf("%q: %w", path, fs.ErrExist)
	case !errors.Is(err, fs.ErrNotExist):
		return err
	}
	return nil
}

// fill writes all files.
func fill(folder string, c Checkpoint, records iter.Seq2[[]byte, error]) error {
	t := &tree{folder: folder, size: c.Size}
	err := t.addAll(records)
	if t.bundle != nil {
		err = errors.Join(err, t.bundle.close())
	}
	if err != nil {
		return err
	}
	root, err := t.finish()
	if err != nil {
		return err
	}
	if root != c.Root {
		return &RootError{Size: c.Size, Found: root, Want: c.Root}
	}
	return writeFile(filepath.Join(folder, "checkpoint"), c.Note)
}

func (t *tree) addAll(records iter.Seq2[[]byte, error]) error {
	for record, err := range records {
		if err == nil {
			err = t.add(record)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// publish gives a whole folder its name. The system refuses where a file or a folder that holds anything took it meanwhile.
func publish(folder, path string) error {
	if err := free(path); err != nil {
		return err
	}
	return durable.Move(folder, path)
}

func createFile(path string) (*os.File, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, err
	}
	return os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
}

func writeFile(path string, content []byte) error {
	f, err := createFile(path)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	return errors.Join(err, f.Sync(), f.Close())
}

// syncFolders makes the names of all files below a folder durable; the files are.
func syncFolders(folder string) error {
	return filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return err
		}
		return durable.SyncFolder(path)
	})
}
