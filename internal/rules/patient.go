package rules

import (
	"suyuan/internal/event"
	"suyuan/internal/genealogy"
)

// wrongPatient: a unit that is for a patient, and all that is made from it,
// goes only to that patient: it is infused, booked, pooled, labelled and
// re-labelled for nobody else; and so is a unit of which a part was given. Two
// references that are declared to be the same patient are one.
func (j *judge) wrongPatient() {
	switch b := j.e.Body.(type) {
	case *event.Infusion:
		if !j.givenToOther(b.Unit, b.Patient, member("patient")) {
			j.meantForOther(b.Unit, b.Patient, member("patient"))
		}
	case *event.Allocation:
		if b.Cancelled != nil && *b.Cancelled {
			return
		}
		for i, unit := range b.Units {
			j.meantForOther(unit, b.Patient, where{"units", i, ""})
		}
	case *event.Manufacture:
		j.pooled(b)
		for i := range b.Changes {
			j.reassigned(&b.Changes[i], where{"changes", i, ".for_patient"})
		}
	}
}

func (j *judge) meantForOther(unit, patient event.Ref, at where) {
	meant, by := j.g.ForPatientBy(unit, j.at)
	if !meant.IsZero() && !j.isOne(meant, patient) {
		j.add(Violation{Variant: MeantFor, Ref: unit, Other: meant, Path: at.path()}.by(by))
	}
}

// givenToOther finds infusions of the unit, by any reference, to somebody else, whenever they
// were: a back-dated one would make a recorded one wrong.
func (j *judge) givenToOther(unit, patient event.Ref, at where) bool {
	found := false
	for _, o := range classOf(j.g, unit) {
		for m, entry := range j.standing(j.g.History(o)) {
			b, ok := entry.Event.Body.(*event.Infusion)
			if !ok || m.As != genealogy.AsInfused || j.isOne(b.Patient, patient) {
				continue
			}
			found = true
			j.add(Violation{Variant: GivenTo, Ref: unit, Other: b.Patient, Path: at.path(), Limit: entry.Event.Time}.by(entry))
		}
	}
	return found
}

// pooled judges what goes into a manufacture, and the names on what comes out.
func (j *judge) pooled(b *event.Manufacture) {
	var meant event.Ref
	var by *genealogy.Entry
	for i := range j.uses {
		u := &j.uses[i]
		if u.part != asInput && u.part != asMaterial {
			continue
		}
		patient, entry := j.g.ForPatientBy(ended(u.ref), j.at)
		switch {
		case patient.IsZero():
		case meant.IsZero():
			meant, by = patient, entry
		case !j.isOne(meant, patient):
			j.add(Violation{Variant: Pooled, Ref: u.ref, Other: meant, Path: u.path()}.by(entry))
		}
	}
	for i := range b.Outputs {
		if p := b.Outputs[i].ForPatient; !p.IsZero() && !meant.IsZero() && !j.isOne(meant, p) {
			j.add(Violation{Variant: OtherOutput, Ref: b.Outputs[i].Thing(), Other: meant, Path: element("outputs", i) + ".for_patient"}.by(by))
		}
	}
}

// reassigned judges a change that takes a unit from its patient, or gives it to
// one although another was infused with it.
func (j *judge) reassigned(c *event.Change, at where) {
	if !c.NoPatient && c.ForPatient.IsZero() {
		return
	}
	meant, by := j.g.ForPatientBy(c.Unit, j.at)
	if !meant.IsZero() && (c.NoPatient || !j.isOne(meant, c.ForPatient)) {
		j.add(Violation{Variant: Reassigned, Ref: c.Unit, Other: meant, Path: at.path()}.by(by))
		return
	}
	if !c.NoPatient {
		j.givenToOther(c.Unit, c.ForPatient, at)
	}
}
