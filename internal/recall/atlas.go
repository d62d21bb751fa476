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

	wanted []int32           // stops that are to be met,
	fresh  []int32           // those of them that are to be seen,
	things []int32           // the things that they are,
	sights []genealogy.Sight // and what is seen of them
}

// A stop is a thing that walks can come to.
type stop struct {
	thing    int32
	from, to int32      // its contacts, if it does not remember; from is -1 as long as they were not read
	label    int32      // by which the search under way reached it, plus 1
	memory   int32      // what that search knows of it, if it remembers, plus 1
	kind     event.Kind // KindNone as long as it was not seen, and then it does not remember
	barred   bool       // no walk of that search enters it
	met      bool       // the peers of its contacts are stops, and not things any more
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

// peer returns the stop of a thing that does not remember; its kind is known once
// its contacts are read.
func (t *atlas) peer(thing int32) int32 {
	at := t.at.At(thing)
	if *at == 0 {
		t.stops = append(t.stops, stop{thing: thing, from: -1})
		*at = int32(len(t.stops)) //nolint:gosec // no more than things
	}
	return *at - 1
}

// bar lets no walk of the search under way enter some things, or lets the next
// one enter them again.
func (t *atlas) bar(things map[int32]bool, barred bool) {
	for thing := range things {
		t.stops[t.stop(thing)].barred = barred
	}
}

// row returns where the contacts stand that lead away from what does not
// remember.
func (t *atlas) row(k int32) (from, to int32) {
	if !t.stops[k].met {
		t.meet(k)
	}
	return t.stops[k].from, t.stops[k].to
}

// ahead is how many stops of a queue are met at once, at most, of each part of it.
const ahead = 32

// meetAhead meets a stop and those of the next in a queue, which are wanted soon:
// they and what their contacts lead to lie here and there in the snapshot, and
// are waited for together. stopOf finds the stop of what is in the queue, if that
// does not remember.
func (t *atlas) meetAhead(k int32, soon [3][]item, stopOf func(label int32) (stop int32, ok bool)) {
	t.wanted = append(t.wanted[:0], k)
	t.stops[k].met = true
	for _, next := range soon {
		for i := range min(ahead, len(next)) {
			if at, ok := stopOf(next[i].label); ok && !t.stops[at].met {
				t.stops[at].met = true
				t.wanted = append(t.wanted, at)
			}
		}
	}
	t.meet(t.wanted...)
}

// meet reads the contacts of stops that do not remember, and makes stops of their
// peers, which it looks at: most come to be left again, and then their contacts
// are there.
func (t *atlas) meet(stops ...int32) {
	t.fresh = t.fresh[:0]
	for _, k := range stops {
		if s := &t.stops[k]; s.from < 0 && s.kind == event.KindNone {
			t.fresh = append(t.fresh, k)
		}
	}
	t.see()
	first := len(t.stops)
	for _, k := range stops {
		t.stops[k].met = true
		if t.stops[k].from < 0 {
			t.stops[k].from = int32(len(t.arcs)) //nolint:gosec // numbers of contacts are of that size
			t.arcs = t.n.AppendArcs(t.arcs, t.stops[k].thing, t.backward, t.vias)
			t.stops[k].to = int32(len(t.arcs)) //nolint:gosec // as above
		}
		for i := t.stops[k].from; i < t.stops[k].to; i++ {
			t.arcs[i].Peer = t.peer(t.arcs[i].Peer)
		}
	}
	t.fresh = t.fresh[:0]
	for k := first; k < len(t.stops); k++ {
		t.fresh = append(t.fresh, int32(k)) //nolint:gosec // no more than things
	}
	t.see()
}

// see looks at fresh stops.
func (t *atlas) see() {
	t.things = t.things[:0]
	for _, k := range t.fresh {
		t.things = append(t.things, t.stops[k].thing)
	}
	t.sights = slices.Grow(t.sights[:0], len(t.fresh))[:len(t.fresh)]
	t.arcs = t.n.See(t.arcs, t.things, t.sights, t.backward, t.vias)
	for i, k := range t.fresh {
		s, seen := &t.stops[k], &t.sights[i]
		s.from, s.to, s.kind = seen.From, seen.To, seen.Kind
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
