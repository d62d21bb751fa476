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

	fresh []int32      // things that became stops last,
	kinds []event.Kind // and their kinds
}

// A stop is a thing that walks can come to.
type stop struct {
	thing    int32
	from, to int32 // its contacts, if it does not remember; from is -1 until they were read
	label    int32 // by which the search under way reached it, plus 1
	memory   int32 // what that search knows of it, if it remembers, plus 1
	kind     event.Kind
	barred   bool // no walk of that search enters it
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
	if t.stops[k].from < 0 {
		from = t.begin()
		t.read(k)
		t.meet(from)
	}
	return t.stops[k].from, t.stops[k].to
}

func (t *atlas) begin() int32 { return int32(len(t.arcs)) } //nolint:gosec // numbers of contacts are of that size

// read reads a row, which is to be met before it is used.
func (t *atlas) read(k int32) {
	from := t.begin()
	t.arcs = t.n.AppendArcs(t.arcs, t.stops[k].thing, t.backward, t.vias)
	t.stops[k].from, t.stops[k].to = from, t.begin()
}

// meet makes stops of the peers of contacts that were read, from one on.
func (t *atlas) meet(from int32) {
	first := len(t.stops)
	t.fresh = t.fresh[:0]
	for i := from; i < t.begin(); i++ {
		c := &t.arcs[i]
		at := t.at.At(c.Peer)
		if *at == 0 {
			t.stops = append(t.stops, stop{thing: c.Peer, from: -1})
			t.fresh = append(t.fresh, c.Peer)
			*at = int32(len(t.stops)) //nolint:gosec // no more than things
		}
		c.Peer = *at - 1
	}
	t.kinds = slices.Grow(t.kinds[:0], len(t.fresh))[:len(t.fresh)]
	t.n.Kinds(t.fresh, t.kinds)
	for i, kind := range t.kinds {
		t.stops[first+i].kind = kind
	}
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
