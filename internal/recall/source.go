package recall

import (
	"suyuan/internal/event"
	"suyuan/internal/genealogy"
)

// expansion turns the things asked about into those that a walk can start
// from.
type expansion struct {
	g    *genealogy.Graph
	n    *genealogy.Network
	q    *Query
	seen map[event.Ref]bool
	list []start
}

func expand(g *genealogy.Graph, n *genealogy.Network, q *Query) []start {
	x := &expansion{g: g, n: n, q: q, seen: make(map[event.Ref]bool)}
	for _, r := range q.Sources {
		x.source(r)
	}
	return x.list
}

func (x *expansion) source(r event.Ref) {
	if x.seen[r] {
		return
	}
	x.seen[r] = true
	switch r.Kind() {
	case event.KindCase:
		x.caseSources(r)
	case event.KindShipment:
		x.load(r)
	case event.KindSite:
		x.site(r)
	default:
		x.put(r, event.Time{})
	}
}

// put adds a start that is contaminated from since on, or from the beginning of
// the window where that is later.
func (x *expansion) put(r event.Ref, since event.Time) {
	thing, ok := x.n.Thing(r)
	if !ok {
		return
	}
	if x.q.Backward {
		x.list = append(x.list, start{thing: thing, since: x.q.To, limit: x.q.From, windowed: !x.q.To.IsZero()})
		return
	}
	st := start{thing: thing, since: since}
	switch r.Kind() {
	case event.KindEquipment, event.KindRoom:
		st.touch = x.touch(r)
		st.windowed = len(st.touch) > 0
	case event.KindDonor, event.KindLot, event.KindOperator:
		st.limit = x.q.To
		fallthrough
	default:
		if walkCompare(x.q.From, since, false) > 0 {
			st.since, st.windowed = x.q.From, true
		}
	}
	x.list = append(x.list, st)
}

// touch returns what the window touches of equipment or a room. Without a
// window, its marks together are one.
func (x *expansion) touch(r event.Ref) []genealogy.Span {
	if x.q.From.IsZero() && x.q.To.IsZero() {
		return x.n.Marks(r)
	}
	return []genealogy.Span{{From: x.q.From, To: x.q.To}}
}

// beyond reports whether what happened at t lies after the window and so makes
// nothing a source.
func (x *expansion) beyond(t event.Time) bool {
	return !x.q.Backward && !x.q.To.IsZero() && t.After(x.q.To)
}

func (x *expansion) caseSources(r event.Ref) {
	for _, m := range x.g.History(r) {
		e := x.g.Entry(m)
		b, ok := e.Event.Body.(*event.Case)
		if !ok || e.Struck() || b.Open == nil || b.Case != r {
			continue
		}
		for _, s := range b.Open.Sources {
			x.source(s)
		}
	}
}

// load adds what a shipment was sent with, from its departure on.
func (x *expansion) load(r event.Ref) {
	for _, m := range x.g.History(r) {
		e := x.g.Entry(m)
		b, ok := e.Event.Body.(*event.Shipment)
		if !ok || e.Struck() || x.beyond(e.Event.Time) {
			continue
		}
		for _, u := range b.Units {
			x.put(u, e.Event.Time)
		}
		for _, lot := range b.Lots {
			x.put(lot, e.Event.Time)
		}
	}
}

// site adds the units that a site's events name, each from the first of them
// on.
func (x *expansion) site(r event.Ref) {
	had := make(map[event.Ref]bool)
	for _, m := range x.g.History(r) {
		e := x.g.Entry(m)
		if m.As != genealogy.AsSite || e.Event.Site != r || e.Struck() || x.beyond(e.Event.Time) {
			continue
		}
		for _, u := range x.units(&e.Event) {
			if !had[u] {
				had[u] = true
				x.put(u, e.Event.Time)
			}
		}
	}
}

func (x *expansion) units(e *event.Event) []event.Ref {
	if b, ok := e.Body.(*event.Arrival); ok {
		// An arrival's bare ids can be lots.
		return onlyUnits(append(x.g.Cargo(b.Shipment, b.Accepted), x.g.Cargo(b.Shipment, b.Rejected)...))
	}
	var list []event.Ref
	for _, r := range e.Refs {
		list = append(list, r)
	}
	return onlyUnits(list)
}

func onlyUnits(list []event.Ref) []event.Ref {
	var units []event.Ref
	for _, r := range list {
		if r.Kind() == event.KindUnit {
			units = append(units, r)
		}
	}
	return units
}

// firstReceipt returns when a lot first came in.
func firstReceipt(g *genealogy.Graph, lot event.Ref) event.Time {
	for _, m := range g.History(lot) {
		if e := g.Entry(m); m.As == genealogy.AsReceived && !e.Struck() {
			return e.Event.Time
		}
	}
	return event.Time{}
}
