package genealogy

import (
	"cmp"
	"iter"
	"slices"

	"suyuan/internal/event"
)

// adjacency holds contacts in compressed rows, both directions: all of them, or
// those that joined after a snapshot and those that later records changed.
type adjacency struct {
	stale    bool
	contacts []Contact
	out, in  []int32 // contacts in order of source, and of target
	outAt    []int32 // row starts, one per row and one more
	inAt     []int32
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
	list, at := g.order.out, g.order.outAt
	if backward {
		list, at = g.order.in, g.order.inAt
	}
	return list[at[k]:at[k+1]]
}

// build makes the contacts in order of record, name of the kind and grade, and
// the rows of the things.
func (g *Graph) build() adjacency {
	a := adjacency{rows: make(map[int32]int32), recut: make(map[int32]bool), spoiled: make(map[int32]bool), struck: make(map[int32][]Mention)}
	sojourns := g.sojournsAfter(&a)
	for n := range g.renewed(&a) {
		if g.isStruck(n) {
			continue
		}
		a.contacts = roomFor(a.contacts, n-g.older, g.count()-g.older)
		first := len(a.contacts)
		if n >= g.older || a.dirty.has(n) {
			a.contacts = g.appendContacts(a.contacts, n)
		}
		for len(sojourns) > 0 && sojourns[0].entry == n {
			c := contactMaker{g: g, entry: n, list: a.contacts}
			c.meet(sojourns[0].units, sojourns[0].thing, sojourns[0].Contact)
			a.contacts, sojourns = c.list, sojourns[1:]
		}
		if len(a.contacts) > first+1 {
			slices.SortStableFunc(a.contacts[first:], compareNames)
		}
	}
	g.number(&a)
	a.out, a.outAt = g.rowsOf(&a, func(c *Contact) int32 { return c.Source })
	a.in, a.inAt = g.rowsOf(&a, func(c *Contact) int32 { return c.Target })
	g.sortShared(&a)
	return a
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

// roomFor lets a list of contacts have room for those of the next entry. It grows
// to what all entries will want if the rest are like those that are done: an array
// that was outgrown is copied, and paid for page by page.
func roomFor(list []Contact, done, all int32) []Contact {
	const some = 256
	if cap(list)-len(list) >= some {
		return list
	}
	want := some
	if done > 0 {
		want = int(int64(len(list)) * int64(all) / int64(done))
		want += want/16 + some
	}
	have := len(list)
	return slices.Grow(list, min(max(want, 2*have+some), 8*have+some)-have)
}

// renewed yields the entries whose contacts are to be made, in order.
func (g *Graph) renewed(a *adjacency) iter.Seq[int32] {
	return func(yield func(int32) bool) {
		for n := range a.dirty.union(a.moved).all() {
			if !yield(n) {
				return
			}
		}
		for n := g.older; n < g.count(); n++ {
			if !yield(n) {
				return
			}
		}
	}
}

// number gives rows to the things of the snapshot that have contacts.
func (g *Graph) number(a *adjacency) {
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
func (g *Graph) sortShared(a *adjacency) {
	sort := func(i int32) {
		k, _ := g.row(a, i)
		slices.SortStableFunc(a.out[a.outAt[k]:a.outAt[k+1]], func(x, y int32) int { return compareFrom(&a.contacts[x], &a.contacts[y]) })
		slices.SortStableFunc(a.in[a.inAt[k]:a.inAt[k+1]], func(x, y int32) int { return compareTo(&a.contacts[x], &a.contacts[y]) })
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

// rowsOf sorts the contacts by a thing with a counting sort; within a thing they
// keep the order of their records.
func (g *Graph) rowsOf(a *adjacency, thing func(*Contact) int32) (list, at []int32) {
	at = make([]int32, len(g.things)+len(a.rows)+1)
	key := func(c *Contact) int32 {
		k, _ := g.row(a, thing(c))
		return k
	}
	for i := range a.contacts {
		at[key(&a.contacts[i])+1]++
	}
	for i := range len(at) - 1 {
		at[i+1] += at[i]
	}
	next := slices.Clone(at)
	list = make([]int32, len(a.contacts))
	for i := range a.contacts {
		k := key(&a.contacts[i])
		list[next[k]] = int32(i)
		next[k]++
	}
	return list, at
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
