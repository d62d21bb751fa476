package main

import (
	"fmt"
	"time"

	"suyuan/examples/internal/journal"
)

const (
	centre  = "REC-1"
	bank    = "BANK-1"
	quality = "BANK-1/QA-1"
	assay   = "HIV-1 antibody"
	lookID  = "CASE-D-1"
	madeUp  = "SYNTHETIC: the totals are published, this row is not anyone's record"
)

func register(j *journal.Journal) {
	at := eastern("1985-09-02 08:00")
	site := func(id, name string) {
		j.Add("register", at, journal.Fact{
			"subject": "site:" + id, "name": name, "country": "US", "contact": "quality desk, extension 1 (synthetic)", "note": madeUp,
		})
		j.Add("register", at, journal.Fact{"subject": "operator:" + id + "/OP-1"})
	}
	site(centre, "Organ recovery centre (synthetic)")
	site(bank, "Tissue bank (synthetic)")
	for n := 1; n <= hospitals; n++ {
		site(hospital(n), fmt.Sprintf("Hospital %d (synthetic)", n))
	}
	j.Add("register", at, journal.Fact{"subject": "operator:" + quality})
}

// procure takes organs, corneas and raw tissue from the donor, who tests negative: infected, and not yet
// with antibodies. One raw unit becomes the grafts of one kind.
func procure(j *journal.Journal, grafts []graft) {
	taken := eastern("1985-10-01 20:00")
	outputs := []journal.Fact{{"unit": "D-1-LYM", "role": "retained", "product": "lymphocytes"}}
	var fresh []string
	for _, g := range grafts {
		if g.kind.step == "" {
			outputs = append(outputs, journal.Fact{"unit": g.unit, "role": "dose", "product": g.kind.product})
			fresh = append(fresh, g.unit)
		}
	}
	var tissue []string
	for _, k := range kinds() {
		if k.step != "" {
			outputs = append(outputs, journal.Fact{"unit": raw(k), "product": "raw tissue"})
			tissue = append(tissue, raw(k))
		}
	}
	j.AddSpan("collection", taken, taken.Add(6*time.Hour), journal.Fact{
		"donor": "D-1", "site": centre, "outputs": outputs, "consent": "SYN-CONSENT-1", "operators": []string{centre + "/OP-1"}, "note": madeUp,
	})
	j.Add("test", taken.Add(150*time.Minute), journal.Fact{
		"subject": "donor:D-1", "sampled": journal.Stamp(taken.Add(-2 * time.Hour)), "assay": assay, "result": "negative",
		"operators": []string{centre + "/OP-1"},
	})
	j.Add("eligibility", taken.Add(155*time.Minute), journal.Fact{
		"donor": "D-1", "result": "eligible", "basis": "history, and serology negative (synthetic)", "operators": []string{centre + "/OP-1"},
	})
	j.Add("release", taken.Add(7*time.Hour), journal.Fact{
		"units": fresh, "decision": "released", "signed_by": []string{centre + "/OP-1"}, "site": centre,
	})
	move(j, consignment{"SHP-RAW", centre, bank, tissue, taken.Add(8 * time.Hour), true, "1.2", "5.1"})
	for _, unit := range tissue {
		j.Add("test", taken.Add(110*time.Hour), journal.Fact{
			"subject": "unit:" + unit, "sampled": journal.Stamp(taken.Add(12 * time.Hour)), "assay": "bacterial culture", "result": "negative",
			"operators": []string{quality},
		})
	}
}

func raw(k kind) string { return "RAW-" + k.prefix }

func process(j *journal.Journal, grafts []graft) {
	for i, k := range kinds() {
		if k.step == "" {
			continue
		}
		start := eastern("1985-10-07 08:00").AddDate(0, 0, i)
		var outputs []journal.Fact
		for _, g := range grafts {
			if g.kind.prefix == k.prefix {
				outputs = append(outputs, journal.Fact{"unit": g.unit, "role": "dose", "product": k.product})
			}
		}
		j.AddSpan("manufacture", start, start.Add(6*time.Hour), journal.Fact{
			"step": k.step, "site": bank, "batch": "T-" + k.prefix, "inputs": []string{raw(k)}, "outputs": outputs,
			"operators": []string{bank + "/OP-1"},
		})
		j.Add("release", start.Add(14*24*time.Hour), journal.Fact{
			"batch": "T-" + k.prefix, "decision": "released", "signed_by": []string{quality}, "site": bank,
		})
	}
}

// A consignment is units on their way from one site to another.
type consignment struct {
	id, from, to string
	units        []string
	sent         time.Time
	came         bool // otherwise no record says that it did
	min, max     string
}

func move(j *journal.Journal, c consignment) {
	j.Add("shipment", c.sent, journal.Fact{
		"shipment": c.id, "units": c.units, "site": c.from, "to": c.to, "carrier": "courier (synthetic)",
		"due": journal.Stamp(c.sent.Add(72 * time.Hour)), "purpose": "use", "operators": []string{c.from + "/OP-1"},
	})
	if c.came {
		j.Add("arrival", c.sent.Add(3*time.Hour), journal.Fact{
			"shipment": c.id, "site": c.to, "accepted": c.units, "min": c.min, "max": c.max, "uom": "Cel", "seal": "intact",
			"operators": []string{c.to + "/OP-1"},
		})
	}
}

func send(j *journal.Journal, g graft) {
	from := bank
	if g.kind.step == "" {
		from = centre
	}
	move(j, consignment{"SHP-" + g.unit, from, g.to, []string{g.unit}, g.sent, g.fate != silent, g.kind.low, g.kind.high})
}

// implant gives an organ within hours and tissue from a hospital's store after weeks.
func implant(j *journal.Journal, g graft) {
	if g.fate != given {
		return
	}
	at := g.sent.Add(6 * time.Hour)
	if g.kind.step != "" {
		at = g.sent.AddDate(0, 0, g.waits)
	}
	j.Add("infusion", at, journal.Fact{
		"unit": g.unit, "patient": g.patient, "site": g.to, "route": "transplanted", "checks": []string{"name", "number"},
		"operators": []string{g.to + "/OP-1"},
	})
}

// lookBack is the year 1991: the donor's stored cells are positive, every hospital is asked, every recipient
// who is found is called in, every store is counted.
func lookBack(j *journal.Journal, grafts []graft) {
	start := eastern("1991-05-13 10:00")
	j.Add("test", start, journal.Fact{
		"subject": "donor:D-1", "sample": "D-1-LYM", "sampled": "1985-10-01T20:00:00-05:00", "assay": "virus culture", "organism": "HIV-1",
		"result": "positive", "operators": []string{quality},
	})
	j.Add("case", start.Add(time.Hour), journal.Fact{
		"case": lookID, "action": "open", "sources": []string{"donor:D-1"}, "class": "1", "site": bank, "operators": []string{quality},
		"trigger": "stored lymphocytes of the donor are positive for HIV-1", "aware": journal.Stamp(start), "note": madeUp,
	})
	for n := 1; n <= hospitals; n++ {
		ask(j, grafts, hospital(n), start.AddDate(0, 0, n))
	}
	for i, g := range grafts {
		if g.fate == given {
			screen(j, g, start.AddDate(0, 0, 30+i))
		}
	}
}

func ask(j *journal.Journal, grafts []graft, site string, day time.Time) {
	found := at(grafts, site)
	j.Add("case", day, journal.Fact{
		"case": lookID, "action": "notice", "site": site, "to": "transplant coordinator", "channel": "letter",
	})
	j.Add("inventory", day.AddDate(0, 0, 9), journal.Fact{
		"site": site, "units": found, "count": len(found), "operators": []string{site + "/OP-1"}, "note": "what is left of the donor's tissue",
	})
	j.Add("case", day.AddDate(0, 0, 10), journal.Fact{
		"case": lookID, "action": "acknowledge", "site": site, "by": site + "/OP-1", "found": found,
	})
}

// screen calls a recipient in. Why seven were not tested is not in the abstract: here they could not be reached.
func screen(j *journal.Journal, g graft, day time.Time) {
	result := map[string]string{"positive": "infected", "negative": "cleared", "": "unreachable"}[g.result]
	if g.result != "" {
		fact := journal.Fact{
			"subject": "patient:" + g.patient, "sampled": journal.Stamp(day), "assay": assay, "result": g.result,
			"operators": []string{g.to + "/OP-1"},
		}
		if g.result == "positive" {
			fact["organism"] = "HIV-1"
		}
		j.Add("test", day.Add(7*24*time.Hour), fact)
	}
	j.Add("case", day.Add(8*24*time.Hour), journal.Fact{
		"case": lookID, "action": "screen", "patient": g.patient, "result": result, "note": g.kind.product + " of donor D-1",
	})
}
