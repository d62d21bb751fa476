package logbook

import (
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
	"suyuan/internal/ledger"
	"suyuan/internal/recall"
	"suyuan/internal/rules"
)

func lecheng(t *testing.T) *Book {
	t.Helper()
	b := newBook(t)
	must(t, b, file(filepath.Join("..", "..", "examples", "lecheng", "events.jsonl")), ImportOptions{})
	return b
}

func script(t *testing.T) []byte {
	t.Helper()
	return []byte(read(t, filepath.Join("..", "..", "examples", "lecheng", "drill.json")))
}

func TestADrillKeepsItsLimitsAndChangesNothing(t *testing.T) {
	t.Parallel()
	b := lecheng(t)
	before := read(t, b.path)
	d, err := b.DrillRun(t.Context(), script(t), nil)
	if err != nil {
		t.Fatal(err)
	}
	if read(t, b.path) != before {
		t.Error("the ledger was written to")
	}
	s, err := recall.ParseScript(script(t))
	if err != nil || len(d.Timeline.Rows) != len(s.Actions) {
		t.Fatalf("%d rows for %d actions, %v", len(d.Timeline.Rows), len(s.Actions), err)
	}
	head, err := b.Head(t.Context())
	if err != nil || d.AsOf.Origin == head.Origin || d.AsOf.Size <= head.Size {
		t.Errorf("the copy ends as %+v, the ledger is %+v, %v", d.AsOf, head, err)
	}
	c := d.Timeline.Case
	if c == nil || !c.Drill || c.Profile.Name != recall.DefaultProfile {
		t.Fatalf("case: %+v", c)
	}
	for i := range c.Milestones {
		if m := &c.Milestones[i]; m.Limited && (!m.Met || m.Missed(c.Now)) {
			t.Errorf("%s: met is %v at %v, due %v, lacking %v", m.Goal, m.Met, m.MetAt, m.Due, m.Lacking)
		}
	}
	if d.Answer == nil || d.Answer.Counts.Patients == 0 {
		t.Error("the newest trace names no patient")
	}
}

func TestTheSameDrillGivesTheSameBytes(t *testing.T) {
	t.Parallel()
	b := lecheng(t)
	first, err := b.DrillRun(t.Context(), script(t), nil)
	if err != nil {
		t.Fatal(err)
	}
	again, err := openBook(t, b.path).DrillRun(t.Context(), script(t), nil)
	if err != nil || first.AsOf.Root != again.AsOf.Root || first.AsOf.Size != again.AsOf.Size || first.Answer.Digest() != again.Answer.Digest() {
		t.Errorf("got %+v, then %+v, %v", first.AsOf, again.AsOf, err)
	}
}

func TestADrillMissesTheLimitsOfATighterProfile(t *testing.T) {
	t.Parallel()
	tight := recall.Profile{Name: "tight", Limits: []recall.Limit{{Goal: recall.GoalTraced, Within: time.Second}}}
	d, err := lecheng(t).DrillRun(t.Context(), script(t), &tight)
	if err != nil || !d.Timeline.Case.BadNews() {
		t.Errorf("got %+v, %v", d.Timeline.Case, err)
	}
}

func TestADrillNamesTheActionThatCannotBe(t *testing.T) {
	t.Parallel()
	b := storyBook(t)
	head := `{"case":"DRILL-1","start":"2026-05-20T08:00:00Z","by":"F/OP-1","actions":[{"at":"0h","do":"open","sources":["donor:D-1"]},`
	var action *DrillError
	_, err := b.DrillRun(t.Context(), []byte(head+`{"at":"1h","do":"record","event":{"type":"store","site":"F","units":["U-9"],"equipment":"T"}}]}`), nil)
	if !errors.As(err, &action) || action.Action != 1 || action.Do != recall.DoRecord {
		t.Fatalf("got %v", err)
	}
	_ = refusedBy(t, err, rules.UnknownThing)
	var wrong *recall.FileError
	if _, err := b.DrillRun(t.Context(), []byte(`{"case":"REAL-1"}`), nil); !errors.As(err, &wrong) {
		t.Errorf("no script: %v", err)
	}
	var profile *UnknownProfileError
	other := strings.Replace(head, `"start"`, `"profile":"ours","start"`, 1)
	if _, err := b.DrillRun(t.Context(), []byte(other+`{"at":"1h","do":"trace","grade":"possible"}]}`), nil); !errors.As(err, &profile) || profile.Name != "ours" {
		t.Errorf("a profile that is not built in: %v", err)
	}
}

// scoped opens a case on the story's ledger and records a trace as its scope.
func scoped(t *testing.T, b *Book, q recall.Query) (event.Ref, *recall.Answer) {
	t.Helper()
	record(t, b, `{'type':'case','time':'2026-05-30T08:00:00Z','case':'C-1','action':'open','sources':['donor:D-1']}`)
	a, err := b.Trace(t.Context(), q, 0)
	if err != nil {
		t.Fatal(err)
	}
	at, err := event.ParseTime("2026-05-30T09:00:00Z")
	if err != nil {
		t.Fatal(err)
	}
	e := event.Event{
		Common: event.Common{Type: event.TypeCase, Time: at},
		Body:   &event.Case{Case: ref(t, "case:C-1"), Action: event.ActionScope, Scope: recall.ScopeOf(a, nil)},
	}
	if _, err := b.Record(t.Context(), e, nil); err != nil {
		t.Fatal(err)
	}
	return ref(t, "case:C-1"), a
}

func TestAScopeIsAskedAgainAndGivesTheSameBytes(t *testing.T) {
	t.Parallel()
	from, err := event.ParseTime("2026-05-01T10:00:00+08:00")
	if err != nil {
		t.Fatal(err)
	}
	plain := recall.NewQuery(ref(t, "donor:D-1"), ref(t, "unit:U-2"))
	window := plain
	window.From, window.To, window.Grade = from, from.Add(1e9), genealogy.Confirmed
	window.With, window.Without = []genealogy.Via{genealogy.ViaInput}, []genealogy.Via{genealogy.ViaMade}
	back := recall.NewQuery(ref(t, "unit:U-3"))
	back.Backward = true
	for _, q := range []recall.Query{plain, window, back} {
		b := storyBook(t)
		c, a := scoped(t, b, q)
		record(t, b, `{'type':'manufacture','time':'2026-05-31T08:00:00Z','site':'F','step':'split','inputs':['U-3'],'outputs':[{'unit':'U-5'}]}`)
		status, err := b.CaseStatus(t.Context(), c, nil, event.Time{})
		if err != nil {
			t.Fatal(err)
		}
		if status.Scope == nil || status.Scope.Digest() != a.Digest() {
			t.Errorf("%+v: the scope is another one when it is asked again", q)
		}
	}
}

func TestACaseClosesWhenEveryMilestoneIsMet(t *testing.T) {
	t.Parallel()
	b := storyBook(t)
	c, _ := scoped(t, b, recall.NewQuery(ref(t, "donor:D-1")))
	closing := `{'type':'case','time':'2026-05-31T08:00:00Z','case':'C-1','action':'close','conclusion':'over','signed_by':['F/OP-1']}`
	_, err := b.Record(t.Context(), parse(t, closing), nil)
	r := refusedBy(t, err, rules.CaseOpen)
	names := make([]string, 0, len(r.Violations))
	for _, v := range r.Violations {
		names = append(names, v.Name)
	}
	for _, goal := range []recall.Goal{recall.GoalHeld, recall.GoalNotified} {
		if !slices.Contains(names, string(goal)) {
			t.Errorf("not met are %q, want %q among them", names, goal)
		}
	}
	if slices.Contains(names, string(recall.GoalTraced)) {
		t.Errorf("not met are %q", names)
	}
	for _, step := range []string{
		`{'type':'case','time':'2026-05-30T10:00:00Z','case':'C-1','action':'hold','things':['donor:D-1']}`,
		`{'type':'case','time':'2026-05-30T10:00:00Z','case':'C-1','action':'notice','site':'F'}`,
		`{'type':'case','time':'2026-05-30T11:00:00Z','case':'C-1','action':'acknowledge','site':'F','found':['U-3','U-4']}`,
		`{'type':'case','time':'2026-05-30T11:00:00Z','case':'C-1','action':'report','kind':'final','to':'authority'}`,
		closing,
	} {
		record(t, b, step)
	}
	status, err := b.CaseStatus(t.Context(), c, nil, event.Time{})
	if err != nil {
		t.Fatal(err)
	}
	for i := range status.Milestones {
		if m := &status.Milestones[i]; m.Goal == recall.GoalClosed && !m.Met {
			t.Errorf("closed is not met: %+v", m)
		}
	}
}

func TestACaseThatWasNeverOpenedIsSaidToBe(t *testing.T) {
	t.Parallel()
	var none *recall.NoCaseError
	if _, err := storyBook(t).CaseStatus(t.Context(), ref(t, "case:C-9"), nil, event.Time{}); !errors.As(err, &none) {
		t.Errorf("got %v", err)
	}
}

func TestErrorsMeanWhatTheContractSays(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	for _, c := range []struct {
		err  error
		want Exit
	}{
		{nil, Done},
		{broken, Failed},
		{ErrNoLedger, Failed},
		{&InputError{File: "x", Err: broken}, Failed},
		{&UnknownThingError{Text: "unit:U"}, Failed},
		{ledger.ErrNotLedger, Failed},
		{ledger.ErrVersion, Failed},
		{errors.Join(ledger.ErrDamaged, broken), Unverified},
		{refusal([]rules.Violation{{Rule: rules.Expired}}), Refused},
		{&event.Error{Rule: event.RuleMalformed}, Refused},
		{&InputError{Err: ErrBusy}, Busy},
		{&CutShortError{Recorded: 1, Err: ErrBusy}, Unfinished},
		{&CutShortError{Recorded: 1, Err: refusal([]rules.Violation{{Rule: rules.Clock}})}, Unfinished},
		{&OutcomeUnknownError{broken}, Unfinished},
		{t.Context().Err(), Done},
	} {
		if got := Code(c.err); got != c.want {
			t.Errorf("%v: exit %d, want %d", c.err, got, c.want)
		}
		if c.err != nil && c.err.Error() == "" {
			t.Errorf("%T says nothing", c.err)
		}
	}
}
