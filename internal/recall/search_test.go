package recall

import (
	"fmt"
	"testing"
	"time"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
	"suyuan/internal/genealogy/genealogytest"
)

// A tank that was cleaned a thousand times in twenty years while some bags
// never left it, and others came and went, one after each cleaning. All made up.
func longStays(tb testing.TB, cleanings, stays int) *genealogy.Network {
	tb.Helper()
	g := genealogy.New()
	from, err := event.ParseTime("2006-01-02T08:00:00Z")
	if err != nil {
		tb.Fatal(err)
	}
	put := func(e event.Event) {
		e.Identify()
		if err := genealogytest.Add(g, uint64(g.Len())+1, "OP", e.Time, e); err != nil {
			tb.Fatal(err)
		}
	}
	site, tank := mustRefOf(tb, "site:S"), mustRefOf(tb, "equipment:TANK")
	move := func(unit string, after time.Duration, in bool) {
		e := event.Event{Common: event.Common{Type: event.TypeStore, Time: from.Add(after), Site: site}}
		units := []event.Ref{mustRefOf(tb, "unit:"+unit)}
		e.Body = &event.Store{Units: units, Equipment: tank, Phase: "liquid"}
		if !in {
			e.Type, e.Body = event.TypeRetrieve, &event.Retrieve{Units: units, Equipment: tank}
		}
		put(e)
	}
	verified := true
	for k := range stays {
		move(fmt.Sprintf("LONG-%d", k), time.Duration(k)*time.Minute, true)
	}
	for k := range cleanings {
		week := time.Duration(k+1) * 7 * 24 * time.Hour
		put(event.Event{
			Common: event.Common{Type: event.TypeCleaning, Time: from.Add(week), Site: site},
			Body:   &event.Cleaning{Equipment: tank, Verified: &verified},
		})
		move(fmt.Sprintf("SHORT-%d", k), week+time.Hour, true)
		move(fmt.Sprintf("SHORT-%d", k), week+2*time.Hour, false)
	}
	return g.Contacts()
}

func mustRefOf(tb testing.TB, s string) event.Ref {
	tb.Helper()
	r, err := event.ParseRef(s)
	if err != nil {
		tb.Fatal(err)
	}
	return r
}

func searched(tb testing.TB, n *genealogy.Network, source string, backward bool) *search {
	tb.Helper()
	thing, ok := n.Thing(mustRefOf(tb, source))
	if !ok {
		tb.Fatalf("no record names %s", source)
	}
	q := NewQuery()
	s := &search{atlas: newAtlas(n, backward, q.vias()), floor: genealogy.Possible, starts: []start{{thing: thing}}}
	s.run()
	return s
}

// Long stays are not cut into pieces: every node has one label, and what a
// search looks at grows with contacts and epochs, not with their product.
func TestAStayThroughAThousandEpochsCostsItsContactsAndItsEpochs(t *testing.T) {
	t.Parallel()
	const cleanings, stays = 1000, 50
	n := longStays(t, cleanings, stays)
	for _, row := range []struct {
		source   string
		backward bool
		labels   int
	}{
		{"unit:LONG-0", false, 1 + (cleanings + 1) + stays + cleanings},
		{"unit:LONG-0", true, 1 + (cleanings + 1) + stays + cleanings},
		{"equipment:TANK", false, 2*(cleanings+1) + stays + cleanings},
		{"unit:SHORT-500", false, 1 + (cleanings + 1 - 501) + stays + (cleanings - 500)},
		{"unit:SHORT-500", true, 1 + 502 + stays + 501},
	} {
		s := searched(t, n, row.source, row.backward)
		if len(s.labels) != row.labels {
			t.Errorf("from %s, backward %v: %d labels, want %d", row.source, row.backward, len(s.labels), row.labels)
		}
		// Two searches look at each contact from both of its sides, and enter each
		// epoch once for good and twice for the moment of a contact.
		contacts, epochs := 2*(stays+cleanings), cleanings+1
		if most := 2 * (2*contacts + 3*epochs); s.steps > most {
			t.Errorf("from %s, backward %v: %d steps, want at most %d", row.source, row.backward, s.steps, most)
		}
	}
}

func BenchmarkSearchThroughAThousandEpochs(b *testing.B) {
	n := longStays(b, 1000, 50)
	labels := 0
	for b.Loop() {
		labels = len(searched(b, n, "unit:LONG-0", false).labels)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(labels), "ns/label")
}

// What is barred can be where a walk begins, and is not where it goes on.
func TestABarredThingIsNotEntered(t *testing.T) {
	t.Parallel()
	n := longStays(t, 2, 2)
	for name, want := range map[string]int{"equipment:TANK": 1, "unit:LONG-0": 1 + 3 + 1 + 2, "unit:LONG-1": 1 + 3 + 1 + 2} {
		thing, _ := n.Thing(mustRefOf(t, name))
		from, _ := n.Thing(mustRefOf(t, "unit:LONG-0"))
		q := NewQuery()
		s := &search{
			atlas: newAtlas(n, false, q.vias()), floor: genealogy.Possible, starts: []start{{thing: from}},
			barred: make(map[int32]bool),
		}
		s.barred[thing] = true
		if got := len(s.run()); got != want {
			t.Errorf("%s is barred: %d labels, want %d", name, got, want)
		}
	}
}
