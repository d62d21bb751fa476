package recall_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"suyuan/internal/genealogy"
	"suyuan/internal/recall"
)

func whatIf(t *testing.T, g *genealogy.Graph, q recall.Query) *recall.WhatIf {
	t.Helper()
	w, err := recall.WhatIfOf(g, recall.AsOf{}, q)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func assumption(t *testing.T, w *recall.WhatIf, change recall.Variation, via genealogy.Via, days int) recall.Assumption {
	t.Helper()
	for _, a := range w.Assumptions {
		if a.Change == change && a.Via == via && a.Days == days {
			return a
		}
	}
	t.Fatalf("no assumption %s %s %d", change, via, days)
	return recall.Assumption{}
}

func TestWhatIfSaysWhatEachAssumptionIsWorth(t *testing.T) {
	t.Parallel()
	g := told(t, strings.Join([]string{
		`{"type":"manufacture","time":"2026-01-05T08:00:00Z","site":"F","step":"fill","inputs":["C"],"outputs":[{"unit":"D1"},{"unit":"D2"}],"materials":[{"lot":"L"}]}`,
		`{"type":"infusion","time":"2026-01-06T08:00:00Z","site":"H","unit":"D1","patient":"P1","checks":["name","number"]}`,
		`{"type":"contact","time":"2026-01-06T09:00:00Z","things":["unit:D2","unit:E"],"reason":"ice"}`,
	}, "\n"))
	q := recall.NewQuery(mustRef("lot:L"))
	w := whatIf(t, g, q)
	if w.Patients != 1 || w.Units != 3 {
		t.Fatalf("there are %d patients and %d units, want 1 and 3 (D1, D2, E)", w.Patients, w.Units)
	}
	if a := assumption(t, w, recall.ChangeWithout, genealogy.ViaContact, 0); a.UnitsRemoved != 1 || a.Units != 2 || a.PatientsRemoved != 0 {
		t.Errorf("without the declared contact: %+v", a)
	}
	if a := assumption(t, w, recall.ChangeWithout, genealogy.ViaMaterial, 0); a.PatientsRemoved != 1 || a.UnitsRemoved != 3 {
		t.Errorf("without the material: %+v", a)
	}
	q.From = mustTime("2026-01-05T20:00:00Z")
	w = whatIf(t, g, q)
	if a := assumption(t, w, recall.ChangeFrom, genealogy.ViaNone, -1); w.Units != 0 || a.UnitsAdded != 3 || a.PatientsAdded != 1 {
		t.Errorf("%d units; a day earlier: %+v", w.Units, a)
	}
	if a := assumption(t, w, recall.ChangeFrom, genealogy.ViaNone, 1); a.UnitsAdded != 0 || a.UnitsRemoved != 0 {
		t.Errorf("a day later: %+v", a)
	}
}

func TestWhatIfMovesNoEndPastTheOther(t *testing.T) {
	t.Parallel()
	g := told(t, `{"type":"receipt","time":"2026-01-05T08:00:00Z","site":"F","lot":"L"}`)
	q := recall.NewQuery(mustRef("lot:L"))
	q.From, q.To = mustTime("2026-01-05T08:00:00Z"), mustTime("2026-01-05T20:00:00Z")
	for _, a := range whatIf(t, g, q).Assumptions {
		if a.Change == recall.ChangeFrom && a.Days == 1 || a.Change == recall.ChangeTo && a.Days == -1 {
			t.Errorf("the window was turned round: %+v", a)
		}
	}
}

// Every number of a what-if is that of two traces, counted apart.
func TestWhatIfAgreesWithTraces(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		h := drawHistory(t)
		things := h.askable()
		if len(things) == 0 {
			return
		}
		q := recall.NewQuery(things[rapid.IntRange(0, len(things)-1).Draw(t, "source")])
		w, err := recall.WhatIfOf(h.g, recall.AsOf{}, q)
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range w.Assumptions {
			if a.Change != recall.ChangeWithout {
				continue
			}
			q.Without = []genealogy.Via{a.Via}
			answer, err := recall.Trace(h.g, recall.AsOf{}, q)
			if err != nil {
				t.Fatal(err)
			}
			if a.Patients != answer.Counts.Patients || a.Units != answer.Counts.Units {
				t.Fatalf("without %s: %d patients, %d units; the trace says %d, %d", a.Via, a.Patients, a.Units, answer.Counts.Patients, answer.Counts.Units)
			}
			if a.Patients != w.Patients+a.PatientsAdded-a.PatientsRemoved || a.Units != w.Units+a.UnitsAdded-a.UnitsRemoved {
				t.Fatalf("%+v does not add up from %d patients and %d units", a, w.Patients, w.Units)
			}
		}
	})
}

func TestWhatIfIsOneLineOfJSON(t *testing.T) {
	t.Parallel()
	w := recall.WhatIf{
		Query: recall.NewQuery(mustRef("lot:L")), Patients: 1, Units: 2,
		Assumptions: []recall.Assumption{
			{Change: recall.ChangeWithout, Via: genealogy.ViaRoom, Units: 2, UnitsRemoved: 3},
			{Change: recall.ChangeFrom, Days: -1, Patients: 2, PatientsAdded: 1},
		},
	}
	want := `"assumptions":[{"change":"without","patients":0,"patients_added":0,"patients_removed":0,"units":2,"units_added":0,"units_removed":3,"via":"room"},` +
		`{"change":"from","days":-1,"patients":2,"patients_added":1,"patients_removed":0,"units":0,"units_added":0,"units_removed":0}]`
	got := string(w.AppendJSON(nil))
	if !strings.Contains(got, want) {
		t.Errorf("got %s\nwant in it %s", got, want)
	}
}
