package boltstore

import (
	"context"
	"errors"
	"io/fs"
	"os"

	bolt "go.etcd.io/bbolt"
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

// nothingIn reports whether a bbolt file holds no bucket.
func nothingIn(path string) bool {
	empty := false
	err := guard(func() error {
		db, _, err := openBolt(path, Options{ReadOnly: true})
		if err != nil {
			return err
		}
		err = db.View(func(tx *bolt.Tx) error {
			first, _ := tx.Cursor().First()
			empty = first == nil
			return nil
		})
		return errors.Join(err, db.Close())
	})
	return err == nil && empty
}

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
	case err != nil && nothingIn(path):
		return IndexBehind, 0, nil // made, and never written: ids gather in memory first
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
