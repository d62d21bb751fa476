package genealogy

import (
	"maps"
	"slices"

	"suyuan/internal/event"
)

// A spoiling finds what records after a snapshot change about contacts that the
// snapshot has: where they strike a record or say what class a lot is of, all
// contacts of the records in question are made again; where they end a stay or a
// leg, those.
type spoiling struct {
	g         *Graph
	a         *adjacency
	units     map[int32]bool // whose stays are to be found
	shipments map[int32]bool // whose legs are
}

// sojournsAfter returns the stays and legs that are not the snapshot's, all
// where there is none, in order of the records that began them.
func (g *Graph) sojournsAfter(a *adjacency) []sojourn {
	if g.snap == nil {
		return g.sojourns()
	}
	return g.spoil(a).sojourns()
}

func (g *Graph) spoil(a *adjacency) *spoiling {
	s := &spoiling{g: g, a: a, units: make(map[int32]bool), shipments: make(map[int32]bool)}
	for n, m := range g.remarked {
		if m.struck != g.snap.struck(n) {
			a.dirty.add(n)
			s.entry(n)
			s.recut(n)
		}
	}
	for i, t := range g.touched {
		for _, m := range t.mentions {
			s.mention(i, m)
		}
	}
	for _, i := range g.kinds[event.KindUnit] {
		s.units[i] = true
	}
	for _, i := range g.kinds[event.KindShipment] {
		s.shipments[i] = true
	}
	for n := range a.dirty.union(a.moved).all() {
		s.again(n)
	}
	return s
}

// entry judges what an entry of the snapshot names that was struck, or counts
// again.
func (s *spoiling) entry(n int32) {
	for _, m := range mentionsOf(&s.g.entry(n).Event) {
		for _, i := range s.named(n, m) {
			at := Mention{n, m.as, m.n}
			s.mention(i, at)
			if s.g.isStruck(n) {
				s.a.struck[i] = s.g.insert(s.a.struck[i], at)
			}
		}
	}
}

// recut notes what an entry of the snapshot cleaned that was struck, or counts
// again.
func (s *spoiling) recut(n int32) {
	e := &s.g.entry(n).Event
	if _, ok := e.Body.(*event.Cleaning); !ok {
		return
	}
	for _, m := range mentionsOf(e) {
		if i, ok := s.g.thingOf(m.ref); ok && (m.as == AsCleaned || m.as == AsRoom) {
			s.a.recut[i] = true
		}
	}
}

// named returns what an entry of the snapshot names in one of its parts. A bare
// id of an arrival can have meant a lot.
func (s *spoiling) named(n int32, m mention) []int32 {
	if m.as != AsAccepted && m.as != AsRejected {
		if i, ok := s.g.thingOf(m.ref); ok && i < s.g.elder {
			return []int32{i}
		}
		return nil
	}
	refs := []event.Ref{m.ref}
	if lot, err := event.NewRef(event.KindLot, m.ref.ID()); err == nil {
		refs = append(refs, lot)
	}
	var list []int32
	for _, r := range refs {
		i, ok := s.g.thingOf(r)
		if ok && i < s.g.elder && slices.Contains(s.g.snap.mentions(i), Mention{n, m.as, m.n}) {
			list = append(list, i)
		}
	}
	return list
}

// mention judges what a mention that joined, or no longer counts, does to the
// contacts of a thing of the snapshot.
func (s *spoiling) mention(i int32, m Mention) {
	switch m.As {
	case AsStored, AsRetrieved, AsInput, AsShipped, AsInfused, AsDisposed:
		if s.g.ref(i).Kind() == event.KindUnit {
			s.units[i] = true
			s.spoil(&s.a.moved, i, AsStored, AsRetrieved)
		}
	case AsShipment:
		s.shipments[i] = true
		s.spoil(&s.a.moved, i, AsShipment)
	case AsRegistered:
		if s.g.ref(i).Kind() == event.KindLot {
			s.spoil(&s.a.dirty, i, AsMaterial)
		}
	default:
	}
}

// spoil lets the entries that mention a thing in one of these parts make their
// contacts again.
func (s *spoiling) spoil(entries *bits, i int32, parts ...As) {
	for _, m := range s.g.snap.mentions(i) {
		if slices.Contains(parts, m.As) {
			entries.add(m.Entry)
		}
	}
}

// again notes whose stays and legs begin with an entry that makes its contacts
// again.
func (s *spoiling) again(n int32) {
	for _, m := range mentionsOf(&s.g.entry(n).Event) {
		i, ok := s.g.thingOf(m.ref)
		if !ok {
			continue
		}
		if m.as != AsOperator || s.a.dirty.has(n) {
			s.a.spoiled[i] = true
		}
		switch m.as {
		case AsStored, AsRetrieved:
			s.units[i] = true
		case AsShipment:
			s.shipments[i] = true
			for _, r := range s.g.loaded(m.ref) {
				if unit, ok := s.g.thingOf(r); ok {
					s.a.spoiled[unit] = true
				}
			}
		default:
		}
	}
}

// sojourns returns the stays and legs that are not the snapshot's, in order of
// the records that began them.
func (s *spoiling) sojourns() []sojourn {
	list := s.g.sojournsOf(slices.Sorted(maps.Keys(s.units)), (*Graph).appendStays)
	list = append(list, s.g.sojournsOf(slices.Sorted(maps.Keys(s.shipments)), (*Graph).appendLegs)...)
	list = slices.DeleteFunc(list, func(x sojourn) bool { return x.entry < s.g.older && !s.a.dirty.has(x.entry) && !s.a.moved.has(x.entry) })
	sortSojourns(list)
	return list
}
