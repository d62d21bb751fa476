package logbook

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"suyuan/internal/interchange/tiles"
	"suyuan/internal/ledger"
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
	c, err := b.newestSealed(ctx)
	switch {
	case err != nil:
		return err
	case c.Note == nil:
		return ErrUnsigned
	}
	err = tiles.Write(path, tiles.Checkpoint{Size: c.Size, Root: c.Root, Note: c.Note}, b.prefix(ctx, c.Size, progress))
	var root *tiles.RootError
	if errors.As(err, &root) {
		return fmt.Errorf("%w: %w", ledger.ErrDamaged, err)
	}
	return err
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
