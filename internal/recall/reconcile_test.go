package recall_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
	"suyuan/internal/recall"
)

// Every affected unit expected at the site or found there is in exactly one
// list, and the lists hold nothing else.
func TestAReconciliationPartsWhatIsExpectedAndWhatIsFound(t *testing.T) {
	t.Parallel()
	check(t, func(t *rapid.T) {
		h := drawHistory(t)
		scope, err := recall.Trace(h.g, recall.AsOf{}, h.query())
		if err != nil {
			t.Fatal(err)
		}
		at := h.time()
		site := h.thing("site", 2)
		found := h.different(4, h.unit)
		r := recall.Reconcile(h.g, scope, site, found, at)
		want := make(map[event.Ref]bool)
		for i := range scope.Things {
			u := scope.Things[i].Ref
			s := h.g.Status(u, at)
			if u.Kind() == event.KindUnit && s.Site == site && slices.Contains([]genealogy.State{genealogy.InStock, genealogy.Expired, genealogy.Unaccounted}, s.State) {
				want[u] = true
			}
		}
		got := make(map[event.Ref]bool)
		for _, u := range slices.Concat(r.Matching, r.Missing) {
			if got[u] || !want[u] || slices.Contains(found, u) != slices.Contains(r.Matching, u) {
				t.Fatalf("%s: %+v\n%s", u, r, h.text())
			}
			got[u] = true
		}
		if len(got) != len(want) {
			t.Fatalf("expected %v, got %+v\n%s", want, r, h.text())
		}
		for _, f := range r.Unexpected {
			if want[f.Unit] || !slices.Contains(found, f.Unit) || f.Affected != thingsOf(scope)[f.Unit] {
				t.Fatalf("unexpected %+v\n%s", f, h.text())
			}
		}
		if len(r.Matching)+len(r.Unexpected) != len(found) {
			t.Fatalf("found %v, got %+v", found, r)
		}
	})
}

func TestTheNewestAnswerOfASiteStands(t *testing.T) {
	t.Parallel()
	const first = scoped + `{"type":"case","time":"12:00","site":"S","case":"C1","action":"acknowledge","found":["B"]}`
	c := stands(t, first, "2026-01-05T13:00:00+08:00")
	if f := found(t, c, "site:S"); !slices.Equal(f.Missing, []event.Ref{ref(t, "unit:Q")}) || !c.BadNews() {
		t.Errorf("%+v, bad news %v", f, c.BadNews())
	}
	const second = first + `
{"type":"case","time":"13:00","site":"S","case":"C1","action":"acknowledge","found":["B","Q","A"]}`
	c = stands(t, second, "2026-01-05T14:00:00+08:00")
	f := found(t, c, "site:S")
	if len(f.Missing) > 0 || len(f.Matching) != 2 || c.BadNews() {
		t.Errorf("%+v, bad news %v", f, c.BadNews())
	}
	if want := (recall.Found{Unit: ref(t, "unit:A"), Affected: true, State: genealogy.Infused}); len(f.Unexpected) != 1 || f.Unexpected[0] != want {
		t.Errorf("got %+v, want %+v", f.Unexpected, want)
	}
}

func found(t *testing.T, c *recall.Case, site string) *recall.Reconciliation {
	t.Helper()
	i := slices.IndexFunc(c.Sites, func(s recall.SiteStand) bool { return s.Site == ref(t, site) })
	if i < 0 || c.Sites[i].Found == nil {
		t.Fatalf("%s: no answer in %+v", site, c.Sites)
	}
	return c.Sites[i].Found
}
