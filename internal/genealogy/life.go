package genealogy

import (
	"slices"

	"suyuan/internal/event"
)

// A Making is how a unit or lot came into the ledger.
type Making struct {
	Entry      *Entry
	Site       event.Ref
	Batch      event.Ref
	Role       event.Role
	Product    string
	Expires    event.Time
	ForPatient event.Ref // as the making itself says
}

// Made returns the first making of r that is in force: as an output, by a
// receipt, or as the residue of an infusion.
func (g *Graph) Made(r event.Ref) (Making, bool) {
	for _, m := range g.lived(r) {
		if !makes(m.As) || g.isStruck(m.Entry) {
			continue
		}
		e := g.entry(m.Entry)
		making, ok := makingOf(m, &e.Event)
		making.Entry = e
		return making, ok
	}
	return Making{}, false
}

// Makings returns all makings of r that are in force, in order of time: a lot
// can be received at many sites.
func (g *Graph) Makings(r event.Ref) []Making {
	var list []Making
	for _, m := range g.lived(r) {
		if !makes(m.As) || g.isStruck(m.Entry) {
			continue
		}
		e := g.entry(m.Entry)
		if making, ok := makingOf(m, &e.Event); ok {
			making.Entry = e
			list = append(list, making)
		}
	}
	return list
}

// makes reports whether what has this part in an event was made by it: what
// makingOf says more of.
func makes(as As) bool { return as == AsMade || as == AsReceived || as == AsResidue }

func makingOf(m Mention, e *event.Event) (Making, bool) {
	switch m.As {
	case AsMade:
		return outputOf(m, e), true
	case AsReceived:
		b := e.Body.(*event.Receipt)
		return Making{Site: e.Site, Product: b.Product, Expires: b.Expires}, true
	case AsResidue:
		return Making{Site: e.Site, Role: event.RoleRetained}, true
	default:
		return Making{}, false
	}
}

func outputOf(m Mention, e *event.Event) Making {
	making := Making{Site: e.Site}
	var o *event.Output
	switch b := e.Body.(type) {
	case *event.Collection:
		o, making.Role = &b.Outputs[m.N], event.RoleCollection
	case *event.Receipt:
		o, making.Role, making.Batch = &b.Outputs[m.N], event.RoleIntermediate, b.Batch
		making.Product, making.Expires = b.Product, b.Expires
	case *event.Manufacture:
		o, making.Role, making.Batch = &b.Outputs[m.N], event.RoleIntermediate, b.Batch
	default:
		return making
	}
	making.ForPatient = o.ForPatient
	if o.Role != "" {
		making.Role = o.Role
	}
	if o.Product != "" {
		making.Product = o.Product
	}
	if !o.Expires.IsZero() {
		making.Expires = o.Expires
	}
	return making
}

// Exists reports whether the ledger has a unit, lot or shipment: it was made,
// or declared to be of unknown origin, or made by an event that was corrected
// since. An aliquot exists with its lot; of other kinds any mention will do.
func (g *Graph) Exists(r event.Ref) bool {
	switch r.Kind() {
	case event.KindUnit, event.KindLot:
		if _, ok := g.Made(r); ok {
			return true
		}
		return g.declared(r) || g.orphaned(r)
	case event.KindAliquot:
		return g.Exists(r.Lot())
	case event.KindShipment:
		_, ok := g.Sent(r)
		return ok || g.declared(r) || g.orphaned(r)
	default:
		return g.Known(r)
	}
}

// UnknownOrigin reports whether r exists without a making that is in force.
func (g *Graph) UnknownOrigin(r event.Ref) bool {
	if k := r.Kind(); k != event.KindUnit && k != event.KindLot {
		return false
	}
	_, made := g.Made(r)
	return !made && g.Exists(r)
}

// RuleUnknownThing is the rule whose waiver creates a thing of unknown origin.
const RuleUnknownThing = "unknown-thing"

// declared reports whether an event in force names r under a deviation that
// waives unknown-thing.
func (g *Graph) declared(r event.Ref) bool {
	for _, e := range g.inForce(r) {
		if Waives(e, RuleUnknownThing) {
			return true
		}
	}
	return false
}

// orphaned reports whether what made r was corrected: then r is of unknown
// origin. What only a replaced event made is as if it had never been.
func (g *Graph) orphaned(r event.Ref) bool {
	for _, m := range g.History(r) {
		e := g.Entry(m)
		_, made := makingOf(m, &e.Event)
		if _, sent := e.Event.Body.(*event.Shipment); sent && m.As == AsShipment {
			made = true
		}
		if made && e.Struck() && g.corrected(e) {
			return true
		}
	}
	return false
}

func (g *Graph) corrected(e *Entry) bool {
	for _, s := range g.strikersOf(e.n) {
		if _, ok := g.entry(s).Event.Body.(*event.Correction); ok && !g.isStruck(s) {
			return true
		}
	}
	return false
}

// Waives reports whether e declares a deviation from the rule.
func Waives(e *event.Event, rule string) bool {
	if e.Deviation == nil {
		return false
	}
	for _, r := range e.Deviation.Rules {
		if r == rule {
			return true
		}
	}
	return false
}

// An Ending is what used a thing up.
type Ending struct {
	Entry *Entry
	State State // Consumed, Infused, or what a disposal's method says
}

// Endings returns what used r up, in order of time: consumption as an input,
// an infusion of the whole, a disposal.
func (g *Graph) Endings(r event.Ref) []Ending {
	var list []Ending
	for _, m := range g.lived(r) {
		if makes(m.As) || g.isStruck(m.Entry) {
			continue
		}
		e := g.entry(m.Entry)
		if s, ok := endingOf(m, &e.Event); ok {
			list = append(list, Ending{e, s})
		}
	}
	return list
}

// EndingsOf returns what used up r or a reference of its kind that is declared
// to be the same thing, in order of time.
func (g *Graph) EndingsOf(r event.Ref) []Ending {
	if g.noSames() {
		return g.Endings(r)
	}
	var list []Ending
	for _, o := range g.sameKind(r, false) {
		list = append(list, g.Endings(o)...)
	}
	slices.SortStableFunc(list, func(a, b Ending) int { return a.Entry.compare(b.Entry) })
	return list
}

func endingOf(m Mention, e *event.Event) (State, bool) {
	switch m.As {
	case AsInput:
		return Consumed, e.Body.(*event.Manufacture).Inputs[m.N].Consumed()
	case AsInfused:
		return Infused, e.Body.(*event.Infusion).Whole()
	case AsDisposed:
		return disposedState(e.Body.(*event.Disposal).Method), true
	default:
		return NoState, false
	}
}

func disposedState(method string) State {
	switch method {
	case event.MethodReturned:
		return Returned
	case event.MethodLost:
		return Lost
	case event.MethodExpired:
		return Expired
	case event.MethodTested:
		return Tested
	default:
		return Destroyed
	}
}

// UsesUp reports whether e uses r up.
func UsesUp(e *event.Event, r event.Ref) bool {
	switch b := e.Body.(type) {
	case *event.Manufacture:
		return slices.ContainsFunc(b.Inputs, func(in event.Input) bool { return in.Unit == r && in.Consumed() })
	case *event.Infusion:
		return b.Unit == r && b.Whole()
	case *event.Disposal:
		return slices.Contains(b.Units, r) || slices.Contains(b.Lots, r)
	default:
		return false
	}
}

// Expiry returns until when r may be used at time t: as its making says, or
// the newest change since; an aliquot's is its lot's. Zero means no limit.
func (g *Graph) Expiry(r event.Ref, t event.Time) event.Time {
	expires, _ := g.ExpiryBy(r, t)
	return expires
}

// ExpiryBy returns what Expiry does, and the entry that says so.
func (g *Graph) ExpiryBy(r event.Ref, t event.Time) (expires event.Time, by *Entry) {
	if r.Kind() == event.KindAliquot {
		return g.ExpiryBy(r.Lot(), t)
	}
	for m, e := range g.changing(r) {
		if e.Time.After(t) {
			break
		}
		if making, ok := makingOf(m, e); ok && !making.Expires.IsZero() {
			expires, by = making.Expires, g.Entry(m)
		}
		if c := changeOf(m, e, r); c != nil && !c.Expires.IsZero() {
			expires, by = c.Expires, g.Entry(m)
		}
	}
	return expires, by
}

// changing yields the mentions in force that can say what r is like. Changes
// are for units only; a lot's history can be long, and its making is all of it.
func (g *Graph) changing(r event.Ref) func(yield func(Mention, *event.Event) bool) {
	return func(yield func(Mention, *event.Event) bool) {
		list := g.History
		if r.Kind() == event.KindLot {
			list = g.lived
		}
		for _, m := range list(r) {
			if (makes(m.As) || m.As == AsWorked || m.As == AsInfused) && !g.isStruck(m.Entry) && !yield(m, &g.entry(m.Entry).Event) {
				return
			}
		}
	}
}

func changeOf(m Mention, e *event.Event, r event.Ref) *event.Change {
	if m.As != AsWorked {
		return nil
	}
	b := e.Body.(*event.Manufacture)
	for i := range b.Changes {
		if b.Changes[i].Unit == r {
			return &b.Changes[i]
		}
	}
	return nil
}

// Role returns what a unit is for and which product it is, at time t.
func (g *Graph) Role(unit event.Ref, t event.Time) (role event.Role, product string) {
	role = event.RoleIntermediate
	for m, e := range g.inForce(unit) {
		if e.Time.After(t) {
			break
		}
		if making, ok := makingOf(m, e); ok {
			role, product = making.Role, making.Product
		}
		if c := changeOf(m, e, unit); c != nil && c.Product != "" {
			product = c.Product
		}
	}
	return role, product
}

// Decision returns the newest release of a unit at time t: its own, or that of
// a batch which the unit was made under by then.
func (g *Graph) Decision(unit event.Ref, t event.Time) (*Entry, *event.Release) {
	var newest *Entry
	consider := func(r event.Ref, from event.Time) {
		for m, e := range g.inForce(r) {
			if e.Time.After(t) {
				return
			}
			entry := g.Entry(m)
			if m.As == AsReleased && !e.Time.Before(from) && (newest == nil || entry.compare(newest) > 0) {
				newest = entry
			}
		}
	}
	consider(unit, event.Time{})
	for _, b := range g.BatchesOf(unit) {
		consider(b.Batch, b.Entry.Event.Time)
	}
	if newest == nil {
		return nil, nil
	}
	return newest, newest.Event.Body.(*event.Release)
}

// BatchesOf returns the makings that put a unit under a batch; there is at most
// one unless the ledger was told otherwise.
func (g *Graph) BatchesOf(unit event.Ref) []Making {
	var list []Making
	for _, making := range g.Makings(unit) {
		if !making.Batch.IsZero() {
			list = append(list, making)
		}
	}
	return list
}

// Sent returns the first departure of a shipment that is in force.
func (g *Graph) Sent(shipment event.Ref) (*Entry, bool) {
	for m, e := range g.inForce(shipment) {
		if _, ok := e.Body.(*event.Shipment); ok {
			return g.Entry(m), true
		}
	}
	return nil, false
}

// Carries reports whether the shipment was sent with r in it.
func (g *Graph) Carries(shipment, r event.Ref) bool {
	for m, e := range g.inForce(r) {
		if b, ok := e.Body.(*event.Shipment); ok && m.As == AsShipped && b.Shipment == shipment {
			return true
		}
	}
	return false
}

// cargo resolves a bare id of an arrival: a unit, or a lot where the shipment
// carries a lot of that id and no such unit.
func (g *Graph) cargo(shipment, unit event.Ref) event.Ref {
	lot, err := event.NewRef(event.KindLot, unit.ID())
	if err == nil && g.Carries(shipment, lot) && !g.Carries(shipment, unit) {
		return lot
	}
	return unit
}

// Cargo returns what an arrival's list names, as units and lots.
func (g *Graph) Cargo(shipment event.Ref, list []event.Ref) []event.Ref {
	refs := make([]event.Ref, len(list))
	for i, r := range list {
		refs[i] = g.cargo(shipment, r)
	}
	return refs
}
