package genealogy

import (
	"cmp"
	"math"
	"slices"

	"suyuan/internal/event"
)

// A Moment is an instant in the order of a walk: forward that of time, backward
// its mirror. So one comparison serves both directions, and open ends too.
type Moment struct {
	sec  int64
	nsec int32
}

// Always is before every instant, Never after.
var (
	Always = Moment{sec: math.MinInt64}
	Never  = Moment{sec: math.MaxInt64}
)

// MomentOf returns the place of an instant in the order of a walk. t must not be
// the zero time.
func MomentOf(t event.Time, backward bool) Moment {
	sec, nsec, _ := t.Parts()
	if backward {
		return Moment{-sec, -nsec}
	}
	return Moment{sec, nsec}
}

// NearEnd returns the end of an interval that a walk comes to first; a zero one
// is open.
func NearEnd(t event.Time, backward bool) Moment {
	if t.IsZero() {
		return Always
	}
	return MomentOf(t, backward)
}

// FarEnd returns the other end of an interval; a zero one is open.
func FarEnd(t event.Time, backward bool) Moment {
	if t.IsZero() {
		return Never
	}
	return MomentOf(t, backward)
}

// Time returns the instant, as minutes east of UTC spell it; the zero time for
// Always and Never.
func (m Moment) Time(backward bool, offset int16) event.Time {
	switch {
	case m == Always || m == Never:
		return event.Time{}
	case backward:
		return event.TimeFrom(-m.sec, -m.nsec, offset)
	default:
		return event.TimeFrom(m.sec, m.nsec, offset)
	}
}

// Second returns the second that the moment lies in, or begins or ends with, in the
// order of the walk: of moments in order the seconds are in order too.
func (m Moment) Second() int64 { return m.sec }

// Before reports whether a walk comes to m before it comes to o.
func (m Moment) Before(o Moment) bool { return m.sec < o.sec || m.sec == o.sec && m.nsec < o.nsec }

// Compare orders moments as a walk comes to them.
func (m Moment) Compare(o Moment) int {
	if m.sec != o.sec {
		return cmp.Compare(m.sec, o.sec)
	}
	return cmp.Compare(m.nsec, o.nsec)
}

// Later returns the later of two.
func (m Moment) Later(o Moment) Moment {
	if m.Before(o) {
		return o
	}
	return m
}

// Sooner returns the earlier of two.
func (m Moment) Sooner(o Moment) Moment {
	if o.Before(m) {
		return o
	}
	return m
}

// An Arc is a contact as a walk in one direction takes it, from a thing to its
// peer.
type Arc struct {
	Near, Far Moment
	Peer      int32
	Entry     int32
	Via       Via
	Grade     Grade
	zone      int16 // of From; unknownZone where that may not be the record's
}

const unknownZone = math.MinInt16

// Instant reports whether the contact is itself an instant.
func (a *Arc) Instant() bool { return a.Near == a.Far }

// CompareTies orders the contacts of one node by record, name of the kind and
// grade.
func (a *Arc) CompareTies(b *Arc) int {
	return cmp.Or(cmp.Compare(a.Entry, b.Entry), cmp.Compare(viaOrder[a.Via], viaOrder[b.Via]), cmp.Compare(a.Grade, b.Grade))
}

// ZoneOf returns the offset of the record that proves a contact, in minutes east
// of UTC.
func (n *Network) ZoneOf(a *Arc) int16 {
	if a.zone != unknownZone {
		return a.zone
	}
	_, _, offset := n.g.when(a.Entry).Parts()
	return offset
}

// Seq returns the number of the record that an entry is.
func (n *Network) Seq(entry int32) uint64 { return n.g.seq(entry) }

// set makes an arc of a contact.
func (a *Arc) set(c *Contact, backward bool) {
	a.Peer, a.Entry, a.Via, a.Grade = peerOf(c, backward), c.Entry, c.Via, c.Grade
	a.full(c.From, c.To, backward)
	if c.Via == ViaEquipment {
		a.zone = unknownZone // a use has times of its own; all else begins as its record says that it happened
	}
}

// Kind returns the kind of a thing.
func (n *Network) Kind(i int32) event.Kind { return n.g.kindOf(i) }

// Alone reports whether nobody declared that a thing is the same as another.
func (n *Network) Alone(i int32) bool { return len(n.g.sames.of(i)) == 0 }

// A Sight is what was seen of a thing at once: its kind and, where it does not
// remember and has few contacts, where these stand; else From is -1.
type Sight struct {
	From, To int32
	Kind     event.Kind
}

// nearRow is how many bytes of a thing's contacts are read together with its kind,
// at most, of bundles and of what is shared.
const nearRow = 256

// A seenThing is a thing of the snapshot that is being seen: its head, and where
// its contacts with what is shared stand, if they are wanted.
type seenThing struct {
	head   head
	end    int64
	shared int64 // -1 if they are not wanted, or there are none
}

// See looks at some things, and appends their contacts as AppendArcs does. What
// is known of each lies somewhere else: so many at once are waited for together.
func (n *Network) See(dst []Arc, things []int32, sights []Sight, backward bool, kinds ViaSet) []Arc {
	n.lookAt(things, sights, backward, kinds)
	stored := n.lean || kinds&SetOf(ViaOpenLot, ViaOperator) == 0
	for k, i := range things {
		if i < n.g.elder && !stored || remembers(sights[k].Kind) {
			continue
		}
		from := len(dst)
		if i < n.g.elder {
			var ok bool
			if dst, ok = n.appendSeen(dst, i, &n.seen[k], backward, kinds); !ok {
				continue
			}
		}
		dst = n.appendRow(dst, n.g.newer(i, backward), backward, kinds)
		sights[k].From, sights[k].To = int32(from), int32(len(dst)) //nolint:gosec // numbers of contacts are of that size
	}
	return dst
}

// readHeads reads the heads of those of some things that the snapshot has.
func (n *Network) readHeads(things []int32, backward bool) {
	n.seen = slices.Grow(n.seen[:0], len(things))[:len(things)]
	for k, i := range things {
		if i < n.g.elder {
			n.seen[k].head, n.seen[k].end = n.g.snap.head(i, backward)
		}
	}
}

// lookAt finds the kinds of some things and where their contacts stand.
func (n *Network) lookAt(things []int32, sights []Sight, backward bool, kinds ViaSet) {
	n.readHeads(things, backward)
	for k, i := range things {
		if i >= n.g.elder {
			sights[k] = Sight{-1, -1, n.g.kindOf(i)}
			continue
		}
		seen := &n.seen[k]
		sights[k], seen.shared = Sight{-1, -1, seen.head.kind()}, -1
		if kinds&lingering != 0 && seen.head.lingers() {
			seen.shared = n.g.snap.part[sectionThingAt].u40(int64(i))
		}
	}
}

// appendSeen appends the contacts that the snapshot has of a thing, unless they
// take too many bytes.
func (n *Network) appendSeen(dst []Arc, i int32, seen *seenThing, backward bool, kinds ViaSet) ([]Arc, bool) {
	if seen.end-seen.head.at() > nearRow {
		return dst, false
	}
	from := len(dst)
	dst = n.appendBundles(dst, n.g.snap.bundles(seen.head, seen.end, backward), backward, kinds)
	if seen.shared < 0 {
		return dst, true
	}
	c, ok := n.g.snap.lingering(i, seen.shared, backward, nearRow)
	if !ok {
		return dst[:from], false
	}
	return n.appendCells(dst, &c, kinds), true
}

// kindOf returns the kind of a thing without reading its name.
func (g *Graph) kindOf(i int32) event.Kind {
	if i >= g.elder {
		return g.ref(i).Kind()
	}
	return g.snap.kindOf(i)
}

// viaOrder is the place of each kind in the order of their names.
var viaOrder = func() (order [len(viaNames)]uint8) {
	for v, name := range viaNames {
		for _, other := range viaNames {
			if other < name {
				order[v]++
			}
		}
	}
	return order
}()

// A ViaSet holds kinds of contacts.
type ViaSet uint32

// SetOf returns a set of kinds.
func SetOf(list ...Via) ViaSet {
	var s ViaSet
	for _, v := range list {
		s |= 1 << v
	}
	return s
}

// Has reports whether a kind is in the set.
func (s ViaSet) Has(v Via) bool { return s&(1<<v) != 0 }

// lingering are the kinds of contacts with things that are shared over time.
// They are most of what is known of a unit, and stand behind the others.
var lingering = SetOf(ViaEquipment, ViaVessel, ViaShipper, ViaRoom, ViaOperator)

// AppendArcs appends the contacts of some kinds by which a thing that does not
// remember passes on or, backward, takes on, in no order.
func (n *Network) AppendArcs(dst []Arc, i int32, backward bool, kinds ViaSet) []Arc {
	if i < n.g.elder {
		if !n.lean && kinds&SetOf(ViaOpenLot, ViaOperator) != 0 {
			return n.appendRow(dst, n.row(i, backward), backward, kinds)
		}
		dst = n.appendStored(dst, i, backward, kinds)
	}
	return n.appendRow(dst, n.g.newer(i, backward), backward, kinds)
}

// appendRow appends contacts that have numbers.
func (n *Network) appendRow(dst []Arc, row []int32, backward bool, kinds ViaSet) []Arc {
	for _, k := range row {
		if c := n.Contact(k); kinds.Has(c.Via) {
			dst = append(dst, Arc{})
			dst[len(dst)-1].set(c, backward)
		}
	}
	return dst
}

// appendStored appends what the snapshot says, but for what later records
// changed.
func (n *Network) appendStored(dst []Arc, i int32, backward bool, kinds ViaSet) []Arc {
	snap := n.g.snap
	h, end := snap.head(i, backward)
	dst = n.appendBundles(dst, snap.bundles(h, end, backward), backward, kinds)
	if kinds&lingering == 0 || !h.lingers() {
		return dst
	}
	c, _ := snap.lingering(i, snap.part[sectionThingAt].u40(int64(i)), backward, math.MaxInt64)
	return n.appendCells(dst, &c, kinds)
}

func (n *Network) appendBundles(dst []Arc, r bundles, backward bool, kinds ViaSet) []Arc {
	spoilt := n.g.order.spoils()
	var x bundle
	var a Arc
	for r.next(&x) {
		if !kinds.Has(x.via) {
			continue
		}
		if x.arc(&a, backward); spoilt && n.g.order.goneArc(&a) {
			continue
		}
		for k := range x.count() {
			a.Peer = x.peer(k)
			dst = append(dst, a)
		}
	}
	return dst
}

func (n *Network) appendCells(dst []Arc, c *cells, kinds ViaSet) []Arc {
	spoilt := n.g.order.spoils()
	for c.left > 0 {
		dst = append(dst, Arc{})
		a := &dst[len(dst)-1]
		c.arc(a)
		if !kinds.Has(a.Via) || spoilt && n.g.order.goneArc(a) {
			dst = dst[:len(dst)-1]
		}
	}
	return dst
}
