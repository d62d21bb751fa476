package recall

import (
	"cmp"
	"iter"
	"slices"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
)

// clear lists what was touched by a reached thing and yet not reached at any
// grade. There can be ten times as many such things as are reached, and no more
// than MaxCleared are listed: so all are gone through for their reasons alone,
// then those that come first are chosen, and of these the records are found.
func (a *Answer) clear(all []Thing) {
	c := clearing{atlas: a.atlas, a: a}
	for i := range all {
		c.marks.put(all[i].index, isReached)
	}
	c.judge()
	found := c.choose()
	a.Cleared, a.ClearedMore = c.list(found), c.total()-len(found)
}

type clearing struct {
	*atlas
	a     *Answer
	marks marks
	codes [clearedCodes]int // how many things have that reason
}

const clearedCodes = 4

// What is marked of a thing: that it was reached, that it is listed, or else the
// place of its reason in ClearedCodes, plus 1.
const (
	isReached = clearedCodes + 1 + iota
	isListed
)

func (c *clearing) total() int {
	n := 0
	for _, count := range c.codes {
		n += count
	}
	return n
}

// judge finds the reason that applies first to each thing.
func (c *clearing) judge() {
	for v := range c.visits() {
		c.contacts(v.stop, func(peer int32, k *genealogy.Arc) {
			old := c.marks.of(peer)
			if old == isReached || old == 1 {
				return
			}
			why := c.why(&v, k)
			if old != 0 && why >= int(old)-1 {
				return
			}
			if old != 0 {
				c.codes[old-1]--
			}
			c.codes[why]++
			c.marks.put(peer, byte(why)+1) //nolint:gosec // below clearedCodes
		})
	}
}

// A visit is a reached thing, and when what passes it on ends.
type visit struct {
	stop, thing, start int32
	end                genealogy.Moment
}

// visits yields what was reached down to the grade asked for: each thing once,
// and once for each source that it is.
func (c *clearing) visits() iter.Seq[visit] {
	return func(yield func(visit) bool) {
		seen := make([]uint64, len(c.stops)/64+1)
		for floor := range c.a.Query.Grade + 1 {
			if !c.a.sameAsAbove(floor) && !c.plain(floor, seen, yield) {
				return
			}
		}
		for _, v := range c.remembering() {
			if !yield(v) {
				return
			}
		}
	}
}

// plain yields what does not remember of a floor, but for what was seen at one
// above.
func (c *clearing) plain(floor genealogy.Grade, seen []uint64, yield func(visit) bool) bool {
	labels := c.a.floors[floor]
	for k := range labels {
		l := &labels[k]
		if l.epoch >= 0 {
			continue
		}
		if word, bit := &seen[l.stop/64], uint64(1)<<(l.stop%64); l.start < 0 {
			if *word&bit != 0 {
				continue
			}
			*word |= bit
		}
		if !yield(visit{l.stop, l.thing, l.start, genealogy.Never}) {
			return false
		}
	}
	return true
}

// remembering returns the visits to what remembers. Of a thing's epochs the first
// alone tells what was cleaned, since its end is the earliest, and any of them the
// other reasons; so of those at several floors the one with the earliest end
// tells all.
func (c *clearing) remembering() []visit {
	type state struct{ thing, start int32 }
	at := make(map[state]int)
	var list []visit
	for floor := range c.a.Query.Grade + 1 {
		labels := c.a.floors[floor]
		for k := range labels {
			l := &labels[k]
			if l.epoch < 0 {
				continue
			}
			end := genealogy.FarEnd(epochs{direction{c.backward}, c.n.Cuts(l.thing, floor)}.far(l.epoch), c.backward)
			i, known := at[state{l.thing, l.start}]
			switch {
			case !known:
				at[state{l.thing, l.start}] = len(list)
				list = append(list, visit{l.stop, l.thing, l.start, end})
			case end.Before(list[i].end):
				list[i].end = end
			}
		}
	}
	return list
}

// contacts visits all contacts that lead away from a stop, with the things that
// they lead to.
func (c *clearing) contacts(k int32, visit func(peer int32, k *genealogy.Arc)) {
	if !remembers(c.stops[k].kind) {
		from, to := c.row(k)
		for i := from; i < to; i++ {
			visit(c.stops[c.arcs[i].Peer].thing, &c.arcs[i])
		}
		return
	}
	parts, peers := c.n.Crowds(c.stops[k].thing, c.backward)
	for i := range peers {
		if c.vias.Has(peers[i].Via) {
			visit(peers[i].Peer, &peers[i])
		}
	}
	var held genealogy.Arc
	for _, crowd := range parts {
		for i := range crowd.Len() {
			if crowd.At(i, &held) && c.vias.Has(held.Via) {
				visit(held.Peer, &held)
			}
		}
	}
}

// why says which of the reasons keeps a contact of a reached thing from
// passing on. An instant at the end of an epoch lies in it, and is no contact
// after it.
func (c *clearing) why(v *visit, k *genealogy.Arc) int {
	const cleaned, beforeWindow, afterWindow, beforeSource = 0, 1, 2, 3
	if v.end.Before(k.Near) || k.Near == v.end && !k.Instant() {
		return cleaned
	}
	if v.start < 0 {
		return beforeSource
	}
	st := &c.a.starts[v.start]
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

// choose marks those that are listed, and returns them.
func (c *clearing) choose() []int32 {
	codes := []int{0, 1, 2, 3}
	slices.SortFunc(codes, func(x, y int) int { return cmp.Compare(ClearedCodes()[x], ClearedCodes()[y]) })
	var chosen []int32
	for _, code := range codes {
		s := shortlist{n: c.n, most: MaxCleared - len(chosen)}
		if s.most > 0 && c.codes[code] > 0 {
			chosen = append(chosen, s.of(c.marks.with(byte(code)+1), c.codes[code])...) //nolint:gosec // below clearedCodes
		}
	}
	for _, thing := range chosen {
		c.marks.put(thing, isListed)
	}
	return chosen
}

// A clearance is a reason, and what says so.
type clearance struct {
	rank  int // place in ClearedCodes
	by    int32
	entry int32
}

// list finds of what is listed the record that comes first among those that say
// the reason.
func (c *clearing) list(things []int32) []Cleared {
	found := make(map[int32]clearance, len(things))
	for v := range c.visits() {
		c.contacts(v.stop, func(peer int32, k *genealogy.Arc) {
			if c.marks.of(peer) != isListed {
				return
			}
			this := clearance{c.why(&v, k), v.thing, k.Entry}
			if old, ok := found[peer]; !ok || c.compare(&this, &old) < 0 {
				found[peer] = this
			}
		})
	}
	codes := ClearedCodes()
	list := make([]Cleared, 0, len(found))
	for thing, f := range found {
		list = append(list, Cleared{Code: codes[f.rank], Ref: c.n.Ref(thing), By: c.n.Ref(f.by), Seq: []uint64{c.n.Seq(f.entry)}})
	}
	slices.SortFunc(list, func(x, y Cleared) int {
		return cmp.Or(cmp.Compare(x.Code, y.Code), compareRefText(x.Ref, y.Ref), slices.Compare(x.Seq, y.Seq))
	})
	return list
}

func (c *clearing) compare(a, b *clearance) int {
	// Entries stand in order of seq.
	if order := cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(a.entry, b.entry)); order != 0 || a.by == b.by {
		return order
	}
	return c.n.Ref(a.by).Compare(c.n.Ref(b.by))
}

// compareRefText orders references as they are spelled, kind:id by bytes: the
// order of lists that are sorted by reference and not by kind.
func compareRefText(a, b event.Ref) int {
	if a.Kind() == b.Kind() {
		return cmp.Compare(a.ID(), b.ID())
	}
	return cmp.Or(cmp.Compare(a.Kind().String()+":", b.Kind().String()+":"), cmp.Compare(a.ID(), b.ID()))
}
