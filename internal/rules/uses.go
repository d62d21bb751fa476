package rules

import (
	"slices"
	"sort"
	"strconv"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
)

// A part is what an event does with a thing, as far as rules care.
type part uint8

const (
	asNothing  part = iota
	asInput         // went into something else
	asWork          // worked on in place
	asRelease       // decided on, other than rejected
	asShip          // sent
	asInfuse        // given
	asMaterial      // went in
	asContact       // declared contact
	asKeep          // stored or retrieved
	asDispose       // disposed of
)

// used reports whether the part is a use of the thing (contract section 4:
// input, work in place, release, shipment, infusion; and of lots and aliquots,
// going in). A rejection is no use: it is always possible.
func (p part) used() bool {
	switch p {
	case asInput, asWork, asRelease, asShip, asInfuse, asMaterial:
		return true
	case asNothing, asContact, asKeep, asDispose:
	}
	return false
}

// touched reports whether out-of-order bounds the part by the thing's end.
func (p part) touched() bool { return p.used() || p == asContact }

// handled reports whether used-up refuses the part after the thing's end.
func (p part) handled() bool { return p.used() || p == asKeep || p == asDispose }

// A use is one thing that an event does something with, and where it says so.
type use struct {
	ref  event.Ref
	part part
	where
}

// A where is a place in an event: a member, or one of a list. Only a violation
// makes a path of it.
type where struct {
	member string
	place  int // in the list, or -1
	own    string
}

func member(name string) where { return where{name, -1, ""} }

func (w *where) path() string {
	if w.place < 0 {
		return w.member
	}
	return element(w.member, w.place) + w.own
}

func element(list string, i int) string { return list + "[" + strconv.Itoa(i) + "]" }

// usesOf lists what e does with units, lots and aliquots.
func usesOf(e *event.Event) []use {
	switch b := e.Body.(type) {
	case *event.Collection:
		return materialUses(nil, b.Materials)
	case *event.Manufacture:
		return manufactureUses(b)
	case *event.Release:
		if b.Decision == event.DecisionRejected {
			return nil
		}
		return listed(nil, asRelease, "units", b.Units)
	case *event.Store:
		return listed(nil, asKeep, "units", b.Units)
	case *event.Retrieve:
		return listed(nil, asKeep, "units", b.Units)
	case *event.Shipment:
		return listed(listed(nil, asShip, "units", b.Units), asShip, "lots", b.Lots)
	case *event.Infusion:
		return []use{{b.Unit, asInfuse, member("unit")}}
	case *event.Disposal:
		return listed(listed(nil, asDispose, "units", b.Units), asDispose, "lots", b.Lots)
	case *event.Contact:
		return listed(nil, asContact, "things", b.Things)
	default:
		return nil
	}
}

func listed(uses []use, p part, list string, refs []event.Ref) []use {
	for i, r := range refs {
		switch r.Kind() {
		case event.KindUnit, event.KindLot, event.KindAliquot:
			uses = append(uses, use{r, p, where{list, i, ""}})
		default:
		}
	}
	return uses
}

func manufactureUses(b *event.Manufacture) []use {
	var uses []use
	for i := range b.Inputs {
		u := use{b.Inputs[i].Unit, asInput, where{"inputs", i, ""}}
		if !b.Inputs[i].Bare {
			u.own = ".unit"
		}
		uses = append(uses, u)
	}
	return materialUses(listed(uses, asWork, "units", b.Units), b.Materials)
}

func materialUses(uses []use, materials []event.Material) []use {
	uses = slices.Grow(uses, len(materials))
	for i := range materials {
		u := use{materials[i].Thing(), asMaterial, where{"materials", i, ".lot"}}
		if materials[i].Aliquot != "" {
			u.own = ".aliquot"
		}
		uses = append(uses, u)
	}
	return uses
}

// partOf returns what a recorded event did with the thing that mentions it.
func partOf(m genealogy.Mention, e *event.Event) part {
	switch m.As {
	case genealogy.AsInput:
		return asInput
	case genealogy.AsWorked:
		return asWork
	case genealogy.AsReleased:
		if b, ok := e.Body.(*event.Release); ok && b.Decision != event.DecisionRejected {
			return asRelease
		}
		return asNothing
	case genealogy.AsShipped:
		return asShip
	case genealogy.AsInfused:
		return asInfuse
	case genealogy.AsMaterial, genealogy.AsOpened:
		return asMaterial
	case genealogy.AsContact:
		return asContact
	case genealogy.AsStored, genealogy.AsRetrieved:
		return asKeep
	case genealogy.AsDisposed:
		return asDispose
	default:
		return asNothing
	}
}

// A making is a thing that an event brings into the ledger.
type making struct {
	ref    event.Ref
	member string
	place  int
	way    way
}

// A way says how a thing comes into the ledger.
type way uint8

const (
	byOutput  way = iota
	byReceipt     // of a lot, which many sites can receive
	byResidue
	byDeparture // of a shipment
)

func (m *making) path() string {
	if m.place < 0 {
		return m.member
	}
	return element("outputs", m.place) + "." + m.member
}

// makesOf lists the things that e brings into the ledger.
func makesOf(e *event.Event) []making {
	switch b := e.Body.(type) {
	case *event.Collection:
		return outputMakes(b.Outputs)
	case *event.Manufacture:
		return outputMakes(b.Outputs)
	case *event.Receipt:
		if !b.Lot.IsZero() {
			return []making{{b.Lot, "lot", -1, byReceipt}}
		}
		return outputMakes(b.Outputs)
	case *event.Infusion:
		if !b.Residue.IsZero() {
			return []making{{b.Residue, "residue", -1, byResidue}}
		}
	case *event.Shipment:
		return []making{{b.Shipment, "shipment", -1, byDeparture}}
	}
	return nil
}

func outputMakes(outputs []event.Output) []making {
	list := make([]making, len(outputs))
	for i := range outputs {
		list[i] = making{outputs[i].Thing(), "unit", i, byOutput}
		if outputs[i].Unit.IsZero() {
			list[i].member = "lot"
		}
	}
	return list
}

// namesOf lists the units, lots and shipments that the event names, each once,
// an aliquot as its lot. Master data says nothing of what happened: a lot may
// be registered before it is received.
func (j *judge) namesOf() []event.Ref {
	if _, ok := j.e.Body.(*event.Register); ok {
		return nil
	}
	var list []event.Ref
	var seen map[event.Ref]bool // where they are many
	j.e.Named(func(r event.Ref) bool {
		if r = j.nameOf(r); r.IsZero() {
			return true
		}
		if len(list)+len(j.makes) < fewNames && seen == nil {
			if !slices.Contains(list, r) && !j.makesThing(r) {
				list = append(list, r)
			}
			return true
		}
		if seen == nil {
			seen = j.seenNames(list)
		}
		if !seen[r] {
			seen[r] = true
			list = append(list, r)
		}
		return true
	})
	return list
}

// fewNames is how many are gone through one by one.
const fewNames = 32

// seenNames are the names so far, and what the event makes.
func (j *judge) seenNames(list []event.Ref) map[event.Ref]bool {
	seen := make(map[event.Ref]bool)
	for _, r := range list {
		seen[r] = true
	}
	for i := range j.makes {
		seen[j.makes[i].ref] = true
	}
	return seen
}

// nameOf returns which unit, lot or shipment a reference of the event names, if
// any.
func (j *judge) nameOf(r event.Ref) event.Ref {
	switch r.Kind() {
	case event.KindAliquot:
		return r.Lot()
	case event.KindUnit:
		return j.cargo(r)
	case event.KindLot, event.KindShipment:
		return r
	default:
		return event.Ref{}
	}
}

// pathOf returns where the event first names one of its names.
func (j *judge) pathOf(name event.Ref) (found string) {
	j.e.Refs(func(path string, r event.Ref) bool {
		if j.nameOf(r) == name {
			found = path
			return false
		}
		return true
	})
	return found
}

func (j *judge) usesThing(r event.Ref) bool {
	return slices.ContainsFunc(j.uses, func(u use) bool { return ended(u.ref) == r })
}

// cargo reads a bare id of an arrival as the lot that the shipment carries.
func (j *judge) cargo(r event.Ref) event.Ref {
	if b, ok := j.e.Body.(*event.Arrival); ok && r.Kind() == event.KindUnit {
		return j.g.Cargo(b.Shipment, []event.Ref{r})[0]
	}
	return r
}

// after yields the mentions of r in force that are strictly later than t, in
// order; before those strictly earlier.
func (j *judge) after(r event.Ref, t event.Time) func(yield func(genealogy.Mention, *genealogy.Entry) bool) {
	list := j.g.History(r)
	from := sort.Search(len(list), func(i int) bool { return j.g.Entry(list[i]).Event.Time.After(t) })
	return j.standing(list[from:])
}

func (j *judge) before(r event.Ref, t event.Time) func(yield func(genealogy.Mention, *genealogy.Entry) bool) {
	list := j.g.History(r)
	to := sort.Search(len(list), func(i int) bool { return !j.g.Entry(list[i]).Event.Time.Before(t) })
	return j.standing(list[:to])
}

func (j *judge) standing(list []genealogy.Mention) func(yield func(genealogy.Mention, *genealogy.Entry) bool) {
	return func(yield func(genealogy.Mention, *genealogy.Entry) bool) {
		for _, m := range list {
			if entry := j.g.Entry(m); !entry.Struck() && !yield(m, entry) {
				return
			}
		}
	}
}
