package recall

import (
	"testing"

	"pgregory.net/rapid"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
)

// Ripples give what a queue gives, but for the order of what comes at one moment.
func TestRipplesKeepTheOrderOfTime(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		backward := rapid.Bool().Draw(t, "backward")
		ripples, plain := newRipples(), queue{}
		waiting := make(map[int32]genealogy.Moment)
		now := genealogy.Always
		for label := range int32(rapid.IntRange(1, 200).Draw(t, "steps")) {
			if rapid.IntRange(0, 2).Draw(t, "pop") == 0 && len(waiting) > 0 {
				at, want := ripples.pop(), plain.pop()
				if at.since != want.since || waiting[at.label] != at.since {
					t.Fatalf("%v of %v, want %v", at.since, waiting[at.label], want.since)
				}
				delete(waiting, at.label)
				now = at.since
				continue
			}
			since := drawMoment(t, backward).Later(now)
			ripples.push(item{since: since, label: label})
			plain.push(item{since: since, label: label})
			waiting[label] = since
		}
		for !plain.empty() {
			if at, want := ripples.pop(), plain.pop(); at.since != want.since {
				t.Fatalf("%v, want %v", at.since, want.since)
			}
		}
		if !ripples.empty() {
			t.Fatal("something was left")
		}
	})
}

func drawMoment(t *rapid.T, backward bool) genealogy.Moment {
	switch rapid.IntRange(0, 9).Draw(t, "form") {
	case 0:
		return genealogy.Always
	case 1:
		return genealogy.Never
	case 2, 3, 4:
		return genealogy.MomentOf(event.TimeFrom(rapid.Int64Range(-3, 3).Draw(t, "near second"), rapid.Int32Range(0, 2).Draw(t, "fraction"), 0), backward)
	default:
		return genealogy.MomentOf(event.TimeFrom(rapid.Int64Range(-1<<35, 1<<35).Draw(t, "second"), rapid.Int32Range(0, 999_999_999).Draw(t, "fraction"), 0), backward)
	}
}
