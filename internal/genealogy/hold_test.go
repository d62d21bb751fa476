package genealogy_test

import (
	"fmt"
	"strings"
	"testing"

	"suyuan/internal/genealogy"
)

// world is what the holds of these tests lie on: D1 gives U1, which becomes U2
// (batch B, with an aliquot of lot L1), which becomes U3; U4 is of batch B too.
var world = []string{
	at("receipt", "07:00", `"lot":"L1","site":"S1"`),
	at("collection", "08:00", `"donor":"D1","site":"S1","outputs":[{"unit":"U1"}]`),
	at("manufacture", "09:00", `"step":"expand","site":"S1","batch":"B","inputs":["U1"],"materials":[{"lot":"L1","aliquot":"A"}],"outputs":[{"unit":"U2"}]`),
	at("manufacture", "09:30", `"step":"fill","site":"S1","inputs":["U2"],"outputs":[{"unit":"U3"}]`),
	at("collection", "08:00", `"donor":"D2","site":"S1","outputs":[{"unit":"U0"}]`),
	at("manufacture", "09:00", `"step":"expand","site":"S1","batch":"B","inputs":["U0"],"outputs":[{"unit":"U4"}]`),
}

func after(events ...string) []string { return append(append([]string{}, world...), events...) }

func hold(clock, things string) string {
	return at("case", clock, `"case":"C1","action":"hold","things":[`+things+`]`)
}

func liftAtNoon(members string) string {
	return at("case", "12:00", `"case":"C1","action":"lift","reason":"cleared",`+members)
}

func drill(ev string) string { return strings.Replace(ev, `"C1"`, `"DRILL-1"`, 1) }

func badTest(clock, subject string) string {
	return at("test", clock, `"subject":"`+subject+`","sampled":"2026-01-01T09:00:00Z","result":"positive"`)
}

// heldAt tells which of the things are on hold, through what, by which record.
func heldAt(t *testing.T, g *genealogy.Graph, when string, things ...string) string {
	t.Helper()
	var list []string
	for _, s := range things {
		for _, h := range g.HoldsOn(ref(t, s), clock(t, when)) {
			_, name, _ := strings.Cut(s, ":")
			list = append(list, fmt.Sprintf("%s by %v #%d", name, h.On, h.Entry.Seq))
		}
	}
	return strings.Join(list, ", ")
}

func TestHoldsCoverWhatIsMadeFromOrWithWhatTheyName(t *testing.T) {
	t.Parallel()
	all := []string{"unit:U0", "unit:U1", "unit:U2", "unit:U3", "unit:U4", "lot:L1", "aliquot:L1/A", "aliquot:L1/Z", "batch:B"}
	for _, row := range []struct{ name, event, want string }{
		{"a donor", hold("10:00", `"donor:D1"`), "U1 by donor:D1 #7, U2 by donor:D1 #7, U3 by donor:D1 #7"},
		{"a unit", hold("10:00", `"unit:U2"`), "U2 by unit:U2 #7, U3 by unit:U2 #7"},
		{"a lot", hold("10:00", `"lot:L1"`), "U2 by lot:L1 #7, U3 by lot:L1 #7, L1 by lot:L1 #7, L1/A by lot:L1 #7, L1/Z by lot:L1 #7"},
		{"an aliquot", hold("10:00", `"aliquot:L1/A"`), "U2 by aliquot:L1/A #7, U3 by aliquot:L1/A #7, L1/A by aliquot:L1/A #7"},
		{"a batch", hold("10:00", `"batch:B"`), "U2 by batch:B #7, U3 by batch:B #7, U4 by batch:B #7, B by batch:B #7"},
		{"a tested unit, its batch, and what is made of these", badTest("10:00", "unit:U2"), "U2 by unit:U2 #7, U3 by unit:U2 #7, U4 by batch:B #7, B by batch:B #7"},
		{"a tested unit of no batch", badTest("10:00", "unit:U3"), "U3 by unit:U3 #7"},
		{"a negative test", strings.Replace(badTest("10:00", "unit:U2"), "positive", "negative", 1), ""},
		{"equipment stops its own use", hold("10:00", `"equipment:E1"`), ""},
		{"a drill", strings.Replace(hold("10:00", `"donor:D1"`), "C1", "DRILL-1", 1), ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			if got := heldAt(t, graphOf(t, after(row.event)...), "11:00", all...); got != row.want {
				t.Errorf("held are\n%s\nwanted\n%s", got, row.want)
			}
		})
	}
	if got := heldAt(t, graphOf(t, hold("10:00", `"equipment:E1","room:R1"`)), "11:00", "equipment:E1", "room:R1", "room:R2"); got != "E1 by equipment:E1 #1, R1 by room:R1 #1" {
		t.Errorf("held are %s", got)
	}
}

func TestHoldsReachWhatIsMadeLater(t *testing.T) {
	t.Parallel()
	g := graphOf(t, after(hold("10:00", `"donor:D1"`), badTest("10:00", "unit:U2"),
		at("manufacture", "12:00", `"step":"fill","site":"S1","batch":"B2","inputs":["U3"],"outputs":[{"unit":"U5"}]`))...)
	if got, want := heldAt(t, g, "12:00", "unit:U5"), "U5 by donor:D1 #7, U5 by unit:U2 #8"; got != want {
		t.Errorf("held are %q, wanted %q", got, want)
	}
	if got := heldAt(t, g, "11:59", "unit:U5"); got != "" {
		t.Errorf("before it was made it was held: %q", got)
	}
}

// The making of a tested unit tells its batch, whenever it is recorded.
func TestTheHoldOfATestFindsTheBatch(t *testing.T) {
	t.Parallel()
	made := at("manufacture", "08:00", `"step":"fill","site":"S1","batch":"B","outputs":[{"unit":"U1"},{"unit":"U2"}]`)
	test := declared(badTest("09:00", "unit:U1"))
	for name, events := range map[string][]string{
		"made first":               {made, test},
		"made later":               {test, made},
		"made, struck, made again": {numbered(1, made), numbered(2, correcting(1)), test, correcting(2)},
	} {
		if got := heldAt(t, graphOf(t, events...), "10:00", "unit:U2"); !strings.HasPrefix(got, "U2 by batch:B") {
			t.Errorf("%s: held are %q", name, got)
		}
	}
	if got := heldAt(t, graphOf(t, numbered(1, made), test, correcting(1)), "10:00", "unit:U2"); got != "" {
		t.Errorf("the making was struck, and held are %q", got)
	}
}

func same(clock, things string) string {
	return at("same", clock, `"things":[`+things+`],"reason":"relabelled","signed_by":["Q"]`)
}

func fill(clock, members string) string {
	return at("manufacture", clock, `"step":"fill","site":"S1",`+members)
}

// A row of holds: what happened, and what is held at 20:00.
type heldRow struct {
	name   string
	events []string
	want   string
}

func heldAtEight(t *testing.T, rows []heldRow, things ...string) {
	t.Helper()
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			if got := heldAt(t, graphOf(t, row.events...), "20:00", things...); got != row.want {
				t.Errorf("held are %q, wanted %q", got, row.want)
			}
		})
	}
}

// What touched the parent after the child was made did not go into the child.
func TestHoldsOnWhatCameLaterToAParentDoNotReachTheChild(t *testing.T) {
	t.Parallel()
	made := at("collection", "08:00", `"donor":"D1","site":"S1","outputs":[{"unit":"A"}]`)
	child := func(members string) string {
		return fill("09:00", `"inputs":[{"unit":"A","rest":true}],"outputs":[{"unit":"C"}]`+members)
	}
	wash := at("manufacture", "10:00", `"step":"wash","site":"S1","units":["A"],"materials":[{"lot":"L1"}]`)
	lot := hold("11:00", `"lot:L1"`)
	again := fill("12:00", `"inputs":["A"],"outputs":[{"unit":"E"}]`)
	heldAtEight(t, []heldRow{
		{"washed after", []string{made, child(""), wash, lot, again}, "A by lot:L1 #4, E by lot:L1 #4"},
		{"washed while it was made", []string{made, child(`,"end":"2026-01-01T10:00:00Z"`), wash, lot}, "A by lot:L1 #4, C by lot:L1 #4"},
		{"washed the moment after that", []string{made, child(`,"end":"2026-01-01T09:59:00Z"`), wash, lot}, "A by lot:L1 #4"},
		{"made of both, early and late", []string{made, child(""), wash, lot, fill("12:00", `"inputs":["C","A"],"outputs":[{"unit":"E"}]`)}, "A by lot:L1 #4, E by lot:L1 #4"},
		{"the parent itself is held", []string{made, child(""), wash, hold("11:00", `"unit:A"`)}, "A by unit:A #4, C by unit:A #4"},
	}, "unit:A", "unit:C", "unit:E")
}

func TestHoldsCoverWhatIsTheSame(t *testing.T) {
	t.Parallel()
	made := at("collection", "08:00", `"donor":"D1","site":"S1","outputs":[{"unit":"U"}]`)
	other := fill("08:00", `"batch":"B","outputs":[{"unit":"V"},{"unit":"W"}]`)
	child := fill("12:00", `"inputs":["V"],"outputs":[{"unit":"C"}]`)
	one := same("09:00", `"unit:U","unit:V"`)
	on := numbered(7, hold("10:00", `"unit:U"`))
	lift := func(thing string) string {
		return liftAtNoon(fmt.Sprintf(`"holds":[%q],"things":[%q]`, id(7), thing))
	}
	heldAtEight(t, []heldRow{
		{"a hold", []string{made, other, one, on, child}, "U by unit:U #4, V by unit:U #4, C by unit:U #4"},
		{"that they are one is learned later", []string{made, other, on, child, one}, "U by unit:U #3, V by unit:U #3, C by unit:U #3"},
		{"and was wrong", []string{made, other, numbered(1, one), on, child, correcting(1)}, "U by unit:U #4"},
		{"a donor", []string{made, other, one, hold("10:00", `"donor:D1"`)}, "U by donor:D1 #4, V by donor:D1 #4"},
		{"two donors", []string{made, same("09:00", `"donor:D1","donor:D2"`), hold("10:00", `"donor:D2"`)}, "U by donor:D2 #3"},
		{"a test, and the batch of either", []string{made, other, one, badTest("10:00", "unit:U")}, "U by unit:U #4, V by unit:V #4, W by batch:B #4"},
		{"a test, and that they are one is learned later", []string{made, other, badTest("10:00", "unit:U"), one}, "U by unit:U #3, V by unit:V #3, W by batch:B #3"},
		{"a lift for either is one for both", []string{made, other, one, on, child, lift("unit:V")}, ""},
		{"a lift for another is not", []string{made, other, one, on, lift("unit:W")}, "U by unit:U #4, V by unit:U #4"},
	}, "unit:U", "unit:V", "unit:W", "unit:C")
}

// A sample speaks for what it was taken from.
func TestTheHoldOfATestedSampleLiesOnWhatItWasTakenFrom(t *testing.T) {
	t.Parallel()
	made := fill("08:00", `"batch":"B","outputs":[{"unit":"U"},{"unit":"V"}]`)
	taken := func(role string) string {
		return at("manufacture", "09:00", `"step":"sample","site":"S1","inputs":[{"unit":"U","rest":true}],"outputs":[{"unit":"S","role":"`+role+`"}]`)
	}
	split := at("manufacture", "09:30", `"step":"split","site":"S1","inputs":["S"],"outputs":[{"unit":"T","role":"sample"}]`)
	child := fill("12:00", `"inputs":["U"],"outputs":[{"unit":"C"}]`)
	const all = "U by unit:U #4, V by batch:B #4, C by unit:U #4, S by unit:S #4"
	heldAtEight(t, []heldRow{
		{"a sample", []string{made, taken("sample"), child, badTest("10:00", "unit:S")}, all},
		{"what is no sample", []string{made, taken("dose"), child, badTest("10:00", "unit:S")}, "S by unit:S #4"},
		{"a sample of a sample", []string{made, taken("sample"), split, badTest("10:00", "unit:T")}, "U by unit:U #4, V by batch:B #4, S by unit:S #4, T by unit:T #4"},
		{"that it was taken is recorded later", []string{made, child, declared(badTest("10:00", "unit:S")), taken("sample")}, "U by unit:U #3, V by batch:B #3, C by unit:U #3, S by unit:S #3"},
		{"and from what, last", []string{declared(taken("sample")), declared(badTest("10:00", "unit:S")), made}, "U by unit:U #2, V by batch:B #2, S by unit:S #2"},
		{"that it was taken was wrong", []string{made, numbered(1, taken("sample")), badTest("10:00", "unit:S"), correcting(1)}, "S by unit:S #3"},
		{"a hold that a case puts on the sample", []string{made, taken("sample"), hold("10:00", `"unit:S"`)}, "S by unit:S #3"},
	}, "unit:U", "unit:V", "unit:C", "unit:S", "unit:T")
}

func TestHoldsLastUntilTheirLift(t *testing.T) {
	t.Parallel()
	on := numbered(7, hold("10:00", `"unit:U1","unit:U4"`))
	byID := fmt.Sprintf(`"holds":[%q]`, id(7))
	both := []string{"unit:U2", "unit:U4"}
	const held = "U2 by unit:U1 #7, U4 by unit:U4 #7"
	for _, row := range []struct {
		name   string
		events []string
		at     string
		want   string
	}{
		{"before", []string{on}, "09:59", ""},
		{"from its time on", []string{on}, "10:00", held},
		{"lifted as a whole", []string{on, liftAtNoon(byID)}, "12:00", ""},
		{"until then", []string{on, liftAtNoon(byID)}, "11:59", held},
		{"lifted for one thing", []string{on, liftAtNoon(byID + `,"things":["unit:U4"]`)}, "12:00", "U2 by unit:U1 #7"},
		{"lifted for what was made of it", []string{on, liftAtNoon(byID + `,"things":["unit:U2"]`)}, "12:00", "U4 by unit:U4 #7"},
		{"two holds need two lifts, for one thing too", []string{on, hold("10:30", `"unit:U2"`), liftAtNoon(byID + `,"things":["unit:U2"]`)}, "12:00", "U2 by unit:U2 #8, U4 by unit:U4 #7"},
		{"a later hold is not lifted by that", []string{on, liftAtNoon(byID + `,"things":["unit:U1"]`), hold("13:00", `"unit:U1"`)}, "13:00", "U4 by unit:U4 #7, U2 by unit:U1 #9"},
		{"lifted by a drill", []string{on, drill(liftAtNoon(byID))}, "12:00", held},
		{"lifted by a drill for one thing", []string{on, drill(liftAtNoon(byID + `,"things":["unit:U4"]`))}, "12:00", held},
		{"another hold needs another lift", []string{on, hold("10:30", `"unit:U4"`), liftAtNoon(byID)}, "12:00", "U4 by unit:U4 #8"},
		{"the lift was corrected", []string{on, numbered(8, liftAtNoon(byID)), correcting(8)}, "13:00", held},
		{"the hold was corrected", []string{on, correcting(7)}, "11:00", ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			got := strings.Split(heldAt(t, graphOf(t, after(row.events...)...), row.at, both...), ", ")
			if fmt.Sprint(sortedStrings(got)) != fmt.Sprint(sortedStrings(strings.Split(row.want, ", "))) {
				t.Errorf("held are %q, wanted %q", got, row.want)
			}
		})
	}
}

func TestExcursionsHoldWhatIsShipped(t *testing.T) {
	t.Parallel()
	made := at("collection", "08:00", twoOfS1)
	departure := func(limits string) string {
		return at("shipment", "09:00", `"shipment":"X","units":["U1","U2"],"site":"S1","to":"S2"`+limits)
	}
	arrival := func(members string) string {
		return at("arrival", "10:00", `"shipment":"X","site":"S2"`+members)
	}
	const frozen, both = `,"low":"-196","high":"-150"`, "U1 by unit:U1 #3, U2 by unit:U2 #3"
	for _, row := range []struct {
		name   string
		events []string
		want   string
	}{
		{"within", []string{made, departure(frozen), arrival(`,"min":"-196.0","max":"-150.0"`)}, ""},
		{"too warm", []string{made, departure(frozen), arrival(`,"max":"-149.99"`)}, both},
		{"too cold", []string{made, departure(frozen), arrival(`,"min":"-200"`)}, both},
		{"warmer than allowed even at its coldest", []string{made, departure(frozen), arrival(`,"min":"-20"`)}, both},
		{"no limits", []string{made, departure(""), arrival(`,"max":"20"`)}, ""},
		{"no readings", []string{made, departure(frozen), arrival("")}, ""},
		{"too warm on the way", []string{made, departure(frozen), at("handover", "09:30", `"shipment":"X","max":"-20"`)}, both},
		{"rejected", []string{made, departure(frozen), arrival(`,"rejected":["U2"]`)}, "U2 by unit:U2 #3"},
		{"too warm and rejected is one hold", []string{made, departure(frozen), arrival(`,"max":"-20","rejected":["U2"]`)}, both},
		{"the departure is recorded last", []string{made, declared(arrival(`,"max":"-20"`)), departure(frozen)}, "U1 by unit:U1 #2, U2 by unit:U2 #2"},
		{"the departure was struck, and counts again", []string{made, numbered(2, departure(frozen)), numbered(3, correcting(2)), arrival(`,"max":"-20"`), correcting(3)}, "U1 by unit:U1 #4, U2 by unit:U2 #4"},
		{"the departure's limits are put right", []string{made, numbered(2, departure(frozen)), arrival(`,"max":"-20"`), replacing(2, departure(`,"high":"0"`))}, ""},
		{"a lot of that id is rejected", []string{at("receipt", "08:00", `"lot":"L1","site":"S1"`), at("shipment", "09:00", `"shipment":"X","lots":["L1"],"site":"S1","to":"S2"`), arrival(`,"rejected":["L1"]`)}, "L1 by lot:L1 #3"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			if got := heldAt(t, graphOf(t, row.events...), "23:00", "unit:U1", "unit:U2", "lot:L1"); got != row.want {
				t.Errorf("held are %q, wanted %q", got, row.want)
			}
		})
	}
}

// logged is a logger's file, judged from 09:00 to 10:00.
func logged(clock, members string) string {
	return at("temperature", clock, `"from":"2026-01-01T09:00:00Z","to":"2026-01-01T10:00:00Z","log_sha256":"`+strings.Repeat("0", 64)+`",`+members)
}

func TestALoggersFileHoldsWhatTheShipmentCarries(t *testing.T) {
	t.Parallel()
	made := at("collection", "08:00", twoOfS1)
	departure := at("shipment", "09:00", `"shipment":"X","units":["U1","U2"],"site":"S1","to":"S2","low":"2","high":"8"`)
	const spell, both = `,"excursions":[{"from":"2026-01-01T09:10:00Z","to":"2026-01-01T09:30:00Z"}]`, "U1 by unit:U1 #3, U2 by unit:U2 #3"
	for _, row := range []struct {
		name   string
		events []string
		want   string
	}{
		{"within", []string{made, departure, logged("10:00", `"shipment":"X","min":"2","max":"8"`)}, ""},
		{"an excursion by stricter limits than the departure's", []string{made, departure, logged("10:00", `"shipment":"X","min":"4","max":"6"`+spell)}, both},
		{"outside, though no excursion is named", []string{made, departure, logged("10:00", `"shipment":"X","min":"4","max":"8.1"`)}, both},
		{"outside for no longer than is allowed", []string{made, departure, logged("10:00", `"shipment":"X","min":"4","max":"8.1","low":"2","high":"8","allowance":600`)}, ""},
		{"out of its own limits, which are stricter", []string{made, departure, logged("10:00", `"shipment":"X","min":"4","max":"7","high":"6"`)}, both},
		{"an allowance of nothing", []string{made, departure, logged("10:00", `"shipment":"X","min":"4","max":"8.1","low":"2","high":"8","allowance":0`)}, both},
		{"allowed by limits that are laxer", []string{made, departure, logged("10:00", `"shipment":"X","min":"4","max":"20","low":"2","high":"25","allowance":600`)}, both},
		{"allowed by limits that have no lower end", []string{made, departure, logged("10:00", `"shipment":"X","min":"-4","max":"6","high":"8","allowance":600`)}, both},
		{"in another unit than the limits", []string{made, strings.Replace(departure, `"low"`, `"uom":"[degF]","low"`, 1), logged("10:00", `"shipment":"X","min":"4","max":"7","uom":"Cel"`)}, both},
		{"in the limits' unit, spelled otherwise", []string{made, strings.Replace(departure, `"low"`, `"uom":"℃","low"`, 1), logged("10:00", `"shipment":"X","min":"4","max":"7","uom":"Cel"`)}, ""},
		{"the departure is recorded last", []string{made, declared(logged("10:00", `"shipment":"X","min":"4","max":"9"`)), departure}, "U1 by unit:U1 #2, U2 by unit:U2 #2"},
		{"the hold begins when it was read out", []string{made, departure, logged("23:30", `"shipment":"X","min":"4","max":"9"`)}, ""},
		{"the log is struck", []string{made, departure, numbered(3, logged("10:00", `"shipment":"X","min":"4","max":"9"`)), correcting(3)}, ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			if got := heldAt(t, graphOf(t, row.events...), "23:00", "unit:U1", "unit:U2"); got != row.want {
				t.Errorf("held are %q, wanted %q", got, row.want)
			}
		})
	}
}

func TestALogOfEquipmentHoldsWhatWasInIt(t *testing.T) {
	t.Parallel()
	made := at("collection", "08:00", twoOfS1)
	put := func(clock, unit string) string {
		return at("store", clock, `"site":"S1","equipment":"E","units":["`+unit+`"]`)
	}
	take := func(clock string) string {
		return at("retrieve", clock, `"site":"S1","equipment":"E","units":["U1"]`)
	}
	warm := logged("10:00", `"equipment":"E","min":"-190","max":"-140","excursions":[{"from":"2026-01-01T09:10:00Z","to":"2026-01-01T09:30:00Z"}]`)
	for _, row := range []struct {
		name   string
		events []string
		want   string
	}{
		{"in it all the time", []string{made, put("08:30", "U1"), warm}, "U1 by unit:U1 #3"},
		{"taken out at its beginning", []string{made, put("08:30", "U1"), take("09:10"), warm}, "U1 by unit:U1 #4"},
		{"taken out before", []string{made, put("08:30", "U1"), take("09:09"), warm}, ""},
		{"put in at its end", []string{made, put("09:30", "U1"), warm}, "U1 by unit:U1 #3"},
		{"put in after", []string{made, put("09:31", "U1"), warm}, ""},
		{"put in elsewhere", []string{made, strings.Replace(put("08:30", "U1"), `"E"`, `"F"`, 1), warm}, ""},
		{"the store is told later", []string{made, warm, put("08:30", "U1"), put("09:40", "U2")}, "U1 by unit:U1 #2"},
		{"the retrieve is told later", []string{made, put("08:30", "U1"), warm, take("08:40")}, ""},
		{"the store did not occur", []string{made, numbered(2, put("08:30", "U1")), warm, correcting(2)}, ""},
		{"the retrieve did not occur", []string{made, put("08:30", "U1"), numbered(3, take("08:40")), warm, correcting(3)}, "U1 by unit:U1 #4"},
		{"thawed in it", []string{made, at("manufacture", "09:20", `"step":"thaw","site":"S1","units":["U1"],"equipment":[{"equipment":"E"}]`), warm}, "U1 by unit:U1 #3"},
		{"thawed in it before", []string{made, at("manufacture", "09:20", `"step":"thaw","site":"S1","units":["U1"],"equipment":[{"equipment":"E","from":"2026-01-01T09:00:00Z","to":"2026-01-01T09:05:00Z"}]`), warm}, ""},
		{"shipped in it", []string{made, at("shipment", "09:00", `"shipment":"X","units":["U1"],"site":"S1","to":"S2","equipment":"E"`), warm}, "U1 by unit:U1 #3"},
		{"handed over to another shipper before", []string{made, at("shipment", "08:30", `"shipment":"X","units":["U1"],"site":"S1","to":"S2","equipment":"E"`), warm, at("handover", "09:00", `"shipment":"X","equipment":"F"`)}, ""},
		{"no excursion", []string{made, put("08:30", "U1"), logged("10:00", `"equipment":"E","min":"-190","max":"-140"`)}, ""},
		{"taken out, and nobody says when it was put in", []string{made, take("09:40"), warm}, "U1 by unit:U1 #3"},
		{"taken out, and it was elsewhere since", []string{made, at("manufacture", "09:35", `"step":"wash","site":"S1","units":["U1"]`), take("09:40"), warm}, ""},
		{"taken out, and it was elsewhere since, which is told later", []string{made, take("09:40"), warm, at("manufacture", "09:35", `"step":"wash","site":"S1","units":["U1"]`)}, ""},
		{"put into another one, and taken out of this", []string{made, strings.Replace(put("08:30", "U1"), `"E"`, `"F"`, 1), take("09:40"), warm}, "U1 by unit:U1 #4"},
		{"out of its own limits, and nobody says when", []string{made, put("09:50", "U1"), logged("10:00", `"equipment":"E","min":"-190","max":"-140","high":"-150"`)}, "U1 by unit:U1 #3"},
		{"out of its own limits for no longer than is allowed", []string{made, put("09:50", "U1"), logged("10:00", `"equipment":"E","min":"-190","max":"-140","high":"-150","allowance":60`)}, ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			if got := heldAt(t, graphOf(t, row.events...), "23:00", "unit:U1", "unit:U2", "equipment:E"); got != row.want {
				t.Errorf("held are %q, wanted %q", got, row.want)
			}
		})
	}
}

func TestADrillIsKnownByItsIdOrByItsOpening(t *testing.T) {
	t.Parallel()
	g := graphOf(t, at("case", "08:00", `"case":"DRILL-2","action":"open","sources":["donor:D1"],"drill":true`))
	for c, want := range map[string]bool{"case:DRILL-1": true, "case:DRILL-2": true, "case:C1": false} {
		if got := g.Drill(ref(t, c)); got != want {
			t.Errorf("%s is a drill: %v", c, got)
		}
	}
}
