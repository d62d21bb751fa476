package genealogy

import (
	"cmp"
	"slices"
	"strings"

	"suyuan/internal/event"
)

// A Via says how one thing touched another (recall.md section 1).
type Via uint8

// The kinds of contacts: the direct ones, those that people declare, and those
// of things that are shared over time.
const (
	ViaNone Via = iota
	ViaCollection
	ViaInput
	ViaMade
	ViaMaterial
	ViaAliquot
	ViaInfusion
	ViaContact
	ViaSame
	ViaBackflow
	ViaOpenLot
	ViaEquipment
	ViaVessel
	ViaShipper
	ViaRoom
	ViaOperator
)

var viaNames = [...]string{
	"", "collection", "input", "made", "material", "aliquot", "infusion", "contact", "same",
	"backflow", "open_lot", "equipment", "vessel", "shipper", "room", "operator",
}

// String returns the kind as answers spell it.
func (v Via) String() string { return viaNames[v] }

// Vias returns the kinds of contacts.
func Vias() []Via {
	return []Via{
		ViaCollection, ViaInput, ViaMade, ViaMaterial, ViaAliquot, ViaInfusion, ViaContact, ViaSame,
		ViaBackflow, ViaOpenLot, ViaEquipment, ViaVessel, ViaShipper, ViaRoom, ViaOperator,
	}
}

// ParseVia reads the name of a kind of contact.
func ParseVia(s string) (Via, bool) {
	i := slices.Index(viaNames[:], s)
	return Via(max(i, 0)), i > 0 //nolint:gosec // a handful of names
}

// A Grade says how sure a contact is; a walk's grade is that of its weakest
// contact. Lower values are surer.
type Grade uint8

// The grades, surest first.
const (
	Confirmed Grade = iota
	Probable
	Possible
)

var gradeNames = [...]string{"confirmed", "probable", "possible"}

// String returns the grade as answers spell it.
func (g Grade) String() string { return gradeNames[g] }

// Grades returns the grades, surest first.
func Grades() []Grade { return []Grade{Confirmed, Probable, Possible} }

// ParseGrade reads the name of a grade.
func ParseGrade(s string) (Grade, bool) {
	i := slices.Index(gradeNames[:], s)
	return Grade(max(i, 0)), i >= 0 //nolint:gosec // three names
}

// A Contact lets contamination pass from one thing to another at any time of
// the closed interval [From, To]. A zero end is open: without From at any time
// up to To, without To at any time from From on.
type Contact struct {
	Source, Target int32 // things of the graph
	Via            Via
	Grade          Grade
	From, To       event.Time
	Entry          int32
}

// adjacency holds the contacts in compressed rows, both directions.
type adjacency struct {
	stale    bool
	contacts []Contact
	out, in  []int32 // contacts in order of source, and of target
	outAt    []int32 // row starts, one per thing and one more
	inAt     []int32
	cuts     map[int32]cuts // of what remembers and has several epochs
}

// Contacts builds the rows of contacts if events were added since; it must be
// called once after the last Add and before the graph is shared.
func (g *Graph) Contacts() *Network {
	if g.order.stale || g.order.outAt == nil {
		g.order = g.build()
	}
	return &Network{g}
}

// A Network is the graph seen as things and contacts.
type Network struct{ g *Graph }

// Len returns the number of things; they are numbered from 0.
func (n *Network) Len() int { return len(n.g.things) }

// Thing returns the number of r.
func (n *Network) Thing(r event.Ref) (int32, bool) {
	i, ok := n.g.index[r]
	return i, ok
}

// Ref returns the thing of a number.
func (n *Network) Ref(i int32) event.Ref { return n.g.things[i].ref }

// Entry returns the record that proves a contact.
func (n *Network) Entry(c *Contact) *Entry { return &n.g.entries[c.Entry] }

// Contact returns the contact of a number, as Out and In list them.
func (n *Network) Contact(k int32) *Contact { return &n.g.order.contacts[k] }

// Out returns the contacts by which a thing passes on. Those of a thing that
// remembers come in order of From, open ones first; all others, and at equal
// times, in order of record, name of the kind and grade.
func (n *Network) Out(i int32) []int32 { return n.g.order.out[n.g.order.outAt[i]:n.g.order.outAt[i+1]] }

// In returns the contacts by which a thing takes on. Those of a thing that
// remembers come the latest To first, open ones before all; all others, and at
// equal times, in order of record, name of the kind and grade.
func (n *Network) In(i int32) []int32 { return n.g.order.in[n.g.order.inAt[i]:n.g.order.inAt[i+1]] }

// From yields the contacts by which a thing passes on.
func (n *Network) From(i int32) func(yield func(*Contact) bool) {
	return n.row(n.g.order.out, n.g.order.outAt, i)
}

// Into yields the contacts by which a thing takes on.
func (n *Network) Into(i int32) func(yield func(*Contact) bool) {
	return n.row(n.g.order.in, n.g.order.inAt, i)
}

func (n *Network) row(list, at []int32, i int32) func(yield func(*Contact) bool) {
	return func(yield func(*Contact) bool) {
		for _, k := range list[at[i]:at[i+1]] {
			if !yield(&n.g.order.contacts[k]) {
				return
			}
		}
	}
}

// build makes the contacts in order of record, name of the kind and grade, and
// the rows of the things.
func (g *Graph) build() adjacency {
	var a adjacency
	sojourns := g.sojourns()
	for n := range g.entries {
		if g.entries[n].struck {
			continue
		}
		first := len(a.contacts)
		a.contacts = g.appendContacts(a.contacts, int32(n))
		for len(sojourns) > 0 && sojourns[0].entry == int32(n) {
			c := contactMaker{g: g, entry: int32(n), list: a.contacts}
			c.meet(sojourns[0].units, sojourns[0].thing, sojourns[0].Contact)
			a.contacts, sojourns = c.list, sojourns[1:]
		}
		slices.SortStableFunc(a.contacts[first:], func(x, y Contact) int {
			return cmp.Or(strings.Compare(x.Via.String(), y.Via.String()), cmp.Compare(x.Grade, y.Grade))
		})
	}
	a.out, a.outAt = rows(a.contacts, len(g.things), func(c *Contact) int32 { return c.Source })
	a.in, a.inAt = rows(a.contacts, len(g.things), func(c *Contact) int32 { return c.Target })
	a.sortShared(g)
	a.cuts = g.cutAll(&a)
	return a
}

// sortShared puts the rows of what remembers in order of time, each in the
// order of the walk that follows it.
func (a *adjacency) sortShared(g *Graph) {
	for _, k := range []event.Kind{event.KindEquipment, event.KindRoom, event.KindOperator} {
		for _, i := range g.kinds[k] {
			slices.SortStableFunc(a.out[a.outAt[i]:a.outAt[i+1]], func(x, y int32) int {
				return a.contacts[x].From.Compare(a.contacts[y].From) // the zero time comes first
			})
			slices.SortStableFunc(a.in[a.inAt[i]:a.inAt[i+1]], func(x, y int32) int {
				return compareEnds(a.contacts[x].To, a.contacts[y].To)
			})
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

// rows sorts the contacts by a thing with a counting sort; within a thing they
// keep the order of their records.
func rows(contacts []Contact, things int, key func(*Contact) int32) (list, at []int32) {
	at = make([]int32, things+1)
	for i := range contacts {
		at[key(&contacts[i])+1]++
	}
	for i := range things {
		at[i+1] += at[i]
	}
	next := slices.Clone(at)
	list = make([]int32, len(contacts))
	for i := range contacts {
		k := key(&contacts[i])
		list[next[k]] = int32(i)
		next[k]++
	}
	return list, at
}

// appendContacts appends the contacts of one event by itself.
func (g *Graph) appendContacts(list []Contact, n int32) []Contact {
	e := &g.entries[n].Event
	c := contactMaker{g: g, entry: n, from: e.Time, to: e.Until(), list: list}
	switch b := e.Body.(type) {
	case *event.Collection:
		for i := range b.Outputs {
			c.add(b.Donor, b.Outputs[i].Thing(), ViaCollection)
		}
		c.materials(b.Materials, outputThings(b.Outputs))
	case *event.Receipt:
		c.batch(b.Batch, outputThings(b.Outputs))
	case *event.Manufacture:
		outputs := outputThings(b.Outputs)
		for i := range b.Inputs {
			for _, o := range outputs {
				c.add(b.Inputs[i].Unit, o, ViaInput)
			}
		}
		c.materials(b.Materials, append(outputs, b.Units...))
		c.batch(b.Batch, outputs)
	case *event.Infusion:
		c.add(b.Unit, b.Patient, ViaInfusion)
		c.add(b.Unit, b.Residue, ViaInput)
	case *event.Contact:
		grade, ok := ParseGrade(b.Level)
		if !ok {
			grade = Possible
		}
		c.pairs(b.Things, Contact{Via: ViaContact, Grade: grade, From: c.from, To: c.to})
	case *event.Same:
		c.pairs(b.Things, Contact{Via: ViaSame})
	}
	c.shared(e)
	return c.list
}

func outputThings(outputs []event.Output) []event.Ref {
	refs := make([]event.Ref, len(outputs))
	for i := range outputs {
		refs[i] = outputs[i].Thing()
	}
	return refs
}

type contactMaker struct {
	g        *Graph
	entry    int32
	from, to event.Time
	list     []Contact
}

func (c *contactMaker) add(source, target event.Ref, via Via) {
	c.put(source, target, Contact{Via: via, From: c.from, To: c.to})
}

func (c *contactMaker) put(source, target event.Ref, contact Contact) {
	if source.IsZero() || target.IsZero() || source == target {
		return
	}
	contact.Source, contact.Target, contact.Entry = c.g.intern(source), c.g.intern(target), c.entry
	c.list = append(c.list, contact)
}

// pairs joins all declared things, both ways. What are the same are so at all
// times; only things of one kind pass on by it: a donor who is also a patient
// is one person, and nothing more.
func (c *contactMaker) pairs(things []event.Ref, contact Contact) {
	for _, a := range things {
		for _, b := range things {
			if contact.Via != ViaSame || a.Kind() == b.Kind() {
				c.put(a, b, contact)
			}
		}
	}
}

// materials puts what went in into every target; an aliquot takes on from its
// lot when it is used.
func (c *contactMaker) materials(materials []event.Material, targets []event.Ref) {
	for i := range materials {
		m := &materials[i]
		if m.Aliquot != "" {
			c.add(m.Lot, m.Thing(), ViaAliquot)
		}
		for _, t := range targets {
			c.add(m.Thing(), t, ViaMaterial)
		}
	}
}

// batch joins what was made under a batch to it: from the batch at any time
// from the making on, and from a unit that was contaminated by the end of that
// step. A batch is its units, so a lot prepared under it tells nothing of it.
func (c *contactMaker) batch(batch event.Ref, outputs []event.Ref) {
	if batch.IsZero() {
		return
	}
	for _, o := range outputs {
		c.put(batch, o, Contact{Via: ViaMade, From: c.from})
		if o.Kind() == event.KindUnit {
			c.put(o, batch, Contact{Via: ViaMade, Grade: Probable, From: c.from, To: c.to})
		}
	}
}
