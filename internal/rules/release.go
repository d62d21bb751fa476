package rules

import (
	"slices"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
)

// expired: a unit, lot or aliquot is used at or before its expiry, as the
// ledger has it at the event's time; what the event itself changes comes after
// it. Shipments that on-hold allows are allowed here too.
func (j *judge) expired() {
	if harmless(j.e) {
		return
	}
	for i := range j.uses {
		u := &j.uses[i]
		if !u.part.used() {
			continue
		}
		if limit, by := j.g.ExpiryBy(u.ref, j.at); !limit.IsZero() && j.at.After(limit) {
			j.add(Violation{Variant: PastExpiry, Ref: u.ref, Path: u.path(), Limit: limit}.by(by))
		}
	}
}

// harmless reports whether e is a shipment that takes things out of use.
func harmless(e *event.Event) bool {
	b, ok := e.Body.(*event.Shipment)
	return ok && slices.Contains([]string{event.PurposeQuarantine, event.PurposeReturn, event.PurposeDestruction, event.PurposeTesting}, b.Purpose)
}

// notReleased: a unit is infused only under a release. The newest at the
// event's time counts, and it is no rejection. While a positive or failed test
// holds the unit, that release must be an exceptional one, not older than the
// test, and whole.
func (j *judge) notReleased() {
	b, ok := j.e.Body.(*event.Infusion)
	if !ok {
		return
	}
	v := Violation{Ref: b.Unit, Path: "unit"}
	entry, decision := j.g.Decision(b.Unit, j.at)
	switch {
	case decision == nil:
		v.Variant = NoDecision
		j.add(v)
	case decision.Decision == event.DecisionRejected:
		v.Variant, v.Limit = Rejected, entry.Event.Time
		j.add(v.by(entry))
	}
	for _, held := range j.g.HoldsOn(b.Unit, j.at) {
		if held.Hold.Cause != genealogy.CauseTest {
			continue
		}
		v.Other, v.Limit = held.On, held.Entry.Event.Time
		if decision == nil || decision.Decision != event.DecisionExceptional || entry.Event.Time.Before(v.Limit) {
			v.Variant = BadTest
			j.add(v.by(held.Entry))
		} else if !whole(decision) {
			v.Variant = Incomplete
			j.add(v.by(entry))
		}
	}
}

// whole reports whether an exceptional release says who asked for it and by
// what authority, and two people signed it.
func whole(b *event.Release) bool {
	return b.Decision == event.DecisionExceptional && !b.RequestedBy.IsZero() && b.Authority != "" && twoDifferent(b.SignedBy)
}
