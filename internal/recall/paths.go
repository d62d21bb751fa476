package recall

import (
	"cmp"
	"slices"
	"strings"
)

// findPaths is the second search: breadth first over the steps that lead to a
// node at its own time, so that each node gets the path that is shown. A layer
// stands in the order of ties, and the first step to a node is kept.
func (s *search) findPaths() {
	s.visit = s.join
	for _, m := range s.memories {
		s.reopen(m)
	}
	var layer []int32
	for k := range s.labels {
		if l := &s.labels[k]; l.start >= 0 {
			l.depth = 0
			layer = append(layer, int32(k))
		}
	}
	for len(layer) > 0 {
		s.arrange(layer)
		s.layer = nil
		for _, k := range layer {
			s.spread(k)
		}
		layer = s.layer
	}
}

// reopen leaves those epochs open that were reached at their beginning: no
// later contact leads to another at its time.
func (s *search) reopen(m *memory) {
	for k := range m.count() {
		m.open[k] = k
	}
	for k, at := range m.slots {
		if at == 0 || s.compare(s.labels[at-1].since, m.near(int32(k))) != 0 {
			m.open.drop(int32(k))
		}
	}
}

// arrange sorts a layer and numbers it.
func (s *search) arrange(layer []int32) {
	slices.SortFunc(layer, s.compareLabels)
	for i, k := range layer {
		s.labels[k].rank = int32(i)
	}
}

// alike reports whether two labels are of one thing since one time.
func (s *search) alike(a, b int32) bool {
	x, y := &s.labels[a], &s.labels[b]
	return x.thing == y.thing && s.compare(x.since, y.since) == 0
}

// compareLabels orders the labels of one layer: by time and thing, then by how
// they were come to. A label before has its rank already. Two sources that are
// one thing since one time come with the wider window first, since what the
// narrower lets through is all the other's too.
func (s *search) compareLabels(a, b int32) int {
	x, y := &s.labels[a], &s.labels[b]
	if c := s.compareNodes(x, y); c != 0 {
		return c
	}
	if x.parent < 0 || y.parent < 0 {
		return cmp.Or(s.compareLimits(x, y), cmp.Compare(a, b))
	}
	p, q := &s.labels[x.parent], &s.labels[y.parent]
	return cmp.Or(s.compareNodes(p, q), s.tie(x.contact, y.contact), cmp.Compare(p.rank, q.rank), cmp.Compare(a, b))
}

func (s *search) compareLimits(x, y *label) int {
	l, m := s.starts[x.start].limit, s.starts[y.start].limit
	if l.IsZero() || m.IsZero() {
		return boolCompare(m.IsZero(), l.IsZero())
	}
	return s.compare(m, l)
}

func (s *search) compareNodes(x, y *label) int {
	if c := s.compare(x.since, y.since); c != 0 || x.thing == y.thing {
		return c
	}
	return s.n.Ref(x.thing).Compare(s.n.Ref(y.thing))
}

// tie orders contacts by seq, via and grade.
func (s *search) tie(a, b int32) int {
	x, y := s.n.Contact(a), s.n.Contact(b)
	return cmp.Or(
		cmp.Compare(x.Entry, y.Entry), // entries stand in order of seq
		strings.Compare(x.Via.String(), y.Via.String()),
		cmp.Compare(x.Grade, y.Grade),
	)
}

// spread takes the contacts that a label can pass on by.
func (s *search) spread(k int32) {
	l := &s.labels[k]
	if l.epoch < 0 {
		for _, c := range s.row(l.thing) {
			s.try(k, c)
		}
		return
	}
	m, since := s.memory(l.thing), l.since
	for _, c := range m.peers {
		s.try(k, c)
	}
	for i, crowd := range m.crowd {
		part := s.swept[int(l.swept)+i]
		for at := crowd.Next(part.from, since); at < part.to; at = crowd.Next(at+1, since) {
			if c, ok := crowd.At(at); ok {
				s.try(k, c)
			}
		}
	}
}

// join gives a node its last step, if the step leads to it at its own time. The
// first label that does so counts, but of labels that are one thing since one
// time the contact counts first, and what these have looked at is not in the
// order of ties.
func (s *search) join(slot *int32, a arrival) {
	at := *slot - 1
	l, before := &s.labels[at], &s.labels[a.label]
	if s.compare(l.since, a.since) != 0 {
		return
	}
	switch {
	case l.depth == settled:
		l.depth = before.depth + 1
		if s.n.Remembers(l.thing) || len(s.row(l.thing)) > 0 {
			s.layer = append(s.layer, at)
		}
	case l.depth != before.depth+1 || !s.alike(l.parent, a.label) || s.tie(a.contact, l.contact) >= 0:
		return
	}
	l.parent, l.contact = a.label, a.contact
}
