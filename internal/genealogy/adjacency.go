package genealogy

import (
	"cmp"
	"iter"
	"slices"
	"sort"
	"sync"

	"suyuan/internal/event"
)

// adjacency holds contacts in compressed rows, both directions: all of them, or
// those that joined after a snapshot and those that later records changed.
type adjacency struct {
	stale    bool
	contacts []Contact
	out, in  rows                // contacts in order of source, and of target
	rows     map[int32]int32     // rows of things of the snapshot, behind those of the others
	dirty    bits                // entries of the snapshot whose contacts are here
	moved    bits                // entries of the snapshot whose stays and legs are here
	recut    map[int32]bool      // things of the snapshot whose epochs later records changed
	spoiled  map[int32]bool      // things of the snapshot that such entries name
	struck   map[int32][]Mention // of things of the snapshot: what later records struck
}

// gone reports whether a contact of the snapshot does not count any more.
func (a *adjacency) gone(c *Contact) bool {
	return a.dirty.has(c.Entry) || (c.Via == ViaVessel || c.Via == ViaShipper) && a.moved.has(c.Entry)
}

// spoils reports whether any contact of the snapshot can be gone.
func (a *adjacency) spoils() bool { return len(a.dirty) > 0 || len(a.moved) > 0 }

func (a *adjacency) goneArc(c *Arc) bool {
	return a.dirty.has(c.Entry) || (c.Via == ViaVessel || c.Via == ViaShipper) && a.moved.has(c.Entry)
}

// row returns the row of a thing.
func (g *Graph) row(a *adjacency, i int32) (int32, bool) {
	if i >= g.elder {
		return i - g.elder, true
	}
	k, ok := a.rows[i]
	return k, ok
}

// newer returns what is not of the snapshot of a thing's row.
func (g *Graph) newer(i int32, backward bool) []int32 {
	k, ok := g.row(&g.order, i)
	if !ok {
		return nil
	}
	r := &g.order.out
	if backward {
		r = &g.order.in
	}
	return r.list[r.at[k]:r.at[k+1]]
}

// build makes the contacts in order of record, name of the kind and grade, and
// the rows of the things, on all processors.
func (g *Graph) build() adjacency {
	a := adjacency{rows: make(map[int32]int32), recut: make(map[int32]bool), spoiled: make(map[int32]bool), struck: make(map[int32][]Mention)}
	sojourns := g.sojournsAfter(&a)
	for n := range a.dirty.union(a.moved).all() {
		a.contacts = g.appendEntry(a.contacts, &a, n, &sojourns)
	}
	g.entriesAbreast(&a, sojourns)
	g.number(&a)
	var running sync.WaitGroup
	defer running.Wait()
	in := aside(&running, func() rows { return g.rowsOf(&a, true) })
	a.out = g.rowsOf(&a, false)
	a.in = in()
	return a
}

// entriesAbreast makes the contacts of the entries that joined.
func (g *Graph) entriesAbreast(a *adjacency, sojourns []sojourn) {
	const many = 512
	done, joined := 0, int(g.count()-g.older)
	var spare sync.Pool
	abreast((joined+many-1)/many, func(_, k int) *[]Contact {
		list, ok := spare.Get().(*[]Contact)
		if !ok {
			list = new([]Contact)
		}
		*list = (*list)[:0]
		from := g.older + int32(k*many) //nolint:gosec // no more than entries
		first := sort.Search(len(sojourns), func(i int) bool { return sojourns[i].entry >= from })
		rest := sojourns[first:]
		for n := from; n < min(from+many, g.count()); n++ {
			*list = g.appendEntry(*list, a, n, &rest)
		}
		return list
	}, func(list *[]Contact) {
		a.contacts = append(roomFor(a.contacts, len(*list), done, joined), *list...)
		done += many
		spare.Put(list)
	})
}

// appendEntry appends the contacts of an entry, and those of the sojourns that it
// began, which are the first of the rest.
func (g *Graph) appendEntry(list []Contact, a *adjacency, n int32, rest *[]sojourn) []Contact {
	if g.isStruck(n) {
		return list
	}
	first := len(list)
	if n >= g.older || a.dirty.has(n) {
		list = g.appendContacts(list, n)
	}
	for len(*rest) > 0 && (*rest)[0].entry == n {
		s := &(*rest)[0]
		c := contactMaker{g: g, entry: n, list: list}
		c.meet(s.units, s.thing, s.Contact)
		list, *rest = c.list, (*rest)[1:]
	}
	if len(list) > first+1 {
		slices.SortStableFunc(list[first:], compareNames)
	}
	return list
}

// compareNames orders contacts of one entry by the names of their kinds, and by
// grade.
func compareNames(x, y Contact) int {
	return cmp.Or(cmp.Compare(viaRanks[x.Via], viaRanks[y.Via]), cmp.Compare(x.Grade, y.Grade))
}

// viaRanks are the places of the kinds of contacts in the order of their names.
var viaRanks = func() (ranks [len(viaNames)]int8) {
	for i, name := range viaNames {
		for _, other := range viaNames {
			if other < name {
				ranks[i]++
			}
		}
	}
	return ranks
}()

// roomFor lets a list of contacts have room for more, which those of the next
// entries are. It grows to what all entries will want if the rest are like those
// that are done: an array that was outgrown is copied, and paid for page by page.
func roomFor(list []Contact, more, done, all int) []Contact {
	if cap(list)-len(list) >= more {
		return list
	}
	have, want := len(list), 0
	if done > 0 {
		want = int(int64(have) * int64(all) / int64(done))
		want += want / 16
	}
	return slices.Grow(list, max(min(max(want, 2*have), 8*have)-have, more))
}

// number gives rows to the things of the snapshot that have contacts.
func (g *Graph) number(a *adjacency) {
	if g.elder == 0 {
		return
	}
	for i := range a.contacts {
		for _, t := range [...]int32{a.contacts[i].Source, a.contacts[i].Target} {
			if _, ok := g.row(a, t); !ok {
				a.rows[t] = int32(len(g.things) + len(a.rows)) //nolint:gosec // no more than things
			}
		}
	}
}

// sortShared puts the rows of what remembers in order of time, each in the
// order of the walk that follows it.
func (g *Graph) sortShared(a *adjacency, list, at []int32, order func(x, y *Contact) int) {
	sort := func(i int32) {
		k, _ := g.row(a, i)
		slices.SortStableFunc(list[at[k]:at[k+1]], func(x, y int32) int { return order(&a.contacts[x], &a.contacts[y]) })
	}
	for _, k := range []event.Kind{event.KindEquipment, event.KindRoom, event.KindOperator} {
		for _, i := range g.kinds[k] {
			sort(i)
		}
	}
	for i := range a.rows {
		if remembers(g.kindOf(i)) {
			sort(i)
		}
	}
}

// compareEnds orders the latest end first, an open one before all.
func compareEnds(a, b event.Time) int {
	switch {
	case a.IsZero() && b.IsZero():
		return 0
	case a.IsZero():
		return -1
	case b.IsZero():
		return 1
	default:
		return b.Compare(a)
	}
}

// A rows is the contacts in order of the thing at one end: which they are, and
// where those of each row start, one more than rows.
type rows struct{ list, at []int32 }

// rowsOf sorts the contacts by a thing with a counting sort; within a thing they
// keep the order of their records, but for what remembers.
func (g *Graph) rowsOf(a *adjacency, backward bool) rows {
	at := make([]int32, len(g.things)+len(a.rows)+1)
	key := func(c *Contact) int32 {
		k, _ := g.row(a, endOf(c, backward))
		return k
	}
	for i := range a.contacts {
		at[key(&a.contacts[i])+1]++
	}
	for i := range len(at) - 1 {
		at[i+1] += at[i]
	}
	next := slices.Clone(at)
	list := make([]int32, len(a.contacts))
	for i := range a.contacts {
		k := key(&a.contacts[i])
		list[next[k]] = int32(i)
		next[k]++
	}
	if backward {
		g.sortShared(a, list, at, compareTo)
	} else {
		g.sortShared(a, list, at, compareFrom)
	}
	return rows{list, at}
}

// bits is a set of numbers, most of which lie near each other.
type bits map[int32]*[pageBits / 64]uint64

const pageBits = 4096

func (b bits) has(n int32) bool {
	if len(b) == 0 {
		return false
	}
	page, ok := b[n/pageBits]
	return ok && page[n%pageBits/64]>>(n%64)&1 != 0
}

func (b *bits) add(n int32) {
	if *b == nil {
		*b = make(bits)
	}
	page, ok := (*b)[n/pageBits]
	if !ok {
		page = new([pageBits / 64]uint64)
		(*b)[n/pageBits] = page
	}
	page[n%pageBits/64] |= 1 << (n % 64)
}

// union returns the numbers that are in either.
func (b bits) union(o bits) bits {
	both := make(bits, len(b)+len(o))
	for _, pages := range [...]bits{b, o} {
		for p, page := range pages {
			if both[p] == nil {
				both[p] = new([pageBits / 64]uint64)
			}
			for k, word := range page {
				both[p][k] |= word
			}
		}
	}
	return both
}

// all yields the numbers in order.
func (b bits) all() iter.Seq[int32] {
	return func(yield func(int32) bool) {
		var pages []int32
		for p := range b {
			pages = append(pages, p)
		}
		slices.Sort(pages)
		for _, p := range pages {
			for n := range int32(pageBits) {
				if b[p][n/64]>>(n%64)&1 != 0 && !yield(p*pageBits+n) {
					return
				}
			}
		}
	}
}
