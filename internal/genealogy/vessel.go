package genealogy

import (
	"slices"

	"suyuan/internal/event"
)

// An excursion in a piece of equipment holds the units that were in it then: in a
// vessel, in use by a collection or manufacture, or on a leg of a shipment. Which
// those are, later records can change: a store that nobody had told of, a retrieve
// that is corrected. The hold follows them.
//
// Such a hold is indexed on the equipment too, where it holds nothing, so that a
// record that names the equipment finds it.

// judgeVessel puts the hold of a log of equipment, on nothing at first where no unit
// was in it.
func (g *Graph) judgeVessel(n int32, b *event.Temperature) {
	if len(b.Outside()) == 0 {
		return
	}
	g.vesselHolds++
	k := g.putHold(Hold{Entry: n, Cause: CauseExcursion, Vessel: b.Equipment})
	g.excursions[n] = k
	g.findOn(b.Equipment, k)
	for _, u := range g.everIn(b.Equipment) {
		g.restayed(k, u)
	}
}

// WouldHold returns what a logger's file would hold if it were recorded now. The
// cost is that of what the shipment carries, or of all that was ever in the
// equipment.
func (g *Graph) WouldHold(b *event.Temperature) []event.Ref {
	if !b.Shipment.IsZero() {
		if g.showsExcursion(b) {
			return g.load(b.Shipment)
		}
		return nil
	}
	return slices.DeleteFunc(g.everIn(b.Equipment), func(u event.Ref) bool { return !g.wasIn(u, b.Equipment, b.Outside()) })
}

// everIn returns the units that any record, struck ones included, puts into a piece
// of equipment, each once.
func (g *Graph) everIn(vessel event.Ref) []event.Ref {
	var list []event.Ref
	for _, m := range g.History(vessel) {
		if m.As != AsEquipment {
			continue
		}
		e := &g.entry(m.Entry).Event
		list = append(list, handled(e)...)
		if s := shipmentOf(e); !s.IsZero() {
			list = append(list, g.loaded(s)...)
		}
	}
	slices.SortFunc(list, event.Ref.Compare)
	return slices.Compact(list)
}

// shipmentOf returns the shipment whose way an event is a step of.
func shipmentOf(e *event.Event) event.Ref {
	switch b := e.Body.(type) {
	case *event.Shipment:
		return b.Shipment
	case *event.Handover:
		return b.Shipment
	case *event.Arrival:
		return b.Shipment
	default:
		return event.Ref{}
	}
}

// moved judges anew the holds of equipment in which entry n may have put units, or
// taken from. settled says that the entry was struck or counts again: then what it
// had ended may go on.
func (g *Graph) moved(n int32, settled bool) {
	if g.vesselHolds == 0 {
		return
	}
	units, named := g.movedBy(&g.entry(n).Event)
	there := g.vesselHoldsOn(named...)
	for _, u := range units {
		holds := append(g.vesselHoldsOn(u), there...)
		if settled {
			holds = append(holds, g.vesselHoldsOn(g.equipmentOf(u)...)...)
		}
		slices.Sort(holds)
		for _, k := range slices.Compact(holds) {
			g.restayed(k, u)
		}
	}
}

// movedBy returns the units whose stays an event can begin or end, and the equipment
// that these may be in.
func (g *Graph) movedBy(e *event.Event) (units, vessels []event.Ref) {
	switch e.Body.(type) {
	case *event.Collection, *event.Receipt, *event.Manufacture, *event.Store, *event.Retrieve, *event.Infusion, *event.Disposal, *event.Shipment, *event.Handover, *event.Arrival:
	default:
		return nil, nil
	}
	for _, m := range mentionsOf(e) {
		switch {
		case m.as == AsEquipment:
			vessels = append(vessels, m.ref)
		case m.ref.Kind() == event.KindUnit:
			units = append(units, m.ref)
		}
	}
	if s := shipmentOf(e); !s.IsZero() {
		units = append(units, g.loaded(s)...)
		for _, m := range g.History(s) {
			if o, ok := equipmentUnderWay(&g.entry(m.Entry).Event); ok {
				vessels = append(vessels, o)
			}
		}
	}
	return units, vessels
}

// equipmentUnderWay returns the shipper that a departure or handover names.
func equipmentUnderWay(e *event.Event) (event.Ref, bool) {
	switch b := e.Body.(type) {
	case *event.Shipment:
		return b.Equipment, !b.Equipment.IsZero()
	case *event.Handover:
		return b.Equipment, !b.Equipment.IsZero()
	default:
		return event.Ref{}, false
	}
}

// equipmentOf returns the equipment that any record names beside a unit, or beside a
// shipment that it is in.
func (g *Graph) equipmentOf(unit event.Ref) []event.Ref {
	var list []event.Ref
	for _, m := range g.History(unit) {
		e := &g.entry(m.Entry).Event
		_, vessels := g.movedBy(e)
		list = append(list, vessels...)
	}
	return list
}

// vesselHoldsOn returns the holds of equipment that are indexed on some things.
func (g *Graph) vesselHoldsOn(things ...event.Ref) []int32 {
	var list []int32
	for _, r := range things {
		for _, k := range g.listed(g.holdsOn, r) {
			if !g.holds[k].Vessel.IsZero() {
				list = append(list, k)
			}
		}
	}
	return list
}

// restayed puts a unit under a hold of equipment, or takes it away.
func (g *Graph) restayed(k int32, unit event.Ref) {
	h := &g.holds[k]
	at, held := slices.BinarySearchFunc(h.Things, unit, event.Ref.Compare)
	switch in := g.wasIn(unit, h.Vessel, g.entry(h.Entry).Event.Body.(*event.Temperature).Outside()); {
	case in == held:
	case in:
		h.Things = slices.Insert(slices.Clip(h.Things), at, unit)
		g.findOn(unit, k)
	default:
		h.Things = slices.Delete(slices.Clone(h.Things), at, at+1)
	}
}

// places reports whether a mention of a unit says where it was.
func (m Mention) places() bool {
	switch m.As {
	case AsMade, AsResidue, AsStored, AsRetrieved, AsInput, AsWorked, AsShipped, AsAccepted, AsInfused:
		return true
	default:
		return false
	}
}

// wasIn reports whether a unit was in a piece of equipment at some time of one of the
// spells, ends included.
func (g *Graph) wasIn(unit, vessel event.Ref, spells []event.Spell) bool {
	met := func(from, to event.Time) bool {
		return slices.ContainsFunc(spells, func(s event.Spell) bool {
			return !s.To.Before(from) && (to.IsZero() || !s.From.After(to))
		})
	}
	within := func(list []sojourn) bool {
		return slices.ContainsFunc(list, func(s sojourn) bool {
			return s.thing == vessel && slices.Contains(s.units, unit) && met(s.From, s.To)
		})
	}
	if within(g.appendStays(nil, unit)) {
		return true
	}
	var known event.Time // when the unit was last known to be somewhere
	for m, e := range g.inForce(unit) {
		if m.As == AsShipped && within(g.appendLegs(nil, shipmentOf(e))) {
			return true
		}
		// Taken out of where nobody had put it: it was in there at some time since.
		if b, ok := e.Body.(*event.Retrieve); ok && b.Equipment == vessel && met(known, e.Until()) {
			return true
		}
		if m.places() {
			known = e.Time
		}
		_, uses := partsOf(e)
		for i := range uses {
			if from, to := useSpan(e, &uses[i]); uses[i].Equipment == vessel && met(from, to) && slices.Contains(handled(e), unit) {
				return true
			}
		}
	}
	return false
}
