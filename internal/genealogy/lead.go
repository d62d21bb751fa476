package genealogy

import (
	"slices"

	"suyuan/internal/event"
)

// A lead is what taking an entry in wants of it beside the event, found out when it
// joined: whether it only names things, then its mentions with the numbers of the
// things, or else the codes that it says of things and the entries that it strikes.

// What the first byte of a lead says.
const (
	leadPlain = 1 // the entry only names things, and its mentions follow
	leadLoose = 2 // the event names what had no number when it joined
)

// appendLead appends the lead of an entry that has joined.
func (g *Graph) appendLead(dst []byte, e *Entry, codes []event.Codes, mentions []mention) []byte {
	if !g.plain(e, codes) {
		return g.appendStruck(appendCodes(append(dst, 0), codes), e)
	}
	dst = appendUint(append(dst, leadPlain), uint64(len(mentions)))
	for i := range mentions {
		m := &mentions[i]
		dst = appendPart(dst, m.as, m.n, g.lives(Mention{e.n, m.as, m.n}))
		dst = appendUint(dst, uint64(m.thing)) //nolint:gosec // it was mentioned
	}
	return dst
}

func appendCodes(dst []byte, list []event.Codes) []byte {
	dst = appendUint(dst, uint64(len(list)))
	for i := range list {
		dst = appendRef(dst, list[i].Thing)
		dst = appendUint(dst, uint64(len(list[i].Values)))
		for _, v := range list[i].Values {
			dst = appendStr(dst, v)
		}
	}
	return dst
}

// appendStruck writes which entries an event strikes, so that nobody looks for them
// by their ids.
func (g *Graph) appendStruck(dst []byte, e *Entry) []byte {
	ids := strikesOf(&e.Event)
	dst = appendUint(dst, uint64(len(ids)))
	for _, id := range ids {
		k, ok := g.numberOf(id)
		if !ok || k >= e.n { // it was not there
			k = -1
		}
		dst = appendUint(dst, uint64(k+1))
	}
	return dst
}

// plain reports whether an event did no more than name things when it joined: no
// code is said of any, nothing is struck, held, lifted or registered, and no rule
// about signatures asks for it by its content.
func (g *Graph) plain(entry *Entry, codes []event.Codes) bool {
	e := &entry.Event
	if e.Replaces != "" || len(codes) > 0 {
		return false
	}
	outputs := e.Outputs()
	for i := range outputs {
		if len(outputs[i].Codes) > 0 {
			return false
		}
	}
	if g.vesselHolds > 0 {
		if units, vessels := g.movedBy(e); len(g.vesselHoldsOn(slices.Concat(units, vessels)...)) > 0 {
			return false
		}
	}
	switch b := e.Body.(type) {
	case *event.Manufacture:
		return len(b.Changes) == 0
	case *event.Test:
		return !b.Bad()
	case *event.Shipment:
		return !slices.ContainsFunc(g.History(b.Shipment), func(m Mention) bool { return g.wasExcursion(m.Entry) })
	case *event.Handover, *event.Temperature:
		return !g.wasExcursion(entry.n)
	case *event.Arrival:
		return len(b.Rejected) == 0 && !g.wasExcursion(entry.n)
	case *event.Collection, *event.Receipt, *event.Infusion, *event.Release, *event.Store, *event.Retrieve, *event.Allocation,
		*event.Disposal, *event.Eligibility, *event.Followup, *event.Cleaning, *event.Environment, *event.Contact:
		return true
	default:
		return false
	}
}

// wasExcursion reports whether entry n was ever judged to be one. Where it was not, to
// judge it did nothing.
func (g *Graph) wasExcursion(n int32) bool {
	_, known := g.excursions[n]
	return known
}
