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
	c := clearing{direction: direction{a.Query.Backward}, a: a, reached: make(map[int32]bool, len(all)), found: make(map[int32]clearance)}
	for i := range all {
		c.reached[all[i].index] = true
	}
	for floor := range a.Query.Grade + 1 {
		c.floor(floor)
	}
	a.Cleared = c.list()
	if more := len(a.Cleared) - MaxCleared; more > 0 {
		a.Cleared, a.ClearedMore = a.Cleared[:MaxCleared], more
	}
}

type clearing struct {
	direction
	a       *Answer
	reached map[int32]bool
	found   map[int32]clearance
}

type clearance struct {
	rank int // place in ClearedCodes
	seq  uint64
	by   event.Ref
}

// floor looks at the labels of one floor. Of a thing with several epochs the
// first alone tells what was cleaned, since its end is the earliest, and any of
// them the other reasons: so its contacts are looked at once, and once for each
// source.
func (c *clearing) floor(floor genealogy.Grade) {
	type state struct{ thing, start int32 }
	labels := c.a.floors[floor]
	first := make(map[state]int32)
	for k := range labels {
		l := &labels[k]
		if l.epoch < 0 {
			c.label(l, event.Time{})
			continue
		}
		s := state{l.thing, l.start}
		if old, ok := first[s]; !ok || l.epoch < labels[old].epoch {
			first[s] = int32(k)
		}
	}
	for _, k := range first {
		l := &labels[k]
		c.label(l, epochs{c.direction, c.a.n.Cuts(l.thing, floor)}.far(l.epoch))
	}
}

func (c *clearing) label(l *label, end event.Time) {
	row := c.a.n.From(l.thing)
	if c.backward {
		row = c.a.n.Into(l.thing)
	}
	for k := range row {
		other := k.Target
		if c.backward {
			other = k.Source
		}
		if c.reached[other] || !c.a.vias.has(k.Via) {
			continue
		}
		c.note(other, clearance{c.why(l, k, end), c.a.n.Entry(k).Seq, c.a.n.Ref(l.thing)})
	}
}

// why says which of the reasons keeps a contact of a reached thing from
// passing on. An instant at the end of an epoch lies in it, and is no contact
// after it.
func (c *clearing) why(l *label, k *genealogy.Contact, end event.Time) int {
	const cleaned, beforeWindow, afterWindow, beforeSource = 0, 1, 2, 3
	near, _ := c.ends(k)
	if order := c.meet(near, end); order > 0 || order == 0 && !c.instant(k) {
		return cleaned
	}
	if l.start < 0 {
		return beforeSource
	}
	st := &c.a.starts[l.start]
	late := !c.inWindow(st, k)
	switch {
	case late && c.backward, !late && st.windowed && !c.backward:
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
		list = append(list, Cleared{Code: codes[f.rank], Ref: c.a.n.Ref(thing), By: f.by, Seq: []uint64{f.seq}})
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
