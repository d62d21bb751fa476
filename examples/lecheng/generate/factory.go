package main

import (
	"fmt"
	"time"

	"suyuan/examples/internal/journal"
)

// A batch is one production run, from its donors to the release.
type batch struct {
	id, product       string
	donors            []string
	collected, opened string // days of collection and of the first open step
	filled            string // day of harvest, formulation, fill and freezing
	aliquot           string // of the albumin lot HSA-25117
	doses             int
	final, decided    string // days of the first sterility result and of the release
	valid             bool   // the first sterility test was valid, and negative
}

// batches: aliquot A3 of the albumin was opened for MSC-26-02, kept cold for two days and used again for
// NK-26-02. Nothing else went into just these two.
func batches() []batch {
	return []batch{
		{"MSC-26-01", "OV-MSC-01", []string{"D-01"}, "01-07", "01-08", "01-22", "A1", 14, "02-05", "02-06", true},
		{"NK-26-01", "OV-NK-01", []string{"D-04"}, "01-08", "01-09", "01-23", "A2", 12, "02-06", "02-07", true},
		{"MSC-26-02", "OV-MSC-01", []string{"D-02", "D-03"}, "01-08", "01-09", "01-24", "A3", 18, "02-09", "02-03", false},
		{"NK-26-02", "OV-NK-01", []string{"D-05"}, "01-12", "01-13", "01-26", "A3", 10, "02-09", "02-05", false},
	}
}

func (b batch) nk() bool { return b.product == "OV-NK-01" }

// dose names the n-th dose, from 1.
func (b batch) dose(n int) string { return fmt.Sprintf("%s-D%02d", b.id, n) }

// A lane is where and by whom a product is made: one room, cabinet and operator each. Batches that grow at
// one time never stand in one incubator.
type lane struct{ room, cabinet, incubator, operator string }

func (b batch) lane() lane {
	if b.nk() {
		return lane{factory + "/ROOM-B", factory + "/CAB-2", factory + "/INC-" + b.second("2", "4"), factory + "/OP-2"}
	}
	return lane{factory + "/ROOM-A", factory + "/CAB-1", factory + "/INC-" + b.second("1", "3"), factory + "/OP-1"}
}

// second picks for the second batch of a product what the first one has not.
func (b batch) second(first, second string) string {
	if b.id[len(b.id)-1] == '2' {
		return second
	}
	return first
}

func (w *world) produce(b batch) {
	var grown []string
	for i, donor := range b.donors {
		start := w.collect(b, donor, minutes(45*i))
		grown = append(grown, w.culture(b, start, i+1)...)
	}
	w.harvest(b, grown)
	w.fill(b)
	w.watch(b)
	w.judge(b)
}

// collect takes the cells from the donor, brings them to the factory and returns their unit.
func (w *world) collect(b batch, donor string, shift time.Duration) string {
	unit, who := donor+"-COL", donorCentre+"/"+donor
	w.journal.Add("eligibility", eu("01-05 15:00").Add(minutes(w.rnd.IntN(60))), journal.Fact{
		"donor": who, "result": "eligible", "basis": "history, serology and NAT panel (synthetic)", "operators": []string{donorCentre + "/OP-2"},
	})
	at := eu(b.collected + " 08:30").Add(shift)
	fact := journal.Fact{
		"donor": who, "site": donorCentre, "room": donorCentre + "/COL-1", "consent": "SYN-CONSENT-" + donor,
		"operators": []string{donorCentre + "/OP-1", donorCentre + "/OP-2"},
	}
	if b.nk() {
		fact["materials"] = []journal.Fact{{"lot": "APH-25009"}, {"lot": "ACD-2509"}}
		fact["equipment"] = []journal.Fact{use(donorCentre+"/APH-1", at, at.Add(minutes(180)))}
		fact["outputs"] = []journal.Fact{{"unit": unit, "product": "leukapheresis", "quantity": w.tenths(1800, 2200), "uom": "mL"}}
		w.journal.AddSpan("collection", at, at.Add(minutes(180)), fact)
	} else {
		fact["materials"] = []journal.Fact{{"lot": "KIT-2511"}}
		fact["outputs"] = []journal.Fact{{"unit": unit, "product": "umbilical cord tissue", "quantity": w.tenths(250, 400), "uom": "g"}}
		w.journal.AddSpan("collection", at, at.Add(minutes(30)), fact)
	}
	w.bring(b, unit, eu(b.collected+" 13:00").Add(shift))
	return unit
}

// bring is the drive from the donor centre to the factory, with the intake sample. There is none for
// donor D-03: a gap that a trace has to show.
func (w *world) bring(b batch, unit string, at time.Time) {
	box := donorCentre + "/BOX-1"
	if b.nk() {
		box = donorCentre + "/BOX-2"
	}
	w.journal.Add("shipment", at, journal.Fact{
		"shipment": "COL-" + unit, "units": []string{unit}, "site": donorCentre, "to": factory, "equipment": box,
		"carrier": "courier (synthetic)", "low": "2", "high": "8", "uom": "Cel", "operators": []string{donorCentre + "/OP-1"},
		"due": journal.Stamp(at.Add(minutes(240))),
	})
	came := at.Add(minutes(80 + w.rnd.IntN(30)))
	w.journal.Add("arrival", came, journal.Fact{
		"shipment": "COL-" + unit, "site": factory, "accepted": []string{unit}, "min": w.tenths(28, 40), "max": w.tenths(52, 70),
		"uom": "Cel", "seal": "intact", "operators": []string{factory + "/OP-3"},
	})
	if unit == "D-03-COL" {
		return
	}
	drawn := came.Add(minutes(30))
	w.sample(unit, unit+"-IQ", drawn)
	w.journal.Add("test", drawn.Add(minutes(600)), journal.Fact{
		"subject": "unit:" + unit, "sample": unit + "-IQ", "sampled": journal.Stamp(drawn), "assay": "rapid-microbial",
		"result": "negative", "operators": []string{factory + "/QC-1"},
	})
	w.disposeSample(unit+"-IQ", drawn.Add(minutes(660)))
}

// culture opens the collected cells and grows them in two containers; it returns these.
func (w *world) culture(b batch, unit string, n int) []string {
	l := b.lane()
	step, materials := "isolate", []journal.Fact{{"lot": "MED-26001"}, {"lot": "TRY-25015"}}
	if b.nk() {
		step, materials = "enrich", []journal.Fact{{"lot": "MED-26001"}, {"lot": "NKK-25013"}}
	}
	first := fmt.Sprintf("%s-P%d", b.id, n)
	at := eu(b.opened + " 09:00").Add(minutes(100 * (n - 1)))
	w.journal.AddSpan("manufacture", at, at.Add(minutes(90)), journal.Fact{
		"step": step, "site": factory, "room": l.room, "batch": b.id, "inputs": []string{unit}, "materials": materials,
		"outputs": []journal.Fact{{"unit": first}}, "operators": []string{l.operator, factory + "/OP-3"},
		"equipment": []journal.Fact{use(l.cabinet, at, at.Add(minutes(90)))},
	})
	grown := []string{first + "A", first + "B"}
	if b.nk() {
		materials = []journal.Fact{{"lot": "MED-26001"}, {"lot": "IL2-25008"}}
	}
	start, end := at.Add(minutes(95)), eu(b.filled+" 08:00")
	w.journal.AddSpan("manufacture", start, end, journal.Fact{
		"step": "expand", "site": factory, "room": l.room, "batch": b.id, "inputs": []string{first}, "materials": materials,
		"outputs": []journal.Fact{{"unit": grown[0]}, {"unit": grown[1]}}, "operators": []string{l.operator},
		"equipment": []journal.Fact{{
			"equipment": l.incubator, "from": journal.Stamp(start), "to": journal.Stamp(end), "position": fmt.Sprintf("shelf %d", n),
		}},
	})
	return grown
}

// harvest pools what grew, tests the pool and formulates it with albumin.
func (w *world) harvest(b batch, grown []string) {
	l, at := b.lane(), eu(b.filled+" 08:30")
	pool := b.id + "-POOL"
	w.journal.AddSpan("manufacture", at, at.Add(minutes(30)), journal.Fact{
		"step": "pool", "site": factory, "room": l.room, "batch": b.id, "inputs": grown, "materials": []journal.Fact{{"lot": "TRY-25015"}},
		"outputs": []journal.Fact{{"unit": pool}}, "operators": []string{l.operator, factory + "/OP-3"},
		"equipment": []journal.Fact{use(l.cabinet, at, at.Add(minutes(30)))},
	})
	drawn := at.Add(minutes(35))
	w.sample(pool, b.id+"-IP", drawn)
	w.inProcess(b, pool, drawn)
	mix := at.Add(minutes(75))
	w.journal.AddSpan("manufacture", mix, mix.Add(minutes(25)), journal.Fact{
		"step": "formulate", "site": factory, "room": l.room, "batch": b.id, "inputs": []string{pool},
		"materials": []journal.Fact{
			{"lot": "HSA-25117", "aliquot": b.aliquot, "quantity": "40", "uom": "mL"},
			{"lot": "DMSO-25031", "quantity": "30", "uom": "mL"},
		},
		"outputs": []journal.Fact{{"unit": b.id + "-BULK"}}, "operators": []string{l.operator, factory + "/OP-3"},
		"equipment": []journal.Fact{use(l.cabinet, mix, mix.Add(minutes(25)))},
		"values":    map[string]string{"viable-cells-per-mL": fmt.Sprint(1_000_000 * (9 + w.rnd.IntN(4)))},
	})
}

// fill makes the doses, two sterility samples and two retained samples, and freezes and stores them.
func (w *world) fill(b batch) {
	at := eu(b.filled + " 10:20")
	var outputs []journal.Fact
	var frozen []string
	codes := map[string][]string{}
	for n := 1; n <= b.doses; n++ {
		outputs = append(outputs, journal.Fact{
			"unit": b.dose(n), "role": "dose", "product": b.product, "quantity": "20", "uom": "mL", "expires": "2028-01-31T23:59:59+01:00",
		})
		frozen = append(frozen, b.dose(n))
		codes["unit:"+b.dose(n)] = []string{fmt.Sprintf("SYN/%s/%03d", b.id, n)}
	}
	for _, s := range []struct{ name, role string }{{"S1", "sample"}, {"S2", "sample"}, {"R1", "retained"}, {"R2", "retained"}} {
		outputs = append(outputs, journal.Fact{"unit": b.id + "-" + s.name, "role": s.role, "quantity": "5", "uom": "mL"})
	}
	frozen = append(frozen, b.id+"-R1", b.id+"-R2")
	w.journal.AddSpan("manufacture", at, at.Add(minutes(75)), journal.Fact{
		"step": "fill", "site": factory, "room": factory + "/FILL", "batch": b.id, "inputs": []string{b.id + "-BULK"},
		"materials": []journal.Fact{{"lot": "BAG-25204"}}, "outputs": outputs, "codes": codes,
		"operators": []string{b.lane().operator, factory + "/OP-3"},
	})
	cold := at.Add(minutes(80))
	w.journal.AddSpan("manufacture", cold, cold.Add(minutes(90)), journal.Fact{
		"step": "freeze", "site": factory, "units": frozen, "operators": []string{factory + "/OP-3"},
		"equipment": []journal.Fact{use(factory+"/CRF-1", cold, cold.Add(minutes(90)))},
		"values":    map[string]string{"end-temperature-Cel": w.tenths(-1230, -1200)},
	})
	w.journal.Add("store", cold.Add(minutes(100)), journal.Fact{
		"units": frozen, "equipment": factory + "/TANK-1", "position": "rack " + b.id, "phase": "vapour", "site": factory,
		"operators": []string{factory + "/OP-3"},
	})
}

func use(equipment string, from, to time.Time) journal.Fact {
	return journal.Fact{"equipment": equipment, "from": journal.Stamp(from), "to": journal.Stamp(to)}
}
