package genealogy

import (
	"slices"

	"suyuan/internal/event"
)

// Registered returns the newest master data of r at time t, by when it
// happened.
func (g *Graph) Registered(r event.Ref, t event.Time) (*event.Register, *Entry, bool) {
	entry := int32(-1)
	for _, n := range g.listed(g.masters, r) {
		e := g.entry(n)
		if !e.Struck() && !e.Event.Time.After(t) && (entry < 0 || g.later(n, entry)) {
			entry = n
		}
	}
	if entry < 0 {
		return nil, nil, false
	}
	found := g.entry(entry)
	return found.Event.Body.(*event.Register), found, true
}

// StruckRegistrations returns the registrations of r that were corrected or
// replaced, in order of records.
func (g *Graph) StruckRegistrations(r event.Ref) []*Entry {
	return g.struckAmong(g.listed(g.masters, r))
}

// StruckInventories returns the inventories of a site that were corrected or
// replaced, in order of records.
func (g *Graph) StruckInventories(site event.Ref) []*Entry {
	return g.struckAmong(g.listed(g.counts, site))
}

// struckAmong reads those of some entries that were corrected or replaced.
func (g *Graph) struckAmong(list []int32) []*Entry {
	var struck []*Entry
	for _, n := range list {
		if g.isStruck(n) {
			struck = append(struck, g.entry(n))
		}
	}
	return struck
}

// Class returns the registered class of equipment or of a lot at time t.
func (g *Graph) Class(r event.Ref, t event.Time) string {
	if b, _, ok := g.Registered(r, t); ok {
		return b.Class
	}
	return ""
}

// Region returns the registered region of a site at time t.
func (g *Graph) Region(site event.Ref, t event.Time) string {
	if b, _, ok := g.Registered(site, t); ok {
		return b.Region
	}
	return ""
}

// Needs registration: equipment, rooms, sites and operators.
func registrable(r event.Ref) bool {
	switch r.Kind() {
	case event.KindEquipment, event.KindRoom, event.KindSite, event.KindOperator:
		return true
	default:
		return false
	}
}

// Unregistered returns the equipment, rooms, sites and operators that e names
// and that no record in force registers, in the order of mention.
func (g *Graph) Unregistered(e *event.Event) []event.Ref {
	var list []event.Ref
	seen := make(map[event.Ref]bool)
	for _, m := range mentionsOf(e) {
		if !registrable(m.ref) || m.as == AsRegistered || seen[m.ref] {
			continue
		}
		seen[m.ref] = true
		if !g.IsRegistered(m.ref) {
			list = append(list, m.ref)
		}
	}
	return list
}

// IsRegistered reports whether any record in force registers r, at any time:
// registering late mends the gap.
func (g *Graph) IsRegistered(r event.Ref) bool {
	return slices.ContainsFunc(g.listed(g.masters, r), func(n int32) bool { return !g.isStruck(n) })
}
