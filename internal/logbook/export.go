package logbook

import (
	"context"
	"errors"
	"fmt"
	"io"

	"suyuan/internal/interchange/jsonl"
	"suyuan/internal/ledger"
)

// ExportOptions say what to export.
type ExportOptions struct {
	Format   Format   // empty: FormatJSONL, the records' own bytes
	Only     []uint64 // nil: all records; otherwise the records of these numbers, in order
	Progress func(done, total uint64)
}

// Export writes the ledger, as it is when Export begins, to w. The file is not
// held while w takes its time.
func (b *Book) Export(ctx context.Context, w io.Writer, o ExportOptions) error {
	switch o.Format {
	case "", FormatJSONL:
		out := jsonl.NewWriter(w)
		err := b.eachPiece(ctx, o, func(recs []ledger.Record) error {
			for i := range recs {
				if err := out.Write(recs[i].Bytes); err != nil {
					return err
				}
			}
			return nil
		})
		return errors.Join(err, out.Flush())
	default:
		return fmt.Errorf("format %q: want %q", o.Format, FormatJSONL)
	}
}

// eachPiece runs f over the records, some at a time, with the file free. That
// all of them are one unbroken chain can be told only where all are read.
func (b *Book) eachPiece(ctx context.Context, o ExportOptions, f func([]ledger.Record) error) error {
	if o.Only != nil {
		return b.eachOf(ctx, o, f)
	}
	head, err := b.Head(ctx)
	if err != nil {
		return err
	}
	var c chain
	for next := uint64(0); next < head.Size; {
		recs, err := b.piece(ctx, func(i int) (uint64, bool) { return next + uint64(i), next+uint64(i) < head.Size }) //nolint:gosec // an index
		if err != nil {
			return err
		}
		for i := range recs {
			if err := c.follow(&recs[i]); err != nil {
				return err
			}
		}
		if err := f(recs); err != nil {
			return err
		}
		next += uint64(len(recs))
		if o.Progress != nil {
			o.Progress(next, head.Size)
		}
	}
	return c.end(head)
}

func (b *Book) eachOf(ctx context.Context, o ExportOptions, f func([]ledger.Record) error) error {
	total := uint64(len(o.Only))
	for left := o.Only; len(left) > 0; {
		recs, err := b.piece(ctx, listed(left))
		if err != nil {
			return err
		}
		if err := f(recs); err != nil {
			return err
		}
		left = left[len(recs):]
		if o.Progress != nil {
			o.Progress(total-uint64(len(left)), total)
		}
	}
	return nil
}
