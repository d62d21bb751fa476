package genealogy

import (
	"time"

	"suyuan/internal/event"
)

// A State is where a unit stands (recall.md section 3, States).
type State uint8

// The states of a unit.
const (
	NoState State = iota // not made yet, or not a unit
	InStock
	InTransit
	Infused
	Consumed
	Destroyed
	Returned
	Lost
	Expired
	Tested
	Unaccounted
)

var stateNames = [...]string{"", "in_stock", "in_transit", "infused", "consumed", "destroyed", "returned", "lost", "expired", "tested", "unaccounted"}

// String returns the state as answers spell it.
func (s State) String() string { return stateNames[s] }

// TransitLimit is how long a shipment without a due time may be on its way
// before its units are unaccounted for.
const TransitLimit = 30 * 24 * time.Hour

// A Status is what the ledger says of a unit at one time.
type Status struct {
	State     State
	Entry     *Entry    // what put it into that state
	Site      event.Ref // where it is, in stock
	Vessel    event.Ref // equipment it is stored in
	Shipment  event.Ref // in transit
	Rejected  bool      // refused by a receiver, and not yet accepted by another
	Role      event.Role
	Product   string
	Expires   event.Time
	Allocated event.Ref // patient it is booked for
	seen      event.Time
}

// Status returns the state of a unit at time t. The cost is that of its
// history and of its site's inventories.
func (g *Graph) Status(unit event.Ref, t event.Time) Status { return g.story(unit).Status(t) }

func (s *Status) apply(entry *Entry, m Mention) {
	e := &entry.Event
	if end, ok := endingOf(m, e); ok {
		s.end(entry, end)
		return
	}
	if s.ended() {
		return
	}
	switch m.As {
	case AsMade, AsResidue:
		// What is claimed after it was sent is on its way all the same.
		if s.State != InTransit {
			s.present(entry, e.Site)
		}
	case AsInput, AsWorked, AsInfused:
		s.present(entry, e.Site)
		s.Vessel = event.Ref{}
	case AsStored:
		s.present(entry, s.here(e.Site))
		s.Vessel = e.Body.(*event.Store).Equipment
	case AsRetrieved:
		s.present(entry, s.here(e.Site))
		s.Vessel = event.Ref{}
	case AsCounted:
		if s.Site.IsZero() || s.Site == e.Site {
			s.present(entry, e.Site)
		}
	case AsShipped:
		s.State, s.Entry, s.seen = InTransit, entry, e.Time
		s.Shipment = e.Body.(*event.Shipment).Shipment
		s.Site, s.Vessel, s.Rejected = event.Ref{}, event.Ref{}, false
	case AsAccepted:
		s.State, s.Entry, s.seen = InStock, entry, e.Time
		s.Site, s.Shipment, s.Rejected = e.Site, event.Ref{}, false
	case AsRejected:
		// Nobody accepted a unit that was first heard of here: it is on its way.
		if s.State == NoState && Waives(e, RuleUnknownThing) {
			s.State, s.Entry, s.Shipment = InTransit, entry, e.Body.(*event.Arrival).Shipment
		}
		s.Rejected = true
	case AsAllocated:
		s.declare(entry)
		s.allocate(e.Body.(*event.Allocation))
	default:
		s.declare(entry)
	}
}

// present notes that the unit was seen at a site. Custody passes at an arrival
// and only there: a unit in transit that is stored or counted somewhere stays in
// transit; one that is worked with (a waived deviation) is where the step was.
func (s *Status) present(entry *Entry, site event.Ref) {
	if s.State == InTransit {
		switch entry.Event.Body.(type) {
		case *event.Manufacture, *event.Infusion:
			s.Shipment = event.Ref{}
		default:
			return
		}
	}
	if s.State != InStock || s.Site != site && !site.IsZero() {
		s.Entry = entry
	}
	s.State, s.seen = InStock, entry.Event.Time
	if !site.IsZero() {
		s.Site = site
	}
}

// here returns where a unit that is merely handled must be: where it was, or,
// where that is not known, the site that handles it.
func (s *Status) here(site event.Ref) event.Ref {
	if s.Site.IsZero() {
		return site
	}
	return event.Ref{}
}

// declare lets a unit of unknown origin exist from where it was first declared.
func (s *Status) declare(entry *Entry) {
	if s.State == NoState && Waives(&entry.Event, RuleUnknownThing) {
		s.present(entry, entry.Event.Site)
	}
}

func (s *Status) allocate(b *event.Allocation) {
	switch {
	case b.Cancelled == nil || !*b.Cancelled:
		s.Allocated = b.Patient
	case s.Allocated == b.Patient:
		s.Allocated = event.Ref{}
	}
}

// end notes what used the unit up. Of two such records, which only a declared
// deviation allows, an infusion counts before all else: someone received it.
func (s *Status) end(entry *Entry, state State) {
	if s.ended() && state != Infused {
		return
	}
	s.State, s.Entry = state, entry
	s.Site, s.Vessel, s.Shipment, s.Allocated = event.Ref{}, event.Ref{}, event.Ref{}, event.Ref{}
}

func (s *Status) ended() bool {
	switch s.State {
	case Infused, Consumed, Destroyed, Returned, Lost, Expired, Tested:
		return true
	default:
		return false
	}
}

// overdue reports whether a unit in transit should have arrived by t. A unit
// that its receiver rejected is accounted for by the rejection.
func (s *Status) overdue(t event.Time) bool {
	b, ok := s.Entry.Event.Body.(*event.Shipment)
	if !ok || s.Rejected {
		return false
	}
	due := b.Due
	if due.IsZero() {
		due = s.Entry.Event.Time.Add(TransitLimit)
	}
	return t.After(due)
}

// A count is a complete inventory: one event, or all its parts.
type count struct {
	equipment event.Ref
	of        int64
	parts     map[int64]bool
	from      event.Time
	entries   []int32
}

func (c *count) covers(s *Status) bool {
	return c.equipment.IsZero() || c.equipment == s.Vessel
}

// completeCounts returns the inventories of a site that were complete by t, in
// order of time.
func (g *Graph) completeCounts(site event.Ref, t event.Time) []count {
	var done []count
	open := make(map[countKey]*count)
	for _, n := range g.inOrder(g.listed(g.counts, site), t) {
		e := g.entry(n)
		b := e.Event.Body.(*event.Inventory)
		if b.Of <= 1 {
			done = append(done, count{equipment: b.Equipment, from: e.Event.Time, entries: []int32{n}})
			continue
		}
		key := countKey{b.Equipment, b.Of}
		if c := open[key].with(e, n, b); int64(len(c.parts)) < b.Of {
			open[key] = c
		} else {
			done = append(done, *c)
			delete(open, key)
		}
	}
	return done
}

type countKey struct {
	equipment event.Ref
	of        int64
}

// with returns the count with one more part. A part that comes again begins a
// new count: what was left of the one before never came.
func (c *count) with(e *Entry, n int32, b *event.Inventory) *count {
	if c == nil || c.parts[b.Part] {
		c = &count{equipment: b.Equipment, of: b.Of, parts: make(map[int64]bool), from: e.Event.Time}
	}
	c.parts[b.Part] = true
	c.entries = append(c.entries, n)
	return c
}

// inOrder returns those entries of the list that are in force and not after t,
// in order of time.
func (g *Graph) inOrder(list []int32, t event.Time) []int32 {
	var sorted []int32
	for _, n := range list {
		e := g.entry(n)
		if e.Struck() || e.Event.Time.After(t) {
			continue
		}
		at := len(sorted)
		for at > 0 && g.later(sorted[at-1], n) {
			at--
		}
		sorted = append(sorted, 0)
		copy(sorted[at+1:], sorted[at:])
		sorted[at] = n
	}
	return sorted
}
