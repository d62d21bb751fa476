package boltstore

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"suyuan/internal/ledger"
)

// An IndexState says how the index of ids beside a ledger stands to it.
type IndexState string

// The states of an index. All but IndexForeign mend themselves when the ledger is next opened for writing.
const (
	IndexAbsent  IndexState = "absent"
	IndexCurrent IndexState = "current"
	IndexBehind  IndexState = "behind"
	IndexStale   IndexState = "stale"   // of another ledger or another history, or not readable
	IndexForeign IndexState = "foreign" // a folder or a device in its place: nothing is recorded until it is removed
)

// Index returns how the index stands, and for how many records, where it stands for this ledger. It changes nothing.
func (s *Store) Index(ctx context.Context) (state IndexState, size uint64, err error) {
	path := IndexPath(s.path)
	if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
		return IndexAbsent, 0, nil
	}
	head, _, err := s.Head(ctx)
	if err != nil {
		return "", 0, err
	}
	x, err := loadIDs(ctx, s, path, true)
	switch {
	case ctx.Err() != nil:
		return "", 0, ctx.Err()
	case errors.Is(err, errForeignIndex):
		return IndexForeign, 0, nil
	case errors.Is(err, errUnwritten):
		return IndexBehind, 0, nil
	case err != nil:
		return IndexStale, 0, nil //nolint:nilerr // whatever is wrong with it, it is made again
	}
	if size = x.size; size < head {
		state = IndexBehind
	} else {
		state = IndexCurrent
	}
	return state, size, x.shut()
}

// CheckIndex reads all of the index, which must be one of this ledger, and says what is wrong with its form. That each id
// stands for its record is looked at whenever it is used. It changes nothing.
func (s *Store) CheckIndex(ctx context.Context) error {
	x, err := loadIDs(ctx, s, IndexPath(s.path), true)
	if err != nil {
		return err
	}
	for _, r := range x.file.runs {
		err = errors.Join(err, checkRun(ctx, r))
	}
	return errors.Join(err, x.shut())
}

// checkRun reads all blocks of a run, and looks at the order of what they hold.
func checkRun(ctx context.Context, r *run) error {
	if err := r.readTail(); err != nil {
		return err
	}
	entries, last := &stored{run: r}, idEntry{}
	for i := int64(0); ; i++ {
		e, ok, err := entries.next()
		if err != nil || !ok {
			return err
		}
		if i > 0 && last.compare(e) >= 0 {
			return r.broken(i / blockEntries)
		}
		last = e
		if i%blockEntries == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
	}
}

// RemakeIndex makes the index anew from the records and writes all of it, however few they are. The store must be open for
// writing, and is to be closed after an error.
func (s *Store) RemakeIndex(ctx context.Context) error {
	if s.readOnly {
		return ledger.ErrReadOnly
	}
	s.ids.mu.Lock()
	s.ids.broken = true // whatever follows
	err := s.ids.shut()
	s.ids.mu.Unlock()
	if err != nil {
		return err
	}
	x, err := newIDs(IndexPath(s.path))
	if err != nil {
		return fmt.Errorf("index of ids: %w", err)
	}
	s.ids = x
	err = x.catchUp(ctx, s)
	x.mu.Lock()
	defer x.mu.Unlock()
	if err == nil {
		err = x.flush()
	}
	x.broken = err != nil
	return explain(err)
}
