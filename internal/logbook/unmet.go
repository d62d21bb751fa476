package logbook

import (
	"context"

	"suyuan/internal/event"
)

// unmet names the milestones of a case that are not met at a time.
func (b *Book) unmet(_ context.Context, _ *state, _ event.Ref, _ event.Time) []string { return nil }
