package boltstore

import (
	"context"
	"errors"
	"io/fs"
	"os"
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
