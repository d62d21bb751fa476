package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"suyuan/examples/internal/journal"
)

// A rehearsal collects the actions of the drill by the time after the alarm.
type rehearsal struct {
	actions []action
	shelf   shelf
}

type action struct {
	after time.Duration
	fact  journal.Fact
}

// played is everything that is done in the 72 hours from the positive result of MSC-26-02, in order.
func played(facts []journal.Fact) *rehearsal {
	r := &rehearsal{shelf: shelf{}}
	for _, f := range facts {
		r.shelf.apply(f)
	}
	r.alert()
	r.notify()
	r.search()
	r.screen()
	r.finish()
	slices.SortStableFunc(r.actions, func(a, b action) int { return cmp.Compare(a.after, b.after) })
	return r
}

// drill is the script of the recall.
func drill(facts []journal.Fact) journal.Fact {
	r := played(facts)
	listed := make([]journal.Fact, len(r.actions))
	for i, a := range r.actions {
		listed[i] = a.fact
	}
	return journal.Fact{
		"case": "DRILL-2026-LECHENG", "profile": "lecheng-72h", "start": journal.Stamp(alarmed().In(journal.Offset(8))),
		"by": desk + "/OP-1", "actions": listed,
	}
}

// do notes an action some minutes after the alarm.
func (r *rehearsal) do(after int, kind string, members journal.Fact) {
	members["do"] = kind
	members["at"] = span(after)
	r.actions = append(r.actions, action{minutes(after), members})
}

// span spells minutes as hours and minutes: 0h, 45m, 1h30m.
func span(n int) string {
	switch {
	case n%60 == 0:
		return fmt.Sprintf("%dh", n/60)
	case n < 60:
		return fmt.Sprintf("%dm", n)
	default:
		return fmt.Sprintf("%dh%dm", n/60, n%60)
	}
}

// alert opens the case on the batch, and at once on the albumin aliquot too: its record shows that the
// rest of it went into a second batch.
func (r *rehearsal) alert() {
	r.do(0, "open", journal.Fact{
		"sources": []string{"batch:MSC-26-02", "aliquot:HSA-25117/A3"}, "class": "1",
		"trigger": "sterility test of MSC-26-02 positive, " + organism + "; doses have been given",
		"note":    "the aliquot is named because the batch record shows it open for two days and used for NK-26-02 as well",
	})
	r.do(5, "trace", journal.Fact{"grade": "possible", "note": "first scope: who and what, at which sites"})
	r.do(20, "hold", journal.Fact{"grade": "confirmed", "note": "all doses of both batches, the four on the way included"})
	r.do(75, "hold", journal.Fact{"grade": "possible", "note": "as a precaution, whatever shared something with them"})
}

func (r *rehearsal) notify() {
	for i, site := range []string{"LC-H1", "LC-H2", "LC-H3", coldStore, depot, factory, donorCentre} {
		channel := "telephone and secure message"
		if strings.HasPrefix(site, "OV-") {
			channel = "secure message, then video call"
		}
		r.do(30+6*i, "notice", journal.Fact{
			"site": site, "to": "quality and duty desk", "channel": channel,
			"note": "URGENT 紧急 / DRILL 演练: stop use, set apart, count, answer within four hours",
		})
	}
	r.do(110, "report", journal.Fact{
		"to": "provincial authority (synthetic)", "kind": "plan", "reference": "DRILL-PLAN-1", "note": "class I: first report and plan",
	})
}

// search is each site's count and its answer: with what shared a tank, a shipper or a room with the two
// batches, all that is there. What is on the way is refused on arrival.
func (r *rehearsal) search() {
	for i, site := range []string{"LC-H1", "LC-H2", "LC-H3", coldStore, factory} {
		found := r.shelf.at(site)
		staff := site + "/OP-1"
		r.record(120+15*i, journal.Fact{"type": "inventory", "site": site, "units": found, "count": len(found), "operators": []string{staff}})
		r.do(128+15*i, "acknowledge", journal.Fact{"site": site, "by": staff, "found": found, "note": "found, locked and labelled"})
	}
	for i, site := range []string{depot, donorCentre} {
		r.do(200+10*i, "acknowledge", journal.Fact{"site": site, "by": site + "/OP-1", "found": []string{}, "note": "nothing here"})
	}
	r.record(46*60, journal.Fact{
		"type": "arrival", "shipment": "SHP-2605", "site": coldStore, "accepted": []string{}, "rejected": doses("MSC-26-02", 13, 16),
		"min": "-191.8", "max": "-178.2", "uom": "Cel", "seal": "intact", "operators": []string{coldStore + "/OP-1"},
		"note": "stopped at customs on the first day, refused under supervision",
	})
	r.record(27*60, journal.Fact{
		"type": "test", "subject": "aliquot:HSA-25117/A3", "sampled": journal.Stamp(alarmed().Add(150 * time.Minute)), "assay": "rapid-microbial",
		"result": "positive", "organism": organism, "operators": []string{factory + "/QC-1"}, "note": "the rest of the aliquot, kept cold since",
	})
	r.record(45*60, journal.Fact{
		"type": "test", "subject": "unit:NK-26-02-S2", "sampled": "2026-01-26T10:20:00+01:00", "assay": sterility,
		"result": "positive", "organism": organism, "operators": []string{factory + "/QC-1"}, "note": "the second batch: same organism",
	})
	r.do(28*60, "trace", journal.Fact{"grade": "possible", "note": "scope again with the aliquot's result: nobody new"})
}

func (r *rehearsal) record(after int, event journal.Fact) {
	r.do(after, "record", journal.Fact{"event": event})
}

// suspected says whether a unit is of one of the two batches that share the aliquot.
func suspected(unit string) bool {
	return strings.HasPrefix(unit, "MSC-26-02-") || strings.HasPrefix(unit, "NK-26-02-")
}

// recipients are the patients of the suspected batches, and all others who were treated.
func recipients() (exposed, others []string) {
	var all []string
	for _, t := range treatments() {
		all = append(all, t.person())
		if suspected(t.unit()) {
			exposed = append(exposed, t.person())
		}
	}
	slices.Sort(all)
	slices.Sort(exposed)
	exposed = slices.Compact(exposed)
	others = slices.DeleteFunc(slices.Compact(all), func(p string) bool { return slices.Contains(exposed, p) })
	return exposed, others
}

// screen draws blood cultures from all exposed patients on the first day; their final readings come
// within the third. One cannot be reached at first, one is infected. Those who got other batches at the
// same hospitals are asked and examined as a precaution.
func (r *rehearsal) screen() {
	exposed, others := recipients()
	for i, patient := range exposed {
		switch patient {
		case "LC-H1/P-08":
			r.do(5*60, "screen", journal.Fact{"patient": patient, "result": "pending", "note": "fever after the infusion, in the chart since"})
			r.do(31*60, "screen", journal.Fact{"patient": patient, "result": "infected", "note": "blood culture: " + organism + "; treated"})
		case "LC-H3/P-11":
			r.do(9*60, "screen", journal.Fact{"patient": patient, "result": "unreachable", "note": "gone home; three calls"})
			r.do(20*60, "screen", journal.Fact{"patient": patient, "result": "pending", "note": "reached through the family doctor; cultures drawn at home"})
			r.do(69*60, "screen", journal.Fact{"patient": patient, "result": "cleared", "note": "two cultures without growth after 48 hours"})
		default:
			r.do(5*60+20*i, "screen", journal.Fact{"patient": patient, "result": "pending", "note": "called in; two blood cultures drawn"})
			r.do(55*60+10*i, "screen", journal.Fact{"patient": patient, "result": "cleared", "note": "two cultures without growth after 48 hours"})
		}
	}
	for i, patient := range others {
		r.do(32*60+15*i, "screen", journal.Fact{"patient": patient, "result": "cleared", "note": "other batch: asked and examined as a precaution"})
	}
	r.record(31*60+10, journal.Fact{
		"type": "followup", "patient": "LC-H1/P-08", "unit": feverLate, "outcome": "infected, under treatment", "organism": organism,
		"site": "LC-H1", "operators": []string{"LC-H1/OP-3"},
	})
}

func (r *rehearsal) finish() {
	for day, kind := range []string{"progress", "progress", "final"} {
		r.do(24*60*(day+1)-90, "report", journal.Fact{
			"to": "provincial authority (synthetic)", "kind": kind, "reference": fmt.Sprintf("DRILL-REPORT-%d", day+1),
		})
	}
	r.do(71*60+30, "close", journal.Fact{
		"conclusion": "traced, held, notified; every exposed patient found and screened within 72 hours, one infected; the albumin aliquot " +
			"HSA-25117/A3 is the likely source. The search for the cause goes on at the factory",
		"signed_by": []string{desk + "/OP-1", desk + "/OP-2"},
	})
}
