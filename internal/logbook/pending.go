package logbook

import (
	"context"

	"suyuan/internal/event"
	"suyuan/internal/recall"
)

// Pending lists the tests that conditional releases left to come, as a time
// has them.
func (b *Book) Pending(ctx context.Context, at event.Time) (*recall.PendingTests, error) {
	return ask(b, func() (*recall.PendingTests, error) {
		g, of, err := b.AsOf(ctx, 0)
		if err != nil {
			return nil, err
		}
		return recall.PendingAt(g, of, at), nil
	})
}

// Certificate says how the tests of a batch or a unit meet its product's
// specification.
func (b *Book) Certificate(ctx context.Context, r event.Ref, at event.Time, size uint64) (*recall.Certificate, error) {
	return ask(b, func() (*recall.Certificate, error) {
		g, of, err := b.AsOf(ctx, size)
		if err != nil {
			return nil, err
		}
		c, err := recall.CertificateOf(g, of, r, at)
		return c, withNear(g, err)
	})
}

// Papers are what goes with a shipment, as a time has it; the zero time is that
// of the latest event.
func (b *Book) Papers(ctx context.Context, shipment event.Ref, at event.Time, size uint64) (*recall.Papers, error) {
	return ask(b, func() (*recall.Papers, error) {
		g, of, err := b.AsOf(ctx, size)
		if err != nil {
			return nil, err
		}
		p, err := recall.PapersOf(g, of, shipment, at)
		return p, withNear(g, err)
	})
}
