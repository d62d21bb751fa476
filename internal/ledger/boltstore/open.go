package boltstore

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"time"

	bolt "go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"

	"suyuan/internal/ledger"
)

// Options say how a ledger file is opened.
type Options struct {
	ReadOnly bool
	Wait     time.Duration // how long to wait, at each of the two times that it is locked, for another process that holds the file
	// Checked is for who opens a file again and again: it is not walked again as long as nobody wrote to it. It may be nil.
	Checked *Checked
}

// A Checked remembers which file was found sound when it was opened, and in which state. The zero Checked knows none. It may be used by many
// goroutines at a time.
type Checked struct {
	mu   sync.Mutex
	file os.FileInfo // guarded by mu
	meta meta        // guarded by mu
}

// has reports whether a file is the one that was found sound, and as it was then.
func (c *Checked) has(file os.FileInfo, m meta) bool {
	if c == nil {
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.file != nil && os.SameFile(c.file, file) && c.file.Size() == file.Size() && c.meta == m
}

func (c *Checked) put(file os.FileInfo, m meta) {
	if c != nil {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.file, c.meta = file, m
	}
}

// Open opens the ledger file at path; a symbolic link is followed. For reading only, other readers may hold the file at
// the same time and nothing is written, not even the index; otherwise no other process can open it until Close.
//
// The error wraps fs.ErrNotExist where there is no file, ledger.ErrBusy where another process holds it for longer than
// Wait, ledger.ErrNotLedger where it is something else, ledger.ErrVersion where it is of a version that this program does
// not know, and ledger.ErrDamaged where it is one, but broken.
func Open(ctx context.Context, path string, opt Options) (*Store, error) {
	s, err := open(ctx, path, opt)
	if err != nil {
		return nil, fmt.Errorf("open ledger %q: %w", path, err)
	}
	return s, nil
}

func open(ctx context.Context, path string, opt Options) (*Store, error) {
	file, err := locate(path)
	if err != nil {
		return nil, err
	}
	s := &Store{path: file, readOnly: opt.ReadOnly}
	err = guard(func() error {
		var on *os.File
		if s.db, on, err = openBolt(file, opt); err != nil {
			return err
		}
		if err := s.readFormat(); err != nil || opt.ReadOnly {
			return err
		}
		return rewriteHead(s.db, on)
	})
	if err == nil && !opt.ReadOnly {
		s.ids, err = openIDs(ctx, s)
	}
	if err != nil {
		return nil, errors.Join(err, s.abandon())
	}
	return s, nil
}

// abandon closes what a failed open has opened.
func (s *Store) abandon() error {
	if s.db == nil {
		return nil
	}
	return guard(s.db.Close)
}

// locate resolves path to the file that holds the ledger and refuses what cannot be one, without opening it: opening a
// pipe would wait.
func locate(path string) (string, error) {
	file, err := filepath.EvalSymlinks(path)
	if err != nil {
		return "", err
	}
	info, err := os.Stat(file)
	if err != nil {
		return "", err
	}
	switch mode := info.Mode(); {
	case mode.IsDir():
		return "", fmt.Errorf("it is a directory: %w", ledger.ErrNotLedger)
	case !mode.IsRegular():
		return "", fmt.Errorf("it is a pipe, a socket or a device: %w", ledger.ErrNotLedger)
	case info.Size() == 0:
		return "", fmt.Errorf("the file is empty: %w", ledger.ErrNotLedger)
	}
	return file, checkFileSystem(file)
}

// openBolt opens a bbolt file, which must exist, once its pages have been found sound. The file that it returns is the
// database's own and is closed with it.
func openBolt(path string, opt Options) (*bolt.DB, *os.File, error) {
	db, file, size, err := openChecked(path, opt)
	if err != nil || opt.ReadOnly {
		return db, file, err
	}
	if err := db.Close(); err != nil {
		return nil, nil, err
	}
	db, err = bolt.Open(path, 0, &bolt.Options{
		Timeout: timeout(opt.Wait), FreelistType: bolt.FreelistMapType, InitialMmapSize: mapSize(size), OpenFile: kept(&file),
	})
	return db, file, explain(err)
}

// openChecked opens a file for reading and walks its pages while the shared lock keeps writers out. It returns the file's
// size too.
func openChecked(path string, opt Options) (*bolt.DB, *os.File, int64, error) {
	var file *os.File
	db, err := bolt.Open(path, 0, &bolt.Options{ReadOnly: true, Timeout: timeout(opt.Wait), OpenFile: kept(&file)})
	if err != nil {
		return nil, nil, 0, explain(whyNot(path, err))
	}
	info, err := file.Stat()
	if err == nil {
		err = explain(opt.Checked.check(file, info))
	}
	if err != nil {
		return nil, nil, 0, errors.Join(err, db.Close())
	}
	return db, file, info.Size(), nil
}

// check walks a file's pages, unless it is as it was when that was done last.
func (c *Checked) check(file io.ReaderAt, info os.FileInfo) error {
	p := pager{file: file}
	known := p.readMeta()
	if known && c.has(info, p.meta) {
		return nil
	}
	err := checkPages(file, info.Size(), false)
	if err == nil && known {
		c.put(info, p.meta)
	}
	return err
}

// kept opens a file that must be there, a missing ledger is never made by opening it, and leaves it in file too.
func kept(file **os.File) func(string, int, os.FileMode) (*os.File, error) {
	return func(name string, flag int, mode os.FileMode) (*os.File, error) {
		var err error
		*file, err = os.OpenFile(name, flag&^os.O_CREATE, mode)
		return *file, err
	}
}

// whyNot returns why bbolt could not open a file: that it cannot be read, or is cut short, where its first page says so, and
// otherwise err. bbolt itself takes either for a file that never was its own.
func whyNot(path string, err error) error {
	if errors.Is(err, bolterrors.ErrTimeout) || errors.Is(err, fs.ErrPermission) {
		return err
	}
	file, openErr := os.Open(path)
	if openErr != nil {
		return err
	}
	defer file.Close() //nolint:errcheck // it was only read
	info, statErr := file.Stat()
	if statErr != nil {
		return err
	}
	in := reader{from: file}
	_, pageErr := newPager(&in, info.Size())
	switch {
	case in.failed != nil:
		return in.failed
	case errors.Is(pageErr, errCutShort):
		return fmt.Errorf("%w: %w", ledger.ErrDamaged, pageErr)
	}
	return err
}

// timeout returns what bbolt takes for wait: it knows no "not at all", and takes 0 for ever.
func timeout(wait time.Duration) time.Duration { return max(wait, 1) }

// mapSize returns how much of a file of size bytes is mapped from the start: appends become dearer where a large file
// outgrows its mapping. A small one is left to bbolt, which makes a file as large as its mapping, up to a limit; Windows
// does so without limit.
func mapSize(size int64) int {
	if size < 64<<20 || runtime.GOOS == "windows" || math.MaxInt == math.MaxInt32 {
		return 0
	}
	return int(max(1<<30, 2*size))
}

// explain translates bbolt's errors.
func explain(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, bolterrors.ErrTimeout):
		return fmt.Errorf("%w: it is being written to, or, for a write, read", ledger.ErrBusy)
	case errors.Is(err, bolterrors.ErrInvalid), errors.Is(err, bolterrors.ErrVersionMismatch),
		errors.Is(err, bolterrors.ErrChecksum), errors.Is(err, errNotBolt):
		return fmt.Errorf("%w, or its first pages are destroyed: %w", errNotBolt, ledger.ErrNotLedger)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("this user may not do that, or the disk is read-only: %w", err)
	}
	return err
}
