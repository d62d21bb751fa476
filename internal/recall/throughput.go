package recall

import (
	"cmp"
	"slices"

	"suyuan/internal/genealogy"
)

// A throughput is what some nodes reach by one contact, and the earliest time of
// each. Contacts are looked at where they stand: no search goes through them again.
type throughput struct {
	n    *genealogy.Network
	vias genealogy.ViaSet
	at   genealogy.Slots // by thing, plus 1
	met  []touched
	arcs []genealogy.Arc // that are being looked at
}

// A touched thing is one that is met from a moment on.
type touched struct {
	thing int32
	since genealogy.Moment
}

// A stretch is a thing for as long as one of its epochs.
type stretch struct {
	thing     int32
	near, far genealogy.Moment
}

// through returns what nodes, and what is the same, reach by one contact.
func (s *inquiry) through(nodes map[node]bool) []touched {
	var list []stretch
	for n := range nodes {
		span := s.span(n)
		near, far := genealogy.NearEnd(span.From, false), genealogy.FarEnd(span.To, false)
		for _, thing := range s.twins(n.thing) {
			list = append(list, stretch{thing, near, far})
		}
	}
	slices.SortFunc(list, func(a, b stretch) int { return cmp.Or(cmp.Compare(a.thing, b.thing), a.near.Compare(b.near)) })
	t := throughput{n: s.n, vias: s.vias}
	things, sights := make([]int32, ahead), make([]genealogy.Sight, ahead)
	for some := range slices.Chunk(list, ahead) {
		for k := range some {
			things[k] = some[k].thing
		}
		t.arcs = t.n.See(t.arcs[:0], things[:len(some)], sights[:len(some)], false, t.vias)
		for k := range some {
			t.add(&some[k], &sights[k])
		}
	}
	return t.met
}

// add notes what a thing reaches in a stretch of time.
func (t *throughput) add(s *stretch, seen *genealogy.Sight) {
	if remembers(seen.Kind) {
		t.addCrowds(s)
		return
	}
	arcs := t.arcs[max(seen.From, 0):max(seen.To, 0)]
	if seen.From < 0 {
		arcs = t.n.AppendArcs(nil, s.thing, false, t.vias)
	}
	for i := range arcs {
		t.meet(s, &arcs[i])
	}
}

// addCrowds notes what a thing that remembers reaches.
func (t *throughput) addCrowds(s *stretch) {
	parts, peers := t.n.Crowds(s.thing, false)
	for i := range peers {
		if t.vias.Has(peers[i].Via) {
			t.meet(s, &peers[i])
		}
	}
	var c genealogy.Arc
	for _, crowd := range parts {
		for i := crowd.Next(0, s.near); i < crowd.Len(); i = crowd.Next(i+1, s.near) {
			there := crowd.At(i, &c)
			if s.far.Before(c.Near) {
				break
			}
			if there && t.vias.Has(c.Via) {
				t.meet(s, &c)
			}
		}
	}
}

// meet notes a contact that lies in a stretch of time.
func (t *throughput) meet(s *stretch, c *genealogy.Arc) {
	p := passage{instant: c.Instant()}
	near := s.near.Later(c.Near)
	if !p.lies(near, s.far.Sooner(c.Far)) {
		return
	}
	at := t.at.At(c.Peer)
	if *at == 0 {
		t.met = append(t.met, touched{c.Peer, near})
		*at = int32(len(t.met)) //nolint:gosec // no more than things
		return
	}
	if old := &t.met[*at-1]; near.Before(old.since) {
		old.since = near
	}
}
