package genealogy

import "suyuan/internal/event"

// Twins returns r and the references of its kind that are declared to be the
// same thing, in the order in which declarations lead to them: those that
// contacts of the kind same join.
func (g *Graph) Twins(r event.Ref) []event.Ref { return g.sameKind(r, false) }
