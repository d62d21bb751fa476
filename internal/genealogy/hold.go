package genealogy

import (
	"slices"
	"strings"

	"suyuan/internal/event"
)

// A Cause says what made a hold.
type Cause uint8

// The causes of holds (contract section 4).
const (
	CauseTest      Cause = iota // a positive or failed test: its subject, its batch, all made from it
	CauseExcursion              // outside the allowed temperature on the way
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
	Things []event.Ref
}

// DrillPrefix begins the id of every drill's case.
const DrillPrefix = "DRILL-"

// Drill reports whether a case is a drill, whose holds never bite.
func (g *Graph) Drill(c event.Ref) bool {
	return g.drills[c] || strings.HasPrefix(c.ID(), DrillPrefix)
}

func (g *Graph) addHold(n int32) {
	e := &g.entries[n].Event
	switch b := e.Body.(type) {
	case *event.Test:
		if b.Bad() {
			g.putHold(Hold{n, CauseTest, []event.Ref{b.Subject}})
		}
	case *event.Shipment:
		g.judgeExcursions(b.Shipment)
	case *event.Handover:
		g.judgeExcursion(n, b.Shipment, b.Min, b.Max)
	case *event.Arrival:
		g.judgeExcursion(n, b.Shipment, b.Min, b.Max)
		if len(b.Rejected) > 0 {
			g.putHold(Hold{n, CauseRejected, g.Cargo(b.Shipment, b.Rejected)})
		}
	case *event.Case:
		if b.Action == event.ActionHold && !g.Drill(b.Case) {
			g.putHold(Hold{n, CauseCase, b.Things})
		}
	}
}

// judgeExcursions judges what happened to a shipment on its way anew, because
// the departure that says what it may stand was recorded or struck after that.
func (g *Graph) judgeExcursions(shipment event.Ref) {
	for _, m := range g.History(shipment) {
		switch b := g.entries[m.Entry].Event.Body.(type) {
		case *event.Handover:
			g.judgeExcursion(m.Entry, shipment, b.Min, b.Max)
		case *event.Arrival:
			g.judgeExcursion(m.Entry, shipment, b.Min, b.Max)
		}
	}
}

// judgeExcursion lets entry n hold what the shipment carries, if the measured
// range left the allowed one, and nothing otherwise.
func (g *Graph) judgeExcursion(n int32, shipment event.Ref, low, high event.Decimal) {
	var things []event.Ref
	if g.excursion(shipment, low, high) {
		things = g.load(shipment)
	}
	k, known := g.excursions[n]
	switch {
	case known:
		g.holds[k].Things = things
		g.indexHold(k)
	case len(things) > 0:
		g.excursions[n] = g.putHold(Hold{n, CauseExcursion, things})
	}
}

// putHold adds a hold and returns its place.
func (g *Graph) putHold(h Hold) int32 {
	k := int32(len(g.holds)) //nolint:gosec // fewer holds than entries
	g.holds = append(g.holds, h)
	g.indexHold(k)
	return k
}

// indexHold lets the hold be found by what it names, and that of a test by the
// batches of its subject, those of makings that are struck for now included.
// What it finds is judged again when asked.
func (g *Graph) indexHold(k int32) {
	h := &g.holds[k]
	for _, r := range h.Things {
		g.findOn(r, k)
		i, ok := g.index[r]
		if h.Cause != CauseTest || !ok {
			continue
		}
		for _, m := range g.things[i].life {
			if making, ok := makingOf(m, &g.entries[m.Entry].Event); ok && !making.Batch.IsZero() {
				g.findOn(making.Batch, k)
			}
		}
	}
}

func (g *Graph) findOn(r event.Ref, k int32) {
	if !slices.Contains(g.holdsOn[r], k) {
		g.holdsOn[r] = append(g.holdsOn[r], k)
	}
}

// inheritHolds lets the holds of tests reach the batch of units whose making
// is recorded after the test.
func (g *Graph) inheritHolds(unit, batch event.Ref) {
	if batch.IsZero() {
		return
	}
	for _, k := range g.holdsOn[unit] {
		if g.holds[k].Cause == CauseTest {
			g.findOn(batch, k)
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

// Load returns the units and lots that a shipment was sent with.
func (g *Graph) Load(shipment event.Ref) []event.Ref { return g.load(shipment) }

// A Held is one hold that covers a thing, and the thing it was put on.
type Held struct {
	Hold  *Hold
	Entry *Entry
	On    event.Ref
}

// HoldsOn returns the holds in force at time t that cover r: those on r itself
// and, for units, lots and aliquots, those on whatever it was made from or
// with by then. Holds on equipment and rooms stop only their own use. The cost
// is that of r's ancestry.
func (g *Graph) HoldsOn(r event.Ref, t event.Time) []Held {
	if len(g.holds) == 0 {
		return nil
	}
	var near []int32
	for _, a := range g.Ancestry(r, t) {
		near = append(near, g.holdsOn[a]...)
	}
	slices.Sort(near)
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
			list = append(list, Held{h, &g.entries[h.Entry], on})
		}
	}
	return list
}

// lifted reports whether a lift ended the whole hold by t.
func (g *Graph) lifted(h *Hold, t event.Time) bool {
	id := g.entries[h.Entry].Event.ID
	for _, n := range g.lifts[id] {
		e := &g.entries[n]
		if !e.struck && !e.Event.Time.After(t) && len(e.Event.Body.(*event.Case).Things) == 0 {
			return true
		}
	}
	return false
}

// exempt reports whether a lift took r out of the hold by t: a lift with
// things ends the named holds for these things alone, or, naming no hold, all
// holds put on them by then.
func (g *Graph) exempt(h *Hold, r event.Ref, t event.Time) bool {
	held := &g.entries[h.Entry].Event
	applies := func(n int32) bool {
		e := &g.entries[n]
		return !e.struck && !e.Event.Time.After(t) && !held.Time.After(e.Event.Time) &&
			slices.Contains(e.Event.Body.(*event.Case).Things, r)
	}
	return slices.ContainsFunc(g.lifts[held.ID], applies) || slices.ContainsFunc(g.lifts[""], applies)
}

// covers searches r and what it was made from or with for a thing that h names.
func (g *Graph) covers(h *Hold, r event.Ref, t event.Time) (event.Ref, bool) {
	var found event.Ref
	ok := g.ancestry(r, t, func(a event.Ref) (more, stop bool) {
		if g.exempt(h, a, t) {
			return false, false
		}
		if g.names(h, a) {
			found = a
			return false, true
		}
		return true, false
	})
	return found, ok
}

// names reports whether h was put on r itself; the hold of a test also lies on
// the batch of its subject.
func (g *Graph) names(h *Hold, r event.Ref) bool {
	if slices.Contains(h.Things, r) {
		return true
	}
	if h.Cause != CauseTest || r.Kind() != event.KindBatch {
		return false
	}
	for _, b := range g.BatchesOf(h.Things[0]) {
		if b.Batch == r {
			return true
		}
	}
	return false
}

// Holds returns every hold that was ever made, in order of records, with
// whether it is in force at time t for anything at all.
func (g *Graph) Holds() []Hold { return g.holds }

// InForce reports whether the hold has begun by t, was not struck, was not
// lifted as a whole, and still names anything.
func (g *Graph) InForce(h *Hold, t event.Time) bool {
	e := &g.entries[h.Entry]
	return len(h.Things) > 0 && !e.struck && !e.Event.Time.After(t) && !g.lifted(h, t)
}

// HoldEntry returns the entry that made the hold.
func (g *Graph) HoldEntry(h *Hold) *Entry { return &g.entries[h.Entry] }

// ancestry visits r and, for units, lots, aliquots and batches, all that it was
// made from or with by time t, each once, nearest first. visit says whether to
// go on behind a thing and whether to stop altogether; ancestry reports whether
// it was stopped.
func (g *Graph) ancestry(r event.Ref, t event.Time, visit func(event.Ref) (more, stop bool)) bool {
	seen := map[event.Ref]bool{r: true}
	queue := []event.Ref{r}
	for len(queue) > 0 {
		a := queue[0]
		queue = queue[1:]
		more, stop := visit(a)
		if stop {
			return true
		}
		if !more {
			continue
		}
		for _, p := range g.parents(a, t) {
			if !seen[p] {
				seen[p] = true
				queue = append(queue, p)
			}
		}
	}
	return false
}

// Ancestry returns r and all that it was made from or with by time t.
func (g *Graph) Ancestry(r event.Ref, t event.Time) []event.Ref {
	var list []event.Ref
	g.ancestry(r, t, func(a event.Ref) (bool, bool) {
		list = append(list, a)
		return true, false
	})
	return list
}

// parents returns what r was made from or with by time t: by collection, input,
// material, aliquot, and its batch.
func (g *Graph) parents(r event.Ref, t event.Time) []event.Ref {
	switch r.Kind() {
	case event.KindAliquot:
		return []event.Ref{r.Lot()}
	case event.KindUnit, event.KindLot:
	default:
		return nil
	}
	var list []event.Ref
	for m, e := range g.changing(r) {
		if e.Time.After(t) {
			break
		}
		switch m.As {
		case AsMade:
			list = append(list, sourcesOf(e)...)
		case AsWorked:
			list = appendMaterials(list, e.Body.(*event.Manufacture).Materials)
		case AsResidue:
			list = append(list, e.Body.(*event.Infusion).Unit)
		default:
		}
	}
	return list
}

// sourcesOf returns what the outputs of e were made from and with.
func sourcesOf(e *event.Event) []event.Ref {
	var list []event.Ref
	switch b := e.Body.(type) {
	case *event.Collection:
		list = appendMaterials([]event.Ref{b.Donor}, b.Materials)
	case *event.Receipt:
		list = appendRef(list, b.Batch)
	case *event.Manufacture:
		for i := range b.Inputs {
			list = append(list, b.Inputs[i].Unit)
		}
		list = appendMaterials(list, b.Materials)
		list = appendRef(list, b.Batch)
	}
	return list
}

func appendMaterials(list []event.Ref, materials []event.Material) []event.Ref {
	for i := range materials {
		list = append(list, materials[i].Thing())
	}
	return list
}

func appendRef(list []event.Ref, r event.Ref) []event.Ref {
	if r.IsZero() {
		return list
	}
	return append(list, r)
}
