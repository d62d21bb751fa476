package recall

import (
	"slices"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
)

// A HoldPlan is what a case is to hold. Units come first in order, then the
// sources, then what is shared.
type HoldPlan struct {
	Units   []event.Ref // affected and not used yet
	Sources []event.Ref // of the kinds that can be held: they cover what is made of them later
	Shared  []event.Ref // lots, aliquots, equipment and rooms on the way; asked for only
}

// All returns everything that is to be held, each thing once.
func (p *HoldPlan) All() []event.Ref {
	all := slices.Concat(p.Units, p.Sources, p.Shared)
	slices.SortFunc(all, event.Ref.Compare)
	return slices.Compact(all)
}

// HoldPlanOf lists what an answer reached at a grade and is still somewhere at a
// time, the sources themselves, and, where asked for, the shared things on the
// way.
func HoldPlanOf(g *genealogy.Graph, a *Answer, grade genealogy.Grade, at event.Time, shared bool) HoldPlan {
	p := HoldPlan{}
	for _, r := range a.Query.Sources {
		if holdable(r.Kind()) {
			p.Sources = append(p.Sources, r)
		}
	}
	for i := range a.Things {
		t := &a.Things[i]
		if t.Grade > grade || slices.Contains(a.Query.Sources, t.Ref) && t.Ref.Kind() != event.KindUnit {
			continue
		}
		switch t.Ref.Kind() {
		case event.KindUnit:
			if standing(g, t.Ref, at) {
				p.Units = append(p.Units, t.Ref)
			}
		case event.KindLot, event.KindAliquot, event.KindEquipment, event.KindRoom:
			if shared {
				p.Shared = append(p.Shared, t.Ref)
			}
		default:
		}
	}
	return p
}

// holdable reports whether a hold can name things of this kind (contract
// section 6).
func holdable(k event.Kind) bool {
	switch k {
	case event.KindDonor, event.KindUnit, event.KindBatch, event.KindLot, event.KindAliquot, event.KindEquipment, event.KindRoom:
		return true
	default:
		return false
	}
}

// standing reports whether a unit is somewhere and not used yet at a time.
func standing(g *genealogy.Graph, unit event.Ref, at event.Time) bool {
	s := g.Status(unit, at)
	t := Thing{State: s.State, Site: s.Site}
	return t.present()
}

// maxPart keeps one hold well below the largest event.
const maxPart = 32 << 10

// HoldParts returns the case events that hold these things, in parts where they
// are many.
func HoldParts(c event.Ref, things []event.Ref) []*event.Case {
	var parts []*event.Case
	size := 0
	for _, r := range things {
		n := len(r.String()) + len(`"",`)
		if len(parts) == 0 || size+n > maxPart {
			parts = append(parts, &event.Case{Case: c, Action: event.ActionHold})
			size = 0
		}
		last := parts[len(parts)-1]
		last.Things = append(last.Things, r)
		size += n
	}
	return parts
}

// HeldBy returns what the holds of a case itself name in force at a time, those
// of a drill included.
func HeldBy(g *genealogy.Graph, c event.Ref, at event.Time) map[event.Ref]bool {
	j := judge{g: g, n: g.Contacts(), steps: caseSteps(g, c, at)}
	held := make(map[event.Ref]bool)
	for _, s := range j.steps {
		if s.body.Action != event.ActionHold {
			continue
		}
		lifted, exempt := j.lifts(s.entry, at)
		for _, r := range s.body.Things {
			if !lifted && !exempt[r] {
				held[r] = true
			}
		}
	}
	return held
}

// A HoldCount is how many units a hold at a grade would name, what it would
// not name without being asked, and how many of the units are on hold already
// or booked.
type HoldCount struct {
	Grade                         genealogy.Grade
	Units, OnHold, Booked, Shared int
}

// HoldCounts returns the numbers for each grade down to that of the answer.
func HoldCounts(g *genealogy.Graph, a *Answer, at event.Time) []HoldCount {
	var list []HoldCount
	held := coverage(g, g.Contacts(), at, manyHolds)
	for grade := genealogy.Confirmed; grade <= a.Query.Grade; grade++ {
		p := HoldPlanOf(g, a, grade, at, true)
		n := HoldCount{Grade: grade, Units: len(p.Units), Shared: len(p.Shared)}
		for _, r := range p.Units {
			if thing, ok := g.Contacts().Thing(r); ok && held.on(thing, r) {
				n.OnHold++
			}
			if !g.Status(r, at).Allocated.IsZero() {
				n.Booked++
			}
		}
		list = append(list, n)
	}
	return list
}
