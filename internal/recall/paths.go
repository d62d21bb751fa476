package recall

import (
	"cmp"
	"slices"

	"suyuan/internal/genealogy"
)

// findPaths is the second search: breadth first over the steps that lead to a
// node at its own time, so that each node gets the path that is shown. Of the
// steps of one layer that come to a node the first in the order of ties is kept.
// Names are read only where two are equal but for them.
func (s *search) findPaths() {
	s.joining = true
	for _, m := range s.memories {
		s.reopen(m)
	}
	layer := s.layers[0][:0]
	for k := range s.labels {
		if l := &s.labels[k]; l.start >= 0 {
			l.depth = 0
			layer = append(layer, int32(k))
		}
	}
	spare := s.layers[1]
	for ; len(layer) > 0; layer, spare = s.layer, layer {
		s.layer = spare[:0]
		s.spreadAll(layer)
	}
	s.layers = [2][]int32{layer, spare}
}

// reopen leaves those epochs open that were reached at their beginning: no
// later contact leads to another at its time.
func (s *search) reopen(m *memory) {
	for k := range m.count() {
		m.open[k] = k
	}
	for k, at := range m.slots {
		if at == 0 || s.labels[at-1].since != m.near(int32(k)) {
			m.open.drop(int32(k))
		}
	}
}

// spreadAll takes the steps of a layer. The labels before that are earlier come
// first in the order of ties: so an epoch that they reached at its beginning is
// passed over by those of later instants.
func (s *search) spreadAll(layer []int32) {
	if len(s.memories) > 0 {
		slices.SortFunc(layer, func(a, b int32) int { return s.labels[a].since.Compare(s.labels[b].since) })
	}
	for i, k := range layer {
		if i > 0 && s.labels[k].since != s.labels[layer[i-1]].since {
			s.enterStays()
		}
		s.spread(k)
	}
	s.enterStays()
}

// enterStays takes the contacts of one instant into later epochs, in the order of
// ties: so the first that leads to an epoch is the one that is shown, and the
// others pass it over.
func (s *search) enterStays() {
	slices.SortStableFunc(s.stays, func(x, y stay) int {
		return s.compareSteps(x.arrival.label, x.arrival.arc, y.arrival.label, y.arrival.arc)
	})
	for i := range s.stays {
		x := &s.stays[i]
		if k := x.memory.open.next(x.epoch); k < x.memory.count() {
			s.enterLater(x.memory, k, &x.passage, x.arrival)
		}
	}
	s.stays = s.stays[:0]
	for _, d := range s.drops {
		d.open.drop(d.epoch)
	}
	s.drops = s.drops[:0]
}

// spread takes the contacts that a label can pass on by.
func (s *search) spread(k int32) {
	l := &s.labels[k]
	if l.epoch < 0 {
		s.tryAll(k)
		return
	}
	m, since, first := s.memories[s.stops[l.stop].memory-1], l.since, l.swept
	for i := m.from; i < m.to; i++ {
		s.try(k, &s.arcs[i], i)
	}
	for i, crowd := range m.crowd {
		part := s.swept[int(first)+i]
		for at := crowd.Next(part.from, since); at < part.to; at = crowd.Next(at+1, since) {
			if crowd.At(at, &s.held) {
				s.tryHeld(k)
			}
		}
	}
}

// join gives a node its last step, if the step leads to it at its own time.
func (s *search) join(slot *int32, a arrival, since genealogy.Moment) {
	at := *slot - 1
	l, before := &s.labels[at], &s.labels[a.label]
	if l.since != since {
		return
	}
	switch {
	case l.depth == settled:
		l.depth = before.depth + 1
		s.layer = append(s.layer, at)
	case l.depth != before.depth+1 || s.compareSteps(a.label, a.arc, l.parent, &s.arcs[l.arc]) >= 0:
		return
	}
	if l.parent, l.arc = a.label, a.at; a.at < 0 {
		l.arc = int32(len(s.arcs)) //nolint:gosec // numbers of contacts are of that size
		s.arcs = append(s.arcs, *a.arc)
	}
}

// A record of a search's labels tells their paths apart.
type paths struct {
	*atlas
	starts []start
	labels []label
}

func (s *search) compareSteps(p int32, c *genealogy.Arc, q int32, d *genealogy.Arc) int {
	return paths{s.atlas, s.starts, s.labels}.compareSteps(p, c, q, d)
}

// compareSteps orders last steps to one node by the label before, the contact,
// and then by how that label was come to.
func (x paths) compareSteps(p int32, c *genealogy.Arc, q int32, d *genealogy.Arc) int {
	if p != q {
		if order := x.compareNodes(&x.labels[p], &x.labels[q]); order != 0 {
			return order
		}
	}
	if order := c.CompareTies(d); order != 0 || p == q {
		return order
	}
	return x.compare(p, q)
}

// compare orders labels of one thing, since one time and after as many contacts,
// by how they were come to. Two sources come with the wider window first, since
// what the narrower lets through is all the other's too.
func (x paths) compare(a, b int32) int {
	l, m := &x.labels[a], &x.labels[b]
	switch {
	case a == b:
		return 0
	case l.parent < 0 || m.parent < 0:
		far := func(l *label) genealogy.Moment { return genealogy.FarEnd(x.starts[l.start].limit, x.backward) }
		return cmp.Or(far(m).Compare(far(l)), cmp.Compare(a, b))
	default:
		return x.compareSteps(l.parent, &x.arcs[l.arc], m.parent, &x.arcs[m.arc])
	}
}

// compareNodes orders labels by time and thing.
func (x paths) compareNodes(l, m *label) int {
	if order := l.since.Compare(m.since); order != 0 || l.thing == m.thing {
		return order
	}
	return x.n.Ref(l.thing).Compare(x.n.Ref(m.thing))
}
