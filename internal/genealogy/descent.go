package genealogy

import "suyuan/internal/event"

// An heir is a thing, and since when r is in what it was made from or with.
type heir struct {
	ref   event.Ref
	since event.Time
}

// Descendants returns the units and lots that were made from or with a unit by
// time t, nearest first, itself among them: those that have it in their
// [Graph.Ancestry] at that time. The aliquots that were opened of these stand
// there too.
func (g *Graph) Descendants(unit event.Ref, t event.Time) []event.Ref {
	since := map[event.Ref]event.Time{unit: {}}
	list, queue := []event.Ref{unit}, []heir{{ref: unit}}
	for next := 0; next < len(queue); next++ {
		if p := queue[next]; since[p.ref] == p.since {
			for _, c := range g.heirsOf(p) {
				was, known := since[c.ref]
				if c.since.After(t) || known && !c.since.Before(was) {
					continue
				}
				if !known {
					list = append(list, c.ref)
				}
				since[c.ref] = c.since
				queue = append(queue, c)
			}
		}
	}
	return list
}

// heirsOf returns what p was made into or worked into, and what is declared to be
// the same.
func (g *Graph) heirsOf(p heir) []heir {
	var list []heir
	if !g.noSames() {
		for _, r := range g.sameKind(p.ref, false)[1:] {
			list = append(list, heir{r, p.since})
		}
	}
	for m, e := range g.inForce(p.ref) {
		if r, ok := opened(m, e); ok {
			list = append(list, heir{r, p.since})
		}
		if e.Until().Before(p.since) {
			continue // what went in before cannot have held it
		}
		since := e.Time
		if since.Before(p.since) {
			since = p.since
		}
		add := func(r event.Ref) {
			if !r.IsZero() {
				list = append(list, heir{r, since})
			}
		}
		switch b := e.Body.(type) {
		case *event.Infusion:
			if m.As == AsInfused {
				add(b.Residue)
			}
		case *event.Collection:
			if m.As == AsMaterial {
				addOutputs(b.Outputs, add)
			}
		case *event.Manufacture:
			if m.As == AsInput || m.As == AsMaterial {
				addOutputs(b.Outputs, add)
			}
			if m.As == AsMaterial {
				for _, unit := range b.Units {
					add(unit)
				}
			}
		}
	}
	return list
}

func addOutputs(outputs []event.Output, add func(event.Ref)) {
	for i := range outputs {
		add(outputs[i].Thing())
	}
}

// opened returns the aliquot that m says a lot was opened into.
func opened(m Mention, e *event.Event) (event.Ref, bool) {
	if m.As != AsOpened {
		return event.Ref{}, false
	}
	switch b := e.Body.(type) {
	case *event.Collection:
		return b.Materials[m.N].Thing(), true
	case *event.Manufacture:
		return b.Materials[m.N].Thing(), true
	}
	return event.Ref{}, false
}
