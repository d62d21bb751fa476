package recall

import (
	"slices"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
)

// Measured returns the numbers of the records that say what loggers measured of what the case is about, in order: of shipments of an affected unit, of affected
// equipment, and of equipment that such a unit was in during an excursion.
func (d *Dossier) Measured() []uint64 {
	c := make(citing)
	of := func(r event.Ref) {
		for _, m := range d.g.History(r) {
			e := d.g.Entry(m)
			if _, ok := e.Event.Body.(*event.Temperature); ok && !e.Struck() && !e.Event.Time.After(d.Answer.Query.At) {
				c.note(e.Seq)
			}
		}
	}
	reached := make(map[event.Ref]bool)
	seen := make(map[event.Ref]bool)
	for i := range d.Answer.Things {
		switch t := &d.Answer.Things[i]; t.Ref.Kind() { //nolint:exhaustive // loggers measure no others
		case event.KindEquipment:
			of(t.Ref)
		case event.KindUnit:
			reached[t.Ref] = true
			for _, s := range shipmentsOf(d.g, t.Ref) {
				if !seen[s] {
					seen[s] = true
					of(s)
				}
			}
		}
	}
	holds := d.g.Holds()
	for i := range holds {
		h := &holds[i]
		if h.Cause == genealogy.CauseExcursion && !h.Vessel.IsZero() && d.g.InForce(h, d.Answer.Query.At) && slices.ContainsFunc(h.Things, func(r event.Ref) bool { return reached[r] }) {
			c.note(d.g.HoldEntry(h).Seq)
		}
	}
	return c.sorted()
}
