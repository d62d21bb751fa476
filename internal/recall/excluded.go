package recall

import (
	"cmp"
	"slices"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
)

// A touch is a meeting of a member and a shared thing or site.
type touch struct {
	lineage *lineage
	member  *lineMember
	contact genealogy.Contact // of a site only times and record
	into    bool              // it can pass to the member
	onward  bool              // the member can pass on by it: what goes in from a closed lot leaves nothing there
}

// able reports whether the member can have passed on at the touch.
func (t *touch) able() bool { return t.onward && t.member.live && enters(&t.contact, t.member.open) }

// inside reports whether the member can have taken on at the touch.
func (t *touch) inside() bool {
	return t.into && t.member.inner && enters(&t.contact, t.member.open) && (direction{}).meet(t.contact.From, t.member.end) <= 0
}

// closed returns the positive that was sampled before the touch began, or nil.
func (t *touch) closed() *finding {
	if f := t.lineage.first(); f != nil && !t.contact.From.IsZero() && t.contact.From.After(f.sampled) {
		return f
	}
	return nil
}

// cleared returns the negative that was sampled after the touch, or nil.
func (t *touch) cleared() *finding {
	switch m := t.member; {
	case m.by != nil && !enters(&t.contact, m.open):
		return m.by
	case !m.live && len(t.lineage.negatives) > 0:
		return t.lineage.negatives[0]
	default:
		return nil
	}
}

// excluded lists the shared things and sites that lineages of two positives
// met and that are no candidates.
func (s *inquiry) excluded(candidates map[event.Ref]bool) []Excluded {
	touches := make(map[event.Ref][]touch)
	for _, l := range s.lineages {
		for i := range l.members {
			s.touches(touches, l, &l.members[i])
			s.presences(touches, l, &l.members[i])
		}
	}
	var list []Excluded
	for r, met := range touches {
		if candidates[r] || !s.several(met) {
			continue
		}
		if x, ok := s.exclude(r, met); ok {
			list = append(list, x)
		}
	}
	slices.SortFunc(list, func(x, y Excluded) int {
		return cmp.Or(cmp.Compare(x.Code, y.Code), compareRefText(x.Ref, y.Ref))
	})
	return list
}

// candidates returns the common sources and those of chains.
func candidates(common []source, chains links) map[event.Ref]bool {
	set := make(map[event.Ref]bool)
	for i := range common {
		set[common[i].Ref] = true
	}
	for i := range chains {
		set[chains[i].Ref] = true
	}
	return set
}

// touches notes where a member met what is shared.
func (s *inquiry) touches(found map[event.Ref][]touch, l *lineage, m *lineMember) {
	note := func(thing int32, c *genealogy.Contact, into bool) {
		if onward := passing.Has(c.Via); shareable(s.n.Ref(thing)) && (onward || into && c.Via == genealogy.ViaMaterial) {
			one := s.one(thing)
			found[one] = append(found[one], touch{l, m, *c, into, onward})
		}
	}
	for _, k := range s.n.Out(m.thing) {
		c := s.n.Contact(k)
		note(c.Target, c, false)
	}
	for _, k := range s.n.In(m.thing) {
		c := s.n.Contact(k)
		note(c.Source, c, true)
	}
}

func shareable(r event.Ref) bool {
	switch r.Kind() {
	case event.KindAliquot, event.KindLot, event.KindEquipment, event.KindRoom, event.KindOperator:
		return true
	default:
		return false
	}
}

// presences notes at which sites a member was.
func (s *inquiry) presences(found map[event.Ref][]touch, l *lineage, m *lineMember) {
	for _, mention := range s.g.History(s.n.Ref(m.thing)) {
		e := s.g.Entry(mention)
		if e.Struck() || e.Event.Site.IsZero() || !present(mention, &e.Event) {
			continue
		}
		span := genealogy.Contact{From: e.Event.Time, To: e.Event.Until(), Entry: mention.Entry}
		found[e.Event.Site] = append(found[e.Event.Site], touch{l, m, span, true, true})
	}
}

// present reports whether what an event mentions so was there.
func present(m genealogy.Mention, e *event.Event) bool {
	switch m.As {
	case genealogy.AsMade, genealogy.AsResidue, genealogy.AsInput, genealogy.AsWorked, genealogy.AsStored, genealogy.AsRetrieved, genealogy.AsShipped,
		genealogy.AsAccepted, genealogy.AsRejected, genealogy.AsCounted, genealogy.AsInfused, genealogy.AsRecipient, genealogy.AsDisposed:
		return true
	case genealogy.AsPatient:
		_, ok := e.Body.(*event.Followup)
		return ok
	default:
		return false
	}
}

// several reports whether lineages of two positives that are apart met.
func (s *inquiry) several(met []touch) bool {
	var list []*lineage
	for i := range met {
		if l := met[i].lineage; !slices.Contains(list, l) {
			if slices.ContainsFunc(list, func(o *lineage) bool { return s.apart(o, l) }) {
				return true
			}
			list = append(list, l)
		}
	}
	return false
}

// exclude says why what two lineages met is no candidate.
func (s *inquiry) exclude(r event.Ref, met []touch) (Excluded, bool) {
	site := r.Kind() == event.KindSite
	switch {
	case site && s.crossed(met, inOrder):
		return Excluded{}, false
	case !site && s.crossed(met, inAnyOrder):
		return Excluded{CleanedOrOrder, r, s.lowest(met)}, true
	}
	if seq := records(met, (*touch).closed); len(seq) > 0 {
		return Excluded{AlreadyPositive, r, seq}, true
	}
	if seq := records(met, (*touch).cleared); len(seq) > 0 {
		return Excluded{NegativeAfter, r, seq}, true
	}
	return Excluded{CleanedOrOrder, r, s.lowest(met)}, !site
}

// crossed reports whether one lineage can have taken on where another can have
// passed on.
func (s *inquiry) crossed(met []touch, ordered func(from, to *touch) bool) bool {
	var from, to []*touch
	for i := range met {
		if t := &met[i]; t.able() {
			from = append(from, t)
		}
		if t := &met[i]; t.inside() {
			to = append(to, t)
		}
	}
	for _, b := range to {
		if slices.ContainsFunc(from, func(a *touch) bool { return a.lineage != b.lineage && s.apart(a.lineage, b.lineage) && ordered(a, b) }) {
			return true
		}
	}
	return false
}

func inAnyOrder(*touch, *touch) bool { return true }

// inOrder reports whether the one can have been there before the other had
// left.
func inOrder(from, to *touch) bool {
	var d direction
	return d.meet(d.later(from.member.open, from.contact.From), d.sooner(to.contact.To, to.member.end)) <= 0
}

// records returns the records of the evidence that touches have.
func records(met []touch, of func(*touch) *finding) []uint64 {
	var seq []uint64
	for i := range met {
		if f := of(&met[i]); f != nil {
			seq = append(seq, f.seq)
		}
	}
	slices.Sort(seq)
	return slices.Compact(seq)
}

// lowest returns the lowest record of a touch of each lineage.
func (s *inquiry) lowest(met []touch) []uint64 {
	least := make(map[*lineage]uint64)
	for i := range met {
		seq := s.n.Entry(&met[i].contact).Seq
		if old, ok := least[met[i].lineage]; !ok || seq < old {
			least[met[i].lineage] = seq
		}
	}
	var seq []uint64
	for _, n := range least {
		seq = append(seq, n)
	}
	slices.Sort(seq)
	return slices.Compact(seq)
}
