package genealogy

import (
	"cmp"
	"slices"
	"time"

	"suyuan/internal/event"
)

// SessionGap is how long nobody is touched before an operator's session ends
// (recall.md section 1).
const SessionGap = 8 * time.Hour

// A Span is a closed interval. A zero end is open.
type Span struct{ From, To event.Time }

// cuts are where the epochs of a thing meet: all cleanings, and the verified
// ones, which alone cut at possible. Sessions cut at every floor.
type cuts struct {
	all, verified []event.Time
	begun, last   event.Time // of an operator: when the last session began, and when its last contact ends
}

// Remembers reports whether a thing can have several epochs: equipment and
// rooms, which are cleaned, and operators, whose sessions end.
func (n *Network) Remembers(i int32) bool { return remembers(n.g.kindOf(i)) }

func remembers(k event.Kind) bool {
	return k == event.KindEquipment || k == event.KindRoom || k == event.KindOperator
}

// Cuts returns where the epochs of a thing meet at a floor, in order and each
// once; none for what has a single epoch (recall.md section 2).
func (n *Network) Cuts(i int32, floor Grade) []event.Time {
	c := n.cutsOf(i)
	if floor == Possible {
		return c.verified
	}
	return c.all
}

func (n *Network) cutsOf(i int32) cuts {
	c, ok := n.cuts[i]
	if !ok {
		c = n.findCuts(i)
		n.cuts[i] = c
	}
	return c
}

func (n *Network) findCuts(i int32) cuts {
	g := n.g
	switch kind := g.kindOf(i); {
	case !remembers(kind):
		return cuts{}
	case kind == event.KindOperator:
		return n.sessions(i)
	case i < g.elder && !g.order.recut[i] && len(g.sames.of(i)) == 0:
		c := g.snap.cuts(i)
		if t := g.touched[i]; t != nil {
			c.clean(g, t.mentions)
		}
		return c
	default:
		return g.cleanings(g.ref(i))
	}
}

// cleanings returns when a thing, or what is declared the same, was cleaned. A
// cleaning counts at its end.
func (g *Graph) cleanings(r event.Ref) cuts {
	var c cuts
	for _, same := range g.sameKind(r, false) {
		c.clean(g, g.History(same))
	}
	return c
}

// clean takes in the cleanings among mentions of a thing.
func (c *cuts) clean(g *Graph, mentions []Mention) {
	for _, m := range mentions {
		if g.isStruck(m.Entry) || g.typeOf(m.Entry) != event.TypeCleaning {
			continue
		}
		e := &g.entry(m.Entry).Event
		b, ok := e.Body.(*event.Cleaning)
		if !ok || m.As != AsCleaned && (m.As != AsRoom || !b.Equipment.IsZero()) {
			continue
		}
		c.all = append(c.all, e.Until())
		if b.Verified != nil && *b.Verified {
			c.verified = append(c.verified, e.Until())
		}
	}
	c.all, c.verified = instants(c.all), instants(c.verified)
}

// instants sorts times and drops those that are one instant. Which spelling of
// one stays hangs on no order, so that it is the same from memory and from a
// snapshot.
func instants(list []event.Time) []event.Time {
	slices.SortFunc(list, compareSpelled)
	return slices.CompactFunc(list, func(a, b event.Time) bool { return a.Compare(b) == 0 })
}

// compareSpelled is Compare, and of one instant the lesser offset comes first.
func compareSpelled(a, b event.Time) int {
	_, _, x := a.Parts()
	_, _, y := b.Parts()
	return cmp.Or(a.Compare(b), cmp.Compare(x, y))
}

// sessions returns where the sessions of an operator end. What joined after a
// snapshot mostly begins in the last session that it knows or later, and then
// nothing else is read.
func (n *Network) sessions(i int32) cuts {
	if i < n.g.elder && len(n.g.sames.of(i)) == 0 && !n.g.order.spoiled[i] {
		older := n.g.snap.cuts(i)
		if n.g.touched[i] == nil {
			return older
		}
		spans := append(n.spans(n.g.newer(i, false)), n.g.order.sessions[i]...)
		if !older.begun.IsZero() && !slices.ContainsFunc(spans, func(s Span) bool { return s.From.Before(older.begun) }) {
			older.extend(spans)
			return older
		}
	}
	var c cuts
	c.extend(n.touches(n.g.ref(i)))
	return c
}

// extend takes in contacts of an operator none of which begins before the last
// session. Sessions meet in the middle of the gap between them: a cut there
// separates them, and touches no contact.
func (c *cuts) extend(spans []Span) {
	slices.SortFunc(spans, func(x, y Span) int { return compareSpelled(x.From, y.From) })
	for _, s := range spans {
		switch gap := s.From.Sub(c.last); {
		case c.last.IsZero():
			c.begun, c.last = s.From, s.To
		case gap >= SessionGap:
			c.all = append(c.all, c.last.Add(gap/2))
			c.begun, c.last = s.From, s.To
		case compareSpelled(s.To, c.last) > 0:
			c.last = s.To
		}
	}
	c.verified = c.all
}

// touches returns the intervals of all contacts of a thing and of what is
// declared the same, but for that declaration itself.
func (n *Network) touches(r event.Ref) []Span {
	var spans []Span
	for _, same := range n.g.sameKind(r, false) {
		i, _ := n.g.thingOf(same)
		spans = append(spans, n.g.order.sessions[i]...)
		for _, backward := range []bool{false, true} {
			spans = append(spans, n.spans(n.row(i, backward))...)
			if n.lean && i < n.g.elder {
				for _, c := range n.derived(i, backward) {
					spans = append(spans, Span{c.From, c.To})
				}
			}
		}
	}
	return spans
}

// spans returns the intervals of contacts, but for those of being the same.
func (n *Network) spans(row []int32) []Span {
	var spans []Span
	for _, k := range row {
		if c := n.Contact(k); c.Via != ViaSame {
			spans = append(spans, Span{c.From, c.To})
		}
	}
	return spans
}

// Marks returns when microbial results out of limit mark a room or a piece of
// equipment, in order of their beginning: each from the last result in limit
// before it, or else the first contact, to the next in limit after it, or
// without end (recall.md section 2).
func (n *Network) Marks(r event.Ref) []Span {
	results := n.g.microbial(r)
	var marks []Span
	for i, e := range results {
		b := e.Body.(*event.Environment)
		if b.Result == event.InLimit {
			continue
		}
		mark := Span{From: n.firstTouch(r, e.Time)}
		for _, o := range results[:i] {
			if o.Body.(*event.Environment).Result == event.InLimit && o.Time.Before(e.Time) {
				mark.From = o.Time
			}
		}
		for _, o := range results[i:] {
			if o.Body.(*event.Environment).Result == event.InLimit && o.Time.After(e.Time) {
				mark.To = o.Time
				break
			}
		}
		marks = append(marks, mark)
	}
	slices.SortStableFunc(marks, func(a, b Span) int { return a.From.Compare(b.From) })
	return slices.Compact(marks)
}

// microbial returns the microbial results about a room or a piece of equipment,
// in order of time.
func (g *Graph) microbial(r event.Ref) []*event.Event {
	var list []*event.Event
	for _, same := range g.sameKind(r, false) {
		for m, e := range g.inForce(same) {
			b, ok := e.Body.(*event.Environment)
			if !ok || b.Class != event.EnvironmentMicrobial {
				continue
			}
			if m.As == AsMeasured || m.As == AsRoom && b.Equipment.IsZero() {
				list = append(list, e)
			}
		}
	}
	slices.SortStableFunc(list, func(a, b *event.Event) int { return a.Time.Compare(b.Time) })
	return list
}

// firstTouch returns when a thing was first touched, t if that is not before t.
func (n *Network) firstTouch(r event.Ref, t event.Time) event.Time {
	for _, s := range n.touches(r) {
		if s.From.Before(t) {
			t = s.From
		}
	}
	return t
}
