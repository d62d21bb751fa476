package genealogy

import (
	"cmp"

	"suyuan/internal/event"
)

// A Story is the history of one thing. What an answer says of a thing is asked of
// its events several times over: here each is read once.
type Story struct {
	// Mentions are those of [Graph.History].
	Mentions []Mention

	g       *Graph
	ref     event.Ref
	t       *Teller // nil: entries are read as the graph reads them
	entries []*Entry
}

// Struck reports whether the entry of a mention was corrected or replaced, by the
// mention's place.
func (s *Story) Struck(k int) bool { return s.g.isStruck(s.Mentions[k].Entry) }

// Entry returns the entry of a mention, by the mention's place. It must not be
// changed.
func (s *Story) Entry(k int) *Entry {
	if s.entries == nil {
		s.entries = make([]*Entry, len(s.Mentions))
	}
	if s.entries[k] == nil {
		if n := s.Mentions[k].Entry; s.t != nil {
			s.entries[k] = s.t.entry(n)
		} else {
			s.entries[k] = s.g.entry(n)
		}
	}
	return s.entries[k]
}

// story returns the story of a thing.
func (g *Graph) story(r event.Ref) *Story {
	return &Story{Mentions: g.History(r), g: g, ref: r}
}

// inForce yields the places of the mentions that were not struck.
func (s *Story) inForce() func(yield func(int) bool) {
	return func(yield func(int) bool) {
		for k := range s.Mentions {
			if !s.g.isStruck(s.Mentions[k].Entry) && !yield(k) {
				return
			}
		}
	}
}

// Made reports whether anything in force made the thing.
func (s *Story) Made() bool {
	for k := range s.inForce() {
		if makes(s.Mentions[k].As) {
			return true
		}
	}
	return false
}

// orphaned is [Graph.orphaned] of the thing.
func (s *Story) orphaned() bool {
	for k, m := range s.Mentions {
		if !s.g.isStruck(m.Entry) {
			continue
		}
		e := s.Entry(k)
		_, sent := e.Event.Body.(*event.Shipment)
		if (makes(m.As) || sent && m.As == AsShipment) && s.g.corrected(e) {
			return true
		}
	}
	return false
}

// Status is [Graph.Status] of the unit.
func (s *Story) Status(t event.Time) Status {
	status := s.fold(t)
	switch status.State {
	case InStock:
		if e := s.missedCount(&status, t); e != nil {
			status.State, status.Entry = Unaccounted, e
		} else if !status.Expires.IsZero() && t.After(status.Expires) {
			status.State = Expired
		}
	case InTransit:
		if status.overdue(t) {
			status.State = Unaccounted
		}
	default:
	}
	return status
}

// missedCount returns the complete inventory that should have found the unit
// and did not.
func (s *Story) missedCount(status *Status, t event.Time) *Entry {
	var counts []count
	if s.t != nil {
		counts = s.t.completeCounts(status.Site, t)
	} else {
		counts = s.g.completeCounts(status.Site, t)
	}
	var missed *Entry
	for i := range counts {
		if c := &counts[i]; status.seen.Before(c.from) && c.covers(status) {
			missed = s.g.entry(c.entries[len(c.entries)-1])
		}
	}
	return missed
}

// fold goes through the unit's history up to t.
func (s *Story) fold(t event.Time) Status {
	var status Status
	role, product, expires := event.RoleIntermediate, "", event.Time{}
	for k := range s.inForce() {
		e := s.Entry(k)
		if e.Event.Time.After(t) {
			break
		}
		m := s.Mentions[k]
		status.apply(e, m)
		if making, ok := makingOf(m, &e.Event); ok {
			role, product = making.Role, making.Product
			if !making.Expires.IsZero() {
				expires = making.Expires
			}
		}
		if c := changeOf(m, &e.Event, s.ref); c != nil {
			product = cmp.Or(c.Product, product)
			if !c.Expires.IsZero() {
				expires = c.Expires
			}
		}
	}
	if status.State == NoState && !s.Made() && s.orphaned() {
		status.State = InStock
	}
	if status.State != NoState {
		status.Role, status.Product, status.Expires = role, product, expires
	}
	return status
}

// A Teller tells the stories of things, one after the other, for one goroutine.
// Of a few things the graph keeps what it read, as of all else that it is asked
// about, and the next question finds it; of many the teller keeps little itself,
// of what comes near in the ledger, so that memory does not grow with them.
type Teller struct {
	g      *Graph
	story  Story
	recent []*Entry              // by number; none: the graph keeps them
	counts map[event.Ref][]count // complete inventories by site,
	until  event.Time            // as of that time
}

const (
	recentEntries = 1 << 13
	fewStories    = 1 << 13 // how many things the graph keeps what it read of, at most
)

// Teller returns a teller of so many stories. Contacts must have been called
// before, if other goroutines read the graph meanwhile.
func (g *Graph) Teller(stories int) *Teller {
	t := &Teller{g: g}
	if stories > fewStories {
		t.recent = make([]*Entry, recentEntries)
	}
	return t
}

// Story returns the story of a thing, of that number and reference, until the
// next one is asked for.
func (t *Teller) Story(thing int32, r event.Ref) *Story {
	s := &t.story
	s.g, s.t, s.ref = t.g, t, r
	s.Mentions = t.g.appendHistory(s.Mentions[:0], thing)
	if len(s.Mentions) <= cap(s.entries) {
		s.entries = s.entries[:len(s.Mentions)]
		clear(s.entries)
	} else {
		s.entries = nil
	}
	return s
}

// Entry returns the entry of a number. It must not be changed.
func (t *Teller) Entry(n int32) *Entry { return t.entry(n) }

func (t *Teller) entry(n int32) *Entry {
	if n >= t.g.older || t.recent == nil {
		return t.g.entry(n)
	}
	slot := &t.recent[n%recentEntries]
	if *slot == nil || (*slot).n != n {
		*slot = t.g.snap.unpack(t.g, n)
	}
	return *slot
}

// completeCounts is [Graph.completeCounts], found once for each site.
func (t *Teller) completeCounts(site event.Ref, at event.Time) []count {
	if t.counts == nil || t.until != at {
		t.counts, t.until = make(map[event.Ref][]count), at
	}
	list, ok := t.counts[site]
	if !ok {
		list = t.g.completeCounts(site, at)
		t.counts[site] = list
	}
	return list
}
