package recall

import (
	"suyuan/internal/event"
	"suyuan/internal/genealogy"
)

// holds knows which things are on hold at one time: those that a hold in force
// names, and all that was made from or with them by then. It asks once for all
// units what [genealogy.Graph.HoldsOn] asks for each.
type holds struct {
	g       *genealogy.Graph
	at      event.Time
	covered map[int32]bool
	// exempted says that a lift took single things out of a hold; then only
	// the single question tells.
	exempted bool
}

func coverage(g *genealogy.Graph, n *genealogy.Network, at event.Time) *holds {
	h := &holds{g: g, at: at}
	var named []event.Ref
	list := g.Holds()
	for i := range list {
		if g.InForce(&list[i], at) {
			named = append(named, list[i].Things...)
			if list[i].Cause == genealogy.CauseTest {
				named = append(named, batchesOf(g, list[i].Things)...)
			}
		}
	}
	if len(named) == 0 {
		return h
	}
	h.exempted = exempting(g, at)
	h.covered = descent(g, n, named, at, nil)
	return h
}

// on reports whether a thing is on hold.
func (h *holds) on(thing int32, r event.Ref) bool {
	if !h.covered[thing] {
		return false
	}
	return !h.exempted || len(h.g.HoldsOn(r, h.at)) > 0
}

func batchesOf(g *genealogy.Graph, things []event.Ref) []event.Ref {
	var list []event.Ref
	for _, r := range things {
		for _, m := range g.BatchesOf(r) {
			list = append(list, m.Batch)
		}
	}
	return list
}

// exempting reports whether any lift by then names things.
func exempting(g *genealogy.Graph, at event.Time) bool {
	entries := g.Entries()
	for i := range entries {
		e := &entries[i]
		b, ok := e.Event.Body.(*event.Case)
		if ok && b.Action == event.ActionLift && len(b.Things) > 0 && !e.Struck() && !e.Event.Time.After(at) {
			return true
		}
	}
	return false
}

// making are the contacts through which a hold covers more than it names:
// made from or with (contract section 4).
var making = setOf(genealogy.ViaCollection, genealogy.ViaInput, genealogy.ViaMade, genealogy.ViaMaterial, genealogy.ViaAliquot)

// descent returns the named things and all that was made from or with them by
// a time, leaving out what is exempt and what was made through it alone.
func descent(g *genealogy.Graph, n *genealogy.Network, named []event.Ref, at event.Time, exempt map[event.Ref]bool) map[int32]bool {
	covered := make(map[int32]bool)
	var list []int32
	put := func(i int32) {
		if !covered[i] && !exempt[n.Ref(i)] {
			covered[i] = true
			list = append(list, i)
		}
	}
	for _, r := range named {
		if i, ok := n.Thing(r); ok {
			put(i)
		}
		if r.Kind() == event.KindLot {
			openedFrom(g, n, r, put)
		}
	}
	for k := 0; k < len(list); k++ {
		for c := range n.From(list[k]) {
			// A batch covers its units; a unit does not cover its batch.
			if making.has(c.Via) && c.Grade == genealogy.Confirmed && !c.From.After(at) {
				put(c.Target)
			}
		}
	}
	return covered
}

// openedFrom yields the aliquots of a lot, those only named elsewhere included.
func openedFrom(g *genealogy.Graph, n *genealogy.Network, lot event.Ref, yield func(int32)) {
	for _, m := range g.History(lot) {
		if m.As != genealogy.AsOpened {
			continue
		}
		b := materialsOf(&g.Entry(m).Event)
		if i, ok := n.Thing(b[m.N].Thing()); ok {
			yield(i)
		}
	}
}

func materialsOf(e *event.Event) []event.Material {
	switch b := e.Body.(type) {
	case *event.Collection:
		return b.Materials
	case *event.Manufacture:
		return b.Materials
	default:
		return nil
	}
}
