package logbook

import (
	"errors"
	"slices"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
	"suyuan/internal/identifier"
)

const (
	// MostCandidates is how many things an ambiguous code lists.
	MostCandidates = 20
	// mostCarriers is how many things are looked at before it is said that there
	// are more: a million bags can share a product.
	mostCarriers = 1000
	// mostRelated is how many things that share a broader name are worth reading.
	mostRelated = 5
)

// carriers are what carries a code: under a code's own form, or a broader one.
type carriers struct {
	refs []event.Ref // in order, each once
	cut  bool        // there are more
}

func anyKind(event.Kind) bool { return true }

// lookUp finds what carries the code in any spelling, of the kinds that fit. A
// text can be several codes, and a code can be a broader name of what has a finer
// one: all that can be meant is found (docs/decisions/0152-looking-codes-up.md).
func (s *state) lookUp(text string, fits func(event.Kind) bool) carriers {
	if !s.graph.HasCodes() {
		return carriers{}
	}
	c := &collector{fits: fits, most: mostCarriers}
	c.add(s.graph.ByCode(text)) // also what identifies a person, which has no form
	for _, form := range identifier.Keys(text) {
		for code := range s.graph.Spellings(form) {
			if !c.add(s.graph.ByCode(code)) {
				break
			}
		}
	}
	return c.found()
}

// A collector gathers things, each once.
type collector struct {
	fits func(event.Kind) bool
	most int
	list []event.Ref
	seen map[event.Ref]bool
	cut  bool
}

// add takes things in, and reports whether it wants more.
func (c *collector) add(refs []event.Ref) bool {
	for _, r := range refs {
		if c.seen[r] || !c.fits(r.Kind()) {
			continue
		}
		if len(c.list) == c.most {
			c.cut = true
			return false
		}
		if c.seen == nil {
			c.seen = make(map[event.Ref]bool)
		}
		c.seen[r] = true
		c.list = append(c.list, r)
	}
	return true
}

func (c *collector) found() carriers {
	slices.SortFunc(c.list, event.Ref.Compare)
	return carriers{c.list, c.cut}
}

// one returns the one thing that was found, or nothing; several that are not
// declared to be the same are an [*AmbiguousCodeError].
func (f carriers) one(s *state, text string) (event.Ref, error) {
	switch {
	case len(f.refs) == 0:
		return event.Ref{}, nil
	case len(f.refs) == 1 || !f.cut && s.allSame(f.refs):
		return f.refs[0], nil
	default:
		return event.Ref{}, s.ambiguous(text, f)
	}
}

// allSame reports whether things are declared to be one: of one kind, so that
// whatever stands for one of them can stand for all.
func (s *state) allSame(refs []event.Ref) bool {
	same := s.graph.SameAs(refs[0])
	return !slices.ContainsFunc(refs[1:], func(r event.Ref) bool { return r.Kind() != refs[0].Kind() || !slices.Contains(same, r) })
}

func (s *state) ambiguous(text string, f carriers) *AmbiguousCodeError {
	e := &AmbiguousCodeError{Code: text, Total: len(f.refs), Cut: f.cut, Reading: readingOf(text)}
	for _, r := range f.refs[:min(len(f.refs), MostCandidates)] {
		e.Candidates = append(e.Candidates, s.candidate(r))
	}
	return e
}

func (s *state) candidate(r event.Ref) Candidate {
	g, c := s.graph, Candidate{Ref: r}
	made, _ := g.Made(r)
	c.Site, c.Product = made.Site, made.Product
	if r.Kind() != event.KindUnit {
		return c
	}
	is := g.Status(r, g.Latest())
	c.State = is.State
	if !is.Site.IsZero() {
		c.Site = is.Site
	}
	if is.Product != "" {
		c.Product = is.Product
	}
	return c
}

// related returns things that share a broader name with what the text is a code
// of, and whether there are more.
func (s *state) related(text string) ([]event.Ref, bool) {
	c := &collector{fits: anyKind, most: mostRelated}
	_, broader := identifier.Forms(text)
	for _, form := range broader {
		for code := range s.graph.Spellings(form) {
			if !c.add(s.graph.ByCode(code)) {
				break
			}
		}
	}
	f := c.found()
	return f.refs, f.cut
}

// A Candidate is a thing that a code can mean, and what tells it from others.
type Candidate struct {
	Ref     event.Ref
	Site    event.Ref       // where it is, or was made; may be zero
	State   genealogy.State // of a unit
	Product string
}

// A Reading says how a text was read as a code.
type Reading struct {
	Codes []identifier.Code // those that are more than text
	Wrong *identifier.Error // why it is not the code that it claims to be
	Text  string
}

func readingOf(text string) Reading {
	codes, err := identifier.Parse(text)
	r := Reading{Text: text}
	if errors.As(err, &r.Wrong) {
		return r
	}
	for _, c := range codes {
		if c.Scheme() != identifier.Text {
			r.Codes = append(r.Codes, c)
		}
	}
	return r
}
