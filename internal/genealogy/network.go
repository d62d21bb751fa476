package genealogy

import (
	"cmp"
	"slices"

	"suyuan/internal/event"
)

// A Network is the graph seen as things and contacts. One goroutine at a time
// may use it; it keeps what it was asked for.
type Network struct {
	g       *Graph
	own     []Contact   // of the graph, as it was: an answer's numbers stay what they are when records join
	read    [][]Contact // of the snapshot, in slabs that stay where they are; numbered from the graph's own contacts on
	next    int32
	out, in rowTable
	cuts    map[int32]cuts

	outCrowds, inCrowds map[int32]crowds
	lean                bool
	seen                []seenThing // what is being seen
	touched             byte        // of what was
}

// Contacts builds the rows of contacts if events were added since, and returns
// them; it must be called once after the last Add and before the graph is
// shared.
func (g *Graph) Contacts() *Network {
	if g.order.stale || g.order.out.at == nil {
		g.order = g.build(false)
	}
	return g.network()
}

func (g *Graph) network() *Network {
	return &Network{
		g: g, own: g.order.contacts, cuts: make(map[int32]cuts),
		outCrowds: make(map[int32]crowds), inCrowds: make(map[int32]crowds),
	}
}

// Apart returns the same contacts for another goroutine.
func (n *Network) Apart() *Network {
	return &Network{
		g: n.g, own: n.own, cuts: make(map[int32]cuts), lean: n.lean,
		outCrowds: make(map[int32]crowds), inCrowds: make(map[int32]crowds),
	}
}

// Len returns the number of things; they are numbered from 0.
func (n *Network) Len() int { return int(n.g.population()) }

// Thing returns the number of r.
func (n *Network) Thing(r event.Ref) (int32, bool) { return n.g.thingOf(r) }

// Ref returns the thing of a number.
func (n *Network) Ref(i int32) event.Ref { return n.g.ref(i) }

// CompareID compares the id of a thing with another, without keeping it.
func (n *Network) CompareID(i int32, id string) int {
	if i >= n.g.elder {
		return cmp.Compare(n.g.ref(i).ID(), id)
	}
	return n.g.snap.compareID(i, id)
}

// Entry returns the record that proves a contact.
func (n *Network) Entry(c *Contact) *Entry { return n.g.entry(c.Entry) }

// When returns the time at which the record that proves a contact happened.
func (n *Network) When(c *Contact) event.Time { return n.g.when(c.Entry) }

// Contact returns the contact of a number, as Out and In list them.
func (n *Network) Contact(k int32) *Contact {
	own := int32(len(n.own)) //nolint:gosec // numbers of contacts are of that size
	if k < own {
		return &n.own[k]
	}
	return &n.read[(k-own)/slab][(k-own)%slab]
}

// slab is how many contacts are kept in one piece.
const slab = 256

// keep gives a contact of the snapshot a number.
func (n *Network) keep(c Contact) int32 {
	number, slot := n.slot()
	*slot = c
	return number
}

// slot returns the number and the place of the next contact of the snapshot.
func (n *Network) slot() (int32, *Contact) {
	last := int(n.next / slab)
	if last == len(n.read) {
		n.read = append(n.read, make([]Contact, slab))
	}
	n.next++
	return int32(len(n.own)) + n.next - 1, &n.read[last][(n.next-1)%slab] //nolint:gosec // as Contact
}

// Out returns the contacts by which a thing passes on. Those of a thing that
// remembers come in order of From, open ones first; all others, and at equal
// times, in order of record, name of the kind and grade.
func (n *Network) Out(i int32) []int32 { return n.row(i, false) }

// In returns the contacts by which a thing takes on. Those of a thing that
// remembers come the latest To first, open ones before all; all others, and at
// equal times, in order of record, name of the kind and grade.
func (n *Network) In(i int32) []int32 { return n.row(i, true) }

func (n *Network) row(i int32, backward bool) []int32 {
	known, newer := &n.out, n.g.newer(i, backward)
	if backward {
		known = &n.in
	}
	if i >= n.g.elder {
		return newer
	}
	if row, ok := known.get(i); ok {
		return row
	}
	return n.mingle(known, i, backward, newer)
}

// mingle takes in what a snapshot says of a row, but for what later records
// changed, and puts what they say at its place.
func (n *Network) mingle(t *rowTable, i int32, backward bool, newer []int32) []int32 {
	order := compareTies
	switch {
	case !n.Remembers(i):
	case backward:
		order = compareInwards
	default:
		order = compareOutwards
	}
	older := n.stored(i, backward, order)
	if !n.lean {
		older = append(older, n.derived(i, backward)...)
		sortContacts(older, order)
	}
	from := t.begin()
	for k := range older {
		c := &older[k]
		if n.g.order.gone(c) {
			continue
		}
		for len(newer) > 0 && order(&n.g.order.contacts[newer[0]], c) <= 0 {
			t.numbers, newer = append(t.numbers, newer[0]), newer[1:]
		}
		t.numbers = append(t.numbers, n.keep(*c))
	}
	t.numbers = append(t.numbers, newer...)
	return t.end(i, from)
}

// stored returns what the snapshot says of a row.
func (n *Network) stored(i int32, backward bool, order func(a, b *Contact) int) []Contact {
	if n.Remembers(i) {
		c := n.g.snap.crowd(i, backward)
		return c.all(order)
	}
	return n.g.snap.contacts(i, backward)
}

// From yields the contacts by which a thing passes on.
func (n *Network) From(i int32) func(yield func(*Contact) bool) { return n.yielding(n.Out(i)) }

// Into yields the contacts by which a thing takes on.
func (n *Network) Into(i int32) func(yield func(*Contact) bool) { return n.yielding(n.In(i)) }

func (n *Network) yielding(row []int32) func(yield func(*Contact) bool) {
	return func(yield func(*Contact) bool) {
		for _, k := range row {
			if !yield(n.Contact(k)) {
				return
			}
		}
	}
}

func compareFrom(a, b *Contact) int { return a.From.Compare(b.From) } // the zero time comes first

func compareTo(a, b *Contact) int { return compareEnds(a.To, b.To) }

// compareOutwards and compareInwards are the orders of the rows of what
// remembers.
func compareOutwards(a, b *Contact) int {
	if c := compareFrom(a, b); c != 0 {
		return c
	}
	return compareTies(a, b)
}

func compareInwards(a, b *Contact) int {
	if c := compareTo(a, b); c != 0 {
		return c
	}
	return compareTies(a, b)
}

// compareTies orders contacts by record, name of the kind and grade.
func compareTies(a, b *Contact) int {
	return cmp.Or(cmp.Compare(a.Entry, b.Entry), cmp.Compare(viaOrder[a.Via], viaOrder[b.Via]), cmp.Compare(a.Grade, b.Grade))
}

// forget makes room for what else is read of the snapshot.
func (n *Network) forget() {
	n.out.clear()
	n.in.clear()
	clear(n.cuts)
	clear(n.outCrowds)
	clear(n.inCrowds)
	n.next = 0
}

func sortContacts(list []Contact, order func(a, b *Contact) int) {
	slices.SortStableFunc(list, func(a, b Contact) int { return order(&a, &b) })
}
