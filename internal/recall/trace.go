package recall

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
)

// Trace answers a query on a graph. The graph may be read by others meanwhile
// if its contacts were built before ([genealogy.Graph.Contacts]). The cost is
// O((V + E) log V) of what is reached, for each floor, and the histories of the
// units among it.
func Trace(g *genealogy.Graph, asOf AsOf, q Query) (*Answer, error) {
	a, all, err := find(g, asOf, q)
	if err != nil {
		return nil, err
	}
	told := a.tell(all, func(t *Thing) bool { return t.Grade <= a.Query.Grade })
	a.ByGrade = a.count(all, told)
	a.Counts = a.ByGrade[a.Query.Grade]
	a.clear(all)
	a.Things = sorted(all, a.Query.Grade)
	a.Balance = a.balance(a.Things)
	a.records(a.Things, told.read)
	return a, nil
}

// walk reaches all that is reached at any floor, and says what is known of it.
func walk(g *genealogy.Graph, asOf AsOf, q Query) (*Answer, []Thing, error) {
	a, all, err := find(g, asOf, q)
	if err == nil {
		a.tell(all, nil)
	}
	return a, all, err
}

// find reaches all that is reached at any floor.
func find(g *genealogy.Graph, asOf AsOf, q Query) (*Answer, []Thing, error) {
	a, err := seek(g, asOf, q, genealogy.Possible, new(workspace))
	if err != nil {
		return nil, nil, err
	}
	return a, a.things(a.best()), nil
}

// tell says what is known of what was reached, and reads what the records of some
// of it lack.
func (a *Answer) tell(all []Thing, lacks func(*Thing) bool) *toldPart {
	t := telling{a: a, things: all, held: coverage(a.g, a.n, a.Query.At, len(all)), lacks: lacks}
	return t.tell()
}

// seek searches the floors down to one, in the memory of a workspace.
func seek(g *genealogy.Graph, asOf AsOf, q Query, down genealogy.Grade, w *workspace) (*Answer, error) {
	a, err := begin(g, asOf, q)
	if err == nil {
		a.seek(down, w)
	}
	return a, err
}

// begin returns the answer to a query before anything is searched.
func begin(g *genealogy.Graph, asOf AsOf, q Query) (*Answer, error) {
	q, err := q.normal(g)
	if err != nil {
		return nil, err
	}
	a := &Answer{AsOf: asOf, Query: q, g: g, n: g.Contacts()}
	a.starts = expand(g, a.n, &q)
	a.vias = q.viasFrom(a.n, a.starts)
	if a.vias&onDemand == 0 {
		a.n.Lean()
	}
	return a, nil
}

func (a *Answer) seek(down genealogy.Grade, w *workspace) {
	a.atlas = w.atlasOf(a.n, a.Query.Backward, a.vias)
	s := search{atlas: a.atlas, starts: a.starts, queue: w.queue, layers: w.layers}
	for floor := range down + 1 {
		switch {
		case floor == 0:
			s.labels = w.labels[floor]
			a.floors[floor] = s.run()
		case s.weaker > floor:
			a.floors[floor] = a.floors[floor-1] // nothing of that grade, and no cut, makes a difference
		case len(s.memories) == 0:
			a.floors[floor] = s.deepen(floor, w.labels[floor])
		default:
			s.forget()
			s.floor, s.labels = floor, w.labels[floor]
			a.floors[floor] = s.run()
		}
	}
	s.forget()
	w.queue, w.layers = s.queue, s.layers
}

// A hit is a thing that was reached, its best floor and its label there.
type hit struct {
	thing, label int32
	grade        genealogy.Grade
}

// best returns each thing that was reached once, at its best floor. A thing
// that is a source and was also reached stands where it was earlier.
func (a *Answer) best() []hit {
	all := make([]hit, 0, max(len(a.floors[genealogy.Confirmed]), len(a.floors[genealogy.Probable]), len(a.floors[genealogy.Possible])))
	for _, floor := range genealogy.Grades() {
		if a.sameAsAbove(floor) {
			continue
		}
		labels := a.floors[floor] // none of a floor that was not searched
		for k := range labels {
			l := &labels[k]
			known := &a.atlas.stops[l.stop].label
			at := *known - 1
			if at < 0 {
				*known = int32(len(all)) + 1 //nolint:gosec // no more than things
				all = append(all, hit{l.thing, int32(k), floor})
				continue
			}
			h := &all[at]
			if h.grade == floor && a.earlier(floor, int32(k), h.label) {
				h.label = int32(k)
			}
		}
	}
	return all
}

// sameAsAbove reports whether one search was made for a floor and the one above.
func (a *Answer) sameAsAbove(floor genealogy.Grade) bool {
	if floor == 0 || len(a.floors[floor]) == 0 {
		return false
	}
	labels, above := a.floors[floor], a.floors[floor-1]
	return len(above) == len(labels) && &labels[0] == &above[0]
}

// things returns what was reached as an answer names it.
func (a *Answer) things(hits []hit) []Thing {
	all := make([]Thing, len(hits))
	for i, h := range hits {
		all[i] = Thing{Ref: a.n.Ref(h.thing), Grade: h.grade, Since: a.sinceOf(&a.floors[h.grade][h.label], h.grade), index: h.thing, label: h.label}
	}
	return all
}

// earlier reports whether of two labels of one thing at a floor the one is shown
// rather than the other.
func (a *Answer) earlier(floor genealogy.Grade, k, old int32) bool {
	labels := a.floors[floor]
	l, m := &labels[k], &labels[old]
	if order := cmp.Or(l.since.Compare(m.since), cmp.Compare(l.depth, m.depth)); order != 0 {
		return order < 0
	}
	return paths{a.atlas, a.starts, labels}.compare(k, old) < 0
}

// sinceOf returns a label's time with the offset of the walk's last record.
func (a *Answer) sinceOf(l *label, floor genealogy.Grade) event.Time {
	backward := a.Query.Backward
	if l.arc >= 0 {
		return l.since.Time(backward, a.n.ZoneOf(&a.atlas.arcs[l.arc]))
	}
	st := &a.starts[l.start]
	if l.since != genealogy.NearEnd(st.since, backward) { // the epoch began later
		e := epochs{direction{backward}, a.n.Cuts(l.thing, floor)}
		return e.near(l.epoch)
	}
	return a.sinceOfStart(st, a.atlas.stops[l.stop].kind)
}

// sinceOfStart returns the time from which on a source counts.
func (a *Answer) sinceOfStart(st *start, kind event.Kind) event.Time {
	if st.since.IsZero() && !a.Query.Backward && kind == event.KindLot {
		return firstReceipt(a.g, a.n.Ref(st.thing))
	}
	return st.since
}

// withOffsetOf returns the instant t with the offset of u.
func withOffsetOf(t, u event.Time) event.Time {
	if t.IsZero() || t == u {
		return t
	}
	_, offset := u.Std().Zone()
	return event.TimeOf(t.Std().In(time.FixedZone("", offset)))
}

// sorted puts things in the order of an answer, and returns those down to a
// grade, in the same memory: there can be very many.
func sorted(all []Thing, grade genealogy.Grade) []Thing {
	list := slices.DeleteFunc(all, func(t Thing) bool { return t.Grade > grade })
	from := make([]int32, len(list)) // by place: where what belongs there stands
	for i := range from {
		from[i] = int32(i)
	}
	slices.SortFunc(from, func(i, k int32) int { return compareThings(&list[i], &list[k]) })
	for first := range from {
		if from[first] < 0 {
			continue
		}
		held, at := list[first], int32(first)
		for from[at] != int32(first) {
			list[at] = list[from[at]]
			at, from[at] = from[at], -1
		}
		list[at], from[at] = held, -1
	}
	return list
}

// compareThings is the order of an answer: kind, grade, id.
func compareThings(a, b *Thing) int {
	return cmp.Or(cmp.Compare(a.Ref.Kind(), b.Ref.Kind()), cmp.Compare(a.Grade, b.Grade), strings.Compare(a.Ref.ID(), b.Ref.ID()))
}
