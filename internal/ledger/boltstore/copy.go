package boltstore

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	bolt "go.etcd.io/bbolt"

	"suyuan/internal/ledger"
)

// ErrItself says that a ledger was to be copied onto itself, be it by another of its names.
var ErrItself = errors.New("it is the ledger itself")

// CopyOptions say how a ledger file is copied.
type CopyOptions struct {
	Wait     time.Duration             // for whoever writes to the ledger
	Progress func(done, total uint64)  // of the verifying; may be nil
	Mark     func(*ledger.Record) byte // what each record is to the caller, told while the copy is verified; may be nil
	Beside   func() error              // copies what belongs beside the ledger, before the copy gets its name and while nobody records; may be nil
}

// A Copied is a ledger file that was made whole: verified byte by byte before it got its name.
type Copied struct {
	Head   ledger.Head
	Bytes  int64
	SHA256 [sha256.Size]byte // of the file
	Marks  []byte            // what CopyOptions.Mark said of each record; nil where it was not asked, or not of all
}

// An UnsoundError says what is wrong with a file that was to become a ledger. It is a [ledger.ErrDamaged].
type UnsoundError struct {
	Findings []ledger.Finding // at least one
}

// Error names the first finding and counts the others.
func (e *UnsoundError) Error() string {
	f := e.Findings[0]
	s := fmt.Sprintf("%s: %s", f.Code, f.What)
	if f.Seq != ledger.NoSeq {
		s = fmt.Sprintf("record %d: %s", f.Seq, s)
	}
	if n := len(e.Findings) - 1; n > 0 {
		s += fmt.Sprintf(", and %d more", n)
	}
	return s
}

// Unwrap returns ledger.ErrDamaged.
func (e *UnsoundError) Unwrap() error { return ledger.ErrDamaged }

// Copy makes a copy of the ledger file at from under the name to, which must be free: the error otherwise wraps fs.ErrExist, and
// ErrItself too where it is the same file. Readers go on meanwhile, and writers wait.
//
// The copy is what one transaction sees, notes included. It is made under another name beside to, synced and verified, every byte
// of it, before it gets its own; so there is a whole copy or none, and none of a ledger that does not verify. A
// [ledger.UnknownOutcomeError] says that the copy is there and may be gone after a loss of power.
func Copy(ctx context.Context, from, to string, o CopyOptions) (Copied, error) {
	c, err := copyWhole(ctx, from, to, o)
	if err != nil {
		return Copied{}, fmt.Errorf("copy ledger %q to %q: %w", from, to, err)
	}
	return c, nil
}

func copyWhole(ctx context.Context, from, to string, o CopyOptions) (c Copied, err error) {
	if err := isFree(from, to); err != nil {
		return Copied{}, err
	}
	s, err := open(ctx, from, Options{ReadOnly: true, Wait: o.Wait})
	if err != nil {
		return Copied{}, err
	}
	err = makeWhole(to, func(temp string) error {
		if err := s.writeTo(ctx, temp); err != nil {
			return err
		}
		c, err = examine(ctx, temp, ledger.VerifyOptions{Progress: o.Progress, Mark: o.Mark})
		if err == nil && o.Beside != nil {
			err = o.Beside()
		}
		return err
	})
	_ = s.Close() // it was only read: what is made is made
	return c, err
}

// isFree says what stands where a copy of the ledger at from should be made.
func isFree(from, to string) error {
	there, err := os.Lstat(to)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	}
	if followed, err := os.Stat(to); err == nil {
		there = followed
	}
	if own, err := os.Stat(from); err == nil && os.SameFile(own, there) {
		return fmt.Errorf("%w: %w", ErrItself, fs.ErrExist)
	}
	return fs.ErrExist
}

// writeTo writes what one transaction sees to a file and syncs it.
func (s *Store) writeTo(ctx context.Context, path string) error {
	file, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	w := &copyWriter{ctx: ctx, file: file}
	err = s.view(ctx, func(tx *bolt.Tx) error {
		n, err := tx.WriteTo(w)
		if w.err != nil {
			return w.err // bbolt tells some of these in its own words alone
		}
		if err == nil && n != tx.Size() {
			err = fmt.Errorf("%d bytes were copied, want %d", n, tx.Size())
		}
		return err
	})
	if err == nil {
		err = file.Sync()
	}
	return errors.Join(err, file.Close())
}

// A copyWriter writes until its context ends, and keeps the first error.
type copyWriter struct {
	ctx  context.Context //nolint:containedctx // io.Writer has no room for it
	file *os.File
	err  error
}

func (w *copyWriter) Write(b []byte) (n int, err error) {
	if w.err == nil {
		w.err = w.ctx.Err()
	}
	if w.err == nil {
		n, w.err = w.file.Write(b)
	}
	return n, w.err
}

// Build makes a ledger file at path, which must be free, from what fill appends to an empty store, with the same care as Copy,
// and the same errors.
func Build(ctx context.Context, path string, progress func(done, total uint64), fillStore func(ledger.Store) error) (c Copied, err error) {
	err = makeWhole(path, func(temp string) error {
		if err := fill(ctx, temp, fillStore); err != nil {
			return err
		}
		c, err = examine(ctx, temp, ledger.VerifyOptions{Progress: progress})
		return err
	})
	if err != nil {
		return Copied{}, fmt.Errorf("make ledger %q: %w", path, err)
	}
	return c, nil
}

// examine reads every byte of a ledger file that has no name yet.
func examine(ctx context.Context, path string, o ledger.VerifyOptions) (Copied, error) {
	s, err := open(ctx, path, Options{ReadOnly: true})
	if err != nil {
		return Copied{}, err
	}
	c, err := s.examine(ctx, o)
	if err := errors.Join(err, s.Close()); err != nil {
		return Copied{}, err
	}
	file, err := os.Open(path)
	if err != nil {
		return Copied{}, err
	}
	defer file.Close() //nolint:errcheck // it was only read
	digest := sha256.New()
	c.Bytes, err = io.Copy(digest, file)
	c.SHA256 = [sha256.Size]byte(digest.Sum(nil))
	return c, err
}

func (s *Store) examine(ctx context.Context, o ledger.VerifyOptions) (Copied, error) {
	report, err := ledger.VerifyWith(ctx, s, o)
	switch {
	case err != nil:
		return Copied{}, err
	case !report.OK:
		return Copied{}, &UnsoundError{Findings: report.Findings}
	}
	// Not closed: that would close the store, and a ledger for reading holds nothing of its own.
	l, err := ledger.Open(ctx, s)
	if err != nil {
		return Copied{}, err
	}
	return Copied{Head: l.Head(), Marks: report.Marks}, nil
}
