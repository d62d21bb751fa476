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
		q := h.eitherQuery()
		a, err := recall.Trace(h.g, asOf, q)
		reached, reachErr := recall.Reach(h.g, q)
		if err != nil || reachErr != nil {
			if (err == nil) != (reachErr == nil) {
				t.Fatalf("trace: %v; reach: %v", err, reachErr)
			}
			return
		}
		var got, want []reachedAs
		for r := range reached.All() {
			if r.Kind != r.Ref().Kind() {
				t.Errorf("%v is said to be a %v", r.Ref(), r.Kind)
			}
			got = append(got, reachedAs{r.Ref(), r.Parent(), r.Grade, r.Via, r.Since})
		}
		for i := range a.Things {
			x := &a.Things[i]
			path := a.Path(x)
			last := path[len(path)-1]
			r := reachedAs{ref: x.Ref, grade: x.Grade, since: x.Since, via: last.Via}
			if len(path) > 1 {
				r.parent = path[len(path)-2].Ref
			}
			want = append(want, r)
		}
		byRef := func(a, b reachedAs) int { return a.ref.Compare(b.ref) }
		slices.SortFunc(got, byRef)
		slices.SortFunc(want, byRef)
		if !slices.Equal(got, want) || reached.Len() != len(got) {
			t.Errorf("%v\nreach: %v\ntrace: %v", q.Sources, got, want)
		}
	})
}

// What is told of a thing that was reached.
type reachedAs struct {
	ref, parent event.Ref
	grade       genealogy.Grade
	via         genealogy.Via
	since       event.Time
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
