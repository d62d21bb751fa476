package recall

import (
	"cmp"
	"slices"
	"strings"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
)

// A telling says of things what the records say. They are gone through in the
// order of their numbers, for what is near in the ledger has records in common,
// and in pieces, by all processors; so nothing of it may depend on the order.
type telling struct {
	a      *Answer
	things []Thing
	held   *holds            // nil: states alone are wanted
	lacks  func(*Thing) bool // of what the records are read for what they lack; nil: of nothing
	claims claims
}

// A told part is what one goroutine found out.
type toldPart struct {
	read        *reading
	sites, used bestOf[event.Ref] // that accepted counted units, and that gave them
	products    map[string]string
}

// product returns a name in memory of its own, one for all: the event that it was
// read from is not kept for it.
func (p *toldPart) product(name string) string {
	if known, ok := p.products[name]; ok {
		return known
	}
	name = strings.Clone(name)
	p.products[name] = name
	return name
}

func (t *telling) part() *toldPart {
	read := newReading(t.a, len(t.things))
	read.claims = t.claims
	return &toldPart{read: read, sites: make(bestOf[event.Ref]), used: make(bestOf[event.Ref]), products: make(map[string]string)}
}

// toldAtOnce is how many things a goroutine takes at once.
const toldAtOnce = 512

// manyTold is from how many things on a record is best read with the first history
// that it is in, and not with all others once those were gone through: the graph
// keeps what was read of fewer.
const manyTold = 1 << 13

// tell goes through the things, and returns what was found of all of them.
func (t *telling) tell() *toldPart {
	order := make([]int32, len(t.things))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortFunc(order, func(i, k int32) int { return cmp.Compare(t.things[i].index, t.things[k].index) })
	if t.lacks != nil && len(order) > manyTold {
		t.claims = make(claims, t.a.g.Len()/64+1)
	}
	var parts []*toldPart
	inPieces(len(order), toldAtOnce, func() func(from, to int) {
		p := t.part()
		parts = append(parts, p)
		return func(from, to int) {
			for _, i := range order[from:to] {
				t.thing(p, &t.things[i])
			}
		}
	})
	all := t.part()
	for _, p := range parts {
		all.read.join(p.read)
		all.sites.join(p.sites)
		all.used.join(p.used)
	}
	all.read.entries()
	return all
}

func (t *telling) thing(p *toldPart, thing *Thing) {
	lacks := t.lacks != nil && t.lacks(thing)
	unit := thing.Ref.Kind() == event.KindUnit
	if !unit && !lacks {
		return
	}
	story := p.read.teller.Story(thing.index, thing.Ref)
	if unit {
		thing.status(story, t.a.Query.At)
		thing.Product = p.product(thing.Product)
		if t.held != nil {
			t.fill(p, thing, story)
		}
	}
	if lacks {
		p.read.history(thing, story)
	}
}

// status puts a unit into its state.
func (t *Thing) status(story *genealogy.Story, at event.Time) {
	s := story.Status(at)
	t.State, t.Role, t.Product, t.Expires = s.State, s.Role, s.Product, s.Expires
	t.Site, t.Vessel, t.Shipment, t.Allocated = s.Site, s.Vessel, s.Shipment, s.Allocated
	t.entry = 0
	if s.Entry != nil {
		t.entry = s.Entry.Number() + 1
	}
	t.outputs = s.Entry != nil && hasOutputs(s.Entry)
}

// fill adds what an answer says about a unit.
func (t *telling) fill(p *toldPart, thing *Thing, story *genealogy.Story) {
	thing.fate = fateOf(thing, story)
	thing.OnHold = thing.present() && t.held.on(thing.index, thing.Ref)
	thing.Tests = testsOf(t.a.g, story)
	if thing.fate != counted {
		return
	}
	accepted, infused := placesOf(story, t.a.Query.At)
	for _, site := range accepted {
		p.sites.note(site, thing.Grade)
	}
	for _, site := range infused {
		p.used.note(site, thing.Grade)
	}
}

// testsOf returns the records that tested a thing, or a sample of that id.
func testsOf(g *genealogy.Graph, story *genealogy.Story) []uint64 {
	var list []uint64
	for k, m := range story.Mentions {
		if (m.As == genealogy.AsTested || m.As == genealogy.AsSample) && !story.Struck(k) {
			list = append(list, g.Seq(m))
		}
	}
	slices.Sort(list)
	return list
}

// placesOf returns the sites that accepted a unit at an arrival by a time, and
// those that gave it.
func placesOf(story *genealogy.Story, at event.Time) (accepted, infused []event.Ref) {
	for k, m := range story.Mentions {
		if m.As != genealogy.AsAccepted && m.As != genealogy.AsInfused || story.Struck(k) {
			continue
		}
		switch e := story.Entry(k); {
		case e.Event.Time.After(at):
		case m.As == genealogy.AsAccepted:
			accepted = append(accepted, e.Event.Site)
		default:
			infused = append(infused, e.Event.Site)
		}
	}
	return accepted, infused
}
