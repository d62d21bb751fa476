package ledger

import (
	"errors"
	"fmt"
	"time"
)

// A FitError says why a record does not come next: with the code that Verify would give it, and the number that it should have. It is
// an ErrDamaged, or an ErrVersion where the record is of an unknown version.
type FitError struct {
	Code Code
	Seq  uint64
	What string
	Err  error // the error of the parser, where that is what refused it
}

// Error names the record.
func (e *FitError) Error() string { return fmt.Sprintf("record %d: %s: %s", e.Seq, e.Code, e.What) }

// Unwrap returns ErrDamaged or ErrVersion, and the parser's error.
func (e *FitError) Unwrap() []error {
	switch {
	case e.Code == CodeVersion:
		return []error{e.Err}
	case e.Err != nil:
		return []error{ErrDamaged, e.Err}
	}
	return []error{ErrDamaged}
}

// A Sequence judges records that come from outside, one after the other, from record 0 on: their form, number, chain, time and
// ids. The zero Sequence has seen none. It knows nothing of a head: that records are missing at the end it cannot tell.
type Sequence struct {
	head Head
	edge edge
	ids  map[ID]uint64
}

// Follow takes the next record in, or returns a *FitError and takes nothing in. The record shares memory with b.
func (s *Sequence) Follow(b []byte) (Record, error) {
	rec, err := s.judge(b)
	if err != nil {
		return Record{}, err
	}
	leaf := rec.Leaf()
	s.edge.add(leaf)
	if s.ids == nil {
		s.ids = make(map[ID]uint64)
	}
	if rec.Genesis != nil {
		s.head.Origin = rec.Genesis.Origin
	} else {
		s.ids[rec.ID] = rec.Seq
	}
	s.head.Size, s.head.Last, s.head.Recorded = s.edge.size, leaf, rec.Recorded
	return rec, nil
}

func (s *Sequence) judge(b []byte) (Record, error) {
	next := s.head.Size
	misfit := func(code Code, format string, args ...any) error {
		return &FitError{Code: code, Seq: next, What: fmt.Sprintf(format, args...)}
	}
	rec, err := ParseRecord(b)
	if err != nil {
		code := CodeRecord
		if errors.Is(err, ErrVersion) {
			code = CodeVersion
		}
		return rec, &FitError{Code: code, Seq: next, What: err.Error(), Err: err}
	}
	at, twice := s.ids[rec.ID]
	switch {
	case rec.Genesis != nil && next > 0:
		return rec, misfit(CodeSeq, "record 0 of ledger %q stands there, and those before it are of %q", rec.Genesis.Origin, s.head.Origin)
	case rec.Seq != next:
		return rec, misfit(CodeSeq, "record %d stands there", rec.Seq)
	case rec.Prev != s.head.Last:
		return rec, misfit(CodePrev, "prev is %x, the hash of the record before is %x", rec.Prev[:], s.head.Last[:])
	case rec.Recorded.Before(s.head.Recorded):
		return rec, misfit(CodeClock, "recorded %s, the record before says %s", rec.Recorded.Format(time.RFC3339Nano), s.head.Recorded.Format(time.RFC3339Nano))
	case twice && rec.Genesis == nil:
		return rec, misfit(CodeDouble, "record %d has its event id %s", at, rec.ID)
	}
	return rec, nil
}

// Size returns how many records were taken in.
func (s *Sequence) Size() uint64 { return s.head.Size }

// Head returns what the records so far are: the zero Head before record 0.
func (s *Sequence) Head() (Head, error) {
	if s.head.Size == 0 {
		return Head{}, nil
	}
	root, err := s.edge.root()
	head := s.head
	head.Root = root
	return head, err
}
