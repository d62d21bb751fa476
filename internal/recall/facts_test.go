package recall_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
	"suyuan/internal/recall"
)

// told makes a graph of events, one JSON object a line. A time of H:MM means
// that time of 5 January 2026 in Hainan.
func told(t *testing.T, lines string) *genealogy.Graph {
	t.Helper()
	g := genealogy.New()
	for i, line := range strings.Split(strings.ReplaceAll(strings.TrimSpace(lines), "\n\n", "\n"), "\n") {
		e, err := event.Parse([]byte(clocks(line)))
		if err != nil {
			t.Fatalf("line %d: %v", i+1, err)
		}
		add(t, g, e)
	}
	g.Contacts()
	return g
}

func clocks(line string) string {
	for hour := range 24 {
		for _, minute := range []string{"00", "15", "30", "45"} {
			line = strings.ReplaceAll(line, fmt.Sprintf(`"%d:%s"`, hour, minute), fmt.Sprintf(`"2026-01-05T%02d:%s:00+08:00"`, hour, minute))
		}
	}
	return line
}

// made is a donor's bag, filled with an aliquot into two doses and a sample.
const made = `
{"type":"receipt","time":"6:00","site":"S","lot":"L"}
{"type":"collection","time":"7:00","site":"S","donor":"D","outputs":[{"unit":"C"}]}
{"type":"manufacture","time":"8:00","end":"9:00","site":"S","step":"fill","inputs":["C"],"outputs":[{"unit":"A","role":"dose"},{"unit":"B","role":"dose"},{"unit":"Q","role":"sample"}],"batch":"M","materials":[{"lot":"L","aliquot":"1"}]}
`

func answer(t *testing.T, lines, source string) *recall.Answer {
	t.Helper()
	return trace(t, told(t, lines), recall.NewQuery(ref(t, source)))
}

func paths(a *recall.Answer) map[string]string {
	found := make(map[string]string)
	for i := range a.Things {
		t := &a.Things[i]
		var b strings.Builder
		for _, s := range a.Path(t) {
			fmt.Fprintf(&b, "%s ", s.Ref)
		}
		found[t.Ref.String()] = fmt.Sprintf("%s %s| %s", t.Grade, t.Since, strings.TrimSpace(b.String()))
	}
	return found
}

func TestALotReachesWhatItsAliquotWentInto(t *testing.T) {
	t.Parallel()
	want := map[string]string{
		"lot:L":       "confirmed 2026-01-05T06:00:00+08:00| lot:L",
		"aliquot:L/1": "confirmed 2026-01-05T08:00:00+08:00| lot:L aliquot:L/1",
		"unit:A":      "confirmed 2026-01-05T08:00:00+08:00| lot:L aliquot:L/1 unit:A",
		"unit:B":      "confirmed 2026-01-05T08:00:00+08:00| lot:L aliquot:L/1 unit:B",
		"unit:Q":      "confirmed 2026-01-05T08:00:00+08:00| lot:L aliquot:L/1 unit:Q",
		"batch:M":     "probable 2026-01-05T08:00:00+08:00| lot:L aliquot:L/1 unit:A batch:M",
	}
	if d := cmp.Diff(want, paths(answer(t, made, "lot:L"))); d != "" {
		t.Error(d)
	}
}

func TestAUnitReachesItsSistersThroughTheBatchAsProbable(t *testing.T) {
	t.Parallel()
	a := answer(t, made, "unit:A")
	want := map[string]string{
		"unit:A":      "confirmed | unit:A",
		"aliquot:L/1": "probable 2026-01-05T08:00:00+08:00| unit:A aliquot:L/1",
		"batch:M":     "probable 2026-01-05T08:00:00+08:00| unit:A batch:M",
		"unit:B":      "probable 2026-01-05T08:00:00+08:00| unit:A batch:M unit:B",
		"unit:Q":      "probable 2026-01-05T08:00:00+08:00| unit:A batch:M unit:Q",
	}
	if d := cmp.Diff(want, paths(a)); d != "" {
		t.Error(d)
	}
	if c := a.ByGrade; c[0].Units != 1 || c[1].Units != 2 || c[1].Samples != 1 || c[2] != c[1] {
		t.Errorf("counts by grade: %+v", c)
	}
}

func TestAUnitContaminatedAfterItsMakingLeavesTheBatchAlone(t *testing.T) {
	t.Parallel()
	lines := made + `{"type":"contact","time":"10:00","things":["unit:A","equipment:BATH"],"reason":"thaw","level":"probable"}`
	a := answer(t, lines, "equipment:BATH")
	if _, ok := a.Find(ref(t, "unit:A")); !ok {
		t.Fatal("the unit in the bath was not reached")
	}
	if len(a.Things) != 2 {
		t.Errorf("more than bath and unit: %v", paths(a))
	}
	want := []recall.Cleared{
		{Code: recall.BeforeSource, Ref: ref(t, "aliquot:L/1"), By: ref(t, "unit:A"), Seq: []uint64{3}},
		{Code: recall.BeforeSource, Ref: ref(t, "batch:M"), By: ref(t, "unit:A"), Seq: []uint64{3}},
	}
	if d := cmp.Diff(want, a.Cleared, cmp.Comparer(func(a, b event.Ref) bool { return a == b })); d != "" {
		t.Error(d)
	}
}

func TestAWindowBindsTheLotsOwnUsesOnly(t *testing.T) {
	t.Parallel()
	lines := made + `
{"type":"manufacture","time":"12:00","site":"S","step":"wash","units":["A"],"materials":[{"lot":"W"}]}
{"type":"manufacture","time":"14:00","site":"S","step":"wash","units":["B"],"materials":[{"lot":"W"}]}
{"type":"manufacture","time":"16:00","site":"S","step":"wash","units":["Q"],"materials":[{"lot":"W"}]}
{"type":"infusion","time":"20:00","site":"H","unit":"B","patient":"P","checks":["name","number"]}`
	q := recall.NewQuery(ref(t, "lot:W"))
	q.From, q.To = mustTime("2026-01-05T13:00:00+08:00"), mustTime("2026-01-05T15:00:00+08:00")
	a := trace(t, told(t, lines), q)
	if _, ok := a.Find(ref(t, "patient:P")); !ok {
		t.Error("the window bound a contact that is not the source's own")
	}
	got := make([]string, 0, 2)
	for _, c := range a.Cleared {
		got = append(got, fmt.Sprint(c.Code, " ", c.Ref))
	}
	if want := []string{"after-window unit:Q", "before-source aliquot:L/1", "before-source batch:M", "before-window unit:A"}; !slices.Equal(got, want) {
		t.Errorf("cleared %v, want %v", got, want)
	}
}

func TestTimesHaveTheOffsetOfTheWalksLastRecord(t *testing.T) {
	t.Parallel()
	g := told(t, `
{"type":"receipt","time":"8:00","site":"S","outputs":[{"unit":"A"}],"batch":"M"}
{"type":"contact","time":"9:00","things":["unit:A","room:R"],"reason":"ice"}
{"type":"contact","time":"2026-01-05T00:30:00Z","end":"2026-01-05T02:00:00Z","things":["unit:A","unit:B"],"reason":"ice"}`)
	q := recall.NewQuery(ref(t, "unit:A"))
	q.From = mustTime("2026-01-05T09:00:00+08:00")
	a := trace(t, g, q)
	b, _ := a.Find(ref(t, "unit:B"))
	r, _ := a.Find(ref(t, "room:R"))
	if b.Since.String() != "2026-01-05T01:00:00Z" || r.Since.String() != "2026-01-05T09:00:00+08:00" {
		t.Errorf("got %s and %s", b.Since, r.Since)
	}
}

func TestPatientsAreCountedOnceAndPassNothingOn(t *testing.T) {
	t.Parallel()
	a := answer(t, made+`
{"type":"infusion","time":"10:00","site":"H1","unit":"A","patient":"P1","checks":["name","number"]}
{"type":"infusion","time":"11:00","site":"H2","unit":"B","patient":"P2","checks":["name","number"]}
{"type":"same","time":"12:00","things":["patient:P1","patient:P2"],"reason":"one person","signed_by":["Q1"]}
{"type":"same","time":"12:00","things":["donor:D9","patient:P2"],"reason":"one person","signed_by":["Q1"]}
{"type":"collection","time":"13:00","site":"H2","donor":"D9","outputs":[{"unit":"Z"}]}`, "batch:M")
	if a.Counts.Patients != 1 || a.Counts.Infused != 2 {
		t.Errorf("counts %+v", a.Counts)
	}
	if _, ok := a.Find(ref(t, "unit:Z")); ok {
		t.Error("a patient passed on by being a donor")
	}
}

// TestPatientsWhoAreOneDonorAreOnePerson has nobody say so of the two patients
// themselves.
func TestPatientsWhoAreOneDonorAreOnePerson(t *testing.T) {
	t.Parallel()
	a := answer(t, made+`
{"type":"infusion","time":"10:00","site":"H1","unit":"A","patient":"P1","checks":["name","number"]}
{"type":"infusion","time":"11:00","site":"H2","unit":"B","patient":"P2","checks":["name","number"]}
{"type":"same","time":"12:00","things":["donor:D9","patient:P1"],"reason":"one person","signed_by":["Q1"]}
{"type":"same","time":"12:00","things":["donor:D9","patient:P2"],"reason":"one person","signed_by":["Q1"]}`, "batch:M")
	if a.Counts.Patients != 1 || a.Counts.Infused != 2 {
		t.Errorf("counts %+v", a.Counts)
	}
}

func TestARelabelledBagIsCountedOnceInItsFinalState(t *testing.T) {
	t.Parallel()
	a := answer(t, made+`
{"type":"same","time":"10:00","things":["unit:A","unit:A2"],"reason":"relabelled","signed_by":["Q1"]}
{"type":"infusion","time":"11:00","site":"H","unit":"A2","patient":"P","checks":["name","number"]}`, "batch:M")
	if c := a.Counts; c.Units != 2 || c.Infused != 1 || c.InStock != 1 {
		t.Errorf("counts %+v", c)
	}
}

func TestMissingSaysWhatTheRecordsDoNotTell(t *testing.T) {
	t.Parallel()
	a := answer(t, `
{"type":"register","time":"5:00","subject":"site:S"}
{"type":"collection","time":"7:00","site":"S","donor":"D","outputs":[{"unit":"C"}],"equipment":[{"equipment":"APH"}]}
{"type":"manufacture","time":"8:00","end":"9:00","site":"S","step":"fill","inputs":["C"],"outputs":[{"unit":"A"},{"unit":"B"},{"unit":"E"}],"equipment":[{"equipment":"CAB"}]}
{"type":"store","time":"10:00","site":"S","units":["A","B"],"equipment":"TANK"}
{"type":"shipment","time":"11:00","site":"S","shipment":"X","units":["A"],"to":"H"}
{"type":"arrival","time":"12:00","site":"H","shipment":"X","accepted":["A"]}
{"type":"shipment","time":"12:00","site":"S","shipment":"Y","units":["E"],"to":"H","due":"13:00"}
{"type":"manufacture","time":"14:00","end":"15:00","site":"H","step":"mix","units":["A"],"materials":[{"lot":"NEVER"}],"deviation":{"rules":["unknown-thing"],"reason":"label lost"}}
{"type":"inventory","time":"16:00","site":"S","units":[]}`, "donor:D")
	got := make([]string, 0, 16)
	for _, m := range a.Missing {
		got = append(got, fmt.Sprint(m.Code, " ", m.Ref, " ", m.Seq))
	}
	want := []string{
		"no-arrival unit:E [7]", "no-cleaning equipment:APH [2]", "no-cleaning equipment:CAB [3]", "no-cleaning equipment:TANK [4]", "no-final-state unit:B [9]", "no-final-state unit:E [7]", "no-intake-sample unit:C [3]",
		"no-retrieve unit:A [4 5]", "no-temperature shipment:X [6]", "no-times equipment:APH [2]",
		"unregistered equipment:APH [2]", "unregistered equipment:CAB [3]", "unregistered equipment:TANK [4]", "unregistered site:H [5]",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if len(a.Deviations) != 1 || a.Deviations[0].Seq != 8 {
		t.Errorf("deviations %v", a.Deviations)
	}
	lot := answer(t, `{"type":"manufacture","time":"14:00","site":"H","step":"mix","units":["A"],"materials":[{"lot":"NEVER"}]}`, "lot:NEVER")
	if !slices.ContainsFunc(lot.Missing, func(m recall.Missing) bool { return m.Code == recall.UnknownOrigin && m.Ref == ref(t, "lot:NEVER") }) {
		t.Errorf("missing %v", lot.Missing)
	}
}

func TestAnIntakeSampleThatWasTestedIsNotMissing(t *testing.T) {
	t.Parallel()
	a := answer(t, `
{"type":"collection","time":"7:00","site":"S","donor":"D","outputs":[{"unit":"C"}]}
{"type":"manufacture","time":"7:30","site":"S","step":"sample","inputs":[{"unit":"C","rest":true}],"outputs":[{"unit":"Q","role":"sample"}]}
{"type":"manufacture","time":"8:00","site":"S","step":"fill","inputs":["C"],"outputs":[{"unit":"A"}]}
{"type":"test","time":"20:00","subject":"unit:Q","sampled":"7:30","result":"negative"}`, "donor:D")
	for _, m := range a.Missing {
		if m.Code == recall.NoIntakeSample {
			t.Errorf("missing %v", m)
		}
	}
	if q, _ := a.Find(ref(t, "unit:Q")); !slices.Equal(q.Tests, []uint64{4}) {
		t.Errorf("tests %v", q.Tests)
	}
}

func TestACorrectedRecordTakesNoPartAndIsNamed(t *testing.T) {
	t.Parallel()
	g := told(t, made+`{"type":"infusion","time":"10:00","site":"H","unit":"A","patient":"P","checks":["name","number"],"id":"019b8b74-1800-84b9-8ee1-5e93d9e7c358"}
{"type":"correction","time":"11:00","corrects":"019b8b74-1800-84b9-8ee1-5e93d9e7c358","reason":"did_not_occur"}`)
	a := trace(t, g, recall.NewQuery(ref(t, "batch:M")))
	if a.Counts.Patients != 0 || a.Counts.InStock != 2 {
		t.Errorf("counts %+v", a.Counts)
	}
	if d := cmp.Diff([]recall.Corrected{{Seq: 4, By: 5}}, a.Corrected); d != "" {
		t.Error(d)
	}
}

// A corrected record is named where the answer would have been another, though
// it names nothing that was reached.
func TestCorrectedRecordsAreNamedWhereverTheyWouldHaveCounted(t *testing.T) {
	t.Parallel()
	const wrong = `"id":"019b8b74-1800-84b9-8ee1-5e93d9e7c358"`
	const corrected = `{"type":"correction","time":"20:00","corrects":"019b8b74-1800-84b9-8ee1-5e93d9e7c358","reason":"did_not_occur"}`
	world := made + `
{"type":"shipment","time":"10:00","site":"S","shipment":"X","units":["A"],"to":"H","low":"-196","high":"-150"}
{"type":"arrival","time":"12:00","site":"H","shipment":"X","accepted":["A"],"min":"-190","max":"-160"}
{"type":"case","time":"10:00","case":"C1","action":"hold","things":["lot:L"],"id":"019b8b74-1800-84b9-8ee1-5e93d9e7c359"}
`
	const lift = `"holds":["019b8b74-1800-84b9-8ee1-5e93d9e7c359"],"reason":"clear"`
	for _, row := range []struct {
		name, event string
		counts      bool
	}{
		{"an excursion on the way", `"type":"handover","time":"11:00","shipment":"X","max":"-20"`, true},
		{"the way of something else", `"type":"handover","time":"11:00","shipment":"Y","max":"-20"`, false},
		{"the region of a site that it came to", `"type":"register","time":"5:00","subject":"site:H","region":"CN-46"`, true},
		{"that of another", `"type":"register","time":"5:00","subject":"site:Z","region":"CN-46"`, false},
		{"a count where it is", `"type":"inventory","time":"13:00","site":"H","units":[]`, true},
		{"a count where it is no more and no other is", `"type":"inventory","time":"13:00","site":"Z","units":[]`, false},
		{"a test of what it was made from", `"type":"test","time":"9:00","subject":"unit:C","sampled":"9:00","result":"positive"`, true},
		{"a test of something else", `"type":"test","time":"9:00","subject":"unit:Z","sampled":"9:00","result":"positive"`, false},
		{"a hold on what it was made with", `"type":"case","time":"11:00","case":"C1","action":"hold","things":["lot:L"]`, true},
		{"a hold that a drill only rehearsed", `"type":"case","time":"11:00","case":"DRILL-1","action":"hold","things":["lot:L"]`, false},
		{"the lift of such a hold", `"type":"case","time":"11:00","case":"C1","action":"lift",` + lift, true},
		{"a lift in a drill", `"type":"case","time":"11:00","case":"DRILL-1","action":"lift",` + lift, false},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			a := answer(t, world+"{"+row.event+","+wrong+"}\n"+corrected, "batch:M")
			var want []recall.Corrected
			if row.counts {
				want = []recall.Corrected{{Seq: 7, By: 8}}
			}
			if d := cmp.Diff(want, a.Corrected); d != "" {
				t.Error(d)
			}
		})
	}
}

// What was declared is reported: whether a waiver was needed is no question of
// an answer, and a record without one says nothing.
func TestADeviationShowsAsDeclared(t *testing.T) {
	t.Parallel()
	lines := made + `
{"type":"infusion","time":"10:00","site":"H","unit":"A","patient":"P","checks":["name","number"],"deviation":{"rules":["expired","not-released"],"reason":"to be safe"}}
{"type":"infusion","time":"10:00","site":"H","unit":"B","patient":"P2","checks":["name","number"]}`
	a := answer(t, lines, "donor:D")
	if len(a.Deviations) != 1 || a.Deviations[0].Seq != 4 || !slices.Equal(a.Deviations[0].Rules, []string{"expired", "not-released"}) {
		t.Errorf("deviations %v", a.Deviations)
	}
	if a := answer(t, lines, "patient:P2"); len(a.Deviations) != 0 {
		t.Errorf("what it does not touch shows %v", a.Deviations)
	}
}

func TestACorrectedOpeningIsNamedByTheTraceOfItsCase(t *testing.T) {
	t.Parallel()
	lines := made + `
{"type":"case","time":"10:00","case":"C1","action":"open","sources":["lot:L"]}
{"type":"case","time":"10:15","case":"C1","action":"open","sources":["lot:L9"],"id":"019b8b74-1800-84b9-8ee1-5e93d9e7c358"}
{"type":"correction","time":"11:00","corrects":"019b8b74-1800-84b9-8ee1-5e93d9e7c358","reason":"incorrect_data"}`
	if a := answer(t, lines, "case:C1"); !slices.Equal(a.Corrected, []recall.Corrected{{Seq: 5, By: 6}}) {
		t.Errorf("corrected %v", a.Corrected)
	}
	if a := answer(t, lines, "lot:L"); len(a.Corrected) != 0 {
		t.Errorf("the lot alone: corrected %v", a.Corrected)
	}
}

func TestAHoldIsSeenOnAllThatWasMadeFromTheHeldThing(t *testing.T) {
	t.Parallel()
	held := made + `
{"type":"case","time":"10:00","case":"C1","action":"open","sources":["lot:L"]}
{"type":"case","time":"10:00","case":"C1","action":"hold","things":["lot:L"],"id":"019b8b74-1800-84b9-8ee1-5e93d9e7c358"}`
	if a := answer(t, held, "batch:M"); a.Counts.OnHold != 2 {
		t.Errorf("counts %+v", a.Counts)
	}
	exempt := held + `
{"type":"case","time":"11:00","case":"C1","action":"lift","holds":["019b8b74-1800-84b9-8ee1-5e93d9e7c358"],"things":["unit:A"],"reason":"tested","signed_by":["Q1"]}`
	a := answer(t, exempt, "batch:M")
	x, _ := a.Find(ref(t, "unit:A"))
	y, _ := a.Find(ref(t, "unit:B"))
	if x.OnHold || !y.OnHold {
		t.Errorf("on hold: A %v, B %v; want only B", x.OnHold, y.OnHold)
	}
	lifted := held + `
{"type":"case","time":"11:00","case":"C1","action":"lift","holds":["019b8b74-1800-84b9-8ee1-5e93d9e7c358"],"reason":"tested","signed_by":["Q1"]}`
	if a := answer(t, lifted, "batch:M"); a.Counts.OnHold != 0 {
		t.Errorf("counts %+v", a.Counts)
	}
}

func TestAUnitConsumedByAFailedRunIsDestroyedInTheBalance(t *testing.T) {
	t.Parallel()
	g := told(t, made+`{"type":"manufacture","time":"10:00","site":"S","step":"expand","inputs":["A"],"outputs":[],"outcome":"failed"}`)
	b, err := recall.BalanceOf(g, asOf, ref(t, "donor:D"), event.Time{})
	if err != nil {
		t.Fatal(err)
	}
	want := `{"as_of":{"origin":"test/recall","root":"` + strings.Repeat("0", 64) + `","size":1},"balance":{"destroyed":1,"expired":0,"in_stock":1,"in_transit":0,` +
		`"infused":0,"lost":0,"made":2,"returned":0,"samples":1,"tested":0,"unaccounted":0},"ref":"donor:D","unaccounted":[]}`
	if got := string(b.AppendJSON(nil)); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestQueriesThatCannotBeAskedAreErrors(t *testing.T) {
	t.Parallel()
	g := told(t, made)
	var unknown *recall.UnknownThingError
	if _, err := recall.Trace(g, asOf, recall.NewQuery(ref(t, "unit:NOBODY"))); !errors.As(err, &unknown) || unknown.Ref.ID() != "NOBODY" {
		t.Errorf("unknown source: %v", err)
	}
	if _, err := recall.Trace(g, asOf, recall.Query{}); !errors.Is(err, recall.ErrNoSource) {
		t.Errorf("no source: %v", err)
	}
	q := recall.NewQuery(ref(t, "unit:A"))
	q.From, q.To = mustTime("2026-01-02T00:00:00Z"), mustTime("2026-01-01T00:00:00Z")
	var window *recall.WindowError
	if _, err := recall.Trace(g, asOf, q); !errors.As(err, &window) {
		t.Errorf("window: %v", err)
	}
	var kind *recall.BalanceKindError
	if _, err := recall.BalanceOf(g, asOf, ref(t, "site:S"), event.Time{}); !errors.As(err, &kind) {
		t.Errorf("balance of a site: %v", err)
	}
}

// That nothing is left to ask about is said, and is no answer: no exposure and
// no record are not alike.
func TestWhatWasCorrectedAwayCannotBeAskedAbout(t *testing.T) {
	t.Parallel()
	const corrected = `
{"type":"correction","time":"20:00","corrects":"019b8b74-1800-84b9-8ee1-5e93d9e7c358","reason":"did_not_occur"}`
	const used = `{"type":"manufacture","time":"10:00","site":"S","step":"wash","units":["G"],"materials":[{"lot":"Q"}],"id":"019b8b74-1800-84b9-8ee1-5e93d9e7c358"}`
	asks := map[string]func(*genealogy.Graph, event.Ref) error{
		"trace": func(g *genealogy.Graph, r event.Ref) error {
			_, err := recall.Trace(g, asOf, recall.NewQuery(r))
			return err
		},
		"what if": func(g *genealogy.Graph, r event.Ref) error {
			_, err := recall.WhatIfOf(g, asOf, recall.NewQuery(r))
			return err
		},
		"balance": func(g *genealogy.Graph, r event.Ref) error {
			_, err := recall.BalanceOf(g, asOf, r, event.Time{})
			return err
		},
		"source": func(g *genealogy.Graph, r event.Ref) error {
			_, err := recall.Sources(g, asOf, recall.SourceQuery{Positives: []event.Ref{r}})
			return err
		},
	}
	const opens = `{"type":"case","time":"10:00","case":"C1","action":"open","sources":["lot:L"],"id":"019b8b74-1800-84b9-8ee1-5e93d9e7c358"}`
	const holds = `
{"type":"case","time":"11:00","case":"C1","action":"hold","things":["lot:L"]}`
	const again = `
{"type":"case","time":"12:00","case":"C1","action":"open","sources":["lot:L"]}`
	for _, row := range []struct {
		ask, lines, ref string
		gone, opening   bool
	}{
		{"trace", used + corrected, "lot:Q", true, false},
		{"what if", used + corrected, "lot:Q", true, false},
		{"balance", used + corrected, "lot:Q", true, false},
		{"source", used + corrected, "unit:G", true, false},
		{"trace", used, "lot:Q", false, false},
		{"trace", used + "\n" + `{"type":"receipt","time":"6:00","site":"S","lot":"Q"}` + corrected, "lot:Q", false, false},
		{"trace", opens + corrected, "case:C1", true, false},
		{"trace", opens + holds + corrected, "case:C1", true, true},
		{"trace", opens + holds + again + corrected, "case:C1", false, false},
	} {
		var gone *recall.GoneError
		err := asks[row.ask](told(t, made+row.lines), ref(t, row.ref))
		if errors.As(err, &gone) != row.gone || !row.gone && err != nil {
			t.Errorf("%s of %s after %s: %v", row.ask, row.ref, row.lines, err)
		}
		if gone != nil && (gone.Ref != ref(t, row.ref) || gone.Opening != row.opening) {
			t.Errorf("%s of %s after %s: %+v", row.ask, row.ref, row.lines, gone)
		}
	}
}

func TestOnlyWhatARecordInForceNamesCanBeAskedAbout(t *testing.T) {
	t.Parallel()
	check(t, func(t *rapid.T) {
		h := drawHistory(t)
		askable := h.askable()
		for _, r := range h.g.Things() {
			_, err := recall.Trace(h.g, asOf, recall.NewQuery(r))
			var gone *recall.GoneError
			if want := slices.Contains(askable, r); want != (err == nil) || !want && !errors.As(err, &gone) {
				t.Fatalf("%s can be asked about: %v; %v\n%s", r, want, err, h.text())
			}
		}
	})
}

func TestAnAnswerNamesTheKindsThatItDidNotFollow(t *testing.T) {
	t.Parallel()
	g := told(t, made+by("O", "A", "10:00"))
	for _, row := range []struct {
		source        string
		with, without []genealogy.Via
		leftOut       []genealogy.Via
	}{
		{"unit:A", nil, nil, []genealogy.Via{genealogy.ViaOpenLot, genealogy.ViaOperator}},
		{"unit:A", []genealogy.Via{genealogy.ViaOpenLot}, []genealogy.Via{genealogy.ViaInput}, []genealogy.Via{genealogy.ViaInput, genealogy.ViaOperator}},
		{"operator:O", nil, nil, []genealogy.Via{genealogy.ViaOpenLot}},
		{"unit:A", []genealogy.Via{genealogy.ViaOpenLot, genealogy.ViaOperator}, nil, nil},
	} {
		q := recall.NewQuery(ref(t, row.source))
		q.With, q.Without = row.with, row.without
		followed, leftOut := trace(t, g, q).Followed()
		if !slices.Equal(leftOut, row.leftOut) || len(followed)+len(leftOut) != len(genealogy.Vias()) {
			t.Errorf("from %s with %v without %v: followed %v and not %v", row.source, row.with, row.without, followed, leftOut)
		}
	}
}

func TestACaseStandsForItsSources(t *testing.T) {
	t.Parallel()
	g := told(t, made+`{"type":"case","time":"10:00","case":"C1","action":"open","sources":["lot:L","case:C1"]}`)
	a := trace(t, g, recall.NewQuery(ref(t, "case:C1")))
	b := trace(t, g, recall.NewQuery(ref(t, "lot:L")))
	if d := cmp.Diff(paths(b), paths(a)); d != "" {
		t.Error(d)
	}
}

func TestAReportHasTheAnswersOwnNumbers(t *testing.T) {
	t.Parallel()
	a := answer(t, made+`
{"type":"register","time":"5:00","subject":"site:H","name":"Hospital","region":"CN-46"}
{"type":"infusion","time":"10:00","site":"H","unit":"A","patient":"P","checks":["name","number"]}`, "lot:L")
	r := a.Report()
	if len(r.Patients) != 1 || len(r.Patients[0].Doses) != 1 || r.Patients[0].Doses[0].Seq != 5 {
		t.Errorf("patients %+v", r.Patients)
	}
	if r.Units[0].State != genealogy.InStock || len(r.Units[0].Units) != 2 || r.Units[1].State != genealogy.Infused {
		t.Errorf("units %+v", r.Units)
	}
	if d := cmp.Diff([]string{"H Hospital 1 0", "S  0 1"}, siteText(r)); d != "" {
		t.Error(d)
	}
	if r.Grades[2].Adds.Units != 0 || r.Grades[0].Adds.Units != 2 {
		t.Errorf("grades %+v", r.Grades)
	}
}

func siteText(r *recall.Report) []string {
	list := make([]string, 0, len(r.Sites))
	for _, s := range r.Sites {
		list = append(list, fmt.Sprintf("%s %s %d %d", s.Site.ID(), s.Name, s.Infused, s.Here))
	}
	return list
}
