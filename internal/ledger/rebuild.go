package ledger

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"time"
)

// Rebuild makes a ledger in an empty store from the bytes of its records, from record 0 on: the same bytes, the same tree, the same
// head. A record that does not fit those before it is a *FitError; an error of the sequence itself comes back as it is. After an
// error the store may hold the first of the records and is of no use.
func Rebuild(ctx context.Context, s Store, records iter.Seq2[[]byte, error]) (Head, error) {
	var seq Sequence
	b := builder{store: s}
	for raw, err := range records {
		if err != nil {
			return Head{}, err
		}
		rec, err := seq.Follow(bytes.Clone(raw)) // it is kept until the next flush
		if err != nil {
			return Head{}, err
		}
		if err := b.add(ctx, rec); err != nil {
			return Head{}, err
		}
	}
	return b.finish(ctx)
}

// Continue makes a ledger in an empty store that takes the place of another: record 0 with genesis g, which must have Succeeds,
// entered by by, who may be empty, and then the records 1 to Kept-1 of the old one, with everything but their prev as it was. records
// yields the old ones from record 0 on, checked (see Sequence), and no fewer than Kept.
//
// Record 0 bears the time of the old record 0, since no record may be older than the one before it; Created says when it was made.
func Continue(ctx context.Context, s Store, g Genesis, by string, records iter.Seq2[Record, error]) (Head, error) {
	if g.Succeeds == nil {
		return Head{}, errors.New("continue ledger: a genesis that succeeds none")
	}
	b := builder{store: s}
	for old, err := range records {
		if err != nil {
			return Head{}, err
		}
		if old.Seq == 0 {
			old, err = genesisRecord(g, by, old.Recorded)
		} else {
			old.Prev = b.view.head.Last
			old.Bytes = appendRecord(nil, old)
		}
		if err != nil {
			return Head{}, fmt.Errorf("continue ledger: %w", err)
		}
		if err := b.add(ctx, old); err != nil {
			return Head{}, err
		}
		if b.size() == g.Succeeds.Kept {
			break // what is wrong with those behind is why they are not kept
		}
	}
	if b.size() != g.Succeeds.Kept {
		return Head{}, fmt.Errorf("continue ledger: %d records, want %d", b.size(), g.Succeeds.Kept)
	}
	return b.finish(ctx)
}

// genesisRecord returns record 0.
func genesisRecord(g Genesis, by string, recorded time.Time) (Record, error) {
	g.Created = g.Created.UTC().Truncate(time.Millisecond)
	rec := Record{By: by, Recorded: recorded.UTC().Truncate(time.Millisecond), Genesis: &g}
	if err := g.check(); err != nil {
		return rec, err
	}
	if by != "" {
		if err := checkBy(by); err != nil {
			return rec, err
		}
	}
	if err := checkTime("recorded", rec.Recorded); err != nil {
		return rec, err
	}
	rec.Bytes = appendRecord(nil, rec)
	if len(rec.Bytes) > MaxRecord {
		return rec, &TooLargeError{Size: len(rec.Bytes), Limit: MaxRecord}
	}
	return rec, nil
}

// What a builder writes in one go.
const (
	buildRecords = 1 << 14
	buildBytes   = 8 << 20
)

// A builder fills an empty store with records that were checked, some at a time.
type builder struct {
	store  Store
	view   view
	roots  rootCache
	batch  Batch
	leaves []Hash
	bytes  int
}

// size returns how many records were added.
func (b *builder) size() uint64 { return b.batch.At + uint64(len(b.leaves)) }

func (b *builder) add(ctx context.Context, rec Record) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if rec.Genesis != nil {
		b.view.head.Origin = rec.Genesis.Origin
	}
	b.view.head.Last, b.view.head.Recorded = rec.Leaf(), rec.Recorded
	b.batch.Records = append(b.batch.Records, rec.Bytes)
	b.batch.IDs = append(b.batch.IDs, rec.ID)
	b.leaves = append(b.leaves, b.view.head.Last)
	if b.bytes += len(rec.Bytes); len(b.leaves) < buildRecords && b.bytes < buildBytes {
		return nil
	}
	return b.flush(ctx)
}

func (b *builder) flush(ctx context.Context) error {
	if len(b.leaves) == 0 {
		return nil
	}
	tiles, err := b.view.grow(ctx, &tileRoots{store: b.store, cache: &b.roots}, b.leaves)
	if err != nil {
		return err
	}
	b.batch.Tiles = tiles
	b.batch.Head = encodeHead(b.view.head, &b.view.edge)
	if err := b.store.Append(ctx, b.batch); err != nil {
		return err
	}
	b.batch, b.leaves, b.bytes = Batch{At: b.view.head.Size}, nil, 0
	return nil
}

func (b *builder) finish(ctx context.Context) (Head, error) {
	if b.size() == 0 {
		return Head{}, fmt.Errorf("no record, not even record 0: %w", ErrNotLedger)
	}
	if err := b.flush(ctx); err != nil {
		return Head{}, err
	}
	return b.view.head, nil
}
