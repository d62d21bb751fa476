package examples_test

import (
	"encoding/json"
	"path"
	"slices"
	"strings"
	"testing"
	"time"

	"suyuan/examples"
)

// A script is the drill's file, read without the product's own parser.
type script struct {
	Case, Profile, By string
	Start             time.Time
	Actions           []event
}

func drill(t *testing.T) script {
	t.Helper()
	data, err := examples.FS.ReadFile(path.Join(examples.Lecheng, examples.DrillFile))
	if err != nil {
		t.Fatal(err)
	}
	var s script
	if err := json.Unmarshal(data, &s); err != nil {
		t.Fatal(err)
	}
	return s
}

// after is how long after the alert an action is done.
func after(t *testing.T, a event) time.Duration {
	t.Helper()
	d, err := time.ParseDuration(a.text("at"))
	if err != nil {
		t.Fatalf("action at %q: %v", a.text("at"), err)
	}
	return d
}

func TestDrillStartsAtThePositiveResultAndRunsInOrder(t *testing.T) {
	t.Parallel()
	s, c := drill(t), checked(t, examples.Lecheng)
	if !s.Start.Equal(c.last) || !strings.HasPrefix(s.Case, "DRILL-") || s.Profile != "lecheng-72h" || !c.known["operator:"+s.By] {
		t.Errorf("start %s (last event %s), case %q, profile %q, by %q", s.Start, c.last, s.Case, s.Profile, s.By)
	}
	if !slices.IsSortedFunc(s.Actions, func(a, b event) int { return int(after(t, a) - after(t, b)) }) {
		t.Error("actions are not in the order of their times")
	}
}

func TestDrillKeepsItsLimits(t *testing.T) {
	t.Parallel()
	s := drill(t)
	for do, limit := range map[string]time.Duration{
		"open": 0, "trace": time.Hour, "hold": 2 * time.Hour, "notice": 2 * time.Hour, "acknowledge": 4 * time.Hour,
		"report": 24 * time.Hour, "close": 72 * time.Hour,
	} {
		i := slices.IndexFunc(s.Actions, func(a event) bool { return a.text("do") == do })
		if i < 0 || after(t, s.Actions[i]) > limit {
			t.Errorf("%s: action %d, want one within %s", do, i, limit)
		}
	}
	if last := s.Actions[len(s.Actions)-1]; last.text("do") != "close" || after(t, last) > 72*time.Hour {
		t.Errorf("the last action is %q at %s, want close within 72h", last.text("do"), last.text("at"))
	}
}

func TestDrillNotifiesAndHearsEverySiteAndFindsWhatIsThere(t *testing.T) {
	t.Parallel()
	s, c := drill(t), checked(t, examples.Lecheng)
	asked, answered := map[string]bool{}, map[string]bool{}
	found := 0
	for _, a := range s.Actions {
		switch site := a.text("site"); a.text("do") {
		case "notice":
			asked[site] = true
		case "acknowledge":
			answered[site] = asked[site]
			for _, id := range a.texts("found") {
				found++
				if u := c.units[id]; u == nil || u.site != site || u.fate != "" {
					t.Errorf("%s finds %q, which is not there", site, id)
				}
			}
		}
	}
	for id, u := range c.units {
		if u.fate == "" && u.site != "" {
			found--
			if !answered[u.site] {
				t.Errorf("unit %q lies at %s, which was not asked or did not answer", id, u.site)
			}
		}
	}
	if found != 0 {
		t.Errorf("found %d units more or fewer than there are", found)
	}
}

func TestDrillScreensEveryPatientAndReachesTheOneWhoWasAway(t *testing.T) {
	t.Parallel()
	s, c := drill(t), checked(t, examples.Lecheng)
	results := map[string][]string{}
	for _, a := range s.Actions {
		if a.text("do") == "screen" {
			results[a.text("patient")] = append(results[a.text("patient")], a.text("result"))
		}
	}
	final := map[string]int{}
	for _, u := range c.units {
		if u.patient != "" && results[u.patient] == nil {
			t.Errorf("patient %q is not screened", u.patient)
		}
	}
	for _, r := range results {
		final[r[len(r)-1]]++
	}
	if final["cleared"] != 29 || final["infected"] != 1 || len(final) != 2 {
		t.Errorf("final results %v, want 29 cleared and 1 infected", final)
	}
	if got, want := results["LC-H3/P-11"], []string{"unreachable", "pending", "cleared"}; !slices.Equal(got, want) {
		t.Errorf("LC-H3/P-11: got %v, want %v", got, want)
	}
}

func TestDrillRecordsOnlyEventsThatHoldsAllow(t *testing.T) {
	t.Parallel()
	for _, a := range drill(t).Actions {
		if a.text("do") != "record" {
			continue
		}
		e := event(a["event"].(map[string]any))
		if _, ok := e["time"]; ok {
			t.Errorf("%s at %s has a time of its own", e.text("type"), a.text("at"))
		}
		e["time"] = "2026-03-06T00:00:00Z"
		if err := members(e); err != nil {
			t.Errorf("%s at %s: %v", e.text("type"), a.text("at"), err)
		}
		if allowed := []string{"inventory", "test", "arrival", "followup"}; !slices.Contains(allowed, e.text("type")) {
			t.Errorf("%s at %s: want one of %v", e.text("type"), a.text("at"), allowed)
		}
	}
}

func TestCaseFileIsWhatSitesDidInTheSameDays(t *testing.T) {
	t.Parallel()
	data, err := examples.FS.ReadFile(path.Join(examples.Lecheng, examples.CaseFile))
	if err != nil {
		t.Fatal(err)
	}
	s, final, last := drill(t), map[string]string{}, time.Time{}
	for i, line := range strings.Split(strings.TrimSuffix(string(data), "\n"), "\n") {
		e, err := shape(line)
		if err != nil {
			t.Errorf("line %d: %v", i+1, err)
		}
		if at := e.moment("time"); at.Before(s.Start) || at.After(s.Start.Add(72*time.Hour)) || at.Before(last) {
			t.Errorf("line %d: time %s, want one of the 72 hours and none before %s", i+1, at, last)
		}
		last = e.moment("time")
		if strings.Contains(line, "DRILL") {
			t.Errorf("line %d is marked as a drill's: %s", i+1, line)
		}
		if e.text("action") == "screen" {
			final[e.text("patient")] = e.text("result")
		}
	}
	cleared := 0
	for _, result := range final {
		if result == "cleared" {
			cleared++
		}
	}
	if len(final) != 30 || cleared != 29 || final["LC-H1/P-08"] != "infected" {
		t.Errorf("%d screened, %d cleared, LC-H1/P-08 %s", len(final), cleared, final["LC-H1/P-08"])
	}
}
