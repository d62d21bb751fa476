package logbook

import (
	"context"
	"slices"
	"strings"

	"suyuan/internal/event"
	"suyuan/internal/ledger"
	"suyuan/internal/rules"
)

// Resolve reads a reference kind:id, or a code in any spelling that one thing
// carries. What several things carry is an [*AmbiguousCodeError], and what the
// ledger does not name an [*UnknownThingError] with what is near.
func (b *Book) Resolve(ctx context.Context, text string) (event.Ref, error) {
	return b.ResolveAt(ctx, text, 0)
}

// ResolveAt is Resolve by what the first size records say of codes; size 0 means
// all.
func (b *Book) ResolveAt(ctx context.Context, text string, size uint64) (event.Ref, error) {
	return ask(b, func() (r event.Ref, err error) {
		err = b.reading(ctx, func(l *ledger.Ledger) error {
			if err := b.catchUp(ctx, l); err != nil {
				return err
			}
			s := b.state
			if r, err = event.ParseRef(text); err == nil && s.graph.Known(r) {
				return nil // whether it was there at that size is for who asks to say
			}
			if s, err = b.asOf(ctx, l, size); err == nil {
				r, err = s.resolve(text)
			}
			return err
		})
		return r, err
	})
}

// KindOf returns the kind of the one thing, of some kinds, that carries a code in any
// spelling, or [event.KindNone] where nothing does. What several carry, or one carries
// and another has as its id, is an [*AmbiguousCodeError].
func (b *Book) KindOf(ctx context.Context, code string, kinds []event.Kind) (event.Kind, error) {
	return ask(b, func() (k event.Kind, err error) {
		err = b.reading(ctx, func(l *ledger.Ledger) error {
			if err := b.catchUp(ctx, l); err != nil {
				return err
			}
			r, err := b.state.amongKinds(code, kinds).one(b.state, code)
			k = r.Kind()
			return err
		})
		return k, err
	})
}

// amongKinds finds what of some kinds carries a code, and, if anything does, what has
// it as its id: with its kind in front it will be taken for that.
func (s *state) amongKinds(code string, kinds []event.Kind) carriers {
	found := s.lookUp(code, func(k event.Kind) bool { return slices.Contains(kinds, k) })
	if len(found.refs) == 0 {
		return found
	}
	for _, k := range kinds {
		if r, err := event.NewRef(k, code); err == nil && s.graph.Known(r) && !slices.Contains(found.refs, r) {
			found.refs = append(found.refs, r)
		}
	}
	return found
}

func (s *state) resolve(text string) (event.Ref, error) {
	name, id, named := strings.Cut(text, ":")
	kind, ok := event.ParseKind(name)
	if !named || !ok {
		return s.byCode(text)
	}
	ref, err := event.ParseRef(text)
	if err == nil && s.graph.Known(ref) {
		return ref, nil
	}
	found, foundErr := s.lookUp(id, func(k event.Kind) bool { return k == kind }).one(s, text)
	switch {
	case foundErr != nil:
		return event.Ref{}, foundErr
	case !found.IsZero():
		return found, nil
	case err != nil:
		return event.Ref{}, err
	default:
		return event.Ref{}, s.unknownThing(ref)
	}
}

// byCode finds what carries a code, whatever its kind.
func (s *state) byCode(text string) (event.Ref, error) {
	ref, err := s.lookUp(text, anyKind).one(s, text)
	if err != nil || !ref.IsZero() {
		return ref, err
	}
	near, more := s.related(text)
	return event.Ref{}, &UnknownThingError{Text: text, Near: append(s.nearID(text), near...), Related: more, Reading: readingOf(text)}
}

func (s *state) unknownThing(r event.Ref) error {
	return &UnknownThingError{Text: r.String(), Ref: r, Near: append(s.named(r), rules.Near(s.graph, r)...)}
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
