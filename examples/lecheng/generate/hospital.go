package main

import (
	"fmt"
	"time"

	"suyuan/examples/internal/journal"
)

// A treatment is one dose given to one patient.
type treatment struct {
	hospital int
	when     string
	batch    string
	dose     int
	patient  int
}

// treatments: H1's P-01 got a dose of a clean batch and later one of MSC-26-02, H3's P-07 got one of each
// of the two batches that share aliquot A3, H1's P-07 two of MSC-26-02.
func treatments() []treatment {
	return []treatment{
		{1, "02-11 10:00", "MSC-26-01", 1, 1},
		{1, "02-11 14:00", "MSC-26-01", 2, 2},
		{1, "02-12 10:00", "MSC-26-01", 3, 3},
		{1, "02-14 10:00", "NK-26-01", 1, 4},
		{1, "02-14 14:00", "NK-26-01", 2, 5},
		{1, "02-16 10:00", "MSC-26-02", 1, 7},
		{1, "02-16 14:00", "MSC-26-02", 2, 8},
		{1, "02-17 10:00", "NK-26-01", 3, 6},
		{1, "02-18 10:00", "MSC-26-02", 3, 7},
		{1, "02-19 10:00", "MSC-26-02", 4, 1},
		{1, "02-20 10:00", "NK-26-02", 1, 9},
		{2, "02-11 10:30", "MSC-26-01", 5, 1},
		{2, "02-12 10:30", "MSC-26-01", 6, 2},
		{2, "02-13 10:30", "MSC-26-01", 7, 3},
		{2, "02-17 10:30", "MSC-26-02", 6, 8},
		{2, "02-17 14:30", "MSC-26-02", 7, 9},
		{2, "02-18 10:30", "NK-26-01", 4, 4},
		{2, "02-18 14:30", "NK-26-01", 5, 5},
		{2, "02-19 10:30", "NK-26-01", 6, 6},
		{2, "02-20 10:30", "NK-26-01", 7, 7},
		{2, "02-24 10:30", "MSC-26-02", 8, 10},
		{3, "02-12 11:00", "MSC-26-01", 9, 1},
		{3, "02-12 15:00", "MSC-26-01", 10, 2},
		{3, "02-13 11:00", "MSC-26-01", 11, 3},
		{3, "02-16 11:00", "MSC-26-02", 10, 7},
		{3, "02-16 15:00", "NK-26-01", 9, 5},
		{3, "02-17 11:00", "NK-26-01", 10, 6},
		{3, "02-18 11:00", "MSC-26-02", 11, 8},
		{3, "02-19 11:00", "NK-26-02", 3, 9},
		{3, "02-19 15:00", "NK-26-02", 4, 10},
		{3, "02-23 11:00", "NK-26-02", 5, 11},
		{3, "02-24 11:00", "MSC-26-01", 12, 4},
		{3, "02-25 11:00", "NK-26-02", 6, 7},
	}
}

// Doses and follow-ups that did not go as the others.
const (
	givenLate   = "NK-26-01-D02"  // given after its thawed life had ended: a declared deviation
	feverLate   = "MSC-26-02-D02" // the fever after it was entered eight days later
	mistyped    = "NK-26-01-D05"  // the temperature of its follow-up was mistyped and replaced
	crackedDose = "MSC-26-01-D04"
)

func (t treatment) site() string { return fmt.Sprintf("LC-H%d", t.hospital) }

func (t treatment) person() string { return fmt.Sprintf("%s/P-%02d", t.site(), t.patient) }

func (t treatment) unit() string { return batch{id: t.batch}.dose(t.dose) }

func (t treatment) tank() string { return transfer{hospital: t.hospital, batch: t.batch}.tank() }

func (w *world) treat() {
	for _, t := range treatments() {
		w.prepare(t)
		w.give(t)
		w.follow(t)
	}
	w.reserve("LC-H1", "MSC-26-02-D05", "LC-H1/P-04", "03-05 10:00")
	w.reserve("LC-H2", "MSC-26-02-D09", "LC-H2/P-11", "03-04 10:30")
	w.breakBag()
}

func (w *world) reserve(site, unit, patient, due string) {
	w.journal.Add("allocation", cn("02-26 15:00"), journal.Fact{
		"units": []string{unit}, "patient": patient, "due": journal.Stamp(cn(due)), "site": site, "operators": []string{site + "/OP-3"},
	})
}

// prepare books the dose, takes it out of the tank and thaws it; thawed it lives for an hour.
func (w *world) prepare(t treatment) {
	at, lab := cn(t.when), []string{t.site() + "/OP-1"}
	if t.unit() == givenLate {
		at = at.Add(-minutes(55))
	}
	w.journal.Add("allocation", at.Add(-20*time.Hour), journal.Fact{
		"units": []string{t.unit()}, "patient": t.person(), "due": journal.Stamp(cn(t.when)), "site": t.site(),
		"operators": []string{t.site() + "/OP-3"},
	})
	w.journal.Add("retrieve", at.Add(-minutes(35+w.rnd.IntN(4))), journal.Fact{
		"units": []string{t.unit()}, "equipment": t.tank(), "phase": "vapour", "site": t.site(), "operators": lab,
	})
	bath := at.Add(-minutes(30))
	w.journal.AddSpan("manufacture", bath, bath.Add(minutes(8)), journal.Fact{
		"step": "thaw", "site": t.site(), "room": t.site() + "/THAW", "units": []string{t.unit()}, "operators": lab,
		"materials": []journal.Fact{{"lot": fmt.Sprintf("NS-2601-H%d", t.hospital)}},
		"equipment": []journal.Fact{use(t.site()+"/BATH-1", bath, bath.Add(minutes(8)))},
		"changes":   []journal.Fact{{"unit": t.unit(), "expires": journal.Stamp(bath.Add(minutes(68)))}},
	})
}

func (w *world) give(t treatment) {
	at := cn(t.when)
	fact := journal.Fact{
		"unit": t.unit(), "patient": t.person(), "site": t.site(), "room": t.site() + "/WARD-A", "route": "intravenous",
		"volume": "20", "uom": "mL", "checks": []string{"name", "birth_date", "wristband"},
		"operators": []string{t.site() + "/OP-2", t.site() + "/OP-3"},
	}
	if t.unit() == givenLate {
		fact["deviation"] = journal.Fact{
			"rules": []string{"expired"}, "happened": true, "approved_by": []string{"LC-H1/OP-1", "LC-H1/OP-3"},
			"reason": "the vein had to be punctured again; given 17 minutes after the thawed life of one hour had ended",
		}
	}
	w.journal.AddSpan("infusion", at, at.Add(minutes(15+w.rnd.IntN(10))), fact)
}

// follow looks at the patient a day later. One fever is entered eight days late, one value is replaced.
func (w *world) follow(t treatment) {
	at := cn(t.when).Add(24 * time.Hour)
	fact := journal.Fact{
		"patient": t.person(), "unit": t.unit(), "outcome": "no reaction", "measure": "body temperature",
		"value": w.tenths(362, 371), "uom": "Cel", "site": t.site(), "operators": []string{t.site() + "/OP-2"},
	}
	switch t.unit() {
	case feverLate:
		at = cn("02-17 02:30")
		fact["outcome"], fact["reaction"], fact["value"] = "recovered", "fever and chills", "38.9"
		fact["note"] = "found in the ward's paper chart and entered eight days later"
		w.journal.AddLate("followup", at, at.Add(200*time.Hour), fact)
	case mistyped:
		fact["value"], fact["id"] = "73.6", w.uuid()
		w.journal.Add("followup", at, fact)
		right := journal.Fact{}
		for name, value := range fact {
			right[name] = value
		}
		delete(right, "id")
		right["value"], right["replaces"], right["note"] = "37.6", fact["id"], "digits had been swapped"
		w.journal.AddLate("followup", at, at.Add(3*time.Hour), right)
	default:
		w.journal.Add("followup", at, fact)
	}
}

// breakBag: a bag found cracked when it was taken out is destroyed.
func (w *world) breakBag() {
	w.journal.Add("retrieve", cn("02-16 08:50"), journal.Fact{
		"units": []string{crackedDose}, "equipment": "LC-H1/TANK-1", "phase": "vapour", "site": "LC-H1", "operators": []string{"LC-H1/OP-1"},
	})
	w.journal.Add("disposal", cn("02-16 09:10"), journal.Fact{
		"units": []string{crackedDose}, "method": "destroyed", "witness": "LC-H1/OP-3", "site": "LC-H1",
		"operators": []string{"LC-H1/OP-1"}, "note": "port of the bag cracked; autoclaved",
	})
}

// upkeep cleans baths and thaw rooms. One cleaning of H2's bath was entered and had not been done.
func (w *world) upkeep() {
	for n := 1; n <= 3; n++ {
		site := fmt.Sprintf("LC-H%d", n)
		lab := []string{site + "/OP-1"}
		for i, day := range []string{"02-13", "02-20", "02-27"} {
			start := cn(day + " 17:00").Add(minutes(10 * n))
			w.journal.AddSpan("cleaning", start, start.Add(minutes(30)), journal.Fact{
				"equipment": site + "/BATH-1", "verified": i == 2, "method": "water changed, wiped with disinfectant", "site": site, "operators": lab,
			})
		}
		w.journal.AddLate("environment", cn("02-18 09:00"), cn("02-23 09:00"), journal.Fact{
			"room": site + "/THAW", "class": "microbial", "result": "in_limit", "value": "2", "limit": "10", "uom": "CFU",
			"site": site, "operators": lab, "note": "settle plate, five days of incubation",
		})
	}
	wrong := w.journal.AddSpan("cleaning", cn("02-17 17:30"), cn("02-17 18:00"), journal.Fact{
		"id": w.uuid(), "equipment": "LC-H2/BATH-1", "verified": true, "method": "sporicide and water test", "site": "LC-H2",
		"operators": []string{"LC-H2/OP-1"},
	})
	w.journal.Add("correction", cn("02-26 10:00"), journal.Fact{
		"corrects": wrong["id"], "reason": "did_not_occur", "site": "LC-H2", "operators": []string{"LC-H2/OP-3"},
		"note": "planned and ticked off, but no water test is on file for that day",
	})
}
