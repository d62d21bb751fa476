package rules

import (
	"suyuan/internal/event"
	"suyuan/internal/genealogy"
)

// onHold: a held unit, or one made from or with a held thing, is not worked on,
// released, shipped or infused; a held donor gives nothing, and a held lot,
// aliquot, piece of equipment or room is not used. Holds count from the time of
// the event that made them up to, and not including, that of their lift.
// Storing, retrieving, testing, counting, disposing, and shipments out of use
// are always allowed, as are rejections, bookings, handovers and arrivals.
func (j *judge) onHold() { j.putToUse(j.free) }

// putToUse calls f with what the event puts to use, and where it says so: what
// is worked on, taken as input, released, shipped or infused, and what that is
// done with. Rejections and shipments out of use put nothing to use.
func (j *judge) putToUse(f func(r event.Ref, at where)) {
	switch b := j.e.Body.(type) {
	case *event.Collection:
		f(b.Donor, member("donor"))
	case *event.Release:
		if b.Decision == event.DecisionRejected {
			return
		}
		j.putBatchToUse(b.Batch, f)
	case *event.Shipment:
		if harmless(j.e) {
			return
		}
	case *event.Manufacture, *event.Infusion:
	default:
		return
	}
	for i := range j.uses {
		f(j.uses[i].ref, j.uses[i].where)
	}
	for _, u := range equipmentOf(j.e) {
		f(u.ref, u.where)
	}
	if roomUsed(j.e) {
		f(j.e.Room, member("room"))
	}
}

// putBatchToUse is about the release of a batch: the batch itself, and the
// units that it covers and that are not used up.
func (j *judge) putBatchToUse(batch event.Ref, f func(r event.Ref, at where)) {
	if batch.IsZero() {
		return
	}
	f(batch, member("batch"))
	for _, unit := range j.g.UnitsOf(batch, j.at) {
		if _, gone := j.endedBefore(unit); !gone {
			f(unit, member("batch"))
		}
	}
}

// free notes every hold that forbids to use r.
func (j *judge) free(r event.Ref, at where) {
	for _, held := range j.g.HoldsOn(r, j.at) {
		if j.excepted(r, held) {
			continue
		}
		v := Violation{Variant: MadeWithHeld, Ref: r, Other: held.On, Path: at.path(), Limit: held.Entry.Event.Time}
		if held.On == r {
			v.Variant = Held
		}
		j.add(v.by(held.Entry))
	}
}

// excepted reports whether the hold of a test stands back for an exceptional
// release: for that release itself, and for the shipment and the infusion of
// what it released after the test.
func (j *judge) excepted(r event.Ref, held genealogy.Held) bool {
	if held.Hold.Cause != genealogy.CauseTest {
		return false
	}
	switch b := j.e.Body.(type) {
	case *event.Release:
		return whole(b)
	case *event.Shipment, *event.Infusion:
		if r.Kind() != event.KindUnit {
			return false
		}
		entry, decision := j.g.Decision(r, j.at)
		return decision != nil && whole(decision) && !entry.Event.Time.Before(held.Entry.Event.Time)
	default:
		return false
	}
}
