package recall

import (
	"slices"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
)

// A Reconciliation holds what a site found against what the ledger expects
// there. Each affected unit that is in either list is in exactly one of
// Matching, Missing and Unexpected; lists are in order.
type Reconciliation struct {
	Site       event.Ref
	At         event.Time
	Matching   []event.Ref // expected there, and found
	Missing    []event.Ref // expected there, and not found
	Unexpected []Found     // found, and not expected
}

// Found is a unit that a site found and nobody expected there.
type Found struct {
	Unit     event.Ref
	Affected bool            // it is in the scope
	State    genealogy.State // as the ledger has it; none where it knows no such unit
	Site     event.Ref       // where the ledger has it
}

// Affected returns what was found and not expected there although it is in the
// scope.
func (r *Reconciliation) Affected() []event.Ref {
	var list []event.Ref
	for i := range r.Unexpected {
		if r.Unexpected[i].Affected {
			list = append(list, r.Unexpected[i].Unit)
		}
	}
	return list
}

// Reconcile holds a site's list against the affected units that are in stock
// there at a time, by the records of now.
func Reconcile(g *genealogy.Graph, scope *Answer, site event.Ref, found []event.Ref, at event.Time) *Reconciliation {
	r := &Reconciliation{Site: site, At: at}
	seen := make(map[event.Ref]bool, len(found))
	for _, u := range found {
		seen[u] = true
	}
	expected := make(map[event.Ref]bool)
	for _, u := range expectedAt(g, scope, site, at) {
		expected[u] = true
		if seen[u] {
			r.Matching = append(r.Matching, u)
		} else {
			r.Missing = append(r.Missing, u)
		}
	}
	for u := range seen {
		if expected[u] {
			continue
		}
		s := g.Status(u, at)
		r.Unexpected = append(r.Unexpected, Found{Unit: u, Affected: scope.has(u), State: s.State, Site: s.Site})
	}
	slices.SortFunc(r.Matching, event.Ref.Compare)
	slices.SortFunc(r.Missing, event.Ref.Compare)
	slices.SortFunc(r.Unexpected, func(a, b Found) int { return a.Unit.Compare(b.Unit) })
	return r
}

// expectedAt returns the affected units that the ledger has in stock at a site,
// those past their date and those that an inventory lacked included.
func expectedAt(g *genealogy.Graph, scope *Answer, site event.Ref, at event.Time) []event.Ref {
	var list []event.Ref
	for i := range scope.Things {
		u := scope.Things[i].Ref
		if u.Kind() != event.KindUnit {
			continue
		}
		s := g.Status(u, at)
		t := Thing{State: s.State, Site: s.Site}
		if t.present() && s.Site == site {
			list = append(list, u)
		}
	}
	return list
}
