package logbook

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"suyuan/internal/interchange/tiles"
	"suyuan/internal/ledger"
	"suyuan/internal/notary"
)

// FormatTiles is a C2SP tlog-tiles folder, which [Book.ExportTiles] writes.
const FormatTiles Format = "tiles"

// ErrUnsigned says that the ledger has no signed checkpoint.
var ErrUnsigned = errors.New("the ledger has no signed checkpoint")

// ExportTiles makes the folder path, which must not be there, with the newest
// signed checkpoint, the records that it covers and their tiles. It is whole or
// not there. The ledger's file is not held while the folder is written.
// progress may be nil.
func (b *Book) ExportTiles(ctx context.Context, path string, progress func(done, total uint64)) error {
	c, err := b.newestCheckpoint(ctx)
	if err != nil {
		return err
	}
	err = tiles.Write(path, c, b.prefix(ctx, c.Size, progress))
	var root *tiles.RootError
	if errors.As(err, &root) {
		return fmt.Errorf("%w: %w", ledger.ErrDamaged, err)
	}
	return err
}

// newestCheckpoint returns the newest signed checkpoint. One that is not of the
// ledger that keeps it is damage.
func (b *Book) newestCheckpoint(ctx context.Context) (tiles.Checkpoint, error) {
	var c tiles.Checkpoint
	err := b.reading(ctx, func(l *ledger.Ledger) error {
		newest, ok, err := l.NewestNote(ctx, ledger.NoteCheckpoint)
		if err != nil {
			return err
		}
		if !ok {
			return ErrUnsigned
		}
		says, err := notary.ReadCheckpoint(newest.Text)
		if err != nil {
			return fmt.Errorf("%w: %w", ledger.ErrDamaged, err)
		}
		head := l.Head()
		if says.Origin != head.Origin || says.Size != newest.Size || says.Size > head.Size {
			return fmt.Errorf("%w: a checkpoint of %q and %d records is kept for %q and %d, and there are %d",
				ledger.ErrDamaged, says.Origin, says.Size, head.Origin, newest.Size, head.Size)
		}
		c = tiles.Checkpoint{Size: says.Size, Root: says.Root, Note: newest.Text}
		return nil
	})
	return c, err
}

// prefix yields the first records' bytes, read in pieces between which the file
// is free.
func (b *Book) prefix(ctx context.Context, size uint64, progress func(done, total uint64)) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		for next := uint64(0); next < size; {
			recs, err := b.piece(ctx, func(i int) (uint64, bool) { return next + uint64(i), next+uint64(i) < size }) //nolint:gosec // an index
			if err != nil {
				yield(nil, err)
				return
			}
			for i := range recs {
				if !yield(recs[i].Bytes, nil) {
					return
				}
			}
			next += uint64(len(recs))
			if progress != nil {
				progress(next, size)
			}
		}
	}
}
