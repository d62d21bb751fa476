package event_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"suyuan/internal/event"
)

func TestAnAssayIsOneHoweverItIsSpelt(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		a, b string
		same bool
	}{
		{"sterility", "sterility", true},
		{"sterility", "Sterility", true},
		{"sterility", " STERILITY ", true},
		{"CD3+ T", "ＣＤ３＋ Ｔ", true},
		{"CD3 阳性率", "CD3阳性率", true},
		{"CD3\u3000阳性率", "cd3 阳性率", true},
		{"IFN-γ", "IFN\u2011Γ", true},
		{"TNF-α", "TNF–α", true},
		{"无菌", "无\u200b菌", true},
		{"µg", "μg", true},
		{"panel 1 1", "panel 11", false},
		{"panel 1  1", "Panel 1 1", true},
		{"panel 1", "panel1", true},
		{"CD3", "CD8", false},
		{"CD3", "CD3+", false},
		{"无菌", "无菌检查", false},
		{"sterility", "", false},
		{" ", "", false},
		{" ", "\u200b", false},
		{"", "", true},
	} {
		if got := event.SameAssay(row.a, row.b); got != row.same {
			t.Errorf("%q and %q: got %v", row.a, row.b, got)
		}
		if event.SameAssay(row.a, row.b) != event.SameAssay(row.b, row.a) {
			t.Errorf("%q and %q: not both ways", row.a, row.b)
		}
	}
}

func TestSpellingsOfOneAssayAreAllOne(t *testing.T) {
	t.Parallel()
	name := rapid.StringOfN(rapid.SampledFrom([]rune("aAΓγ１1 \u3000\u00a0\u200b-–菌")), 0, 4, -1)
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := name.Draw(t, "a"), name.Draw(t, "b"), name.Draw(t, "c")
		if event.SameAssay(a, b) && event.SameAssay(b, c) && !event.SameAssay(a, c) {
			t.Fatalf("%q is %q is %q, and the first is not the last", a, b, c)
		}
		if strings.TrimSpace(strings.ReplaceAll(a, "\u200b", "")) != "" && !event.SameAssay(a, "\u3000"+strings.ToUpper(a)) {
			t.Fatalf("%q is not itself in capitals", a)
		}
	})
}
