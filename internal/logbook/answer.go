package logbook

import (
	"context"
	"errors"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
	"suyuan/internal/ledger"
	"suyuan/internal/recall"
	"suyuan/internal/rules"
)

// AsOf returns what the first size records say, and how answers name them; size
// 0 means all.
func (b *Book) AsOf(ctx context.Context, size uint64) (*genealogy.Graph, recall.AsOf, error) {
	var s *state
	err := b.reading(ctx, func(l *ledger.Ledger) (err error) {
		s, err = b.asOf(ctx, l, size)
		return err
	})
	if err != nil {
		return nil, recall.AsOf{}, err
	}
	return s.graph, s.name(), nil
}

// Lost returns the records that the ledger declares lost; nil where it took
// nobody's place, or nothing was lost.
func (b *Book) Lost() []recall.Lost { return lostBefore(&b.genesis) }

// Trace answers a query as of the first size records; size 0 means all.
func (b *Book) Trace(ctx context.Context, q recall.Query, size uint64) (*recall.Answer, error) {
	return ask(b, func() (*recall.Answer, error) {
		g, of, err := b.AsOf(ctx, size)
		if err != nil {
			return nil, err
		}
		a, err := recall.Trace(g, of, q)
		return a, withNear(g, err)
	})
}

// Brief answers a query by the search alone, as of the first size records; size 0
// means all.
func (b *Book) Brief(ctx context.Context, q recall.Query, size uint64) (*recall.Brief, error) {
	return ask(b, func() (*recall.Brief, error) {
		g, of, err := b.AsOf(ctx, size)
		if err != nil {
			return nil, err
		}
		a, err := recall.BriefOf(g, of, q)
		return a, withNear(g, err)
	})
}

// WhatIf says what each assumption behind a trace is worth, as of the first
// size records; size 0 means all.
func (b *Book) WhatIf(ctx context.Context, q recall.Query, size uint64) (*recall.WhatIf, error) {
	return ask(b, func() (*recall.WhatIf, error) {
		g, of, err := b.AsOf(ctx, size)
		if err != nil {
			return nil, err
		}
		w, err := recall.WhatIfOf(g, of, q)
		return w, withNear(g, err)
	})
}

// Balance accounts for every unit of a donor, lot, batch or unit, at a time and
// as of the first size records; a zero time is that of the latest event, size 0
// means all.
func (b *Book) Balance(ctx context.Context, r event.Ref, at event.Time, size uint64) (*recall.BalanceAnswer, error) {
	return ask(b, func() (*recall.BalanceAnswer, error) {
		g, of, err := b.AsOf(ctx, size)
		if err != nil {
			return nil, err
		}
		from := at
		if from.IsZero() {
			from = g.Latest()
		}
		a, err := recall.BalanceOf(g, of, r, from)
		return a, withNear(g, err)
	})
}

// withNear adds to an unknown source what is near it.
func withNear(g *genealogy.Graph, err error) error {
	var unknown *recall.UnknownThingError
	if errors.As(err, &unknown) {
		return &UnknownThingError{Text: unknown.Ref.String(), Ref: unknown.Ref, Near: rules.Near(g, unknown.Ref)}
	}
	return err
}
