package genealogy

import (
	"cmp"
	"slices"

	"suyuan/internal/event"
)

// A span of contact that several events make: a stay in a vessel, or a leg in a
// shipper.
type sojourn struct {
	units []event.Ref
	thing event.Ref
	entry int32 // the store, departure or handover that began it
	Contact
}

// sojourns returns the stays and legs of the whole graph, in order of the
// records that began them.
func (g *Graph) sojourns() []sojourn {
	list := g.sojournsOf(g.kinds[event.KindUnit], (*Graph).appendStays)
	list = append(list, g.sojournsOf(g.kinds[event.KindShipment], (*Graph).appendLegs)...)
	sortSojourns(list)
	return list
}

// sojournsOf returns the stays of units, or the legs of shipments, on all
// processors.
func (g *Graph) sojournsOf(things []int32, of func(*Graph, []sojourn, event.Ref) []sojourn) (list []sojourn) {
	const many = 1024
	abreast((len(things)+many-1)/many, func(_, k int) (some []sojourn) {
		for _, i := range things[k*many : min((k+1)*many, len(things))] {
			some = of(g, some, g.ref(i))
		}
		return some
	}, func(some []sojourn) { list = append(list, some...) })
	return list
}

// sortSojourns puts them in order of the records that began them.
func sortSojourns(list []sojourn) {
	slices.SortStableFunc(list, func(a, b sojourn) int { return cmp.Compare(a.entry, b.entry) })
}

// appendStays appends the stays of one unit in vessels. A stay ends at the
// retrieve from that vessel, or at whatever else shows that the unit had left
// it; without any it stays open: nobody says that the unit was taken out.
func (g *Graph) appendStays(list []sojourn, unit event.Ref) []sojourn {
	open := -1
	for m, e := range g.standing(g.moves(unit)) {
		switch m.As {
		case AsStored:
			b := e.Body.(*event.Store)
			list = leave(list, open, e.Time)
			list = append(list, newStay(unit, b.Equipment, m.Entry, Contact{Grade: phaseGrade(b.Phase), From: e.Time}))
			open = len(list) - 1
		case AsRetrieved:
			b := e.Body.(*event.Retrieve)
			if open < 0 || list[open].thing != b.Equipment {
				// It must have been in there, and nobody says since when.
				list = append(list, newStay(unit, b.Equipment, m.Entry, Contact{Grade: Possible, From: e.Time, To: e.Time}))
				continue
			}
			list[open].Grade = min(list[open].Grade, phaseGrade(b.Phase))
			list = leave(list, open, e.Until())
			open = -1
		case AsInput:
			if e.Body.(*event.Manufacture).Inputs[m.N].Consumed() {
				list, open = leave(list, open, e.Time), -1
			}
		case AsShipped, AsInfused, AsDisposed:
			list, open = leave(list, open, e.Time), -1
		default:
		}
	}
	return list
}

// moves returns those mentions of a unit that put it into a vessel, or show that
// it left one: the others need not be read.
func (g *Graph) moves(unit event.Ref) []Mention {
	var list []Mention
	for _, m := range g.History(unit) {
		switch m.As {
		case AsStored, AsRetrieved, AsInput, AsShipped, AsInfused, AsDisposed:
			list = append(list, m)
		default:
		}
	}
	return list
}

func newStay(unit, vessel event.Ref, entry int32, c Contact) sojourn {
	c.Via = ViaVessel
	return sojourn{[]event.Ref{unit}, vessel, entry, c}
}

// phaseGrade says how sure a contact through a vessel is: liquid nitrogen
// carries what leaked into it from bag to bag (Tedder 1995); of vapour and dry
// cold that is not shown.
func phaseGrade(phase string) Grade {
	if phase == event.PhaseLiquid {
		return Probable
	}
	return Possible
}

// leave ends the stay of a number, if there is one.
func leave(list []sojourn, stay int, at event.Time) []sojourn {
	if stay >= 0 {
		list[stay].To = at
	}
	return list
}

// appendLegs appends the legs of one shipment in shippers. A leg ends where a
// handover names other equipment, or at the first arrival.
func (g *Graph) appendLegs(list []sojourn, shipment event.Ref) []sojourn {
	first := len(list)
	var underWay []event.Ref
	for m, e := range g.inForce(shipment) {
		if m.As != AsShipment {
			continue
		}
		switch b := e.Body.(type) {
		case *event.Shipment:
			underWay = append(underWay, b.Units...)
			list = board(list, b.Units, b.Equipment, m.Entry, e.Time)
		case *event.Handover:
			if b.Equipment.IsZero() {
				continue
			}
			staying := unload(list[first:], e.Time, b.Equipment)
			list = board(list, without(underWay, staying), b.Equipment, m.Entry, e.Time)
		case *event.Arrival:
			unload(list[first:], e.Until(), event.Ref{})
			underWay = nil
		}
	}
	return list
}

// board begins a leg.
func board(list []sojourn, units []event.Ref, shipper event.Ref, entry int32, from event.Time) []sojourn {
	if shipper.IsZero() || len(units) == 0 {
		return list
	}
	return append(list, sojourn{units, shipper, entry, Contact{Via: ViaShipper, Grade: Possible, From: from}})
}

// unload ends the open legs in other equipment than keep, and returns the units
// that stay in it.
func unload(legs []sojourn, at event.Time, keep event.Ref) []event.Ref {
	var staying []event.Ref
	for i := range legs {
		switch {
		case !legs[i].To.IsZero():
		case legs[i].thing == keep:
			staying = append(staying, legs[i].units...)
		default:
			legs[i].To = at
		}
	}
	return staying
}

func without(list, gone []event.Ref) []event.Ref {
	if len(gone) == 0 {
		return list
	}
	return slices.DeleteFunc(slices.Clone(list), func(r event.Ref) bool { return slices.Contains(gone, r) })
}
