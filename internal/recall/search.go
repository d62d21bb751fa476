package recall

import (
	"suyuan/internal/event"
	"suyuan/internal/genealogy"
)

// A label is one node in one state of a search: as reached by a walk or, where
// start is not -1, as a source with its window.
type label struct {
	thing   int32
	epoch   int32 // in the order of the walk; -1 for a thing that has one only
	start   int32
	parent  int32      // label before; -1 for a source
	contact int32      // last contact of the walk; -1 for a source
	depth   int32      // contacts of the walk; until that is known, unsettled or settled
	rank    int32      // place among the labels of its depth
	swept   int32      // what it looked at of its thing's contacts, for a thing that remembers
	since   event.Time // zero: always
}

const (
	settled   = -1
	unsettled = -2
)

// A start is a thing that is contaminated from the outset.
type start struct {
	thing int32
	since event.Time // zero: always
	// limit is the end of the window in the order of the walk: own contacts
	// that begin after it do not count. Zero: none.
	limit event.Time
	// entering says that of its own contacts which begin at the limit only
	// instants count.
	entering bool
	// windowed says that since is the window's own end, or the epochs are those
	// that it touches: no fact.
	windowed bool
	// touch says which epochs are contaminated; none: all.
	touch []genealogy.Span
}

// noGrade is weaker than every grade.
const noGrade = genealogy.Possible + 1

// A search finds the earliest label of every node that can be reached, and then
// the path that is shown of each (docs/trace.md).
type search struct {
	direction
	n        *genealogy.Network
	vias     viaSet
	floor    genealogy.Grade
	starts   []start
	barred   map[int32]bool   // no walk enters these things
	slot     *genealogy.Slots // by thing: its label as reached, or its memory, plus 1
	weaker   genealogy.Grade  // the surest grade of those contacts that the floor kept out
	labels   []label
	memories []*memory
	sweeps   [][]sweep // by start, and by part of its thing's crowd
	swept    []swept
	queue    queue
	visit    func(slot *int32, a arrival)
	layer    []int32 // labels that the second search came to last
	steps    int     // contacts and epochs looked at: what the search costs
}

// swept is what one of a thing's labels looked at of a part of its crowd.
type swept struct{ from, to int32 }

// An arrival is a step to a node.
type arrival struct {
	label        int32 // the label before
	contact      int32
	thing, epoch int32
	since        event.Time
}

// run settles labels in order of since. A contact never leads to an earlier
// time, so that a settled label is final.
func (s *search) run() []label {
	s.queue.direction, s.weaker, s.visit = s.direction, noGrade, s.relax
	s.begin()
	for len(s.queue.items) > 0 {
		at := s.queue.pop()
		l := &s.labels[at.label]
		if l.depth == settled || l.since.Compare(at.since) != 0 {
			continue
		}
		l.depth = settled
		s.settle(at.label)
	}
	s.findPaths()
	return s.labels
}

// begin labels the sources: in each touched epoch that has not ended before
// their time.
func (s *search) begin() {
	s.sweeps = make([][]sweep, len(s.starts))
	for k := range s.starts {
		st := &s.starts[k]
		first := label{thing: st.thing, epoch: -1, start: int32(k), parent: -1, contact: -1, depth: unsettled, since: st.since}
		if !s.n.Remembers(st.thing) {
			s.put(first)
			continue
		}
		m := s.memory(st.thing)
		s.sweeps[k] = make([]sweep, len(m.crowd))
		for _, epoch := range m.touched(st.touch) {
			if s.meet(st.since, m.far(epoch)) <= 0 {
				l := first
				l.epoch, l.since = epoch, s.later(st.since, m.near(epoch))
				s.put(l)
			}
		}
	}
}

func (s *search) put(l label) {
	s.queue.push(item{l.since, l.epoch, int32(len(s.labels))}) //nolint:gosec // one label for each node, and the sources
	s.labels = append(s.labels, l)
}

// memory returns what the search knows of a thing that remembers.
func (s *search) memory(thing int32) *memory {
	if at := s.slot.Get(thing); at > 0 {
		return s.memories[at-1]
	}
	m := &memory{thing: thing, epochs: epochs{s.direction, s.n.Cuts(thing, s.floor)}}
	m.crowd, m.peers = s.n.Crowds(thing, s.backward)
	m.sweeps = make([]sweep, len(m.crowd))
	m.slots, m.open = make([]int32, m.count()), newSkips(m.count())
	if s.floor < genealogy.Possible && len(m.cuts) != len(s.n.Cuts(thing, genealogy.Possible)) {
		s.weaker = min(s.weaker, genealogy.Possible)
	}
	s.memories = append(s.memories, m)
	*s.slot.At(thing) = int32(len(s.memories)) //nolint:gosec // no more than things
	return m
}

// row returns the contacts of a thing that lead away from it.
func (s *search) row(thing int32) []int32 {
	if s.backward {
		return s.n.In(thing)
	}
	return s.n.Out(thing)
}

func (s *search) target(c *genealogy.Contact) int32 {
	if s.backward {
		return c.Source
	}
	return c.Target
}

// sharing are the kinds of contacts that can lead to a thing that remembers.
var sharing = setOf(genealogy.ViaContact, genealogy.ViaSame, genealogy.ViaEquipment, genealogy.ViaVessel, genealogy.ViaShipper,
	genealogy.ViaRoom, genealogy.ViaOperator)

// remembers reports whether a contact leads to a thing that remembers.
func (s *search) remembers(c *genealogy.Contact) bool {
	return sharing.has(c.Via) && s.n.Remembers(s.target(c))
}

func (s *search) settle(k int32) {
	l := &s.labels[k]
	if l.epoch < 0 {
		for _, c := range s.row(l.thing) {
			s.try(k, c)
		}
		return
	}
	m := s.memory(l.thing)
	w := m.sweeps
	if l.start >= 0 {
		w = s.sweeps[l.start]
	}
	l.swept = int32(len(s.swept)) //nolint:gosec // no more than labels
	for part, crowd := range m.crowd {
		s.swept = append(s.swept, s.sweep(k, crowd, &w[part], m.far(s.labels[k].epoch)))
	}
	for _, c := range m.peers {
		s.try(k, c)
	}
}

// sweep looks at the contacts of a node that begin by the end of its epoch and
// do not end before it was reached. Those that begin at that end are looked at
// again by the next: if they are instants, they lie in both.
func (s *search) sweep(k int32, crowd *genealogy.Crowd, w *sweep, far event.Time) swept {
	since := s.labels[k].since
	from := w.begin(s.direction, since)
	to, done := crowd.Next(from, since), from
	for ; to < crowd.Len(); to = crowd.Next(to+1, since) {
		contact, ok := crowd.At(to)
		if !ok {
			continue
		}
		near, _ := s.ends(s.n.Contact(contact))
		order := s.meet(near, far)
		if order > 0 {
			break
		}
		if order < 0 {
			done = to + 1
		}
		s.try(k, contact)
	}
	*w = sweep{since: since, from: from, next: max(w.next, done), begun: true}
	return swept{from, to}
}

// try takes a contact from a label to every node that it leads to.
func (s *search) try(k, contact int32) {
	s.steps++
	l, c := &s.labels[k], s.n.Contact(contact)
	if !s.vias.has(c.Via) || l.start >= 0 && !s.inWindow(&s.starts[l.start], c) {
		return
	}
	if c.Grade > s.floor {
		s.weaker = min(s.weaker, c.Grade)
		return
	}
	a := arrival{label: k, contact: contact, thing: s.target(c), epoch: -1}
	if s.barred[a.thing] {
		return
	}
	p, ok := s.pass(l, c)
	switch {
	case !ok:
	case s.remembers(c):
		s.enter(s.memory(a.thing), &p, a)
	default:
		a.since = p.since
		s.visit(s.slot.At(a.thing), a)
	}
}

// inWindow reports whether a source's own contact begins within its window.
func (d direction) inWindow(st *start, c *genealogy.Contact) bool {
	near, _ := d.ends(c)
	order := d.meet(near, st.limit)
	return order < 0 || order == 0 && (!st.entering || d.instant(c))
}

// A passage is what an epoch of the near side leaves of a contact.
type passage struct {
	near, far event.Time
	since     event.Time // when it first passes on what the label has
	c         *genealogy.Contact
}

func (s *search) pass(l *label, c *genealogy.Contact) (passage, bool) {
	p := passage{since: l.since, c: c}
	p.near, p.far = s.ends(c)
	if l.epoch >= 0 {
		m := s.memory(l.thing)
		p.near, p.far = s.later(p.near, m.near(l.epoch)), s.sooner(p.far, m.far(l.epoch))
		if !s.lies(p.near, p.far, c) {
			return p, false
		}
	}
	p.since = s.later(p.since, p.near)
	return p, s.meet(p.since, p.far) <= 0
}

// lies reports whether that much of a contact makes it lie in its epochs.
func (s *search) lies(near, far event.Time, c *genealogy.Contact) bool {
	order := s.meet(near, far)
	return order < 0 || order == 0 && s.instant(c)
}

// enter visits the nodes of a thing that remembers: the epoch of the moment, two
// on a cut, and each later one that the contact lies in, at its beginning. What
// was visited at its beginning cannot be bettered and is passed over from then
// on.
func (s *search) enter(m *memory, p *passage, a arrival) {
	k := m.at(p.since)
	s.enterEpoch(m, k, p, a)
	if !p.since.IsZero() && s.meet(p.since, m.far(k)) == 0 {
		k++
		s.enterEpoch(m, k, p, a)
	}
	for k = m.open.next(k + 1); k < m.count() && s.meet(m.near(k), p.far) < 0; k = m.open.next(k + 1) {
		s.enterEpoch(m, k, p, a)
	}
}

func (s *search) enterEpoch(m *memory, k int32, p *passage, a arrival) {
	s.steps++
	near := m.near(k)
	if !s.lies(s.later(p.near, near), s.sooner(p.far, m.far(k)), p.c) {
		return
	}
	a.epoch, a.since = k, s.later(p.since, near)
	s.visit(&m.slots[k], a)
	if s.compare(a.since, near) == 0 {
		m.open.drop(k)
	}
}

// relax gives a node its label, or an earlier one.
func (s *search) relax(slot *int32, a arrival) {
	at := *slot - 1
	if at < 0 {
		s.put(label{thing: a.thing, epoch: a.epoch, start: -1, depth: unsettled, since: a.since})
		*slot = int32(len(s.labels)) //nolint:gosec // one label for each node, and the sources
		return
	}
	if old := &s.labels[at]; s.compare(a.since, old.since) < 0 {
		old.since = a.since
		s.queue.push(item{a.since, a.epoch, at})
	}
}

// forget makes the slots ready for the next search.
func (s *search) forget() {
	s.slot.Clear()
	s.labels, s.memories, s.sweeps, s.swept = nil, nil, nil, nil
}
