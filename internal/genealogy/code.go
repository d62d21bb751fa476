package genealogy

import (
	"slices"

	"suyuan/internal/event"
)

// coded is one statement that a thing carries a code, or no longer does.
type coded struct {
	entry int32
	ref   event.Ref
	void  bool
}

// ByCode returns the things that carry the code by what is in force, in the
// order of the records that say so.
func (g *Graph) ByCode(code string) []event.Ref {
	var refs []event.Ref
	for _, c := range g.coded(code) {
		at := slices.Index(refs, c.ref)
		switch {
		case g.isStruck(c.entry):
		case c.void && at >= 0:
			refs = slices.Delete(refs, at, at+1)
		case !c.void && at < 0:
			refs = append(refs, c.ref)
		}
	}
	return refs
}

// EverByCode returns the things that any record ever said to carry the code.
func (g *Graph) EverByCode(code string) []event.Ref {
	var refs []event.Ref
	for _, c := range g.coded(code) {
		if !c.void && !slices.Contains(refs, c.ref) {
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
	for _, code := range codes {
		list := g.codes[code]
		if len(list) == 0 {
			g.forms.add(code, g.foreseen)
		}
		g.codes[code] = append(list, coded{n, r, void})
	}
}
