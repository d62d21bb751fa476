package recall_test

import (
	"bytes"
	"os"
	"slices"
	"testing"
	"time"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
	"suyuan/internal/recall"
)

const holdID = `"019b8b74-1800-84b9-8ee1-5e93d9e7c358"`

const opened = made + `
{"type":"infusion","time":"9:30","site":"H","unit":"A","patient":"P","checks":["name","number"]}
{"type":"case","time":"10:00","case":"C1","action":"open","sources":["batch:M"],"profile":"cn-class-1"}
`

// stands judges case C1 on a trace of everything so far.
func stands(t *testing.T, lines, now string) *recall.Case {
	t.Helper()
	g := told(t, lines)
	return judged(t, g, "case:C1", trace(t, g, recall.NewQuery(ref(t, "batch:M"))), now)
}

// rehearsed judges the drill DRILL-1 likewise.
func rehearsed(t *testing.T, lines, now string) *recall.Case {
	t.Helper()
	g := told(t, lines)
	return judged(t, g, "case:DRILL-1", trace(t, g, recall.NewQuery(ref(t, "batch:M"))), now)
}

func judged(t *testing.T, g *genealogy.Graph, id string, scope *recall.Answer, now string) *recall.Case {
	t.Helper()
	c := ref(t, id)
	life := recall.LifeOf(g, c, event.Time{})
	profile, ok := recall.BuiltIn(life.Profile)
	if !ok {
		t.Fatal("no such profile")
	}
	status, err := recall.CaseStatus(g, c, profile, scope, mustTime(now))
	if err != nil {
		t.Fatal(err)
	}
	return status
}

const scoped = opened + `
{"type":"case","time":"10:15","case":"C1","action":"scope","query":{"sources":["batch:M"]},"size":4,"root":"0000000000000000000000000000000000000000000000000000000000000000","sha256":"0000000000000000000000000000000000000000000000000000000000000000","counts":{"units":2}}
`

func TestNothingThatNeedsAScopeIsMetWithoutOne(t *testing.T) {
	t.Parallel()
	c := judged(t, told(t, opened), "case:C1", nil, "2026-01-05T11:00:00+08:00")
	for _, m := range c.Milestones {
		if m.Met || m.Still {
			t.Errorf("%s is met", m.Goal)
		}
	}
	if c.Profile.Name != "cn-class-1" || c.Drill {
		t.Errorf("profile %q, drill %v", c.Profile.Name, c.Drill)
	}
}

func TestHeldIsMetByTheHoldAndLostByTheLift(t *testing.T) {
	t.Parallel()
	held := scoped + `{"type":"case","time":"12:00","case":"C1","action":"hold","things":["batch:M"],"id":` + holdID + `}`
	m := milestone(t, stands(t, held, "2026-01-05T13:00:00+08:00"), recall.GoalHeld)
	if !m.Met || !m.Still || m.Seq != 7 || m.MetAt.String() != "2026-01-05T12:00:00+08:00" {
		t.Errorf("after the hold: %+v", m)
	}
	lifted := held + `
{"type":"case","time":"14:00","case":"C1","action":"lift","holds":[` + holdID + `],"reason":"negative","signed_by":["Q1"]}`
	m = milestone(t, stands(t, lifted, "2026-01-05T15:00:00+08:00"), recall.GoalHeld)
	if want := []event.Ref{ref(t, "unit:B"), ref(t, "unit:Q")}; !m.Met || m.Still || !slices.Equal(m.Lacking, want) {
		t.Errorf("after the lift: %+v", m)
	}
}

func TestHeldIsMetWhenTheLastLooseUnitIsUsedUp(t *testing.T) {
	t.Parallel()
	used := scoped + `{"type":"case","time":"12:00","case":"C1","action":"hold","things":["unit:B"]}
{"type":"disposal","time":"13:00","site":"S","units":["Q"],"method":"tested"}`
	m := milestone(t, stands(t, used, "2026-01-05T14:00:00+08:00"), recall.GoalHeld)
	if !m.Met || m.Seq != 8 || m.MetAt.String() != "2026-01-05T13:00:00+08:00" {
		t.Errorf("%+v", m)
	}
	if m := milestone(t, stands(t, used, "2026-01-05T12:30:00+08:00"), recall.GoalHeld); m.Met {
		t.Errorf("met before its time: %+v", m)
	}
}

func TestADrillsLiftTakesThingsOutOfItsHold(t *testing.T) {
	t.Parallel()
	drill := made + `
{"type":"case","time":"10:00","case":"DRILL-1","action":"open","sources":["batch:M"],"drill":true}
{"type":"case","time":"10:15","case":"DRILL-1","action":"scope","query":{"sources":["batch:M"]},"size":4,"root":"0000000000000000000000000000000000000000000000000000000000000000","sha256":"0000000000000000000000000000000000000000000000000000000000000000","counts":{"units":2}}
{"type":"case","time":"12:00","case":"DRILL-1","action":"hold","things":["batch:M"],"id":` + holdID + `}`
	c := rehearsed(t, drill, "2026-01-05T13:00:00+08:00")
	if m := milestone(t, c, recall.GoalHeld); !c.Drill || !m.Still || c.Scope.Counts.OnHold != 0 {
		t.Errorf("held in the drill: %+v, on hold %d", m, c.Scope.Counts.OnHold)
	}
	lift := `
{"type":"case","time":"14:00","case":"DRILL-1","action":"lift","holds":[` + holdID + `],"things":["unit:A"],"reason":"negative","signed_by":["Q1"]}`
	m := milestone(t, rehearsed(t, drill+lift, "2026-01-05T15:00:00+08:00"), recall.GoalHeld)
	if m.Still || !slices.Equal(m.Lacking, []event.Ref{ref(t, "unit:A")}) {
		t.Errorf("after the lift: %+v", m)
	}
}

func TestScreeningIsOpenAgainWhenAPatientIsPendingAgain(t *testing.T) {
	t.Parallel()
	first := scoped + `{"type":"case","time":"12:00","case":"C1","action":"screen","patient":"P","result":"unreachable"}`
	c := stands(t, first, "2026-01-05T13:00:00+08:00")
	if m := milestone(t, c, recall.GoalScreened); !m.Met || !m.Still || len(m.Bad) != 1 || !c.BadNews() {
		t.Errorf("unreachable: %+v", m)
	}
	again := first + `
{"type":"case","time":"14:00","case":"C1","action":"screen","patient":"P","result":"pending"}`
	if m := milestone(t, stands(t, again, "2026-01-05T15:00:00+08:00"), recall.GoalScreened); !m.Met || m.Still || len(m.Lacking) != 1 {
		t.Errorf("pending again: %+v", m)
	}
}

func TestSitesConcernedAreThoseThatHadAUnitInHand(t *testing.T) {
	t.Parallel()
	notices := scoped + `{"type":"case","time":"11:00","site":"S","case":"C1","action":"notice"}
{"type":"case","time":"12:00","site":"H","case":"C1","action":"notice"}
{"type":"case","time":"13:00","site":"S","case":"C1","action":"acknowledge","found":["B"]}`
	c := stands(t, notices, "2026-01-05T14:00:00+08:00")
	if m := milestone(t, c, recall.GoalNotified); !m.Met || m.Seq != 8 {
		t.Errorf("notified: %+v", m)
	}
	if m := milestone(t, c, recall.GoalAcknowledged); m.Met || !slices.Equal(m.Lacking, []event.Ref{ref(t, "site:H")}) {
		t.Errorf("acknowledged: %+v", m)
	}
}

func TestProgressIsLateWhenAReportIs(t *testing.T) {
	t.Parallel()
	report := func(at, kind string) string {
		return `{"type":"case","time":"` + at + `","case":"C1","action":"report","kind":"` + kind + `"}` + "\n"
	}
	onTime := scoped + report("2026-01-05T20:00:00+08:00", "plan") + report("2026-01-06T19:00:00+08:00", "progress")
	c := stands(t, onTime, "2026-01-07T18:00:00+08:00")
	if m := milestone(t, c, recall.GoalProgress); !m.Still || m.Missed(c.Now) || m.Due.String() != "2026-01-07T19:00:00+08:00" {
		t.Errorf("on time: %+v", m)
	}
	c = stands(t, onTime, "2026-01-07T20:00:00+08:00")
	if m := milestone(t, c, recall.GoalProgress); m.Still || !m.Missed(c.Now) {
		t.Errorf("one due: %+v", m)
	}
	c = stands(t, onTime+report("2026-01-07T12:00:00+08:00", "final"), "2026-02-07T20:00:00+08:00")
	if m := milestone(t, c, recall.GoalProgress); !m.Still || m.Missed(c.Now) {
		t.Errorf("after the final report: %+v", m)
	}
	c = stands(t, scoped+report("2026-01-05T20:00:00+08:00", "plan")+report("2026-01-06T21:00:00+08:00", "progress"), "2026-01-06T22:00:00+08:00")
	if m := milestone(t, c, recall.GoalProgress); !m.Missed(c.Now) {
		t.Errorf("an hour late: %+v", m)
	}
}

func TestAReopenedCaseIsNotClosed(t *testing.T) {
	t.Parallel()
	closed := scoped + `{"type":"case","time":"12:00","case":"C1","action":"close","conclusion":"done","signed_by":["Q1"]}
`
	if m := milestone(t, stands(t, closed, "2026-01-05T13:00:00+08:00"), recall.GoalClosed); !m.Met || !m.Still {
		t.Errorf("closed: %+v", m)
	}
	reopened := closed + `{"type":"case","time":"14:00","case":"C1","action":"reopen","sources":["batch:M"],"aware":"13:30"}`
	c := stands(t, reopened, "2026-01-05T15:00:00+08:00")
	if m := milestone(t, c, recall.GoalClosed); !m.Met || m.Still || c.Aware.String() != "2026-01-05T13:30:00+08:00" {
		t.Errorf("reopened: %+v, aware %s", m, c.Aware)
	}
	if m := milestone(t, c, recall.GoalNotified); m.Remaining(c.Now) != 24*time.Hour-90*time.Minute {
		t.Errorf("remaining %v", m.Remaining(c.Now))
	}
}

func TestTheScriptInTheDocumentsIsAScript(t *testing.T) {
	t.Parallel()
	b, err := os.ReadFile("../../docs/trace.md")
	if err != nil {
		t.Fatal(err)
	}
	_, b, _ = bytes.Cut(b, []byte("\n## Drills\n"))
	_, b, _ = bytes.Cut(b, []byte("```json\n"))
	b, _, ok := bytes.Cut(b, []byte("```"))
	if !ok {
		t.Fatal("no script")
	}
	s, err := recall.ParseScript(b)
	if err != nil {
		t.Fatal(err)
	}
	had := make(map[recall.Do]bool)
	for _, a := range s.Actions {
		had[a.Do] = true
	}
	if len(had) != len(recall.Dos()) {
		t.Errorf("the script shows %d of %d actions", len(had), len(recall.Dos()))
	}
}
