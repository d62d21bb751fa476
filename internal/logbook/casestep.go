package logbook

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"time"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
	"suyuan/internal/ledger"
	"suyuan/internal/recall"
	"suyuan/internal/rules"
)

// A CaseDesk is a case and the ledger around it at one moment. It is good for
// the call that hands it out.
type CaseDesk struct {
	Graph *genealogy.Graph
	Life  recall.CaseLife // by the time asked about
	At    event.Time

	book   *Book
	ledger *ledger.Ledger
}

// Desk hands the case to f while the ledger is held for reading. A case that
// was never opened is an [*UnknownThingError].
func (b *Book) Desk(ctx context.Context, c event.Ref, at event.Time, f func(*CaseDesk) error) error {
	return b.reading(ctx, func(l *ledger.Ledger) error {
		d, err := b.desk(ctx, l, c, at)
		if err != nil {
			return err
		}
		if d.Life.State == recall.CaseUnopened {
			return b.stateOf(recall.Admits(d.Graph, c, event.ActionReport, d.At))
		}
		return f(d)
	})
}

// stateOf says of a case that nothing opens which ones are near.
func (b *Book) stateOf(err error) error {
	var e *recall.CaseStateError
	if errors.As(err, &e) && e.State == recall.CaseUnopened && !e.Later {
		return b.state.unknownThing(e.Case)
	}
	return err
}

func (b *Book) desk(ctx context.Context, l *ledger.Ledger, c event.Ref, at event.Time) (*CaseDesk, error) {
	if err := b.catchUpToJudge(ctx, l); err != nil {
		return nil, err
	}
	if at.IsZero() {
		at = event.TimeOf(b.o.Now().UTC())
	}
	g := b.state.graph
	return &CaseDesk{Graph: g, Life: recall.LifeOf(g, c, at), At: at, book: b, ledger: l}, nil
}

// CaseStep records what build makes of a case, as one: all of it is recorded or
// nothing. The ledger is held from before build looks until after the commit,
// so that what it saw is what is true. An action that the case is not in the
// state for is a [*recall.CaseStateError], a case that was never opened an
// [*UnknownThingError]; where build makes nothing, nothing
// is recorded.
func (b *Book) CaseStep(ctx context.Context, c event.Ref, action event.Action, at event.Time, build func(*CaseDesk) ([]event.Event, error)) ([]Receipt, error) {
	b.sealNow = true
	defer func() { b.sealNow = false }()
	var receipts []Receipt
	var events []event.Event
	var failed error
	err := b.writing(ctx, func(l *ledger.Ledger) error {
		d, err := b.desk(ctx, l, c, at)
		if err != nil {
			return err
		}
		if err := recall.Admits(d.Graph, c, action, d.At); err != nil {
			return b.stateOf(err)
		}
		if events, err = build(d); err != nil {
			return err
		}
		receipts, failed = b.recordAll(ctx, l, events)
		return nil
	})
	if failed != nil && outcomeUnknown(failed) {
		return b.settleAll(ctx, events, failed)
	}
	return receipts, errors.Join(failed, err)
}

// recordAll checks events against each other and the ledger and commits them at
// once.
func (b *Book) recordAll(ctx context.Context, l *ledger.Ledger, events []event.Event) ([]Receipt, error) {
	t := together{book: b, ledger: l, now: b.o.Now(), next: l.Head().Size, receipts: make([]Receipt, len(events)), digests: make(map[event.ID][sha256.Size]byte)}
	b.state.fresh = func(id event.ID) ([sha256.Size]byte, bool) {
		sum, ok := t.digests[id]
		return sum, ok
	}
	for i := range events {
		if err := t.add(ctx, i, &events[i]); err != nil {
			b.state = nil // it holds what is not recorded after all
			return nil, err
		}
	}
	if len(t.entries) == 0 {
		return t.receipts, nil
	}
	b.state = nil // it holds what is not recorded yet
	receipts, err := l.Append(ctx, t.now, ledger.AppendOptions{ClockOK: b.o.ClockOK}, t.entries)
	if err != nil {
		return nil, b.appendError(err)
	}
	for i, place := range t.places {
		t.receipts[place].Seq, t.receipts[place].Leaf = receipts[i].Seq, receipts[i].Leaf
	}
	return t.receipts, nil
}

// together puts events that are to be one commit on top of the book's state,
// each judged by those before it.
type together struct {
	book     *Book
	ledger   *ledger.Ledger
	now      time.Time
	next     uint64
	entries  []ledger.Entry
	places   []int // of the entries, among the events
	receipts []Receipt
	digests  map[event.ID][sha256.Size]byte // of the events so far
}

func (t *together) add(ctx context.Context, i int, e *event.Event) error {
	b := t.book
	if err := e.Validate(); err != nil {
		return Refuse(err)
	}
	e.Identify()
	known, ok, err := b.known(ctx, t.ledger, e, e.Bytes())
	if ok || err != nil {
		t.receipts[i] = known
		return err
	}
	content := e.Bytes()
	signed, err := b.signedEntry(t.next, content, t.now)
	if err != nil {
		return err
	}
	if v := b.check(ctx, t.ledger, e, givenCodes(e), signed, t.now); len(v) > 0 {
		return refusal(v)
	}
	unregistered, err := notices(ctx, b.state.graph, rules.Notices(b.state.graph, e))
	if err != nil {
		return err
	}
	at := event.TimeOf(t.now.UTC())
	t.receipts[i] = Receipt{ID: e.ID, Late: at.Sub(e.Time) > genealogy.LateAfter, Unregistered: unregistered}
	t.entries = append(t.entries, ledger.Entry{Event: content, By: b.o.By, Sig: signed.Sig})
	t.places = append(t.places, i)
	t.next++
	t.digests[e.ID] = sha256.Sum256(content)
	b.state.signed(e, signed)
	return b.state.graph.Add(t.next-1, b.o.By, at, lean(*e))
}

// settleAll finds out after a commit of unknown outcome whether the events are
// in the ledger: they were one commit.
func (b *Book) settleAll(ctx context.Context, events []event.Event, failed error) ([]Receipt, error) {
	list := make([]Receipt, len(events))
	for i := range events {
		r, err := b.settle(ctx, events[i], failed)
		if err != nil {
			return nil, err
		}
		list[i] = r
	}
	return list, nil
}

// Scope asks the newest scope's query again, of the records that it was asked
// of; nil where there is none.
func (d *CaseDesk) Scope(ctx context.Context) (*recall.Answer, error) {
	return d.book.scope(ctx, d.ledger, d.Life.Ref, d.At)
}

// Now asks the query of an answer of the ledger as it is now.
func (d *CaseDesk) Now(of *recall.Answer) (*recall.Answer, error) { return d.Trace(of.Query.Again()) }

// Trace answers a query of the ledger as it is now.
func (d *CaseDesk) Trace(q recall.Query) (*recall.Answer, error) {
	a, err := recall.Trace(d.Graph, d.book.state.name(), q)
	return a, withNear(d.Graph, err)
}

// Lost returns the records that the ledger declares lost.
func (d *CaseDesk) Lost() []recall.Lost { return d.book.state.lost }

// Profile returns the limits of the case: those that its opening carries, or
// the built-in ones that it names.
func (d *CaseDesk) Profile(ctx context.Context) (recall.Profile, error) {
	return d.book.profileOf(ctx, d.ledger, &d.Life)
}

// Status judges the case's milestones; profile is nil for its own.
func (d *CaseDesk) Status(ctx context.Context, profile *recall.Profile) (*recall.Case, error) {
	if profile == nil {
		own, err := d.Profile(ctx)
		if err != nil {
			return nil, err
		}
		profile = &own
	}
	scope, err := d.Scope(ctx)
	if err != nil {
		return nil, err
	}
	return recall.CaseStatus(d.Graph, d.Life.Ref, *profile, scope, d.At)
}

// EventID returns the id of the event that a record holds.
func (d *CaseDesk) EventID(seq uint64) (event.ID, error) {
	e, ok := d.Graph.BySeq(seq)
	if !ok {
		return "", &BeyondError{Asked: seq, Size: d.book.state.head.Size, Record: true}
	}
	return e.Event.ID, nil
}

// Cases returns how far every case has come by a time, in order of their ids; a
// zero time is the ledger's clock.
func (b *Book) Cases(ctx context.Context, at event.Time) ([]recall.CaseLife, error) {
	if at.IsZero() {
		at = event.TimeOf(b.o.Now().UTC())
	}
	return ask(b, func() ([]recall.CaseLife, error) { return b.cases(ctx, at) })
}

func (b *Book) cases(ctx context.Context, at event.Time) ([]recall.CaseLife, error) {
	s, err := b.load(ctx)
	if err != nil {
		return nil, err
	}
	var list []recall.CaseLife
	for r := range s.graph.ThingsOf(event.KindCase) {
		if life := recall.LifeOf(s.graph, r, at); life.State != recall.CaseUnopened {
			list = append(list, life)
		}
	}
	return list, nil
}

// profileOf returns the limits of a case.
func (b *Book) profileOf(ctx context.Context, l *ledger.Ledger, life *recall.CaseLife) (recall.Profile, error) {
	if by := life.ProfileBy; by != nil {
		rec, err := l.Record(ctx, by.Seq)
		if err != nil {
			return recall.Profile{}, err
		}
		e, err := stored(&rec)
		if err != nil {
			return recall.Profile{}, err
		}
		own, ok, err := recall.RecordedProfile(e.Ext)
		if err != nil {
			return recall.Profile{}, fmt.Errorf("record %d: %w", by.Seq, err)
		}
		if ok {
			return own, nil
		}
	}
	builtIn, ok := recall.BuiltIn(life.Profile)
	if !ok {
		return recall.Profile{}, &UnknownProfileError{life.Profile}
	}
	return builtIn, nil
}

// AsOf names the ledger that the desk looks at.
func (d *CaseDesk) AsOf() recall.AsOf { return d.book.state.name() }
