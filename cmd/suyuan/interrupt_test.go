package main

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"suyuan/internal/i18n"
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
	unknown := &logbook.OutcomeUnknownError{Err: stopped}
	texts := i18n.New(i18n.English)
	for again, want := range map[bool]string{
		false: `see with "suyuan log --limit 3" whether it is recorded before you run it again`,
		true:  "run the same command again, nothing is recorded twice",
	} {
		if got := (&program{again: again}).problemOf(ctx, unknown).hint(texts); !slices.Equal(got, []string{want}) {
			t.Errorf("again %v: %q, want %q", again, got, want)
		}
	}
}
