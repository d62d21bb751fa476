package genealogy

import "suyuan/internal/event"

// onDemand are the kinds of contacts that are half of all, and walked only if
// somebody asks for them. A snapshot does not have them: they are made of the
// entries when they are wanted.
func onDemand(v Via) bool { return v == ViaOpenLot || v == ViaOperator }

// Lean leaves out the kinds of contacts that are walked only on demand
// (open_lot, operator), where leaving them out saves work. It is for who would
// pass them over.
func (n *Network) Lean() *Network {
	n.lean = n.g.snap != nil
	return n
}

// derived makes the contacts of a thing of the snapshot that are not stored, in
// one direction, but for those of entries that make theirs again.
func (n *Network) derived(i int32, backward bool) []Contact {
	switch n.g.kindOf(i) {
	case event.KindUnit, event.KindLot, event.KindOperator:
	default:
		return nil
	}
	var list, made []Contact
	last := int32(-1)
	for _, m := range n.g.snap.mentions(i) {
		if m.Entry == last || n.g.order.dirty.has(m.Entry) || n.g.isStruck(m.Entry) {
			continue
		}
		last = m.Entry
		made = n.g.appendContacts(made[:0], m.Entry)
		for k := range made {
			if c := &made[k]; onDemand(c.Via) && endOf(c, backward) == i {
				list = append(list, *c)
			}
		}
	}
	sortContacts(list, compareTies)
	return list
}

// endOf returns the end of a contact whose row it is in.
func endOf(c *Contact, backward bool) int32 {
	if backward {
		return c.Target
	}
	return c.Source
}
