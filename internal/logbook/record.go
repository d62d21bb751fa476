package logbook

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
	"suyuan/internal/ledger"
	"suyuan/internal/notary"
	"suyuan/internal/rules"
)

// A Receipt says where an event stands in the ledger.
type Receipt struct {
	Seq          uint64
	ID           event.ID
	Leaf         ledger.Hash
	Known        bool     // it was there before, and nothing was written
	Late         bool     // recorded more than 24 hours after it happened
	Unregistered []Notice // what it is the first to name although nothing registers it
	Codes        CodeNotices
	Meant        []Meant // which things codes in it stood for
}

// A Notice says that nothing registers a place, equipment or operator, and
// which registered or known ones have an id much like it.
type Notice struct {
	Ref  event.Ref
	Near []event.Ref // of the first [MostNear] of a call only
}

// Record records one event, which it validates and gives its id first. source
// says where it was imported from, nil where it was not. It is in the ledger
// when Record has returned without an error, and not when the error is a
// [*Refusal] or any other but [*OutcomeUnknownError].
func (b *Book) Record(ctx context.Context, e event.Event, source *ledger.Source) (Receipt, error) {
	if err := e.Validate(); err != nil {
		return Receipt{}, Refuse(err)
	}
	derived := e.ID == ""
	e.Identify()
	var meant []Meant
	r, err := b.recordWhat(ctx, source, func(l *ledger.Ledger) (event.Event, error) {
		u, err := b.state.understand(&e, derived, func(e *event.Event) (bool, error) {
			entry, ok := b.state.graph.ByID(e.ID)
			if !ok {
				return false, nil
			}
			return recordedAs(ctx, l, entry.Seq, e)
		})
		meant = u.meant
		return u.event, Refuse(err)
	})
	r.Meant = meant
	return r, err
}

// recordedAs reports whether a record holds just this event.
func recordedAs(ctx context.Context, l *ledger.Ledger, seq uint64, e *event.Event) (bool, error) {
	rec, err := l.Record(ctx, seq)
	return err == nil && bytes.Equal(rec.Event, e.Bytes()), err
}

// recordWhat is Record of the event that build returns, valid and with its id, once the ledger is held and the book's state is that of its head.
func (b *Book) recordWhat(ctx context.Context, source *ledger.Source, build func(*ledger.Ledger) (event.Event, error)) (Receipt, error) {
	var e event.Event
	var receipt Receipt
	var failed error
	err := b.writing(ctx, func(l *ledger.Ledger) (err error) {
		if err = b.catchUpToJudge(ctx, l); err != nil {
			return err
		}
		if e, err = build(l); err != nil {
			return err
		}
		receipt, failed = b.record(ctx, l, e, source)
		return nil
	})
	if failed != nil && outcomeUnknown(failed) {
		return b.settle(ctx, e, failed)
	}
	return receipt, errors.Join(failed, err)
}

// record checks and commits one event; the ledger is held and the state is that
// of its head.
func (b *Book) record(ctx context.Context, l *ledger.Ledger, e event.Event, source *ledger.Source) (Receipt, error) {
	content := e.Bytes()
	if known, ok, err := b.known(ctx, l, &e, content); ok || err != nil {
		return known, err
	}
	now := b.o.Now()
	signed, err := b.signedEntry(l.Head().Size, content, now)
	if err != nil {
		return Receipt{}, err
	}
	given := givenCodes(&e)
	if v := b.check(ctx, l, &e, given, signed, now); len(v) > 0 {
		return Receipt{}, refusal(v)
	}
	var codes CodeNotices
	codes.add(b.state.codeNotices(given), "", 0)
	unregistered, err := notices(ctx, b.state.graph, rules.Notices(b.state.graph, &e))
	if err != nil {
		return Receipt{}, err
	}
	entry := ledger.Entry{Event: content, By: b.o.By, Source: source, Sig: signed.Sig}
	receipts, err := l.Append(ctx, now, ledger.AppendOptions{ClockOK: b.o.ClockOK}, []ledger.Entry{entry})
	if err != nil {
		return Receipt{}, b.appendError(err)
	}
	head := l.Head()
	r := Receipt{Seq: receipts[0].Seq, ID: e.ID, Leaf: receipts[0].Leaf, Unregistered: unregistered, Codes: codes}
	recorded := event.TimeOf(head.Recorded)
	r.Late = recorded.Sub(e.Time) > genealogy.LateAfter
	err = sound(func() error {
		err := b.state.graph.Add(r.Seq, b.o.By, recorded, lean(e))
		b.state.signed(&e, signed)
		return err
	})
	if err != nil {
		b.forsake(err)
		b.state = nil // only the memory is wrong: the event is recorded
		return r, nil // the next call reads the ledger anew
	}
	b.state.head = head
	return r, nil
}

// known looks for the event in the ledger. An id that stands there with other
// content is a refusal; one without a signature that it was to bear is an
// [*UnsignedError].
func (b *Book) known(ctx context.Context, l *ledger.Ledger, e *event.Event, content []byte) (Receipt, bool, error) {
	entry, ok := b.state.graph.ByID(e.ID)
	if !ok {
		return Receipt{}, false, nil
	}
	rec, err := l.Record(ctx, entry.Seq)
	if err != nil {
		return Receipt{}, false, err
	}
	if !bytes.Equal(rec.Event, content) {
		return Receipt{}, false, refusal([]rules.Violation{conflict(e.ID, rec.Seq)})
	}
	if err := b.bears(&rec); err != nil {
		return Receipt{}, false, err
	}
	return Receipt{Seq: rec.Seq, ID: e.ID, Leaf: rec.Leaf(), Known: true, Late: entry.Late()}, true, nil
}

func conflict(id event.ID, seq uint64) rules.Violation {
	return rules.Violation{Rule: rules.IDConflict, Variant: rules.OtherBytes, Event: id, Seq: seq, HasSeq: true, Path: "id"}
}

// check returns the rules that e breaks against the book's state, with the
// signatures that it is to be recorded with; given are the codes that it gives. A drill's copy judges none: its
// origin is another, and they were made for the ledger.
func (b *Book) check(ctx context.Context, l *ledger.Ledger, e *event.Event, given []givenCode, signed notary.Entry, now time.Time) []rules.Violation {
	c := rules.Context{
		Now:    event.TimeOf(now.UTC()),
		Strict: b.genesis.Strict,
		Unmet:  func(c event.Ref, at event.Time) []string { return b.unmet(ctx, l, c, at) },
	}
	if b.genesis.CopyOf == nil {
		c.Signatures = &signatures{b.state, signed}
	}
	if v := rules.Check(b.state.graph, e, c); len(v) > 0 {
		return v
	}
	return b.state.checkCodes(e, given)
}

// appendError turns what the ledger refuses into the rule that says so, and says
// of other errors that they are the ledger's.
func (b *Book) appendError(err error) error {
	var clock *ledger.ClockError
	var id *ledger.IDConflictError
	var size *ledger.TooLargeError
	switch {
	case errors.As(err, &clock):
		v := rules.Violation{Rule: rules.Clock, Variant: rules.Behind, At: event.TimeOf(clock.Now.UTC()), Limit: event.TimeOf(clock.Last.UTC())}
		if clock.Now.After(clock.Last) {
			v.Variant = rules.Ahead
		}
		return refusal([]rules.Violation{v})
	case errors.As(err, &id):
		return refusal([]rules.Violation{conflict(event.ID(id.ID.String()), id.Seq)})
	case errors.As(err, &size):
		return Refuse(&event.Error{
			Rule: event.RuleTooLarge, Found: fmt.Sprintf("a record of %d bytes", size.Size),
			Want: fmt.Sprintf("at most %d", size.Limit), Offset: -1,
		})
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	default:
		return &WriteError{b.path, err}
	}
}

func outcomeUnknown(err error) bool {
	var unknown *ledger.UnknownOutcomeError
	return errors.As(err, &unknown)
}

// settle finds out, after a commit of unknown outcome, whether the event is in
// the ledger: it opens the ledger again, for writing, since only then what can
// be read is on the disk too, and looks.
func (b *Book) settle(ctx context.Context, e event.Event, failed error) (Receipt, error) {
	b.state = nil
	var receipt Receipt
	var found bool
	ctx = context.WithoutCancel(ctx)
	err := b.writing(ctx, func(l *ledger.Ledger) error {
		err := b.catchUp(ctx, l)
		if err == nil {
			receipt, found, err = b.known(ctx, l, &e, e.Bytes())
		}
		return err
	})
	switch {
	case err != nil:
		return Receipt{}, &OutcomeUnknownError{errors.Join(failed, err)}
	case found:
		receipt.Known = false
		return receipt, nil
	default:
		return Receipt{}, failed
	}
}

// MostNear is how many notices of one call say what may have been meant: the
// first ones. To find near ids, all things of the kind are looked at.
const MostNear = 20

// notices makes notices of what wants registration.
func notices(ctx context.Context, g *genealogy.Graph, named []event.Ref) ([]Notice, error) {
	var list []Notice
	for _, r := range named {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		n := Notice{Ref: r}
		if len(list) < MostNear {
			n.Near = rules.Near(g, r)
		}
		list = append(list, n)
	}
	return list, nil
}
