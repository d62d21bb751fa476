package recall_test

import (
	"cmp"
	"math"
	"slices"
	"time"

	"suyuan/internal/event"
)

// The slow reference: docs/trace.md written down with maps and loops, from
// events to answers, and without a look at the graph. Times are seconds. This
// file is its section on things and contacts.

const (
	always = math.MinInt
	never  = math.MaxInt
)

const (
	confirmed = iota
	probable
	possible
)

type refRecord struct {
	seq, place int // a replacement stands where the replaced one stood
	e          event.Event
}

type refContact struct {
	src, dst, via string
	grade         int
	from, to      int
	seq           int
}

type refWorld struct {
	base     event.Time
	records  []refRecord // those in force, in their order
	story    []refRecord // the same in order of time
	contacts []refContact
}

func newRefWorld(base event.Time, events []event.Event) *refWorld {
	w := &refWorld{base: base, records: inForce(events)}
	w.story = slices.Clone(w.records)
	slices.SortStableFunc(w.story, func(a, b refRecord) int {
		return cmp.Or(a.e.Time.Compare(b.e.Time), cmp.Compare(a.place, b.place), cmp.Compare(a.seq, b.seq))
	})
	for _, r := range w.records {
		w.add(r)
	}
	w.stays()
	w.legs()
	return w
}

func inForce(events []event.Event) []refRecord {
	byID, places := make(map[event.ID]int), make([]int, len(events))
	for i := range events {
		places[i] = i
		if k, ok := byID[events[i].Replaces]; ok {
			places[i] = places[k]
		}
		byID[events[i].ID] = i
	}
	// A striker is newer than what it strikes, so that from the newest on each
	// record's own standing is known when it is reached. A replacement that was
	// replaced has handed its place on; one that was corrected has lost it.
	struck, stands := make(map[int]bool), make(map[int]bool)
	for i := len(events) - 1; i >= 0; i-- {
		if k, ok := byID[events[i].Replaces]; ok && k < i && (!struck[i] || stands[i]) {
			struck[k], stands[k] = true, true
		}
		b, ok := events[i].Body.(*event.Correction)
		if !ok || struck[i] {
			continue
		}
		if k, ok := byID[b.Corrects]; ok && k < i {
			struck[k] = true
		}
	}
	var list []refRecord
	for i := range events {
		if !struck[i] {
			list = append(list, refRecord{i + 1, places[i], events[i]})
		}
	}
	return list
}

func (w *refWorld) second(t event.Time) int { return int(t.Sub(w.base) / time.Second) }

// A refMaker adds the contacts of one record.
type refMaker struct {
	w        *refWorld
	seq      int
	from, to int
}

func (w *refWorld) maker(r refRecord) *refMaker {
	return &refMaker{w, r.seq, w.second(r.e.Time), w.second(r.e.Until())}
}

func (m *refMaker) put(src, dst event.Ref, via string, grade, from, to int) {
	if !src.IsZero() && !dst.IsZero() && src != dst {
		m.w.contacts = append(m.w.contacts, refContact{src.String(), dst.String(), via, grade, from, max(from, to), m.seq})
	}
}

func (m *refMaker) both(a, b event.Ref, via string, grade, from, to int) {
	m.put(a, b, via, grade, from, to)
	m.put(b, a, via, grade, from, to)
}

func (m *refMaker) during(src, dst event.Ref, via string) {
	m.put(src, dst, via, confirmed, m.from, m.to)
}

func (w *refWorld) add(r refRecord) {
	m := w.maker(r)
	switch b := r.e.Body.(type) {
	case *event.Collection:
		for _, u := range things(b.Outputs) {
			m.during(b.Donor, u, "collection")
		}
		m.materials(b.Materials, things(b.Outputs), unitsOf(r.e))
		m.uses(b.Equipment, unitsOf(r.e))
	case *event.Receipt:
		m.batch(b.Batch, b.Outputs)
	case *event.Manufacture:
		for _, in := range b.Inputs {
			for _, u := range things(b.Outputs) {
				m.during(in.Unit, u, "input")
			}
		}
		m.materials(b.Materials, slices.Concat(things(b.Outputs), b.Units), unitsOf(r.e))
		m.uses(b.Equipment, unitsOf(r.e))
		m.batch(b.Batch, b.Outputs)
	case *event.Infusion:
		m.during(b.Unit, b.Patient, "infusion")
		m.during(b.Unit, b.Residue, "input")
	case *event.Contact:
		m.declared(b)
	case *event.Same:
		for _, p := range pairs(b.Things) {
			if p[0].Kind() == p[1].Kind() {
				m.put(p[0], p[1], "same", confirmed, always, never)
			}
		}
	}
	m.around(r.e)
}

func things(list []event.Output) []event.Ref {
	var refs []event.Ref
	for i := range list {
		refs = append(refs, list[i].Thing())
	}
	return refs
}

// unitsOf returns the units of an event: its inputs, outputs and those worked
// on in place, stored or retrieved; of an infusion the unit and its residue.
func unitsOf(e event.Event) []event.Ref {
	var refs []event.Ref
	switch b := e.Body.(type) {
	case *event.Collection:
		refs = things(b.Outputs)
	case *event.Manufacture:
		for _, in := range b.Inputs {
			refs = append(refs, in.Unit)
		}
		refs = append(append(refs, things(b.Outputs)...), b.Units...)
	case *event.Store:
		refs = b.Units
	case *event.Retrieve:
		refs = b.Units
	case *event.Infusion:
		refs = []event.Ref{b.Unit, b.Residue}
	}
	return slices.DeleteFunc(slices.Clone(refs), func(r event.Ref) bool { return r.Kind() != event.KindUnit })
}

func (m *refMaker) materials(list []event.Material, into, units []event.Ref) {
	for _, material := range list {
		if material.Aliquot != "" {
			m.during(material.Lot, material.Thing(), "aliquot")
		}
		for _, u := range into {
			m.during(material.Thing(), u, "material")
		}
		for _, u := range units {
			if material.Aliquot != "" || m.w.class(material.Lot) == event.ClassOpenContainer {
				m.put(u, material.Thing(), "backflow", probable, m.from, m.to)
			} else {
				m.put(u, material.Lot, "open_lot", possible, m.from, m.to)
			}
		}
	}
}

// class returns the class of the newest registration.
func (w *refWorld) class(r event.Ref) string {
	class := ""
	for _, rec := range w.story {
		if b, ok := rec.e.Body.(*event.Register); ok && b.Subject == r {
			class = b.Class
		}
	}
	return class
}

func (m *refMaker) batch(b event.Ref, outputs []event.Output) {
	for _, u := range things(outputs) {
		m.put(b, u, "made", confirmed, m.from, never)
		if u.Kind() == event.KindUnit {
			m.put(u, b, "made", probable, m.from, m.to)
		}
	}
}

func (m *refMaker) uses(list []event.Use, units []event.Ref) {
	for _, use := range list {
		from, to := m.from, m.to
		if !use.From.IsZero() {
			from = m.w.second(use.From)
		}
		if !use.To.IsZero() {
			to = m.w.second(use.To)
		}
		for _, u := range units {
			m.both(u, use.Equipment, "equipment", probable, from, to)
		}
	}
}

func (m *refMaker) declared(b *event.Contact) {
	grade := possible
	switch b.Level {
	case "confirmed":
		grade = confirmed
	case "probable":
		grade = probable
	}
	for _, p := range pairs(b.Things) {
		m.put(p[0], p[1], "contact", grade, m.from, m.to)
	}
}

func pairs(things []event.Ref) [][2]event.Ref {
	var list [][2]event.Ref
	for _, x := range things {
		for _, y := range things {
			list = append(list, [2]event.Ref{x, y})
		}
	}
	return list
}

// around adds what was around the units of five types of events.
func (m *refMaker) around(e event.Event) {
	switch e.Body.(type) {
	case *event.Collection, *event.Manufacture, *event.Store, *event.Retrieve, *event.Infusion:
	default:
		return
	}
	for _, u := range unitsOf(e) {
		m.both(u, e.Room, "room", possible, m.from, m.to)
		for _, o := range e.Operators {
			m.both(u, o, "operator", possible, m.from, m.to)
		}
	}
}

// A refStay names a retrieve and the unit whose stay it ended.
type refStay struct {
	seq  int
	unit event.Ref
}

func (w *refWorld) stays() {
	ended := make(map[refStay]bool)
	for i, r := range w.story {
		b, ok := r.e.Body.(*event.Store)
		if !ok {
			continue
		}
		for _, u := range b.Units {
			to, liquid := never, b.Phase == event.PhaseLiquid
			if k := w.stayEnds(i, u, b.Equipment); k >= 0 {
				end := w.story[k]
				to = w.second(end.e.Time)
				if out, ok := end.e.Body.(*event.Retrieve); ok {
					to = w.second(end.e.Until())
					liquid = liquid || out.Phase == event.PhaseLiquid
					ended[refStay{end.seq, u}] = true
				}
			}
			m, grade := w.maker(r), possible
			if liquid {
				grade = probable
			}
			m.both(u, b.Equipment, "vessel", grade, m.from, to)
		}
	}
	w.bareRetrieves(ended)
}

// stayEnds returns the first record after a store that ends a unit's stay.
func (w *refWorld) stayEnds(after int, u, vessel event.Ref) int {
	for k := after + 1; k < len(w.story); k++ {
		ends := false
		switch b := w.story[k].e.Body.(type) {
		case *event.Retrieve:
			ends = slices.Contains(b.Units, u) && b.Equipment == vessel
		case *event.Store:
			ends = slices.Contains(b.Units, u)
		case *event.Shipment:
			ends = slices.Contains(b.Units, u)
		case *event.Infusion:
			ends = b.Unit == u
		case *event.Disposal:
			ends = slices.Contains(b.Units, u)
		case *event.Manufacture:
			ends = slices.ContainsFunc(b.Inputs, func(in event.Input) bool { return in.Unit == u && (in.Rest == nil || !*in.Rest) })
		}
		if ends {
			return k
		}
	}
	return -1
}

func (w *refWorld) bareRetrieves(ended map[refStay]bool) {
	for _, r := range w.story {
		b, ok := r.e.Body.(*event.Retrieve)
		if !ok {
			continue
		}
		m := w.maker(r)
		for _, u := range b.Units {
			if !ended[refStay{r.seq, u}] {
				m.both(u, b.Equipment, "vessel", possible, m.from, m.from)
			}
		}
	}
}

// A refLeg is a unit with equipment since a record.
type refLeg struct {
	unit, with event.Ref
	since      refRecord
}

// legs plays what happened to each shipment.
func (w *refWorld) legs() {
	aboard, open := make(map[event.Ref][]event.Ref), make(map[event.Ref][]refLeg)
	end := func(shipment event.Ref, at int, left func(refLeg) bool) {
		open[shipment] = slices.DeleteFunc(open[shipment], func(l refLeg) bool {
			if left(l) {
				m := w.maker(l.since)
				m.both(l.unit, l.with, "shipper", possible, m.from, at)
			}
			return left(l)
		})
	}
	all := func(refLeg) bool { return true }
	begin := func(r refRecord, shipment, unit, with event.Ref) {
		if !with.IsZero() {
			open[shipment] = append(open[shipment], refLeg{unit, with, r})
		}
	}
	for _, r := range w.story {
		switch b := r.e.Body.(type) {
		case *event.Shipment:
			for _, u := range b.Units {
				begin(r, b.Shipment, u, b.Equipment)
			}
			aboard[b.Shipment] = append(aboard[b.Shipment], b.Units...)
		case *event.Handover:
			if b.Equipment.IsZero() {
				break
			}
			end(b.Shipment, w.second(r.e.Time), func(l refLeg) bool { return l.with != b.Equipment })
			staying := slices.Clone(open[b.Shipment])
			for _, u := range aboard[b.Shipment] {
				if !slices.ContainsFunc(staying, func(l refLeg) bool { return l.unit == u }) {
					begin(r, b.Shipment, u, b.Equipment)
				}
			}
		case *event.Arrival:
			end(b.Shipment, w.second(r.e.Until()), all)
			delete(aboard, b.Shipment)
		}
	}
	for shipment := range open {
		end(shipment, never, all)
	}
}
