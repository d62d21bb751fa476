package logbook

import (
	"context"

	"suyuan/internal/recall"
)

// Sources ranks what can have caused positives as of the first size records;
// size 0 means all.
func (b *Book) Sources(ctx context.Context, q recall.SourceQuery, size uint64) (*recall.SourceAnswer, error) {
	return ask(b, func() (*recall.SourceAnswer, error) {
		g, of, err := b.AsOf(ctx, size)
		if err != nil {
			return nil, err
		}
		a, err := recall.Sources(g, of, q)
		return a, withNear(g, err)
	})
}
