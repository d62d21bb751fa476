package recall

import (
	"iter"
	"slices"
	"strings"
	"sync"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
)

// A Reached is what a trace reached, before anything is read of histories: each
// thing with its best grade, its time and the contact by which it was reached.
type Reached struct {
	n    *genealogy.Network
	hits []reachedHit

	backward bool
}

// A reachedHit is one thing that was reached, as short as it can be kept.
type reachedHit struct {
	since  genealogy.Moment
	thing  int32
	parent int32 // -1 for a source
	zone   int16
	kind   event.Kind
	grade  genealogy.Grade
	via    genealogy.Via
}

// workspaces are what searches that keep nothing leave to the next: most of what
// a search costs is memory that nobody used before.
var workspaces = sync.Pool{New: func() any { return new(workspace) }}

type workspace struct {
	atlas  atlas
	labels [3][]label
	queue  queue
	layers [2][]int32
	plain  plain
}

// atlasOf returns an atlas in the memory of another.
func (w *workspace) atlasOf(n *genealogy.Network, backward bool, vias genealogy.ViaSet) *atlas {
	t := &w.atlas
	t.at.Clear()
	*t = atlas{n: n, backward: backward, vias: vias, at: t.at, stops: t.stops[:0], arcs: t.arcs[:0], wanted: t.wanted, fresh: t.fresh, things: t.things, sights: t.sights}
	return t
}

// leave gives the memory of a search on.
func (w *workspace) leave(a *Answer) {
	w.atlas.n = nil
	for floor, labels := range a.floors {
		// Floors that are the same search share their labels.
		if len(labels) > 0 && (floor == 0 || &labels[0] != &a.floors[floor-1][0]) {
			w.labels[floor] = labels[:0]
		}
	}
	workspaces.Put(w)
}

// Reach answers a query as far as the search goes, down to the grade asked for.
// [Trace] says the same of the same things, and then what became of them.
func Reach(g *genealogy.Graph, q Query) (*Reached, error) {
	a, err := begin(g, AsOf{}, q)
	if err != nil {
		return nil, err
	}
	return a.reach(), nil
}

// reach searches for an answer that was begun.
func (a *Answer) reach() *Reached {
	w := workspaces.Get().(*workspace)
	r := &Reached{n: a.n, backward: a.Query.Backward}
	if r.plainly(a, &w.plain) {
		workspaces.Put(w)
		return r
	}
	a.seek(a.Query.Grade, w)
	hits := a.best()
	r.hits = make([]reachedHit, len(hits))
	for i, h := range hits {
		labels := a.floors[h.grade]
		l := &labels[h.label]
		t := reachedHit{since: l.since, thing: h.thing, parent: -1, kind: a.atlas.stops[l.stop].kind, grade: h.grade}
		if l.parent >= 0 {
			c := &a.atlas.arcs[l.arc]
			t.parent, t.via, t.zone = labels[l.parent].thing, c.Via, a.n.ZoneOf(c)
		} else {
			r.source(&t, a.sinceOf(l, h.grade))
		}
		r.hits[i] = t
	}
	w.leave(a)
	return r
}

// source notes the time of a source, which can be that of no contact.
func (r *Reached) source(t *reachedHit, since event.Time) {
	t.since = genealogy.NearEnd(since, r.backward)
	if !since.IsZero() {
		_, _, t.zone = since.Parts()
	}
}

// A ReachedThing is one thing that a trace reached. Its name and that of what it
// was reached from are read when they are asked for.
type ReachedThing struct {
	Kind  event.Kind
	Grade genealogy.Grade
	Via   genealogy.Via // the contact by which it was reached; ViaNone for a source
	Since event.Time

	n             *genealogy.Network
	thing, parent int32
}

// Ref returns the thing.
func (r *ReachedThing) Ref() event.Ref { return r.n.Ref(r.thing) }

// Parent returns what it was reached from; the zero Ref for a source.
func (r *ReachedThing) Parent() event.Ref {
	if r.parent < 0 {
		return event.Ref{}
	}
	return r.n.Ref(r.parent)
}

// Len returns how many things were reached.
func (r *Reached) Len() int { return len(r.hits) }

// All yields what was reached, in no order.
func (r *Reached) All() iter.Seq[ReachedThing] {
	return func(yield func(ReachedThing) bool) {
		for i := range r.hits {
			if !yield(r.tell(&r.hits[i])) {
				return
			}
		}
	}
}

// tell returns a hit as it is told.
func (r *Reached) tell(h *reachedHit) ReachedThing {
	return ReachedThing{h.kind, h.grade, h.via, h.since.Time(r.backward, h.zone), r.n, h.thing, h.parent}
}

// A namedHit is the place of a hit, and its thing.
type namedHit struct {
	ref event.Ref
	hit int32
}

// Sorted yields what was reached in the order of an answer: kind, grade, id. The
// names of one kind and grade are read at a time, so that the first come before
// all are known.
func (r *Reached) Sorted() iter.Seq2[event.Ref, ReachedThing] {
	return func(yield func(event.Ref, ReachedThing) bool) {
		var named []namedHit
		for _, part := range r.parts() {
			named = named[:0]
			for _, i := range part {
				named = append(named, namedHit{r.n.Ref(r.hits[i].thing), i})
			}
			slices.SortFunc(named, func(a, b namedHit) int { return strings.Compare(a.ref.ID(), b.ref.ID()) })
			for k := range named {
				if !yield(named[k].ref, r.tell(&r.hits[named[k].hit])) {
					return
				}
			}
		}
	}
}

// parts returns the places of hits of one kind and grade, in the order of both.
func (r *Reached) parts() [][]int32 {
	parts := make([][]int32, (int(event.KindProduct)+1)*len(genealogy.Grades()))
	for i := range r.hits {
		at := int(r.hits[i].kind)*len(genealogy.Grades()) + int(r.hits[i].grade)
		parts[at] = append(parts[at], int32(i))
	}
	return parts
}

// Kinds returns how many things of each kind were reached.
func (r *Reached) Kinds() map[event.Kind]int {
	n := make(map[event.Kind]int)
	for i := range r.hits {
		n[r.hits[i].kind]++
	}
	return n
}
