package rules_test

import "testing"

func holdOn(clock, things string) string {
	return at("case", clock, `"case":"C1","action":"hold","things":[`+things+`]`)
}

func TestAHeldUnitIsNotUsed(t *testing.T) {
	t.Parallel()
	held := []string{collectU1, releaseU1, holdOn("09:30", `"unit:U1"`)}
	sent := func(purpose string) string {
		return with(ship("10:00", "U1", "S1", "S2"), `"purpose":"`+purpose+`"`)
	}
	const refused = "on-hold.held unit:U1 unit:U1 #3"
	judgeAll(t, []judgement{
		{"worked on", held, workOnU1, refused},
		{"consumed", held, consumeU1, refused},
		{"released", held, release("10:00", "released", oneSigner), refused},
		{"shipped", held, ship("10:00", "U1", "S1", "S2"), refused},
		{"shipped for use", held, sent("use"), refused},
		{"infused", held, infuseU1, refused},
		{"rejected", held, release("10:00", "rejected", oneSigner), ""},
		{"stored", held, store("10:00", "U1"), ""},
		{"retrieved", held, retrieveU1("10:00"), ""},
		{"tested", held, testOf("10:00", "unit:U1", "pass"), ""},
		{"counted", held, at("inventory", "10:00", `"site":"S1","units":["U1"]`), ""},
		{"disposed of", held, dispose("10:00", "U1"), ""},
		{"booked", held, at("allocation", "10:00", `"units":["U1"],"patient":"P1"`), ""},
		{"shipped into quarantine", held, sent("quarantine"), ""},
		{"returned", held, sent("return"), ""},
		{"shipped to be destroyed", held, sent("destruction"), ""},
		{"shipped to be tested", held, sent("testing"), ""},
	})
}

func TestAHoldBeginsAndEndsWithItsEvents(t *testing.T) {
	t.Parallel()
	wash := func(clock string) string { return at("manufacture", clock, `"step":"wash","site":"S1","units":["U1"]`) }
	hold := numbered(7, holdOn("09:00", `"unit:U1"`))
	lifted := []string{collectU1, hold, at("case", "11:00", liftOfTest)}
	drill := `"case":"DRILL-1","action":"hold","things":["unit:U1"]`
	judgeAll(t, []judgement{
		{"used before it, told late", lifted, wash("08:59"), ""},
		{"used as it begins", lifted, wash("09:00"), "on-hold.held unit:U1 unit:U1 #2"},
		{"used before its lift, told late", lifted, wash("10:59"), "on-hold.held unit:U1 unit:U1 #2"},
		{"used as it is lifted", lifted, wash("11:00"), ""},
		{"two holds need two lifts", append(lifted, holdOn("09:30", `"unit:U1"`)), wash("12:00"), "on-hold.held unit:U1 unit:U1 #4"},
		{"the holding event was corrected", []string{collectU1, hold, correct("10:00", 7)}, wash("12:00"), ""},
		{"the hold of a drill", []string{collectU1, at("case", "09:00", drill)}, wash("12:00"), ""},
		{"a use that was recorded before the hold stays", []string{collectU1, wash("10:00")}, hold, ""},
	})
}

func TestWhatIsMadeFromOrWithAHeldThingIsHeld(t *testing.T) {
	t.Parallel()
	made := []string{
		collectU1, receiveL1,
		at("manufacture", "09:00", `"step":"expand","site":"S1","batch":"B","inputs":["U1"],"materials":[{"lot":"L1","aliquot":"A"}],"outputs":[{"unit":"U5"}]`),
	}
	have := func(more ...string) []string { return append(append([]string{}, made...), more...) }
	step := at("manufacture", "12:00", `"step":"wash","site":"S1","units":["U5"],"room":"R1","equipment":[{"equipment":"E1"}]`)
	judgeAll(t, []judgement{
		{"from a donor", have(holdOn("11:00", `"donor:D1"`)), step, "on-hold.made-with unit:U5 donor:D1 #4"},
		{"from a unit", have(holdOn("11:00", `"unit:U1"`)), step, "on-hold.made-with unit:U5 unit:U1 #4"},
		{"with an aliquot", have(holdOn("11:00", `"aliquot:L1/A"`)), step, "on-hold.made-with unit:U5 aliquot:L1/A #4"},
		{"with an aliquot of a lot", have(holdOn("11:00", `"lot:L1"`)), step, "on-hold.made-with unit:U5 lot:L1 #4"},
		{"under a batch", have(holdOn("11:00", `"batch:B"`)), step, "on-hold.made-with unit:U5 batch:B #4"},
		{"another donor", have(holdOn("11:00", `"donor:D2"`)), step, ""},
		{"in a held room before", have(holdOn("11:00", `"room:R2"`)), step, ""},
		{"in a held room", have(holdOn("11:00", `"room:R1"`)), step, "on-hold.held room:R1 room:R1 #4"},
		{"with held equipment", have(holdOn("11:00", `"equipment:E1"`)), step, "on-hold.held equipment:E1 equipment:E1 #4"},
		{"into held equipment, stored", have(holdOn("11:00", `"equipment:T1"`)), store("12:00", "U5"), ""},
		{"from a held donor", have(holdOn("11:00", `"donor:D1"`)), at("collection", "12:00", `"donor":"D1","site":"S1","outputs":[{"unit":"U7"}]`), "on-hold.held donor:D1 donor:D1 #4"},
		{"a held lot goes in", have(holdOn("11:00", `"lot:L1"`), collectU2), at("manufacture", "12:00", `"step":"wash","site":"S1","units":["U2"],"materials":[{"lot":"L1"}]`), "on-hold.held lot:L1 lot:L1 #4"},
		{"an aliquot of a held lot goes in", have(holdOn("11:00", `"lot:L1"`), collectU2), at("manufacture", "12:00", `"step":"wash","site":"S1","units":["U2"],"materials":[{"lot":"L1","aliquot":"Z"}]`), "on-hold.made-with aliquot:L1/Z lot:L1 #4"},
		{"another aliquot than the held one", have(holdOn("11:00", `"aliquot:L1/A"`), collectU2), at("manufacture", "12:00", `"step":"wash","site":"S1","units":["U2"],"materials":[{"lot":"L1","aliquot":"Z"}]`), ""},
		{"a held lot is shipped", have(holdOn("11:00", `"lot:L1"`)), at("shipment", "12:00", `"shipment":"X","lots":["L1"],"site":"S1","to":"S2"`), "on-hold.held lot:L1 lot:L1 #4"},
		{"a held lot is shipped back", have(holdOn("11:00", `"lot:L1"`)), at("shipment", "12:00", `"shipment":"X","lots":["L1"],"site":"S1","to":"S2","purpose":"return"`), ""},
	})
}

func TestHoldsComeByThemselves(t *testing.T) {
	t.Parallel()
	made := []string{
		at("manufacture", "08:00", `"step":"fill","site":"S1","batch":"B","outputs":[{"unit":"U1"},{"unit":"U2"}]`),
		with(ship("09:00", "U1", "S1", "S2"), `"low":"-196","high":"-150"`),
	}
	have := func(more ...string) []string { return append(append([]string{}, made...), more...) }
	onU1 := at("manufacture", "12:00", `"step":"wash","site":"S2","units":["U1"]`)
	judgeAll(t, []judgement{
		{"nothing happened", have(arriveX("10:00", `,"accepted":["U1"],"min":"-190","max":"-150"`)), onU1, ""},
		{"too warm on arrival", have(arriveX("10:00", `,"accepted":["U1"],"max":"-149.9"`)), onU1, "on-hold.held unit:U1 unit:U1 #3"},
		{"too warm on the way", have(at("handover", "09:30", `"shipment":"X","max":"-20"`), arriveX("10:00", `,"accepted":["U1"]`)), onU1, "on-hold.held unit:U1 unit:U1 #3"},
		{"rejected", have(arriveX("10:00", `,"rejected":["U1"]`)), onU1, "not-here.in-transit unit:U1 shipment:X #2; on-hold.held unit:U1 unit:U1 #3"},
		{"a test of its batch", have(arriveX("10:00", `,"accepted":["U1"]`), testOf("11:00", "batch:B", "fail")), onU1, "on-hold.made-with unit:U1 batch:B #4"},
		{"a test of another unit of its batch", have(arriveX("10:00", `,"accepted":["U1"]`), testOf("11:00", "unit:U2", "positive")), onU1, "on-hold.made-with unit:U1 batch:B #4"},
		{"the release of a batch of which one unit is held", []string{made[0], holdOn("09:00", `"unit:U2"`)}, at("release", "10:00", `"batch":"B","decision":"released"`+oneSigner), "on-hold.held unit:U2 unit:U2 #2"},
		{"of which one held unit is gone", []string{made[0], holdOn("08:30", `"unit:U2"`), dispose("09:00", "U2")}, at("release", "10:00", `"batch":"B","decision":"released"`+oneSigner), ""},
		{"the release of a held batch", []string{made[0], holdOn("09:00", `"batch:B"`)}, at("release", "10:00", `"batch":"B","decision":"rejected"`+oneSigner), ""},
	})
}

func TestAnExceptionalReleasePassesTheHoldOfItsTest(t *testing.T) {
	t.Parallel()
	bad := []string{collectU1, testOf("09:00", "unit:U1", "positive")}
	released := append(append([]string{}, bad...), release("09:30", "exceptional", inFull))
	shipped := ship("10:00", "U1", "S1", "S2")
	judgeAll(t, []judgement{
		{"the release itself", bad, release("09:30", "exceptional", inFull), ""},
		{"an ordinary release", bad, release("09:30", "released", inFull), "on-hold.held unit:U1 unit:U1 #2"},
		{"an exceptional release with one signer", bad, release("09:30", "exceptional", `,"signed_by":["Q1"],"requested_by":"DR1","authority":"HA-1"`), "on-hold.held unit:U1 unit:U1 #2"},
		{"the shipment after it", released, shipped, ""},
		{"the shipment without it", bad, shipped, "on-hold.held unit:U1 unit:U1 #2"},
		{"the infusion after it", released, infuseU1, ""},
		{"work after it", released, workOnU1, "on-hold.held unit:U1 unit:U1 #2"},
		{"a hold of a case stands", append(append([]string{}, released...), holdOn("09:40", `"unit:U1"`)), shipped, "on-hold.held unit:U1 unit:U1 #4"},
		{"a later test stands", append(append([]string{}, released...), testOf("09:40", "unit:U1", "positive")), shipped, "on-hold.held unit:U1 unit:U1 #4"},
	})
}
