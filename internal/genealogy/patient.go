package genealogy

import "suyuan/internal/event"

// ForPatient returns whom a unit, or a lot prepared from units, is for at time
// t: the newest change, its own making, or else what it inherits from what it
// was made of, or who was given a part of it. The zero Ref means anyone.
func (g *Graph) ForPatient(r event.Ref, t event.Time) event.Ref {
	patient, _ := g.ForPatientBy(r, t)
	return patient
}

// ForPatientBy returns what ForPatient does, and the entry that says so.
func (g *Graph) ForPatientBy(r event.Ref, t event.Time) (event.Ref, *Entry) {
	p := g.forPatient(r, t, make(map[event.Ref]bool))
	return p.patient, p.by
}

// A dedication says whom a thing is for, and which entry says so.
type dedication struct {
	patient event.Ref
	by      *Entry
}

func (g *Graph) forPatient(r event.Ref, t event.Time, seen map[event.Ref]bool) dedication {
	var d dedication
	if seen[r] {
		return d
	}
	seen[r] = true
	for m, e := range g.changing(r) {
		if e.Time.After(t) {
			break
		}
		switch m.As {
		case AsMade:
			if p := outputOf(m, e).ForPatient; !p.IsZero() {
				d = dedication{p, g.Entry(m)}
			} else {
				d = g.inherited(e, seen)
			}
		case AsResidue:
			d = dedication{e.Body.(*event.Infusion).Patient, g.Entry(m)}
		case AsInfused:
			// What is left stays usable for that patient, and for nobody else.
			if d.patient.IsZero() {
				d = dedication{e.Body.(*event.Infusion).Patient, g.Entry(m)}
			}
		default:
		}
		if c := changeOf(m, e, r); c != nil && (c.NoPatient || !c.ForPatient.IsZero()) {
			d = dedication{c.ForPatient, g.Entry(m)}
		}
	}
	return d
}

// inherited returns whom that is for of which e made its outputs.
func (g *Graph) inherited(e *event.Event, seen map[event.Ref]bool) dedication {
	b, ok := e.Body.(*event.Manufacture)
	if !ok {
		return dedication{}
	}
	for i := range b.Inputs {
		if d := g.forPatient(b.Inputs[i].Unit, e.Time, seen); !d.patient.IsZero() {
			return d
		}
	}
	for i := range b.Materials {
		if d := g.forPatient(b.Materials[i].Lot, e.Time, seen); !d.patient.IsZero() {
			return d
		}
	}
	return dedication{}
}
