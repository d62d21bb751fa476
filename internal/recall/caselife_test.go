package recall_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
	"suyuan/internal/recall"
)

func TestActionsFitTheStateOfTheirCase(t *testing.T) {
	t.Parallel()
	const closed = opened + `{"type":"case","time":"12:00","case":"C1","action":"close","conclusion":"done","signed_by":["Q1"]}`
	const reopened = closed + `
{"type":"case","time":"14:00","case":"C1","action":"reopen","sources":["batch:M"]}`
	late := []event.Action{event.ActionReopen, event.ActionLift, event.ActionAcknowledge, event.ActionReport, event.ActionScreen}
	for _, c := range []struct {
		name, lines, at string
		want            []event.Action
	}{
		{"never opened", made, "11:00", []event.Action{event.ActionOpen}},
		{"before it is opened", opened, "9:45", nil},
		{"open", opened, "11:00", without(event.Actions(), event.ActionOpen, event.ActionReopen)},
		{"closed", closed, "13:00", late},
		{"closed later", closed, "11:00", append(without(event.Actions(), event.ActionOpen, event.ActionReopen), event.ActionReopen)},
		{"open again", reopened, "15:00", without(event.Actions(), event.ActionOpen, event.ActionReopen)},
	} {
		g := told(t, c.lines)
		at := mustTime(strings.Trim(clocks(`"`+c.at+`"`), `"`))
		var got []event.Action
		for _, a := range event.Actions() {
			err := recall.Admits(g, ref(t, "case:C1"), a, at)
			var state *recall.CaseStateError
			if err == nil {
				got = append(got, a)
			} else if !errors.As(err, &state) || state.Case != ref(t, "case:C1") || state.Action != a {
				t.Errorf("%s: %s: %v", c.name, a, err)
			}
		}
		slices.Sort(got)
		slices.Sort(c.want)
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%s: %s", c.name, d)
		}
	}
}

func without(all []event.Action, some ...event.Action) []event.Action {
	return slices.DeleteFunc(all, func(a event.Action) bool { return slices.Contains(some, a) })
}

func TestALifeKeepsAllSourcesAndWhatTheNewestOpeningSays(t *testing.T) {
	t.Parallel()
	g := told(t, made+`
{"type":"case","time":"10:00","case":"C1","action":"open","sources":["batch:M"],"class":"1","profile":"cn-class-1","trigger":"growth","from":"7:00"}
{"type":"case","time":"11:00","case":"C1","action":"close","conclusion":"done","signed_by":["Q1"]}
{"type":"case","time":"12:00","case":"C1","action":"reopen","sources":["lot:L","batch:M"]}`)
	l := recall.LifeOf(g, ref(t, "case:C1"), event.Time{})
	if l.State != recall.CaseOpened || l.Class != "1" || l.Profile != "cn-class-1" || l.Trigger.Text != "growth" || l.Opening.Seq != 6 || l.ProfileBy.Seq != 4 {
		t.Errorf("%+v", l)
	}
	if q := l.Query(); !slices.Equal(q.Sources, []event.Ref{ref(t, "batch:M"), ref(t, "lot:L")}) || !q.From.IsZero() || q.Grade != genealogy.Possible {
		t.Errorf("asks %+v", q)
	}
	if l := recall.LifeOf(g, ref(t, "case:C1"), mustTime("2026-01-05T11:00:00+08:00")); l.State != recall.CaseClosed || l.Closing.Seq != 5 || len(l.Sources) != 1 {
		t.Errorf("%+v", l)
	}
}

func TestAllButClassThreeIsUrgentHoweverItIsSpelled(t *testing.T) {
	t.Parallel()
	for _, class := range []string{"1", "2", "I", "II", "class I", "Class-2", "一级", "二级召回", "1级", "Ⅱ级", "12", "recall", "unknown", "critical"} {
		if l := (&recall.CaseLife{Class: class}); !l.Urgent() {
			t.Errorf("%q is not urgent", class)
		}
	}
	for _, class := range []string{"3", "III", "三级", "class III", "Ⅲ级", "Class 3"} {
		if l := (&recall.CaseLife{Class: class, Profile: "cn-class-1"}); l.Urgent() {
			t.Errorf("%q is urgent", class)
		}
	}
	for profile, want := range map[string]bool{"cn-class-1": true, "cn-class-2": true, "cn-class-3": false, recall.DefaultProfile: false} {
		if l := (&recall.CaseLife{Profile: profile}); l.Urgent() != want {
			t.Errorf("without a class, %s: urgent is %v", profile, !want)
		}
	}
}

func TestWhatWasCorrectedAwayIsGone(t *testing.T) {
	t.Parallel()
	const wrong = made + `{"type":"receipt","id":"00000000-0000-4000-8000-000000000001","time":"6:00","site":"S","lot":"X"}
`
	const taken = wrong + `{"type":"correction","time":"11:00","corrects":"00000000-0000-4000-8000-000000000001","reason":"did_not_occur"}`
	for lines, want := range map[string]bool{wrong: false, taken: true} {
		if got := recall.Gone(told(t, lines), ref(t, "lot:X")); got != want {
			t.Errorf("gone is %v", got)
		}
	}
	if recall.Gone(told(t, made), ref(t, "lot:NONE")) {
		t.Error("what was never there is gone")
	}
}

func TestMilestonesComeInOrderOfUrgency(t *testing.T) {
	t.Parallel()
	hours := func(n int) event.Time { return mustTime("2026-01-05T00:00:00Z").Add(time.Duration(n) * time.Hour) }
	limited := func(goal recall.Goal, due int) recall.Milestone {
		return recall.Milestone{Goal: goal, Limited: true, Due: hours(due)}
	}
	met := func(m recall.Milestone, at int) recall.Milestone {
		m.Met, m.Still, m.MetAt = true, true, hours(at)
		return m
	}
	c := recall.Case{Now: hours(10), Milestones: []recall.Milestone{
		met(limited(recall.GoalTraced, 4), 5), // late
		limited(recall.GoalHeld, 8),           // overdue
		limited(recall.GoalNotified, 24),      // due
		{Goal: recall.GoalAcknowledged},       // open
		limited(recall.GoalScreened, 12),      // due sooner
		met(limited(recall.GoalReported, 9), 1),
		limited(recall.GoalProgress, 3), // overdue longer
		met(recall.Milestone{Goal: recall.GoalClosed}, 2),
	}}
	want := []recall.Goal{
		recall.GoalProgress, recall.GoalHeld, recall.GoalScreened, recall.GoalNotified, recall.GoalAcknowledged, recall.GoalTraced,
		recall.GoalReported, recall.GoalClosed,
	}
	var got []recall.Goal
	for _, m := range c.ByUrgency() {
		got = append(got, m.Goal)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if m := c.Next(); m == nil || m.Goal != recall.GoalProgress {
		t.Errorf("next is %+v", m)
	}
	c.Milestones = c.Milestones[3:4]
	if m := c.Next(); m != nil {
		t.Errorf("next is %+v without a limit", m)
	}
}

func TestAProfileReadsBackFromTheOpeningThatCarriesIt(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := recall.Profile{Name: rapid.StringMatching(`[\p{Han}a-z"\\<]{1,12}`).Draw(t, "name")}
		for _, g := range recall.Goals() {
			if s := rapid.Int64Range(0, 3*366*86400).Draw(t, string(g)); s > 0 {
				p.Limits = append(p.Limits, recall.Limit{Goal: g, Within: time.Duration(s) * time.Second})
			}
		}
		if len(p.Limits) == 0 {
			p.Limits = []recall.Limit{{Goal: recall.GoalTraced, Within: time.Second}}
		}
		got, ok, err := recall.RecordedProfile(fmt.Appendf(nil, `{"other:x":1,%q:%s}`, recall.ProfileExt, p.JSON()))
		if d := cmp.Diff(p, got); err != nil || !ok || d != "" {
			t.Fatalf("%v %v %s", ok, err, d)
		}
	})
	for _, ext := range []string{"", `{"other:x":{"limits":{"traced":"1h"},"name":"n"}}`} {
		if _, ok, err := recall.RecordedProfile([]byte(ext)[:len(ext):len(ext)]); ok || ext != "" && err != nil {
			t.Errorf("%q: %v %v", ext, ok, err)
		}
	}
}

// FuzzRecordedProfile holds that bytes are a profile or an error, and never
// both.
func FuzzRecordedProfile(f *testing.F) {
	f.Add([]byte(`{"suyuan:profile":{"limits":{"traced":"2h"},"name":"ours"}}`))
	f.Add([]byte(`{"suyuan:profile":{"limits":{},"name":"ours"}}`))
	f.Add([]byte(`[]`))
	f.Fuzz(func(t *testing.T, b []byte) {
		p, ok, err := recall.RecordedProfile(b)
		if ok && (err != nil || p.Name == "" || len(p.Limits) == 0) || err != nil && ok {
			t.Errorf("%q: %+v %v %v", b, p, ok, err)
		}
	})
}
