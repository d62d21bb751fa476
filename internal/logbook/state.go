package logbook

import (
	"context"
	"fmt"
	"slices"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
	"suyuan/internal/ledger"
)

// A state is what the first records of a ledger say.
type state struct {
	graph *genealogy.Graph
	codes map[string][]event.Ref // what outputs and changes carry; the graph knows the member codes
	head  ledger.Head
}

func newState() *state {
	return &state{graph: genealogy.New(), codes: make(map[string][]event.Ref)}
}

// catchUp reads the records that joined since the book looked last. Where the
// file at the path is not the one that the book read, all is read anew.
func (b *Book) catchUp(ctx context.Context, l *ledger.Ledger) error {
	head := l.Head()
	if s := b.state; s != nil {
		root, err := l.RootAt(ctx, s.head.Size)
		if err != nil || root != s.head.Root || head.Origin != s.head.Origin {
			b.state = nil
		}
	}
	s := b.state
	if s == nil {
		s = newState()
	}
	b.state = nil // half read where an error follows
	if err := s.read(ctx, l, head); err != nil {
		return err
	}
	b.state = s
	return nil
}

// read adds the records from the state's size up to that of head.
func (s *state) read(ctx context.Context, l *ledger.Ledger, head ledger.Head) error {
	for rec, err := range l.Records(ctx, s.head.Size, head.Size) {
		if err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if rec.Genesis != nil {
			continue
		}
		e, err := event.ParseStored(rec.Event)
		if err != nil {
			return fmt.Errorf("%w: record %d: %w", ledger.ErrDamaged, rec.Seq, err)
		}
		if err := s.add(rec.Seq, rec.By, event.TimeOf(rec.Recorded), e); err != nil {
			return fmt.Errorf("%w: %w", ledger.ErrDamaged, err)
		}
	}
	s.head = head
	return nil
}

func (s *state) add(seq uint64, by string, recorded event.Time, e event.Event) error {
	for thing, codes := range codesOf(&e) {
		for _, code := range codes {
			if !slices.Contains(s.codes[code], thing) {
				s.codes[code] = append(s.codes[code], thing)
			}
		}
	}
	return s.graph.Add(seq, by, recorded, e)
}

// codesOf yields the codes that an event gives to what it makes or changes.
func codesOf(e *event.Event) func(yield func(event.Ref, []string) bool) {
	return func(yield func(event.Ref, []string) bool) {
		var outputs []event.Output
		switch b := e.Body.(type) {
		case *event.Collection:
			outputs = b.Outputs
		case *event.Receipt:
			outputs = b.Outputs
		case *event.Manufacture:
			outputs = b.Outputs
			for i := range b.Changes {
				if !yield(b.Changes[i].Unit, b.Changes[i].Codes) {
					return
				}
			}
		}
		for i := range outputs {
			if !yield(outputs[i].Thing(), outputs[i].Codes) {
				return
			}
		}
	}
}

// prefix returns the state after the first size records, all of them where
// size is 0. The book's own state is brought up to date where it will do.
func (b *Book) prefix(ctx context.Context, l *ledger.Ledger, size uint64) (*state, error) {
	head := l.Head()
	if size == 0 || size == head.Size {
		err := b.catchUp(ctx, l)
		return b.state, err
	}
	last, err := l.Record(ctx, size-1)
	if err != nil {
		return nil, err
	}
	root, err := l.RootAt(ctx, size)
	if err != nil {
		return nil, err
	}
	s := newState()
	return s, s.read(ctx, l, ledger.Head{Origin: head.Origin, Size: size, Root: root, Last: last.Leaf(), Recorded: last.Recorded})
}
