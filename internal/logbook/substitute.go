package logbook

import (
	"iter"
	"slices"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
	"suyuan/internal/identifier"
)

// A Meant says which thing a code in an event was taken for.
type Meant struct {
	Code event.Ref // as the event named it: the kind, and the code as an id
	Ref  event.Ref
}

// An understood event has what its codes mean in their place.
type understood struct {
	event event.Event
	meant []Meant
}

// understand finds out what the codes in an event mean that it has in place of ids
// (docs/decisions/0153-codes-in-events.md). derived says that the event's id was
// derived from it. has reports whether the ledger has the event as it stands.
func (s *state) understand(e *event.Event, derived bool, has func(*event.Event) (bool, error)) (u understood, err error) {
	u.event = *e
	ever := s.strangers(e)
	if len(ever) == 0 {
		return u, nil
	}
	if there, err := has(e); there || err != nil {
		return u, err
	}
	// What the same text meant when it was recorded, it may no longer mean.
	for meant := range combinations(ever) {
		as, err := meaning(e, derived, meant)
		if err != nil {
			continue
		}
		if there, err := has(&as); there || err != nil {
			return understood{as, meant}, err
		}
	}
	var meant []Meant
	for i := range ever {
		code := ever[i].code
		ref, err := s.lookUp(code.ID(), func(k event.Kind) bool { return k == code.Kind() }).one(s, code.ID())
		if err != nil {
			return u, atMember(e, code, err)
		}
		if !ref.IsZero() {
			meant = append(meant, Meant{code, ref})
		}
	}
	if len(meant) == 0 {
		return u, nil
	}
	as, err := meaning(e, derived, meant)
	return understood{as, meant}, err
}

func atMember(e *event.Event, code event.Ref, err error) error {
	ambiguous, ok := err.(*AmbiguousCodeError) //nolint:errorlint // of one
	if !ok {
		return err
	}
	for path, r := range e.Refs {
		if r == code {
			ambiguous.Member = path
			break
		}
	}
	return ambiguous
}

// meaning returns the event with what its codes mean in their place.
func meaning(e *event.Event, derived bool, meant []Meant) (event.Event, error) {
	as, err := event.Parse(e.Bytes())
	if err != nil {
		return event.Event{}, err
	}
	names := make(map[event.Ref]event.Ref, len(meant))
	for _, m := range meant {
		names[m.Code] = m.Ref
	}
	as.Rename(names)
	if derived {
		as.ID = ""
	}
	if err := as.Validate(); err != nil {
		return event.Event{}, err
	}
	as.Identify()
	return as, nil
}

// A stranger is what an event names although nothing of that kind has the id, with
// all that ever had it as a code.
type stranger struct {
	code event.Ref
	ever []event.Ref
}

// strangers lists what an event names that can be codes. What it makes has a new id.
func (s *state) strangers(e *event.Event) []stranger {
	if !s.graph.HasCodes() {
		return nil
	}
	var list []stranger
	for r := range e.Named {
		if s.graph.Known(r) || makesIt(e, r) || metBefore(list, r) {
			continue
		}
		if ever := s.everCarried(r); len(ever) > 0 {
			list = append(list, stranger{r, ever})
		}
	}
	return list
}

func metBefore(list []stranger, r event.Ref) bool {
	for i := range list {
		if list[i].code == r {
			return true
		}
	}
	return false
}

func makesIt(e *event.Event, r event.Ref) bool { return slices.Contains(makes(e), r) }

// everCarried returns the things of r's kind that the records ever said to carry its
// id as a code, whether they still do or not.
func (s *state) everCarried(r event.Ref) []event.Ref {
	c := &collector{fits: func(k event.Kind) bool { return k == r.Kind() }, most: mostCarriers}
	c.add(s.graph.EverByCode(r.ID()))
	for _, form := range identifier.Keys(r.ID()) {
		for code := range s.graph.Spellings(form) {
			if !c.add(s.graph.EverByCode(code)) {
				break
			}
		}
	}
	return c.found().refs
}

// mostCombinations is how many readings of an event are compared with the record of
// its id.
const mostCombinations = 64

// combinations yields what all strangers together may have meant, each left as it
// is too where others are not.
func combinations(list []stranger) iter.Seq[[]Meant] {
	return func(yield func([]Meant) bool) {
		left := mostCombinations
		var choose func(i int, meant []Meant) bool
		choose = func(i int, meant []Meant) bool {
			if i == len(list) {
				left--
				return left >= 0 && (len(meant) == 0 || yield(meant))
			}
			for _, r := range list[i].ever {
				if !choose(i+1, append(meant[:len(meant):len(meant)], Meant{list[i].code, r})) {
					return false
				}
			}
			return choose(i+1, meant)
		}
		choose(0, nil)
	}
}

// A givenCode is a code that an event gives to a thing, read ahead.
type givenCode struct {
	thing event.Ref
	code  string
	items []string          // forms that name one physical thing
	wrong *identifier.Error // why it is not the code that it claims to be
}

// givenCodes reads the codes that an event gives.
func givenCodes(e *event.Event) []givenCode {
	var list []givenCode
	genealogy.EachCode(e, func(r event.Ref, void bool, codes []string) {
		for _, code := range codes {
			if !void {
				g := givenCode{thing: r, code: code}
				g.items, g.wrong = itemForms(code)
				list = append(list, g)
			}
		}
	})
	return list
}
