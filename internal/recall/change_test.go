package recall_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
	"suyuan/internal/recall"
)

// What a further record can change about an answer, and what it cannot.

// reached returns the grade of everything that a query finds at any floor.
func (h *history) reached(g *genealogy.Graph, q recall.Query) map[event.Ref]genealogy.Grade {
	q.Grade = genealogy.Possible
	a, err := recall.Trace(g, asOf, q)
	if err != nil {
		h.t.Fatal(err)
	}
	found := make(map[event.Ref]genealogy.Grade)
	for i := range a.Things {
		found[a.Things[i].Ref] = a.Things[i].Grade
	}
	return found
}

// within fails unless what is in less is in more, at the same grade or a surer
// one.
func (h *history) within(q recall.Query, e event.Event, less, more map[event.Ref]genealogy.Grade) {
	for r, grade := range less {
		if best, ok := more[r]; !ok || best > grade {
			h.t.Fatalf("%s is reached at %s in one and not in the other, query %s\n%sand %s", r, grade, q.AppendJSON(nil), h.text(), e.Bytes())
		}
	}
}

// further draws an event that is none of the history's.
func (h *history) further(from ...body) event.Event {
	e, _ := h.draw(from)
	e.ID, e.N = "", 2
	e.Identify()
	return e
}

func (h *history) cleaningThatIs(verified bool) body {
	return func() (event.Type, event.Body) {
		return event.TypeCleaning, &event.Cleaning{Equipment: h.maybe(h.equipment), Verified: &verified}
	}
}

func TestAVerifiedCleaningNeverAddsExposure(t *testing.T) {
	t.Parallel()
	check(t, func(t *rapid.T) {
		h := drawHistory(t)
		if len(h.askable()) == 0 {
			return
		}
		e := h.further(h.cleaningThatIs(true))
		q := h.query()
		h.within(q, e, h.reached(h.with(e), q), h.reached(h.g, q))
	})
}

func TestAnUnverifiedCleaningChangesNothingAtPossible(t *testing.T) {
	t.Parallel()
	check(t, func(t *rapid.T) {
		h := drawHistory(t)
		if len(h.askable()) == 0 {
			return
		}
		e := h.further(h.cleaningThatIs(false))
		q := h.query()
		before, after := h.reached(h.g, q), h.reached(h.with(e), q)
		h.within(q, e, after, before)
		for r := range before {
			if _, ok := after[r]; !ok {
				t.Fatalf("%s is not reached any more, query %s\n%sand %s", r, q.AppendJSON(nil), h.text(), e.Bytes())
			}
		}
	})
}

func TestAFurtherContactNeverClearsAnything(t *testing.T) {
	t.Parallel()
	check(t, func(t *rapid.T) {
		h := drawHistory(t)
		e := h.further(h.additive()...)
		if len(h.askable()) == 0 {
			return
		}
		q := h.query()
		h.within(q, e, h.reached(h.g, q), h.reached(h.with(e), q))
	})
}

// An answer shows each thing at its best floor alone. That the floors are
// cumulative is a property of the rules, and so of the slow reference.
func TestALowerFloorNeverLosesWhatAHigherOneReached(t *testing.T) {
	t.Parallel()
	check(t, func(t *rapid.T) {
		h := drawHistory(t)
		if len(h.askable()) == 0 {
			return
		}
		w := newRefWorld(h.base, h.events)
		q := h.query()
		above := make(map[string]int)
		for floor := range 3 {
			found := w.floorOf(w.refQuery(q), floor).earliest()
			for thing, since := range above {
				if earlier, ok := found[thing]; !ok || earlier > since {
					t.Fatalf("%s is reached since %d, at floor %d (%v) since %d, query %s\n%s", thing, since, floor, ok, earlier, q.AppendJSON(nil), h.text())
				}
			}
			above = found
		}
	})
}

// earliest returns the earliest time of everything, in the order of the walk.
func (f *refFloor) earliest() map[string]int {
	found := make(map[string]int)
	for _, l := range f.labels {
		if old, ok := found[l.thing]; !ok || l.since < old {
			found[l.thing] = l.since
		}
	}
	return found
}

// The order in which records come in is no part of what happened, except where
// a record corrects another, and for records of one time, whose order is all
// there is to tell which came first.
func TestTheOrderOfRecordsDoesNotChangeWhatIsReached(t *testing.T) {
	t.Parallel()
	check(t, func(t *rapid.T) {
		h := drawHistory(t)
		h.events = slices.DeleteFunc(h.events, func(e event.Event) bool {
			return e.Replaces != "" || e.Type == event.TypeCorrection
		})
		h.g = h.with()
		if len(h.askable()) == 0 {
			return
		}
		q := h.query()
		want := h.reached(h.g, q)
		shuffled := &history{t: t, base: h.base, events: inOtherOrder(t, h.events)}
		if d := cmp.Diff(want, shuffled.reached(shuffled.with(), q), cmp.Comparer(func(a, b event.Ref) bool { return a == b })); d != "" {
			t.Fatalf("query %s\n%sin the order\n%s\n%s", q.AppendJSON(nil), h.text(), shuffled.text(), d)
		}
	})
}

// inOtherOrder shuffles events and keeps the order of those of one time.
func inOtherOrder(t *rapid.T, events []event.Event) []event.Event {
	list := rapid.Permutation(events).Draw(t, "order")
	of := make(map[int64][]event.Event)
	for _, e := range events {
		of[e.Time.UnixMilli()] = append(of[e.Time.UnixMilli()], e)
	}
	for i := range list {
		at := list[i].Time.UnixMilli()
		list[i], of[at] = of[at][0], of[at][1:]
	}
	return list
}

func TestTheOrderOfSourcesDoesNotChangeTheBytes(t *testing.T) {
	t.Parallel()
	check(t, func(t *rapid.T) {
		h := drawHistory(t)
		if len(h.askable()) == 0 {
			return
		}
		q := h.query()
		known := h.askable()
		q.Sources = rapid.SliceOfN(rapid.SampledFrom(known), 1, 5).Draw(t, "sources")
		want := h.bytes(q)
		q.Sources = rapid.Permutation(append(q.Sources, q.Sources[0])).Draw(t, "shuffled")
		if got := h.bytes(q); got != want {
			t.Fatalf("first %s\nthen  %s", want, got)
		}
	})
}

func (h *history) bytes(q recall.Query) string {
	a, err := recall.Trace(h.g, asOf, q)
	if err != nil {
		h.t.Fatal(err)
	}
	return string(a.AppendJSON(nil, false))
}
