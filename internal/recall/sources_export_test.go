package recall

import (
	"math/big"
	"slices"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
)

// ExactFisher is the p that Fisher rounds.
func (t Table) ExactFisher() *big.Rat { return t.fisher() }

// Significant writes a fraction as answers do.
func Significant(r *big.Rat) string { return significant(r) }

// A Spring is where one of several searches begins.
type Spring struct {
	Thing        event.Ref
	Since, Limit event.Time
	Entering     bool
	Touch        []genealogy.Span
}

// A Drop is a node that was come to.
type Drop struct {
	Thing   event.Ref
	Epoch   int32
	Reached bool // and not where it began
}

// Flooded returns what the springs reach, each by itself and all in one flood, and
// whether that says that the next floor is the same.
func Flooded(g *genealogy.Graph, q Query, springs []Spring, barred []event.Ref) (apart, together []map[Drop]bool, same bool) {
	n := g.Contacts()
	vias, bar := q.vias(), make(map[int32]bool)
	for _, r := range barred {
		if i, ok := n.Thing(r); ok {
			bar[i] = true
		}
	}
	bitOf := func(k int) int { return 37 * k % floodWidth } // in all words of a set
	f := flood{atlas: newAtlas(n, q.Backward, vias), floor: q.Grade, barred: bar}
	for k, s := range springs {
		thing, _ := n.Thing(s.Thing)
		st := start{thing: thing, since: s.Since, limit: s.Limit, entering: s.Entering, touch: s.Touch}
		f.starts, f.bits = append(f.starts, st), append(f.bits, oneSource(bitOf(k)))
		one := search{atlas: newAtlas(n, q.Backward, vias), floor: q.Grade, barred: bar, starts: []start{st}, timesOnly: true}
		found := make(map[Drop]bool)
		for _, l := range one.run() {
			found[Drop{n.Ref(l.thing), l.epoch, l.start < 0}] = true
		}
		apart = append(apart, found)
	}
	f.run()
	for k := range springs {
		found := make(map[Drop]bool)
		for i := range f.nodes {
			if w, one := &f.nodes[i], oneSource(bitOf(k)); w.bits.has(&one) {
				found[Drop{n.Ref(f.stops[w.stop].thing), w.epoch, w.start < 0}] = true
			}
		}
		together = append(together, found)
	}
	same = f.weaker > q.Grade+1
	f.forget()
	for i := range f.stops {
		if s := &f.stops[i]; s.label != 0 || s.memory != 0 || s.barred {
			panic("a flood left something behind")
		}
	}
	return apart, together, same
}

// Onward returns the units and patients that are exposed next, as the search
// without an order of time finds them and as the one in order does. It is false
// where the first does not fit, or something is wrong with the query.
func Onward(g *genealogy.Graph, q SourceQuery) (plainly, inOrder []event.Ref, ok bool) {
	s, err := newInquiry(g, q)
	if err != nil {
		return nil, nil, false
	}
	met := s.through(candidateNodes(s.explaining(), s.chains()))
	things, ok := s.onwardPlainly(met)
	named := func(things []int32) []event.Ref {
		list := make([]event.Ref, len(things))
		for k, thing := range things {
			list[k] = s.n.Ref(thing)
		}
		slices.SortFunc(list, event.Ref.Compare)
		return list
	}
	return named(things), named(s.onwardInOrder(met)), ok
}
