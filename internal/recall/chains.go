package recall

import (
	"cmp"
	"slices"
	"strings"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
)

// passing are the kinds of contacts by which two lineages can meet at a thing.
var passing = genealogy.SetOf(genealogy.ViaBackflow, genealogy.ViaEquipment, genealogy.ViaVessel, genealogy.ViaShipper, genealogy.ViaRoom, genealogy.ViaContact)

// A link is one candidate of a chain, and how it passes on.
type link struct {
	Candidate
	from, to    *lineage
	node        node
	first, last uint64     // records of the two contacts
	passed      event.Time // when it can first have passed on
}

// compareLinks orders the ways through one thing, the one that is shown first.
func compareLinks(a, b *link) int {
	return cmp.Or(
		(direction{}).compare(a.From, b.From),
		(direction{}).compare(a.passed, b.passed),
		cmp.Compare(a.first, b.first),
		cmp.Compare(a.last, b.last),
		-farCompare(a.To, b.To),
		strings.Compare(a.Via.String(), b.Via.String()),
		cmp.Compare(a.node.epoch, b.node.epoch),
	)
}

// farCompare orders far ends: a zero one is after all.
func farCompare(a, b event.Time) int {
	if a.IsZero() || b.IsZero() {
		return boolCompare(a.IsZero(), b.IsZero())
	}
	return a.Compare(b)
}

// links are those of all pairs, in order of from, to and reference.
type links []link

// chains finds, for each ordered pair of positives, what can have passed
// contamination from the one's lineage to the other's.
func (s *inquiry) chains() links {
	var list links
	ins := make([]map[event.Ref][]taking, len(s.lineages))
	for i, l := range s.lineages {
		ins[i] = s.takings(l)
	}
	for i, a := range s.lineages {
		carriers := s.carriers(a)
		outs := s.givings(carriers)
		for k, b := range s.lineages {
			if i != k && s.apart(a, b) {
				list = append(list, pick(append(s.between(a, b, outs, ins[k]), s.declared(a, b, carriers)...))...)
			}
		}
	}
	slices.SortFunc(list, func(x, y link) int {
		return cmp.Or(compareRefText(x.from.ref, y.from.ref), compareRefText(x.to.ref, y.to.ref), compareRefText(x.Ref, y.Ref))
	})
	return list
}

// pick leaves of each candidate of a pair the way that is shown: a unit can be
// both what a contact was declared with and what others met at.
func pick(list []link) []link {
	slices.SortStableFunc(list, func(x, y link) int { return cmp.Or(compareRefText(x.Ref, y.Ref), compareLinks(&x, &y)) })
	return slices.CompactFunc(list, func(x, y link) bool { return x.Ref == y.Ref })
}

// apart reports whether two positives are cases of their own: neither was made
// into the other.
func (s *inquiry) apart(a, b *lineage) bool {
	_, of := a.at[b.members[0].thing]
	_, into := b.at[a.members[0].thing]
	return !of && !into
}

// list puts the links of one pair together.
func (l links) list() []Chain {
	var list []Chain
	for i := range l {
		from, to := l[i].from.ref, l[i].to.ref
		if n := len(list); n == 0 || list[n-1].From != from || list[n-1].To != to {
			list = append(list, Chain{From: from, To: to})
		}
		c := &list[len(list)-1]
		c.Candidates = append(c.Candidates, l[i].Candidate)
	}
	return list
}

// A carrier is what a lineage's contamination was in, and since when.
type carrier struct {
	thing int32
	since event.Time
}

// carriers returns the live members of a lineage and what was made of them, by
// time.
func (s *inquiry) carriers(l *lineage) []carrier {
	var list []carrier
	q := newTimetable(direction{})
	for i := range l.members {
		if m := &l.members[i]; m.live {
			q.reach(m.thing, m.open)
		}
	}
	for at, since, ok := q.next(); ok; at, since, ok = q.next() {
		list = append(list, carrier{at, since})
		for _, k := range s.n.Out(at) {
			c := s.n.Contact(k)
			if c.Via != genealogy.ViaInput && c.Via != genealogy.ViaSame || s.n.Kind(c.Target) != event.KindUnit {
				continue
			}
			if _, member := l.at[c.Target]; member {
				continue
			}
			if t := q.later(since, c.From); q.meet(t, c.To) <= 0 {
				q.reach(c.Target, t)
			}
		}
	}
	return list
}

// A giving is a contact by which a carrier passes on to a thing.
type giving struct {
	carrier
	contact *genealogy.Contact
}

// A taking is a contact by which a member takes on from a thing.
type taking struct {
	*lineMember
	contact *genealogy.Contact
}

// one returns the reference that stands for all that is the same.
func (s *inquiry) one(thing int32) event.Ref { return s.n.Ref(s.oneOf(thing)) }

// oneOf returns the thing that stands for all that is the same.
func (s *inquiry) oneOf(thing int32) int32 {
	if s.n.Alone(thing) {
		return thing
	}
	one, _ := s.n.Thing(slices.MinFunc(s.g.Twins(s.n.Ref(thing)), compareRefText))
	return one
}

func (s *inquiry) givings(carriers []carrier) map[event.Ref][]giving {
	found := make(map[event.Ref][]giving)
	for _, a := range carriers {
		for _, k := range s.n.Out(a.thing) {
			c := s.n.Contact(k)
			if passing.Has(c.Via) && !s.barred[c.Target] && enters(c, a.since) {
				one := s.one(c.Target)
				found[one] = append(found[one], giving{a, c})
			}
		}
	}
	return found
}

func (s *inquiry) takings(l *lineage) map[event.Ref][]taking {
	found := make(map[event.Ref][]taking)
	for i := range l.members {
		m := &l.members[i]
		if !m.inner {
			continue
		}
		for _, k := range s.n.In(m.thing) {
			c := s.n.Contact(k)
			if (passing.Has(c.Via) || c.Via == genealogy.ViaMaterial) && !s.barred[c.Source] && enters(c, m.open) {
				one := s.one(c.Source)
				found[one] = append(found[one], taking{m, c})
			}
		}
	}
	return found
}

// between finds the shared things that lead from a to b, each by the way that
// is shown.
func (s *inquiry) between(a, b *lineage, outs map[event.Ref][]giving, ins map[event.Ref][]taking) []link {
	var list []link
	for r, takings := range ins {
		var best *link
		for _, g := range outs[r] {
			if _, shared := b.at[g.thing]; shared {
				continue
			}
			for _, t := range takings {
				if _, shared := a.at[t.thing]; shared {
					continue
				}
				if l := s.link(g, t); l != nil && (best == nil || compareLinks(l, best) < 0) {
					best = l
				}
			}
		}
		if best != nil {
			best.Ref, best.from, best.to = r, a, b
			list = append(list, *best)
		}
	}
	return list
}

// link joins two contacts of one thing in the first epoch in which the one can
// pass on to the other; nil if they cannot. No epoch that ends before both have
// begun will do, and none that begins after that is the first.
func (s *inquiry) link(g giving, t taking) *link {
	thing := g.contact.Target
	e := epochs{cuts: s.n.Cuts(thing, genealogy.Possible)}
	begun := e.later(e.later(g.since, g.contact.From), e.later(t.open, t.contact.From))
	k := e.at(begun)
	best := s.linkIn(g, t, node{thing, k})
	if begun.IsZero() || e.meet(begun, e.far(k)) != 0 {
		return best
	}
	if l := s.linkIn(g, t, node{thing, k + 1}); l != nil && (best == nil || compareLinks(l, best) < 0) {
		return l
	}
	return best
}

func (s *inquiry) linkIn(g giving, t taking, n node) *link {
	var d direction
	span := s.span(n)
	near, far := d.later(g.contact.From, span.From), d.sooner(g.contact.To, span.To)
	if !lies(d, near, far, g.contact) || !lies(d, d.later(t.contact.From, span.From), d.sooner(t.contact.To, span.To), t.contact) {
		return nil
	}
	taken := d.later(g.since, near)
	passed := d.later(taken, d.later(t.open, t.contact.From))
	until := d.sooner(d.sooner(t.contact.To, t.end), span.To)
	if d.meet(taken, far) > 0 || d.meet(passed, until) > 0 {
		return nil
	}
	return s.newLink(g, t.contact, n, taken, passed, until)
}

func lies(d direction, near, far event.Time, c *genealogy.Contact) bool {
	order := d.meet(near, far)
	return order < 0 || order == 0 && d.instant(c)
}

func (s *inquiry) newLink(g giving, last *genealogy.Contact, n node, taken, passed, until event.Time) *link {
	first, second := s.n.Entry(g.contact), s.n.Entry(last)
	l := &link{node: n, first: first.Seq, last: second.Seq, passed: passed}
	l.Via = g.contact.Via
	l.From, l.To = withOffsetOf(taken, first.Event.Time), withOffsetOf(until, second.Event.Time)
	l.Seq = []uint64{first.Seq, second.Seq}
	slices.Sort(l.Seq)
	l.Seq = slices.Compact(l.Seq)
	return l
}

// declared finds the contacts that were declared between carriers of a and
// members of b themselves.
func (s *inquiry) declared(a, b *lineage, carriers []carrier) []link {
	var list []link
	for _, from := range carriers {
		if _, shared := b.at[from.thing]; shared {
			continue
		}
		var best *link
		for _, k := range s.n.Out(from.thing) {
			c := s.n.Contact(k)
			m, ok := b.member(c.Target)
			if _, shared := a.at[c.Target]; c.Via != genealogy.ViaContact || !ok || shared || !m.inner || !enters(c, from.since) || !enters(c, m.open) {
				continue
			}
			if l := s.direct(giving{from, c}, m); l != nil && (best == nil || compareLinks(l, best) < 0) {
				best = l
			}
		}
		if best != nil {
			best.Ref, best.from, best.to = s.n.Ref(from.thing), a, b
			list = append(list, *best)
		}
	}
	return list
}

func (s *inquiry) direct(g giving, m *lineMember) *link {
	var d direction
	taken := d.later(g.since, g.contact.From)
	passed := d.later(taken, m.open)
	until := d.sooner(g.contact.To, m.end)
	if d.meet(taken, g.contact.To) > 0 || d.meet(passed, until) > 0 {
		return nil
	}
	return s.newLink(g, g.contact, node{thing: g.thing}, taken, passed, until)
}
