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
	c := clearing{atlas: a.atlas, a: a, reached: make([]bool, len(a.atlas.stops)), found: make(map[int32]clearance)}
	for i := range all {
		c.reached[a.atlas.stop(all[i].index)] = true
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
	*atlas
	a       *Answer
	reached []bool // by stop, as many as the searches came to
	found   map[int32]clearance
}

type clearance struct {
	rank int // place in ClearedCodes
	by   int32
	arc  genealogy.Arc
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
			c.label(l, genealogy.Never)
			continue
		}
		s := state{l.thing, l.start}
		if old, ok := first[s]; !ok || l.epoch < labels[old].epoch {
			first[s] = int32(k)
		}
	}
	for _, k := range first {
		l := &labels[k]
		c.label(l, cutsOf(c.n.Cuts(l.thing, floor), c.backward).far(l.epoch))
	}
}

func (c *clearing) label(l *label, end genealogy.Moment) {
	for k := range c.around(l.stop) {
		if int(k.Peer) >= len(c.reached) || !c.reached[k.Peer] {
			c.note(k.Peer, clearance{c.why(l, k, end), l.thing, *k})
		}
	}
}

// why says which of the reasons keeps a contact of a reached thing from
// passing on. An instant at the end of an epoch lies in it, and is no contact
// after it.
func (c *clearing) why(l *label, k *genealogy.Arc, end genealogy.Moment) int {
	const cleaned, beforeWindow, afterWindow, beforeSource = 0, 1, 2, 3
	if end.Before(k.Near) || k.Near == end && !k.Instant() {
		return cleaned
	}
	if l.start < 0 {
		return beforeSource
	}
	st := &c.a.starts[l.start]
	late := !st.inWindow(k, c.backward)
	switch {
	case late && c.backward, !late && st.windowed && !c.backward:
		return beforeWindow
	case late, st.windowed:
		return afterWindow
	default:
		return beforeSource
	}
}

func (c *clearing) note(stop int32, found clearance) {
	old, ok := c.found[stop]
	if !ok || c.compare(&found, &old) < 0 {
		c.found[stop] = found
	}
}

func (c *clearing) compare(a, b *clearance) int {
	// Entries stand in order of seq.
	if order := cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(a.arc.Entry, b.arc.Entry)); order != 0 || a.by == b.by {
		return order
	}
	return c.n.Ref(a.by).Compare(c.n.Ref(b.by))
}

func (c *clearing) list() []Cleared {
	codes := ClearedCodes()
	list := make([]Cleared, 0, len(c.found))
	for stop, f := range c.found {
		list = append(list, Cleared{Code: codes[f.rank], Ref: c.n.Ref(c.stops[stop].thing), By: c.n.Ref(f.by), Seq: []uint64{c.n.EntryOf(&f.arc).Seq}})
	}
	slices.SortFunc(list, func(x, y Cleared) int {
		return cmp.Or(cmp.Compare(x.Code, y.Code), compareRefText(x.Ref, y.Ref), slices.Compare(x.Seq, y.Seq))
	})
	return list
}

// compareRefText orders references as they are spelled, kind:id by bytes: the
// order of lists that are sorted by reference and not by kind.
func compareRefText(a, b event.Ref) int {
	if a.Kind() == b.Kind() {
		return cmp.Compare(a.ID(), b.ID())
	}
	return cmp.Or(cmp.Compare(a.Kind().String()+":", b.Kind().String()+":"), cmp.Compare(a.ID(), b.ID()))
}
