package recall

import (
	"cmp"
	"iter"
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
	a, all, err := walk(g, asOf, q)
	if err != nil {
		return nil, err
	}
	a.ByGrade = a.count(all)
	a.Counts = a.ByGrade[a.Query.Grade]
	a.Things = sorted(all, a.Query.Grade)
	a.Balance = a.balance(a.Things)
	a.records(a.Things)
	a.clear(all)
	return a, nil
}

// A Reached is what a trace reached, before anything is read of histories: each
// thing with its best grade, its time and the contact by which it was reached.
type Reached struct {
	a    *Answer
	hits []hit
}

// Reach answers a query as far as the search goes. [Trace] says the same of the
// same things, and then what became of them.
func Reach(g *genealogy.Graph, q Query) (*Reached, error) {
	a, hits, err := seek(g, AsOf{}, q)
	if err != nil {
		return nil, err
	}
	return &Reached{a, hits}, nil
}

// A ReachedThing is one thing that a trace reached.
type ReachedThing struct {
	Ref    event.Ref
	Grade  genealogy.Grade
	Since  event.Time
	Parent event.Ref // what it was reached from; the zero Ref for a source
	Via    genealogy.Via
}

// All yields what was reached, in no order.
func (r *Reached) All() iter.Seq[ReachedThing] {
	return func(yield func(ReachedThing) bool) {
		for _, h := range r.hits {
			labels := r.a.floors[h.grade]
			l := &labels[h.label]
			f := ReachedThing{Ref: r.a.n.Ref(h.thing), Grade: h.grade, Since: r.a.sinceOf(l)}
			if l.parent >= 0 {
				f.Parent, f.Via = r.a.n.Ref(labels[l.parent].thing), r.a.n.Contact(l.contact).Via
			}
			if !yield(f) {
				return
			}
		}
	}
}

// walk reaches all that is reached at any floor, and says what is known of it.
func walk(g *genealogy.Graph, asOf AsOf, q Query) (*Answer, []Thing, error) {
	a, hits, err := seek(g, asOf, q)
	if err != nil {
		return nil, nil, err
	}
	all := a.things(hits)
	held := coverage(g, a.n, a.Query.At, len(all))
	for i := range all {
		a.fill(&all[i], held)
	}
	return a, all, nil
}

// seek searches the three floors and returns all that is reached at any.
func seek(g *genealogy.Graph, asOf AsOf, q Query) (*Answer, []hit, error) {
	q, err := q.normal(g)
	if err != nil {
		return nil, nil, err
	}
	a := &Answer{AsOf: asOf, Query: q, g: g, n: g.Contacts()}
	a.starts = expand(g, a.n, &q)
	a.vias = q.viasFrom(a.n, a.starts)
	if a.vias&onDemand == 0 {
		a.n.Lean()
	}
	s := search{direction: direction{q.Backward}, n: a.n, vias: a.vias, starts: a.starts, slot: new(genealogy.Slots)}
	for _, floor := range genealogy.Grades() {
		if floor > 0 && s.weaker > floor {
			a.floors[floor] = a.floors[floor-1] // nothing of that grade, and no cut, makes a difference
			continue
		}
		s.floor = floor
		a.floors[floor] = s.run()
		s.forget()
	}
	return a, a.best(s.slot), nil
}

// A hit is a thing that was reached, its best floor and its label there.
type hit struct {
	thing, label int32
	grade        genealogy.Grade
}

// best returns each thing that was reached once, at its best floor. A thing
// that is a source and was also reached stands where it was earlier.
func (a *Answer) best(slot *genealogy.Slots) []hit {
	all := make([]hit, 0, len(a.floors[genealogy.Possible]))
	for _, floor := range genealogy.Grades() {
		labels := a.floors[floor]
		if floor > 0 && len(labels) > 0 && len(a.floors[floor-1]) == len(labels) && &labels[0] == &a.floors[floor-1][0] {
			continue // the same search
		}
		for k := range labels {
			l := &labels[k]
			known := slot.At(l.thing)
			at := *known - 1
			if at < 0 {
				*known = int32(len(all)) + 1 //nolint:gosec // no more than things
				all = append(all, hit{l.thing, int32(k), floor})
				continue
			}
			h := &all[at]
			if h.grade == floor && a.earlier(l, &labels[h.label]) {
				h.label = int32(k)
			}
		}
	}
	return all
}

// things returns what was reached as an answer names it.
func (a *Answer) things(hits []hit) []Thing {
	all := make([]Thing, len(hits))
	for i, h := range hits {
		all[i] = Thing{Ref: a.n.Ref(h.thing), Grade: h.grade, Since: a.sinceOf(&a.floors[h.grade][h.label]), index: h.thing, label: h.label}
	}
	return all
}

func (a *Answer) earlier(l, old *label) bool {
	return cmp.Or(walkCompare(l.since, old.since, a.Query.Backward), cmp.Compare(l.depth, old.depth), cmp.Compare(l.rank, old.rank)) < 0
}

// fill adds what an answer says about a thing.
func (a *Answer) fill(t *Thing, held *holds) {
	if t.Ref.Kind() != event.KindUnit {
		return
	}
	s := a.g.Status(t.Ref, a.Query.At)
	t.State, t.Role, t.Product, t.Expires, t.entry = s.State, s.Role, s.Product, s.Expires, s.Entry
	t.Site, t.Vessel, t.Shipment, t.Allocated = s.Site, s.Vessel, s.Shipment, s.Allocated
	t.fate = fateOf(a.g, t)
	t.OnHold = t.present() && held.on(t.index, t.Ref)
	t.Tests = a.tests(t.Ref)
}

// sinceOf returns a label's time with the offset of the walk's last record.
func (a *Answer) sinceOf(l *label) event.Time {
	r := a.n.Ref(l.thing)
	switch {
	case l.contact >= 0:
		return withOffsetOf(l.since, a.n.When(a.n.Contact(l.contact)))
	case l.since.IsZero() && !a.Query.Backward && r.Kind() == event.KindLot:
		return firstReceipt(a.g, r)
	default:
		return l.since
	}
}

// withOffsetOf returns the instant t with the offset of u.
func withOffsetOf(t, u event.Time) event.Time {
	if t.IsZero() || t == u {
		return t
	}
	_, offset := u.Std().Zone()
	return event.TimeOf(t.Std().In(time.FixedZone("", offset)))
}

func (a *Answer) tests(unit event.Ref) []uint64 {
	var list []uint64
	for _, m := range a.g.History(unit) {
		if m.As != genealogy.AsTested && m.As != genealogy.AsSample {
			continue
		}
		if e := a.g.Entry(m); !e.Struck() {
			list = append(list, e.Seq)
		}
	}
	slices.Sort(list)
	return list
}

// sorted puts things in the order of an answer, and returns those down to a
// grade.
func sorted(all []Thing, grade genealogy.Grade) []Thing {
	order := make([]*Thing, 0, len(all))
	for i := range all {
		if all[i].Grade <= grade {
			order = append(order, &all[i])
		}
	}
	slices.SortFunc(order, compareThings)
	list := make([]Thing, len(order))
	for i, t := range order {
		list[i] = *t
	}
	return list
}

// compareThings is the order of an answer: kind, grade, id.
func compareThings(a, b *Thing) int {
	return cmp.Or(cmp.Compare(a.Ref.Kind(), b.Ref.Kind()), cmp.Compare(a.Grade, b.Grade), strings.Compare(a.Ref.ID(), b.Ref.ID()))
}
