package recall

import (
	"cmp"
	"iter"
	"slices"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
)

// A shortlist finds those of many things that come first in order of references
// as they are spelled. The names of the others are looked at and not kept.
type shortlist struct {
	n    *genealogy.Network
	most int
}

// of returns the first of so many things, in no order.
func (s *shortlist) of(things iter.Seq[int32], count int) []int32 {
	if count <= s.most {
		return slices.Collect(things)
	}
	kinds := make(map[event.Kind]int)
	for i := range things {
		kinds[s.n.Kind(i)]++
	}
	var chosen []int32
	for _, kind := range spelledKinds(kinds) {
		chosen = s.appendOf(chosen, kind, kinds[kind], things)
	}
	return chosen
}

// spelledKinds returns kinds in order of their names.
func spelledKinds(kinds map[event.Kind]int) []event.Kind {
	list := make([]event.Kind, 0, len(kinds))
	for k := range kinds {
		list = append(list, k)
	}
	slices.SortFunc(list, func(a, b event.Kind) int { return cmp.Compare(a.String()+":", b.String()+":") })
	return list
}

// appendOf appends the first things of a kind, of which there are so many, as far
// as there is room.
func (s *shortlist) appendOf(chosen []int32, kind event.Kind, count int, things iter.Seq[int32]) []int32 {
	room := s.most - len(chosen)
	if room == 0 {
		return chosen
	}
	var best []named
	last := "" // the greatest of the best, once there are enough
	for i := range things {
		if s.n.Kind(i) != kind {
			continue
		}
		if count <= room {
			chosen = append(chosen, i)
			continue
		}
		if last != "" && s.n.CompareID(i, last) > 0 {
			continue
		}
		if best = append(best, named{s.n.Ref(i).ID(), i}); len(best) >= 2*room {
			best = firstOf(best, room)
			last = best[room-1].id
		}
	}
	for _, b := range firstOf(best, room) {
		chosen = append(chosen, b.thing)
	}
	return chosen
}

type named struct {
	id    string
	thing int32
}

func firstOf(list []named, n int) []named {
	slices.SortFunc(list, func(a, b named) int { return cmp.Compare(a.id, b.id) })
	return list[:min(n, len(list))]
}
