package rules

import (
	"slices"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
)

// outOfOrder: a thing is named, used or touched not before it was made, and
// used or touched not after it was used up; equal times are allowed. The same
// holds for what is recorded already: a back-dated event does not use a thing
// up before a recorded use of it, nor make it after a recorded mention. A stay
// ends after it began. An event that is corrected, signed or whose hold is
// lifted comes not after that; a replacement often mends the time, and is free.
// When the sample of a test was taken is not judged. References that are
// declared to be the same thing end together.
func (j *judge) outOfOrder() {
	j.beforeMade()
	j.beforeEvent()
	for i := range j.uses {
		u := &j.uses[i]
		if !u.part.touched() {
			continue
		}
		if end, ok := j.endedBefore(u.ref); ok {
			j.add(Violation{Variant: AfterUsedUp, Ref: u.ref, Path: u.path(), Limit: end.Event.Time}.by(end))
		}
	}
	j.laterThanEnd(ByLaterUse, part.touched)
	j.madeTooLate()
	j.stayReversed()
}

func (j *judge) beforeMade() {
	for _, r := range j.names {
		if made, ok := j.madeAt(r); ok && made.Event.Time.After(j.at) {
			j.add(Violation{Variant: BeforeMade, Ref: r, Path: j.pathOf(r), Limit: made.Event.Time}.by(made))
		}
	}
}

func (j *judge) beforeEvent() {
	for path, id := range eventsNamed(j.e) {
		if named, ok := j.g.ByID(id); ok && path != "replaces" && named.Event.Time.After(j.at) {
			j.add(Violation{Variant: BeforeEvent, Event: id, Path: path, Limit: named.Event.Time}.by(named))
		}
	}
}

// madeAt returns the entry that made r: a lot's first receipt, a shipment's
// departure.
func (j *judge) madeAt(r event.Ref) (*genealogy.Entry, bool) {
	if r.Kind() == event.KindShipment {
		return j.g.Sent(r)
	}
	made, ok := j.g.Made(r)
	return made.Entry, ok
}

// laterThanEnd finds what the event uses up, and an event in force later than
// that did something with of the kind that after its end is refused.
func (j *judge) laterThanEnd(variant Variant, refused func(part) bool) {
	for i := range j.uses {
		u := &j.uses[i]
		if !u.part.handled() || !genealogy.UsesUp(j.e, u.ref) {
			continue
		}
		if later := j.laterThan(u.ref, refused); later != nil {
			j.add(Violation{Variant: variant, Ref: u.ref, Path: u.path(), Limit: later.Event.Time}.by(later))
		}
	}
}

// laterThan returns the first entry after the event that did something of the
// kind with r, or with what is declared to be the same.
func (j *judge) laterThan(r event.Ref, refused func(part) bool) *genealogy.Entry {
	var first *genealogy.Entry
	for _, o := range classOf(j.g, r) {
		for m, entry := range j.after(o, j.at) {
			if !refused(partOf(m, &entry.Event)) || !j.bindsLater(r, entry) {
				continue
			}
			if first == nil || entry.Event.Time.Before(first.Event.Time) {
				first = entry
			}
			break
		}
	}
	return first
}

// classOf returns r and the references of its kind that are the same thing.
func classOf(g *genealogy.Graph, r event.Ref) []event.Ref {
	return slices.DeleteFunc(g.SameAs(r), func(o event.Ref) bool { return o.Kind() != r.Kind() })
}

// madeTooLate judges only the first making of a thing: once it is made, a
// further receipt puts nothing out of order.
func (j *judge) madeTooLate() {
	for i := range j.makes {
		m := &j.makes[i]
		if _, made := j.madeAt(m.ref); made {
			continue
		}
		for mention, entry := range j.before(m.ref, j.at) {
			if mention.As != genealogy.AsRegistered {
				j.add(Violation{Variant: MadeTooLate, Ref: m.ref, Path: m.path(), Limit: entry.Event.Time}.by(entry))
				break
			}
		}
	}
}

// stayReversed refuses to take a unit out of a vessel earlier than it was put
// in, where that is the only stay there that the event can end: it never was
// in that vessel by then, and its later stay there is still open. Taking out
// what nobody recorded to be in is allowed otherwise.
func (j *judge) stayReversed() {
	b, ok := j.e.Body.(*event.Retrieve)
	if !ok {
		return
	}
	for i, unit := range b.Units {
		if in := j.openLater(unit, b.Equipment); in != nil {
			j.add(Violation{Variant: StayReversed, Ref: unit, Other: b.Equipment, Path: element("units", i), Limit: in.Event.Time}.by(in))
		}
	}
}

// openLater returns the entry that began a stay of the unit in the vessel after
// the event, where it is the first and still open.
func (j *judge) openLater(unit, vessel event.Ref) *genealogy.Entry {
	var open *genealogy.Entry
	for _, entry := range j.standing(j.g.History(unit)) {
		switch b := entry.Event.Body.(type) {
		case *event.Store:
			if b.Equipment != vessel {
				continue
			}
			if !entry.Event.Time.After(j.at) {
				return nil
			}
			if open == nil {
				open = entry
			}
		case *event.Retrieve:
			if b.Equipment == vessel && open != nil {
				return nil
			}
		}
	}
	return open
}

// usedUp: what was consumed, infused whole or disposed of is not used, stored,
// retrieved or disposed of again: not later, and not a second time at the same
// instant. A back-dated end comes not before a recorded one of these.
func (j *judge) usedUp() {
	for i := range j.uses {
		u := &j.uses[i]
		if !u.part.handled() {
			continue
		}
		end, ok := j.endedBefore(u.ref)
		if !ok && genealogy.UsesUp(j.e, u.ref) {
			end, ok = j.endedAt(u.ref)
		}
		if ok {
			j.add(Violation{Variant: Again, Ref: u.ref, Path: u.path(), Limit: end.Event.Time}.by(end))
		}
	}
	j.laterThanEnd(ByLaterStep, part.handled)
}

// endedBefore returns the first entry that used r up strictly before the event.
func (j *judge) endedBefore(r event.Ref) (*genealogy.Entry, bool) {
	for _, end := range j.g.EndingsOf(ended(r)) {
		if end.Entry.Event.Time.Before(j.at) && j.bindsUs(ended(r), end.Entry) {
			return end.Entry, true
		}
	}
	return nil, false
}

func (j *judge) endedAt(r event.Ref) (*genealogy.Entry, bool) {
	for _, end := range j.g.EndingsOf(ended(r)) {
		if end.Entry.Event.Time.Compare(j.at) == 0 && j.bindsUs(ended(r), end.Entry) {
			return end.Entry, true
		}
	}
	return nil, false
}

// ended returns the thing whose end counts: an aliquot's is its lot's.
func ended(r event.Ref) event.Ref {
	if r.Kind() == event.KindAliquot {
		return r.Lot()
	}
	return r
}

// bindsUs reports whether an earlier end of r concerns the event. A unit is one
// container. A lot is many, at many sites: its disposal is the end of what the
// site that names itself had until then, and where no site is named, of all.
func (j *judge) bindsUs(r event.Ref, end *genealogy.Entry) bool {
	if r.Kind() != event.KindLot {
		return true
	}
	return sameSite(&end.Event, j.e) && !j.supplied(r, end.Event.Site, end.Event.Time, j.at)
}

// bindsLater reports whether the event, which uses r up, concerns a later one.
func (j *judge) bindsLater(r event.Ref, later *genealogy.Entry) bool {
	if r.Kind() != event.KindLot {
		return true
	}
	return sameSite(j.e, &later.Event) && !j.supplied(r, j.e.Site, j.at, later.Event.Time)
}

func sameSite(a, b *event.Event) bool {
	return a.Site == b.Site || a.Site.IsZero() || b.Site.IsZero()
}

// supplied reports whether the site received more of a lot in that time.
func (j *judge) supplied(lot, site event.Ref, from, to event.Time) bool {
	arrived := func(m genealogy.Mention) bool {
		entry := j.g.Entry(m)
		came := m.As == genealogy.AsReceived || m.As == genealogy.AsAccepted || m.As == genealogy.AsMade
		return came && !entry.Struck() && (entry.Event.Site == site || site.IsZero()) &&
			!entry.Event.Time.Before(from) && !entry.Event.Time.After(to)
	}
	return slices.ContainsFunc(classOf(j.g, lot), func(r event.Ref) bool { return slices.ContainsFunc(j.g.History(r), arrived) })
}
