package genealogy

import (
	"cmp"
	"iter"
	"slices"
	"strings"

	"suyuan/internal/event"
)

// A Cause says what made a hold.
type Cause uint8

// The causes of holds (contract section 4).
const (
	CauseTest      Cause = iota // a positive or failed test: its subject, what that speaks for, their batches, all made from these
	CauseExcursion              // outside the allowed temperature, on the way or in equipment
	CauseRejected               // refused by the receiver
	CauseCase                   // set by a case
)

// String names the cause as texts and answers do.
func (c Cause) String() string {
	return [...]string{"test", "excursion", "rejected", "case"}[c]
}

// A Hold is named by the entry that made it. It covers the things it names and
// all that is made from or with them, later records included, until a lift of
// that hold.
type Hold struct {
	Entry  int32
	Cause  Cause
	Things []event.Ref // of an excursion in equipment, sorted
	Vessel event.Ref   // the equipment that had an excursion; none otherwise
}

// DrillPrefix begins the id of every drill's case.
const DrillPrefix = "DRILL-"

// Drill reports whether a case is a drill, whose holds never bite.
func (g *Graph) Drill(c event.Ref) bool {
	return g.drills[c] || strings.HasPrefix(c.ID(), DrillPrefix)
}

func (g *Graph) addHold(n int32) {
	e := &g.entry(n).Event
	switch b := e.Body.(type) {
	case *event.Test:
		if b.Bad() {
			g.putHold(Hold{Entry: n, Cause: CauseTest, Things: []event.Ref{b.Subject}})
		}
	case *event.Shipment:
		g.judgeExcursions(b.Shipment)
	case *event.Handover:
		g.judgeExcursion(n, b.Shipment, g.excursion(b.Shipment, b.Min, b.Max))
	case *event.Temperature:
		if b.Shipment.IsZero() {
			g.judgeVessel(n, b)
		} else {
			g.judgeExcursion(n, b.Shipment, g.showsExcursion(b))
		}
	case *event.Arrival:
		g.judgeExcursion(n, b.Shipment, g.excursion(b.Shipment, b.Min, b.Max))
		if len(b.Rejected) > 0 {
			g.putHold(Hold{Entry: n, Cause: CauseRejected, Things: g.Cargo(b.Shipment, b.Rejected)})
		}
	case *event.Case:
		if b.Action == event.ActionHold && !g.Drill(b.Case) {
			g.putHold(Hold{Entry: n, Cause: CauseCase, Things: b.Things})
		}
	}
	g.moved(n, false)
}

// judgeExcursions judges what happened to a shipment on its way anew, because
// the departure that says what it may stand was recorded or struck after that.
func (g *Graph) judgeExcursions(shipment event.Ref) {
	for _, m := range g.History(shipment) {
		switch b := g.entry(m.Entry).Event.Body.(type) {
		case *event.Handover:
			g.judgeExcursion(m.Entry, shipment, g.excursion(shipment, b.Min, b.Max))
		case *event.Arrival:
			g.judgeExcursion(m.Entry, shipment, g.excursion(shipment, b.Min, b.Max))
		case *event.Temperature:
			g.judgeExcursion(m.Entry, shipment, g.showsExcursion(b))
		}
	}
}

// judgeExcursion lets entry n hold what the shipment carries, if it was outside of
// what is allowed, and nothing otherwise.
func (g *Graph) judgeExcursion(n int32, shipment event.Ref, outside bool) {
	var things []event.Ref
	if outside {
		things = g.load(shipment)
	}
	k, known := g.excursions[n]
	switch {
	case known:
		g.holds[k].Things = things
		g.indexHold(k)
	case len(things) > 0:
		g.excursions[n] = g.putHold(Hold{Entry: n, Cause: CauseExcursion, Things: things})
	}
}

// putHold adds a hold and returns its place.
func (g *Graph) putHold(h Hold) int32 {
	k := int32(len(g.holds)) //nolint:gosec // fewer holds than entries
	g.holds = append(g.holds, h)
	g.indexHold(k)
	return k
}

// indexHold lets the hold be found by what it was put on, by way of what is
// struck for now included. What it finds is judged again when asked.
func (g *Graph) indexHold(k int32) {
	h := &g.holds[k]
	refs := h.Things
	if h.Cause == CauseTest {
		refs = g.spokenFor(h.Things[0], true)
	}
	for _, r := range refs {
		g.findOn(r, k)
	}
}

func (g *Graph) findOn(r event.Ref, k int32) {
	i := g.intern(r)
	if !slices.Contains(g.holdsOn.of(i), k) {
		g.holdsOn.put(i, k)
	}
	g.suspected(i)
}

// inheritHolds lets the holds of tests reach what a later record ties to a
// thing that they lie on: its batch, what a sample was taken from, what is the
// same.
func (g *Graph) inheritHolds(thing int32) {
	if len(g.holds) == 0 {
		return
	}
	for _, k := range slices.Clone(g.holdsOn.of(thing)) {
		if g.holds[k].Cause == CauseTest {
			g.indexHold(k)
		}
	}
}

// excursion reports whether a measured range leaves the one that the shipment
// allows.
func (g *Graph) excursion(shipment event.Ref, low, high event.Decimal) bool {
	sent, ok := g.Sent(shipment)
	if !ok {
		return false
	}
	b := sent.Event.Body.(*event.Shipment)
	tooLow := b.Low != "" && (low != "" && low.Compare(b.Low) < 0 || high != "" && high.Compare(b.Low) < 0)
	tooHigh := b.High != "" && (high != "" && high.Compare(b.High) > 0 || low != "" && low.Compare(b.High) > 0)
	return tooLow || tooHigh
}

// showsExcursion reports whether a logger's file shows an excursion of its shipment: one that
// it was judged to show, or a range that leaves what the departure allows. An
// allowance counts only where it was judged by limits at least as strict. What is in
// another unit than the departure's limits cannot be shown to be within them.
func (g *Graph) showsExcursion(b *event.Temperature) bool {
	if len(b.Outside()) > 0 {
		return true
	}
	if b.Allowance != nil && *b.Allowance > 0 && g.atLeastAsStrict(b) && !g.otherUnit(b) {
		return false
	}
	return g.excursion(b.Shipment, b.Min, b.Max) || g.otherUnit(b)
}

// otherUnit reports whether a log and the limits of its shipment are in different
// units.
func (g *Graph) otherUnit(b *event.Temperature) bool {
	sent, ok := g.Sent(b.Shipment)
	if !ok {
		return false
	}
	allowed := sent.Event.Body.(*event.Shipment)
	same := strings.EqualFold(allowed.UOM, b.UOM) || event.IsCelsius(allowed.UOM) && event.IsCelsius(b.UOM)
	return (allowed.Low != "" || allowed.High != "") && !same
}

// atLeastAsStrict reports whether a log was judged by limits within those of its
// shipment.
func (g *Graph) atLeastAsStrict(b *event.Temperature) bool {
	sent, ok := g.Sent(b.Shipment)
	if !ok {
		return true
	}
	allowed := sent.Event.Body.(*event.Shipment)
	return (allowed.Low == "" || b.Low != "" && b.Low.Compare(allowed.Low) >= 0) &&
		(allowed.High == "" || b.High != "" && b.High.Compare(allowed.High) <= 0)
}

// load returns the units and lots that a shipment was sent with.
func (g *Graph) load(shipment event.Ref) []event.Ref {
	var refs []event.Ref
	for _, e := range g.inForce(shipment) {
		if b, ok := e.Body.(*event.Shipment); ok {
			refs = append(refs, b.Units...)
			refs = append(refs, b.Lots...)
		}
	}
	return refs
}

// loaded returns the units that any record, struck ones included, says that a
// shipment was sent with.
func (g *Graph) loaded(shipment event.Ref) []event.Ref {
	var refs []event.Ref
	for _, m := range g.History(shipment) {
		if b, ok := g.entry(m.Entry).Event.Body.(*event.Shipment); ok {
			refs = append(refs, b.Units...)
		}
	}
	return refs
}

// A Held is one hold that covers a thing, and the thing it was put on.
type Held struct {
	Hold  *Hold
	Entry *Entry
	On    event.Ref
}

// HoldsOn returns the holds in force at time t that cover r: those on r itself
// and, for units, lots and aliquots, those on whatever it was made from or with
// by then. What is declared to be the same is one thing. Holds on equipment and
// rooms stop only their own use. The cost is that of r's ancestry.
func (g *Graph) HoldsOn(r event.Ref, t event.Time) []Held {
	if len(g.holds) == 0 || !g.suspect(r) {
		return nil
	}
	return g.findHolds(r, t)
}

// findHolds is HoldsOn of a suspect.
func (g *Graph) findHolds(r event.Ref, t event.Time) []Held {
	var near []int32
	g.ancestry(r, t, func(a event.Ref) (bool, bool) {
		near = append(near, g.listed(g.holdsOn, a)...)
		return true, false
	})
	if len(near) == 0 {
		return nil
	}
	slices.SortFunc(near, func(a, b int32) int {
		return cmp.Or(cmp.Compare(g.holds[a].Entry, g.holds[b].Entry), cmp.Compare(a, b))
	})
	var list []Held
	for _, k := range slices.Compact(near) {
		h := &g.holds[k]
		if !g.InForce(h, t) {
			continue
		}
		if n := len(list); n > 0 && list[n-1].Hold.Entry == h.Entry {
			continue // one event, one hold, though it was too warm and refused
		}
		if on, ok := g.covers(h, r, t); ok {
			list = append(list, Held{h, g.entry(h.Entry), on})
		}
	}
	return list
}

// lifted reports whether a lift ended the whole hold by t.
func (g *Graph) lifted(h *Hold, t event.Time) bool {
	for e := range g.liftsOf(h, t) {
		if len(e.Event.Body.(*event.Case).Things) == 0 {
			return true
		}
	}
	return false
}

// exempt reports whether a lift took r out of the hold by t: a lift with
// things ends the named holds for these things alone.
func (g *Graph) exempt(h *Hold, r event.Ref, t event.Time) bool {
	var class []event.Ref
	for e := range g.liftsOf(h, t) {
		for _, lifted := range e.Event.Body.(*event.Case).Things {
			if class == nil {
				class = g.sameKind(r, false)
			}
			if slices.Contains(class, lifted) && !g.HoldEntry(h).Event.Time.After(e.Event.Time) {
				return true
			}
		}
	}
	return false
}

// liftsOf yields the lifts of a hold that are in force by t. Those of a drill
// lift nothing: what a drill rehearses changes no thing's status.
func (g *Graph) liftsOf(h *Hold, t event.Time) func(yield func(*Entry) bool) {
	return func(yield func(*Entry) bool) {
		for _, n := range g.lifting(g.entry(h.Entry).Event.ID) {
			e := g.entry(n)
			if e.Struck() || e.Event.Time.After(t) || g.Drill(e.Event.Body.(*event.Case).Case) {
				continue
			}
			if !yield(e) {
				return
			}
		}
	}
}

// lifting returns the entries that name a hold as lifted, in order of records.
func (g *Graph) lifting(hold event.ID) []int32 {
	if g.olderLifts == nil {
		return g.lifts[hold]
	}
	older, newer := g.olderLifts()[hold], g.lifts[hold]
	if len(newer) == 0 {
		return older
	}
	return slices.Concat(older, newer)
}

// liftsAmong finds by hold those of some entries that name it as lifted.
func (g *Graph) liftsAmong(lifters []int32) map[event.ID][]int32 {
	lifts := make(map[event.ID][]int32)
	for _, n := range lifters {
		for _, id := range g.entry(n).Event.Body.(*event.Case).Lift.Holds {
			lifts[id] = append(lifts[id], n)
		}
	}
	return lifts
}

// covers searches r and what it was made from or with for a thing that h lies
// on.
func (g *Graph) covers(h *Hold, r event.Ref, t event.Time) (event.Ref, bool) {
	var found event.Ref
	on := g.LiesOn(h)
	ok := g.ancestry(r, t, func(a event.Ref) (more, stop bool) {
		if g.exempt(h, a, t) {
			return false, false
		}
		if slices.Contains(on, a) {
			found = a
			return false, true
		}
		return true, false
	})
	return found, ok
}

// LiesOn returns what the hold was put on: the things that it names; for a
// test also what its subject speaks for, and the batches of these.
func (g *Graph) LiesOn(h *Hold) []event.Ref {
	if h.Cause != CauseTest || len(h.Things) == 0 {
		return h.Things
	}
	return g.spokenFor(h.Things[0], false)
}

// spokenFor returns what a test of the subject tells of: the subject and what
// is the same, what a sample was taken from, and their batches. With struckToo
// that includes what only struck events say.
func (g *Graph) spokenFor(subject event.Ref, struckToo bool) []event.Ref {
	list := []event.Ref{subject}
	add := func(refs ...event.Ref) {
		for _, r := range refs {
			if !r.IsZero() && !slices.Contains(list, r) {
				list = append(list, r)
			}
		}
	}
	for i := 0; i < len(list); i++ {
		r := list[i]
		add(g.sameKind(r, struckToo)...)
		for _, m := range g.lived(r) {
			e := g.entry(m.Entry)
			making, ok := makingOf(m, &e.Event)
			if !ok || e.Struck() && !struckToo {
				continue
			}
			add(making.Batch)
			if b, ok := e.Event.Body.(*event.Manufacture); ok && making.Role == event.RoleSample {
				add(inputUnits(b)...)
			}
		}
	}
	return list
}

func inputUnits(b *event.Manufacture) []event.Ref {
	units := make([]event.Ref, len(b.Inputs))
	for i := range b.Inputs {
		units[i] = b.Inputs[i].Unit
	}
	return units
}

// Holds returns every hold that was ever made, in the order in which they came to
// be: that of an excursion comes with the record that shows it to be one.
func (g *Graph) Holds() []Hold { return g.holds }

// InForce reports whether the hold has begun by t, was not struck, was not
// lifted as a whole, and still names anything.
func (g *Graph) InForce(h *Hold, t event.Time) bool {
	e := g.entry(h.Entry)
	return len(h.Things) > 0 && !e.Struck() && !e.Event.Time.After(t) && !g.lifted(h, t)
}

// Lifts yields the entries that lift holds, those of drills and struck ones
// included, in order of records.
func (g *Graph) Lifts() iter.Seq[*Entry] {
	return func(yield func(*Entry) bool) {
		for _, n := range g.lifters {
			if !yield(g.entry(n)) {
				return
			}
		}
	}
}

// StruckLifts returns those of [Graph.Lifts] that were corrected or replaced.
func (g *Graph) StruckLifts() []*Entry { return g.struckAmong(g.lifters) }

// HoldStruck reports whether what made the hold was corrected or replaced.
func (g *Graph) HoldStruck(h *Hold) bool { return g.isStruck(h.Entry) }

// HoldEntry returns the entry that made the hold.
func (g *Graph) HoldEntry(h *Hold) *Entry { return g.entry(h.Entry) }
