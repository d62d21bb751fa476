package genealogy

import (
	"slices"

	"suyuan/internal/event"
)

// A forebear is a thing as it was at a time: what happened to it later did not
// go into what had been made from it by then.
type forebear struct {
	ref event.Ref
	at  event.Time
}

// ancestry visits r and, for units, lots, aliquots and batches, all that it was
// made from or with by time t, each once, nearest first; of what it was made
// from only as that was at that making. visit says whether to go on behind a
// thing and whether to stop altogether; ancestry reports whether it was stopped.
func (g *Graph) ancestry(r event.Ref, t event.Time, visit func(event.Ref) (more, stop bool)) bool {
	type look struct {
		at   event.Time // as late as it was looked at
		more bool
	}
	looks := make(map[event.Ref]look)
	queue := []forebear{{r, t}}
	for len(queue) > 0 {
		a := queue[0]
		queue = queue[1:]
		l, seen := looks[a.ref]
		switch {
		case !seen:
			more, stop := visit(a.ref)
			if stop {
				return true
			}
			l.more = more
		case !a.at.After(l.at):
			continue
		}
		l.at = a.at
		looks[a.ref] = l
		if l.more {
			queue = g.appendParents(queue, a)
		}
	}
	return false
}

// Ancestry returns r and all that it was made from or with by time t.
func (g *Graph) Ancestry(r event.Ref, t event.Time) []event.Ref {
	var list []event.Ref
	g.ancestry(r, t, func(a event.Ref) (bool, bool) {
		list = append(list, a)
		return true, false
	})
	return list
}

// appendParents appends what a was made from or with: by collection, input,
// material, aliquot, and its batch; and what is declared to be the same.
func (g *Graph) appendParents(list []forebear, a forebear) []forebear {
	for _, r := range g.sameKind(a.ref, false)[1:] {
		list = append(list, forebear{r, a.at})
	}
	switch a.ref.Kind() {
	case event.KindAliquot:
		return append(list, forebear{a.ref.Lot(), a.at})
	case event.KindUnit, event.KindLot:
	default:
		return list
	}
	for m, e := range g.changing(a.ref) {
		if e.Time.After(a.at) {
			break
		}
		var refs []event.Ref
		switch m.As {
		case AsMade:
			refs = sourcesOf(e)
		case AsWorked:
			refs = appendMaterials(nil, e.Body.(*event.Manufacture).Materials)
		case AsResidue:
			refs = []event.Ref{e.Body.(*event.Infusion).Unit}
		default:
		}
		at := e.Until()
		if at.After(a.at) {
			at = a.at
		}
		for _, r := range refs {
			list = append(list, forebear{r, at})
		}
	}
	return list
}

// sourcesOf returns what the outputs of e were made from and with.
func sourcesOf(e *event.Event) []event.Ref {
	var list []event.Ref
	switch b := e.Body.(type) {
	case *event.Collection:
		list = appendMaterials([]event.Ref{b.Donor}, b.Materials)
	case *event.Receipt:
		list = appendRef(list, b.Batch)
	case *event.Manufacture:
		list = appendMaterials(inputUnits(b), b.Materials)
		list = appendRef(list, b.Batch)
	}
	return list
}

func appendMaterials(list []event.Ref, materials []event.Material) []event.Ref {
	for i := range materials {
		list = append(list, materials[i].Thing())
	}
	return list
}

func appendRef(list []event.Ref, r event.Ref) []event.Ref {
	if r.IsZero() {
		return list
	}
	return append(list, r)
}

// SameAs returns r and all references that are declared to be the same thing,
// in order.
func (g *Graph) SameAs(r event.Ref) []event.Ref { return g.same(r, false, false) }

// sameKind returns r and the references of its kind that are the same thing: a
// donor who is also a patient is one person, and nothing more. With struckToo
// that includes what only struck events say.
func (g *Graph) sameKind(r event.Ref, struckToo bool) []event.Ref { return g.same(r, true, struckToo) }

func (g *Graph) same(r event.Ref, oneKind, struckToo bool) []event.Ref {
	list := []event.Ref{r}
	for i := 0; i < len(list); i++ {
		for _, n := range g.listed(g.sames, list[i]) {
			if g.isStruck(n) && !struckToo {
				continue
			}
			for _, o := range g.entry(n).Event.Body.(*event.Same).Things {
				if !slices.Contains(list, o) && (!oneKind || o.Kind() == r.Kind()) {
					list = append(list, o)
				}
			}
		}
	}
	return list
}

// addSame takes in that the things are one, and lets the holds of tests on one
// of them reach the others.
func (g *Graph) addSame(n int32, things []event.Ref) {
	for _, r := range things {
		g.sames.put(g.intern(r), n)
	}
	for _, r := range things {
		g.inheritHolds(r)
	}
}
