package main

import (
	"slices"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
	"suyuan/internal/logbook"
)

// canLift refuses a lift that would change nothing: "lifted" is said only of what was held. Whether an event is a hold at all is
// for the rules to judge.
func (c *caseInput) canLift(d *logbook.CaseDesk, ids []string, things []event.Ref) error {
	for _, id := range ids {
		e, ok := d.Graph.ByID(event.ID(id))
		if !ok {
			continue
		}
		b, ok := e.Event.Body.(*event.Case)
		if ok && b.Action != event.ActionHold {
			continue
		}
		rehearsed := ok && d.Graph.Drill(b.Case)
		switch {
		case rehearsed && b.Case != c.ref:
			return c.noLift("error.lift-drill", e, data{"Case": b.Case.ID()})
		case !rehearsed && d.Graph.Drill(c.ref):
			return c.noLift("error.lift-real", e, data{"Case": c.ref.ID()})
		case rehearsed: // no thing's status knows of it
		case len(things) == 0 && heldBy(d, e) && !inForce(d, e):
			return c.noLift("error.lift-over", e, data{})
		}
	}
	if d.Graph.Drill(c.ref) || !slices.ContainsFunc(ids, func(id string) bool {
		e, ok := d.Graph.ByID(event.ID(id))
		return ok && heldBy(d, e)
	}) {
		return nil
	}
	for _, r := range things {
		covers := func(h genealogy.Held) bool { return slices.Contains(ids, string(h.Entry.Event.ID)) }
		if !slices.ContainsFunc(d.Graph.HoldsOn(r, d.At), covers) {
			e, _ := d.Graph.ByID(event.ID(ids[0]))
			return c.noLift("error.lift-thing", e, data{"Ref": r})
		}
	}
	return nil
}

// noLift says why a lift changes nothing.
func (c *caseInput) noLift(id string, e *genealogy.Entry, d data) error {
	d["Time"] = clock(c.at)
	p := fail(exitFailed, id, d)
	p.ref = c.ref.String()
	if e != nil {
		d["Seq"] = e.Seq
		p.seq = &e.Seq
	}
	return p
}

// heldBy reports whether an event ever held anything.
func heldBy(d *logbook.CaseDesk, e *genealogy.Entry) bool {
	holds := d.Graph.Holds()
	return slices.ContainsFunc(holds, func(h genealogy.Hold) bool { return d.Graph.HoldEntry(&h) == e })
}

func inForce(d *logbook.CaseDesk, e *genealogy.Entry) bool {
	holds := d.Graph.Holds()
	return slices.ContainsFunc(holds, func(h genealogy.Hold) bool { return d.Graph.HoldEntry(&h) == e && d.Graph.InForce(&h, d.At) })
}
