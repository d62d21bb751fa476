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
		case t.Since.IsZero():
		case a.Query.Backward:
			since = -w.second(t.Since)
		default:
			since = w.second(t.Since)
		}
		found[t.Ref.String()] = refThing{int(t.Grade), since, text}
	}
	return found
}

func TestTracesAgreeWithTheSlowReference(t *testing.T) {
	t.Parallel()
	check(t, func(t *rapid.T) {
		h := drawHistory(t)
		if len(h.askable()) == 0 {
			return
		}
		w := newRefWorld(h.base, h.events)
		for range 3 {
			q := h.query()
			h.agree(w, q)
			q.Backward = !q.Backward
			h.agree(w, q)
		}
	})
}

// agree fails where the engine and the reference answer a query differently.
func (h *history) agree(w *refWorld, q recall.Query) {
	a, err := recall.Trace(h.g, asOf, q)
	if err != nil {
		h.t.Fatal(err)
	}
	r := w.trace(w.refQuery(q))
	for _, row := range []struct {
		what      string
		want, got any
	}{
		{"things", r.things(), engineThings(w, a)},
		{"cleared", r.cleared(), engineCleared(a)},
		{"no-cleaning", r.uncleaned(), engineUncleaned(w, a)},
	} {
		if d := cmp.Diff(row.want, row.got, cmp.AllowUnexported(refThing{})); d != "" {
			h.t.Fatalf("%s, query %s\n%s\n(-reference +engine)\n%s", row.what, q.AppendJSON(nil), h.text(), d)
		}
	}
}

func engineCleared(a *recall.Answer) []string {
	var list []string
	for _, c := range a.Cleared {
		list = append(list, fmt.Sprintf("%s %s by %s %d", c.Ref, c.Code, c.By, c.Seq[0]))
	}
	slices.Sort(list)
	return list
}

func engineUncleaned(w *refWorld, a *recall.Answer) []string {
	var list []string
	for _, m := range a.Missing {
		if m.Code != recall.NoCleaning {
			continue
		}
		since := "always"
		switch {
		case a.Query.Backward && !m.To.IsZero():
			since = fmt.Sprint(-w.second(m.To))
		case !a.Query.Backward && !m.From.IsZero():
			since = fmt.Sprint(w.second(m.From))
		}
		list = append(list, fmt.Sprintf("%s %d since %s", m.Ref, m.Seq[0], since))
	}
	slices.Sort(list)
	return list
}

func TestBackwardMirrorsForwardAtEveryGrade(t *testing.T) {
	t.Parallel()
	check(t, func(t *rapid.T) {
		h := drawHistory(t)
		grades := func(r event.Ref, backward bool) map[event.Ref]genealogy.Grade {
			q := widest(h.base, r)
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
		for _, r := range h.askable() {
			switch r.Kind() {
			case event.KindSite, event.KindShipment, event.KindCase:
			default:
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

// widest asks for all kinds of contacts at all times. Equipment and rooms get a
// window that says so, since their marks would be the window else.
func widest(base event.Time, r event.Ref) recall.Query {
	q := recall.NewQuery(r)
	q.With = genealogy.Vias()
	if r.Kind() == event.KindEquipment || r.Kind() == event.KindRoom {
		q.From = base.Add(-100 * shift)
	}
	return q
}

func TestABalanceAccountsForEveryUnit(t *testing.T) {
	t.Parallel()
	check(t, func(t *rapid.T) {
		h := drawHistory(t)
		w := newRefWorld(h.base, h.events)
		at := h.base.Add(time.Duration(h.n(20, "at")) * time.Minute)
		for _, r := range h.askable() {
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
		return !slices.Contains([]string{"collection", "input", "made", "material", "aliquot", "same"}, c.via)
	})
	states := bare.floorOf(refQuery{sources: []refSource{{ref: r.String(), since: always, limit: never}}}, confirmed)
	parts := make(map[string][]string) // what is the same, by the first of them
	for _, s := range states.labels {
		if u := mustRef(s.thing); u.Kind() == event.KindUnit {
			first := slices.MinFunc(g.SameAs(u), event.Ref.Compare).String()
			if !slices.Contains(parts[first], s.thing) {
				parts[first] = append(parts[first], s.thing)
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
		if len(h.askable()) == 0 {
			return
		}
		q := h.query()
		a, err := recall.Trace(h.g, asOf, q)
		if err != nil {
			t.Fatal(err)
		}
		once := a.AppendJSON(nil, false)
		slices.Reverse(q.Sources)
		b, err := recall.Trace(h.with(), asOf, q)
		if err != nil {
			t.Fatal(err)
		}
		if twice := b.AppendJSON(nil, false); string(once) != string(twice) {
			t.Fatalf("first %s\nthen %s", once, twice)
		}
		canonical(t, once)
		canonical(t, a.AppendJSON(nil, true))
		if c := a.Counts; !slices.Contains(q.Without, genealogy.ViaSame) && (a.Balance.Made != c.Units || a.Balance.Infused != c.Infused) {
			t.Fatalf("query %s: balance %+v, counts %+v\n%s", q.AppendJSON(nil), a.Balance, c, h.text())
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
