package main

import (
	"fmt"
	"time"

	"suyuan/examples/internal/journal"
)

// A consignment is one dry shipper from the factory to the bonded cold store.
type consignment struct {
	id, batch             string
	first, last           int
	shipper               string
	leaves, passes, comes string // factory's clock; depot and cold store on Hainan's
}

// imports: the last one has not come when the history ends.
func imports() []consignment {
	return []consignment{
		{"SHP-2601", "MSC-26-01", 1, 12, "SHIP-01", "02-07 10:00", "02-08 21:10", "02-09 11:00"},
		{"SHP-2602", "NK-26-01", 1, 11, "SHIP-02", "02-09 10:00", "02-10 20:40", "02-11 11:20"},
		{"SHP-2603", "MSC-26-02", 1, 12, "SHIP-03", "02-10 10:00", "02-11 21:30", "02-12 10:50"},
		{"SHP-2604", "NK-26-02", 1, 8, "SHIP-04", "02-12 10:00", "02-13 20:50", "02-14 11:10"},
		{"SHP-2605", "MSC-26-02", 13, 16, "SHIP-01", "03-01 10:00", "03-02 21:20", ""},
	}
}

// A transfer is one shipper from the cold store to a hospital.
type transfer struct {
	id          string
	hospital    int
	day, batch  string
	first, last int
}

func transfers() []transfer {
	return []transfer{
		{"TRF-01", 1, "02-10", "MSC-26-01", 1, 4},
		{"TRF-02", 2, "02-10", "MSC-26-01", 5, 8},
		{"TRF-03", 3, "02-10", "MSC-26-01", 9, 12},
		{"TRF-04", 1, "02-12", "NK-26-01", 1, 3},
		{"TRF-05", 2, "02-12", "NK-26-01", 4, 8},
		{"TRF-06", 3, "02-12", "NK-26-01", 9, 10},
		{"TRF-07", 1, "02-13", "MSC-26-02", 1, 5},
		{"TRF-08", 2, "02-13", "MSC-26-02", 6, 9},
		{"TRF-09", 3, "02-13", "MSC-26-02", 10, 12},
		{"TRF-10", 1, "02-15", "NK-26-02", 1, 2},
		{"TRF-11", 3, "02-15", "NK-26-02", 3, 6},
	}
}

// charged is how long a dry shipper's nitrogen lasts, thus when it has to be there.
const charged = 10 * 24 * time.Hour

// Three legs are out of the ordinary: one lacks the retrieve, one got warm, one lost its logger.
const (
	noRetrieve = "TRF-03"
	tooWarm    = "TRF-05"
	noLogger   = "TRF-09"
)

func doses(id string, first, last int) []string {
	b := batch{id: id}
	var units []string
	for n := first; n <= last; n++ {
		units = append(units, b.dose(n))
	}
	return units
}

func (w *world) ship() {
	for i, c := range imports() {
		w.export(c)
		if c.comes != "" {
			w.clear(c, i+1)
		}
	}
	for _, t := range transfers() {
		w.send(t)
		w.receive(t)
	}
	w.journal.AddSpan("cleaning", eu("02-20 09:00"), eu("02-20 11:00"), journal.Fact{
		"equipment": factory + "/SHIP-01", "verified": true, "method": "sanitised and requalified", "site": factory,
		"operators": []string{factory + "/OP-3"},
	})
}

// export takes the doses out of the factory's tank and sends them to the airport near Lecheng.
func (w *world) export(c consignment) {
	units, at := doses(c.batch, c.first, c.last), eu(c.leaves)
	staff := []string{factory + "/OP-3"}
	w.journal.Add("retrieve", at.Add(-minutes(50)), journal.Fact{
		"units": units, "equipment": factory + "/TANK-1", "phase": "vapour", "site": factory, "operators": staff,
	})
	w.journal.Add("shipment", at, journal.Fact{
		"shipment": c.id, "units": units, "site": factory, "to": coldStore, "equipment": factory + "/" + c.shipper,
		"carrier": "cryogenic courier (synthetic)", "due": journal.Stamp(at.Add(charged)),
		"low": "-196", "high": "-150", "uom": "Cel", "purpose": "use", "operators": staff,
	})
	w.journal.Add("handover", cn(c.passes), journal.Fact{
		"shipment": c.id, "to": depot, "carrier": "Hainan cold chain (synthetic)",
		"min": w.tenths(-1935, -1905), "max": w.tenths(-1850, -1790), "uom": "Cel", "operators": []string{depot + "/OP-1"},
	})
}

// clear is customs release through the green channel and the cold store's own statement.
func (w *world) clear(c consignment, n int) {
	units, at := doses(c.batch, c.first, c.last), cn(c.comes)
	landed := cn(c.passes)
	w.journal.Add("arrival", at, journal.Fact{
		"shipment": c.id, "site": coldStore, "accepted": units, "min": w.tenths(-1935, -1905), "max": w.tenths(-1800, -1740), "uom": "Cel",
		"log_sha256": w.digest(), "seal": "intact", "operators": []string{coldStore + "/OP-1", coldStore + "/OP-2"},
		"customs": journal.Fact{
			"declaration": fmt.Sprintf("SYN-DECL-%03d", n), "port": "Haikou", "channel": "green",
			"arrived": journal.Stamp(landed.Add(-minutes(50))), "released": journal.Stamp(at.Add(-minutes(95))),
			"permit": fmt.Sprintf("SYN-PERMIT-%03d", n),
		},
	})
	w.journal.Add("store", at.Add(minutes(20)), journal.Fact{
		"units": units, "equipment": coldStore + "/TANK-1", "position": "rack " + c.id, "phase": "vapour", "site": coldStore,
		"operators": []string{coldStore + "/OP-1"},
	})
}

func (t transfer) to() string { return fmt.Sprintf("LC-H%d", t.hospital) }

func (w *world) send(t transfer) {
	units, at := doses(t.batch, t.first, t.last), cn(t.day+" 13:00").Add(minutes(15*t.hospital))
	if t.id != noRetrieve {
		w.journal.Add("retrieve", at.Add(-minutes(25)), journal.Fact{
			"units": units, "equipment": coldStore + "/TANK-1", "phase": "vapour", "site": coldStore, "operators": []string{coldStore + "/OP-2"},
		})
	}
	w.journal.Add("shipment", at, journal.Fact{
		"shipment": t.id, "units": units, "site": coldStore, "to": t.to(), "equipment": fmt.Sprintf("%s/SHIP-1%d", coldStore, t.hospital),
		"carrier": "Hainan cold chain (synthetic)", "due": journal.Stamp(at.Add(minutes(180))),
		"low": "-196", "high": "-150", "uom": "Cel", "purpose": "use", "operators": []string{coldStore + "/OP-2"},
	})
}

// receive stores what came; the warm consignment is held by its own arrival until the case lifts it.
func (w *world) receive(t transfer) {
	units, at := doses(t.batch, t.first, t.last), cn(t.day+" 13:45").Add(minutes(15*t.hospital))
	lab := []string{t.to() + "/OP-1"}
	fact := journal.Fact{
		"shipment": t.id, "site": t.to(), "accepted": units, "seal": "intact", "operators": lab,
		"min": w.tenths(-1930, -1900), "max": w.tenths(-1790, -1720), "uom": "Cel", "log_sha256": w.digest(),
	}
	switch t.id {
	case tooWarm:
		fact["max"] = "-121.6"
		fact["note"] = "lid found ajar; logger above the limit for seven minutes"
		fact["id"] = w.uuid()
		w.excuse(fact["id"].(string), at)
	case noLogger:
		delete(fact, "min")
		delete(fact, "max")
		delete(fact, "uom")
		delete(fact, "log_sha256")
		fact["note"] = "logger's battery was empty; nitrogen seen in the shipper"
	}
	w.journal.Add("arrival", at, fact)
	w.journal.Add("store", at.Add(minutes(20)), journal.Fact{
		"units": units, "equipment": t.tank(), "position": "rack " + t.id, "phase": "vapour", "site": t.to(), "operators": lab,
	})
}

// tank: each hospital keeps the two products apart.
func (t transfer) tank() string {
	if t.batch[:2] == "NK" {
		return t.to() + "/TANK-2"
	}
	return t.to() + "/TANK-1"
}

// excuse opens a case on the warm consignment and lifts its hold three days later.
func (w *world) excuse(arrival string, at time.Time) {
	w.journal.Add("case", at.Add(minutes(60)), journal.Fact{
		"case": "CASE-2026-01", "action": "open", "sources": []string{"shipment:" + tooWarm}, "class": "3",
		"trigger": "temperature excursion on the way to LC-H2", "site": desk, "operators": []string{desk + "/OP-2"}, "note": madeUp,
	})
	w.journal.Add("case", at.Add(72*time.Hour), journal.Fact{
		"case": "CASE-2026-01", "action": "lift", "holds": []string{arrival}, "signed_by": []string{"LC-H2/OP-3", desk + "/OP-2"},
		"reason":   "excursion within what the manufacturer's stability data cover",
		"evidence": "logger trace, stability report and a passed viability test of a companion vial (synthetic)",
		"site":     desk, "operators": []string{desk + "/OP-2"},
	})
}
