package ledgertest

import (
	"context"
	"errors"
	"sync"

	"suyuan/internal/ledger"
)

// ErrInjected is the error of a call that was told to fail.
var ErrInjected = errors.New("injected fault")

// A Fault is a way in which a call fails.
type Fault int

// The faults. Both look the same to the caller, which is the point.
const (
	NoFault    Fault = iota
	FailBefore       // nothing is done
	FailAfter        // everything is done: of an append a phantom commit, as when the last sync fails
)

// Faults makes one call fail among all those of the stores that it wraps, one after the other, as a process opens them: opening,
// closing, and every method. It is what a fault at every system call is where nothing injects these.
type Faults struct {
	At     int    // the call that fails, from 0
	Only   string // the name of the calls that count; empty for all of them
	Fault  Fault  // how
	Onward bool   // all later calls of the same name fail too

	mu    sync.Mutex
	calls int    // guarded by mu
	fell  string // the name of the call that failed first, guarded by mu
}

// Fell returns the name of the call that failed, empty where none has.
func (f *Faults) Fell() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.fell
}

func (f *Faults) strike(name string) Fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.Only != "" && name != f.Only {
		return NoFault
	}
	n := f.calls
	f.calls++
	switch {
	case n == f.At:
		f.fell = name
	case n < f.At || !f.Onward || name != f.fell:
		return NoFault
	}
	return f.Fault
}

// Wrap counts the opening of s and returns a store whose calls count. Where opening fails, s is closed.
func (f *Faults) Wrap(s ledger.Store) (ledger.Store, error) {
	if f.strike("open") != NoFault {
		_ = s.Close()
		return nil, ErrInjected
	}
	return &failing{Store: s, faults: f}, nil
}

// A failing store asks its faults before each call. After a write of unknown outcome it refuses every call, as the contract wants.
type failing struct {
	ledger.Store
	faults *Faults

	mu       sync.Mutex
	poisoned bool // guarded by mu
}

func (s *failing) refuses() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.poisoned
}

// write runs a call that changes something.
func (s *failing) write(name string, f func() error) error {
	if s.refuses() {
		return ledger.ErrPoisoned
	}
	fault := s.faults.strike(name)
	if fault == NoFault {
		return f()
	}
	s.mu.Lock()
	s.poisoned = true
	s.mu.Unlock()
	if fault == FailAfter {
		if err := f(); err != nil {
			return err
		}
	}
	return ErrInjected
}

// read runs a call that changes nothing.
func (s *failing) read(name string, f func() error) error {
	if s.refuses() {
		return ledger.ErrPoisoned
	}
	fault := s.faults.strike(name)
	if fault == FailBefore {
		return ErrInjected
	}
	if err := f(); err != nil {
		return err
	}
	if fault == FailAfter {
		return ErrInjected
	}
	return nil
}

// Append implements ledger.Store.
func (s *failing) Append(ctx context.Context, b ledger.Batch) error {
	return s.write("append", func() error { return s.Store.Append(ctx, b) })
}

// PutNote implements ledger.Store.
func (s *failing) PutNote(ctx context.Context, name string, n ledger.Note) error {
	return s.write("note", func() error { return s.Store.PutNote(ctx, name, n) })
}

// Head implements ledger.Store.
func (s *failing) Head(ctx context.Context) (size uint64, head []byte, err error) {
	err = s.read("head", func() error {
		size, head, err = s.Store.Head(ctx)
		return err
	})
	return size, head, err
}

// Record implements ledger.Store.
func (s *failing) Record(ctx context.Context, seq uint64) (rec []byte, err error) {
	err = s.read("record", func() error {
		rec, err = s.Store.Record(ctx, seq)
		return err
	})
	return rec, err
}

// Scan implements ledger.Store.
func (s *failing) Scan(ctx context.Context, from, to uint64, f func(uint64, []byte) error) error {
	return s.read("scan", func() error { return s.Store.Scan(ctx, from, to, f) })
}

// Lookup implements ledger.Store.
func (s *failing) Lookup(ctx context.Context, id ledger.ID) (seq uint64, ok bool, err error) {
	err = s.read("lookup", func() error {
		seq, ok, err = s.Store.Lookup(ctx, id)
		return err
	})
	return seq, ok && err == nil, err
}

// Tile implements ledger.Store.
func (s *failing) Tile(ctx context.Context, level int, index uint64) (hashes []byte, err error) {
	err = s.read("tile", func() error {
		hashes, err = s.Store.Tile(ctx, level, index)
		return err
	})
	return hashes, err
}

// ScanTiles implements ledger.Store.
func (s *failing) ScanTiles(ctx context.Context, f func(ledger.Tile) error) error {
	return s.read("tiles", func() error { return s.Store.ScanTiles(ctx, f) })
}

// Notes implements ledger.Store.
func (s *failing) Notes(ctx context.Context, name string) (notes []ledger.Note, err error) {
	err = s.read("notes", func() error {
		notes, err = s.Store.Notes(ctx, name)
		return err
	})
	return notes, err
}

// NewestNote implements ledger.Store.
func (s *failing) NewestNote(ctx context.Context, name string) (n ledger.Note, ok bool, err error) {
	err = s.read("newest note", func() error {
		n, ok, err = s.Store.NewestNote(ctx, name)
		return err
	})
	return n, ok && err == nil, err
}

// Close implements ledger.Store. The store is closed in any case, as a file is.
func (s *failing) Close() error {
	fault := s.faults.strike("close")
	if err := s.Store.Close(); err != nil {
		return err
	}
	if fault != NoFault {
		return ErrInjected
	}
	return nil
}
