package rules

import (
	"cmp"
	"slices"
	"strconv"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
)

// badSignature: every signature that the event is recorded with is one, by a
// key in force; a key or policy event is signed as its policy says, and is
// never corrected or replaced.
func (j *judge) badSignature() {
	if j.c.Signatures == nil {
		return
	}
	j.unalterable()
	for i, f := range j.signatureFaults() {
		if f.Variant != Unsigned {
			j.add(j.told(&j.faults[i]))
		}
	}
}

// unalterable: which keys are in force depends on the records alone, so that a
// key or policy event is not taken back. One that does nothing, since it is of
// another vocabulary, may do something to others.
func (j *judge) unalterable() {
	for path, id := range eventsNamed(j.e) {
		entry, ok := j.g.ByID(id)
		if !ok || path != "corrects" && path != "replaces" {
			continue
		}
		switch entry.Event.Body.(type) {
		case *event.Key, *event.Policy:
			j.add(Violation{Variant: Unalterable, Event: id, Path: path, Name: string(entry.Event.Type)}.by(entry))
		}
	}
}

// missingSignature: an event has the signatures that a policy with the gate
// entry wants; and a unit is not put to use while a record that made it, worked
// on it or released it lacks those that a policy with the gate use wants.
func (j *judge) missingSignature() {
	if j.c.Signatures == nil {
		return
	}
	for i, f := range j.signatureFaults() {
		if f.Variant == Unsigned {
			j.add(j.told(&j.faults[i]))
		}
	}
	if !j.c.Signatures.Gates() {
		return
	}
	j.putToUse(func(r event.Ref, at where) {
		if r.Kind() != event.KindUnit {
			return
		}
		for _, entry := range j.answering(r) {
			for _, need := range j.c.Signatures.Withheld(entry.Seq) {
				v := Violation{Variant: Withheld, Ref: r, Path: at.path(), Limit: entry.Event.Time}
				j.add(need.lackedBy(v).by(entry))
			}
		}
	})
}

// answering lists the records in force by the event's time that made the unit,
// worked on it or released it, itself or by a batch that it was made under by
// then, each once and in order of their numbers. What is declared to be the
// same is one thing.
func (j *judge) answering(unit event.Ref) []*genealogy.Entry {
	var list []*genealogy.Entry
	collect := func(r event.Ref, from event.Time, wanted func(genealogy.Mention, *event.Event) bool) {
		for m, entry := range j.standing(j.g.History(r)) {
			if e := &entry.Event; !e.Time.After(j.at) && !e.Time.Before(from) && wanted(m, e) {
				list = append(list, entry)
			}
		}
	}
	for _, r := range classOf(j.g, unit) {
		collect(r, event.Time{}, answers)
		for _, made := range j.g.BatchesOf(r) {
			collect(made.Batch, made.Entry.Event.Time, releases)
		}
	}
	slices.SortFunc(list, func(a, b *genealogy.Entry) int { return cmp.Compare(a.Seq, b.Seq) })
	return slices.Compact(list)
}

// answers reports whether an event made, worked on or released what mentions it.
func answers(m genealogy.Mention, e *event.Event) bool {
	switch m.As {
	case genealogy.AsMade, genealogy.AsResidue, genealogy.AsWorked:
		return true
	default:
		return releases(m, e)
	}
}

func releases(m genealogy.Mention, e *event.Event) bool { return partOf(m, e) == asRelease }

// signatureFaults asks once: to judge a signature costs more than to judge all
// else.
func (j *judge) signatureFaults() []SignatureFault {
	if !j.asked {
		j.asked, j.faults = true, j.c.Signatures.Faults(j.e)
	}
	return j.faults
}

// told turns a fault into a violation; what the event itself says is added.
func (j *judge) told(f *SignatureFault) Violation {
	v := Violation{
		Variant: f.Variant, Path: f.Path, Key: f.Key, Name: f.Meaning, Found: f.Found, Want: f.Want, Seq: f.Seq, HasSeq: f.HasSeq,
	}
	if f.Variant == PolicyUnmet || f.Variant == Unsigned {
		return f.Need.lackedBy(v)
	}
	if b, ok := j.e.Body.(*event.Signature); ok && f.Variant == OtherEvent {
		v.Event, v.Found = b.Signs, b.SHA256
	} else if ok && f.Variant == OtherMeaning {
		v.Want = b.Meaning
	}
	return v
}

// lackedBy lets the violation say what is lacking.
func (n *SignatureNeed) lackedBy(v Violation) Violation {
	v.Name, v.Role = n.Meaning, n.Role
	v.Found, v.Want = strconv.FormatInt(n.Found, 10), strconv.FormatInt(n.Wanted, 10)
	return v
}
