package logbook

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"suyuan/internal/event"
	"suyuan/internal/interchange/csv"
	"suyuan/internal/interchange/jsonl"
	"suyuan/internal/ledger"
)

// FormatCSV is the audit trail as a table.
const FormatCSV Format = "csv"

// ExportOptions say what to export.
type ExportOptions struct {
	Format   Format   // empty: FormatJSONL, the records' own bytes
	Mark     bool     // of a table: begin with a byte order mark
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
	case FormatCSV:
		out, err := csv.NewWriter(w, o.Mark)
		if err != nil {
			return err
		}
		s, err := b.load(ctx)
		if err != nil {
			return err
		}
		err = b.eachPiece(ctx, o, func(recs []ledger.Record) (err error) {
			s, err = b.table(ctx, s, out, recs)
			return err
		})
		return errors.Join(err, out.Flush())
	default:
		return fmt.Errorf("format %q: want %q or %q", o.Format, FormatJSONL, FormatCSV)
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

// table writes the rows of some records, beside what they correct or replace, and
// returns the state to go on with.
func (b *Book) table(ctx context.Context, s *state, out *csv.Writer, recs []ledger.Record) (*state, error) {
	var old map[event.ID][]byte
	s, err := b.judge(ctx, s, func(s *state) (err error) {
		old, err = b.struck(ctx, s, recs)
		return err
	})
	if err != nil {
		return nil, err
	}
	for i := range recs {
		row, err := tableRow(&recs[i], old)
		if err != nil {
			return nil, err
		}
		if err := out.Write(row); err != nil {
			return nil, err
		}
	}
	return s, nil
}

func tableRow(rec *ledger.Record, old map[event.ID][]byte) (csv.Row, error) {
	row := csv.Row{Seq: rec.Seq, Recorded: rec.Recorded, By: rec.By, Leaf: rec.Leaf(), Bytes: rec.Event}
	if rec.Source != nil {
		row.Source, row.Line = rec.Source.Name, rec.Source.Line
	}
	if rec.Genesis != nil {
		var first struct{ Genesis json.RawMessage }
		err := json.Unmarshal(rec.Bytes, &first)
		row.Bytes = first.Genesis
		return row, err
	}
	e, err := stored(rec)
	if err != nil {
		return csv.Row{}, err
	}
	row.Event, row.Old = &e, old[strikes(&e)]
	return row, nil
}

// strikes returns the id of the event that e corrects or replaces.
func strikes(e *event.Event) event.ID {
	if c, ok := e.Body.(*event.Correction); ok {
		return c.Corrects
	}
	return e.Replaces
}

// struck returns the bytes of the events that those of recs correct or replace.
func (b *Book) struck(ctx context.Context, s *state, recs []ledger.Record) (map[event.ID][]byte, error) {
	var seqs []uint64
	for i := range recs {
		entry, ok := s.graph.ByID(event.ID(recs[i].ID.String()))
		if !ok {
			continue
		}
		if target, ok := s.graph.ByID(strikes(&entry.Event)); ok {
			seqs = append(seqs, target.Seq)
		}
	}
	old := make(map[event.ID][]byte)
	slices.Sort(seqs)
	for seqs = slices.Compact(seqs); len(seqs) > 0; {
		targets, err := b.piece(ctx, listed(seqs))
		if err != nil {
			return nil, err
		}
		for i := range targets {
			old[event.ID(targets[i].ID.String())] = targets[i].Event
		}
		seqs = seqs[len(targets):]
	}
	return old, nil
}
