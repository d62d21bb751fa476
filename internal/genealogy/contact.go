package genealogy

import (
	"slices"

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
	Entry          int32
	Via            Via
	Grade          Grade
	From, To       event.Time
}

// appendContacts appends the contacts of one event by itself.
func (g *Graph) appendContacts(list []Contact, n int32) []Contact {
	c := contactMaker{g: g, list: list}
	c.make(n)
	return c.list
}

// make makes the contacts of an entry by itself.
func (c *contactMaker) make(n int32) {
	e := &c.g.entry(n).Event
	c.entry, c.from, c.to, c.count = n, e.Time, e.Until(), 0
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
	lean     bool                  // without the kinds that are made on demand
	sessions []session             // where it is lean: when operators had units in hand
	known    [manyKnown]knownThing // of what the entry names, so far
	count    int                   // of known
}

// A session is when an operator had units in hand, by one entry.
type session struct {
	operator int32
	Span
}

type knownThing struct {
	ref   event.Ref
	thing int32
}

// number returns the number of a thing, which the entry or an earlier one of its
// sojourn names. An entry names few, each in many contacts.
func (c *contactMaker) number(r event.Ref) int32 {
	for i := range c.count {
		if c.known[i].ref == r {
			return c.known[i].thing
		}
	}
	i, ok := c.g.thingOf(r)
	if !ok {
		panic("the graph has a contact with " + r.String() + ", which no record names")
	}
	if c.count < manyKnown {
		c.known[c.count] = knownThing{r, i}
		c.count++
	}
	return i
}

const manyKnown = 24

func (c *contactMaker) add(source, target event.Ref, via Via) {
	c.put(source, target, Contact{Via: via, From: c.from, To: c.to})
}

func (c *contactMaker) put(source, target event.Ref, contact Contact) {
	if source.IsZero() || target.IsZero() {
		return
	}
	c.join(c.number(source), c.number(target), contact)
}

// join is put for numbers.
func (c *contactMaker) join(source, target int32, contact Contact) {
	if source == target {
		return
	}
	contact.Source, contact.Target, contact.Entry = source, target, c.entry
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
