package logbook

import (
	"errors"
	"slices"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
	"suyuan/internal/identifier"
	"suyuan/internal/rules"
)

// A CodeNotice says of a code that was recorded what somebody should look at: it is
// on other things too, and no longer tells them apart, or it is not the code that it
// claims to be.
type CodeNotice struct {
	File   string // empty where it was not imported
	Line   int
	Thing  event.Ref
	Code   string
	Others []event.Ref       // that carry it already
	Wrong  *identifier.Error // nil where nothing is
}

// CodeNotices are the first [MostNear] of a call, and how many there are.
type CodeNotices struct {
	List []CodeNotice
	N    int
}

func (n *CodeNotices) add(more []CodeNotice, file string, line int) {
	for _, c := range more {
		if n.N++; len(n.List) < MostNear {
			c.File, c.Line = file, line
			n.List = append(n.List, c)
		}
	}
}

// itemForms returns the normal forms of a text's readings that name one physical
// thing, or what is wrong with it.
func itemForms(text string) (forms []string, wrong *identifier.Error) {
	codes, err := identifier.Parse(text)
	if errors.As(err, &wrong) {
		return nil, wrong
	}
	for i := range codes {
		if codes[i].Names() == identifier.Item {
			forms = append(forms, codes[i].Normal())
		}
	}
	return forms, nil
}

// codeNotices says what is to be looked at of the codes that an event gives, before
// the graph has it.
func (s *state) codeNotices(given []givenCode) []CodeNotice {
	var list []CodeNotice
	for i := range given {
		g := &given[i]
		n := CodeNotice{Thing: g.thing, Code: g.code, Wrong: g.wrong, Others: s.carriersOf(g.items, g.thing, anyCarrier)}
		if n.Wrong != nil || len(n.Others) > 0 {
			list = append(list, n)
		}
	}
	return list
}

func anyCarrier(string, event.Ref) bool { return true }

// carriersOf returns what fits and has one of the forms as its own, but for one thing
// and what is declared to be the same.
func (s *state) carriersOf(forms []string, but event.Ref, fits func(code string, r event.Ref) bool) []event.Ref {
	var refs []event.Ref
	for _, form := range forms {
		for code, own := range s.graph.Spellings(form) {
			if !own {
				continue
			}
			for _, r := range s.graph.ByCode(code) {
				if fits(code, r) {
					refs = append(refs, r)
				}
			}
		}
	}
	if len(refs) == 0 {
		return nil
	}
	same := s.graph.SameAs(but)
	slices.SortFunc(refs, event.Ref.Compare)
	return slices.DeleteFunc(slices.Compact(refs), func(r event.Ref) bool { return slices.Contains(same, r) })
}

// checkCodes returns the rules that the codes in an event break: a new unit or lot
// whose id is the code of another one, and codes that can tell who somebody is.
func (s *state) checkCodes(e *event.Event, given []givenCode) []rules.Violation {
	var list []rules.Violation
	for i := range given {
		if g := &given[i]; g.wrong != nil && g.wrong.Problem == identifier.ProblemPerson {
			list = append(list, rules.Refused(&event.Error{
				Rule: event.RuleIdentifies, Path: "codes", Found: "a code of " + g.thing.String() + " that can tell who somebody is", Want: g.wrong.Want, Offset: -1,
			}))
		}
	}
	check := func() { list = append(list, s.madeByCodes(e)...) }
	switch {
	case len(makes(e)) == 0:
	case e.Replaces == "":
		check()
	default:
		s.graph.Suppose(e.Replaces, check) // what it replaces gives no codes any more
	}
	return list
}

// madeByCodes finds the things that new ones would be, by their ids: that are there,
// or that the event makes as well.
func (s *state) madeByCodes(e *event.Event) []rules.Violation {
	if !s.graph.HasCodes() && !slices.ContainsFunc(makes(e), genealogy.IsIdentity) {
		return nil
	}
	var list []rules.Violation
	type identity struct {
		kind event.Kind
		form string
	}
	there := make(map[identity]event.Ref)
	for path, r := range e.Refs {
		if !makesIt(e, r) || s.graph.Known(r) || slices.ContainsFunc(list, func(v rules.Violation) bool { return v.Ref == r }) {
			continue
		}
		if v, ok := s.madeByCode(path, r); ok {
			list = append(list, v)
		}
		for _, form := range genealogy.IdentityForms(r) {
			as := identity{r.Kind(), form}
			if other, ok := there[as]; ok && other != r {
				list = append(list, rules.Violation{Rule: rules.MadeTwice, Variant: rules.CarriesCode, Ref: r, Other: other, Path: path})
				break
			}
			there[as] = r
		}
	}
	return list
}

// makes lists what an event makes.
func makes(e *event.Event) []event.Ref {
	outputs := e.Outputs()
	list := make([]event.Ref, len(outputs), len(outputs)+1)
	for i := range outputs {
		list[i] = outputs[i].Thing()
	}
	if b, ok := e.Body.(*event.Infusion); ok && !b.Residue.IsZero() {
		list = append(list, b.Residue)
	}
	return list
}

// madeByCode finds the thing that a new one would be, by its id: what carries it,
// where it is the code of one physical thing, or what has another spelling of it as
// its id.
func (s *state) madeByCode(path string, r event.Ref) (v rules.Violation, found bool) {
	items, _ := itemForms(r.ID())
	others := s.carriersOf(items, r, func(_ string, o event.Ref) bool { return o.Kind() == r.Kind() })
	if len(others) == 0 {
		others = s.carriersOf(genealogy.IdentityForms(r), r, func(code string, o event.Ref) bool { return o.Kind() == r.Kind() && o.ID() == code })
	}
	if len(others) == 0 {
		return v, false
	}
	v = rules.Violation{Rule: rules.MadeTwice, Variant: rules.CarriesCode, Ref: r, Other: others[0], Path: path}
	if made, ok := s.graph.Made(v.Other); ok {
		v.Seq, v.HasSeq, v.Limit = made.Entry.Seq, true, made.Entry.Event.Time
	}
	return v, true
}
