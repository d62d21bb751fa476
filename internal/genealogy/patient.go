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
	k := asker{g: g, asked: make([]asked, 0, someAsked)}
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
	g     *Graph
	asked []asked            // mostly a few
	many  map[forebear]int32 // places in asked, where they are many
	depth int                // how many are being asked
	loop  int                // least depth that was met again; 0 if none was
}

// An asked thing is being asked, at a depth; or it was found whom it is for; or
// neither, where that was found on the way round a loop.
type asked struct {
	forebear
	depth int
	known bool
	dedication
}

const (
	someAsked = 6 // room for most
	fewAsked  = 32
)

// of returns the place of what was asked about a thing, a new one if nothing was.
func (k *asker) of(r forebear) int32 {
	n := int32(len(k.asked)) //nolint:gosec // no more than entries
	if k.many != nil {
		if i, ok := k.many[r]; ok {
			return i
		}
		k.many[r] = n
	} else {
		for i := range k.asked {
			if k.asked[i].forebear == r {
				return int32(i)
			}
		}
	}
	k.asked = append(k.asked, asked{forebear: r})
	if n == fewAsked {
		k.many = make(map[forebear]int32)
		for i := range k.asked {
			k.many[k.asked[i].forebear] = int32(i)
		}
	}
	return n
}

func (k *asker) ask(r forebear) dedication {
	i := k.of(r)
	switch a := &k.asked[i]; {
	case a.known:
		return a.dedication
	case a.depth > 0:
		k.meet(a.depth)
		return dedication{}
	}
	k.depth++
	before, depth := k.loop, k.depth
	k.loop, k.asked[i].depth = 0, depth
	d := k.find(r)
	k.depth--
	k.asked[i].depth = 0
	if k.loop == 0 || k.loop >= depth {
		k.loop, k.asked[i].known, k.asked[i].dedication = 0, true, d
	}
	k.meet(before)
	return d
}

// find goes through what can say whom r is for.
func (k *asker) find(r forebear) (d dedication) {
	if k.g.noSames() {
		for m, e := range k.g.changing(r.ref) {
			if e.Time.After(r.at) {
				break
			}
			d = k.after(d, r.ref, m, e)
		}
		return d
	}
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
