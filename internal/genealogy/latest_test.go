package genealogy_test

import "testing"

func TestNothingIsJudgedAsOfTheTimeOfADrill(t *testing.T) {
	t.Parallel()
	step := func(id, clock string) string {
		return at("case", clock, `"case":"`+id+`","action":"open","sources":["donor:D1"]`)
	}
	shown := at("collection", "08:00", twoOfS1)
	g := graphOf(t, shown, step("DRILL-1", "12:00"))
	if got := g.Latest(); got != clock(t, "08:00") {
		t.Errorf("after a drill the latest time is %v", got)
	}
	record(t, g, 3, step("C-1", "10:00"))
	if got := g.Latest(); got != clock(t, "10:00") {
		t.Errorf("after a case the latest time is %v", got)
	}
}
