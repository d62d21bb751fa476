package main

import (
	"slices"

	"suyuan/examples/internal/journal"
)

// A shelf says where every unit that still exists lies; a unit on its way lies nowhere.
type shelf map[string]string

// apply moves units as one fact says.
func (s shelf) apply(f journal.Fact) {
	site, _ := f["site"].(string)
	switch f["type"] {
	case "collection", "manufacture":
		s.make(f, site)
	case "shipment":
		s.drop(f["units"])
	case "arrival":
		for _, unit := range f["accepted"].([]string) {
			s[unit] = site
		}
	case "infusion":
		delete(s, f["unit"].(string))
	case "disposal":
		s.drop(f["units"])
	}
}

func (s shelf) make(f journal.Fact, site string) {
	// Inputs of which a rest stays are written as objects, those used up as bare ids.
	if used, ok := f["inputs"].([]string); ok {
		s.drop(used)
	}
	outputs, _ := f["outputs"].([]journal.Fact)
	for _, out := range outputs {
		s[out["unit"].(string)] = site
	}
}

func (s shelf) drop(units any) {
	for _, unit := range units.([]string) {
		delete(s, unit)
	}
}

// at lists what lies at a site, sorted.
func (s shelf) at(site string) []string {
	found := []string{}
	for unit, where := range s {
		if where == site {
			found = append(found, unit)
		}
	}
	slices.Sort(found)
	return found
}

// count asks every site that holds cells for a complete inventory, four days before the alarm.
func (w *world) count() {
	for _, site := range []string{"LC-H1", "LC-H2", "LC-H3", coldStore} {
		w.journal.Add("inventory", cn("02-27 18:00"), journal.Fact{"site": site, "operators": []string{site + "/OP-1"}})
	}
	w.journal.Add("inventory", eu("02-27 15:00"), journal.Fact{"site": factory, "operators": []string{factory + "/OP-3"}})
}

// fillInventories counts, in every inventory, what the facts before it say is there.
func fillInventories(facts []journal.Fact) {
	s := shelf{}
	for _, f := range facts {
		s.apply(f)
		if f["type"] == "inventory" {
			units := s.at(f["site"].(string))
			f["units"], f["count"] = units, len(units)
		}
	}
}
