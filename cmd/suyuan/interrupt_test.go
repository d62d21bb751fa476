package main

import (
	"context"
	"fmt"
	"testing"

	"suyuan/internal/logbook"
)

func TestAnInterruptionSaysWhetherSomethingWasRecorded(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	stopped := fmt.Errorf("append: %w", context.Canceled)
	for _, c := range []struct {
		name, id string
		err      error
		want     exit
	}{
		{"before the first commit", "error.interrupted", stopped, exitInterrupted},
		{"after it", "error.cut-short", &logbook.CutShortError{Recorded: 1000, Size: 1001, Err: stopped}, exitCutShort},
		{"in a commit that nobody knows of", "error.unknown-outcome", &logbook.OutcomeUnknownError{Err: stopped}, exitCutShort},
	} {
		e := (&program{}).problemOf(ctx, c.err)
		if e.exit != c.want || e.id != c.id {
			t.Errorf("%s: exit %d, %s, want %d, %s", c.name, e.exit, e.id, c.want, c.id)
		}
	}
}
