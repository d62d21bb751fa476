package ledgertest

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"testing"

	"suyuan/internal/ledger"
)

// A Loose store is a copy of another one whose content a test may change in every way that a tamperer could. It is open
// for reading only and not for concurrent use with such changes.
type Loose struct {
	Records  map[uint64][]byte
	Tiles    []ledger.Tile
	Size     uint64
	HeadBlob []byte
}

var _ ledger.Store = (*Loose)(nil)

// Loosen copies a store.
func Loosen(tb testing.TB, s ledger.Store) *Loose {
	tb.Helper()
	l := &Loose{Records: make(map[uint64][]byte)}
	ctx := tb.Context()
	var err error
	if l.Size, l.HeadBlob, err = s.Head(ctx); err != nil {
		tb.Fatal(err)
	}
	err = s.Scan(ctx, 0, l.Size, func(seq uint64, rec []byte) error {
		l.Records[seq] = bytes.Clone(rec)
		return nil
	})
	if err != nil {
		tb.Fatal(err)
	}
	err = s.ScanTiles(ctx, func(t ledger.Tile) error {
		l.Tiles = append(l.Tiles, ledger.Tile{Level: t.Level, Index: t.Index, Hashes: bytes.Clone(t.Hashes)})
		return nil
	})
	if err != nil {
		tb.Fatal(err)
	}
	return l
}

// Clone returns a copy, so that one sound ledger serves many tests.
func (l *Loose) Clone() *Loose {
	c := &Loose{Records: maps.Clone(l.Records), Size: l.Size, HeadBlob: bytes.Clone(l.HeadBlob)}
	for seq, rec := range c.Records {
		c.Records[seq] = bytes.Clone(rec)
	}
	for _, t := range l.Tiles {
		c.Tiles = append(c.Tiles, ledger.Tile{Level: t.Level, Index: t.Index, Hashes: bytes.Clone(t.Hashes)})
	}
	return c
}

// Append implements ledger.Store.
func (l *Loose) Append(context.Context, ledger.Batch) error { return ledger.ErrReadOnly }

// Head implements ledger.Store.
func (l *Loose) Head(context.Context) (uint64, []byte, error) { return l.Size, l.HeadBlob, nil }

// Record implements ledger.Store.
func (l *Loose) Record(_ context.Context, seq uint64) ([]byte, error) {
	rec, ok := l.Records[seq]
	if !ok {
		return nil, fmt.Errorf("record %d: %w", seq, ledger.ErrNoRecord)
	}
	return rec, nil
}

// Scan implements ledger.Store.
func (l *Loose) Scan(ctx context.Context, from, to uint64, f func(uint64, []byte) error) error {
	for _, seq := range slices.Sorted(maps.Keys(l.Records)) {
		if seq < from || seq >= to {
			continue
		}
		if err := cmp.Or(ctx.Err(), f(seq, l.Records[seq])); err != nil {
			return err
		}
	}
	return nil
}

// Lookup implements ledger.Store.
func (l *Loose) Lookup(_ context.Context, id ledger.ID) (uint64, bool, error) {
	for seq, rec := range l.Records {
		if r, err := ledger.ParseRecord(rec); err == nil && r.ID == id {
			return seq, true, nil
		}
	}
	return 0, false, nil
}

// Tile implements ledger.Store.
func (l *Loose) Tile(_ context.Context, level int, index uint64) ([]byte, error) {
	for _, t := range l.Tiles {
		if t.Level == level && t.Index == index {
			return t.Hashes, nil
		}
	}
	return nil, fmt.Errorf("tile %d of level %d: %w", index, level, ledger.ErrNoRecord)
}

// ScanTiles implements ledger.Store.
func (l *Loose) ScanTiles(_ context.Context, f func(ledger.Tile) error) error {
	for _, t := range l.Tiles {
		if err := f(t); err != nil {
			return err
		}
	}
	return nil
}

// PutNote implements ledger.Store.
func (l *Loose) PutNote(context.Context, string, ledger.Note) error { return ledger.ErrReadOnly }

// Notes implements ledger.Store.
func (l *Loose) Notes(context.Context, string) ([]ledger.Note, error) { return nil, nil }

// NewestNote implements ledger.Store.
func (l *Loose) NewestNote(context.Context, string) (ledger.Note, bool, error) {
	return ledger.Note{}, false, nil
}

// ReadOnly implements ledger.Store.
func (l *Loose) ReadOnly() bool { return true }

// Close implements ledger.Store.
func (l *Loose) Close() error { return nil }
