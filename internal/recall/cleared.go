package recall

import (
	"cmp"
	"slices"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
)

// clear lists what was touched by a reached thing and yet not reached at any
// grade.
func (a *Answer) clear(all []Thing) {
	c := clearing{a: a, reached: make(map[int32]bool, len(all)), found: make(map[int32]clearance)}
	for i := range all {
		c.reached[all[i].index] = true
	}
	c.s = search{n: a.n, backward: a.Query.Backward, vias: a.Query.vias(), starts: a.starts}
	for floor := range a.Query.Grade + 1 {
		for k := range a.floors[floor] {
			c.label(&a.floors[floor][k])
		}
	}
	a.Cleared = c.list()
	if more := len(a.Cleared) - MaxCleared; more > 0 {
		a.Cleared, a.ClearedMore = a.Cleared[:MaxCleared], more
	}
}

type clearing struct {
	a       *Answer
	s       search
	reached map[int32]bool
	found   map[int32]clearance
}

type clearance struct {
	rank int // place in ClearedCodes
	seq  uint64
	by   event.Ref
}

func (c *clearing) label(l *label) {
	row := c.s.n.From(l.thing)
	if c.s.backward {
		row = c.s.n.Into(l.thing)
	}
	for k := range row {
		other := k.Target
		if c.s.backward {
			other = k.Source
		}
		if c.reached[other] || !c.s.vias.has(k.Via) {
			continue
		}
		c.note(other, clearance{c.why(l, k), c.s.n.Entry(k).Seq, c.s.n.Ref(l.thing)})
	}
}

// why says which of the reasons keeps a contact of a reached thing from
// passing on.
func (c *clearing) why(l *label, k *genealogy.Contact) int {
	const beforeWindow, afterWindow, beforeSource = 1, 2, 3
	if l.start < 0 {
		return beforeSource
	}
	st := &c.s.starts[l.start]
	late := !c.s.inWindow(st, k)
	switch {
	case late && c.s.backward, !late && st.windowed && !c.s.backward:
		return beforeWindow
	case late, st.windowed:
		return afterWindow
	default:
		return beforeSource
	}
}

func (c *clearing) note(thing int32, found clearance) {
	old, ok := c.found[thing]
	if !ok || compareClearance(found, old) < 0 {
		c.found[thing] = found
	}
}

func compareClearance(a, b clearance) int {
	return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(a.seq, b.seq), a.by.Compare(b.by))
}

func (c *clearing) list() []Cleared {
	codes := ClearedCodes()
	list := make([]Cleared, 0, len(c.found))
	for thing, f := range c.found {
		list = append(list, Cleared{Code: codes[f.rank], Ref: c.s.n.Ref(thing), By: f.by, Seq: []uint64{f.seq}})
	}
	slices.SortFunc(list, func(x, y Cleared) int {
		return cmp.Or(cmp.Compare(x.Code, y.Code), compareRefText(x.Ref, y.Ref), slices.Compare(x.Seq, y.Seq))
	})
	return list
}

// compareRefText orders references as they are spelled, kind:id by bytes: the
// order of lists that are sorted by reference and not by kind.
func compareRefText(a, b event.Ref) int {
	return cmp.Or(cmp.Compare(a.Kind().String()+":", b.Kind().String()+":"), cmp.Compare(a.ID(), b.ID()))
}
