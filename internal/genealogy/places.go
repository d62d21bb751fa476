package genealogy

import (
	"slices"

	"suyuan/internal/event"
)

// A Place is where a unit is: at a site or, with Shipment set, on its way. Both
// are zero where the ledger does not know.
type Place struct {
	Site     event.Ref
	Shipment event.Ref
	Entry    *Entry // what put it there
}

// Places returns every place where a unit is at time t: where it was just
// before, and where each event at t itself puts it, for equal times are
// simultaneous. A unit made at t is where it was made, whatever else at t is
// recorded before that; one of unknown origin is at an unknown place until an
// event tells. It is empty where the unit does not exist by then, or was used
// up before.
func (g *Graph) Places(unit event.Ref, t event.Time) []Place {
	var places []Place
	var s Status
	_, made := g.Made(unit)
	orphaned := !made && g.orphaned(unit)
	note := func() {
		if s.State == NoState && !orphaned || s.ended() {
			return
		}
		places = append(places, Place{s.Site, s.Shipment, s.Entry})
	}
	before := true
	for m, e := range g.inForce(unit) {
		if e.Time.After(t) {
			break
		}
		if before && !e.Time.Before(t) {
			note()
			before = false
		}
		s.apply(g.Entry(m), m)
		if !before {
			note()
		}
		if _, made := makingOf(m, e); made && !before && !s.ended() {
			places = append(places, Place{Site: e.Site, Entry: g.Entry(m)})
		}
	}
	if before {
		note()
	}
	return places
}

// ForUse returns the units of a batch that a release at time t lets be used:
// those that nothing used up before, and that are neither samples nor waste.
func (g *Graph) ForUse(batch event.Ref, t event.Time) []event.Ref {
	return slices.DeleteFunc(g.UnitsOf(batch, t), func(unit event.Ref) bool {
		role, _ := g.Role(unit, t)
		endings := g.EndingsOf(unit)
		return role == event.RoleSample || role == event.RoleWaste || len(endings) > 0 && endings[0].Entry.Event.Time.Before(t)
	})
}

// UnitsOf returns the units made under a batch by time t.
func (g *Graph) UnitsOf(batch event.Ref, t event.Time) []event.Ref {
	var units []event.Ref
	for m, e := range g.inForce(batch) {
		if e.Time.After(t) {
			break
		}
		if m.As != AsBatch {
			continue
		}
		outputs := e.Outputs()
		for i := range outputs {
			if u := outputs[i].Unit; !u.IsZero() {
				units = append(units, u)
			}
		}
	}
	return units
}
