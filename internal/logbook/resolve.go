package logbook

import (
	"context"
	"strings"

	"suyuan/internal/event"
	"suyuan/internal/rules"
)

// Resolve reads a reference kind:id, or a code that one thing carries. Of what
// the ledger does not name it is an [*UnknownThingError] with what is near.
func (b *Book) Resolve(ctx context.Context, text string) (event.Ref, error) {
	return ask(b, func() (event.Ref, error) {
		s, err := b.load(ctx)
		if err != nil {
			return event.Ref{}, err
		}
		return s.resolve(text)
	})
}

func (s *state) resolve(text string) (event.Ref, error) {
	kind, _, _ := strings.Cut(text, ":")
	if _, ok := event.ParseKind(kind); ok && strings.Contains(text, ":") {
		ref, err := event.ParseRef(text)
		if err != nil {
			return event.Ref{}, err
		}
		if !s.graph.Known(ref) {
			return event.Ref{}, s.unknownThing(ref)
		}
		return ref, nil
	}
	switch refs := s.graph.ByCode(text); len(refs) {
	case 0:
		return event.Ref{}, &UnknownThingError{text, event.Ref{}, s.nearID(text)}
	case 1:
		return refs[0], nil
	default:
		return event.Ref{}, &AmbiguousCodeError{text, refs}
	}
}

func (s *state) unknownThing(r event.Ref) error {
	return &UnknownThingError{r.String(), r, append(s.named(r), rules.Near(s.graph, r)...)}
}

// named returns the things of other kinds with the very id of r.
func (s *state) named(r event.Ref) []event.Ref {
	var list []event.Ref
	for _, k := range event.Kinds() {
		ref, err := event.NewRef(k, r.ID())
		if err == nil && ref != r && s.graph.Known(ref) {
			list = append(list, ref)
		}
	}
	return list
}

// nearID returns the things, of any kind, with an id like the text.
func (s *state) nearID(text string) []event.Ref {
	var list []event.Ref
	for _, k := range event.Kinds() {
		ref, err := event.NewRef(k, text)
		if err != nil {
			continue
		}
		if s.graph.Known(ref) {
			list = append(list, ref)
		}
		list = append(list, rules.Near(s.graph, ref)...)
	}
	return list
}
