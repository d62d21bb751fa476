package recall_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"suyuan/internal/event"
	"suyuan/internal/recall"
)

// What is exposed next is the same, whether it is searched in order of time or
// not.
func TestExposedNextIsTheSameWithoutAnOrder(t *testing.T) {
	t.Parallel()
	check(t, func(t *rapid.T) {
		h := drawTestedHistory(t)
		plainly, inOrder, ok := recall.Onward(h.g, h.sourceQuery())
		if !ok {
			t.Skip("nothing to ask, or things again and again")
		}
		equal := cmp.Comparer(func(a, b event.Ref) bool { return a == b })
		if diff := cmp.Diff(inOrder, plainly, equal); diff != "" {
			t.Errorf("in order -, without +:\n%s", diff)
		}
	})
}
