package genealogy

import (
	"iter"
	"slices"

	"suyuan/internal/event"
	"suyuan/internal/identifier"
)

// coded is one statement of an entry about a thing and a code.
type coded struct {
	entry int32
	ref   event.Ref
	says  saying
}

// A saying is what a statement says of a thing and a code.
type saying byte

const (
	carries saying = iota // the thing carries the code
	sheds                 // it no longer does
	isNamed               // the code is the thing's id, which was new
	sayings               // how many there are
)

// ByCode returns the things that carry the code by what is in force, in the
// order of the records that say so, and then the thing of which it is the id, where an
// id is a code ([IdentityForms]).
func (g *Graph) ByCode(code string) []event.Ref {
	var refs, named []event.Ref
	for _, c := range g.coded(code) {
		at := slices.Index(refs, c.ref)
		switch {
		case c.says == isNamed:
			if g.stands(&c) {
				named = append(named, c.ref)
			}
		case g.isStruck(c.entry):
		case c.says == sheds && at >= 0:
			refs = slices.Delete(refs, at, at+1)
		case c.says == carries && at < 0:
			refs = append(refs, c.ref)
		}
	}
	for _, r := range named { // no record takes its id from a thing
		if !slices.Contains(refs, r) {
			refs = append(refs, r)
		}
	}
	return refs
}

// stands reports whether a record in force names the thing: mostly the one in which
// it appeared.
func (g *Graph) stands(c *coded) bool {
	return !g.isStruck(c.entry) || slices.ContainsFunc(g.History(c.ref), func(m Mention) bool { return !g.isStruck(m.Entry) })
}

// EverByCode returns the things that any record ever said to carry the code.
func (g *Graph) EverByCode(code string) []event.Ref {
	var refs []event.Ref
	for _, c := range g.coded(code) {
		if c.says != sheds && !slices.Contains(refs, c.ref) {
			refs = append(refs, c.ref)
		}
	}
	return refs
}

// addCodes takes in the codes of entry n.
func (g *Graph) addCodes(n int32, e *event.Event) {
	EachCode(e, func(r event.Ref, void bool, codes []string) { g.addCode(n, r, void, codes) })
}

// EachCode tells what an event says of codes: common ones, of outputs, of changes.
func EachCode(e *event.Event, tell func(r event.Ref, void bool, codes []string)) {
	for _, c := range e.Codes {
		tell(c.Thing, false, c.Values)
	}
	outputs := e.Outputs()
	for i := range outputs {
		tell(outputs[i].Thing(), false, outputs[i].Codes)
	}
	if b, ok := e.Body.(*event.Manufacture); ok {
		for i := range b.Changes {
			tell(b.Changes[i].Unit, true, b.Changes[i].CodesVoid)
			tell(b.Changes[i].Unit, false, b.Changes[i].Codes)
		}
	}
}

func (g *Graph) addCode(n int32, r event.Ref, void bool, codes []string) {
	says := carries
	if void {
		says = sheds
	}
	for _, code := range codes {
		g.say(code, coded{n, r, says})
	}
}

func (g *Graph) say(code string, c coded) {
	list := g.codes[code]
	if len(list) == 0 {
		g.forms.add(code, g.foreseen)
	}
	g.codes[code] = append(list, c)
}

// addNames takes in the ids that are codes, of the things that entry n was the first
// to name; known is how many there were before.
func (g *Graph) addNames(n, known int32) {
	for i := known; i < g.population(); i++ {
		if r := g.ref(i); IsIdentity(r) {
			g.say(r.ID(), coded{n, r, isNamed})
		}
	}
}

// IdentityForms returns the normal forms of what the id of a unit, a batch or a lot
// says as a code. There are some where it cannot be anything else, and names one
// instance of that kind: who uses another spelling of it means the same thing.
func IdentityForms(r event.Ref) []string {
	var forms []string
	for c := range identities(r) {
		forms = append(forms, c.Normal())
	}
	return forms
}

// IsIdentity reports whether the id of a thing is one of its codes.
func IsIdentity(r event.Ref) bool {
	for range identities(r) {
		return true
	}
	return false
}

func identities(r event.Ref) iter.Seq[identifier.Code] {
	return func(yield func(identifier.Code) bool) {
		kind := r.Kind()
		if kind != event.KindUnit && kind != event.KindBatch && kind != event.KindLot {
			return
		}
		for _, c := range identifier.Instances(r.ID()) {
			fits := c.Names() == identifier.Item || c.Names() == identifier.Lot
			if kind == event.KindUnit {
				fits = c.Names() != identifier.Lot
			}
			if fits && !yield(c) {
				return
			}
		}
	}
}
