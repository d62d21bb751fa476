package recall_test

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
	"suyuan/internal/genealogy/genealogytest"
	"suyuan/internal/recall"
)

// drawHolds adds to a history what makes holds and ends them.
func (h *history) drawHolds() {
	var holds []event.ID
	for range 1 + h.n(5, "holds") {
		var e event.Event
		e.Type, e.Time = event.TypeCase, h.time()
		c := &event.Case{Case: mustRef(fmt.Sprint("case:", h.n(1, "case")))}
		e.Body = c
		switch what := h.n(2, "what"); {
		case what == 0:
			b := &event.Test{Subject: h.unit(), Sampled: h.base, Result: event.ResultPositive}
			e.Type, e.Body = event.TypeTest, b
		case what == 1 || len(holds) == 0:
			c.Action, c.Things = event.ActionHold, h.different(2, h.holdable)
		default:
			c.Action = event.ActionLift
			c.Lift = &event.CaseLift{Holds: []event.ID{holds[h.n(len(holds)-1, "lifted")]}, Reason: "clear"}
			if h.yes("for some") {
				c.Things = h.different(2, h.holdable)
			}
		}
		e.Identify()
		if genealogytest.Add(h.g, uint64(h.g.Len()+1), "OP", e.Time, e) == nil && c.Action != event.ActionLift {
			holds = append(holds, e.ID)
		}
	}
	h.g.Contacts()
}

func (h *history) holdable() event.Ref {
	for {
		if r := h.anything(); r.Kind() != event.KindPatient {
			return r
		}
	}
}

// The question about all units at once has the answers of the question about
// each.
func TestWhatIsOnHoldIsWhatTheHoldsCover(t *testing.T) {
	t.Parallel()
	check(t, func(t *rapid.T) {
		h := drawHistory(t)
		h.drawHolds()
		known := h.askable()
		q := recall.NewQuery(known...)
		q.At = h.time()
		a, err := recall.Trace(h.g, asOf, q)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range known {
			if r.Kind() != event.KindUnit {
				continue
			}
			x, _ := a.Find(r)
			somewhere := x.State == genealogy.InStock || x.State == genealogy.InTransit || x.State == genealogy.Unaccounted ||
				x.State == genealogy.Expired && !x.Site.IsZero()
			want := somewhere && len(h.g.HoldsOn(r, q.At)) > 0
			if x.OnHold != want {
				t.Fatalf("at %s %s is %s, on hold %v, want %v", q.At, r, x.State, x.OnHold, want)
			}
		}
	})
}

func TestAHoldOnAMaterialCoversWhatWasMadeAfterItWentIn(t *testing.T) {
	t.Parallel()
	a := answer(t, `
{"type":"receipt","time":"6:00","site":"S","lot":"L1"}
{"type":"collection","time":"7:00","site":"S","donor":"D","outputs":[{"unit":"A"}]}
{"type":"manufacture","time":"9:00","site":"S","step":"split","inputs":[{"unit":"A","rest":true}],"outputs":[{"unit":"BEFORE"}]}
{"type":"manufacture","time":"10:00","site":"S","step":"wash","units":["A"],"materials":[{"lot":"L1"}]}
{"type":"manufacture","time":"11:00","site":"S","step":"split","inputs":[{"unit":"A","rest":true}],"outputs":[{"unit":"AFTER"}]}
{"type":"case","time":"12:00","case":"C1","action":"hold","things":["lot:L1"]}`, "donor:D")
	for id, want := range map[string]bool{"BEFORE": false, "A": true, "AFTER": true} {
		if x, _ := a.Find(ref(t, "unit:"+id)); x.OnHold != want {
			t.Errorf("%s is on hold: %v, want %v", id, x.OnHold, want)
		}
	}
}

func TestAHoldOnOneNameOfABagCoversTheOther(t *testing.T) {
	t.Parallel()
	lines := made + `
{"type":"same","time":"10:00","things":["unit:A","unit:A2"],"reason":"relabelled","signed_by":["Q1"]}
{"type":"manufacture","time":"10:15","site":"S","step":"split","inputs":[{"unit":"A2","rest":true}],"outputs":[{"unit":"OUT"}]}
{"type":"case","time":"12:00","case":"C1","action":"hold","things":["unit:A"]}`
	for id, want := range map[string]bool{"A": true, "A2": true, "OUT": true, "B": false} {
		if x, _ := answer(t, lines, "donor:D").Find(ref(t, "unit:"+id)); x.OnHold != want {
			t.Errorf("%s is on hold: %v, want %v", id, x.OnHold, want)
		}
	}
}
