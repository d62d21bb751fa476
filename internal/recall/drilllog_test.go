package recall_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"suyuan/internal/event"
	"suyuan/internal/recall"
)

func TestAKeptResultIsReadBackAsItWas(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		refs := func(what string) []event.Ref {
			list := []event.Ref{}
			for _, id := range rapid.SliceOfN(rapid.StringMatching(`[A-Za-z0-9<>&"'\\/=-]{1,12}`), 0, 4).Draw(t, what) {
				list = append(list, mustRef("lot:"+id))
			}
			return list
		}
		r := recall.DrillResult{
			Kind: rapid.SampledFrom(recall.DrillKinds()).Draw(t, "kind"), Seed: rapid.Uint64Max(recall.MaxSeed).Draw(t, "seed"),
			Good: rapid.Bool().Draw(t, "good"), Copied: asOf, Sources: refs("sources"), Reached: refs("reached"),
			Missed: rapid.SliceOfN(rapid.SampledFrom(recall.Goals()), 0, 3).Draw(t, "missed"),
		}
		kept, found, err := recall.ParseDrillExt(r.Ext())
		if err != nil || !found {
			t.Fatalf("%s: found %v, %v", r.Ext(), found, err)
		}
		if kept.Kind != r.Kind || kept.Good != r.Good || !slices.Equal(kept.Missed, r.Missed) || !slices.Equal(kept.Sources, r.Sources) || !slices.Equal(kept.Reached, r.Reached) {
			t.Fatalf("%+v was kept as %+v", r, kept)
		}
		if kept.Seeded != (r.Kind != recall.DrillRun) || kept.Seeded && kept.Seed != r.Seed {
			t.Fatalf("seed %d was kept as %d", r.Seed, kept.Seed)
		}
		closing := event.Event{Common: event.Common{Type: event.TypeCase, Time: mustTime("2026-01-05T08:00:00Z"), Ext: r.Ext()}, Body: &event.Case{
			Case: mustRef("case:DRILL-1"), Action: event.ActionClose,
			Close: &event.CaseClose{Conclusion: "over", SignedBy: []event.Ref{mustRef("operator:Q")}},
		}}
		if err := closing.Validate(); err != nil {
			t.Fatalf("an event cannot hold %s: %v", r.Ext(), err)
		}
		if _, err := event.Parse(closing.Bytes()); err != nil {
			t.Fatalf("%s is not read again: %v", closing.Bytes(), err)
		}
	})
}

func TestWhatOthersPutInExtIsNoResult(t *testing.T) {
	t.Parallel()
	for _, ext := range []string{"", "{}", `{"x:y":1}`} {
		if _, found, err := recall.ParseDrillExt([]byte(ext)); found || err != nil {
			t.Errorf("%q: found %v, %v", ext, found, err)
		}
	}
	for _, ext := range []string{"[", `{"suyuan:drill":7}`, `{"suyuan:drill":{"sources":["nothing"]}}`, `{"suyuan:drill":{"seed":-1}}`} {
		if _, found, err := recall.ParseDrillExt([]byte(ext)); found || err == nil {
			t.Errorf("%q: found %v, %v", ext, found, err)
		}
	}
}

func FuzzParseDrillExt(f *testing.F) {
	f.Add([]byte(`{"suyuan:drill":{"good":true,"kind":"random","missed":[],"reached":["lot:L"],"seed":7,"sources":["lot:L"]}}`))
	f.Add([]byte(`{"suyuan:drill":null}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		if _, found, err := recall.ParseDrillExt(b); found && (err != nil || !json.Valid(b)) {
			t.Errorf("%q: found, and %v", b, err)
		}
	})
}

// TestAResultFitsAnEvent holds for a drill that reached more than an event can name.
func TestAResultFitsAnEvent(t *testing.T) {
	t.Parallel()
	var lines strings.Builder
	for i := range 3000 {
		fmt.Fprintf(&lines, `{"type":"manufacture","time":"9:00","site":"S","step":"feed","n":%d,"units":["U"],"materials":[{"lot":"LONG-NAME-OF-A-LOT-%d"}]}`+"\n", i+1, i)
	}
	g := told(t, lines.String())
	f := recall.Findings{Picked: ref(t, "lot:LONG-NAME-OF-A-LOT-7")}
	f.Forward = trace(t, g, recall.NewQuery(f.Picked))
	back := recall.NewQuery(ref(t, "unit:U"))
	back.Backward = true
	f.Backward = trace(t, g, back)
	b, err := recall.BalanceOf(g, asOf, f.Picked, event.Time{})
	if err != nil {
		t.Fatal(err)
	}
	f.Balance = b
	r := f.Result()
	if n := len(r.Ext()); n > 40<<10 || len(f.Backward.Things) < 3000 || len(r.Reached) < 100 {
		t.Errorf("the result has %d bytes and names %d of %d things", n, len(r.Reached), len(f.Backward.Things))
	}
}

const drills = `{"type":"collection","time":"7:00","site":"S","donor":"D1","outputs":[{"unit":"A"}]}
{"type":"collection","time":"7:00","site":"S","donor":"D2","outputs":[{"unit":"B"}]}
{"type":"store","time":"7:30","site":"S","units":["A"],"equipment":"TANK"}
{"type":"case","time":"8:00","case":"DRILL-1","action":"open","sources":["donor:D1"]}
{"type":"case","time":"8:00","case":"DRILL-1","action":"close","conclusion":"went well","signed_by":["Q"]}
{"type":"case","time":"9:00","case":"C-1","action":"open","sources":["donor:D2"]}
{"type":"case","time":"10:00","case":"DRILL-2","action":"open","sources":["donor:D1"]}
`

func TestTheLogSaysWhatDrillsHaveCoveredAndWhatNever(t *testing.T) {
	t.Parallel()
	g := told(t, drills)
	held := recall.HeldDrills(g, clock("13:00"))
	if len(held) != 2 || held[0].Case != ref(t, "case:DRILL-1") || held[0].Conclusion != "went well" || held[1].Closed != 0 {
		t.Fatalf("held are %+v", held)
	}
	held[0].Kept = &recall.KeptResult{Kind: recall.DrillRandom, Reached: []event.Ref{ref(t, "equipment:TANK")}}
	l := recall.LogDrills(g, asOf, clock("13:00"), held)
	want := []string{"donor:D1 10:00 ", "equipment:TANK  08:00"}
	got := []string{}
	for _, c := range l.Covered {
		got = append(got, fmt.Sprintf("%s %s %s", c.Ref, hour(c.Asked), hour(c.Named)))
	}
	wantList(t, want, got)
	kinds := []string{}
	for _, c := range l.Coverage {
		kinds = append(kinds, fmt.Sprintf("%s %d %d %d %v", c.Kind, c.Total, c.Asked, c.Named, c.Never))
	}
	wantList(t, []string{"donor 2 1 0 [donor:D2]", "batch 0 0 0 []", "lot 0 0 0 []", "equipment 1 0 1 []"}, kinds)
}

func TestADrillIsDueAYearAfterTheLast(t *testing.T) {
	t.Parallel()
	g := told(t, drills)
	log := func(at event.Time) *recall.DrillLog { return recall.LogDrills(g, asOf, at, recall.HeldDrills(g, at)) }
	if l := log(clock("7:00")); !l.Overdue() || !l.Due.IsZero() {
		t.Errorf("before the first drill: overdue %v, due %s", l.Overdue(), l.Due)
	}
	last := clock("10:00")
	if l := log(last.Add(recall.DrillEvery)); l.Overdue() {
		t.Errorf("a year after the last drill it is overdue, due %s", l.Due)
	}
	if l := log(last.Add(recall.DrillEvery + 1)); !l.Overdue() {
		t.Errorf("more than a year after the last drill it is not overdue, due %s", l.Due)
	}
}

func TestARandomDrillPicksWhatCanBeRehearsed(t *testing.T) {
	t.Parallel()
	g := told(t, strings.Replace(dose, "DECISION", "released", 1)+`{"type":"receipt","time":"8:00","site":"S","lot":"UNUSED"}
{"type":"manufacture","time":"9:00","site":"S","step":"fill","batch":"REFUSED","materials":[{"lot":"L"}],"outputs":[{"unit":"X"}]}
{"type":"release","time":"10:00","batch":"REFUSED","decision":"rejected","signed_by":["Q"]}
`)
	for kind, want := range map[event.Kind]string{event.KindDonor: "[donor:D]", event.KindBatch: "[batch:M]", event.KindLot: "[lot:L]"} {
		if got := fmt.Sprint(recall.Pickable(g, kind, clock("13:00"))); got != want {
			t.Errorf("%s: %s, want %s", kind, got, want)
		}
	}
	if _, err := recall.Pick(g, []event.Kind{event.KindBatch}, clock("9:30"), first); err == nil {
		t.Error("a batch was picked before any was released")
	}
	if r, err := recall.Pick(g, recall.PickableKinds(), clock("13:00"), func(n int) int { return n - 1 }); err != nil || r != ref(t, "lot:L") {
		t.Errorf("picked %s, %v", r, err)
	}
}
