package recall

import (
	"maps"

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

// elsewhere lists the struck records that name nothing that was reached, or
// only say how it is to be judged, and would have changed what the answer says
// of it all the same: about the shipments that carried it, the sites that it
// came to, what was counted where it is, what was cleaned, the classes of what
// was worked with, the holds that lay on what it was made from, and what the
// sources stand for.
func (r *reading) elsewhere(reached []Thing) {
	v := &r.vicinity
	for s := range v.shipments {
		r.strikeOf(s, shapes)
	}
	for s := range v.sites {
		r.strikeAll(r.a.g.StruckRegistrations(s))
	}
	for s := range r.strangers {
		r.strikeAll(r.a.g.StruckRegistrations(s))
	}
	for s := range v.shelves {
		r.strikeAll(r.a.g.StruckInventories(s))
	}
	r.strikeClasses(v.lots)
	r.strikeCleanings(reached)
	r.strikeMarks()
	r.strikeSources()
	r.strikeHolds(reached)
}

// A vicinity is what was around the units that were reached.
type vicinity struct{ sites, shipments, shelves, lots map[event.Ref]bool }

func newVicinity() vicinity {
	return vicinity{make(map[event.Ref]bool), make(map[event.Ref]bool), make(map[event.Ref]bool), make(map[event.Ref]bool)}
}

func (v *vicinity) join(o *vicinity) {
	maps.Copy(v.sites, o.sites)
	maps.Copy(v.shipments, o.shipments)
	maps.Copy(v.shelves, o.shelves)
	maps.Copy(v.lots, o.lots)
}

func (v *vicinity) take(entry *genealogy.Entry) {
	e := &entry.Event
	switch b := e.Body.(type) {
	case *event.Shipment:
		v.shipments[b.Shipment] = true
	case *event.Arrival:
		v.shipments[b.Shipment], v.sites[e.Site] = true, true
	case *event.Infusion:
		v.sites[e.Site] = true
	default:
	}
	if entry.Struck() {
		return
	}
	for _, m := range materialsOf(e) {
		if m.Aliquot == "" {
			v.lots[m.Lot] = true
		}
	}
}

// strikeClasses lists the struck registrations that would have made a lot an
// open container, or no longer one.
func (r *reading) strikeClasses(lots map[event.Ref]bool) {
	if !r.a.vias.Has(genealogy.ViaBackflow) && !r.a.vias.Has(genealogy.ViaOpenLot) {
		return
	}
	for lot := range lots {
		for _, e := range r.a.g.StruckRegistrations(lot) {
			if r.reclasses(lot, e) {
				r.strike(e)
			}
		}
	}
}

// reclasses reports whether a struck registration of a lot would be the newest,
// and says another class than the one that does.
func (r *reading) reclasses(lot event.Ref, e *genealogy.Entry) bool {
	b := e.Event.Body.(*event.Register)
	now, entry, known := r.a.g.Registered(lot, r.a.g.Latest())
	open := known && now.Class == event.ClassOpenContainer
	if open == (b.Class == event.ClassOpenContainer) {
		return false
	}
	by, _ := r.a.g.StruckBy(e)
	return !known || !e.Event.Time.Before(entry.Event.Time) || by == entry.Seq
}

// strikeCleanings lists the struck cleanings of what was reached: they would
// have cut its epochs.
func (r *reading) strikeCleanings(reached []Thing) {
	for i := range reached {
		if remembers(reached[i].Ref.Kind()) {
			r.strikeAbout(reached[i].Ref, func(e *event.Event) (event.Ref, bool) {
				b, ok := e.Body.(*event.Cleaning)
				if !ok {
					return event.Ref{}, false
				}
				return b.Equipment, true
			})
		}
	}
}

// strikeMarks lists the struck results that would have marked a source, where
// its marks are the window, or ended a mark.
func (r *reading) strikeMarks() {
	if q := &r.a.Query; q.Backward || !q.From.IsZero() || !q.To.IsZero() {
		return
	}
	for i := range r.a.starts {
		if thing := r.a.starts[i].thing; r.a.n.Remembers(thing) {
			r.strikeAbout(r.a.n.Ref(thing), func(e *event.Event) (event.Ref, bool) {
				b, ok := e.Body.(*event.Environment)
				if !ok {
					return event.Ref{}, false
				}
				return b.Equipment, b.Class == event.EnvironmentMicrobial
			})
		}
	}
}

// strikeAbout lists the struck records about equipment or a room, or what is
// the same. subject returns the equipment that a record is about, if it counts
// at all; one that names none is about its room.
func (r *reading) strikeAbout(thing event.Ref, subject func(*event.Event) (event.Ref, bool)) {
	for _, same := range r.a.g.SameAs(thing) {
		r.strikeOf(same, func(e *event.Event) bool {
			about, counts := subject(e)
			if about.IsZero() {
				about = e.Room
			}
			return counts && about == same
		})
	}
}

func (r *reading) strikeAll(list []*genealogy.Entry) {
	for _, e := range list {
		r.strike(e)
	}
}

func (r *reading) strikeOf(thing event.Ref, counts func(*event.Event) bool) {
	for _, m := range r.a.g.StruckHistory(thing) {
		if e := r.a.g.Entry(m); counts(&e.Event) {
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
		records := lifts[h.Entry]
		if g.HoldStruck(h) {
			records = append(records, g.HoldEntry(h))
		}
		if len(records) > 0 && r.bears(g.LiesOn(h), reached) {
			r.strikeAll(records)
		}
	}
}

// struckLifts finds the struck lifts by the entries of the holds that they named.
// Those of a drill lifted nothing.
func struckLifts(g *genealogy.Graph) map[int32][]*genealogy.Entry {
	lifts := make(map[int32][]*genealogy.Entry)
	for _, e := range g.StruckLifts() {
		b := e.Event.Body.(*event.Case)
		if g.Drill(b.Case) {
			continue
		}
		for _, id := range b.Lift.Holds {
			if hold, ok := g.ByID(id); ok {
				lifts[hold.Number()] = append(lifts[hold.Number()], e)
			}
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
