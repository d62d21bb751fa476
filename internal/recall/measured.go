package recall

import (
	"slices"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
)

// Measured returns the numbers of the records that say what loggers measured of what the case is about, in order: of shipments of an affected unit, of affected
// equipment, and of equipment that such a unit was in during an excursion.
func (d *Dossier) Measured() []uint64 { return Measured(d.g, d.Answer) }

// Measured returns the numbers of the records that say what loggers measured of what an answer reaches, in order: of shipments of a reached unit, of reached
// equipment, and of equipment that such a unit was in during an excursion.
func Measured(g *genealogy.Graph, a *Answer) []uint64 {
	c := make(citing)
	of := func(r event.Ref) {
		for _, m := range g.History(r) {
			e := g.Entry(m)
			if _, ok := e.Event.Body.(*event.Temperature); ok && !e.Struck() && !e.Event.Time.After(a.Query.At) {
				c.note(e.Seq)
			}
		}
	}
	reached := make(map[event.Ref]bool)
	seen := make(map[event.Ref]bool)
	for i := range a.Things {
		switch t := &a.Things[i]; t.Ref.Kind() { //nolint:exhaustive // loggers measure no others
		case event.KindEquipment:
			of(t.Ref)
		case event.KindUnit:
			reached[t.Ref] = true
			for _, s := range shipmentsOf(g, t.Ref) {
				if !seen[s] {
					seen[s] = true
					of(s)
				}
			}
		}
	}
	holds := g.Holds()
	for i := range holds {
		h := &holds[i]
		if h.Cause == genealogy.CauseExcursion && !h.Vessel.IsZero() && !g.HoldStruck(h) && !g.HoldEntry(h).Event.Time.After(a.Query.At) && slices.ContainsFunc(h.Things, func(r event.Ref) bool { return reached[r] }) {
			c.note(g.HoldEntry(h).Seq)
		}
	}
	return c.sorted()
}
