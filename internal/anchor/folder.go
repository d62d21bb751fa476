package anchor

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/rogpeppe/go-internal/lockedfile"

	"suyuan/internal/durable"
	"suyuan/internal/notary"
)

// maxFile is more than a checkpoint with many signatures has.
const maxFile = 64 << 10

// nameDigits is how much of a SHA-256 names a file.
const nameDigits = 32

// A Folder is where checkpoints are kept. It may be used by many goroutines and processes.
type Folder struct {
	dir string
	own bool
}

// At is a folder that somebody named: where it is not there, that is an error. A disk that was not mounted must not turn into a new anchor
// that knows nothing.
func At(dir string) Folder { return Folder{dir: dir} }

// Own is the folder that nobody had to name: it is made, for its owner alone, when something is first kept in it, and knows nothing before.
func Own(dir string) Folder { return Folder{dir: dir, own: true} }

// Dir returns the folder's path.
func (f Folder) Dir() string { return f.dir }

// CheckpointPath returns where the checkpoint of an origin lies.
func (f Folder) CheckpointPath(origin string) string {
	return filepath.Join(f.dir, name(origin)+".checkpoint")
}

func (f Folder) lockPath() string { return filepath.Join(f.dir, ".lock") }

func name(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])[:nameDigits]
}

// A Kept is what is kept for an origin: a signed note, and the checkpoint that its first three lines are. The signatures are the caller's to
// check.
type Kept struct {
	notary.Checkpoint
	Note []byte
}

// Read returns what is kept for an origin; ok says whether there is anything.
func (f Folder) Read(origin string) (k Kept, ok bool, err error) {
	defer f.whileReading()()
	return f.read(origin)
}

func (f Folder) read(origin string) (Kept, bool, error) {
	path := f.CheckpointPath(origin)
	text, ok, err := f.file(path)
	if err != nil || !ok {
		return Kept{}, false, err
	}
	c, err := notary.ReadCheckpoint(text)
	if err != nil {
		return Kept{}, false, damaged(path, "%w", err)
	}
	if c.Origin != origin {
		return Kept{}, false, damaged(path, "found a checkpoint of %q, want one of %q", c.Origin, origin)
	}
	return Kept{c, text}, true, nil
}

// Swap keeps a signed note in place of the one that stands, and returns the one that stands afterwards: that of the same size and root, if
// there was one, and next otherwise. Keys are all that the ledger ever signed with; both notes have to be signed by one of them.
//
// It is refused with a [ConflictError] where the one that stands is of a larger ledger, or has another root at this size. Where it is of a
// smaller one, extends is asked, while nobody else can swap, whether the ledger at hand goes on from there: what it returns is returned,
// and nothing changes.
//
// After an error of the system, the note that stands is the old one or next, whole.
func (f Folder) Swap(next []byte, keys []notary.LedgerKey, extends func(old notary.Checkpoint) error) (standing []byte, err error) {
	c, err := notary.OpenCheckpoint(next, keys)
	if err != nil {
		return nil, err
	}
	if len(next) > maxFile {
		return nil, fmt.Errorf("checkpoint of %q: found %d bytes, want at most %d", c.Origin, len(next), maxFile)
	}
	unlock, err := f.lock()
	if err != nil {
		return nil, err
	}
	defer unlock()
	path := f.CheckpointPath(c.Origin)
	old, ok, err := f.read(c.Origin)
	if err != nil {
		return nil, err
	}
	if ok {
		was, err := notary.OpenCheckpoint(old.Note, keys)
		if err != nil {
			return nil, damaged(path, "%w", err)
		}
		if was == c {
			return old.Note, nil
		}
		if err := follows(path, was, c, extends); err != nil {
			return nil, err
		}
	}
	if err := durable.Replace(path, next); err != nil {
		return nil, failed(path, err)
	}
	return next, nil
}

func follows(path string, was, next notary.Checkpoint, extends func(notary.Checkpoint) error) error {
	switch {
	case next.Size < was.Size:
		return &ConflictError{Path: path, Old: was, Next: next, Kind: ErrSmaller}
	case next.Size == was.Size:
		return &ConflictError{Path: path, Old: was, Next: next, Kind: ErrForked}
	}
	return extends(was)
}

// lock lets nobody else change the folder until unlock is called. It waits for who has it now: for as long as one file takes to write.
func (f Folder) lock() (unlock func(), err error) {
	if f.own && bare(f.there()) {
		if err := durable.MakeFolder(f.dir); err != nil {
			return nil, failed(f.dir, err)
		}
	}
	if err := f.there(); err != nil {
		return nil, err
	}
	unlock, err = lockedfile.MutexAt(f.lockPath()).Lock()
	if err != nil {
		return nil, failed(f.dir, err)
	}
	return unlock, nil
}

func (f Folder) there() error {
	info, err := os.Stat(f.dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return &Error{Path: f.dir, Kind: ErrNoFolder}
	case err != nil:
		return failed(f.dir, err)
	case !info.IsDir():
		return &Error{Path: f.dir, Kind: ErrNoFolder, Err: errors.New("found a file, want a folder")}
	}
	return nil
}

// file returns the content of a file of the folder. One that is not there is none; a folder that is not there may be no error either.
func (f Folder) file(path string) (content []byte, ok bool, err error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		if err := f.there(); err != nil && (!f.own || !bare(err)) {
			return nil, false, err
		}
		return nil, false, nil
	}
	switch {
	case err != nil && f.there() != nil:
		return nil, false, f.there()
	case err != nil:
		return nil, false, failed(path, err)
	case !info.Mode().IsRegular():
		return nil, false, damaged(path, "found no file")
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, false, failed(path, err)
	}
	content, err = io.ReadAll(io.LimitReader(file, maxFile+1))
	if err := errors.Join(err, file.Close()); err != nil {
		return nil, false, failed(path, err)
	}
	if len(content) > maxFile {
		return nil, false, damaged(path, "found more than %d bytes", maxFile)
	}
	return content, true, nil
}

// bare reports whether a folder is simply not there, rather than a file in its place.
func bare(err error) bool {
	var e *Error
	return errors.As(err, &e) && errors.Is(e.Kind, ErrNoFolder) && e.Err == nil
}
