package recall

import (
	"errors"
	"fmt"
	"slices"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
)

// A SourceQuery asks what can have caused positives, beside negatives. Where
// none are named, the ledger's tests say which.
type SourceQuery struct {
	Positives, Negatives []event.Ref
	// At is when the states of units are judged; zero means the time of the
	// latest event.
	At event.Time
}

// A SourceAnswer is what the history of positives has in common, as of one size
// of the ledger (recall.md section 4, docs/trace.md under Sources). Lists stand
// in order of references as they are spelled, unless they say otherwise.
type SourceAnswer struct {
	AsOf      AsOf
	At        event.Time
	Positives []Positive
	Negatives []event.Ref
	// Dropped are those of the query's negatives that are none: members of a
	// lineage, samples of these, and what has a positive test.
	Dropped     []event.Ref
	Common      []Common // best first
	Chains      []Chain  // sorted by from, to
	Excluded    []Excluded
	Missing     []Missing   // sorted by code, ref, seq
	NextExposed []event.Ref // units, then patients
}

// A Positive is one positive and the interval in which contamination can have
// entered its lineage.
type Positive struct {
	Ref      event.Ref
	From, To event.Time // zero: open
	// Negative and Positive are the records of the tests that say so, nil where
	// none does.
	Negative, Positive *uint64
}

// A Common is a thing that explains several positives at once.
type Common struct {
	Ref              event.Ref
	Grade            genealogy.Grade
	Explains, Of     int
	NegativesReached int
	// OthersReached is -1 where it was not counted.
	OthersReached int
	Table         Table
}

// Fits reports whether the source explains all positives.
func (c *Common) Fits() bool { return c.Explains == c.Of }

// A Chain is how one positive's lineage can have contaminated another's.
type Chain struct {
	From, To   event.Ref
	Candidates []Candidate
}

// A Candidate is a shared thing, or what a contact was declared with, that can
// have taken contamination on and passed it on between From and To.
type Candidate struct {
	Ref      event.Ref
	Via      genealogy.Via
	From, To event.Time // zero: open
	Seq      []uint64
}

// An ExcludedCode says why a thing or site that two lineages met is no
// candidate.
type ExcludedCode string

// The codes of recall.md section 4.
const (
	AlreadyPositive ExcludedCode = "already-positive"
	NegativeAfter   ExcludedCode = "negative-after"
	CleanedOrOrder  ExcludedCode = "cleaned-or-order"
)

// An Excluded is a shared thing or site that is no candidate, and the records
// that say so.
type Excluded struct {
	Code ExcludedCode
	Ref  event.Ref
	Seq  []uint64
}

// ErrNoPositive is returned where nothing is named and nothing tested positive.
var ErrNoPositive = errors.New("no positive: want a unit or patient, or a positive test of one in the ledger")

// A SubjectError says that something can be neither positive nor negative.
type SubjectError struct{ Ref event.Ref }

// Error names the thing and what was wanted.
func (e *SubjectError) Error() string {
	return fmt.Sprintf("%s %q is neither positive nor negative: want a unit or a patient", e.Ref.Kind(), e.Ref.ID())
}

// An UntestedError says that nothing bounds when a positive was contaminated:
// nothing of its lineage was ever sampled, and nothing infused.
type UntestedError struct{ Ref event.Ref }

// Error names the thing and what was wanted.
func (e *UntestedError) Error() string {
	return fmt.Sprintf("%s %q has neither a sample nor an infusion: want a test of it, or of what it was made from, or an infusion", e.Ref.Kind(), e.Ref.ID())
}

// Sources ranks what can have caused the positives. The cost is that of three
// searches for each positive, of one for each negative or each candidate,
// whichever are fewer, and, where positives or negatives are not named, of one
// reading of all tests. It is shared out among the processors.
func Sources(g *genealogy.Graph, asOf AsOf, q SourceQuery) (*SourceAnswer, error) {
	s, err := newInquiry(g, q)
	if err != nil {
		return nil, err
	}
	a := &SourceAnswer{AsOf: asOf, At: s.at, Negatives: s.negatives, Dropped: s.dropped}
	for _, l := range s.lineages {
		a.Positives = append(a.Positives, l.span(s.n))
	}
	common := s.explaining()
	links := s.chains()
	a.Chains = links.list()
	nodes, refs, other := candidateNodes(common, links), candidates(common, links), s.beside()
	genealogy.Together(func() {
		s.rank(common)
		s.countOthers(common)
		for i := range common {
			a.Common = append(a.Common, common[i].Common)
		}
		a.Excluded = s.excluded(refs)
	}, func() {
		a.NextExposed = other.exposed(nodes)
		a.Missing = other.missing(refs, a.Chains)
	})
	return a, nil
}

// An inquiry is a source query on its way to an answer.
type inquiry struct {
	g          *genealogy.Graph
	n          *genealogy.Network
	at         event.Time
	tests      *evidence
	lineages   []*lineage     // by the positives' references
	barred     map[int32]bool // members of lineages
	negatives  []event.Ref
	dropped    []event.Ref
	clean      map[int32]event.Time // the negatives and when each was last known clean; zero: without end
	aside      map[int32]bool       // the negatives and what is the same
	vias       genealogy.ViaSet
	fore, back *atlas
}

func newInquiry(g *genealogy.Graph, q SourceQuery) (*inquiry, error) {
	s := &inquiry{g: g, n: g.Contacts().Lean(), at: q.At, tests: evidenceOf(g), clean: make(map[int32]event.Time), aside: make(map[int32]bool)}
	if s.at.IsZero() {
		s.at = g.Latest()
	}
	for _, r := range slices.Concat(q.Positives, q.Negatives) {
		if err := askable(g, r); err != nil {
			return nil, err
		}
		if !personal(r) {
			return nil, &SubjectError{r}
		}
	}
	s.vias = (&Query{}).vias()
	s.fore, s.back = newAtlas(s.n, false, s.vias), newAtlas(s.n, true, s.vias)
	s.barred = make(map[int32]bool)
	if err := s.setPositives(q.Positives); err != nil {
		return nil, err
	}
	s.setNegatives(q.Negatives)
	return s, nil
}

// beside returns an inquiry that another goroutine may go on with: it has a network
// of its own. What tests say is the first one's.
func (s *inquiry) beside() *inquiry {
	other := *s
	other.n, other.tests = s.g.Contacts().Lean(), nil
	other.fore, other.back = newAtlas(other.n, false, s.vias), newAtlas(other.n, true, s.vias)
	return &other
}

func (s *inquiry) setPositives(named []event.Ref) error {
	positives := slices.Clone(named)
	if len(named) == 0 {
		for t := range s.tests.all() {
			if t.positive {
				positives = append(positives, t.subject)
			}
		}
	}
	if len(positives) == 0 {
		return ErrNoPositive
	}
	for _, r := range s.distinct(positives) {
		l := s.tests.lineageOf(s.n, r)
		if !l.tested && !s.infused(l) {
			return &UntestedError{r}
		}
		s.lineages = append(s.lineages, l)
		for i := range l.members {
			s.barred[l.members[i].thing] = true
		}
	}
	return nil
}

// infused reports whether a positive was given, or given anything.
func (s *inquiry) infused(l *lineage) bool {
	if l.ref.Kind() == event.KindUnit {
		return !l.close.IsZero()
	}
	return slices.ContainsFunc(l.members, func(m lineMember) bool { return s.n.Ref(m.thing).Kind() == event.KindUnit })
}

// distinct returns references in order, of those that are the same the first.
func (s *inquiry) distinct(refs []event.Ref) []event.Ref {
	refs = slices.Clone(refs)
	slices.SortFunc(refs, compareRefText)
	seen := make(map[event.Ref]bool)
	var list []event.Ref
	for _, r := range refs {
		if seen[r] {
			continue
		}
		list = append(list, r)
		for _, twin := range s.g.Twins(r) {
			seen[twin] = true
		}
	}
	return list
}

func (s *inquiry) setNegatives(named []event.Ref) {
	candidates := named
	if len(named) == 0 {
		candidates = s.ledgerNegatives()
	}
	for _, r := range s.distinct(candidates) {
		if s.tests.positive(r) || s.inLineage(r) {
			if len(named) > 0 {
				s.dropped = append(s.dropped, r)
			}
			continue
		}
		s.negatives = append(s.negatives, r)
		thing, _ := s.n.Thing(r)
		s.clean[thing] = s.lastNegative(r)
		for _, twin := range s.twins(thing) {
			s.aside[twin] = true
		}
	}
}

// ledgerNegatives returns the subjects of negative tests that say something
// about what some lineage's positives found.
func (s *inquiry) ledgerNegatives() []event.Ref {
	assays := make(map[string]bool)
	for _, l := range s.lineages {
		for _, t := range l.positives {
			assays[t.assay] = true
		}
	}
	var list []event.Ref
	for t := range s.tests.all() {
		if !t.positive && len(assays) > 0 && (t.assay == "" || assays[""] || assays[t.assay]) {
			list = append(list, t.subject)
		}
	}
	return list
}

// inLineage reports whether a thing, or what it was sampled from, is a member
// of some lineage.
func (s *inquiry) inLineage(r event.Ref) bool {
	return slices.ContainsFunc(s.tests.spokenFor(r), func(o event.Ref) bool {
		thing, ok := s.n.Thing(o)
		return ok && s.barred[thing]
	})
}

func (s *inquiry) lastNegative(r event.Ref) event.Time {
	var last event.Time
	for _, t := range s.tests.of(r) {
		if !t.positive && (last.IsZero() || t.sampled.After(last)) {
			last = t.sampled
		}
	}
	return last
}

// twins returns a thing and what is the same.
func (s *inquiry) twins(thing int32) []int32 {
	if s.n.Alone(thing) {
		return []int32{thing}
	}
	var list []int32
	for _, r := range s.g.Twins(s.n.Ref(thing)) {
		if twin, ok := s.n.Thing(r); ok {
			list = append(list, twin)
		}
	}
	return list
}
