package examples_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"suyuan/examples"
)

// events reads an example's file without any check.
func events(t *testing.T, name string) []event {
	t.Helper()
	var all []event
	for _, line := range lines(t, name) {
		e, err := shape(line)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, e)
	}
	return all
}

func TestHIVDonorGivesThePublishedTotals(t *testing.T) {
	t.Parallel()
	c := checked(t, examples.HIVDonor)
	want := totals{Patients: 48, Units: 58, Infused: 48, InStock: 4, Unaccounted: 6, Samples: 1, OnHold: 10, Sites: 15}
	if got := c.totals(c.last, "donor:D-1"); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if accounted := want.Infused + want.InStock; accounted != 52 {
		t.Errorf("%d accounted for, want 52", accounted)
	}
}

func TestHIVDonorsRecipientsAreTestedAsPublished(t *testing.T) {
	t.Parallel()
	c := checked(t, examples.HIVDonor)
	products := map[string]string{}
	for _, u := range c.units {
		products[u.patient] = u.product
	}
	got := map[string]int{}
	for _, e := range events(t, examples.HIVDonor) {
		if patient, ok := strings.CutPrefix(e.text("subject"), "patient:"); ok {
			got[e.text("result")]++
			got[products[patient]+": "+e.text("result")]++
		}
		if e.text("action") == "screen" {
			got[e.text("result")]++
		}
	}
	for what, want := range map[string]int{
		"positive": 7, "negative": 34, "infected": 7, "cleared": 34, "unreachable": 7,
		"solid organ: positive": 4, "fresh-frozen bone, unprocessed: positive": 3, "cornea: negative": 2, "lyophilised soft tissue: negative": 3,
		"bone, ethanol treated: negative": 25, "dura mater, gamma irradiated: negative": 3, "fresh-frozen bone, marrow evacuated: negative": 1,
	} {
		if got[what] != want {
			t.Errorf("%s: got %d, want %d", what, got[what], want)
		}
	}
}

func TestNKCaseKeepsThePublishedResultsAndDays(t *testing.T) {
	t.Parallel()
	checked(t, examples.NKJapan)
	results := map[string]string{}
	days := map[string]bool{}
	for _, e := range events(t, examples.NKJapan) {
		if e.text("type") == "test" {
			results[e.text("subject")+" "+e.text("assay")] = e.text("result")
			if e.text("assay") == "reference culture" && e.moment("time").Sub(e.moment("sampled")) < 30*24*time.Hour {
				t.Errorf("%s: known %s after it was sampled, want much later", e.text("subject"), e.moment("time").Sub(e.moment("sampled")))
			}
		}
		if e.text("type") == "infusion" && strings.HasPrefix(e.text("unit"), "C1-") || strings.HasPrefix(e.text("unit"), "C2-") {
			days[e.text("time")[:len("2024-09-30")]] = true
		}
	}
	for what, want := range map[string]string{
		"unit:C1-BLOOD reference culture": "negative", "unit:C2-BLOOD reference culture": "positive",
		"unit:C1-DOSE reference culture": "positive", "unit:C2-DOSE reference culture": "positive",
		"unit:C1-DOSE sterility": "positive", "unit:C2-DOSE sterility": "positive",
	} {
		if results[what] != want {
			t.Errorf("%s: got %q, want %q", what, results[what], want)
		}
	}
	if len(days) != 1 || !days["2024-09-30"] {
		t.Errorf("the two were given on %v, want 2024-09-30", days)
	}
}

// Shared is what two courses' cells both came to, in the order of the report: by it alone, and not by any
// engine, there are four that the second case reached no later than the first came away from them.
func TestNKCasesShareFourThingsInOrder(t *testing.T) {
	t.Parallel()
	first, last := map[string]time.Time{}, map[string]time.Time{}
	opened := time.Date(2024, 6, 3, 0, 0, 0, 0, time.UTC) // the day of the second case's blood draw
	for _, e := range events(t, examples.NKJapan) {
		for thing, end := range touched(e) {
			for _, id := range unitsOf(e) {
				switch {
				case strings.HasPrefix(id, "C2-"):
					if was, ok := first[thing]; !ok || e.moment("time").Before(was) {
						first[thing] = e.moment("time")
					}
				case strings.HasPrefix(id, "C1-") && end.After(opened) && end.After(last[thing]):
					last[thing] = end
				}
			}
		}
	}
	cleaned := "CPC/CAB-2" // after the second case's only use of it, and shown
	shipped := "CPC/BOX-2" // after both samples before shipment
	ward := "CLINIC-A/ROOM-1"
	var got []string
	for thing, from := range first {
		if !last[thing].Before(from) && thing != cleaned && thing != shipped && thing != ward {
			got = append(got, thing)
		}
	}
	want := "ALB-25/S1 CPC/BATH-1 CPC/CAB-1 CPC/FRZ-1"
	if s := strings.Join(sorted(got), " "); s != want {
		t.Errorf("got %q, want %q", s, want)
	}
}

// touched names the shared things of an event, each with the end of its use.
func touched(e event) map[string]time.Time {
	end := e.moment("end")
	if end.IsZero() {
		end = e.moment("time")
	}
	all := map[string]time.Time{}
	for _, use := range e.objects("equipment") {
		all[use.text("equipment")] = use.moment("to")
	}
	for _, m := range e.objects("materials") {
		if m.text("aliquot") != "" {
			all[m.text("lot")+"/"+m.text("aliquot")] = end
		}
	}
	for _, name := range []string{"equipment", "room"} {
		if e.text(name) != "" {
			all[e.text(name)] = end
		}
	}
	return all
}

func unitsOf(e event) []string {
	all := append(e.texts("units"), e.texts("inputs")...)
	all = append(all, e.text("unit"))
	for _, name := range []string{"inputs", "outputs"} {
		for _, o := range e.objects(name) {
			all = append(all, o.text("unit"))
		}
	}
	return all
}

func sorted(list []string) []string {
	slices.Sort(list)
	return list
}
