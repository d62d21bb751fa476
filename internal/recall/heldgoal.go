package recall

import (
	"slices"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
)

// held is met when every affected unit that is not yet used is on hold. It is
// judged from when the clock started: at first then, and after that whenever
// what kept it from being met can have changed.
func (j *judge) held(m *Milestone) {
	if j.scoped == nil {
		return
	}
	h := holding{j: j, units: j.affected()}
	at, proof := j.c.Aware, j.first(func(b *event.Case) bool { return b.Open != nil })
	for proof != nil {
		loose := h.firstLoose(at)
		if loose.IsZero() {
			m.meet(proof)
			m.MetAt = at
			break
		}
		proof = h.next(loose, at)
		if proof != nil {
			at = proof.Event.Time
		}
	}
	m.Lacking = h.allLoose(j.c.Now)
	m.Still = len(m.Lacking) == 0
	if m.Still && !m.Met {
		// Nothing was made of the affected units until after the clock started.
		m.meet(j.scoped)
	}
}

// affected returns the affected units, those that were used up last or never
// in front: one of these is what keeps the milestone open longest.
func (j *judge) affected() []event.Ref {
	var list []event.Ref
	ends := make(map[event.Ref]event.Time)
	for i := range j.scope.Things {
		r := j.scope.Things[i].Ref
		if r.Kind() != event.KindUnit {
			continue
		}
		list = append(list, r)
		if e := j.g.Endings(r); len(e) > 0 {
			ends[r] = e[0].Entry.Event.Time
		}
	}
	slices.SortStableFunc(list, func(a, b event.Ref) int { return walkCompare(ends[a], ends[b], true) })
	return list
}

type holding struct {
	j     *judge
	units []event.Ref
}

// firstLoose returns an affected unit that is somewhere and not on hold.
func (h *holding) firstLoose(at event.Time) event.Ref {
	held := h.cover(at)
	for _, r := range h.units {
		if h.loose(r, at, held) {
			return r
		}
	}
	return event.Ref{}
}

func (h *holding) allLoose(at event.Time) []event.Ref {
	held := h.cover(at)
	var list []event.Ref
	for _, r := range h.units {
		if h.loose(r, at, held) {
			list = append(list, r)
		}
	}
	slices.SortFunc(list, event.Ref.Compare)
	return list
}

func (h *holding) loose(r event.Ref, at event.Time, held func(event.Ref) bool) bool {
	s := h.j.g.Status(r, at)
	t := Thing{State: s.State, Site: s.Site}
	return t.present() && !held(r)
}

// cover returns what is on hold at a time, the holds of a drill's own case
// included.
func (h *holding) cover(at event.Time) func(event.Ref) bool {
	j := h.j
	biting := coverage(j.g, j.n, at, manyHolds)
	var drill map[int32]bool
	if j.c.Drill {
		drill = j.drillHolds(at)
	}
	return func(r event.Ref) bool {
		thing, ok := j.n.Thing(r)
		return ok && (drill[thing] || biting.on(thing, r))
	}
}

// next returns the first record after a time by which a loose unit can have
// come on hold, or been used.
func (h *holding) next(loose event.Ref, after event.Time) *genealogy.Entry {
	j := h.j
	var next *genealogy.Entry
	consider := func(e *genealogy.Entry) {
		t := e.Event.Time
		if e.Struck() || !t.After(after) || t.After(j.c.Now) {
			return
		}
		if next == nil || t.Before(next.Event.Time) || t.Compare(next.Event.Time) == 0 && e.Seq > next.Seq {
			next = e
		}
	}
	for _, m := range j.g.History(loose) {
		if e := j.g.Entry(m); !isCase(&e.Event) { // its holds come below, and its other steps hold nothing
			consider(e)
		}
	}
	holds := j.g.Holds()
	for i := range holds {
		consider(j.g.HoldEntry(&holds[i]))
	}
	for _, s := range j.steps {
		if s.body.Action == event.ActionHold {
			consider(s.entry)
		}
	}
	return next
}

// drillHolds returns what the holds of the case itself cover at a time.
func (j *judge) drillHolds(at event.Time) map[int32]bool {
	covered := make(map[int32]bool)
	var plain []event.Ref
	for _, s := range j.steps {
		if s.body.Action != event.ActionHold || s.entry.Event.Time.After(at) {
			continue
		}
		lifted, exempt := j.lifts(s.entry, at)
		switch {
		case lifted:
		case len(exempt) == 0:
			plain = append(plain, s.body.Things...)
		default:
			for thing := range descent(j.g, j.n, s.body.Things, at, exempt) {
				covered[thing] = true
			}
		}
	}
	for thing := range descent(j.g, j.n, plain, at, nil) {
		covered[thing] = true
	}
	return covered
}

// lifts says whether the case's lifts ended a hold of its own by a time, or
// which things they took out of it.
func (j *judge) lifts(hold *genealogy.Entry, at event.Time) (lifted bool, exempt map[event.Ref]bool) {
	exempt = make(map[event.Ref]bool)
	for _, s := range j.steps {
		l := s.body.Lift
		if l == nil || s.entry.Event.Time.After(at) || s.entry.Event.Time.Before(hold.Event.Time) {
			continue
		}
		if !slices.Contains(l.Holds, hold.Event.ID) {
			continue
		}
		if len(s.body.Things) == 0 {
			return true, nil
		}
		for _, r := range s.body.Things {
			for _, o := range j.g.SameAs(r) {
				exempt[o] = exempt[o] || o.Kind() == r.Kind()
			}
		}
	}
	return false, exempt
}
