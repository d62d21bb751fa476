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
