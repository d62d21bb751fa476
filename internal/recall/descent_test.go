package recall_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"suyuan/internal/event"
)

// What was made of a unit is what has it in its ancestry, both ways.
func TestDescendantsAreThoseThatHaveItInTheirAncestry(t *testing.T) {
	t.Parallel()
	check(t, func(t *rapid.T) {
		h := drawHistory(t)
		at, unit := h.time(), h.unit()
		got := h.g.Descendants(unit, at)
		for _, r := range h.askable() {
			if r.Kind() != event.KindUnit && r.Kind() != event.KindLot {
				continue
			}
			if has, wanted := slices.Contains(got, r), slices.Contains(h.g.Ancestry(r, at), unit); has != wanted {
				t.Fatalf("after\n%s\n%s comes of %s by %s: found %v, its ancestry says %v", h.text(), r, unit, at, has, wanted)
			}
		}
	})
}
