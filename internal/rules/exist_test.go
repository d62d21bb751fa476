package rules_test

import (
	"testing"
)

func TestAThingIsMadeOnce(t *testing.T) {
	t.Parallel()
	const sendX, lotL1 = `"shipment":"X","lots":["L1"],"site":"S1","to":"S2"`, `"step":"mix","site":"S1","outputs":[{"lot":"L1"}]`
	judgeAll(t, []judgement{
		{"a new unit", nil, collectU1, ""},
		{"a unit collected twice", []string{collectU1}, at("collection", "09:00", `"donor":"D1","site":"S1","outputs":[{"unit":"U1"}]`), "made-twice.already-made unit:U1 #1"},
		{"a unit made before it was collected, told later", []string{collectU1}, at("manufacture", "07:00", `"step":"fill","site":"S1","outputs":[{"unit":"U1"}]`), "made-twice.already-made unit:U1 #1"},
		{"a residue that exists", []string{collectU1, releaseU1, collectU2}, with(infuseU1, `"complete":false,"residue":"U2"`), "made-twice.already-made unit:U2 #3"},
		{"a unit made of itself", nil, at("manufacture", "10:00", `"step":"fill","site":"S1","inputs":["U1"],"outputs":[{"unit":"U1"}]`), "made-twice.of-itself unit:U1"},
		{"a lot made of itself", nil, at("manufacture", "10:00", `"step":"mix","site":"S1","materials":[{"lot":"L1","aliquot":"A"}],"outputs":[{"lot":"L1"}]`), "made-twice.of-itself lot:L1"},
		{"a lot received at a second site", []string{receiveL1}, at("receipt", "09:00", `"lot":"L1","site":"S2"`), ""},
		{"a lot made once", nil, at("manufacture", "08:00", lotL1), ""},
		{"a lot made twice", []string{at("manufacture", "08:00", lotL1)}, at("manufacture", "09:00", lotL1), "made-twice.already-made lot:L1 #1"},
		{"a lot received where it was not made", []string{at("manufacture", "08:00", lotL1)}, at("receipt", "09:00", `"lot":"L1","site":"S2"`), ""},
		{"a shipment departs", []string{receiveL1}, at("shipment", "09:00", sendX), ""},
		{"a shipment departs twice", []string{receiveL1, at("shipment", "09:00", sendX)}, at("shipment", "10:00", sendX), "made-twice.already-sent shipment:X #2"},
		{"a unit made again after a correction", []string{numbered(1, collectU1), correct("09:00", 1)}, at("collection", "08:30", `"donor":"D1","site":"S1","outputs":[{"unit":"U1"}]`), ""},
		{"a unit made again in place of the event that made it", []string{numbered(1, collectU1)}, with(at("collection", "08:30", `"donor":"D1","site":"S1","outputs":[{"unit":"U1"}]`), `"replaces":"`+id(1)+`"`), ""},
		{"a unit made again in place of another event", []string{collectU1, numbered(2, collectU2)}, with(at("collection", "08:30", `"donor":"D1","site":"S1","outputs":[{"unit":"U1"}]`), `"replaces":"`+id(2)+`"`), "made-twice.already-made unit:U1 #1"},
	})
}

func TestAUnitOfUnknownOriginIsClaimedOnce(t *testing.T) {
	t.Parallel()
	counted := deviating(at("inventory", "12:00", `"site":"S1","units":["U1"]`), ids("unknown-thing"), "")
	judgeAll(t, []judgement{
		{"by a collection", []string{counted}, collectU1, ""},
		{"by a receipt", []string{counted}, at("receipt", "08:00", `"site":"S1","outputs":[{"unit":"U1"}]`), ""},
		{"by a manufacture", []string{counted}, at("manufacture", "08:00", `"step":"fill","site":"S1","outputs":[{"unit":"U1"}]`), ""},
		{"only once", []string{counted, collectU1}, at("receipt", "08:00", `"site":"S1","outputs":[{"unit":"U1"}]`), "made-twice.already-made unit:U1 #2"},
		{
			"not as a residue",
			[]string{counted, collectU2, at("release", "09:00", `"units":["U2"],"decision":"released","signed_by":["Q1"]`)},
			with(infusion("10:00", "U2", "P1", "S1"), `"residue":"U1"`), "made-twice.unclaimable unit:U1",
		},
		{"not later than it was seen", []string{counted}, at("collection", "13:00", `"donor":"D1","site":"S1","outputs":[{"unit":"U1"}]`), "out-of-order.made-too-late unit:U1 #1"},
	})
}

func TestWhatIsBroughtBackIsMadeOnce(t *testing.T) {
	t.Parallel()
	claimed := []string{numbered(1, collectU1), numbered(2, correct("09:00", 1)), at("receipt", "08:00", `"site":"S1","outputs":[{"unit":"U1"}]`)}
	cleaned := func(n, old int) string {
		return numbered(n, with(at("cleaning", "11:00", `"equipment":"E1","verified":true`), `"replaces":"`+id(old)+`"`))
	}
	revived := []string{collectU1, numbered(2, consumeU1), numbered(3, correct("11:00", 2)), dispose("10:30", "U1"), deviating(cleaned(5, 3), ids("used-up"), "")}
	judgeAll(t, []judgement{
		{"a correction is replaced by something else", revived[:4], cleaned(5, 3), "used-up.by-later-step unit:U1 #4"},
		{"and that by something else again", revived, cleaned(6, 5), "used-up.by-later-step unit:U1 #4"},
		{"nothing else made it since", claimed[:2], correct("10:00", 2), ""},
		{"it was claimed since", claimed, correct("10:00", 2), "made-twice.already-made unit:U1 #3"},
		{"the replacement that made it is corrected", []string{numbered(1, collectU1), numbered(2, with(at("collection", "08:30", `"donor":"D1","site":"S1","outputs":[{"unit":"U1"}]`), `"replaces":"`+id(1)+`"`))}, correct("10:00", 2), ""},
		{"its unit was consumed by another since", []string{collectU1, numbered(2, consumeU1), numbered(3, correct("11:00", 2)), dispose("10:30", "U1")}, correct("12:00", 3), "used-up.by-later-step unit:U1 #4"},
	})
}

func TestWhatIsNamedExists(t *testing.T) {
	t.Parallel()
	made := []string{collectU1, receiveL1}
	judgeAll(t, []judgement{
		{"an input", nil, consumeU1, "unknown-thing.no-such-thing unit:U1"},
		{"a unit worked on", nil, workOnU1, "unknown-thing.no-such-thing unit:U1"},
		{"a unit stored", nil, store("09:00", "U1"), "unknown-thing.no-such-thing unit:U1"},
		{"a unit booked", nil, at("allocation", "09:00", `"units":["U1"],"patient":"P1"`), "unknown-thing.no-such-thing unit:U1"},
		{"a unit disposed of", nil, dispose("09:00", "U1"), "unknown-thing.no-such-thing unit:U1"},
		{"a unit counted", nil, at("inventory", "09:00", `"site":"S1","units":["U1"]`), "unknown-thing.no-such-thing unit:U1"},
		{"a unit found by a site", nil, at("case", "09:00", `"case":"C1","action":"acknowledge","site":"S1","found":["U1"]`), "unknown-thing.no-such-thing unit:U1"},
		{"a unit with a code", nil, at("cleaning", "09:00", `"equipment":"B1","verified":true,"codes":{"unit:U1":["X"]}`), "unknown-thing.no-such-thing unit:U1"},
		{"a code of what the event makes", nil, with(collectU1, `"codes":{"unit:U1":["X"]}`), ""},
		{"a material", []string{collectU1}, with(workOnU1, `"materials":[{"lot":"L1"}]`), "unknown-thing.no-such-thing lot:L1"},
		{"an aliquot's lot, named once", []string{collectU1}, with(workOnU1, `"materials":[{"lot":"L1","aliquot":"A"}]`), "unknown-thing.no-such-thing lot:L1"},
		{"an aliquot of a lot that was received", made, with(workOnU1, `"materials":[{"lot":"L1","aliquot":"A"}]`), ""},
		{"a shipment", nil, arriveX("09:00", ""), "unknown-thing.no-such-thing shipment:X"},
		{"a shipment handed over", nil, at("handover", "09:00", `"shipment":"X"`), "unknown-thing.no-such-thing shipment:X"},
		{"a tested unit", nil, at("test", "09:00", `"subject":"unit:U1","sampled":"2026-01-01T08:00:00Z","result":"pass"`), "unknown-thing.no-such-thing unit:U1"},
		{"a tested batch that nobody mentioned", nil, at("test", "09:00", `"subject":"batch:B","sampled":"2026-01-01T08:00:00Z","result":"pass"`), "unknown-thing.no-such-thing batch:B"},
		{"a tested room needs no record", nil, at("test", "09:00", `"subject":"room:R","sampled":"2026-01-01T08:00:00Z","result":"pass"`), ""},
		{"a released batch that nobody mentioned", nil, at("release", "09:00", `"batch":"B","decision":"released","signed_by":["Q1"]`), "unknown-thing.no-such-thing batch:B"},
		{"a source of a case", nil, at("case", "09:00", `"case":"C1","action":"open","sources":["lot:L9"]`), "unknown-thing.no-such-thing lot:L9"},
		{"a held thing", nil, at("case", "09:00", `"case":"C1","action":"hold","things":["unit:U1","donor:D9"]`), "unknown-thing.no-such-thing unit:U1"},
		{"a declared contact", made, at("contact", "09:00", `"things":["unit:U1","unit:U5"],"reason":"shared ice"`), "unknown-thing.no-such-thing unit:U5"},
		{"the same thing", made, at("same", "09:00", `"things":["unit:U1","unit:U5"],"reason":"relabelled","signed_by":["Q1"]`), "unknown-thing.no-such-thing unit:U5"},
		{"master data of a lot may come first", nil, at("register", "06:00", `"subject":"lot:L1","class":"open-container"`), ""},
		{"after its making was corrected it is of unknown origin", []string{numbered(1, collectU1), correct("09:00", 1)}, workOnU1, ""},
		{"after its making was replaced by another it is gone", []string{numbered(1, collectU1), with(at("collection", "08:00", `"donor":"D1","site":"S1","outputs":[{"unit":"U3"}]`), `"replaces":"`+id(1)+`"`)}, workOnU1, "unknown-thing.no-such-thing unit:U1"},
		{"a shipment whose departure was corrected", []string{receiveL1, numbered(2, at("shipment", "09:00", `"shipment":"X","lots":["L1"],"site":"S1","to":"S2"`)), correct("10:00", 2)}, arriveX("11:00", ""), ""},
		{"once declared it exists", []string{deviating(store("09:00", "U1"), ids("unknown-thing"), "")}, retrieveU1("10:00"), ""},
	})
}

func TestEventsThatAreNamedExist(t *testing.T) {
	t.Parallel()
	waived := func(ev string) string { return deviating(ev, ids("unknown-thing"), `"happened":true`) }
	judgeAll(t, []judgement{
		{"corrects", nil, correct("09:00", 7), "unknown-thing.no-such-event"},
		{"signs", nil, at("signature", "09:00", `"signs":"`+id(7)+`","meaning":"reviewed"`), "unknown-thing.no-such-event"},
		{"replaces", nil, with(collectU1, `"replaces":"`+id(7)+`"`), "unknown-thing.no-such-event"},
		{"holds", nil, at("case", "09:00", `"case":"C1","action":"lift","holds":["`+id(7)+`"],"reason":"cleared"`), "unknown-thing.no-such-event"},
		{"no deviation waives that", nil, waived(correct("09:00", 7)), "unknown-thing.no-such-event"},
		{"a correction of what there is", []string{numbered(7, collectU1)}, correct("08:00", 7), ""},
	})
}

func TestALiftNamesWhatMadeAHold(t *testing.T) {
	t.Parallel()
	lift := at("case", "11:00", liftOfTest)
	warm := func(highest string) []string {
		return []string{collectU1, with(ship("08:30", "U1", "S1", "S2"), `"high":"-150"`), numbered(7, arriveX("09:00", `,"accepted":["U1"],"max":"`+highest+`"`))}
	}
	const refused = "unknown-thing.no-such-hold"
	judgeAll(t, []judgement{
		{"of a case", []string{collectU1, numbered(7, holdOn("09:00", `"unit:U1"`))}, lift, ""},
		{"of a drill", []string{collectU1, numbered(7, at("case", "09:00", `"case":"DRILL-1","action":"hold","things":["unit:U1"]`))}, lift, ""},
		{"a positive test", []string{collectU1, numbered(7, testOf("09:00", "unit:U1", "positive"))}, lift, ""},
		{"a negative test", []string{collectU1, numbered(7, testOf("09:00", "unit:U1", "negative"))}, lift, refused + "  #2"},
		{"an arrival that was too warm", warm("-20"), lift, ""},
		{"an arrival that was not", warm("-160"), lift, refused + "  #3"},
		{"a collection", []string{numbered(7, collectU1)}, lift, refused + "  #1"},
		{"a hold that was corrected", []string{collectU1, numbered(7, holdOn("09:00", `"unit:U1"`)), correct("10:00", 7)}, lift, refused + "  #2"},
		{"no deviation waives that", []string{numbered(7, collectU1)}, deviating(lift, ids("unknown-thing"), `"happened":true`), refused + "  #1"},
	})
}

func TestAReplacementLeavesNoUseWithoutAMaking(t *testing.T) {
	t.Parallel()
	other := with(at("collection", "08:00", `"donor":"D1","site":"S1","outputs":[{"unit":"U3"}]`), `"replaces":"`+id(1)+`"`)
	judgeAll(t, []judgement{
		{"nobody used it", []string{numbered(1, collectU1)}, other, ""},
		{"it was used", []string{numbered(1, collectU1), workOnU1}, other, "unknown-thing.unmade unit:U1 #2"},
		{"its use was corrected", []string{numbered(1, collectU1), numbered(2, workOnU1), correct("11:00", 2)}, other, ""},
	})
}
