package main

import (
	"time"

	"suyuan/examples/internal/journal"
)

const (
	sterility = "sterility-14d"
	organism  = "Burkholderia cepacia complex"
)

// sample draws a small part off a unit that goes on.
func (w *world) sample(from, name string, at time.Time) {
	w.journal.Add("manufacture", at, journal.Fact{
		"step": "sample", "site": factory, "inputs": []journal.Fact{{"unit": from, "rest": true}},
		"outputs": []journal.Fact{{"unit": name, "role": "sample"}}, "operators": []string{factory + "/QC-1"},
	})
}

func (w *world) disposeSample(name string, at time.Time) {
	w.journal.Add("disposal", at, journal.Fact{
		"units": []string{name}, "method": "tested", "site": factory, "operators": []string{factory + "/QC-1"},
	})
}

// inProcess is what is known before the pool is formulated.
func (w *world) inProcess(b batch, pool string, drawn time.Time) {
	w.journal.Add("test", drawn.Add(minutes(15)), journal.Fact{
		"subject": "unit:" + pool, "sample": b.id + "-IP", "sampled": journal.Stamp(drawn), "assay": "viability", "result": "pass",
		"value": w.tenths(930, 985), "low": "80", "uom": "%", "operators": []string{factory + "/QC-1"},
	})
	w.journal.Add("test", drawn.Add(minutes(30)), journal.Fact{
		"subject": "unit:" + pool, "sample": b.id + "-IP", "sampled": journal.Stamp(drawn), "assay": "gram-stain", "result": "negative",
		"operators": []string{factory + "/QC-1"},
	})
	w.disposeSample(b.id+"-IP", drawn.Add(minutes(35)))
}

// watch is the surveillance of the filling: particles at once, plates after five days of incubation, and
// the cleaning that follows. After MSC-26-02 the cabinet's swab got lost: that cleaning is not verified.
// After the first open step the cabinet, and after each run the freezer, are wiped and not swabbed.
func (w *world) watch(b batch) {
	at, l := eu(b.filled+" 10:20"), b.lane()
	qc := []string{factory + "/QC-1"}
	w.journal.Add("environment", at, journal.Fact{
		"room": factory + "/FILL", "class": "particles", "result": "in_limit", "value": w.tenths(1000, 18000), "limit": "3520",
		"uom": "/m3", "site": factory, "operators": qc,
	})
	for _, room := range []string{factory + "/FILL", l.room} {
		w.journal.AddLate("environment", at.Add(minutes(5)), at.Add(120*time.Hour), journal.Fact{
			"room": room, "class": "microbial", "result": "in_limit", "value": "0", "limit": "1", "uom": "CFU", "site": factory,
			"operators": qc, "note": "settle plate, five days of incubation",
		})
	}
	w.journal.AddSpan("cleaning", at.Add(minutes(220)), at.Add(minutes(280)), journal.Fact{
		"room": factory + "/FILL", "verified": true, "method": "hydrogen peroxide vapour", "site": factory, "operators": qc,
	})
	w.journal.AddSpan("cleaning", at.Add(minutes(220)), at.Add(minutes(250)), journal.Fact{
		"equipment": l.cabinet, "verified": b.id != "MSC-26-02", "method": "sporicidal wipe and swab", "site": factory, "operators": qc,
	})
	w.wipe(l.cabinet, eu(b.opened+" 13:00"))
	w.wipe(factory+"/CRF-1", at.Add(minutes(180)))
}

func (w *world) wipe(equipment string, at time.Time) {
	w.journal.AddSpan("cleaning", at, at.Add(minutes(20)), journal.Fact{
		"equipment": equipment, "verified": false, "method": "wiped with alcohol", "site": factory, "operators": []string{factory + "/OP-3"},
	})
}

// judge tests the filled batch and releases it: on all results, or on condition that sterility follows.
func (w *world) judge(b batch) {
	sampled := eu(b.filled + " 10:20")
	early := sampled.Add(48 * time.Hour)
	w.finished(b, early, "endotoxin", journal.Fact{"value": "0." + []string{"05", "08", "11"}[w.rnd.IntN(3)], "high": "0.5", "uom": "EU/mL"})
	w.finished(b, early.Add(minutes(90)), "identity", journal.Fact{})
	w.finished(b, early.Add(7*24*time.Hour), "mycoplasma", journal.Fact{"result": "negative"})

	final := eu(b.final + " 15:30")
	fact := journal.Fact{"result": "negative"}
	if !b.valid {
		fact = journal.Fact{"result": "inconclusive", "note": "growth control failed; to be repeated from sample S2"}
	}
	w.sterile(b, "S1", final, fact)
	w.disposeSample(b.id+"-S1", final.Add(minutes(45)))

	release := journal.Fact{"batch": b.id, "decision": "released", "signed_by": []string{factory + "/QP-1"}, "site": factory}
	if !b.valid {
		release["decision"] = "conditional"
		release["pending"] = []string{sterility}
		release["requested_by"] = "LC-H1/OP-3"
		release["note"] = "urgent patients; on condition that sterility is reported as soon as it is known"
	}
	w.journal.Add("release", eu(b.decided+" 16:30"), release)
}

func (w *world) finished(b batch, at time.Time, assay string, more journal.Fact) {
	fact := journal.Fact{
		"subject": "batch:" + b.id, "sample": b.id + "-S1", "sampled": journal.Stamp(eu(b.filled + " 10:20")), "assay": assay,
		"result": "pass", "operators": []string{factory + "/QC-1"},
	}
	for name, value := range more {
		fact[name] = value
	}
	w.journal.Add("test", at, fact)
}

func (w *world) sterile(b batch, sample string, at time.Time, more journal.Fact) {
	fact := journal.Fact{
		"subject": "unit:" + b.id + "-" + sample, "sampled": journal.Stamp(eu(b.filled + " 10:20")), "assay": sterility,
		"operators": []string{factory + "/QC-1"},
	}
	for name, value := range more {
		fact[name] = value
	}
	w.journal.Add("test", at, fact)
}

// alarm is the last event: the repeated sterility test, positive, after nine doses have been given.
func (w *world) alarm() {
	for _, b := range batches() {
		if b.id == "MSC-26-02" {
			w.sterile(b, "S2", alarmed(), journal.Fact{
				"result": "positive", "organism": organism, "note": "repeat test, growth on day 12, identified on day 15",
			})
		}
	}
}

func alarmed() time.Time { return eu("03-03 09:10") }
