package recall

import (
	"cmp"
	"iter"
	"slices"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
)

// A finding is a test that says positive or negative.
type finding struct {
	seq      uint64
	sampled  event.Time
	assay    string
	positive bool
	subject  event.Ref // the unit or patient it is of
}

func compareFindings(a, b *finding) int {
	return cmp.Or(a.sampled.Compare(b.sampled), cmp.Compare(a.seq, b.seq))
}

// bears reports whether a negative says something about what a positive found.
func (f *finding) bears(positive *finding) bool {
	return f.assay == "" || positive.assay == "" || f.assay == positive.assay
}

// evidence are the tests that count, by the things that they are of, as far as
// somebody asked.
type evidence struct {
	g     *genealogy.Graph
	found map[uint64]*finding // by record
	heard map[event.Ref][]*finding
	said  map[event.Ref][]event.Ref // by subject: what a test of it is of
}

func evidenceOf(g *genealogy.Graph) *evidence {
	return &evidence{
		g: g, found: make(map[uint64]*finding), heard: make(map[event.Ref][]*finding), said: make(map[event.Ref][]event.Ref),
	}
}

// all yields every test that counts, in order of records: all tests are read.
func (f *evidence) all() iter.Seq[*finding] {
	return func(yield func(*finding) bool) {
		for e := range f.g.OfType(event.TypeTest) {
			if found := f.finding(e); found != nil && !yield(found) {
				return
			}
		}
	}
}

// of returns the tests that are of a thing, in order of records: those of the
// thing itself, of what was sampled from it, and of what is the same.
func (f *evidence) of(r event.Ref) []*finding {
	list, known := f.heard[r]
	if known {
		return list
	}
	subjects := []event.Ref{r}
	for i := 0; i < len(subjects); i++ {
		for _, s := range append(f.g.Twins(subjects[i]), f.samples(subjects[i])...) {
			if !slices.Contains(subjects, s) {
				subjects = append(subjects, s)
			}
		}
	}
	for _, s := range subjects {
		for _, m := range f.g.History(s) {
			if m.As != genealogy.AsTested && m.As != genealogy.AsSample {
				continue
			}
			if found := f.finding(f.g.Entry(m)); found != nil && found.subject == s {
				list = append(list, found)
			}
		}
	}
	slices.SortFunc(list, func(a, b *finding) int { return cmp.Compare(a.seq, b.seq) })
	list = slices.Compact(list)
	f.heard[r] = list
	return list
}

// samples returns the samples that a manufacture took from a thing.
func (f *evidence) samples(r event.Ref) []event.Ref {
	var list []event.Ref
	for _, m := range f.g.History(r) {
		if m.As != genealogy.AsInput || f.g.Struck(m) {
			continue
		}
		b := f.g.Entry(m).Event.Body.(*event.Manufacture)
		for i := range b.Outputs {
			if b.Outputs[i].Role == event.RoleSample {
				list = append(list, b.Outputs[i].Thing())
			}
		}
	}
	return list
}

// finding returns what an entry found; nil if it counts for nothing. Of one entry
// it is always the same.
func (f *evidence) finding(e *genealogy.Entry) *finding {
	b, ok := e.Event.Body.(*event.Test)
	if !ok || e.Struck() || b.Result != event.ResultPositive && b.Result != event.ResultNegative {
		return nil
	}
	subject := b.Subject
	if !personal(subject) {
		subject = b.Sample
	}
	if subject.IsZero() {
		return nil
	}
	found := f.found[e.Seq]
	if found == nil {
		found = &finding{e.Seq, b.Sampled, b.Assay, b.Result == event.ResultPositive, subject}
		f.found[e.Seq] = found
	}
	return found
}

// personal reports whether r is of the kinds that positives and negatives are.
func personal(r event.Ref) bool { return personalKind(r.Kind()) }

func personalKind(k event.Kind) bool { return k == event.KindUnit || k == event.KindPatient }

// spokenFor returns what a test of a thing is of: that thing, what it was
// sampled from, and what is the same.
func (f *evidence) spokenFor(r event.Ref) []event.Ref {
	if list, ok := f.said[r]; ok {
		return list
	}
	var list []event.Ref
	add := func(refs ...event.Ref) {
		for _, r := range refs {
			if !slices.Contains(list, r) {
				list = append(list, r)
			}
		}
	}
	add(r)
	for i := 0; i < len(list); i++ {
		add(f.g.Twins(list[i])...)
		for _, m := range f.g.Makings(list[i]) {
			if b, ok := m.Entry.Event.Body.(*event.Manufacture); ok && m.Role == event.RoleSample {
				for k := range b.Inputs {
					add(b.Inputs[k].Unit)
				}
			}
		}
	}
	f.said[r] = list
	return list
}

// positive reports whether any test found something in r.
func (f *evidence) positive(r event.Ref) bool {
	return slices.ContainsFunc(f.of(r), func(t *finding) bool { return t.positive })
}

// A lineMember is one thing of a lineage. Backward, a zero time is without end.
type lineMember struct {
	thing int32
	until event.Time // when it can last have passed to the positive
	open  event.Time // when its interval opens; zero: always
	by    *finding   // the negative that opens it, if one does
	live  bool
	last  event.Time // as until, through what its targets' negatives leave
	inner bool       // it has an interval
	end   event.Time // its interval's end; zero: none
}

// A lineage is a positive and what passed on to it by being made into it.
type lineage struct {
	ref       event.Ref
	members   []lineMember    // the positive first
	at        map[int32]int32 // members by thing
	positives []*finding      // those of the lineage, the first first
	negatives []*finding      // those that count, the last first
	close     event.Time
	tested    bool // some member was ever tested
}

// within are the contacts within a lineage.
var within = genealogy.SetOf(genealogy.ViaInput, genealogy.ViaInfusion, genealogy.ViaSame)

var backwards = direction{backward: true}

// lineageOf finds the lineage of a positive and the interval of each member.
func (f *evidence) lineageOf(n *genealogy.Network, r event.Ref) *lineage {
	l := &lineage{ref: r, at: make(map[int32]int32)}
	p, _ := n.Thing(r)
	descend(n, p, func(int32, event.Time, *genealogy.Contact) bool { return true }, func(thing int32, until event.Time) {
		l.at[thing] = int32(len(l.members)) //nolint:gosec // no more than things
		l.members = append(l.members, lineMember{thing: thing, until: until})
	})
	f.positives(n, l)
	l.close = f.closing(l)
	for i := range l.members {
		f.opening(n, l, &l.members[i])
	}
	slices.SortFunc(l.negatives, func(a, b *finding) int { return -compareFindings(a, b) })
	descend(n, p, l.admits, func(thing int32, last event.Time) {
		m := &l.members[l.at[thing]]
		m.live, m.last = true, last
		m.end = direction{}.sooner(l.close, last)
		m.inner = m.open.IsZero() || m.end.IsZero() || !m.open.After(m.end)
	})
	return l
}

// descend visits what can have passed to a thing within its lineage, with the
// latest time at which it can, by those contacts that are admitted.
func descend(n *genealogy.Network, p int32, admits func(target int32, until event.Time, c *genealogy.Contact) bool, visit func(thing int32, until event.Time)) {
	q := newTimetable(backwards)
	q.reach(p, event.Time{})
	for at, until, ok := q.next(); ok; at, until, ok = q.next() {
		visit(at, until)
		for _, k := range n.In(at) {
			c := n.Contact(k)
			if !within.Has(c.Via) || !personalKind(n.Kind(c.Source)) || !admits(at, until, c) {
				continue
			}
			if t := backwards.later(until, c.To); backwards.meet(t, c.From) <= 0 {
				q.reach(c.Source, t)
			}
		}
	}
}

// admits reports whether a contact enters a member in time.
func (l *lineage) admits(target int32, until event.Time, c *genealogy.Contact) bool {
	m := &l.members[l.at[target]]
	return enters(c, m.open) && (m.open.IsZero() || until.IsZero() || !m.open.After(until))
}

// enters reports whether a contact reaches beyond the time at which an interval
// opens. A sample that is drawn as a step ends speaks for the step.
func enters(c *genealogy.Contact, open event.Time) bool {
	if open.IsZero() || c.To.IsZero() {
		return true
	}
	order := c.To.Compare(open)
	return order > 0 || order == 0 && backwards.instant(c)
}

// positives finds what closes the lineage's interval. What was found in a rest
// after its part had been taken says nothing of the part.
func (f *evidence) positives(n *genealogy.Network, l *lineage) {
	for i := range l.members {
		m := &l.members[i]
		for _, t := range f.of(n.Ref(m.thing)) {
			l.tested = true
			if t.positive && (m.until.IsZero() || !t.sampled.After(m.until)) && !slices.Contains(l.positives, t) {
				l.positives = append(l.positives, t)
			}
		}
	}
	slices.SortFunc(l.positives, compareFindings)
}

// closing returns when contamination must have entered: by the first positive,
// or else before the unit was given.
func (f *evidence) closing(l *lineage) event.Time {
	if len(l.positives) > 0 {
		return l.positives[0].sampled
	}
	var last event.Time
	if l.ref.Kind() != event.KindUnit {
		return last
	}
	for _, r := range f.g.Twins(l.ref) {
		for _, m := range f.g.History(r) {
			if e := f.g.Entry(m); m.As == genealogy.AsInfused && !e.Struck() && (last.IsZero() || e.Event.Until().After(last)) {
				last = e.Event.Until()
			}
		}
	}
	return last
}

// opening finds when a member can first have been contaminated: after its last
// negative sample, or else from its making on.
func (f *evidence) opening(n *genealogy.Network, l *lineage, m *lineMember) {
	r := n.Ref(m.thing)
	for _, t := range f.of(r) {
		if t.positive || len(l.positives) == 0 || !t.sampled.Before(l.positives[0].sampled) ||
			!slices.ContainsFunc(l.positives, t.bears) {
			continue
		}
		if !slices.Contains(l.negatives, t) {
			l.negatives = append(l.negatives, t)
		}
		if m.by == nil || m.by.sampled.Before(t.sampled) {
			m.by, m.open = t, t.sampled
		}
	}
	if m.by != nil || r.Kind() != event.KindUnit {
		return
	}
	for _, twin := range f.g.Twins(r) {
		if made, ok := f.g.Made(twin); ok && (m.open.IsZero() || made.Entry.Event.Time.Before(m.open)) {
			m.open = made.Entry.Event.Time
		}
	}
}

// member returns the member that a thing is.
func (l *lineage) member(thing int32) (*lineMember, bool) {
	i, ok := l.at[thing]
	if !ok {
		return nil, false
	}
	return &l.members[i], true
}

// first returns the positive that closes the interval, or nil.
func (l *lineage) first() *finding {
	if len(l.positives) == 0 {
		return nil
	}
	return l.positives[0]
}

// span returns the lineage's interval as answers show it.
func (l *lineage) span(n *genealogy.Network) Positive {
	p := Positive{Ref: l.ref, To: l.close, Positive: l.first().record()}
	var earliest *lineMember
	for i := range l.members {
		m := &l.members[i]
		if !m.inner || n.Ref(m.thing).Kind() != event.KindUnit {
			continue
		}
		if earliest == nil || cmp.Or((direction{}).compare(m.open, earliest.open), compareBy(m.by, earliest.by)) < 0 {
			earliest = m
		}
	}
	if earliest == nil {
		earliest = &l.members[0]
	}
	p.From, p.Negative = earliest.open, earliest.by.record()
	return p
}

// compareBy puts what a test says before what no test says.
func compareBy(a, b *finding) int {
	switch {
	case a == nil || b == nil:
		return boolCompare(a == nil, b == nil)
	default:
		return cmp.Compare(a.seq, b.seq)
	}
}

// record returns the number of the record of a finding, nil where there is none.
func (f *finding) record() *uint64 {
	if f == nil {
		return nil
	}
	return &f.seq
}
