package recall_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
	"suyuan/internal/recall"
)

// What Reach tells is what Trace tells of the same things, and neither has more.
func TestReachTellsWhatTraceReaches(t *testing.T) {
	t.Parallel()
	check(t, func(t *rapid.T) {
		h := drawHistory(t)
		if len(h.askable()) == 0 {
			return
		}
		q := h.query()
		a, err := recall.Trace(h.g, asOf, q)
		reached, reachErr := recall.Reach(h.g, q)
		if err != nil || reachErr != nil {
			if (err == nil) != (reachErr == nil) {
				t.Fatalf("trace: %v; reach: %v", err, reachErr)
			}
			return
		}
		var got, want []recall.ReachedThing
		for r := range reached.All() {
			if r.Grade <= q.Grade {
				got = append(got, r)
			}
		}
		for i := range a.Things {
			x := &a.Things[i]
			path := a.Path(x)
			last := path[len(path)-1]
			r := recall.ReachedThing{Ref: x.Ref, Grade: x.Grade, Since: x.Since, Via: last.Via}
			if len(path) > 1 {
				r.Parent = path[len(path)-2].Ref
			}
			want = append(want, r)
		}
		byRef := func(a, b recall.ReachedThing) int { return a.Ref.Compare(b.Ref) }
		slices.SortFunc(got, byRef)
		slices.SortFunc(want, byRef)
		if !slices.Equal(got, want) {
			t.Errorf("%v\nreach: %v\ntrace: %v", q.Sources, got, want)
		}
	})
}

func TestReachOfNothingKnownIsAnError(t *testing.T) {
	t.Parallel()
	unit, err := event.ParseRef("unit:NOBODY")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := recall.Reach(genealogy.New(), recall.NewQuery(unit)); err == nil {
		t.Error("what no record names was reached from")
	}
}
