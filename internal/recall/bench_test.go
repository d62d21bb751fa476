package recall_test

import (
	"fmt"
	"io"
	"testing"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
	"suyuan/internal/genealogy/genealogytest"
	"suyuan/internal/recall"
)

// pool is one lot and one donor in so many units: filled in runs of a hundred,
// shipped, half of them given.
func pool(tb testing.TB, units int) *genealogy.Graph {
	tb.Helper()
	g := genealogy.New()
	put := func(e event.Event) {
		e.Identify()
		if err := genealogytest.Add(g, uint64(g.Len())+1, "OP", e.Time, e); err != nil {
			tb.Fatal(err)
		}
	}
	t := mustTime("2026-01-05T08:00:00+08:00")
	site := mustRef("site:S")
	put(event.Event{Common: event.Common{Type: event.TypeReceipt, Time: t, Site: site}, Body: &event.Receipt{Lot: mustRef("lot:L")}})
	for run := range units / 100 {
		bag := mustRef(fmt.Sprintf("unit:BAG-%d", run))
		put(event.Event{
			Common: event.Common{Type: event.TypeCollection, Time: t, Site: site},
			Body:   &event.Collection{Donor: mustRef("donor:D"), Outputs: []event.Output{{Unit: bag}}},
		})
		fill := &event.Manufacture{Step: "fill", Inputs: []event.Input{{Unit: bag}}, Materials: []event.Material{{Lot: mustRef("lot:L")}}}
		fill.Batch = mustRef(fmt.Sprintf("batch:B-%d", run))
		for k := range 100 {
			fill.Outputs = append(fill.Outputs, event.Output{Unit: mustRef(fmt.Sprintf("unit:%d-%d", run, k)), Role: event.RoleDose})
		}
		put(event.Event{Common: event.Common{Type: event.TypeManufacture, Time: t, Site: site}, Body: fill})
		for k := range 50 {
			put(event.Event{
				Common: event.Common{Type: event.TypeInfusion, Time: t, Site: site},
				Body:   &event.Infusion{Unit: fill.Outputs[k].Unit, Patient: mustRef(fmt.Sprintf("patient:%d-%d", run, k)), Checks: []string{"name", "number"}},
			})
		}
	}
	return g
}

func BenchmarkTraceOfALotInEveryUnit(b *testing.B) {
	const units = 100_000
	g := pool(b, units)
	n := g.Contacts()
	contacts := 0
	for i := range n.Len() {
		for range n.From(int32(i)) {
			contacts++
		}
	}
	q := recall.NewQuery(mustRef("lot:L"))
	b.ResetTimer()
	for b.Loop() {
		a, err := recall.Trace(g, asOf, q)
		if err != nil || a.Counts.Units != units {
			b.Fatal(err, a.Counts)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(contacts), "ns/contact")
}

func BenchmarkTraceOfOneUnitBackward(b *testing.B) {
	g := pool(b, 100_000)
	g.Contacts()
	q := recall.NewQuery(mustRef("patient:500-7"))
	q.Backward = true
	for b.Loop() {
		if a, err := recall.Trace(g, asOf, q); err != nil || len(a.Things) == 0 {
			b.Fatal(err)
		}
	}
}

func BenchmarkWriteJSON(b *testing.B) {
	g := pool(b, 10_000)
	a, err := recall.Trace(g, asOf, recall.NewQuery(mustRef("lot:L")))
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if err := a.WriteJSON(io.Discard, false); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(a.Things)), "ns/thing")
}
