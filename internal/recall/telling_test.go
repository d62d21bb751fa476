package recall_test

import (
	"bytes"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"sync/atomic"
	"testing"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
	"suyuan/internal/genealogy/genealogytest"
	"suyuan/internal/recall"
)

// manyPooled are more than a graph keeps the records of.
const manyPooled = 9000

// reportedPool is a pool with what answers tell of its units: nobody is registered, runs deviate, infusions are corrected,
// nobody notes the temperature on the way or what is taken out of a tank.
func reportedPool(t *testing.T, units int) *genealogy.Graph {
	t.Helper()
	g := pool(t, units)
	at := mustTime("2026-01-06T08:00:00+08:00")
	put := func(e event.Event) event.ID {
		e.Identify()
		if err := genealogytest.Add(g, uint64(g.Len())+1, "OP", at, e); err != nil {
			t.Fatal(err)
		}
		return e.ID
	}
	for run := range units / 100 {
		unit := func(k int) event.Ref { return mustRef(fmt.Sprintf("unit:%d-%d", run, k)) }
		common := func(typ event.Type) event.Common {
			return event.Common{Type: typ, Time: at, Site: mustRef("site:S"), Operators: []event.Ref{mustRef(fmt.Sprintf("operator:OP-%d", run%7))}}
		}
		sent := event.Event{Common: common(event.TypeShipment), Body: &event.Shipment{
			Shipment: mustRef(fmt.Sprintf("shipment:SH-%d", run)), Units: []event.Ref{unit(60), unit(61)}, To: mustRef("site:T"),
		}}
		sent.Deviation = &event.Deviation{Rules: []string{"on-hold"}, Reason: "made up"}
		put(sent)
		put(event.Event{Common: common(event.TypeArrival), Body: &event.Arrival{Shipment: mustRef(fmt.Sprintf("shipment:SH-%d", run)), Accepted: []event.Ref{unit(60)}}})
		put(event.Event{Common: common(event.TypeStore), Body: &event.Store{Units: []event.Ref{unit(62), unit(63)}, Equipment: mustRef("equipment:TANK")}})
		put(event.Event{Common: common(event.TypeInfusion), Body: &event.Infusion{
			Unit: unit(63), Patient: mustRef(fmt.Sprintf("patient:%d-63", run)), Checks: []string{"name", "number"},
		}})
		given := put(event.Event{Common: common(event.TypeInfusion), Body: &event.Infusion{
			Unit: unit(62), Patient: mustRef(fmt.Sprintf("patient:%d-62", run)), Checks: []string{"name", "number"},
		}})
		put(event.Event{Common: common(event.TypeCorrection), Body: &event.Correction{Corrects: given, Reason: "made up"}})
	}
	g.Contacts()
	return g
}

// How many goroutines tell of what was reached makes no difference. It is not
// parallel: nothing else may change how many there are.
func TestManyThingsAreToldTheSameByOneAndByMany(t *testing.T) { //nolint:paralleltest // it sets GOMAXPROCS
	g := reportedPool(t, manyPooled)
	q := recall.NewQuery(mustRef("lot:L"))
	q.Grade = genealogy.Possible
	answered := func(processors int) []byte {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(processors))
		return trace(t, g, q).AppendJSON(nil, false)
	}
	wantList(t, pooledFindings(t, trace(t, reportedPool(t, manyPooled/10), q), 10), pooledFindings(t, trace(t, g, q), 1))
	alone := answered(1)
	for _, processors := range []int{2, 5} {
		if !bytes.Equal(alone, answered(processors)) {
			t.Errorf("%d processors give another answer than one", processors)
		}
	}
}

// pooledFindings counts what an answer found in a pool, so many times over. Who is
// not registered and what is not cleaned are the same in all pools.
func pooledFindings(t *testing.T, a *recall.Answer, times int) []string {
	t.Helper()
	missing := make(map[recall.MissingCode]int)
	for _, m := range a.Missing {
		if m.Code == recall.Unregistered || m.Code == recall.NoCleaning {
			missing[m.Code]++
		} else {
			missing[m.Code] += times
		}
	}
	list := []string{fmt.Sprintf("%d units, %d corrected, %d deviations", a.Counts.Units*times, len(a.Corrected)*times, len(a.Deviations)*times)}
	for _, code := range slices.Sorted(maps.Keys(missing)) {
		list = append(list, fmt.Sprintf("%d %s", missing[code], code))
	}
	if len(list) < 4 {
		t.Errorf("too little was found to tell: %s", list)
	}
	return list
}

// What a teller of many stories says of a unit is what the graph says.
func TestATellerSaysWhatTheGraphSays(t *testing.T) {
	t.Parallel()
	g := reportedPool(t, 1000)
	few, many := g.Teller(1), g.Teller(1<<20)
	n, at := g.Contacts(), g.Latest()
	for r := range g.ThingsOf(event.KindUnit) {
		thing, _ := n.Thing(r)
		want := stateOf(g.Status(r, at))
		if got := stateOf(many.Story(thing, r).Status(at)); got != want {
			t.Fatalf("%s is %s, and told as %s", r, want, got)
		}
		if got := stateOf(few.Story(thing, r).Status(at)); got != want {
			t.Fatalf("%s is %s, and told as %s", r, want, got)
		}
	}
}

func stateOf(s genealogy.Status) string {
	by := uint64(0)
	if s.Entry != nil {
		by = s.Entry.Seq
	}
	return fmt.Sprint(s.State, s.Site, s.Vessel, s.Shipment, s.Rejected, s.Role, s.Product, s.Expires, s.Allocated, by)
}

func TestPiecesAreWorkedOnOnce(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, 9, 10, 11, 1000} {
		times := make([]atomic.Int32, n)
		recall.InPieces(n, 10, func() func(from, to int) {
			return func(from, to int) {
				for k := from; k < to; k++ {
					times[k].Add(1)
				}
			}
		})
		for k := range times {
			if times[k].Load() != 1 {
				t.Errorf("of %d, %d was worked on %d times", n, k, times[k].Load())
			}
		}
	}
}

// What is damaged in an index comes up where the answer is waited for.
func TestWhatPanicsInAPieceComesUp(t *testing.T) {
	t.Parallel()
	defer func() {
		if _, ok := recover().(*genealogy.DamageError); !ok {
			t.Error("the damage did not come up")
		}
	}()
	recall.InPieces(100, 1, func() func(from, to int) {
		return func(from, _ int) {
			if from == 50 {
				panic(&genealogy.DamageError{What: "made up"})
			}
		}
	})
}
