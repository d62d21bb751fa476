package world

import "iter"

// A Contact is a row of the graph, as the trace has it: what taints Source may pass to Target at any time of [From, To].
// From and To are Unix seconds; 0 is open.
type Contact struct {
	Source, Target Thing
	Via            string
	Grade          uint8 // 0 confirmed, 1 probable, 2 possible
	From, To       int64
	Entry          uint64 // Seq of the event that shows it
}

const (
	confirmed = iota
	probable
	possible
)

// Contacts yields the contacts that an event shows, as the ledger's genealogy derives them; those that a trace follows only
// when asked to (through operators, and back into closed lots) are left out. A stay or leg stands at the event that begins it.
func (e *Event) Contacts() iter.Seq[Contact] {
	return func(yield func(Contact) bool) {
		c := contacts{Contact{From: e.Time, To: max(e.Time, e.End), Entry: e.Seq}, yield}
		_ = c.made(e) && c.shared(e) && c.stays(e)
	}
}

type contacts struct {
	Contact
	yield func(Contact) bool
}

func (c *contacts) one(source, target Thing, via string, grade uint8, from, to int64) bool {
	if source == 0 || target == 0 {
		return true
	}
	return c.yield(Contact{source, target, via, grade, from, to, c.Entry})
}

func (c *contacts) both(a, b Thing, via string, grade uint8, from, to int64) bool {
	return c.one(a, b, via, grade, from, to) && c.one(b, a, via, grade, from, to)
}

// made are the contacts of the way of making.
func (c *contacts) made(e *Event) bool {
	for i := range e.Outputs {
		o := e.Outputs[i].Unit
		for _, m := range e.Materials {
			if !c.one(m, o, "material", confirmed, c.From, c.To) {
				return false
			}
		}
		for _, in := range e.Inputs {
			if !c.one(in, o, "input", confirmed, c.From, c.To) {
				return false
			}
		}
		if !c.one(e.Donor, o, "collection", confirmed, c.From, c.To) ||
			!c.one(e.Batch, o, "made", confirmed, c.From, 0) || !c.one(o, e.Batch, "made", probable, c.From, c.To) {
			return false
		}
	}
	return e.Type != Infusion || c.one(e.Unit, e.Patient, "infusion", confirmed, c.From, c.To)
}

// shared are the contacts through rooms and equipment of what the event handles.
func (c *contacts) shared(e *Event) bool {
	meet := func(unit Thing) bool {
		for _, u := range e.Uses {
			if !c.both(unit, u.Equipment, "equipment", probable, u.From, u.To) {
				return false
			}
		}
		return c.both(unit, e.Room, "room", possible, c.From, c.To)
	}
	for _, in := range e.Inputs {
		if !meet(in) {
			return false
		}
	}
	for i := range e.Outputs {
		if !meet(e.Outputs[i].Unit) {
			return false
		}
	}
	return true
}

// stays are the contacts through the vessel or shipper that units are put into.
func (c *contacts) stays(e *Event) bool {
	via, grade := "vessel", uint8(possible)
	switch {
	case len(e.Until) == 0:
		return true
	case e.Type == Shipment:
		via = "shipper"
	case e.phase() == "liquid":
		grade = probable
	}
	for i, u := range e.Units {
		if !c.both(u, e.Equipment, via, grade, e.Time, e.Until[i]) {
			return false
		}
	}
	return true
}
