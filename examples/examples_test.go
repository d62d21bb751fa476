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

func lines(t *testing.T, name string) []string {
	t.Helper()
	data, err := examples.FS.ReadFile(path.Join(name, examples.EventsFile))
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSuffix(string(data), "\n"), "\n")
}

func checked(t *testing.T, name string) *checker {
	t.Helper()
	c, err := check(lines(t, name))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestFibercelGivesThePublishedTotalsFromLotDonorAndBatch(t *testing.T) {
	t.Parallel()
	c := checked(t, examples.Fibercel)
	want := totals{Patients: 113, Units: 154, Infused: 136, InStock: 18, OnHold: 18, Sites: 37, Regions: 20, RegionsUsed: 18}
	for _, source := range []string{"lot:NMDS210011", "donor:D-1", "batch:NMDS210011"} {
		if got := c.totals(c.last, source); got != want {
			t.Errorf("%s: got %+v, want %+v", source, got, want)
		}
	}
}

func TestFibercelKeepsThePublishedDays(t *testing.T) {
	t.Parallel()
	days := map[string][]string{}
	for _, line := range lines(t, examples.Fibercel) {
		e, err := shape(line)
		if err != nil {
			t.Fatal(err)
		}
		kind := strings.TrimSpace(e.text("type") + " " + e.text("action"))
		days[kind] = append(days[kind], e.text("time")[:len("2021-03-01")])
	}
	for kind, want := range map[string][2]string{
		"shipment": {"2021-03-01", "2021-04-02"}, "infusion": {"2021-03-03", "2021-06-01"},
		"case open": {"2021-05-25", "2021-05-25"}, "case hold": {"2021-06-02", "2021-06-02"},
	} {
		if got := [2]string{slices.Min(days[kind]), slices.Max(days[kind])}; got != want {
			t.Errorf("%s: got %v, want %v", kind, got, want)
		}
	}
	after := slices.DeleteFunc(days["infusion"], func(day string) bool { return day <= "2021-05-25" })
	if len(after) != 7 {
		t.Errorf("implants after the alert: got %v, want 7", after)
	}
}

func TestLechengGivesTheTotalsOfItsReadme(t *testing.T) {
	t.Parallel()
	c := checked(t, examples.Lecheng)
	for source, want := range map[string]totals{
		"batch:MSC-26-02":      {Patients: 8, Units: 18, Infused: 9, InStock: 5, InTransit: 4, Samples: 5, OnHold: 9, Sites: 4, Regions: 1, RegionsUsed: 1},
		"aliquot:HSA-25117/A3": {Patients: 12, Units: 28, Infused: 14, InStock: 10, InTransit: 4, Samples: 8, OnHold: 9, Sites: 4, Regions: 1, RegionsUsed: 1},
		"lot:HSA-25117":        {Patients: 30, Units: 54, Infused: 33, InStock: 16, InTransit: 4, Destroyed: 1, Samples: 16, OnHold: 9, Sites: 4, Regions: 1, RegionsUsed: 1},
		"batch:MSC-26-01":      {Patients: 10, Units: 14, Infused: 10, InStock: 3, Destroyed: 1, Samples: 5, Sites: 4, Regions: 1, RegionsUsed: 1},
	} {
		if got := c.totals(c.last, source); got != want {
			t.Errorf("%s: got %+v, want %+v", source, got, want)
		}
	}
}

func TestLechengLiesInTheFirstQuarterAndSaysThatItIsSynthetic(t *testing.T) {
	t.Parallel()
	all := lines(t, examples.Lecheng)
	if len(all) < 250 || len(all) > 500 {
		t.Errorf("%d events, want 250 to 500", len(all))
	}
	for i, line := range all {
		e, err := shape(line)
		if err != nil {
			t.Fatal(err)
		}
		if at := e.moment("time"); at.Before(quarter(1)) || !at.Before(quarter(4)) {
			t.Errorf("line %d: time %s, want the first quarter of 2026", i+1, at)
		}
		if i == 0 && !strings.Contains(e.text("note"), "SYNTHETIC") {
			t.Error("the first event does not say that it is synthetic")
		}
	}
}

func quarter(month time.Month) time.Time { return time.Date(2026, month, 1, 0, 0, 0, 0, time.UTC) }

func TestCheckerRefusesChangedHistories(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, old, new, want string }{
		{"a release that is missing", `"batch":"MSC-26-01","decision":"released"`, `"batch":"MSC-26-99","decision":"released"`, "not-released"},
		{"an infusion elsewhere", `"patient":"LC-H2/P-01","room":"LC-H2/WARD-A","route":"intravenous","site":"LC-H2"`, `"patient":"LC-H2/P-01","route":"intravenous","site":"LC-H1"`, "not-here"},
		{"a lift of another hold", `"action":"lift"`, `"action":"open"`, "on-hold"},
		{"a deviation that is not declared", `"rules":["expired"]`, `"rules":[]`, "expired"},
		{"a unit that was not sent", `"accepted":["MSC-26-02-D10",`, `"accepted":["MSC-26-02-D01",`, "not-shipped"},
		{"a dose given twice", `"type":"infusion","unit":"MSC-26-02-D03"`, `"type":"infusion","unit":"MSC-26-02-D01"`, "used-up"},
		{"an amount as a number", `"volume":"20"`, `"volume":"20 mL"`, "want the form"},
		{"an unknown member", `"consent"`, `"konsent"`, "unknown member"},
		{"a person's number", `"note":"digits`, `"note":"13800138000 digits`, "looks like"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			all := strings.Join(lines(t, examples.Lecheng), "\n")
			changed := strings.ReplaceAll(all, c.old, c.new)
			if changed == all {
				t.Fatalf("nothing to change: %q is not in the events", c.old)
			}
			if _, err := check(strings.Split(changed, "\n")); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want an error with %q", err, c.want)
			}
		})
	}
}

func TestFilesAreJSONAndHaveAReadme(t *testing.T) {
	t.Parallel()
	for _, name := range []string{examples.Lecheng, examples.Fibercel, examples.HIVDonor, examples.NKJapan} {
		readme, err := examples.FS.ReadFile(path.Join(name, examples.ReadmeFile))
		if err != nil || !strings.Contains(string(readme), "```sh") {
			t.Errorf("%s: no walk-through in the README (%v)", name, err)
		}
		for i, line := range lines(t, name) {
			if !json.Valid([]byte(line)) {
				t.Errorf("%s line %d is not JSON", name, i+1)
			}
		}
	}
}
