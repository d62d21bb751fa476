package genealogy

import "suyuan/internal/event"

// A Forebear is a thing that others were made from or with, and until when what
// happened to it could go into them.
type Forebear struct {
	Ref   event.Ref
	Until event.Time
}

// Forebears returns things and all that they were made from or with by time t,
// nearest first.
func (g *Graph) Forebears(things []event.Ref, t event.Time) []Forebear {
	var list []Forebear
	places := make(map[event.Ref]int)
	var queue []forebear
	meet := func(a forebear) {
		i, known := places[a.ref]
		switch {
		case !known:
			places[a.ref] = len(list)
			list = append(list, Forebear{a.ref, a.at})
		case a.at.After(list[i].Until):
			list[i].Until = a.at
		default:
			return
		}
		queue = append(queue, a)
	}
	for _, r := range things {
		meet(forebear{r, t})
	}
	for next := 0; next < len(queue); next++ {
		if a := queue[next]; list[places[a.ref]].Until == a.at {
			for _, p := range g.appendParents(nil, a) {
				meet(p)
			}
		}
	}
	return list
}
