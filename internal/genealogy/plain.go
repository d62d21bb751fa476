package genealogy

import (
	"encoding/binary"
	"math"

	"suyuan/internal/event"
)

// An Instant is a [Moment] in one word, for the years in which making and giving
// are recorded: seconds, then nanoseconds.
type Instant int64

// Ever and Nevermore are Always and Never as instants.
const (
	Ever      Instant = math.MinInt64
	Nevermore Instant = math.MaxInt64
)

const (
	instantFraction = 30        // bits, of nanoseconds
	instantYears    = 1<<33 - 2 // seconds that fit, on either side of 1970
)

// Instant returns a moment in one word, if it fits.
func (m Moment) Instant() (Instant, bool) {
	switch m {
	case Always:
		return Ever, true
	case Never:
		return Nevermore, true
	default:
		alike := m.sec == 0 || m.nsec == 0 || m.sec < 0 == (m.nsec < 0) // it could not be told from another
		return Instant(m.sec<<instantFraction + int64(m.nsec)), alike && m.sec > -instantYears && m.sec < instantYears
	}
}

// Moment returns the moment that it is.
func (t Instant) Moment() Moment {
	switch {
	case t == Ever:
		return Always
	case t == Nevermore:
		return Never
	case t < 0:
		return Moment{-int64(-t >> instantFraction), -int32(-t & (1<<instantFraction - 1))}
	default:
		return Moment{int64(t >> instantFraction), int32(t & (1<<instantFraction - 1))}
	}
}

// A PlainArc is an [Arc] of making and giving, as short as it can be kept.
type PlainArc struct {
	Near, Far Instant
	Peer      int32
	Node      int32 // the caller's
	Entry     int32
	Via       Via
	Grade     Grade
	zone      int16
}

// Arc returns the same contact as an arc.
func (a *PlainArc) Arc() Arc {
	return Arc{a.Near.Moment(), a.Far.Moment(), a.Peer, a.Entry, a.Via, a.Grade, a.zone}
}

// set makes a plain arc of an arc, if its times fit.
func (a *PlainArc) set(arc *Arc) (ok bool) {
	near, nearFits := arc.Near.Instant()
	far, farFits := arc.Far.Instant()
	*a = PlainArc{Near: near, Far: far, Peer: arc.Peer, Entry: arc.Entry, Via: arc.Via, Grade: arc.Grade, zone: arc.zone}
	return nearFits && farFits
}

// plain makes a plain arc of a bundle but for its peer, if its times fit.
func (x *bundle) plain(a *PlainArc, backward bool) (ok bool) {
	if x.form == formFull {
		var arc Arc
		x.arc(&arc, backward)
		return a.set(&arc)
	}
	a.Entry, a.Via, a.Grade, a.zone = x.entry, x.via, x.grade, x.zone
	from, to := Instant(x.from)<<instantFraction, Instant(x.to)<<instantFraction
	if x.form == formOpen {
		to = Nevermore
	}
	if a.Near, a.Far = from, to; backward {
		a.Near, a.Far = -to, -from
		if x.form == formOpen {
			a.Near = Ever
		}
	}
	return true
}

// Plain looks at some things, and appends their contacts of some kinds, which are
// of making and giving; where those of the k-th end is noted. What is known of
// each lies somewhere else: so many at once are waited for together. It is false
// where one of the things remembers, or a time fits into no [Instant].
func (n *Network) Plain(dst []PlainArc, things []int32, kinds []event.Kind, ends []int32, backward bool, vias ViaSet) ([]PlainArc, bool) {
	n.readHeads(things, backward)
	for k, i := range things {
		if i >= n.g.elder {
			kinds[k] = n.g.kindOf(i)
			continue
		}
		kinds[k] = n.seen[k].head.kind()
		if b := n.g.snap.bundles(n.seen[k].head, n.seen[k].end, backward).b; len(b) > 0 {
			n.touched += b[0] // it is waited for together with the others
		}
	}
	for k, i := range things {
		if remembers(kinds[k]) {
			return dst, false
		}
		if i < n.g.elder {
			var ok bool
			if dst, ok = n.appendPlain(dst, n.g.snap.bundles(n.seen[k].head, n.seen[k].end, backward).b, backward, vias); !ok {
				return dst, false
			}
		}
		for _, number := range n.g.newer(i, backward) {
			var arc Arc
			if arc.set(n.Contact(number), backward); !vias.Has(arc.Via) {
				continue
			}
			dst = append(dst, PlainArc{})
			if !dst[len(dst)-1].set(&arc) {
				return dst, false
			}
		}
		ends[k] = int32(len(dst)) //nolint:gosec // numbers of contacts are of that size
	}
	return dst, true
}

func (n *Network) appendPlain(dst []PlainArc, b []byte, backward bool, vias ViaSet) ([]PlainArc, bool) {
	spoilt := n.g.order.spoils()
	var x bundle
	var a PlainArc
	for len(b) > 0 {
		at := x.head(b)
		end := endOfPeers(b, at)
		if !vias.Has(x.via) || spoilt && n.g.order.goneEntry(x.entry, x.via) {
			b = b[end:]
			continue
		}
		if !x.plain(&a, backward) {
			return dst, false
		}
		for ; at < end; at += word {
			a.Peer = int32(binary.LittleEndian.Uint32(b[at:]) &^ lastPeer) //nolint:gosec // as written
			dst = append(dst, a)
		}
		b = b[end:]
	}
	return dst, true
}

// ZoneOfPlain is [Network.ZoneOf] of a plain arc.
func (n *Network) ZoneOfPlain(a *PlainArc) int16 {
	if a.zone != unknownZone {
		return a.zone
	}
	arc := a.Arc()
	return n.ZoneOf(&arc)
}
