package recall

import (
	"cmp"
	"strings"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
)

// A label is one thing in one state of a search: as reached by a walk or, where
// start is not -1, as a source with its window.
type label struct {
	thing   int32
	parent  int32 // label before; -1 for a source
	depth   int32 // contacts of the walk
	start   int32
	settled bool
	since   event.Time // zero: always
	contact *genealogy.Contact
}

// A start is a thing that is contaminated from the outset.
type start struct {
	thing int32
	since event.Time // zero: always
	// limit is the end of the window in the order of the walk: own contacts
	// that begin after it do not count. Zero: none.
	limit event.Time
	// windowed says that since is the window's own end, not a fact.
	windowed bool
}

// noGrade is weaker than every grade.
const noGrade = genealogy.Possible + 1

// A search finds the earliest label of everything that can be reached. Times
// are compared in the order of the walk: as they are, or mirrored. So there is
// one engine for both directions, and a zero time at the near end of an
// interval means always, at the far end never, in both.
type search struct {
	n        *genealogy.Network
	backward bool
	vias     viaSet
	floor    genealogy.Grade
	starts   []start
	slot     []int32         // by thing: its label as reached, plus 1
	weaker   genealogy.Grade // the surest grade of those contacts that the floor kept out
	labels   []label
	queue    queue
}

// run settles labels in order of (since, depth). A contact never leads to an
// earlier time and always to one contact more, so that a settled label is
// final, and all that can be tied with a label's parent are settled before it.
func (s *search) run() []label {
	s.queue.back, s.weaker = s.backward, noGrade
	for k, st := range s.starts {
		s.labels = append(s.labels, label{thing: st.thing, parent: -1, start: int32(k), since: st.since})
		s.queue.push(item{st.since, 0, int32(k)})
	}
	for len(s.queue.items) > 0 {
		at := s.queue.pop()
		l := &s.labels[at.label]
		if l.settled || l.depth != at.depth || l.since.Compare(at.since) != 0 {
			continue
		}
		l.settled = true
		s.settle(at.label)
	}
	return s.labels
}

func (s *search) settle(k int32) {
	l := s.labels[k]
	row := s.n.From(l.thing)
	if s.backward {
		row = s.n.Into(l.thing)
	}
	for c := range row {
		if !s.vias.has(c.Via) || l.start >= 0 && !s.inWindow(&s.starts[l.start], c) {
			continue
		}
		if c.Grade > s.floor {
			s.weaker = min(s.weaker, c.Grade)
			continue
		}
		if since, ok := s.pass(l.since, c); ok {
			s.reach(k, c, since)
		}
	}
}

// ends returns the interval of a contact in the order of the walk.
func (s *search) ends(c *genealogy.Contact) (near, far event.Time) {
	if s.backward {
		return c.To, c.From
	}
	return c.From, c.To
}

// inWindow reports whether a source's own contact begins within its window.
func (s *search) inWindow(st *start, c *genealogy.Contact) bool {
	near, _ := s.ends(c)
	return st.limit.IsZero() || near.IsZero() || s.compare(near, st.limit) <= 0
}

// pass returns when a contact passes on what its near side has since a time.
func (s *search) pass(since event.Time, c *genealogy.Contact) (event.Time, bool) {
	near, far := s.ends(c)
	if s.compare(near, since) > 0 {
		since = near
	}
	return since, since.IsZero() || far.IsZero() || s.compare(since, far) <= 0
}

// compare orders instants in the order of the walk; the zero time, always, is
// before all others.
func (s *search) compare(a, b event.Time) int { return walkCompare(a, b, s.backward) }

func walkCompare(a, b event.Time, backward bool) int {
	switch {
	case a.IsZero() || b.IsZero():
		return boolCompare(b.IsZero(), a.IsZero())
	case backward:
		return b.Compare(a)
	default:
		return a.Compare(b)
	}
}

func boolCompare(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	default:
		return -1
	}
}

func (s *search) reach(k int32, c *genealogy.Contact, since event.Time) {
	target := c.Target
	if s.backward {
		target = c.Source
	}
	found := label{thing: target, parent: k, depth: s.labels[k].depth + 1, start: -1, since: since, contact: c}
	at := s.slot[target] - 1
	if at < 0 {
		at = int32(len(s.labels)) //nolint:gosec // one label for each thing, and the sources
		s.labels = append(s.labels, found)
		s.slot[target] = at + 1
		s.queue.push(item{since, found.depth, at})
		return
	}
	old := &s.labels[at]
	switch order := cmp.Or(s.compare(since, old.since), cmp.Compare(found.depth, old.depth)); {
	case order < 0:
		*old = found
		s.queue.push(item{since, found.depth, at})
	case order == 0 && s.tie(&found, old) < 0:
		*old = found
	}
}

// tie orders two last steps to one thing that arrive at the same time with as
// many contacts (recall.md section 3).
func (s *search) tie(a, b *label) int {
	x, y := &s.labels[a.parent], &s.labels[b.parent]
	if c := s.compare(x.since, y.since); c != 0 {
		return c
	}
	if x.thing != y.thing {
		return s.n.Ref(x.thing).Compare(s.n.Ref(y.thing))
	}
	return cmp.Or(
		cmp.Compare(s.n.Entry(a.contact).Seq, s.n.Entry(b.contact).Seq),
		strings.Compare(a.contact.Via.String(), b.contact.Via.String()),
		cmp.Compare(a.contact.Grade, b.contact.Grade),
	)
}

// forget makes the slots ready for the next search.
func (s *search) forget() {
	for i := range s.labels {
		s.slot[s.labels[i].thing] = 0
	}
	s.labels = nil
}

// An item is a label as it was when it was put into the queue.
type item struct {
	since event.Time
	depth int32
	label int32
}

// A queue is a binary heap in the order of the walk, then of depth.
type queue struct {
	items []item
	back  bool
}

func (q *queue) less(a, b *item) bool {
	if c := walkCompare(a.since, b.since, q.back); c != 0 {
		return c < 0
	}
	return a.depth < b.depth
}

func (q *queue) push(it item) {
	q.items = append(q.items, it)
	i := len(q.items) - 1
	for i > 0 {
		up := (i - 1) / 2
		if !q.less(&q.items[i], &q.items[up]) {
			return
		}
		q.items[i], q.items[up] = q.items[up], q.items[i]
		i = up
	}
}

func (q *queue) pop() item {
	top := q.items[0]
	last := len(q.items) - 1
	q.items[0] = q.items[last]
	q.items = q.items[:last]
	for i := 0; ; {
		down := 2*i + 1
		if down >= last {
			return top
		}
		if down+1 < last && q.less(&q.items[down+1], &q.items[down]) {
			down++
		}
		if !q.less(&q.items[down], &q.items[i]) {
			return top
		}
		q.items[i], q.items[down] = q.items[down], q.items[i]
		i = down
	}
}
