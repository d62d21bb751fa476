package logbook

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
	"suyuan/internal/ledger"
	"suyuan/internal/ledger/boltstore"
)

// InitOptions say what ledger to make.
type InitOptions struct {
	Origin string // names the ledger for ever; empty: a new name is made
	By     string // who makes it; may be empty
	Strict bool   // equipment, rooms, sites and operators must be registered
	Now    func() time.Time
	Wait   time.Duration // how long to wait for whoever reads the new ledger already
	Trust  *Trust        // where its keys are made and it is anchored; nil: it is neither signed nor anchored
}

// Init makes a ledger at path, with keys of its own, a first checkpoint and an
// anchor, and returns its head. What stands at path already is never touched,
// and an origin that the anchor knows is not used again. A [*SealError] comes with
// a ledger that is made: the checkpoint and the anchor can be had later.
func Init(ctx context.Context, path string, o InitOptions) (ledger.Head, error) {
	if o.By != "" {
		if err := checkOperator(o.By); err != nil {
			return ledger.Head{}, err
		}
	}
	if o.Origin == "" {
		id, err := uuid.NewRandom()
		if err != nil {
			return ledger.Head{}, fmt.Errorf("make an origin: %w", err)
		}
		o.Origin = "suyuan/" + id.String()
	}
	if err := prepareKeys(path, o); err != nil {
		return ledger.Head{}, err
	}
	now := o.Now()
	head, err := create(ctx, path, ledger.Genesis{Origin: o.Origin, Created: now, Strict: o.Strict}, o.By, now, o.Wait)
	if err != nil || o.Trust == nil {
		return head, err
	}
	return head, firstSeal(ctx, path, o.Origin, Options{Now: o.Now, Trust: o.Trust, Wait: o.Wait})
}

// Options say how to open a ledger.
type Options struct {
	Now     func() time.Time // the ledger's clock; must be given
	By      string           // operator who enters what is recorded; Record and Import need it
	Wait    time.Duration    // how long to wait for another process
	ClockOK bool             // record in spite of a clock far from the last record's
	Sign    []Signing        // the signatures that every record is to bear
	NoIndex bool             // neither read nor keep an index of what the records say
	Trust   *Trust           // who signs the ledger itself, and where it is anchored; nil: nobody, nowhere, and what was ever signed is for reading only
}

// A Book is an open ledger. One goroutine at a time may use it; several books,
// in one process or many, may stand on one file.
type Book struct {
	path    string
	o       Options
	genesis ledger.Genesis
	step    int    // how many events one commit of an import takes
	state   *state // what the records so far say; nil where it must be read anew

	checked  boltstore.Checked // the file, when it was last opened
	stands   Standing          // to the anchor, when the file was last opened
	unborn   bool              // the ledger was made by this call, which gives it its first checkpoint
	sealNow  bool              // what is being recorded calls for a checkpoint at once
	unsealed error             // why there is no checkpoint after the last recording
	doubted  bool              // the index was found to be damaged: no other is read or made
	tail     tailEnd           // where the file of packed events ends, as far as the book knows
	recorded bool              // something was, by this book

	decodeTwice bool // for tests: an import keeps nothing on a shelf

	around func(ledger.Store) (ledger.Store, error) // for tests: a store that fails
}

// Open opens the ledger at path; it never makes one.
func Open(ctx context.Context, path string, o Options) (*Book, error) {
	if o.By != "" {
		if err := checkOperator(o.By); err != nil {
			return nil, err
		}
	}
	b := &Book{path: path, o: o, step: stepEvents}
	return b, b.reading(ctx, func(*ledger.Ledger) error { return nil })
}

// Head returns what the ledger holds now.
func (b *Book) Head(ctx context.Context) (ledger.Head, error) {
	var h ledger.Head
	err := b.reading(ctx, func(l *ledger.Ledger) error {
		h = l.Head()
		return nil
	})
	return h, err
}

// Close lets go of what the book holds in memory. The file is not held between
// calls.
func (b *Book) Close() error {
	b.state = nil
	return nil
}

// Graph returns what the ledger says now. It is not changed by others; the
// book's next Record or Import may change it.
func (b *Book) Graph(ctx context.Context) (*genealogy.Graph, error) {
	s, err := b.load(ctx)
	if err != nil {
		return nil, err
	}
	return s.graph, nil
}

// reading runs f under the lock that readers share, and once more where the index
// turns out to be damaged: what f did before must not count.
func (b *Book) reading(ctx context.Context, f func(*ledger.Ledger) error) error {
	return b.asking(func() error { return b.transact(ctx, true, f) })
}

// writing runs f while nobody else can read or write, and once more where the
// index turns out to be damaged. f asks nothing of the graph after it has
// committed anything.
func (b *Book) writing(ctx context.Context, f func(*ledger.Ledger) error) error {
	if b.o.By == "" {
		return ErrNoOperator
	}
	return b.asking(func() error { return b.transact(ctx, false, f) })
}

// transact opens the file, holds the ledger against its anchor, and runs f.
// Nothing is recorded in a ledger that is not what was signed.
func (b *Book) transact(ctx context.Context, readOnly bool, f func(*ledger.Ledger) error) error {
	l, err := openIn(ctx, b.path, boltstore.Options{ReadOnly: readOnly, Wait: b.o.Wait, Checked: &b.checked}, b.around)
	if err != nil {
		return err
	}
	b.genesis = l.Genesis()
	if b.stands, err = b.standing(ctx, l); err == nil && !readOnly && !b.stands.Writable() {
		err = &StandingError{b.stands}
	}
	if err != nil {
		return errors.Join(err, l.Close())
	}
	before := l.Head().Size
	err = sound(func() error { return f(l) })
	if !readOnly {
		b.recorded = b.recorded || l.Head().Size != before
		b.sealAfter(ctx, l, before)
		b.keepState(ctx, l)
	}
	closing := l.Close()
	if err == nil {
		b.keepIndex(ctx)
	}
	if err == nil && !readOnly {
		return nil // what was committed is, however the file was closed
	}
	return errors.Join(err, closing)
}

// Recorded reports whether this book has recorded anything since it was opened.
func (b *Book) Recorded() bool { return b.recorded }

// Standing returns how the ledger stood to its anchor when it was last opened.
func (b *Book) Standing() Standing { return b.stands }

// load brings the book's state up to the ledger's head.
func (b *Book) load(ctx context.Context) (*state, error) {
	var s *state
	err := b.reading(ctx, func(l *ledger.Ledger) error {
		err := b.catchUp(ctx, l)
		s = b.state
		return err
	})
	return s, err
}

// checkOperator refuses what cannot be an operator's pseudonym, and what says
// who somebody is, as an event that names the operator would be refused.
func checkOperator(by string) error {
	ref, err := event.NewRef(event.KindOperator, by)
	if err != nil {
		return &OperatorError{err}
	}
	donor, err := event.NewRef(event.KindDonor, "D")
	if err != nil {
		return err
	}
	e := event.Event{
		Common: event.Common{Type: event.TypeEligibility, Time: event.TimeOf(time.Unix(0, 0)), Operators: []event.Ref{ref}},
		Body:   &event.Eligibility{Donor: donor, Result: "eligible"},
	}
	err = e.Validate()
	var refused *event.Error
	if errors.As(err, &refused) {
		refused.Path = byFlag
	}
	return err
}
