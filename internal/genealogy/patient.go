package genealogy

import (
	"slices"

	"suyuan/internal/event"
)

// ForPatient returns whom a unit, or a lot prepared from units, is for at time
// t: the newest change, its own making, or else what it inherits from what it
// was made of, or who was given a part of it. The zero Ref means anyone.
func (g *Graph) ForPatient(r event.Ref, t event.Time) event.Ref {
	patient, _ := g.ForPatientBy(r, t)
	return patient
}

// ForPatientBy returns what ForPatient does, and the entry that says so.
func (g *Graph) ForPatientBy(r event.Ref, t event.Time) (event.Ref, *Entry) {
	k := asker{g: g, found: make(map[forebear]dedication), asking: make(map[forebear]int)}
	d := k.ask(forebear{r, t})
	return d.patient, d.by
}

// A dedication says whom a thing is for, and which entry says so.
type dedication struct {
	patient event.Ref
	by      *Entry
}

// An asker finds whom things are for, each at the times at which something was
// made of it. What a waived disorder made of itself inherits nothing from
// itself; what was found on the way round such a loop is not kept, for it would
// be another from elsewhere.
type asker struct {
	g      *Graph
	found  map[forebear]dedication
	asking map[forebear]int // depth of what is being asked
	loop   int              // least depth that was met again; 0 if none was
}

func (k *asker) ask(r forebear) dedication {
	if d, ok := k.found[r]; ok {
		return d
	}
	if depth, ok := k.asking[r]; ok {
		k.meet(depth)
		return dedication{}
	}
	before, depth := k.loop, len(k.asking)+1
	k.loop, k.asking[r] = 0, depth
	var d dedication
	class := k.g.sameKind(r.ref, false)
	for m, o := range k.g.changingAny(class) {
		e := &k.g.Entry(m).Event
		if e.Time.After(r.at) {
			break
		}
		before := d
		if d = k.after(d, o, m, e); m.As == AsMade && len(class) > 1 && d.patient.IsZero() {
			d = before // another label that names nobody
		}
	}
	delete(k.asking, r)
	if k.loop == 0 || k.loop >= depth {
		k.loop, k.found[r] = 0, d
	}
	k.meet(before)
	return d
}

func (k *asker) meet(depth int) {
	if k.loop == 0 || depth > 0 && depth < k.loop {
		k.loop = depth
	}
}

// after returns whom r is for after an event, having been for d before it.
func (k *asker) after(d dedication, r event.Ref, m Mention, e *event.Event) dedication {
	entry := k.g.Entry(m)
	switch m.As {
	case AsMade:
		if d = (dedication{outputOf(m, e).ForPatient, entry}); d.patient.IsZero() {
			d = k.inherited(e)
		}
	case AsResidue:
		d = dedication{e.Body.(*event.Infusion).Patient, entry}
	case AsInfused:
		// What is left stays usable for that patient, and for nobody else.
		if d.patient.IsZero() {
			d = dedication{e.Body.(*event.Infusion).Patient, entry}
		}
	default:
	}
	if c := changeOf(m, e, r); c != nil && (c.NoPatient || !c.ForPatient.IsZero()) {
		d = dedication{c.ForPatient, entry}
	}
	return d
}

// inherited returns whom that is for of which e made its outputs.
func (k *asker) inherited(e *event.Event) dedication {
	b, ok := e.Body.(*event.Manufacture)
	if !ok {
		return dedication{}
	}
	for i := range b.Inputs {
		if d := k.ask(forebear{b.Inputs[i].Unit, e.Time}); !d.patient.IsZero() {
			return d
		}
	}
	for i := range b.Materials {
		if d := k.ask(forebear{b.Materials[i].Lot, e.Time}); !d.patient.IsZero() {
			return d
		}
	}
	return dedication{}
}

// changingAny yields what changing does for each of the references, with the
// reference, in one order.
func (g *Graph) changingAny(class []event.Ref) func(yield func(Mention, event.Ref) bool) {
	type told struct {
		m   Mention
		ref event.Ref
	}
	return func(yield func(Mention, event.Ref) bool) {
		if len(class) == 1 {
			for m := range g.changing(class[0]) {
				if !yield(m, class[0]) {
					return
				}
			}
			return
		}
		var list []told
		for _, o := range class {
			for m := range g.changing(o) {
				list = append(list, told{m, o})
			}
		}
		slices.SortStableFunc(list, func(a, b told) int { return g.Entry(a.m).compare(g.Entry(b.m)) })
		for _, t := range list {
			if !yield(t.m, t.ref) {
				return
			}
		}
	}
}
