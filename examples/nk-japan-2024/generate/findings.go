package main

import (
	"time"

	"suyuan/examples/internal/journal"
)

const (
	organism = "Pseudoxanthomonas mexicana"
	culture  = "reference culture"
	caseID   = "CASE-NK-2024"
)

// clean is every cleaning that was written down: the room before the two cases and after them, their first
// cabinet after each, the freezing container and the cabinet where case 2's tubes were filled before they were
// used. None is on file after what the two shared later.
func (w *world) clean() {
	for _, c := range []struct{ what, id, when string }{
		{"room", "CPC/PREP", "05-29 17:00"},
		{"equipment", "CPC/CAB-2", "05-30 17:00"},
		{"equipment", "CPC/CAB-2", "06-03 17:00"},
		{"room", "CPC/PREP", "06-03 18:00"},
		{"equipment", "CPC/FRZ-1", "06-12 16:00"},
		{"equipment", "CPC/CAB-3", "06-12 17:00"},
	} {
		w.journal.AddSpan("cleaning", jp(c.when), jp(c.when).Add(minutes(45)), journal.Fact{
			c.what: c.id, "verified": true, "method": "sporicide and swab", "site": centre,
		})
	}
}

// alarm is the day of the infusions, and the centre's own results three days later.
func (w *world) alarm() {
	for _, c := range courses() {
		switch {
		case c.published():
			ill := jp("09-30 14:00").Add(minutes(25 * c.n))
			w.journal.Add("followup", ill, journal.Fact{
				"patient": c.patient(), "unit": c.id("DOSE"), "outcome": "in intensive care", "reaction": "sepsis", "grade": "severe",
				"site": hospital, "operators": []string{hospital + "/OP-1"},
			})
			w.result("patient:"+c.patient(), "", ill.Add(minutes(30)), jp("10-07 10:00"), "blood culture", "positive")
			w.result("unit:"+c.id("DOSE"), c.id("QC"), jp("09-29 09:30"), jp("10-03 11:00"), "sterility", "positive")
		case c.thawed != "":
			w.result("unit:"+c.id("DOSE"), c.id("QC"), jp(c.filled+" 09:30"), jp(c.filled+" 09:30").Add(14*24*time.Hour), "sterility", "negative")
		}
	}
}

func (w *world) result(subject, sample string, sampled, reported time.Time, assay, result string) {
	fact := journal.Fact{"subject": subject, "sampled": journal.Stamp(sampled), "assay": assay, "result": result}
	if sample != "" {
		fact["sample"] = sample
	}
	if result == "positive" {
		fact["organism"] = organism
	}
	w.journal.Add("test", reported, fact)
}

// inspect is what came after the emergency order: rooms already cleaned, the bath's water without the
// organism, and the kept samples, looked at half a year after they were taken.
func (w *world) inspect() {
	w.journal.Add("case", jp("10-25 15:00"), journal.Fact{
		"case": caseID, "action": "open", "sources": []string{"unit:C1-DOSE", "unit:C2-DOSE"}, "class": "1",
		"trigger": "sepsis of two patients on the day of their infusions; both sterility tests positive", "aware": "2024-10-24T17:00:00+09:00",
		"site": centre, "operators": []string{centre + "/QA-1"}, "note": madeUp,
	})
	w.journal.Add("case", jp("10-25 16:00"), journal.Fact{
		"case": caseID, "action": "hold", "things": []string{"batch:NK-C1", "batch:NK-C2", "batch:NK-C5", "batch:NK-C6"},
		"site": centre, "operators": []string{centre + "/QA-1"},
	})
	w.journal.AddSpan("cleaning", jp("10-26 09:00"), jp("10-26 12:00"), journal.Fact{
		"room": "CPC/PREP", "verified": false, "method": "wiped", "site": centre, "note": "before any sample was taken in it",
	})
	w.journal.AddLate("environment", jp("10-29 11:00"), jp("11-15 16:00"), journal.Fact{
		"room": "CPC/PREP", "class": "microbial", "result": "in_limit", "site": centre, "note": "surfaces; the room had been cleaned",
	})
	w.journal.AddLate("environment", jp("10-29 11:30"), jp("11-15 16:00"), journal.Fact{
		"equipment": "CPC/BATH-1", "class": "microbial", "result": "in_limit", "site": centre, "note": "water of the bath; not the organism of the two",
	})
	for _, c := range courses()[:2] {
		intake := map[int]string{1: "negative", 2: "positive"}[c.n]
		w.result("unit:"+c.id("BLOOD"), c.id("INTAKE"), jp(c.drawn+" 10:40"), jp("11-15 15:00"), culture, intake)
		w.result("unit:"+c.id("DOSE"), c.id("QC"), jp("09-29 09:30"), jp("11-15 15:00"), culture, "positive")
	}
}
