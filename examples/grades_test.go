package examples_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"suyuan/examples"
)

// A thaw is one dose in one bath, before it was given.
type thaw struct {
	unit, patient string
	bath          string
	from, to      time.Time
}

// thaws lists them in order of time, and the cleanings of baths beside them.
func thaws(t *testing.T) (all []thaw, cleaned map[string][]time.Time) {
	t.Helper()
	given := map[string]string{}
	struck := map[string]bool{}
	list := events(t, examples.Lecheng)
	for _, e := range list {
		given[e.text("unit")] = e.text("patient")
		struck[e.text("corrects")] = true
	}
	cleaned = map[string][]time.Time{}
	for _, e := range list {
		switch {
		case e.text("type") == "cleaning" && !struck[e.text("id")]:
			cleaned[e.text("equipment")] = append(cleaned[e.text("equipment")], e.moment("end"))
		case e.text("step") == "thaw":
			use := e.objects("equipment")[0]
			unit := e.texts("units")[0]
			all = append(all, thaw{unit, given[unit], use.text("equipment"), use.moment("from"), use.moment("to")})
		}
	}
	slices.SortFunc(all, func(a, b thaw) int { return a.from.Compare(b.from) })
	return all, cleaned
}

// TestLechengBathsExposeEightMoreAsItsReadmeSays counts, without any engine, who was thawed in a bath after
// a dose of the two suspected batches and before the bath's next cleaning, whether or not that was verified.
func TestLechengBathsExposeEightMoreAsItsReadmeSays(t *testing.T) {
	t.Parallel()
	all, cleaned := thaws(t)
	if len(all) != 33 {
		t.Fatalf("%d thaws, want 33", len(all))
	}
	confirmed := map[string]bool{}
	for _, d := range all {
		if suspect(d.unit) {
			confirmed[d.patient] = true
		}
	}
	exposed := map[string]bool{}
	for i, first := range all {
		if !suspect(first.unit) {
			continue
		}
		for _, later := range all[i+1:] {
			between := slices.ContainsFunc(cleaned[first.bath], func(c time.Time) bool { return !c.Before(first.to) && !c.After(later.from) })
			if later.bath == first.bath && !between && !confirmed[later.patient] {
				exposed[later.patient] = true
			}
		}
	}
	var got []string
	for p := range exposed {
		got = append(got, p)
	}
	want := "LC-H1/P-06 LC-H2/P-04 LC-H2/P-05 LC-H2/P-06 LC-H2/P-07 LC-H3/P-04 LC-H3/P-05 LC-H3/P-06"
	if s := strings.Join(sorted(got), " "); s != want || len(confirmed) != 12 {
		t.Errorf("confirmed %d, want 12; in the baths %q, want %q", len(confirmed), s, want)
	}
}

func suspect(unit string) bool {
	return strings.HasPrefix(unit, "MSC-26-02-") || strings.HasPrefix(unit, "NK-26-02-")
}

// TestLechengBatchesShareNoIncubator: two donors' cells that grow at one time stand apart.
func TestLechengBatchesShareNoIncubator(t *testing.T) {
	t.Parallel()
	users := map[string]map[string]bool{}
	for _, e := range events(t, examples.Lecheng) {
		if e.text("step") == "expand" {
			incubator := e.objects("equipment")[0].text("equipment")
			if users[incubator] == nil {
				users[incubator] = map[string]bool{}
			}
			users[incubator][e.text("batch")] = true
		}
	}
	if len(users) != 4 {
		t.Errorf("%d incubators in use, want 4", len(users))
	}
	for incubator, batches := range users {
		if len(batches) != 1 {
			t.Errorf("%s: batches %v, want one", incubator, batches)
		}
	}
}
