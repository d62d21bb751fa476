package logbook

import (
	"cmp"
	"context"
	"slices"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
)

// A Thing is what the ledger says of one thing at one time.
type Thing struct {
	Ref           event.Ref
	At            event.Time
	Status        genealogy.Status // of a unit
	UnknownOrigin bool
	Made          genealogy.Making // where it is a unit or lot that was made
	Registered    *event.Register  // newest master data
	ForPatient    event.Ref
	Decision      *event.Release // newest release that covers it, unit or batch
	Decided       uint64         // the record of that release
	Codes         []string
	Same          []event.Ref // declared to be the same thing
	Holds         []genealogy.Held
	Tests         []Row // tests of it, and of a batch those of units made under it, oldest first, none that was struck
	History       []Row // every record that names it, oldest first, by when it happened
	Latest        event.Time
}

// Show returns what the ledger says of a thing at a time; the zero time is that
// of the latest event.
func (b *Book) Show(ctx context.Context, r event.Ref, at event.Time) (*Thing, error) {
	return ask(b, func() (*Thing, error) { return b.show(ctx, r, at) })
}

func (b *Book) show(ctx context.Context, r event.Ref, at event.Time) (*Thing, error) {
	s, err := b.load(ctx)
	if err != nil {
		return nil, err
	}
	if !s.graph.Known(r) {
		return nil, s.unknownThing(r)
	}
	g := s.graph
	t := &Thing{Ref: r, At: at, Latest: g.Latest(), UnknownOrigin: g.UnknownOrigin(r), Holds: nil}
	if at.IsZero() {
		t.At = g.Latest()
	}
	t.Holds = g.HoldsOn(r, t.At)
	t.Made, _ = g.Made(r)
	t.Registered, _, _ = g.Registered(r, t.At)
	t.Same = g.SameAs(r)[1:]
	if r.Kind() == event.KindUnit {
		t.Status, t.ForPatient = g.Status(r, t.At), g.ForPatient(r, t.At)
	}
	if e, decision := g.Decision(r, t.At); decision != nil {
		t.Decision, t.Decided = decision, e.Seq
	}
	if err := b.tests(ctx, s, t); err != nil {
		return nil, err
	}
	return t, b.history(ctx, s, t)
}

// tests gathers the tests that speak of the thing: a batch whose sample failed
// is not clean, although no record of that test need name the batch.
func (b *Book) tests(ctx context.Context, s *state, t *Thing) error {
	g := s.graph
	var found []*genealogy.Entry
	for _, r := range append([]event.Ref{t.Ref}, g.UnitsOf(t.Ref, t.Latest)...) {
		for _, m := range g.History(r) {
			if e := g.Entry(m); m.As == genealogy.AsTested && !e.Struck() && !slices.Contains(found, e) {
				found = append(found, e)
			}
		}
	}
	slices.SortFunc(found, func(a, b *genealogy.Entry) int {
		return cmp.Or(a.Event.Time.Std().Compare(b.Event.Time.Std()), cmp.Compare(a.Seq, b.Seq))
	})
	seqs := make([]uint64, len(found))
	for i, e := range found {
		seqs[i] = e.Seq
	}
	for row, err := range b.rows(ctx, s, seqs) {
		if err != nil {
			return err
		}
		t.Tests = append(t.Tests, row)
	}
	return nil
}

// history fills in what only the records themselves tell.
func (b *Book) history(ctx context.Context, s *state, t *Thing) error {
	var seqs []uint64
	for _, m := range s.graph.History(t.Ref) {
		e := s.graph.Entry(m)
		if n := len(seqs); n == 0 || seqs[n-1] != e.Seq {
			seqs = append(seqs, e.Seq)
		}
	}
	for row, err := range b.rows(ctx, s, seqs) {
		if err != nil {
			return err
		}
		t.History = append(t.History, row)
		for thing, codes := range codesOf(&row.Event) {
			if thing == t.Ref {
				t.Codes = append(t.Codes, codes...)
			}
		}
	}
	slices.Sort(t.Codes)
	t.Codes = slices.DeleteFunc(slices.Compact(t.Codes), func(code string) bool {
		return !slices.Contains(s.graph.ByCode(code), t.Ref)
	})
	return nil
}

// codesOf yields the codes that an event gives to things.
func codesOf(e *event.Event) func(yield func(event.Ref, []string) bool) {
	return func(yield func(event.Ref, []string) bool) {
		for _, c := range e.Codes {
			if !yield(c.Thing, c.Values) {
				return
			}
		}
		if b, ok := e.Body.(*event.Manufacture); ok {
			for i := range b.Changes {
				if !yield(b.Changes[i].Unit, b.Changes[i].Codes) {
					return
				}
			}
		}
		outputs := e.Outputs()
		for i := range outputs {
			if !yield(outputs[i].Thing(), outputs[i].Codes) {
				return
			}
		}
	}
}
