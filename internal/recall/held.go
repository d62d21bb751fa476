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
	// each says that there are so many holds that each unit is asked about.
	each bool
}

// manyHolds is up to how many holds all that they cover is found at once, where
// as many units are asked about.
const manyHolds = 256

// coverage finds what is on hold, for so many units to be asked about; many where
// that is not known.
func coverage(g *genealogy.Graph, n *genealogy.Network, at event.Time, units int) *holds {
	h := &holds{g: g, at: at}
	if list := g.Holds(); len(list) > min(manyHolds, units) {
		h.each = true
		return h
	}
	var on []event.Ref
	list := g.Holds()
	for i := range list {
		if g.InForce(&list[i], at) {
			on = append(on, g.LiesOn(&list[i])...)
		}
	}
	if len(on) == 0 {
		return h
	}
	h.exempted = exempting(g, at)
	h.covered = descent(g, n, on, at, nil)
	return h
}

// on reports whether a thing is on hold.
func (h *holds) on(thing int32, r event.Ref) bool {
	if h.each {
		return len(h.g.HoldsOn(r, h.at)) > 0
	}
	if !h.covered[thing] {
		return false
	}
	return !h.exempted || len(h.g.HoldsOn(r, h.at)) > 0
}

// exempting reports whether any lift by then names things.
func exempting(g *genealogy.Graph, at event.Time) bool {
	for e := range g.Lifts() {
		if b := e.Event.Body.(*event.Case); len(b.Things) > 0 && !e.Struck() && !e.Event.Time.After(at) {
			return true
		}
	}
	return false
}

// making are the contacts through which a hold covers more than it names:
// made from or with (contract section 4), and being the same.
var making = genealogy.SetOf(genealogy.ViaCollection, genealogy.ViaInput, genealogy.ViaMade, genealogy.ViaMaterial, genealogy.ViaAliquot,
	genealogy.ViaSame)

// descent returns the named things and all that was made from or with them by
// a time, leaving out what is exempt and what was made through it alone. What
// went into a thing after something was made of it is not in what was made: as
// in a trace, a thing is covered since a time, and passes on from then.
func descent(g *genealogy.Graph, n *genealogy.Network, named []event.Ref, at event.Time, exempt map[event.Ref]bool) map[int32]bool {
	d := offspring{g: g, n: n, at: at, exempt: exempt, since: make(map[int32]event.Time), covered: make(map[int32]bool)}
	for _, r := range named {
		if i, ok := n.Thing(r); ok {
			d.put(i, event.Time{})
		}
		if r.Kind() == event.KindLot {
			d.opened(r)
		}
	}
	for len(d.list) > 0 {
		i := d.list[0]
		d.list = d.list[1:]
		d.passOn(i)
	}
	return d.covered
}

// offspring is what was made from or with some things. A thing that turns out
// to be covered since an earlier time is looked at again.
type offspring struct {
	g       *genealogy.Graph
	n       *genealogy.Network
	at      event.Time
	exempt  map[event.Ref]bool
	covered map[int32]bool
	since   map[int32]event.Time // zero: always
	list    []int32
}

func (d *offspring) put(thing int32, since event.Time) {
	if d.exempt[d.n.Ref(thing)] || d.covered[thing] && walkCompare(since, d.since[thing], false) >= 0 {
		return
	}
	d.covered[thing], d.since[thing] = true, since
	d.list = append(d.list, thing)
}

func (d *offspring) passOn(thing int32) {
	since := d.since[thing]
	for c := range d.n.From(thing) {
		// A batch covers what was made under it; a unit does not cover its batch.
		if making.Has(c.Via) && c.Grade == genealogy.Confirmed {
			d.pass(since, c.From, c.To, c.Target)
		}
	}
}

func (d *offspring) pass(since, from, to event.Time, target int32) {
	since = later(since, from)
	if !from.After(d.at) && (to.IsZero() || !since.After(to)) {
		d.put(target, since)
	}
}

// opened covers the aliquots of a lot, those only named elsewhere included.
func (d *offspring) opened(lot event.Ref) {
	for _, m := range d.g.History(lot) {
		if m.As != genealogy.AsOpened {
			continue
		}
		b := materialsOf(&d.g.Entry(m).Event)
		if i, ok := d.n.Thing(b[m.N].Thing()); ok {
			d.put(i, event.Time{})
		}
	}
}

func later(a, b event.Time) event.Time {
	if walkCompare(a, b, false) > 0 {
		return a
	}
	return b
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
