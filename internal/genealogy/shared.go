package genealogy

import (
	"slices"

	"suyuan/internal/event"
)

// shared appends the contacts of one event through what it used: equipment,
// room, operators, and back into the materials (recall.md section 1).
func (c *contactMaker) shared(e *event.Event) {
	units := handled(e)
	if len(units) == 0 {
		return
	}
	materials, uses := partsOf(e)
	c.backflow(units, materials)
	for i := range uses {
		from, to := useSpan(e, &uses[i])
		c.meet(units, uses[i].Equipment, Contact{Via: ViaEquipment, Grade: Probable, From: from, To: to})
	}
	c.meet(units, e.Room, Contact{Via: ViaRoom, Grade: Possible, From: c.from, To: c.to})
	for _, o := range e.Operators {
		if c.lean {
			c.sessions = append(c.sessions, session{c.number(o), Span{c.from, c.to}})
			continue
		}
		c.meet(units, o, Contact{Via: ViaOperator, Grade: Possible, From: c.from, To: c.to})
	}
}

// handled returns the units that an event handles: those of a collection,
// manufacture, store, retrieve or infusion, each once.
func handled(e *event.Event) []event.Ref {
	var list []event.Ref
	switch b := e.Body.(type) {
	case *event.Collection:
		list = outputThings(b.Outputs)
	case *event.Manufacture:
		list = append(append(inputUnits(b), outputThings(b.Outputs)...), b.Units...)
	case *event.Store:
		return b.Units
	case *event.Retrieve:
		return b.Units
	case *event.Infusion:
		list = []event.Ref{b.Unit, b.Residue}
	}
	return distinctUnits(list)
}

func distinctUnits(list []event.Ref) []event.Ref {
	const few = 32
	units := list[:0]
	var seen map[event.Ref]bool // where they are many
	if len(list) > few {
		seen = make(map[event.Ref]bool, len(list))
	}
	for _, r := range list {
		if r.Kind() != event.KindUnit || seen[r] || seen == nil && slices.Contains(units, r) {
			continue
		}
		units = append(units, r)
		if seen != nil {
			seen[r] = true
		}
	}
	return units
}

func partsOf(e *event.Event) ([]event.Material, []event.Use) {
	switch b := e.Body.(type) {
	case *event.Collection:
		return b.Materials, b.Equipment
	case *event.Manufacture:
		return b.Materials, b.Equipment
	default:
		return nil, nil
	}
}

// useSpan returns when equipment was used: within the event where the use does
// not say otherwise.
func useSpan(e *event.Event, u *event.Use) (from, to event.Time) {
	from, to = e.Time, e.Until()
	if !u.From.IsZero() {
		from = u.From
	}
	if !u.To.IsZero() {
		to = u.To
	}
	if to.Before(from) {
		to = from
	}
	return from, to
}

// backflow lets every unit that was worked with flow back into the aliquots
// and open containers beside it: a pipette goes both ways. Other lots are
// closed, and take on only where somebody asks for that.
func (c *contactMaker) backflow(units []event.Ref, materials []event.Material) {
	for i := range materials {
		m := &materials[i]
		contact := Contact{Via: ViaBackflow, Grade: Probable, From: c.from, To: c.to}
		if m.Aliquot == "" && c.g.Class(m.Lot, c.g.latest) != event.ClassOpenContainer {
			if c.lean {
				continue
			}
			contact.Via, contact.Grade = ViaOpenLot, Possible
		}
		for _, u := range units {
			c.put(u, m.Thing(), contact)
		}
	}
}

// meet joins units and what they share, both ways.
func (c *contactMaker) meet(units []event.Ref, thing event.Ref, contact Contact) {
	if thing.IsZero() {
		return
	}
	shared := c.number(thing)
	for _, u := range units {
		unit := c.number(u)
		c.join(unit, shared, contact)
		c.join(shared, unit, contact)
	}
}
