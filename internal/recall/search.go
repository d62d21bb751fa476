package recall

import (
	"suyuan/internal/event"
	"suyuan/internal/genealogy"
)

// A label is one node in one state of a search: as reached by a walk or, where
// start is not -1, as a source with its window.
type label struct {
	stop   int32
	thing  int32
	epoch  int32 // in the order of the walk; -1 for a thing that has one only
	start  int32
	parent int32 // label before; -1 for a source
	arc    int32 // last contact of the walk, in the atlas; -1 for a source
	depth  int32 // contacts of the walk; until that is known, unsettled or settled
	swept  int32 // what it looked at of its thing's contacts, for a thing that remembers
	since  genealogy.Moment
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

// inWindow reports whether a source's own contact begins within its window.
func (st *start) inWindow(c *genealogy.Arc, backward bool) bool {
	if st.limit.IsZero() {
		return true
	}
	order := c.Near.Compare(genealogy.MomentOf(st.limit, backward))
	return order < 0 || order == 0 && (!st.entering || c.Instant())
}

// noGrade is weaker than every grade.
const noGrade = genealogy.Possible + 1

// A search finds the earliest label of every node that can be reached, and then
// the path that is shown of each (docs/trace.md).
type search struct {
	*atlas
	floor     genealogy.Grade
	starts    []start
	barred    map[int32]bool  // no walk enters these things
	weaker    genealogy.Grade // the surest grade of those contacts that the floor kept out
	labels    []label
	memories  []*memory
	kept      []kept    // contacts that the floor kept out
	sweeps    [][]sweep // by start, and by part of its thing's crowd
	swept     []swept
	queue     queue
	only      genealogy.ViaSet // kinds of the atlas that are walked; none: all
	timesOnly bool             // no paths are wanted
	joining   bool             // the second search is under way
	layer     []int32          // labels that it came to last
	layers    [2][]int32       // memory for them
	stays     []stay           // contacts of this instant that it has still to take into later epochs
	drops     []drop           // epochs that it is to pass over from the next instant on
	held      genealogy.Arc    // of a crowd, as long as it is looked at
	steps     int              // contacts and epochs looked at: what the search costs
}

// kept is a contact that a label did not pass on by, since the floor kept it out.
type kept struct{ label, arc int32 }

// swept is what one of a thing's labels looked at of a part of its crowd.
type swept struct{ from, to int32 }

// An arrival is a step to a node.
type arrival struct {
	label int32 // the label before
	at    int32 // the contact's place in the atlas; -1 if it has none
	arc   *genealogy.Arc
}

// run settles labels in order of since. A contact never leads to an earlier
// time, so that a settled label is final.
func (s *search) run() []label {
	s.weaker, s.joining = noGrade, false
	s.bar(s.barred, true)
	s.begin()
	return s.finish()
}

// deepen is run for the next floor. The walks of the floor above are walks of the
// next too: its labels stand, unless one becomes earlier, and of their contacts
// those alone are looked at that the floor above kept out. It is for searches
// that came to nothing that remembers: such things have other epochs at each
// floor.
func (s *search) deepen(floor genealogy.Grade, memory []label) []label {
	s.floor, s.weaker, s.joining = floor, noGrade, false
	s.labels = append(memory[:0], s.labels...)
	for k := range s.labels {
		s.labels[k].depth = settled
	}
	kept := s.kept
	s.kept = nil
	for _, x := range kept {
		s.try(x.label, &s.arcs[x.arc], x.arc)
	}
	return s.finish()
}

// finish settles what is in the queue, and finds the paths.
func (s *search) finish() []label {
	for !s.queue.empty() {
		at := s.queue.pop()
		l := &s.labels[at.label]
		if l.depth == settled || l.since != at.since {
			continue
		}
		l.depth = settled
		if l.epoch < 0 && !s.stops[l.stop].met {
			s.meetAhead(l.stop, s.queue.soon(), s.plain)
		}
		s.settle(at.label)
	}
	if !s.timesOnly {
		s.findPaths()
	}
	return s.labels
}

// plain returns the stop of a label, if that does not remember.
func (s *search) plain(k int32) (stop int32, ok bool) {
	return s.labels[k].stop, s.labels[k].epoch < 0
}

// begin labels the sources: in each touched epoch that has not ended before
// their time.
func (s *search) begin() {
	s.sweeps = make([][]sweep, len(s.starts))
	for k := range s.starts {
		st := &s.starts[k]
		at, since := s.stop(st.thing), genealogy.NearEnd(st.since, s.backward)
		first := label{stop: at, thing: st.thing, epoch: -1, start: int32(k), parent: -1, arc: -1, depth: unsettled, since: since}
		if !remembers(s.stops[at].kind) {
			s.put(&first)
			continue
		}
		m := s.memory(at)
		s.sweeps[k] = make([]sweep, len(m.crowd))
		for _, epoch := range m.touched(st.touch, s.backward) {
			if !m.far(epoch).Before(since) {
				l := first
				l.epoch, l.since = epoch, since.Later(m.near(epoch))
				s.put(&l)
			}
		}
	}
}

func (s *search) put(l *label) {
	s.queue.push(item{l.since, l.epoch, int32(len(s.labels))}) //nolint:gosec // one label for each node, and the sources
	s.labels = append(s.labels, *l)
}

// memory returns what the search knows of a thing that remembers.
func (s *search) memory(at int32) *memory {
	if k := s.stops[at].memory; k > 0 {
		return s.memories[k-1]
	}
	thing := s.stops[at].thing
	m := &memory{stop: at, cuts: cutsOf(s.n.Cuts(thing, s.floor), s.backward)}
	var peers []genealogy.Arc
	m.crowd, peers = s.n.Crowds(thing, s.backward)
	m.sweeps = make([]sweep, len(m.crowd))
	m.slots, m.open = make([]int32, m.count()), newSkips(m.count())
	if s.floor < genealogy.Possible && len(m.cuts) != len(s.n.Cuts(thing, genealogy.Possible)) {
		s.weaker = min(s.weaker, genealogy.Possible)
	}
	s.memories = append(s.memories, m)
	s.stops[at].memory = int32(len(s.memories)) //nolint:gosec // no more than things
	m.from, m.to = s.peers(peers)
	return m
}

func (s *search) settle(k int32) {
	if s.labels[k].epoch < 0 {
		s.tryAll(k)
		return
	}
	m := s.memories[s.stops[s.labels[k].stop].memory-1]
	w := m.sweeps
	if start := s.labels[k].start; start >= 0 {
		w = s.sweeps[start]
	}
	s.labels[k].swept = int32(len(s.swept)) //nolint:gosec // no more than labels
	for part, crowd := range m.crowd {
		s.swept = append(s.swept, s.sweep(k, crowd, &w[part], m.far(s.labels[k].epoch)))
	}
	for i := m.from; i < m.to; i++ {
		s.try(k, &s.arcs[i], i)
	}
}

// tryAll takes the contacts of a label of what does not remember.
func (s *search) tryAll(k int32) {
	from, to := s.row(s.labels[k].stop)
	for i := from; i < to; i++ {
		s.try(k, &s.arcs[i], i)
	}
}

// sweep looks at the contacts of a node that begin by the end of its epoch and
// do not end before it was reached. Those that begin at that end are looked at
// again by the next: if they are instants, they lie in both.
func (s *search) sweep(k int32, crowd *genealogy.Crowd, w *sweep, far genealogy.Moment) swept {
	since := s.labels[k].since
	from := w.begin(since)
	to, done := crowd.Next(from, since), from
	for ; to < crowd.Len(); to = crowd.Next(to+1, since) {
		if !crowd.At(to, &s.held) {
			continue
		}
		order := s.held.Near.Compare(far)
		if order > 0 {
			break
		}
		if order < 0 {
			done = to + 1
		}
		s.tryHeld(k)
	}
	*w = sweep{since: since, from: from, next: max(w.next, done), begun: true}
	return swept{from, to}
}

// tryHeld takes the contact of a crowd that is being looked at.
func (s *search) tryHeld(k int32) {
	if !s.vias.Has(s.held.Via) {
		s.steps++
		return
	}
	if s.held.Grade <= s.floor {
		s.held.Peer = s.peer(s.held.Peer)
	}
	s.try(k, &s.held, -1)
}

// try takes a contact from a label to every node that it leads to.
func (s *search) try(k int32, c *genealogy.Arc, at int32) {
	s.steps++
	l := &s.labels[k]
	if s.only != 0 && !s.only.Has(c.Via) || l.start >= 0 && !s.starts[l.start].inWindow(c, s.backward) {
		return
	}
	if c.Grade > s.floor {
		s.weaker = min(s.weaker, c.Grade)
		if at >= 0 && !s.joining {
			s.kept = append(s.kept, kept{k, at})
		}
		return
	}
	target := &s.stops[c.Peer]
	if target.barred {
		return
	}
	since := l.since
	if l.epoch >= 0 || remembers(target.kind) {
		p := passage{since: since, near: c.Near, far: c.Far, instant: c.Instant()}
		if !s.pass(l, &p) {
			return
		}
		if remembers(target.kind) {
			s.enter(s.memory(c.Peer), &p, arrival{k, at, c})
			return
		}
		since = p.since
	} else if since = since.Later(c.Near); c.Far.Before(since) {
		return
	}
	if s.joining {
		s.join(&target.label, arrival{k, at, c}, since)
	} else {
		s.relax(&target.label, c.Peer, -1, since)
	}
}

// A passage is what an epoch of the near side leaves of a contact.
type passage struct {
	near, far genealogy.Moment
	since     genealogy.Moment // when it first passes on what the label has
	instant   bool             // the contact itself
}

func (s *search) pass(l *label, p *passage) bool {
	if l.epoch >= 0 {
		m := s.memories[s.stops[l.stop].memory-1]
		p.near, p.far = p.near.Later(m.near(l.epoch)), p.far.Sooner(m.far(l.epoch))
		if !p.lies(p.near, p.far) {
			return false
		}
	}
	p.since = p.since.Later(p.near)
	return !p.far.Before(p.since)
}

// lies reports whether that much of a contact makes it lie in its epochs.
func (p *passage) lies(near, far genealogy.Moment) bool {
	return near.Before(far) || near == far && p.instant
}

// enter visits the nodes of a thing that remembers: the epoch of the moment, two
// on a cut, and each later one that the contact lies in, at its beginning. What
// was visited at its beginning cannot be bettered and is passed over from then
// on.
func (s *search) enter(m *memory, p *passage, a arrival) {
	k := m.at(p.since)
	s.enterEpoch(m, k, p, a)
	if p.since == m.far(k) {
		k++
		s.enterEpoch(m, k, p, a)
	}
	k = m.open.next(k + 1)
	switch {
	case k >= m.count() || !m.near(k).Before(p.far):
	case s.joining:
		s.stays = append(s.stays, stay{m, k, *p, a})
	default:
		s.enterLater(m, k, p, a)
	}
}

// enterLater visits the epochs from an open one on, each at its beginning.
func (s *search) enterLater(m *memory, k int32, p *passage, a arrival) {
	for ; k < m.count() && m.near(k).Before(p.far); k = m.open.next(k + 1) {
		s.enterEpoch(m, k, p, a)
		if s.joining {
			m.open.drop(k)
		}
	}
}

func (s *search) enterEpoch(m *memory, k int32, p *passage, a arrival) {
	s.steps++
	near := m.near(k)
	if !p.lies(p.near.Later(near), p.far.Sooner(m.far(k))) {
		return
	}
	since := p.since.Later(near)
	if s.joining {
		s.join(&m.slots[k], a, since)
		if since == near {
			s.drops = append(s.drops, drop{m, k})
		}
		return
	}
	s.relax(&m.slots[k], m.stop, k, since)
	if since == near {
		m.open.drop(k)
	}
}

// relax gives a node its label, or an earlier one.
func (s *search) relax(slot *int32, to, epoch int32, since genealogy.Moment) {
	at := *slot - 1
	if at < 0 {
		at = int32(len(s.labels)) //nolint:gosec // one label for each node, and the sources
		*slot = at + 1
		s.labels = append(s.labels, label{})
		l := &s.labels[at]
		l.stop, l.thing, l.epoch, l.start, l.depth, l.since = to, s.stops[to].thing, epoch, -1, unsettled, since
		s.queue.push(item{since, epoch, at})
		return
	}
	if old := &s.labels[at]; since.Before(old.since) {
		old.since, old.depth = since, unsettled
		s.queue.push(item{since, epoch, at})
	}
}

// forget makes the atlas ready for the next search.
func (s *search) forget() {
	for k := range s.labels {
		s.stops[s.labels[k].stop].label = 0
	}
	for _, m := range s.memories {
		s.stops[m.stop].memory = 0
	}
	s.bar(s.barred, false)
	s.labels, s.memories, s.sweeps, s.swept, s.kept = nil, nil, nil, nil, nil
	s.queue.clear()
}
