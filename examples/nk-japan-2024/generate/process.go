package main

import (
	"time"

	"suyuan/examples/internal/journal"
)

const (
	clinicA  = "CLINIC-A"
	clinicB  = "CLINIC-B"
	centre   = "CPC"
	hospital = "HOSP-X"
	madeUp   = "SYNTHETIC: the findings are published, this row is not anyone's record"
)

func (w *world) register() {
	at := jp("04-01 09:00")
	add := func(subject string, members journal.Fact) {
		members["subject"] = subject
		w.journal.Add("register", at, members)
	}
	for _, s := range []struct{ id, name string }{
		{clinicA, "Clinic A, gives the cells (synthetic)"},
		{clinicB, "Clinic B, takes the blood (synthetic)"},
		{centre, "Cell processing centre of clinic B (synthetic)"},
		{hospital, "Hospital X (synthetic)"},
	} {
		add("site:"+s.id, journal.Fact{"name": s.name, "country": "JP", "contact": "duty desk, extension 1 (synthetic)", "note": madeUp})
		add("operator:"+s.id+"/OP-1", journal.Fact{})
	}
	add("operator:"+centre+"/QA-1", journal.Fact{})
	for _, r := range []struct{ room, site string }{{"CLINIC-A/ROOM-1", clinicA}, {"CLINIC-B/DRAW", clinicB}, {"CPC/PREP", centre}} {
		add("room:"+r.room, journal.Fact{"at": r.site})
	}
	for _, name := range []string{
		"CAB-1", "CAB-2", "CAB-3", "CAB-4", "CF-1", "CF-2", "CF-3", "CF-4", "INC-1", "INC-2", "INC-3", "INC-4",
		"FRZ-1", "TANK-1", "TANK-2", "TANK-3", "BATH-1", "BATH-2",
	} {
		add("equipment:CPC/"+name, journal.Fact{"at": centre})
	}
	for _, name := range []string{"BOX-1", "BOX-2"} {
		add("equipment:CPC/"+name, journal.Fact{"class": "shipper"})
	}
}

func (w *world) supply() {
	for _, m := range []struct{ lot, site, product string }{
		{"TUBE-24", clinicB, "heparin blood tubes"},
		{"MED-24", centre, "NK medium with interleukin-2"},
		{"CRYO-24", centre, "freezing solution"},
		{"ALB-25", centre, "human albumin 25 %"},
		{"SAL-24", centre, "saline bag 100 mL"},
	} {
		w.journal.Add("receipt", jp("04-02 10:00"), journal.Fact{
			"lot": m.lot, "site": m.site, "product": m.product, "quantity": w.amount(20, 60), "uom": "piece",
			"supplier": "supplier of " + m.product + " (synthetic)", "expires": "2026-03-31T23:59:59+09:00",
		})
	}
}

// collect draws the blood, carries it to the centre and takes the intake sample, which was kept and
// not looked at before the investigation.
func (w *world) collect(c course) {
	at := jp(c.drawn + " 09:30")
	w.journal.Add("same", at.Add(-minutes(30)), journal.Fact{
		"things": []string{"donor:" + c.donor(), "patient:" + c.patient()}, "reason": "autologous: donor and patient are one person",
		"signed_by": []string{clinicB + "/OP-1"},
	})
	w.journal.AddSpan("collection", at, at.Add(minutes(15)), journal.Fact{
		"donor": c.donor(), "site": clinicB, "room": "CLINIC-B/DRAW", "materials": []journal.Fact{{"lot": "TUBE-24"}},
		"operators": []string{clinicB + "/OP-1"}, "consent": "SYN-CONSENT-" + c.id("NK"),
		"outputs": []journal.Fact{{
			"unit": c.id("BLOOD"), "product": "peripheral blood", "quantity": w.amount(40, 60), "uom": "mL", "for_patient": c.patient(),
		}},
	})
	w.carry(c.id("IN"), clinicB, centre, "CPC/BOX-1", c.id("BLOOD"), at.Add(minutes(30)))
	w.journal.Add("manufacture", at.Add(minutes(70)), journal.Fact{
		"step": "sample", "site": centre, "inputs": []journal.Fact{{"unit": c.id("BLOOD"), "rest": true}},
		"outputs": []journal.Fact{{"unit": c.id("INTAKE"), "role": "sample"}},
	})
}

// carry moves a unit in a box. Nobody logged the temperature.
func (w *world) carry(name, from, to, box, unit string, at time.Time) {
	w.journal.Add("shipment", at, journal.Fact{
		"shipment": "SHP-" + name, "units": []string{unit}, "site": from, "to": to, "equipment": box, "purpose": "use",
		"due": journal.Stamp(at.Add(minutes(180))),
	})
	w.journal.Add("arrival", at.Add(minutes(30)), journal.Fact{"shipment": "SHP-" + name, "site": to, "accepted": []string{unit}})
}

// step is a manufacture at the centre. Its batch records name no operator.
func (w *world) step(name string, from, to time.Time, equipment []string, members journal.Fact) {
	members["step"], members["site"] = name, centre
	var uses []journal.Fact
	for _, e := range equipment {
		uses = append(uses, journal.Fact{"equipment": "CPC/" + e, "from": journal.Stamp(from), "to": journal.Stamp(to)})
	}
	if uses != nil {
		members["equipment"] = uses
	}
	w.journal.AddSpan("manufacture", from, to, members)
}

func lots(names ...string) []journal.Fact {
	var all []journal.Fact
	for _, name := range names {
		all = append(all, journal.Fact{"lot": name})
	}
	return all
}

// culture separates the white cells and grows them until the day they are frozen.
func (w *world) culture(c course) {
	at, end := jp(c.drawn+" 11:00"), jp(c.frozen+" 08:00")
	w.step("isolate", at, at.Add(minutes(120)), []string{c.cabinet, c.centrifuge}, journal.Fact{
		"batch": c.batch(), "room": "CPC/PREP", "inputs": []string{c.id("BLOOD")}, "outputs": []journal.Fact{{"unit": c.id("PBMC")}},
		"materials": lots("MED-24"),
	})
	w.step("expand", at.Add(minutes(130)), end, []string{c.incubator}, journal.Fact{
		"batch": c.batch(), "inputs": []string{c.id("PBMC")}, "outputs": []journal.Fact{{"unit": c.id("GROWN")}}, "materials": lots("MED-24"),
	})
}

// freeze fills two tubes, freezes them in the one freezing container and puts them into a tank.
func (w *world) freeze(c course) {
	at, cold := jp(c.frozen+" 09:00"), jp(c.frozen+" "+c.inFreezer)
	w.step("fill-tubes", at, at.Add(minutes(30)), []string{c.tubing()}, journal.Fact{
		"batch": c.batch(), "inputs": []string{c.id("GROWN")}, "outputs": []journal.Fact{{"unit": c.id("T1")}, {"unit": c.id("T2")}},
		"materials": lots("CRYO-24"),
	})
	w.step("freeze", cold, cold.Add(minutes(90)), []string{"FRZ-1"}, journal.Fact{"units": c.tubes()})
	w.journal.Add("store", cold.Add(minutes(100)), journal.Fact{
		"units": c.tubes(), "equipment": "CPC/" + c.tank, "phase": "liquid", "site": centre,
	})
}

// tubing is the cabinet in which tubes are filled: each of the two cases had its own.
func (c course) tubing() string {
	if c.n == 1 {
		return "CAB-2"
	}
	return "CAB-3"
}

// thaw opens the tube a little to let the pressure out, warms it in the bath, washes the cells with
// albumin and grows them again.
func (w *world) thaw(c course) {
	tube := []string{c.id("T1")}
	vent, bath, wash := jp(c.thawed+" "+c.vented), jp(c.thawed+" "+c.bathed), jp(c.thawed+" "+c.washed)
	w.journal.Add("retrieve", vent.Add(-minutes(10)), journal.Fact{
		"units": tube, "equipment": "CPC/" + c.tank, "phase": "liquid", "site": centre,
	})
	w.step("release-pressure", vent, vent.Add(minutes(5)), []string{c.venting()}, journal.Fact{"units": tube})
	w.step("thaw", bath, bath.Add(minutes(5)), []string{c.bath()}, journal.Fact{"units": tube})
	w.step("wash", wash, wash.Add(minutes(15)), []string{c.bench, c.spinner}, journal.Fact{
		"batch": c.batch(), "inputs": tube, "outputs": []journal.Fact{{"unit": c.id("WASHED")}},
		"materials": []journal.Fact{{"lot": "ALB-25", "aliquot": c.aliquot, "quantity": "10", "uom": "mL"}},
	})
	w.step("expand", wash.Add(minutes(30)), jp(c.filled+" 08:00"), []string{c.incubator}, journal.Fact{
		"batch": c.batch(), "inputs": []string{c.id("WASHED")}, "outputs": []journal.Fact{{"unit": c.id("REGROWN")}}, "materials": lots("MED-24"),
	})
}

// finish fills the drip bag and takes the sample before shipment; the bag is released before the result.
func (w *world) finish(c course) {
	at := jp(c.filled + " 09:00")
	w.step("fill", at, at.Add(minutes(30)), []string{c.bench}, journal.Fact{
		"batch": c.batch(), "inputs": []string{c.id("REGROWN")}, "materials": lots("SAL-24"),
		"outputs": []journal.Fact{
			{"unit": c.id("DOSE"), "role": "dose", "product": "autologous NK cells", "quantity": "100", "uom": "mL"},
			{"unit": c.id("QC"), "role": "sample", "quantity": "1", "uom": "mL"},
		},
	})
	if c.given != "" {
		w.journal.Add("release", at.Add(minutes(420)), journal.Fact{
			"units": []string{c.id("DOSE")}, "decision": "conditional", "pending": []string{"sterility"},
			"signed_by": []string{centre + "/QA-1"}, "site": centre,
		})
	}
}

func (w *world) give(c course) {
	at := jp(c.given + " " + c.givenAtHour)
	w.carry(c.id("OUT"), centre, clinicA, "CPC/BOX-2", c.id("DOSE"), jp(c.given+" 08:00"))
	w.journal.AddSpan("infusion", at, at.Add(minutes(25)), journal.Fact{
		"unit": c.id("DOSE"), "patient": c.patient(), "site": clinicA, "room": "CLINIC-A/ROOM-1", "route": "intravenous",
		"checks": []string{"name", "birth_date"}, "operators": []string{clinicA + "/OP-1"},
	})
}
