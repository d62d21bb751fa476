package logbook

import (
	"context"
	"errors"
	"iter"
	"slices"

	"suyuan/internal/event"
	"suyuan/internal/ledger"
)

// A TrailRow is one record of the audit trail.
type TrailRow struct {
	Row
	Old *ledger.Record // the record that this one corrects or replaces; nil where there is none
}

// Trail yields the audit trail, as it is when it begins: one row for each record,
// in order. The file is not held while a row is yielded. The format is not asked
// for: what a row looks like is the reader's. That the chain is broken may be
// found at its end, so that nothing stands before the last row was read.
func (b *Book) Trail(ctx context.Context, o ExportOptions) iter.Seq2[TrailRow, error] {
	return func(yield func(TrailRow, error) bool) {
		s, err := b.load(ctx)
		if err == nil {
			err = b.eachPiece(ctx, o, func(recs []ledger.Record) error {
				var rows []TrailRow
				if s, rows, err = b.trailRows(ctx, s, recs); err != nil {
					return err
				}
				for _, row := range rows {
					if !yield(row, nil) {
						return errStopped
					}
				}
				return nil
			})
		}
		if err != nil && !errors.Is(err, errStopped) {
			yield(TrailRow{}, err)
		}
	}
}

// errStopped says that whoever reads wants no more.
var errStopped = errors.New("stopped")

// trailRows are some records beside what they correct or replace. It returns the
// state to go on with.
func (b *Book) trailRows(ctx context.Context, s *state, recs []ledger.Record) (*state, []TrailRow, error) {
	var rows []TrailRow
	s, err := b.judge(ctx, s, func(s *state) error {
		old, err := b.struck(ctx, s, recs)
		if err != nil {
			return err
		}
		rows = make([]TrailRow, len(recs))
		for i := range recs {
			if rows[i].Row, err = s.row(recs[i]); err != nil {
				return err
			}
			rows[i].Old = old[strikes(&rows[i].Event)]
		}
		return nil
	})
	return s, rows, err
}

// strikes returns the id of the event that e corrects or replaces.
func strikes(e *event.Event) event.ID {
	if c, ok := e.Body.(*event.Correction); ok {
		return c.Corrects
	}
	return e.Replaces
}

// struck returns the records whose events those of recs correct or replace.
func (b *Book) struck(ctx context.Context, s *state, recs []ledger.Record) (map[event.ID]*ledger.Record, error) {
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
	old := make(map[event.ID]*ledger.Record)
	slices.Sort(seqs)
	for seqs = slices.Compact(seqs); len(seqs) > 0; {
		targets, err := b.piece(ctx, listed(seqs))
		if err != nil {
			return nil, err
		}
		for i := range targets {
			old[event.ID(targets[i].ID.String())] = &targets[i]
		}
		seqs = seqs[len(targets):]
	}
	return old, nil
}
