package logbook

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
	"suyuan/internal/ledger"
	"suyuan/internal/notary"
	"suyuan/internal/recall"
)

// A state is what the first records of a ledger say.
type state struct {
	graph *genealogy.Graph
	head  ledger.Head
	lost  []recall.Lost // what the genesis declares lost

	register  *notary.Register    // nil until it is asked for, where an index is where the state comes from
	concerned []uint64            // the records that make a register what it is, in order
	policed   map[event.Type]bool // types that policies were ever about
	indexed   int                 // events that the index has
	spilled   int                 // events that are in a file, or could not be put into one
	base      base                // the index that it stands on

	ledger *ledger.Ledger                           // that the state was last read from: it gives the bytes of recorded events as long as it is open
	fresh  func(event.ID) ([sha256.Size]byte, bool) // digests of events that are judged before they are recorded; may be nil
}

func newState() *state {
	return &state{graph: genealogy.New(), policed: make(map[event.Type]bool)}
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
		var err error
		if s, err = b.stateUpTo(ctx, l, head.Size); err != nil {
			return err
		}
	}
	b.state = nil // half read where an error follows
	s.ledger = l
	if err := b.replay(ctx, s, l, head); err != nil {
		return err
	}
	b.state = s
	return nil
}

// catchUpToJudge is catchUp for a judgement, which asks the register.
func (b *Book) catchUpToJudge(ctx context.Context, l *ledger.Ledger) error {
	if err := b.catchUp(ctx, l); err != nil {
		return err
	}
	_, err := b.state.notaries(ctx)
	return err
}

// asOf returns the state after the first size records, all of them where size
// is 0. The book's own state is brought up to date where it will do.
func (b *Book) asOf(ctx context.Context, l *ledger.Ledger, size uint64) (*state, error) {
	if size == 0 || size == l.Head().Size {
		err := b.catchUp(ctx, l)
		return b.state, err
	}
	return b.stateAt(ctx, l, size)
}

// stateAt reads the state after the first size records.
func (b *Book) stateAt(ctx context.Context, l *ledger.Ledger, size uint64) (*state, error) {
	if all := l.Head().Size; size > all {
		return nil, &BeyondError{Asked: size, Size: all}
	}
	head, err := headAt(ctx, l, size)
	if err != nil {
		return nil, err
	}
	s, err := b.stateUpTo(ctx, l, size)
	if err != nil {
		return nil, err
	}
	s.ledger = l
	return s, b.replay(ctx, s, l, head)
}

// stateUpTo returns what is known without reading records of the first size ones,
// or of fewer.
func (b *Book) stateUpTo(ctx context.Context, l *ledger.Ledger, size uint64) (*state, error) {
	begin := func() *state {
		s := b.indexed(ctx, l)
		if s == nil || s.head.Size > size {
			s = newState()
		}
		return s
	}
	s := begin()
	sound, err := b.takeTail(ctx, l, s, size)
	if !sound && err == nil {
		s = begin()
	}
	return s, err
}

// name returns how answers name the state's prefix of the ledger.
func (s *state) name() recall.AsOf {
	return recall.AsOf{Origin: s.head.Origin, Size: s.head.Size, Root: hex.EncodeToString(s.head.Root[:]), Lost: s.lost}
}

// lostBefore returns what was lost before a ledger took another's place, the
// newest loss last.
func lostBefore(g *ledger.Genesis) []recall.Lost {
	var list []recall.Lost
	for s := g.Succeeds; s != nil; s = s.Succeeds {
		if s.Lost() {
			list = append(list, recall.Lost{From: s.Kept, To: s.Size - 1, Origin: s.Origin})
		}
	}
	slices.Reverse(list)
	return list
}
