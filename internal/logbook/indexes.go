package logbook

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"

	"suyuan/internal/ledger"
	"suyuan/internal/ledger/boltstore"
)

// The names of what is kept beside a ledger.
const (
	IndexIDs       = "ids"
	IndexGenealogy = "genealogy"
	IndexEvents    = "events"
)

// Damaged is the state of an index that is not what was written, besides those of
// [boltstore.IndexState].
const Damaged boltstore.IndexState = "damaged"

// An IndexStatus says how one of the indexes beside a ledger stands to it.
type IndexStatus struct {
	Name  string // IndexIDs, IndexGenealogy or IndexEvents
	File  string
	State boltstore.IndexState
	Size  uint64 // how many of the ledger's records it stands for
	Bytes int64
	Sound bool // all of it was read and is what was written
}

// IndexStatus reads all of the indexes beside the ledger and says how they stand
// to it, and how many records that has. It changes nothing.
func (b *Book) IndexStatus(ctx context.Context) (list []IndexStatus, size uint64, err error) {
	s, err := boltstore.Open(ctx, b.path, boltstore.Options{ReadOnly: true, Wait: b.o.Wait})
	if err != nil {
		return nil, 0, noLedger(b.path, err)
	}
	l, err := ledger.Open(ctx, s)
	if err != nil {
		return nil, 0, errors.Join(err, s.Close())
	}
	ids, err := idsStatus(ctx, b.path, s)
	if err == nil {
		events, failed := tailStatus(ctx, b.path, l)
		list, size = []IndexStatus{ids, genealogyStatus(ctx, b.path, l, true), events}, l.Head().Size
		err = errors.Join(failed, ctx.Err())
	}
	return list, size, errors.Join(err, l.Close())
}

func idsStatus(ctx context.Context, path string, s *boltstore.Store) (IndexStatus, error) {
	x := IndexStatus{Name: IndexIDs, File: boltstore.IndexPath(path)}
	var err error
	if x.State, x.Size, err = s.Index(ctx); err != nil {
		return x, err
	}
	if info, err := os.Stat(x.File); err == nil && info.Mode().IsRegular() {
		x.Bytes = info.Size()
	}
	if x.Size > 0 {
		if x.Sound = s.CheckIndex(ctx) == nil; !x.Sound {
			x.State = Damaged
		}
	}
	return x, nil
}

// genealogyStatus looks at the index of what the records say; whole has it read
// to its end, where it is too large for that to be done at every opening.
func genealogyStatus(ctx context.Context, path string, l *ledger.Ledger, whole bool) IndexStatus {
	x := IndexStatus{Name: IndexGenealogy, File: IndexPath(path), State: boltstore.IndexAbsent}
	info, err := os.Lstat(x.File)
	if errors.Is(err, fs.ErrNotExist) {
		return x
	}
	if x.State = boltstore.IndexForeign; err != nil || checkOwn(x.File) != nil {
		return x
	}
	x.Bytes = info.Size()
	err = sound(func() error {
		snap, err := openIndex(path)
		if err == nil && whole {
			err = snap.Check()
		}
		if err != nil {
			return err
		}
		var stamp indexStamp
		if _, err := stateOf(ctx, l, snap); err != nil {
			return err
		}
		err = json.Unmarshal(snap.Stamp(), &stamp)
		x.Size = stamp.Size
		return err
	})
	switch {
	case isDamage(err):
		x.State = Damaged
	case err != nil:
		x.State = boltstore.IndexStale
	case x.Size < l.Head().Size:
		x.State, x.Sound = boltstore.IndexBehind, true
	default:
		x.State, x.Sound = boltstore.IndexCurrent, true
	}
	return x
}

// tailStatus reads the file of packed events, which stands for the records up to
// the last that it has of this ledger.
func tailStatus(ctx context.Context, path string, l *ledger.Ledger) (IndexStatus, error) {
	x := IndexStatus{Name: IndexEvents, File: TailPath(path), State: boltstore.IndexAbsent}
	info, err := os.Lstat(x.File)
	if errors.Is(err, fs.ErrNotExist) {
		return x, nil
	}
	if x.State = boltstore.IndexForeign; err != nil || checkTail(x.File) != nil {
		return x, nil
	}
	f, err := os.Open(x.File)
	if err != nil {
		return x, nil
	}
	defer func() { _ = f.Close() }() // it was only read
	x.Bytes = info.Size()
	all := tailFrames(f, false)
	list, err := believed(ctx, l, all, l.Head().Size)
	if err != nil {
		return x, err
	}
	end := int64(tailHead)
	if n := len(all); n > 0 {
		end = all[n-1].off + all[n-1].bytes
	}
	if n := len(list); n > 0 {
		x.Size = list[n-1].to
	}
	switch {
	case len(list) < len(all) || len(all) == 0:
		x.State = boltstore.IndexStale
	case end < x.Bytes:
		x.State = Damaged
	case x.Size < l.Head().Size:
		x.State, x.Sound = boltstore.IndexBehind, true
	default:
		x.State, x.Sound = boltstore.IndexCurrent, true
	}
	return x, nil
}

// RebuildIndexes makes both indexes anew from the records, however few these are;
// what is packed beside them goes, since they have it.
// Of the index of what they say, the old one stays until the new one is whole; an
// [*UnfinishedError] says that it is made, and the index of ids is not.
func (b *Book) RebuildIndexes(ctx context.Context) error {
	err := b.transact(ctx, true, func(l *ledger.Ledger) error {
		s := newState()
		s.ledger = l
		if err := b.replay(ctx, s, l, l.Head()); err != nil {
			return err
		}
		b.state = nil
		err := b.writeIndex(ctx, s)
		if err == nil {
			b.removeTail()
		}
		return err
	})
	if err != nil {
		return err
	}
	s, err := boltstore.Open(ctx, b.path, boltstore.Options{Wait: b.o.Wait})
	if err == nil {
		err = errors.Join(s.RemakeIndex(ctx), s.Close())
	}
	if err != nil {
		return &UnfinishedError{err}
	}
	return nil
}
