package rows

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"suyuan/bench/ask"
	"suyuan/bench/measure"
	"suyuan/internal/event"
	"suyuan/internal/genealogy"
	"suyuan/internal/recall"
)

// answers returns what a graph says about some lots and a tank, as JSON.
func answers(t *testing.T, s *Stock, g *genealogy.Graph, size uint64) []byte {
	t.Helper()
	var b []byte
	tank, begin := s.shape(size).Tank()
	from, to, err := week(begin)
	if err != nil {
		t.Fatal(err)
	}
	for _, thing := range append(s.shape(size).Lots(3), tank) {
		ref, err := event.ParseRef(thing.String())
		if err != nil {
			t.Fatal(err)
		}
		q := recall.NewQuery(ref)
		if thing == tank {
			q.From, q.To = from, to
		}
		a, err := recall.Trace(g, ask.AsOf(), q)
		if err != nil || len(a.Things) == 0 {
			t.Fatalf("%v reaches %d things: %v", thing, len(a.Things), err)
		}
		b = a.AppendJSON(b, false)
	}
	return b
}

// What is made without a ledger has to be what the ledger says: or a trace of ten million batches would be of something else.
func TestAnIndexMadeWithoutALedgerGivesTheLedgersAnswers(t *testing.T) {
	t.Parallel()
	const size = 1500
	s := stock(t, folder(t), 4)
	l, err := s.ledger(t.Context(), size)
	if err != nil {
		t.Fatal(err)
	}
	g, err := readGraph(t.Context(), l.path, true)
	if err != nil {
		t.Fatal(err)
	}
	want := answers(t, s, g, size)
	x, err := s.open(t.Context(), size)
	if err != nil {
		t.Fatal(err)
	}
	if x.Graph.Len() != int(l.records)-1 { // the genesis is no event
		t.Errorf("%d events, and the ledger has %d records", x.Graph.Len(), l.records)
	}
	if got := answers(t, s, x.Graph, size); !bytes.Equal(got, want) {
		t.Errorf("other answers:\n%.2000s\nwant\n%.2000s", got, want)
	}
	if err := s.Forget(size); err != nil {
		t.Error(err)
	}
}

func TestAnIndexThatWasCutGrowsOn(t *testing.T) {
	t.Parallel()
	const size = 700
	s := &Stock{Dir: t.TempDir(), Seed: 5, Say: t.Logf}
	x, err := s.open(t.Context(), size)
	if err != nil {
		t.Fatal(err)
	}
	want := answers(t, s, x.Graph, size)
	ctx, cut := context.WithCancel(t.Context())
	later := &Stock{Dir: s.Dir, Keep: t.TempDir(), Seed: s.Seed, Held: 3000}
	told := 0
	later.Say = func(string, ...any) {
		if told++; told == 3 { // it is being made, and has gone into a file twice
			cut()
		}
	}
	if _, err := later.Make(ctx, KindIndex, size); !errors.Is(err, context.Canceled) {
		t.Fatalf("%v, want %v", err, context.Canceled)
	}
	if left, err := filepath.Glob(filepath.Join(later.Keep, "*.part")); err != nil || len(left) != 1 {
		t.Fatalf("left %v, %v; want what was made so far", left, err)
	}
	later.Say = t.Logf
	y, err := later.open(t.Context(), size)
	if err != nil {
		t.Fatal(err)
	}
	if got := answers(t, later, y.Graph, size); !bytes.Equal(got, want) {
		t.Error("what was made in parts gives other answers")
	}
	if err := errors.Join(s.Forget(size), later.Forget(size)); err != nil {
		t.Error(err)
	}
	if kept, err := os.ReadDir(later.Keep); err != nil || len(kept) != 1 {
		t.Errorf("kept %v, %v; want the one index", kept, err)
	}
}

func TestWhatNoRunWaitsForIsLeftOutUntilItIsMade(t *testing.T) {
	t.Parallel()
	s := &Stock{Dir: t.TempDir(), Seed: 1}
	for _, kind := range Kinds() {
		if _, err := s.kept(t.Context(), kind, tenOf); !errors.Is(err, measure.ErrCannot) {
			t.Errorf("%s: %v, want %v", kind, err, measure.ErrCannot)
		}
	}
}
