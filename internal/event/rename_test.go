package event_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"suyuan/internal/event"
	"suyuan/internal/event/eventtest"
)

func TestRenamingChangesEveryPlaceThatNamesAThingAndNothingElse(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		e := eventtest.Gen().Draw(t, "event")
		var refs []event.Ref
		for _, r := range e.Refs {
			if r.Kind() != event.KindAliquot { // named by its lot
				refs = append(refs, r)
			}
		}
		if len(refs) == 0 {
			return
		}
		from := rapid.SampledFrom(refs).Draw(t, "from")
		to, err := event.NewRef(from.Kind(), "renamed")
		if err != nil {
			t.Fatal(err)
		}
		before := e.Bytes()
		as, err := event.Parse(before)
		if err != nil {
			t.Fatal(err)
		}
		as.Rename(map[event.Ref]event.Ref{from: to})
		if slices.ContainsFunc(named(&as), func(r event.Ref) bool { return r == from }) {
			t.Fatalf("%s still names %v: %s", before, from, as.Bytes())
		}
		as.Rename(map[event.Ref]event.Ref{to: from})
		if err := as.Validate(); err != nil {
			t.Fatalf("%s: %v", as.Bytes(), err)
		}
		if got := string(as.Bytes()); got != string(before) {
			t.Fatalf("there and back, %s is %s", before, got)
		}
	})
}

func named(e *event.Event) []event.Ref {
	var list []event.Ref
	for r := range e.Named {
		list = append(list, r)
	}
	return list
}

func TestCodesOfTwoThingsThatBecomeOneAreJoined(t *testing.T) {
	t.Parallel()
	e, err := event.Parse([]byte(`{"type":"receipt","time":"2026-01-01T08:00:00Z","site":"S","lot":"L","codes":{"lot:A":["x","y"],"lot:L":["y","z"]}}`))
	if err != nil {
		t.Fatal(err)
	}
	from, to := e.Codes[0].Thing, e.Codes[1].Thing
	e.Rename(map[event.Ref]event.Ref{from: to})
	if len(e.Codes) != 1 || e.Codes[0].Thing != to || !slices.Equal(e.Codes[0].Values, []string{"x", "y", "z"}) {
		t.Errorf("got %v", e.Codes)
	}
}
