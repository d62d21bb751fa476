package recall_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"suyuan/internal/event"
	"suyuan/internal/recall"
)

// A case that was opened again on more has to be scoped again; when it was
// traced first stays.
func TestACaseIsTracedOnlyWhileItsScopeAskedForEverySource(t *testing.T) {
	t.Parallel()
	const more = scoped + `{"type":"case","time":"12:00","case":"C1","action":"close","conclusion":"done","signed_by":["Q1"]}
{"type":"case","time":"13:00","case":"C1","action":"reopen","sources":["lot:L"]}`
	const again = `2026-01-05T14:00:00+08:00`
	for _, c := range []struct {
		lines   string
		asked   []string
		lacking []event.Ref
	}{
		{scoped, []string{"batch:M"}, nil},
		{more, []string{"batch:M"}, []event.Ref{ref(t, "lot:L")}},
		{more, []string{"lot:L"}, []event.Ref{ref(t, "batch:M")}},
		{more, []string{"batch:M", "lot:L"}, nil},
		{more, []string{"case:C1"}, nil},
	} {
		g := told(t, c.lines)
		var q []event.Ref
		for _, s := range c.asked {
			q = append(q, ref(t, s))
		}
		status := judged(t, g, "case:C1", trace(t, g, recall.NewQuery(q...)), again)
		m := status.Milestones[0]
		if m.Goal != recall.GoalTraced || !m.Met || m.Seq != 6 || m.MetAt.String() != "2026-01-05T10:15:00+08:00" {
			t.Errorf("asked %v: %+v", c.asked, m)
		}
		if m.Still != (len(c.lacking) == 0) || !slices.Equal(m.Lacking, c.lacking) {
			t.Errorf("asked %v: still %v, lacks %v, want %v", c.asked, m.Still, m.Lacking, c.lacking)
		}
	}
}

// What a case traces as a source is what its own scope asks for.
func TestACaseAsASourceStandsForWhatItsScopeAsks(t *testing.T) {
	t.Parallel()
	g := told(t, opened+`{"type":"case","time":"11:00","case":"C1","action":"close","conclusion":"done","signed_by":["Q1"]}
{"type":"case","time":"12:00","case":"C1","action":"reopen","sources":["lot:L"]}`)
	life := recall.LifeOf(g, ref(t, "case:C1"), event.Time{})
	q := life.Query()
	if d := cmp.Diff(shown(trace(t, g, recall.NewQuery(ref(t, "case:C1")))), shown(trace(t, g, q))); d != "" {
		t.Error(d)
	}
}

func shown(a *recall.Answer) []string {
	list := []string{}
	for i := range a.Things {
		list = append(list, a.Things[i].Grade.String()+" "+a.Things[i].Ref.String())
	}
	return list
}

// The milestone is proved by the record that completed it: of several at one
// time, the last.
func TestOfRecordsAtOneTimeTheLastCompletesAMilestone(t *testing.T) {
	t.Parallel()
	for _, order := range [][2]string{{"H", "S"}, {"S", "H"}} {
		lines := scoped
		for _, action := range []string{`"notice","to":"desk","channel":"telephone"`, `"acknowledge","found":[]`} {
			for _, site := range order {
				lines += `{"type":"case","time":"11:00","site":"` + site + `","case":"C1","action":` + action + "}\n"
			}
		}
		c := stands(t, lines, "2026-01-05T12:00:00+08:00")
		for _, m := range c.Milestones {
			want := map[recall.Goal]uint64{recall.GoalNotified: 8, recall.GoalAcknowledged: 10}[m.Goal]
			if want != 0 && (!m.Met || m.Seq != want) {
				t.Errorf("%v: %s is met by #%d, want #%d", order, m.Goal, m.Seq, want)
			}
		}
	}
	lines := `{"type":"infusion","time":"9:45","site":"H","unit":"B","patient":"R","checks":["name","number"]}
`
	for _, order := range [][2]string{{"P", "R"}, {"R", "P"}} {
		screened := scoped + lines
		for _, p := range order {
			screened += `{"type":"case","time":"11:00","case":"C1","action":"screen","patient":"` + p + `","result":"cleared"}` + "\n"
		}
		for _, m := range stands(t, screened, "2026-01-05T12:00:00+08:00").Milestones {
			if m.Goal == recall.GoalScreened && (!m.Met || m.Seq != 9) {
				t.Errorf("%v: screened is met by #%d", order, m.Seq)
			}
		}
	}
}

// A site that was told or answered is there, concerned or not; it keeps no
// milestone open, and what it found counts.
func TestASiteThatWasToldIsShownThoughItIsNotConcerned(t *testing.T) {
	t.Parallel()
	const lines = scoped + `{"type":"case","time":"11:00","site":"X","case":"C1","action":"notice","to":"desk","channel":"telephone"}
{"type":"case","time":"11:30","site":"W","case":"C1","action":"acknowledge","found":["B","Z"]}`
	g := told(t, lines)
	c := judged(t, g, "case:C1", trace(t, g, recall.NewQuery(ref(t, "batch:M"))), "2026-01-05T12:00:00+08:00")
	var got []string
	for _, s := range c.Sites {
		name := s.Site.ID()
		if s.Concerned {
			name += " concerned"
		}
		if !s.Notified.IsZero() {
			name += " told"
		}
		got = append(got, name)
	}
	if d := cmp.Diff([]string{"H concerned", "S concerned", "W", "X told"}, got); d != "" {
		t.Fatal(d)
	}
	if f := found(t, c, "site:W"); len(f.Unexpected) != 2 || !f.Unexpected[0].Affected || f.Unexpected[1].Affected {
		t.Errorf("found %+v", f)
	}
	for _, m := range c.Milestones {
		if m.Goal == recall.GoalNotified && !slices.Equal(m.Lacking, []event.Ref{ref(t, "site:H"), ref(t, "site:S")}) {
			t.Errorf("notified lacks %v", m.Lacking)
		}
	}
	life := recall.LifeOf(g, ref(t, "case:C1"), event.Time{})
	if n := recall.NoticeFor(g, c, &life, ref(t, "site:X")); n.Concerned || n.Before.IsZero() {
		t.Errorf("notice to X: concerned %v, told before %s", n.Concerned, n.Before)
	}
	for _, all := range []bool{true, false} {
		if list := recall.ToTell(g, c, all); slices.Contains(list, ref(t, "site:X")) || len(list) != 2 {
			t.Errorf("all is %v: tells %v", all, list)
		}
	}
	if c := judged(t, g, "case:C1", nil, "2026-01-05T12:00:00+08:00"); len(c.Sites) != 2 || c.Sites[0].Concerned || c.Sites[0].Found != nil {
		t.Errorf("before a scope: %+v", c.Sites)
	}
}
