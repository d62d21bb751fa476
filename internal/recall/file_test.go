package recall_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"suyuan/examples"
	"suyuan/internal/recall"
)

const script = `{"case":"DRILL-1","start":"2026-03-03T16:10:00+08:00","by":"OP-1","actions":[{"at":"0h","do":"open","sources":["lot:L"]}`

func TestScriptsAreRefusedByMember(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ in, path string }{
		{`[]`, ""},
		{`{"case":"DRILL-1"`, ""},
		{script + `]} x`, ""},
		{strings.Replace(script, "DRILL-1", "CASE-1", 1) + `]}`, "case"},
		{strings.Replace(script, "03T16", "33T16", 1) + `]}`, "start"},
		{strings.Replace(script, `"by"`, `"By"`, 1) + `]}`, `"By"`},
		{strings.Replace(script, `"by"`, `"case"`, 1) + `]}`, "case"},
		{strings.Replace(script, `"lot:L"`, `"L"`, 1) + `]}`, "actions[0].sources[0]"},
		{strings.Replace(script, `["lot:L"]`, `[]`, 1) + `]}`, "actions[0].sources"},
		{strings.Replace(script, `"open"`, `"trace"`, 1) + `]}`, "actions[0].sources"},
		{strings.Replace(script, `"0h"`, `"-1h"`, 1) + `]}`, "actions[0].at"},
		{strings.Replace(script, `"0h"`, `"0.5ms"`, 1) + `]}`, "actions[0].at"},
		{script + `,{"at":"1h","do":"call"}]}`, "actions[1].do"},
		{script + `,{"at":"1h"}]}`, "actions[1].do"},
		{script + `,{"at":"1h","do":"trace"}]}`, "actions[1].grade"},
		{script + `,{"at":"1h","do":"trace","grade":"sure"}]}`, "actions[1].grade"},
		{script + `,{"at":"1h","do":"trace","grade":"possible","site":"S"}]}`, "actions[1].site"},
		{script + `,{"at":"1h","do":"notice","site":"S"},{"at":"30m","do":"notice","site":"T"}]}`, "actions[2].at"},
		{script + `,{"at":"1h","do":"screen","patient":"P","result":"fine"}]}`, "actions[1].result"},
		{script + `,{"at":"1h","do":"record","event":{"type":"inventory","site":"S"}}]}`, "actions[1].event.units"},
		{script + `,{"at":"1h","do":"record","event":{"type":"inventory","site":"S","units":[],"time":"2026-01-01T00:00:00Z"}}]}`, "actions[1].event.time"},
		{script + `,{"at":"1h","do":"record","event":[]}]}`, "actions[1].event"},
		{script + `,{"at":"1h","do":"close","conclusion":"done"}]}`, "actions[1].signed_by"},
		{strings.Replace(script, `,"actions":[`, `,"actions":[5,`, 1) + `]}`, "actions[0]"},
	} {
		_, err := recall.ParseScript([]byte(c.in))
		var file *recall.FileError
		if !errors.As(err, &file) {
			t.Errorf("%s: no error of a file: %v", c.in, err)
		} else if file.Path != c.path || file.Found == "" || file.Want == "" {
			t.Errorf("%s: %v, want the path %q", c.in, err, c.path)
		}
	}
}

func TestARecordedEventGetsTheDrillsTime(t *testing.T) {
	t.Parallel()
	s, err := recall.ParseScript([]byte(script + `,{"at":"1h30m","do":"record","event":{"type":"inventory","site":"S","units":[]}}]}`))
	if err != nil {
		t.Fatal(err)
	}
	events, err := s.Step(1, nil, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := events[0].Time.String(); got != "2026-03-03T17:40:00+08:00" || events[0].ID == "" {
		t.Errorf("time %s, id %q", got, events[0].ID)
	}
}

func TestAHoldWithoutATraceIsAnError(t *testing.T) {
	t.Parallel()
	s, err := recall.ParseScript([]byte(script + `,{"at":"1h","do":"hold","grade":"confirmed"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Step(1, nil, nil, nil); err == nil {
		t.Error("no error")
	}
}

func TestProfilesAreParsedStrictly(t *testing.T) {
	t.Parallel()
	p, err := recall.ParseProfile([]byte(`{"name": "ours", "limits": {"screened": "48h", "traced": "1h30m"}}`))
	if err != nil {
		t.Fatal(err)
	}
	want := recall.Profile{Name: "ours", Limits: []recall.Limit{{Goal: recall.GoalTraced, Within: 90 * time.Minute}, {Goal: recall.GoalScreened, Within: 48 * time.Hour}}}
	if d := cmp.Diff(want, p); d != "" {
		t.Error(d)
	}
	for in, path := range map[string]string{
		`{"name":"x","limits":{}}`:                            "limits",
		`{"limits":{"traced":"1h"}}`:                          "name",
		`{"name":"x","limits":{"traced":"0s"}}`:               "limits.traced",
		`{"name":"x","limits":{"traced":4}}`:                  "limits.traced",
		`{"name":"x","limits":{"Traced":"4h"}}`:               `limits."Traced"`,
		`{"name":"x","limits":{"traced":"4h","traced":"5h"}}`: "limits.traced",
		`{"name":"x","limits":null}`:                          "limits",
		"{\"name\":\"\xff\",\"limits\":{}}":                   "",
		strings.Repeat(`[`, 100):                              strings.Repeat("[0]", 17),
	} {
		_, err := recall.ParseProfile([]byte(in))
		var file *recall.FileError
		if !errors.As(err, &file) || file.Path != path {
			t.Errorf("%s: %v, want the path %q", in, err, path)
		}
	}
}

func TestTheBuiltInProfilesAreTheContracts(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]map[recall.Goal]time.Duration{
		"lecheng-72h": {recall.GoalTraced: 4 * time.Hour, recall.GoalHeld: 4 * time.Hour, recall.GoalNotified: 24 * time.Hour, recall.GoalScreened: 72 * time.Hour},
		"cn-class-1":  {recall.GoalNotified: 24 * time.Hour, recall.GoalReported: 24 * time.Hour, recall.GoalProgress: 24 * time.Hour},
		"cn-class-2":  {recall.GoalNotified: 48 * time.Hour, recall.GoalReported: 72 * time.Hour, recall.GoalProgress: 72 * time.Hour},
		"cn-class-3":  {recall.GoalNotified: 72 * time.Hour, recall.GoalReported: 168 * time.Hour, recall.GoalProgress: 168 * time.Hour},
	} {
		p, ok := recall.BuiltIn(name)
		got := make(map[recall.Goal]time.Duration)
		for _, l := range p.Limits {
			got[l.Goal] = l.Within
		}
		if d := cmp.Diff(want, got); !ok || d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
	if _, ok := recall.BuiltIn("none"); ok {
		t.Error("a profile that nobody made")
	}
}

func FuzzParseScript(f *testing.F) {
	b, err := examples.FS.ReadFile(examples.Lecheng + "/" + examples.DrillFile)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add([]byte(script + `]}`))
	f.Add([]byte(script + `,{"at":"1h","do":"record","event":{"type":"inventory","site":"S","units":[]}}]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := recall.ParseScript(b)
		if err != nil {
			var file *recall.FileError
			if !errors.As(err, &file) {
				t.Fatalf("not an error of a file: %v", err)
			}
			return
		}
		for i := range s.Actions {
			if do := s.Actions[i].Do; do == recall.DoTrace || do == recall.DoHold {
				continue
			}
			if _, err := s.Step(i, nil, nil, nil); err != nil {
				t.Fatalf("action %d was accepted and fails: %v", i, err)
			}
		}
	})
}

func FuzzParseProfile(f *testing.F) {
	f.Add([]byte(`{"name": "ours", "limits": {"screened": "48h", "traced": "1h30m"}}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := recall.ParseProfile(b)
		if err == nil && (p.Name == "" || len(p.Limits) == 0) {
			t.Fatalf("accepted %+v", p)
		}
	})
}
