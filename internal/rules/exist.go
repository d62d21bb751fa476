package rules

import (
	"slices"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
)

// madeTwice: a unit is made once, whether it was collected, received,
// manufactured or left over; a unit of unknown origin may be claimed once, but
// not as what an infusion left over. A lot is manufactured once and received
// any number of times; a shipment departs once. Nothing is made of itself: what
// an event uses was there before, and it cannot make it.
func (j *judge) madeTwice() {
	for i := range j.makes {
		m := &j.makes[i]
		v := Violation{Variant: AlreadyMade, Ref: m.ref, Path: m.path()}
		if m.way == byDeparture {
			v.Variant = AlreadySent
		}
		if by, ok := j.madeBefore(m); ok {
			v.Limit = by.Event.Time
			j.add(v.by(by))
		} else if j.usesThing(m.ref) {
			v.Variant = OfItself
			j.add(v)
		} else if m.way == byResidue && j.g.UnknownOrigin(m.ref) {
			v.Variant = Unclaimable
			j.add(v)
		}
	}
}

// madeBefore returns the entry in force that excludes the making.
func (j *judge) madeBefore(m *making) (*genealogy.Entry, bool) {
	if m.way == byDeparture {
		return j.g.Sent(m.ref)
	}
	for _, made := range j.g.Makings(m.ref) {
		_, received := made.Entry.Event.Body.(*event.Receipt)
		if m.ref.Kind() == event.KindUnit || m.way == byOutput && !received {
			return made.Entry, true
		}
	}
	return nil, false
}

// unknownThing: a unit, lot or shipment that the event names exists, a batch
// that is tested or released was mentioned, and so were the events named by
// corrects, replaces, signs and holds. There is nothing to create where an
// event id is wrong, so that no deviation waives that; nor where the event that
// a lift names makes no hold. A replacement does not leave a recorded event with
// a thing that nothing makes.
func (j *judge) unknownThing() {
	for _, r := range j.names {
		if !j.g.Exists(r) {
			j.add(Violation{Variant: NoSuchThing, Ref: r, Path: j.pathOf(r)})
		}
	}
	if batch, path := batchOf(j.e); !batch.IsZero() && !j.g.Known(batch) {
		j.add(Violation{Variant: NoSuchThing, Ref: batch, Path: path})
	}
	for path, id := range eventsNamed(j.e) {
		entry, ok := j.g.ByID(id)
		switch _, lift := j.e.Body.(*event.Case); {
		case !ok:
			j.add(Violation{Variant: NoSuchEvent, Event: id, Path: path})
		case lift && path != "replaces" && !j.holds(entry):
			j.add(Violation{Variant: NoSuchHold, Event: id, Path: path}.by(entry))
		}
	}
	j.unmade()
}

// holds reports whether the entry makes a hold: that of a drill is one to lift
// as well, though it never bites.
func (j *judge) holds(entry *genealogy.Entry) bool {
	if entry.Struck() {
		return false
	}
	switch b := entry.Event.Body.(type) {
	case *event.Test:
		return b.Bad()
	case *event.Case:
		return b.Action == event.ActionHold
	case *event.Arrival:
		return len(b.Rejected) > 0 || j.wasExcursion(entry)
	case *event.Handover, *event.Temperature:
		return j.wasExcursion(entry)
	default:
		return false
	}
}

func (j *judge) wasExcursion(entry *genealogy.Entry) bool {
	return slices.ContainsFunc(j.g.Holds(), func(h genealogy.Hold) bool {
		return len(h.Things) > 0 && j.g.HoldEntry(&h).Seq == entry.Seq
	})
}

func batchOf(e *event.Event) (batch event.Ref, path string) {
	switch b := e.Body.(type) {
	case *event.Test:
		if b.Subject.Kind() == event.KindBatch {
			return b.Subject, "subject"
		}
	case *event.Release:
		return b.Batch, "batch"
	}
	return event.Ref{}, ""
}

// eventsNamed yields the event ids that must be in the ledger.
func eventsNamed(e *event.Event) func(yield func(path string, id event.ID) bool) {
	return func(yield func(path string, id event.ID) bool) {
		if e.Replaces != "" && !yield("replaces", e.Replaces) {
			return
		}
		switch b := e.Body.(type) {
		case *event.Correction:
			yield("corrects", b.Corrects)
		case *event.Signature:
			yield("signs", b.Signs)
		case *event.Case:
			if b.Lift == nil {
				return
			}
			for i, id := range b.Lift.Holds {
				if !yield(element("holds", i), id) {
					return
				}
			}
		}
	}
}

// unmade finds what only the replaced event made and others in force name.
func (j *judge) unmade() {
	if j.e.Replaces == "" {
		return
	}
	old, ok := j.g.ByID(j.e.Replaces)
	if !ok {
		return
	}
	for _, m := range makesOf(&old.Event) {
		if j.makesThing(m.ref) || j.g.Exists(m.ref) {
			continue
		}
		for mention, entry := range j.standing(j.g.History(m.ref)) {
			if mention.As != genealogy.AsRegistered {
				j.add(Violation{Variant: Unmade, Ref: m.ref, Path: "replaces", Limit: entry.Event.Time}.by(entry))
				break
			}
		}
	}
}

func (j *judge) makesThing(r event.Ref) bool {
	for i := range j.makes {
		if j.makes[i].ref == r {
			return true
		}
	}
	return false
}
