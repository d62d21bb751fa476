package recall_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
	"suyuan/internal/recall"
)

// histories is how many times each property draws its hundred histories; with
// -rapid.checks=2000 that makes ten thousand.
const histories = 5

func check(t *testing.T, property func(*rapid.T)) {
	t.Helper()
	for i := range histories {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, property)
		})
	}
}

func (h *history) query() recall.Query {
	known := h.g.Things()
	q := recall.Query{
		Sources:  h.different(2, func() event.Ref { return known[h.n(len(known)-1, "source")] }),
		Backward: h.yes("backward"),
		Grade:    genealogy.Grade(h.n(2, "grade")),
	}
	if h.yes("from") {
		q.From = h.time()
	}
	if h.yes("to") {
		q.To = h.time()
	}
	if !q.From.IsZero() && !q.To.IsZero() && q.To.Before(q.From) {
		q.From, q.To = q.To, q.From
	}
	if h.n(3, "without") == 0 {
		vias := genealogy.Vias()
		q.Without = []genealogy.Via{vias[h.n(len(vias)-1, "via")]}
	}
	return q
}

// refQuery spells the sources of a query out, as recall.md section 3 says of
// each kind.
func (w *refWorld) refQuery(q recall.Query) refQuery {
	r := refQuery{backward: q.Backward, grade: int(q.Grade)}
	if len(q.Without) > 0 {
		r.without = q.Without[0].String()
	}
	for _, s := range slices.SortedFunc(slices.Values(q.Sources), event.Ref.Compare) {
		switch s.Kind() {
		case event.KindShipment, event.KindSite:
			w.standIns(&r, q, s)
		default:
			w.source(&r, q, s, always)
		}
	}
	return r
}

func (w *refWorld) source(r *refQuery, q recall.Query, s event.Ref, since int) {
	src := refSource{ref: s.String(), since: since, limit: never}
	bounded := slices.Contains([]event.Kind{event.KindDonor, event.KindLot, event.KindOperator}, s.Kind())
	switch {
	case q.Backward:
		src.since = always
		if !q.To.IsZero() {
			src.since, src.windowed = -w.minute(q.To), true
		}
		if !q.From.IsZero() {
			src.limit = -w.minute(q.From)
		}
	case s.Kind() == event.KindEquipment || s.Kind() == event.KindRoom:
	default:
		if !q.From.IsZero() && w.minute(q.From) > since {
			src.since, src.windowed = w.minute(q.From), true
		}
		if bounded && !q.To.IsZero() {
			src.limit = w.minute(q.To)
		}
	}
	r.sources = append(r.sources, src)
}

func (w *refWorld) standIns(r *refQuery, q recall.Query, s event.Ref) {
	for _, rec := range w.records {
		at := w.minute(rec.e.Time)
		if !q.Backward && !q.To.IsZero() && at > w.minute(q.To) {
			continue
		}
		if b, ok := rec.e.Body.(*event.Shipment); ok && b.Shipment == s {
			for _, u := range b.Units {
				w.source(r, q, u, at)
			}
		}
		if s.Kind() != event.KindSite || rec.e.Site != s {
			continue
		}
		for _, u := range rec.e.Refs {
			if u.Kind() == event.KindUnit {
				w.source(r, q, u, at)
			}
		}
	}
}

func engineThings(w *refWorld, a *recall.Answer) map[string]refThing {
	found := make(map[string]refThing)
	for i := range a.Things {
		t := &a.Things[i]
		steps := a.Path(t)
		text := steps[0].Ref.String()
		for _, s := range steps[1:] {
			text += fmt.Sprintf(" -%s %d %d-> %s", s.Via, s.Seq, s.Grade, s.Ref)
		}
		since := always
		switch {
		case t.Since.IsZero() || len(steps) == 1 && t.Ref.Kind() == event.KindLot && !a.Query.Backward && a.Query.From.IsZero():
		case a.Query.Backward:
			since = -w.minute(t.Since)
		default:
			since = w.minute(t.Since)
		}
		found[t.Ref.String()] = refThing{int(t.Grade), since, text}
	}
	return found
}

func TestTracesAgreeWithTheSlowReference(t *testing.T) {
	t.Parallel()
	check(t, func(t *rapid.T) {
		h := drawHistory(t)
		if len(h.g.Things()) == 0 {
			return
		}
		w := newRefWorld(h.base, h.events)
		q := h.query()
		// A lot that stands in for a shipment begins at its departure; the
		// histories ship units only, so that a null since is a lot's own.
		a, err := recall.Trace(h.g, asOf, q)
		if err != nil {
			t.Fatal(err)
		}
		rq := w.refQuery(q)
		want := w.trace(rq)
		for r, thing := range want {
			if thing.grade > int(q.Grade) {
				delete(want, r)
			}
		}
		if d := cmp.Diff(want, engineThings(w, a), cmp.AllowUnexported(refThing{})); d != "" {
			t.Fatalf("query %s\n%s\n(-reference +engine)\n%s", q.AppendJSON(nil), h.text(), d)
		}
		var cleared []string
		for _, c := range a.Cleared {
			cleared = append(cleared, fmt.Sprintf("%s %s %s %d", c.Code, c.Ref, c.By, c.Seq[0]))
		}
		slices.Sort(cleared)
		if d := cmp.Diff(w.cleared(rq), cleared); d != "" {
			t.Fatalf("cleared, query %s\n%s\n(-reference +engine)\n%s", q.AppendJSON(nil), h.text(), d)
		}
	})
}

func (h *history) text() string {
	var b strings.Builder
	for i := range h.events {
		fmt.Fprintf(&b, "%d %s\n", i+1, h.events[i].Bytes())
	}
	return b.String()
}

func TestBackwardMirrorsForwardAtEveryGrade(t *testing.T) {
	t.Parallel()
	check(t, func(t *rapid.T) {
		h := drawHistory(t)
		grades := func(r event.Ref, backward bool) map[event.Ref]genealogy.Grade {
			q := recall.NewQuery(r)
			q.Backward = backward
			a, err := recall.Trace(h.g, asOf, q)
			if err != nil {
				t.Fatal(err)
			}
			found := make(map[event.Ref]genealogy.Grade)
			for i := range a.Things {
				found[a.Things[i].Ref] = a.Things[i].Grade
			}
			return found
		}
		var things []event.Ref
		for _, r := range h.g.Things() {
			if r.Kind() != event.KindSite && r.Kind() != event.KindShipment {
				things = append(things, r)
			}
		}
		backward := make(map[event.Ref]map[event.Ref]genealogy.Grade)
		for _, r := range things {
			backward[r] = grades(r, true)
		}
		for _, a := range things {
			forward := grades(a, false)
			for _, b := range things {
				there, reached := forward[b]
				back, named := backward[b][a]
				if reached != named || reached && there != back {
					t.Fatalf("%s in backward(%s): %v at %v; %s in forward(%s): %v at %v\n%s", a, b, named, back, b, a, reached, there, h.text())
				}
			}
		}
	})
}

func TestABalanceAccountsForEveryUnit(t *testing.T) {
	t.Parallel()
	check(t, func(t *rapid.T) {
		h := drawHistory(t)
		w := newRefWorld(h.base, h.events)
		at := h.base.Add(time.Duration(h.n(20, "at")) * time.Minute)
		for _, r := range h.g.Things() {
			switch r.Kind() {
			case event.KindDonor, event.KindLot, event.KindBatch, event.KindUnit:
			default:
				continue
			}
			b, err := recall.BalanceOf(h.g, asOf, r, at)
			if err != nil {
				t.Fatal(err)
			}
			if b.Balance.Made != b.Balance.Sum() || b.Balance.Unaccounted != len(b.Unaccounted) {
				t.Fatalf("%s: made %d, sum %d: %+v", r, b.Balance.Made, b.Balance.Sum(), b)
			}
			made, samples := w.made(h.g, r, at)
			if b.Balance.Made != made || b.Balance.Samples != samples {
				t.Fatalf("%s: made %d and %d samples, want %d and %d\n%s", r, b.Balance.Made, b.Balance.Samples, made, samples, h.text())
			}
		}
	})
}

// made counts the units that were made from or with r, each of those that are
// the same once, without what was consumed into others.
func (w *refWorld) made(g *genealogy.Graph, r event.Ref, at event.Time) (made, samples int) {
	bare := *w
	bare.contacts = slices.DeleteFunc(slices.Clone(w.contacts), func(c refContact) bool {
		return c.via == "infusion" || c.via == "contact"
	})
	states := bare.floor(refQuery{sources: []refSource{{ref: r.String(), since: always, limit: never}}}, 0)
	parts := make(map[string][]string) // what is the same, by the first of them
	for _, s := range states {
		if u := mustRef(s.ref); u.Kind() == event.KindUnit {
			first := slices.MinFunc(g.SameAs(u), event.Ref.Compare).String()
			if !slices.Contains(parts[first], s.ref) {
				parts[first] = append(parts[first], s.ref)
			}
		}
	}
	for _, members := range parts {
		switch fate(g, members, at) {
		case "made":
			made++
		case "sample":
			samples++
		}
	}
	return made, samples
}

// fate says where units that are the same are counted: as the one whose state
// tells most.
func fate(g *genealogy.Graph, members []string, at event.Time) string {
	order := []genealogy.State{
		genealogy.NoState, genealogy.Unaccounted, genealogy.InStock, genealogy.Destroyed, genealogy.Consumed, genealogy.Infused,
	}
	best, tells := "", -1
	var newest genealogy.Status
	slices.SortFunc(members, compareRefs)
	for _, r := range members {
		u := mustRef(r)
		s := g.Status(u, at)
		_, everMade := g.Made(u)
		state := s.State
		switch state {
		case genealogy.InTransit:
			state = genealogy.InStock
		case genealogy.Returned, genealogy.Lost, genealogy.Expired, genealogy.Tested:
			state = genealogy.Destroyed
		case genealogy.NoState:
			if !everMade {
				state = genealogy.Unaccounted
			}
		default:
		}
		rank := slices.Index(order, state)
		later := rank == tells && s.Entry != nil && (newest.Entry == nil || newer(s.Entry, newest.Entry))
		if rank > tells || later {
			best, tells, newest = fateOf(s, state), rank, s
		}
	}
	return best
}

func newer(a, b *genealogy.Entry) bool {
	c := a.Event.Time.Compare(b.Event.Time)
	return c > 0 || c == 0 && a.Seq > b.Seq
}

func fateOf(s genealogy.Status, state genealogy.State) string {
	if state == genealogy.NoState {
		return "not yet"
	}
	if s.Role == event.RoleSample || s.Role == event.RoleRetained {
		return "sample"
	}
	if state == genealogy.Consumed && len(s.Entry.Event.Body.(*event.Manufacture).Outputs) > 0 {
		return "became others"
	}
	return "made"
}

func TestAnAnswerIsTheSameBytesEachTimeAndCanonical(t *testing.T) {
	t.Parallel()
	check(t, func(t *rapid.T) {
		h := drawHistory(t)
		if len(h.g.Things()) == 0 {
			return
		}
		q := h.query()
		a, err := recall.Trace(h.g, asOf, q)
		if err != nil {
			t.Fatal(err)
		}
		once := a.AppendJSON(nil, false)
		slices.Reverse(q.Sources)
		again := genealogy.New()
		for i := range h.events {
			if err := again.Add(uint64(i+1), "OP", h.events[i].Time, h.events[i]); err != nil {
				t.Fatal(err)
			}
		}
		b, err := recall.Trace(again, asOf, q)
		if err != nil {
			t.Fatal(err)
		}
		if twice := b.AppendJSON(nil, false); string(once) != string(twice) {
			t.Fatalf("first %s\nthen %s", once, twice)
		}
		canonical(t, once)
		canonical(t, a.AppendJSON(nil, true))
		if c := a.Counts; a.Balance.Made != c.Units || a.Balance.Infused != c.Infused {
			t.Fatalf("balance %+v, counts %+v", a.Balance, c)
		}
		for g := 1; g < 3; g++ {
			if a.ByGrade[g].Units < a.ByGrade[g-1].Units || a.ByGrade[g].Sites < a.ByGrade[g-1].Sites {
				t.Fatalf("counts are not cumulative: %+v", a.ByGrade)
			}
		}
	})
}

// canonical fails unless b is what encoding/json would write of it, which for
// answers (no floats, members sorted) is RFC 8785.
func canonical(t *rapid.T, b []byte) {
	var v any
	d := json.NewDecoder(strings.NewReader(string(b)))
	d.UseNumber()
	if err := d.Decode(&v); err != nil {
		t.Fatalf("%v: %s", err, b)
	}
	again, err := json.Marshal(v)
	if err != nil || string(again) != string(b) {
		t.Fatalf("not canonical:\n%s\n%s", b, again)
	}
}
