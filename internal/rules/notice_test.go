package rules_test

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
	"suyuan/internal/genealogy/genealogytest"
	"suyuan/internal/rules"
)

func spell(refs []event.Ref) string {
	list := make([]string, len(refs))
	for i, r := range refs {
		list[i] = r.String()
	}
	return strings.Join(list, " ")
}

func TestTheFirstMentionOfTheUnregisteredIsNoticed(t *testing.T) {
	t.Parallel()
	step := at("collection", "08:00", `"donor":"D1","site":"S1","room":"R1","operators":["O1"],"equipment":[{"equipment":"E1"},{"equipment":"E1","position":"2"}],"outputs":[{"unit":"U1"}]`)
	g := ledgerOf(t, []string{at("register", "06:00", `"subject":"site:S1"`)})
	e := parse(t, step)
	if got, want := spell(rules.Notices(g, &e)), "equipment:E1 room:R1 operator:O1"; got != want {
		t.Errorf("noticed %q, wanted %q", got, want)
	}
	if err := genealogytest.Add(g, 2, "OP", e.Time, e); err != nil {
		t.Fatal(err)
	}
	again := parse(t, with(step, `"n":2`))
	if got := rules.Notices(g, &again); len(got) > 0 {
		t.Errorf("noticed a second time: %v", got)
	}
}

func TestNearIdsAreOfOneKindAndTheMostAlikeFirst(t *testing.T) {
	t.Parallel()
	g := genealogy.New()
	for i, name := range []string{"LC-H1/TANK-1", "LC-H1/TANK-2", "LC-H2/TANK-2", "lc-h1/tank-21", "OTHER", "LC-H1/TNAK-2"} {
		e := parse(t, at("cleaning", "08:00", fmt.Sprintf(`"equipment":%q,"verified":true`, name)))
		if err := genealogytest.Add(g, uint64(i), "OP", e.Time, e); err != nil {
			t.Fatal(err)
		}
	}
	for _, row := range []struct{ ask, want string }{
		{"equipment:LC-H1/TANK-2", "equipment:LC-H1/TANK-1 equipment:LC-H1/TNAK-2 equipment:LC-H2/TANK-2 equipment:lc-h1/tank-21"},
		{"equipment:lc-h1/TANK-1", "equipment:LC-H1/TANK-1 equipment:LC-H1/TANK-2 equipment:lc-h1/tank-21 equipment:LC-H1/TNAK-2 equipment:LC-H2/TANK-2"},
		{"equipment:TANK-2", "equipment:LC-H1/TANK-2 equipment:LC-H2/TANK-2"},
		{"equipment:OTHRE", "equipment:OTHER"},
		{"equipment:ELSE", ""},
		{"room:LC-H1/TANK-2", ""},
	} {
		r, err := event.ParseRef(row.ask)
		if err != nil {
			t.Fatal(err)
		}
		if got := spell(rules.Near(g, r)); got != row.want {
			t.Errorf("near %s: found %q, wanted %q", row.ask, got, row.want)
		}
	}
}

// One edit of an id of four characters or more is always near.
func TestAnIdWithOneMistakeIsNear(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.StringMatching(`[A-Z0-9]{4,12}`).Draw(t, "name")
		e, err := event.Parse([]byte(at("cleaning", "08:00", fmt.Sprintf(`"equipment":%q,"verified":true`, name))))
		if err != nil {
			t.Fatal(err)
		}
		e.Identify()
		g := genealogy.New()
		if err := genealogytest.Add(g, 0, "OP", e.Time, e); err != nil {
			t.Fatal(err)
		}
		i := rapid.IntRange(0, len(name)-1).Draw(t, "place")
		wrong := rapid.SampledFrom([]string{
			name[:i] + name[i+1:], name[:i] + "é" + name[i+1:], name[:i] + "-" + name[i:],
		}).Draw(t, "mistake")
		r, err := event.NewRef(event.KindEquipment, wrong)
		if err != nil {
			t.Fatal(err)
		}
		if got := spell(rules.Near(g, r)); got != "equipment:"+name {
			t.Fatalf("near %q: found %q, wanted %q", wrong, got, name)
		}
	})
}
