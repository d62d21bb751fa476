package rules

import (
	"slices"
	"strings"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
)

// Notices returns the equipment, rooms, sites and operators that e is the
// first to mention and that no record registers, in order of mention. Ask
// before e is added to g.
func Notices(g *genealogy.Graph, e *event.Event) []event.Ref {
	return slices.DeleteFunc(g.Unregistered(e), g.Known)
}

// mostNear is how many near ids are worth reading.
const mostNear = 5

// Near returns up to five things of the same kind whose ids are like that of
// r, the most alike first: ids that differ in a few characters (one in four,
// at most three), upper and lower case being alike, or that end in the same
// part after the last slash. The cost is that of all things of the kind.
func Near(g *genealogy.Graph, r event.Ref) []event.Ref {
	type candidate struct {
		ref  event.Ref
		away int
	}
	want := []rune(strings.ToUpper(r.ID()))
	limit := min(max(len(want)/4, 1), 3)
	var list []candidate
	for o := range g.ThingsOf(r.Kind()) {
		if o == r {
			continue
		}
		away := distance(want, []rune(strings.ToUpper(o.ID())), limit)
		if away > limit && !sameEnd(r.ID(), o.ID()) {
			continue
		}
		list = append(list, candidate{o, away})
	}
	slices.SortFunc(list, func(a, b candidate) int {
		if a.away != b.away {
			return a.away - b.away
		}
		return a.ref.Compare(b.ref)
	})
	refs := make([]event.Ref, 0, mostNear)
	for _, c := range list[:min(len(list), mostNear)] {
		refs = append(refs, c.ref)
	}
	return refs
}

// sameEnd reports whether one id is the other with a site before it, or both
// name the same thing at different sites.
func sameEnd(a, b string) bool {
	endA, endB := a[strings.LastIndexByte(a, '/')+1:], b[strings.LastIndexByte(b, '/')+1:]
	return strings.EqualFold(endA, endB) && endA != ""
}

// distance counts the characters to insert, delete, replace or swap with their
// neighbour to get from a to b (optimal string alignment, Boytsov 2011); any
// number over limit means: too far.
func distance(a, b []rune, limit int) int {
	if len(a)-len(b) > limit || len(b)-len(a) > limit {
		return limit + 1
	}
	last2, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range row {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], last2[j-2]+1)
			}
		}
		last2, last, row = last, row, last2
	}
	return last[len(b)]
}
