package world_test

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"suyuan/bench/world"
	"suyuan/internal/event"
	"suyuan/internal/genealogy"
	"suyuan/internal/logbook"
)

// small has some of everything, the rare included.
func small() world.Shape { return world.Shape{Batches: 1500, Seed: 45} }

func lines(s world.Shape) []byte {
	var b []byte
	for e := range s.Events() {
		b = append(e.AppendJSON(b), '\n')
	}
	return b
}

func TestAWorldIsImportedWholeUnderEveryRule(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	events := lines(small())
	file := filepath.Join(dir, "world.jsonl")
	if err := os.WriteFile(file, events, 0o600); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "world.db")
	o := logbook.InitOptions{By: "DEP-1/OP-1", Strict: true, Now: time.Now}
	if _, err := logbook.Init(t.Context(), path, o); err != nil {
		t.Fatal(err)
	}
	book, err := logbook.Open(t.Context(), path, logbook.Options{Now: time.Now, By: "DEP-1/OP-1"})
	if err != nil {
		t.Fatal(err)
	}
	r, err := book.Import(t.Context(), []logbook.File{{Path: file}}, logbook.ImportOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if want := bytes.Count(events, []byte("\n")); r.Recorded != want || r.Known != 0 || len(r.Unregistered) != 0 {
		t.Errorf("recorded %d, known %d, unregistered %d; want %d, 0, 0", r.Recorded, r.Known, len(r.Unregistered), want)
	}
	if err := book.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestTheSameShapeIsTheSameWorld(t *testing.T) {
	t.Parallel()
	s := small()
	once := lines(s)
	if !bytes.Equal(once, lines(s)) {
		t.Error("one shape made two worlds")
	}
	other := s
	other.Seed++
	if bytes.Equal(once, lines(other)) {
		t.Error("two seeds made one world")
	}
}

func TestEventsComeInOrderOfTimeAndAreNumbered(t *testing.T) {
	t.Parallel()
	last, seq := int64(math.MinInt64), uint64(0)
	for e := range small().Events() {
		if seq++; e.Time < last || e.Seq != seq {
			t.Fatalf("event %d of time %d is numbered %d and follows one of time %d", seq, e.Time, e.Seq, last)
		}
		last = e.Time
	}
}

func TestASmallWorldHasSomeOfEverything(t *testing.T) {
	t.Parallel()
	types := make(map[world.Type]int)
	var positive, excused, failed int
	for e := range small().Events() {
		types[e.Type]++
		if slices.Contains(e.Words, world.Word{Name: "result", Value: "positive"}) {
			positive++
		}
		if e.Excuse != "" {
			excused++
		}
		if e.Failed {
			failed++
		}
	}
	if len(types) != 19 || positive == 0 || excused == 0 || failed == 0 {
		t.Errorf("%d positive tests, %d deviations, %d failed runs, and only %d types: %v", positive, excused, failed, len(types), types)
	}
}

// The proportions that docs/benchmarks.md states: per batch about 9 events and 40 contacts (one way), a lot in a thousandth of the batches.
func TestAWorldHasTheStatedProportions(t *testing.T) {
	t.Parallel()
	s := world.Shape{Batches: 100_000, Seed: 2}
	events, oneWay, lots, inLots := 0, 0, make(map[world.Thing]bool), 0
	for e := range s.Events() {
		events++
		for c := range e.Contacts() {
			if c.Via == "material" && c.Target.Kind() == "unit" || c.Source.Kind() == "unit" || c.Via == "collection" {
				oneWay++
			}
		}
		for _, m := range e.Materials {
			lots[m] = true
			inLots++
		}
	}
	n := float64(s.Batches)
	check := func(what string, got, low, high float64) {
		if got < low || got > high {
			t.Errorf("%s: %.4g, want %g to %g", what, got, low, high)
		}
	}
	check("events per batch", float64(events)/n, 8, 10)
	check("contacts per batch", float64(oneWay)/n, 29, 45)
	check("lots", float64(len(lots)), 20_000, 22_000)
	check("share of batches per lot", float64(inLots)/float64(len(lots))/n, 0.0008, 0.0012)
}

// The contacts that a world states must be those that the product derives from its events.
func TestContactsAreThoseOfTheGenealogy(t *testing.T) {
	t.Parallel()
	g := genealogy.New()
	ours := make(map[string]int)
	for e := range small().Events() {
		parsed, err := event.Parse(e.AppendJSON(nil))
		if err != nil {
			t.Fatal(err)
		}
		parsed.Identify()
		if err := g.Add(e.Seq, "OP", parsed.Time, parsed); err != nil {
			t.Fatal(err)
		}
		for c := range e.Contacts() {
			ours[fmt.Sprintf("%v %v %s %d %d %d %d", c.Source, c.Target, c.Via, c.Grade, c.From, c.To, c.Entry)]++
		}
	}
	theirs := derived(g)
	if maps.Equal(ours, theirs) {
		return
	}
	for _, k := range slices.Sorted(maps.Keys(ours)) {
		if ours[k] != theirs[k] {
			t.Fatalf("contact %q: stated %d times, derived %d times", k, ours[k], theirs[k])
		}
	}
	for _, k := range slices.Sorted(maps.Keys(theirs)) {
		if ours[k] != theirs[k] {
			t.Fatalf("contact %q: stated %d times, derived %d times", k, ours[k], theirs[k])
		}
	}
}

func derived(g *genealogy.Graph) map[string]int {
	found := make(map[string]int)
	n := g.Contacts()
	for i := range n.Len() {
		for c := range n.From(int32(i)) {
			if c.Via == genealogy.ViaOpenLot || c.Via == genealogy.ViaOperator {
				continue
			}
			found[fmt.Sprintf("%v %v %s %d %d %d %d", n.Ref(c.Source), n.Ref(c.Target), c.Via, c.Grade, unix(c.From), unix(c.To), n.Entry(c).Seq)]++
		}
	}
	return found
}

func unix(t event.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.Std().Unix()
}

func TestThingsAreNamedApart(t *testing.T) {
	t.Parallel()
	byName := make(map[string]world.Thing)
	for e := range small().Events() {
		for c := range e.Contacts() {
			for _, thing := range []world.Thing{c.Source, c.Target} {
				name := thing.String()
				if other := cmp.Or(byName[name], thing); other != thing {
					t.Fatalf("%s names %#x and %#x", name, uint64(thing), uint64(other))
				}
				byName[name] = thing
			}
		}
	}
}

func TestShapesOutOfRangeAreRefused(t *testing.T) {
	t.Parallel()
	for _, n := range []uint64{0, world.MaxBatches + 1} {
		if err := (world.Shape{Batches: n}).Check(); err == nil {
			t.Errorf("a world of %d batches was accepted", n)
		}
	}
	for range (world.Shape{Batches: 1}).Events() {
		continue
	}
}

func BenchmarkEvents(b *testing.B) {
	var line []byte
	for b.Loop() {
		n := 0
		for e := range (world.Shape{Batches: 10_000, Seed: 1}).Events() {
			line = e.AppendJSON(line[:0])
			n++
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/event")
	}
}

func BenchmarkContacts(b *testing.B) {
	for b.Loop() {
		n := 0
		for e := range (world.Shape{Batches: 10_000, Seed: 1}).Events() {
			for range e.Contacts() {
				n++
			}
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/contact")
	}
}
