package genealogy

import (
	"slices"

	"suyuan/internal/event"
)

// strike lets entry n, which corrects or replaces the event id, take effect.
func (g *Graph) strike(n int32, id event.ID) {
	target, ok := g.numberOf(id)
	if !ok || target == n {
		return
	}
	g.marking(target)
	g.strikers[target] = append(g.strikers[target], n)
	g.settle(target)
}

// settle decides anew whether an entry is struck, and then, where that changed,
// what it strikes itself. Strikers are younger than what they strike, so that
// going from young to old visits each entry once.
func (g *Graph) settle(n int32) {
	var changed []int32
	pending := []int32{n}
	for len(pending) > 0 {
		slices.Sort(pending)
		pending = slices.Compact(pending)
		n = pending[len(pending)-1]
		pending = pending[:len(pending)-1]
		if g.resettle(n) {
			changed = append(changed, n)
			pending = g.appendTargets(pending, n)
		}
	}
	for _, n := range changed {
		if b, ok := g.entry(n).Event.Body.(*event.Shipment); ok {
			g.judgeExcursions(b.Shipment)
		}
		g.moved(n, true)
	}
}

// resettle reports whether what n strikes must be decided anew.
//
// A correction that is struck itself has no effect, and the event that it
// corrected counts again. A replacement that is replaced has handed its place
// on: the event that it replaced stays replaced.
func (g *Graph) resettle(n int32) (changed bool) {
	m := g.marking(n)
	id := g.entry(n).Event.ID
	struck, stands := m.struck, m.stands
	m.struck, m.stands = m.supposed != nothing, m.supposed == replaced
	for _, s := range g.strikersOf(n) {
		by := g.mark(s)
		replaces := g.entry(s).Event.Replaces == id
		if !by.struck || replaces && by.stands {
			m.struck, m.stands = true, m.stands || replaces
		}
	}
	return m.struck != struck || m.stands != stands
}

// appendTargets appends the older entries that n corrects or replaces.
func (g *Graph) appendTargets(list []int32, n int32) []int32 {
	for _, id := range strikesOf(&g.entry(n).Event) {
		if target, ok := g.numberOf(id); ok && target < n {
			list = append(list, target)
		}
	}
	return list
}

// strikesOf returns the ids that e corrects or replaces.
func strikesOf(e *event.Event) []event.ID {
	var ids []event.ID
	if e.Replaces != "" {
		ids = append(ids, e.Replaces)
	}
	if b, ok := e.Body.(*event.Correction); ok {
		ids = append(ids, b.Corrects)
	}
	return ids
}

// A supposition says what to take for granted about an entry.
type supposition uint8

const (
	nothing supposition = iota
	corrected
	replaced
)

// Suppose runs f as if the event id were replaced by one that is not in the
// ledger; that is how a replacement is judged.
func (g *Graph) Suppose(id event.ID, f func()) { g.suppose(id, replaced, f) }

// SupposeCorrected runs f as if the event id were corrected; that is how a
// correction is judged.
func (g *Graph) SupposeCorrected(id event.ID, f func()) { g.suppose(id, corrected, f) }

func (g *Graph) suppose(id event.ID, s supposition, f func()) {
	n, ok := g.numberOf(id)
	if !ok {
		f()
		return
	}
	before := g.mark(n).supposed
	g.marking(n).supposed = max(s, before)
	g.settle(n)
	defer func() {
		g.marking(n).supposed = before
		g.settle(n)
	}()
	f()
}

// StruckBy returns the number of the record whose correction or replacement
// is in force against e: the last of a chain of replacements.
func (g *Graph) StruckBy(e *Entry) (uint64, bool) {
	for _, s := range g.strikersOf(e.n) {
		by, m := g.entry(s), g.mark(s)
		if !m.struck {
			return by.Seq, true
		}
		if by.Event.Replaces == e.Event.ID && m.stands {
			return g.standsFor(by), true
		}
	}
	return 0, false
}

// standsFor returns the number of the record that stands in e's place.
func (g *Graph) standsFor(e *Entry) uint64 {
	for _, s := range g.strikersOf(e.n) {
		by, m := g.entry(s), g.mark(s)
		if by.Event.Replaces != e.Event.ID {
			continue
		}
		if !m.struck {
			return by.Seq
		}
		if m.stands {
			return g.standsFor(by)
		}
	}
	return e.Seq
}
