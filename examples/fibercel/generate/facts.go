package main

import (
	"fmt"
	"slices"
	"time"

	"suyuan/examples/internal/journal"
)

const (
	lot       = "NMDS210011"
	processor = "PROC-1"
	quality   = "PROC-1/QA-1"
	recallID  = "CASE-NMDS210011"
	madeUp    = "SYNTHETIC: the totals are published, this row is not anyone's record"
)

// eastern is the processor's clock: winter time until 14 March 2021.
func eastern(date, clock string) time.Time {
	return state{hours: -5, summer: true}.on(date, clock)
}

func register(j *journal.Journal, sites []facility) {
	at := eastern("2021-01-04", "08:00")
	j.Add("register", at, journal.Fact{
		"subject": "site:" + processor, "name": "Tissue processor (synthetic)", "country": "US",
		"contact": "recall desk, extension 1 (synthetic)", "note": madeUp,
	})
	for _, name := range []string{quality, "PROC-1/OP-1", "PROC-1/OP-2"} {
		j.Add("register", at, journal.Fact{"subject": "operator:" + name, "note": madeUp})
	}
	for _, f := range sites {
		j.Add("register", at, journal.Fact{
			"subject": "site:" + f.id(), "name": fmt.Sprintf("Facility %d (synthetic)", f.number), "country": "US",
			"region": f.place.region, "contact": "tissue coordinator, extension 1 (synthetic)", "note": madeUp,
		})
		j.Add("register", at, journal.Fact{"subject": "operator:" + f.operator()})
	}
}

// manufacture takes one donor's tissue apart: a part is demineralised and becomes the lot, and every unit
// is made from the rest of the tissue and the lot. So the donor and the lot each lead to all units.
func manufacture(j *journal.Journal) {
	j.Add("eligibility", eastern("2021-01-11", "09:00"), journal.Fact{
		"donor": "D-1", "result": "eligible", "basis": "history and serology; tuberculosis is not among the tests (synthetic)",
		"operators": []string{quality},
	})
	j.Add("collection", eastern("2021-01-11", "14:00"), journal.Fact{
		"donor": "D-1", "site": processor, "consent": "SYN-CONSENT-1", "operators": []string{"PROC-1/OP-1"},
		"outputs": []journal.Fact{{"unit": lot + "-T", "product": "donor bone (synthetic)"}}, "note": madeUp,
	})
	j.AddSpan("manufacture", eastern("2021-01-18", "08:00"), eastern("2021-01-18", "16:00"), journal.Fact{
		"step": "demineralise", "site": processor, "operators": []string{"PROC-1/OP-2"},
		"inputs":  []journal.Fact{{"unit": lot + "-T", "rest": true}},
		"outputs": []journal.Fact{{"lot": lot, "product": "demineralised bone of donor D-1 (synthetic)"}},
	})
	j.AddSpan("manufacture", eastern("2021-01-19", "08:00"), eastern("2021-01-19", "18:00"), journal.Fact{
		"step": "fill", "site": processor, "batch": lot, "operators": []string{"PROC-1/OP-1", "PROC-1/OP-2"},
		"inputs": []string{lot + "-T"}, "materials": []journal.Fact{{"lot": lot}}, "outputs": doses(),
	})
	j.Add("release", eastern("2021-02-22", "10:00"), journal.Fact{
		"batch": lot, "decision": "released", "signed_by": []string{quality},
	})
}

func doses() []journal.Fact {
	units := make([]journal.Fact, unitsMade)
	for i := range units {
		units[i] = journal.Fact{"unit": fmt.Sprintf("FC-%03d", i+1), "role": "dose", "product": "viable bone matrix"}
	}
	return units
}

func deliver(j *journal.Journal, f facility) {
	for i, c := range f.consigned {
		id := fmt.Sprintf("SHP-%02d-%d", f.number, i+1)
		j.Add("shipment", eastern(c.sent, "15:00"), journal.Fact{
			"shipment": id, "units": c.units, "site": processor, "to": f.id(), "carrier": "parcel on dry ice (synthetic)",
			"due": journal.Stamp(f.place.on(c.came, "17:00")), "low": "-90", "high": "-60", "uom": "Cel",
			"purpose": "use", "operators": []string{"PROC-1/OP-2"},
		})
		j.Add("arrival", f.place.on(c.came, "10:30"), journal.Fact{
			"shipment": id, "site": f.id(), "accepted": c.units, "min": "-79", "max": "-71", "uom": "Cel",
			"seal": "intact", "operators": []string{f.operator()},
		})
	}
}

func implant(j *journal.Journal, f facility) {
	for _, op := range f.operations {
		for i, unit := range op.units {
			j.Add("infusion", f.place.on(op.date, "09:00").Add(time.Duration(f.number+10*i)*time.Minute), journal.Fact{
				"unit": unit, "patient": op.patient, "site": f.id(), "route": "implanted in bone",
				"checks": []string{"name", "birth_date", "wristband"}, "operators": []string{f.operator()},
			})
		}
	}
}

// book leaves two of the units that were sequestered booked for patients who never got them.
func book(j *journal.Journal, sites []facility) {
	for _, b := range []struct {
		site    int
		patient string
	}{{bookedSite, "P-114"}, {21, "P-115"}} {
		f := sites[b.site-1]
		j.Add("allocation", f.place.on("2021-05-20", "11:00"), journal.Fact{
			"units": f.kept[:1], "patient": b.patient, "due": journal.Stamp(f.place.on("2021-06-08", "09:00")),
			"site": f.id(), "operators": []string{f.operator()},
		})
	}
}

// recall opens the case on the day of the alert and holds only on the day of the recall: what was
// implanted between is what a hold at the alert would have stopped.
func recall(j *journal.Journal, sites []facility) {
	j.Add("case", eastern("2021-05-25", "16:00"), journal.Fact{
		"case": recallID, "action": "open", "sources": []string{"lot:" + lot}, "class": "1",
		"trigger": "tuberculosis in several patients of one hospital after implantation of units of one lot",
		"site":    processor, "operators": []string{quality}, "note": madeUp,
	})
	j.Add("case", eastern("2021-06-02", "12:00"), journal.Fact{
		"case": recallID, "action": "hold", "things": []string{"lot:" + lot, "batch:" + lot},
		"site": processor, "operators": []string{quality},
	})
	for _, f := range sites {
		told := eastern("2021-06-02", "12:30").Add(time.Duration(f.number) * 3 * time.Minute)
		j.Add("case", told, journal.Fact{
			"case": recallID, "action": "notice", "site": f.id(), "to": "tissue coordinator", "channel": "telephone and letter",
		})
		answer(j, f)
	}
}

// answer is what a facility found after the notice; where something was found it was counted too.
func answer(j *journal.Journal, f facility) {
	day := []string{"2021-06-03", "2021-06-04"}[f.number%2]
	at := f.place.on(day, "09:00").Add(time.Duration(f.number*11) * time.Minute)
	found := slices.Sorted(slices.Values(f.kept))
	if len(found) > 0 {
		j.Add("inventory", at.Add(-10*time.Minute), journal.Fact{
			"site": f.id(), "units": found, "count": len(found), "operators": []string{f.operator()},
			"note": "set apart and sealed",
		})
	}
	if found == nil {
		found = []string{}
	}
	j.Add("case", at, journal.Fact{
		"case": recallID, "action": "acknowledge", "site": f.id(), "by": f.operator(), "found": found,
	})
}
