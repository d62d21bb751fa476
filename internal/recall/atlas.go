package recall

import (
	"slices"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
)

// An atlas is that part of a network which walks in one direction by some kinds
// of contacts have come to. Several searches use one: what was read of a thing is
// read once.
type atlas struct {
	n        *genealogy.Network
	backward bool
	vias     genealogy.ViaSet
	at       genealogy.Slots // stops by thing, plus 1
	stops    []stop
	arcs     []genealogy.Arc // contacts, whose peers are stops

	fresh  []int32           // things that become stops,
	sights []genealogy.Sight // and what is seen of them
}

// A stop is a thing that walks can come to.
type stop struct {
	thing    int32
	from, to int32 // its contacts, if it does not remember; from is -1 as long as they were not read
	label    int32 // by which the search under way reached it, plus 1
	memory   int32 // what that search knows of it, if it remembers, plus 1
	kind     event.Kind
	barred   bool // no walk of that search enters it
	met      bool // the peers of its contacts are stops, and not things any more
}

func newAtlas(n *genealogy.Network, backward bool, vias genealogy.ViaSet) *atlas {
	return &atlas{n: n, backward: backward, vias: vias}
}

func remembers(k event.Kind) bool {
	return k == event.KindEquipment || k == event.KindRoom || k == event.KindOperator
}

// stop returns the stop of a thing.
func (t *atlas) stop(thing int32) int32 {
	at := t.at.At(thing)
	if *at == 0 {
		t.stops = append(t.stops, stop{thing: thing, from: -1, kind: t.n.Kind(thing)})
		*at = int32(len(t.stops)) //nolint:gosec // no more than things
	}
	return *at - 1
}

// row returns where the contacts stand that lead away from what does not
// remember.
func (t *atlas) row(k int32) (from, to int32) {
	if !t.stops[k].met {
		t.meet(k)
		t.see()
	}
	return t.stops[k].from, t.stops[k].to
}

// meet makes stops of the peers of what does not remember. They are to be seen
// before anything is asked of them.
func (t *atlas) meet(k int32) {
	s := &t.stops[k]
	s.met = true
	if s.from < 0 {
		s.from = int32(len(t.arcs)) //nolint:gosec // numbers of contacts are of that size
		t.arcs = t.n.AppendArcs(t.arcs, s.thing, t.backward, t.vias)
		s.to = int32(len(t.arcs)) //nolint:gosec // as above
	}
	for i := s.from; i < s.to; i++ {
		c := &t.arcs[i]
		at := t.at.At(c.Peer)
		if *at == 0 {
			t.fresh = append(t.fresh, c.Peer)
			*at = int32(len(t.stops) + len(t.fresh)) //nolint:gosec // no more than things
		}
		c.Peer = *at - 1
	}
}

// see looks at the stops that were made: most come to be left again, and then
// their contacts are there.
func (t *atlas) see() {
	t.sights = slices.Grow(t.sights[:0], len(t.fresh))[:len(t.fresh)]
	t.arcs = t.n.See(t.arcs, t.fresh, t.sights, t.backward, t.vias)
	for k, thing := range t.fresh {
		seen := &t.sights[k]
		t.stops = append(t.stops, stop{thing: thing, from: seen.From, to: seen.To, kind: seen.Kind})
	}
	t.fresh = t.fresh[:0]
}

// peers puts contacts between things that remember into the atlas.
func (t *atlas) peers(list []genealogy.Arc) (from, to int32) {
	from = int32(len(t.arcs)) //nolint:gosec // numbers of contacts are of that size
	for _, c := range list {
		if t.vias.Has(c.Via) {
			c.Peer = t.stop(c.Peer)
			t.arcs = append(t.arcs, c)
		}
	}
	return from, int32(len(t.arcs)) //nolint:gosec // as above
}

// around yields all contacts that lead away from a stop.
func (t *atlas) around(k int32) func(yield func(*genealogy.Arc) bool) {
	return t.between(k, genealogy.Always, genealogy.Never)
}

// between yields the contacts that lead away from a stop and can share a moment
// with an interval.
func (t *atlas) between(k int32, near, far genealogy.Moment) func(yield func(*genealogy.Arc) bool) {
	return func(yield func(*genealogy.Arc) bool) {
		if !remembers(t.stops[k].kind) {
			from, to := t.row(k)
			for i := from; i < to; i++ {
				if !yield(&t.arcs[i]) {
					return
				}
			}
			return
		}
		parts, peers := t.n.Crowds(t.stops[k].thing, t.backward)
		var c genealogy.Arc
		give := func() bool {
			if !t.vias.Has(c.Via) {
				return true
			}
			c.Peer = t.stop(c.Peer)
			return yield(&c)
		}
		for i := range peers {
			if c = peers[i]; !give() {
				return
			}
		}
		for _, crowd := range parts {
			for i := crowd.Next(0, near); i < crowd.Len(); i = crowd.Next(i+1, near) {
				there := crowd.At(i, &c)
				if far.Before(c.Near) {
					break
				}
				if there && !give() {
					return
				}
			}
		}
	}
}
