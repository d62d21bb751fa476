package recall

import (
	"suyuan/internal/event"
	"suyuan/internal/genealogy"
)

// strike lists a record that was corrected or replaced, once.
func (r *reading) strike(e *genealogy.Entry) {
	by, ok := r.a.g.StruckBy(e)
	if !ok || r.struck[e.Seq] {
		return
	}
	r.struck[e.Seq] = true
	r.corrected = append(r.corrected, Corrected{e.Seq, by})
}

// elsewhere lists the struck records that name nothing that was reached, and
// would have changed what the answer says of it all the same: about the
// shipments that carried it, the sites that it came to, what was counted where
// it is, the holds that lay on what it was made from, and what the sources
// stand for.
func (r *reading) elsewhere(reached []Thing) {
	sites, shipments, shelves := make(map[event.Ref]bool), make(map[event.Ref]bool), make(map[event.Ref]bool)
	for i := range reached {
		t := &reached[i]
		if t.Ref.Kind() != event.KindUnit {
			continue
		}
		shelves[t.Site] = true
		for _, m := range r.a.g.History(t.Ref) {
			e := &r.a.g.Entry(m).Event
			switch b := e.Body.(type) {
			case *event.Shipment:
				shipments[b.Shipment] = true
			case *event.Arrival:
				shipments[b.Shipment], sites[e.Site] = true, true
			case *event.Infusion:
				sites[e.Site] = true
			default:
			}
		}
	}
	for s := range shipments {
		r.strikeOf(s, shapes)
	}
	for s := range sites {
		r.strikeOf(s, func(e *event.Event) bool {
			b, ok := e.Body.(*event.Register)
			return ok && b.Subject == s
		})
	}
	for s := range shelves {
		r.strikeOf(s, func(e *event.Event) bool {
			_, ok := e.Body.(*event.Inventory)
			return ok && e.Site == s
		})
	}
	r.strikeSources()
	r.strikeHolds(reached)
}

func (r *reading) strikeOf(thing event.Ref, counts func(*event.Event) bool) {
	for _, m := range r.a.g.History(thing) {
		if e := r.a.g.Entry(m); e.Struck() && counts(&e.Event) {
			r.strike(e)
		}
	}
}

// strikeSources lists what would have given a source other things to stand for.
func (r *reading) strikeSources() {
	for _, s := range r.a.Query.Sources {
		switch s.Kind() {
		case event.KindCase:
			r.strikeOf(s, func(e *event.Event) bool {
				b, ok := e.Body.(*event.Case)
				return ok && b.Case == s && b.Open != nil
			})
		case event.KindShipment, event.KindSite:
			r.strikeOf(s, shapes)
		default:
		}
	}
}

// strikeHolds lists the struck records that made holds, or lifted them, on
// anything that a reached unit was made from or with.
func (r *reading) strikeHolds(reached []Thing) {
	g := r.a.g
	lifts := struckLifts(g)
	holds := g.Holds()
	for i := range holds {
		h := &holds[i]
		e := g.HoldEntry(h)
		records := lifts[e.Event.ID]
		if e.Struck() {
			records = append(records, e)
		}
		if len(records) == 0 || !r.bears(g.LiesOn(h), reached) {
			continue
		}
		for _, e := range records {
			r.strike(e)
		}
	}
}

// struckLifts finds the struck lifts by the holds that they named. Those of a
// drill lifted nothing.
func struckLifts(g *genealogy.Graph) map[event.ID][]*genealogy.Entry {
	lifts := make(map[event.ID][]*genealogy.Entry)
	entries := g.Entries()
	for i := range entries {
		e := &entries[i]
		b, ok := e.Event.Body.(*event.Case)
		if !ok || b.Lift == nil || !e.Struck() || g.Drill(b.Case) {
			continue
		}
		for _, id := range b.Lift.Holds {
			lifts[id] = append(lifts[id], e)
		}
	}
	return lifts
}

// bears reports whether anything that was reached is one of the things, or was
// made from or with them.
func (r *reading) bears(on []event.Ref, reached []Thing) bool {
	covered := descent(r.a.g, r.a.n, on, r.a.Query.At, nil)
	for i := range reached {
		if reached[i].Ref.Kind() == event.KindUnit && covered[reached[i].index] {
			return true
		}
	}
	return false
}
