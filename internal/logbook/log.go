package logbook

import (
	"context"
	"iter"
	"slices"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
	"suyuan/internal/ledger"
)

// A Row is one record of the ledger, with what later records say of it.
type Row struct {
	Record   ledger.Record
	Event    event.Event // of type "" and without body in record 0
	Late     bool        // recorded more than 24 hours after it happened
	Struck   bool        // corrected or replaced by record StruckBy
	StruckBy uint64
}

// A Filter chooses records; its zero value chooses all.
type Filter struct {
	Ref   event.Ref  // only those that touch it
	Type  event.Type // only events of this type
	From  event.Time // only what happened then or later
	To    event.Time // only what happened then or before
	Limit int        // only the newest so many; 0 means all
}

// Log yields the records that a filter chooses, newest last. Record 0 comes
// where the filter says nothing about events. The file is not held while a row
// is yielded.
func (b *Book) Log(ctx context.Context, f Filter) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		var s *state
		seqs, err := ask(b, func() (list []uint64, err error) {
			if s, err = b.load(ctx); err != nil {
				return nil, err
			}
			return s.chosen(f), nil
		})
		if err != nil {
			yield(Row{}, err)
			return
		}
		for row, err := range b.rows(ctx, s, seqs) {
			if !yield(row, err) || err != nil {
				return
			}
		}
	}
}

// chosen returns the numbers of the records that f chooses, in order.
func (s *state) chosen(f Filter) []uint64 {
	choice := genealogy.Choice{Type: f.Type, From: f.From, To: f.To}
	if !f.Ref.IsZero() {
		return s.naming(f, choice)
	}
	var list []uint64
	for seq := range s.graph.Newest(choice) {
		list = append(list, seq)
		if len(list) == f.Limit {
			break
		}
	}
	if choice == (genealogy.Choice{}) && (f.Limit <= 0 || len(list) < f.Limit) {
		list = append(list, 0)
	}
	slices.Reverse(list)
	return list
}

// naming returns the numbers of the records that name a thing, in order.
func (s *state) naming(f Filter, c genealogy.Choice) []uint64 {
	list := slices.Sorted(s.graph.Naming(f.Ref, c))
	list = slices.Compact(list)
	if f.Limit > 0 && len(list) > f.Limit {
		list = list[len(list)-f.Limit:]
	}
	return list
}

// held is how many bytes of records are read before the file is let go.
const held = 16 << 20

// rows yields the records of the given numbers, read in pieces between which
// the file is free.
func (b *Book) rows(ctx context.Context, s *state, seqs []uint64) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		for len(seqs) > 0 {
			recs, err := b.piece(ctx, listed(seqs))
			if err != nil {
				yield(Row{}, err)
				return
			}
			seqs = seqs[len(recs):]
			for _, rec := range recs {
				var row Row
				s, err = b.judge(ctx, s, func(s *state) (err error) {
					row, err = s.row(rec)
					return err
				})
				if !yield(row, err) || err != nil {
					return
				}
			}
		}
	}
}

// judge runs f with a state whose answers are handed out one by one, and returns
// the state to go on with: where the index that it stands on turns out to be
// damaged, another, with which f runs again.
func (b *Book) judge(ctx context.Context, s *state, f func(*state) error) (*state, error) {
	err := sound(func() error { return f(s) })
	if !b.Distrust(err) {
		return s, err
	}
	if s, err = b.load(ctx); err == nil {
		err = f(s)
	}
	b.doubted = b.doubted && isDamage(err) // another index may be made, also where the answer is that there is none
	return s, err
}

// piece reads the records that next numbers, from its first on, until they are
// as many bytes as the file is held for.
func (b *Book) piece(ctx context.Context, next func(i int) (seq uint64, more bool)) ([]ledger.Record, error) {
	var recs []ledger.Record
	err := b.reading(ctx, func(l *ledger.Ledger) error {
		recs = nil
		for n := 0; n < held; {
			seq, more := next(len(recs))
			if !more {
				return nil
			}
			rec, err := unaltered(ctx, l, seq)
			if err != nil {
				return err
			}
			recs = append(recs, rec)
			n += len(rec.Bytes)
		}
		return nil
	})
	return recs, err
}

// unaltered returns a record, if its hash is the one that the record after it
// names, or the ledger's head. An index knows what the records said; what is
// shown is what stands there now.
func unaltered(ctx context.Context, l *ledger.Ledger, seq uint64) (ledger.Record, error) {
	rec, err := l.Record(ctx, seq)
	if err != nil {
		return rec, err
	}
	c := chain{next: seq, last: rec.Prev}
	if err := c.follow(&rec); err != nil {
		return rec, err
	}
	head := l.Head()
	if seq+1 == head.Size {
		return rec, c.end(head)
	}
	after, err := l.Record(ctx, seq+1)
	if err != nil {
		return rec, err
	}
	return rec, c.follow(&after)
}

// listed numbers the records of a list.
func listed(seqs []uint64) func(int) (uint64, bool) {
	return func(i int) (uint64, bool) {
		if i >= len(seqs) {
			return 0, false
		}
		return seqs[i], true
	}
}

func (s *state) row(rec ledger.Record) (Row, error) {
	row := Row{Record: rec}
	if rec.Genesis != nil {
		return row, nil
	}
	e, err := stored(&rec)
	if err != nil {
		return Row{}, err
	}
	row.Event = e
	if entry, ok := s.graph.ByID(e.ID); ok {
		row.Late = entry.Late()
		row.StruckBy, row.Struck = s.graph.StruckBy(entry)
	}
	return row, nil
}

// ShowSeq returns one record; a [*BeyondError] beyond the end.
func (b *Book) ShowSeq(ctx context.Context, seq uint64) (Row, error) {
	return ask(b, func() (Row, error) {
		s, err := b.load(ctx)
		if err != nil {
			return Row{}, err
		}
		if size := s.head.Size; seq >= size {
			return Row{}, &BeyondError{Asked: seq, Size: size, Record: true}
		}
		recs, err := b.piece(ctx, listed([]uint64{seq}))
		if err != nil {
			return Row{}, err
		}
		return s.row(recs[0])
	})
}
