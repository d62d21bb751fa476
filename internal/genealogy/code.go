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

// addCodes takes in the codes of entry n: common ones, of outputs, of changes.
func (g *Graph) addCodes(n int32, e *event.Event) {
	for _, c := range e.Codes {
		g.addCode(n, c.Thing, false, c.Values)
	}
	switch b := e.Body.(type) {
	case *event.Collection:
		g.addOutputCodes(n, b.Outputs)
	case *event.Receipt:
		g.addOutputCodes(n, b.Outputs)
	case *event.Manufacture:
		g.addOutputCodes(n, b.Outputs)
		for i := range b.Changes {
			g.addCode(n, b.Changes[i].Unit, true, b.Changes[i].CodesVoid)
			g.addCode(n, b.Changes[i].Unit, false, b.Changes[i].Codes)
		}
	}
}

func (g *Graph) addOutputCodes(n int32, outputs []event.Output) {
	for i := range outputs {
		g.addCode(n, outputs[i].Thing(), false, outputs[i].Codes)
	}
}

func (g *Graph) addCode(n int32, r event.Ref, void bool, codes []string) {
	for _, code := range codes {
		g.codes[code] = append(g.codes[code], coded{n, r, void})
	}
}
