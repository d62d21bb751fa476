package recall_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
	"suyuan/internal/genealogy/genealogytest"
	"suyuan/internal/recall"
)

// medium is a batch under which a dose and a lot of medium were made, and what
// was grown in the medium.
const medium = `
{"type":"collection","time":"7:00","site":"S","donor":"D","outputs":[{"unit":"C"}]}
{"type":"collection","time":"7:00","site":"S","donor":"E","outputs":[{"unit":"F"},{"unit":"G"}]}
{"type":"manufacture","time":"8:00","end":"9:00","site":"S","step":"fill","inputs":["C"],"outputs":[{"unit":"A","role":"dose"}],"batch":"M"}
{"type":"manufacture","time":"10:00","site":"S","step":"condition","units":["G"],"outputs":[{"lot":"MED"}],"batch":"M"}
{"type":"manufacture","time":"11:00","end":"12:00","site":"S","step":"grow","inputs":["F"],"outputs":[{"unit":"X","role":"dose"}],"materials":[{"lot":"MED"}]}
`

func TestABatchReachesTheLotPreparedUnderIt(t *testing.T) {
	t.Parallel()
	a := answer(t, medium, "batch:M")
	want := map[string]string{
		"batch:M": "confirmed | batch:M",
		"unit:A":  "confirmed 2026-01-05T08:00:00+08:00| batch:M unit:A",
		"lot:MED": "confirmed 2026-01-05T10:00:00+08:00| batch:M lot:MED",
		"unit:X":  "confirmed 2026-01-05T11:00:00+08:00| batch:M lot:MED unit:X",
	}
	if d := cmp.Diff(want, paths(a)); d != "" {
		t.Error(d)
	}
	if _, ok := answer(t, medium, "lot:MED").Find(ref(t, "batch:M")); ok {
		t.Error("the lot leads back to its batch")
	}
	held := answer(t, medium+`{"type":"case","time":"13:00","case":"C1","action":"hold","things":["batch:M"]}`, "batch:M")
	if c := held.Counts; c.Units != 2 || c.OnHold != 2 {
		t.Errorf("counts %+v", c)
	}
}

func TestWhatWasMadeWithAPreparedLotCountsInTheBalanceOfItsBatch(t *testing.T) {
	t.Parallel()
	b, err := recall.BalanceOf(told(t, medium), asOf, ref(t, "batch:M"), event.Time{})
	if err != nil {
		t.Fatal(err)
	}
	if want := (recall.Balance{Made: 2, InStock: 2}); b.Balance != want {
		t.Errorf("got %+v, want %+v", b.Balance, want)
	}
}

// What a hold on a thing stops is what a trace from it reaches by way of
// making, as confirmed.
func TestAHoldCoversWhatItsThingReachesByMaking(t *testing.T) {
	t.Parallel()
	made := []genealogy.Via{
		genealogy.ViaCollection, genealogy.ViaInput, genealogy.ViaMade, genealogy.ViaMaterial, genealogy.ViaAliquot, genealogy.ViaSame,
	}
	others := slices.DeleteFunc(genealogy.Vias(), func(v genealogy.Via) bool { return slices.Contains(made, v) })
	check(t, func(t *rapid.T) {
		h := drawHistory(t)
		r := h.holdable()
		if !h.g.Known(r) || slices.Contains([]event.Kind{event.KindEquipment, event.KindRoom, event.KindOperator}, r.Kind()) {
			return
		}
		e := event.Event{Common: event.Common{Type: event.TypeCase, Time: h.base}}
		e.Body = &event.Case{Case: mustRef("case:H"), Action: event.ActionHold, Things: []event.Ref{r}}
		e.Identify()
		if err := genealogytest.Add(h.g, uint64(h.g.Len()+1), "OP", e.Time, e); err != nil {
			t.Fatal(err)
		}
		h.g.Contacts()
		a, err := recall.Trace(h.g, asOf, recall.Query{Sources: []event.Ref{r}, Without: others})
		if err != nil {
			t.Fatal(err)
		}
		for _, u := range h.g.Things() {
			if u.Kind() != event.KindUnit {
				continue
			}
			_, reached := a.Find(u)
			if held := len(h.g.HoldsOn(u, a.Query.At)) > 0; held != reached {
				t.Fatalf("%s of %s: held %v, reached %v\n%s", u, r, held, reached, h.text())
			}
		}
	})
}
