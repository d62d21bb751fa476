package recall_test

import (
	"bytes"
	"strings"
	"testing"

	"suyuan/examples"
	"suyuan/internal/event"
	"suyuan/internal/genealogy"
	"suyuan/internal/genealogy/genealogytest"
	"suyuan/internal/recall"
)

// asOf stands for a ledger where a test has none.
var asOf = recall.AsOf{Origin: "test/recall", Size: 1, Root: strings.Repeat("0", 64)}

func ref(t *testing.T, s string) event.Ref {
	t.Helper()
	r, err := event.ParseRef(s)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func exampleGraph(t *testing.T, name string) *genealogy.Graph {
	t.Helper()
	b, err := examples.FS.ReadFile(name + "/" + examples.EventsFile)
	if err != nil {
		t.Fatal(err)
	}
	g := genealogy.New()
	for i, line := range bytes.Split(bytes.TrimSpace(b), []byte("\n")) {
		e, err := event.Parse(line)
		if err != nil {
			t.Fatalf("%s line %d: %v", name, i+1, err)
		}
		add(t, g, e)
	}
	g.Contacts()
	return g
}

// add puts an event into the graph as the next record, recorded when it
// happened.
func add(t *testing.T, g *genealogy.Graph, e event.Event) {
	t.Helper()
	e.Identify()
	if err := genealogytest.Add(g, uint64(g.Len())+1, "OP", e.Time, e); err != nil {
		t.Fatal(err)
	}
}

func trace(t *testing.T, g *genealogy.Graph, q recall.Query) *recall.Answer {
	t.Helper()
	a, err := recall.Trace(g, asOf, q)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestFiberCelGivesThePublishedTotals(t *testing.T) {
	t.Parallel()
	g := exampleGraph(t, examples.Fibercel)
	for _, source := range []string{"donor:D-1", "lot:NMDS210011", "batch:NMDS210011"} {
		a := trace(t, g, recall.NewQuery(ref(t, source)))
		c := a.Counts
		want := recall.Counts{Patients: 113, Units: 154, Infused: 136, InStock: 18, Sites: 37, Regions: 20, RegionsUsed: 18}
		want.OnHold, want.Allocated, want.Samples = c.OnHold, c.Allocated, c.Samples
		if c != want {
			t.Errorf("%s: got %+v, want %+v", source, c, want)
		}
		if a.Balance.Made != 154 || a.Balance.Sum() != 154 {
			t.Errorf("%s: balance %+v", source, a.Balance)
		}
	}
}
