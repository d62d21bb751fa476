package rules

import (
	"slices"

	"suyuan/internal/event"
)

// notHere: a unit is used where it was made or accepted, by where it was just
// before the event or any event at the same time puts it. Where the ledger does
// not know, as with units of unknown origin, or the event names no site,
// nothing is judged. Equipment and rooms that are registered at a site are used
// there only; shippers go anywhere.
func (j *judge) notHere() {
	if j.e.Site.IsZero() {
		return
	}
	for i := range j.uses {
		if u := &j.uses[i]; u.part.used() && u.ref.Kind() == event.KindUnit {
			j.unitHere(u)
		}
	}
	for _, u := range equipmentOf(j.e) {
		j.belongs(u)
	}
	if roomUsed(j.e) {
		j.belongs(named{j.e.Room, member("room")})
	}
}

func (j *judge) unitHere(u *use) {
	places := j.g.Places(u.ref, j.at)
	if len(places) == 0 {
		return
	}
	for _, p := range places {
		if p.Shipment.IsZero() && (p.Site.IsZero() || j.isOne(p.Site, j.e.Site)) {
			return
		}
	}
	last := places[len(places)-1]
	v := Violation{Variant: Elsewhere, Ref: u.ref, Other: last.Site, Path: u.path()}
	if !last.Shipment.IsZero() {
		v.Variant, v.Other = InTransit, last.Shipment
	}
	if last.Entry != nil {
		v.Limit = last.Entry.Event.Time
	}
	j.add(v.by(last.Entry))
}

func (j *judge) belongs(u named) {
	b, entry, ok := j.g.Registered(u.ref, j.at)
	if !ok || b.At.IsZero() || b.Class == event.ClassShipper || j.isOne(b.At, j.e.Site) {
		return
	}
	j.add(Violation{Variant: BelongsAt, Ref: u.ref, Other: b.At, Path: u.path()}.by(entry))
}

// A named is equipment or a room that the event names, and where.
type named struct {
	ref event.Ref
	where
}

// equipmentOf lists the equipment that e uses. Counting what is in a vessel,
// cleaning it and measuring it are no uses.
func equipmentOf(e *event.Event) []named {
	switch b := e.Body.(type) {
	case *event.Collection:
		return useList(b.Equipment)
	case *event.Manufacture:
		return useList(b.Equipment)
	case *event.Store:
		return oneUse(b.Equipment)
	case *event.Retrieve:
		return oneUse(b.Equipment)
	case *event.Shipment:
		return oneUse(b.Equipment)
	case *event.Handover:
		return oneUse(b.Equipment)
	default:
		return nil
	}
}

func oneUse(equipment event.Ref) []named {
	if equipment.IsZero() {
		return nil
	}
	return []named{{equipment, member("equipment")}}
}

func useList(uses []event.Use) []named {
	list := make([]named, len(uses))
	for i := range uses {
		list[i] = named{uses[i].Equipment, where{"equipment", i, ".equipment"}}
	}
	return list
}

// roomUsed reports whether e is a step that takes place in its room.
func roomUsed(e *event.Event) bool {
	switch e.Body.(type) {
	case *event.Collection, *event.Manufacture, *event.Store, *event.Retrieve, *event.Infusion:
		return !e.Room.IsZero()
	default:
		return false
	}
}

// isOne reports whether two references are one thing.
func (j *judge) isOne(a, b event.Ref) bool {
	return a == b || slices.Contains(j.g.SameAs(a), b)
}

// notShipped: what an arrival accepts or rejects left with its shipment. Of a
// shipment whose departure is not on record nothing is known.
func (j *judge) notShipped() {
	b, ok := j.e.Body.(*event.Arrival)
	if !ok {
		return
	}
	sent, ok := j.g.Sent(b.Shipment)
	if !ok {
		return
	}
	list := func(member string, refs []event.Ref) {
		for i, r := range j.g.Cargo(b.Shipment, refs) {
			if !j.g.Carries(b.Shipment, r) {
				j.add(Violation{Variant: NotCarried, Ref: r, Other: b.Shipment, Path: element(member, i)}.by(sent))
			}
		}
	}
	list("accepted", b.Accepted)
	list("rejected", b.Rejected)
}
