package event

import "slices"

// Rename replaces the references that the event names, wherever it names them, by
// others of their kinds; what is not in names stays. The event must be nobody
// else's: its lists are changed in place. An event with an id keeps it.
func (e *Event) Rename(names map[Ref]Ref) { e.members(&renamer{names: names}) }

type renamer struct {
	places
	names map[Ref]Ref
}

func (n *renamer) rename(p *Ref) {
	if to, ok := n.names[*p]; ok {
		*p = to
	}
}

func (n *renamer) id(_ string, _ Kind, p *Ref, _ presence) { n.rename(p) }

func (n *renamer) ids(_ string, _ Kind, p *[]Ref, _ presence) {
	for i := range *p {
		n.rename(&(*p)[i])
	}
}

func (n *renamer) thing(_ string, _ []Kind, p *Ref, _ presence) { n.rename(p) }

func (n *renamer) things(_ string, _ []Kind, p *[]Ref, _ presence) { n.ids("", KindNone, p, may) }

func (n *renamer) forPatient(_ string, p *Ref, _ *bool) { n.rename(p) }

// codes lets a thing that was named twice have all its codes: it is one thing.
func (n *renamer) codes(_ string, p *[]Codes) {
	list := *p
	for i := range list {
		n.rename(&list[i].Thing)
	}
	slices.SortStableFunc(list, func(a, b Codes) int { return a.Thing.Compare(b.Thing) })
	merged := list[:0]
	for _, c := range list {
		if k := len(merged) - 1; k >= 0 && merged[k].Thing == c.Thing {
			for _, v := range c.Values {
				if !slices.Contains(merged[k].Values, v) {
					merged[k].Values = append(merged[k].Values, v)
				}
			}
			continue
		}
		merged = append(merged, c)
	}
	*p = merged
}

func (n *renamer) at(i int, bare *bool, unit *Ref) bool {
	if bare != nil && *bare {
		n.rename(unit)
		return false
	}
	return n.places.at(i, bare, unit)
}
