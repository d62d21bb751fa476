package logbook

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"suyuan/internal/ledger"
	"suyuan/internal/ledger/boltstore"
)

// A survey is what the old records are, read once.
type survey struct {
	head    ledger.Head // of those that are kept
	genesis ledger.Genesis
	roots   map[uint64]ledger.Hash // at the sizes of checkpoints
}

// succeed makes the ledger that takes the predecessor's place.
func (p *predecessor) succeed(ctx context.Context, path string, o SuccessorOptions) (Succession, error) {
	given, err := givenCheckpoint(o.checkpoint)
	if err != nil {
		return Succession{}, err
	}
	found, err := p.survey(ctx, given)
	if err != nil {
		return Succession{}, err
	}
	succeeds, err := p.succeeds(found, given, o.checkpoint)
	if err != nil {
		return Succession{}, err
	}
	g := ledger.Genesis{Origin: o.Origin, Created: o.Now(), Strict: found.genesis.Strict, Succeeds: succeeds}
	c, err := boltstore.Build(ctx, path, o.Progress, func(s ledger.Store) error {
		_, err := ledger.Continue(ctx, s, g, o.By, p.again(ctx, found.head))
		return err
	})
	return Succession{made(c), *succeeds, p.why}, taken(path, err)
}

func givenCheckpoint(text []byte) (ledger.Head, error) {
	if text == nil {
		return ledger.Head{}, nil
	}
	return ledger.ParseSignedCheckpoint(text)
}

// survey reads the records up to the first that does not fit. Where its prev does
// not, one of two was altered, and nobody can say which: then the one before goes
// too.
func (p *predecessor) survey(ctx context.Context, given ledger.Head) (*survey, error) {
	s := &survey{roots: map[uint64]ledger.Hash{given.Size: {}}}
	for _, n := range p.notes {
		s.roots[n.Size] = ledger.Hash{}
	}
	var seq, before ledger.Sequence
	records, done := p.records(ctx)
	err := each(records, func(raw []byte) error {
		if seq.Size() >= p.limit {
			return errEnough
		}
		last := seq
		rec, err := seq.Follow(raw)
		if err != nil {
			return err
		}
		if before = last; rec.Genesis != nil {
			s.genesis = *rec.Genesis
		}
		return s.note(&seq)
	})
	if err = errors.Join(err, done()); ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil && !errors.Is(err, errEnough) && !errors.Is(err, ledger.ErrDamaged) {
		return nil, err
	}
	kept := &seq
	var misfit *ledger.FitError
	if errors.As(err, &misfit) && misfit.Code == ledger.CodePrev {
		kept = &before
	}
	if err != nil && !errors.Is(err, errEnough) && p.why == nil {
		p.why = atLine(p.name, err)
	}
	if s.head, err = kept.Head(); err != nil {
		return nil, err
	}
	if s.head.Size == 0 {
		return nil, p.nothing()
	}
	return s, nil
}

// note keeps the root where a checkpoint may ask for it.
func (s *survey) note(seq *ledger.Sequence) error {
	if _, asked := s.roots[seq.Size()]; !asked {
		return nil
	}
	head, err := seq.Head()
	s.roots[head.Size] = head.Root
	return err
}

// each calls f with the records until one of the two has an error.
func each(records iter.Seq2[[]byte, error], f func([]byte) error) error {
	for raw, err := range records {
		if err == nil {
			err = f(raw)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// nothing says that not even record 0 is there to go on from.
func (p *predecessor) nothing() error {
	if p.why == nil {
		p.why = atLine(p.name, fmt.Errorf("no record: %w", ledger.ErrNotLedger))
	}
	return p.why
}

// succeeds says what is kept and what is lost.
func (p *predecessor) succeeds(found *survey, given ledger.Head, text []byte) (*ledger.Succeeds, error) {
	head := found.head
	if text != nil && given.Origin != head.Origin {
		return nil, fmt.Errorf("the checkpoint is of ledger %q, the records are of %q", given.Origin, head.Origin)
	}
	if text == nil {
		given, text = p.newest(head.Origin)
	}
	if text != nil && 0 < given.Size && given.Size <= head.Size && found.roots[given.Size] != given.Root {
		return nil, &ForkError{Size: given.Size, Found: found.roots[given.Size], Signed: given.Root}
	}
	return &ledger.Succeeds{
		Checkpoint: text, Kept: head.Size, Origin: head.Origin, Root: head.Root, Size: max(head.Size, given.Size, p.had),
		Succeeds: found.genesis.Succeeds,
	}, nil
}

// newest returns the newest checkpoint that the file holds; what can no longer be
// read as one of this ledger is passed over.
func (p *predecessor) newest(origin string) (ledger.Head, []byte) {
	for i := len(p.notes) - 1; i >= 0; i-- {
		head, err := ledger.ParseSignedCheckpoint(p.notes[i].Text)
		if err == nil && head.Origin == origin && head.Size == p.notes[i].Size {
			return head, p.notes[i].Text
		}
	}
	return ledger.Head{}, nil
}

// again yields the records that are kept once more, and refuses where they have
// become others meanwhile.
func (p *predecessor) again(ctx context.Context, want ledger.Head) iter.Seq2[ledger.Record, error] {
	return func(yield func(ledger.Record, error) bool) {
		var seq ledger.Sequence
		enough := false
		records, done := p.records(ctx)
		err := each(records, func(raw []byte) error {
			rec, err := seq.Follow(raw)
			if err != nil {
				return err
			}
			last := seq.Size() == want.Size
			if last {
				head, err := seq.Head()
				if err == nil && head.Root != want.Root {
					err = ErrChanged
				}
				if err != nil {
					return err
				}
			}
			if enough = !yield(rec, nil) || last; enough {
				return errEnough
			}
			return nil
		})
		if err = errors.Join(err, done()); err != nil && !enough {
			yield(ledger.Record{}, err)
		}
	}
}
