package recall_test

import (
	"testing"
	"time"

	"suyuan/examples"
	"suyuan/internal/event"
	"suyuan/internal/genealogy"
	"suyuan/internal/recall"
)

// run carries out a script on a graph as the application does on a copy of a
// ledger.
func run(t *testing.T, g *genealogy.Graph, s *recall.Script) *recall.Timeline {
	t.Helper()
	var newest *recall.Answer
	line := &recall.Timeline{Start: s.Start}
	for i, a := range s.Actions {
		before := newest
		if a.Do == recall.DoTrace {
			newest = trace(t, g, s.Query(i))
		}
		events, err := s.Step(i, g, newest, before)
		if err != nil {
			t.Fatal(err)
		}
		var seqs []uint64
		for _, e := range events {
			add(t, g, e)
			seqs = append(seqs, uint64(g.Len()))
		}
		line.Rows = append(line.Rows, s.Row(i, events, seqs, newest))
	}
	profile, _ := recall.BuiltIn(s.Profile)
	c, err := recall.CaseStatus(g, s.Case, profile, newest, s.Clock(len(s.Actions)-1))
	if err != nil {
		t.Fatal(err)
	}
	line.Case = c
	return line
}

func lechengDrill(t *testing.T) *recall.Script {
	t.Helper()
	b, err := examples.FS.ReadFile(examples.Lecheng + "/" + examples.DrillFile)
	if err != nil {
		t.Fatal(err)
	}
	s, err := recall.ParseScript(b)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func milestone(t *testing.T, c *recall.Case, goal recall.Goal) recall.Milestone {
	t.Helper()
	for _, m := range c.Milestones {
		if m.Goal == goal {
			return m
		}
	}
	t.Fatalf("no milestone %s", goal)
	return recall.Milestone{}
}

func TestTheLechengDrillMeetsEveryMilestone(t *testing.T) {
	t.Parallel()
	line := run(t, exampleGraph(t, examples.Lecheng), lechengDrill(t))
	want := map[recall.Goal]string{
		recall.GoalTraced: "5m", recall.GoalHeld: "1h15m", recall.GoalNotified: "1h6m", recall.GoalAcknowledged: "3h30m",
		recall.GoalScreened: "69h", recall.GoalReported: "1h50m", recall.GoalClosed: "71h30m",
	}
	for goal, at := range want {
		m := milestone(t, line.Case, goal)
		d, err := time.ParseDuration(at)
		if err != nil {
			t.Fatal(err)
		}
		if got := m.MetAt.Sub(line.Start); !m.Met || !m.Still || got != d || m.Missed(line.Case.Now) || m.Seq == 0 {
			t.Errorf("%s: got met %v at T+%v (still %v, lacking %v), want T+%v", goal, m.Met, got, m.Still, m.Lacking, d)
		}
	}
	if line.Case.BadNews() {
		t.Error("bad news in a drill that met every deadline")
	}
}

func TestTheLechengTimeLineCountsWhatWasDoneByEachMark(t *testing.T) {
	t.Parallel()
	line := run(t, exampleGraph(t, examples.Lecheng), lechengDrill(t))
	first := line.DoneBy(time.Hour)
	if !first.Traced || first.Held == 0 || first.Notified != 6 || first.Acknowledged != 0 || first.Screened != 0 {
		t.Errorf("by one hour: %+v", first)
	}
	last := line.DoneBy(72 * time.Hour)
	if last.Counts.Patients != 30 || last.Screened != 30 || last.Acknowledged != 7 || last.Reports != 4 || !last.Closed {
		t.Errorf("by 72 hours: %+v", last)
	}
}

func TestADrillsHoldsNeverBite(t *testing.T) {
	t.Parallel()
	g := exampleGraph(t, examples.Lecheng)
	s := lechengDrill(t)
	unit := ref(t, "unit:NK-26-02-D07")
	if len(g.HoldsOn(unit, s.Start)) != 0 {
		t.Fatal("the unit is on hold before the drill")
	}
	last := 0 // the hold of all that is affected at the grade that was traced
	for i := range s.Actions {
		if s.Actions[i].Do == recall.DoHold {
			last = i
		}
	}
	s.Actions = s.Actions[:last+1]
	line := run(t, g, s)
	if held := milestone(t, line.Case, recall.GoalHeld); !held.Still {
		t.Errorf("not held by the drill: %v", held.Lacking)
	}
	if got := g.HoldsOn(unit, line.Case.Now); len(got) != 0 {
		t.Errorf("a drill's hold bites: %v", got)
	}
}

func TestAMilestoneSaysWhatItLacks(t *testing.T) {
	t.Parallel()
	g := exampleGraph(t, examples.Lecheng)
	s := lechengDrill(t)
	s.Actions = s.Actions[:2] // open, trace
	c := run(t, g, s).Case
	late := c.Aware.Add(100 * time.Hour)
	profile, _ := recall.BuiltIn("")
	c, err := recall.CaseStatus(g, s.Case, profile, c.Scope, late)
	if err != nil {
		t.Fatal(err)
	}
	for goal, lacking := range map[recall.Goal]int{recall.GoalNotified: 6, recall.GoalScreened: 30} {
		m := milestone(t, c, goal)
		if m.Met || len(m.Lacking) != lacking || !m.Missed(late) || m.Remaining(late) >= 0 {
			t.Errorf("%s: got met %v, lacking %v; want it missed for %d", goal, m.Met, m.Lacking, lacking)
		}
	}
	if !c.BadNews() {
		t.Error("no bad news although deadlines were missed")
	}
}

func TestACaseThatWasNeverOpenedIsAnError(t *testing.T) {
	t.Parallel()
	_, err := recall.CaseStatus(genealogy.New(), ref(t, "case:C-1"), recall.Profile{}, nil, event.Time{})
	if err == nil {
		t.Fatal("no error")
	}
}
