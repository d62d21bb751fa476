package eventtest_test

import (
	"testing"

	"pgregory.net/rapid"

	"suyuan/internal/event"
	"suyuan/internal/event/eventtest"
)

func TestGenDrawsTheTypeThatWasAskedFor(t *testing.T) {
	t.Parallel()
	for _, typ := range event.Types() {
		rapid.Check(t, func(t *rapid.T) {
			if e := eventtest.Gen(typ).Draw(t, "event"); e.Type != typ {
				t.Fatalf("Gen(%q) drew a %q", typ, e.Type)
			}
		})
	}
}
