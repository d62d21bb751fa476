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
	var looks looks
	queue := []forebear{{r, t}}
	for next := 0; next < len(queue); next++ {
		a := queue[next]
		l, seen := looks.of(a.ref)
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
		if l.more {
			queue = g.appendParents(queue, a)
		}
	}
	return false
}

// looks are the things that an ancestry was through, and as late as each was
// looked at: mostly a dozen.
type looks struct {
	few  []look
	many map[event.Ref]*look
}

type look struct {
	ref  event.Ref
	at   event.Time
	more bool
}

const fewLooks = 32

// of returns a thing's look, until the next is asked for, and whether there was
// one.
func (l *looks) of(r event.Ref) (*look, bool) {
	for i := range l.few {
		if l.few[i].ref == r {
			return &l.few[i], true
		}
	}
	if len(l.few) < fewLooks {
		l.few = append(l.few, look{ref: r})
		return &l.few[len(l.few)-1], false
	}
	if l.many == nil {
		l.many = make(map[event.Ref]*look)
	}
	found, ok := l.many[r]
	if !ok {
		found = &look{ref: r}
		l.many[r] = found
	}
	return found, ok
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
	if !g.noSames() {
		for _, r := range g.sameKind(a.ref, false)[1:] {
			list = append(list, forebear{r, a.at})
		}
	}
	switch a.ref.Kind() {
	case event.KindAliquot:
		return append(list, forebear{a.ref.Lot(), a.at})
	case event.KindUnit, event.KindLot:
	default:
		return list
	}
	mentions := g.History(a.ref)
	if a.ref.Kind() == event.KindLot {
		mentions = g.lived(a.ref) // a lot's history can be long, and its making is all of it
	}
	for _, m := range mentions {
		if m.As != AsMade && m.As != AsWorked && m.As != AsResidue || g.isStruck(m.Entry) {
			continue
		}
		e := &g.entry(m.Entry).Event
		if e.Time.After(a.at) {
			break
		}
		list = appendSources(list, m.As, e, a.at)
	}
	return list
}

// appendSources appends what a thing was made from and with by an event that made
// it or worked on it, as that was by a time at most.
func appendSources(list []forebear, as As, e *event.Event, by event.Time) []forebear {
	at := e.Until()
	if at.After(by) {
		at = by
	}
	add := func(r event.Ref) {
		if !r.IsZero() {
			list = append(list, forebear{r, at})
		}
	}
	var materials []event.Material
	var batch event.Ref
	switch b := e.Body.(type) {
	case *event.Collection:
		add(b.Donor)
		materials = b.Materials
	case *event.Receipt:
		add(b.Batch)
	case *event.Infusion:
		add(b.Unit)
	case *event.Manufacture:
		materials = b.Materials
		if as == AsMade {
			for i := range b.Inputs {
				add(b.Inputs[i].Unit)
			}
			batch = b.Batch
		}
	}
	for i := range materials {
		add(materials[i].Thing())
	}
	add(batch)
	return list
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
	if g.noSames() {
		return list
	}
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
		g.inheritHolds(g.intern(r))
	}
}
