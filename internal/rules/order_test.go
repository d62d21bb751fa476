package rules_test

import "testing"

func TestAThingIsNamedNotBeforeItWasMade(t *testing.T) {
	t.Parallel()
	made := []string{collectU1, receiveL1}
	judgeAll(t, []judgement{
		{"used at the time it was made", made, at("manufacture", "08:00", `"step":"wash","site":"S1","units":["U1"]`), ""},
		{"used a second before", made, `{"type":"manufacture","time":"2026-01-01T07:59:59Z","step":"wash","site":"S1","units":["U1"]}`, "out-of-order.before-made unit:U1 #1"},
		{"the offset of a time does not matter", made, `{"type":"manufacture","time":"2026-01-01T16:00:00+08:00","step":"wash","site":"S1","units":["U1"]}`, ""},
		{"stored before", made, store("07:30", "U1"), "out-of-order.before-made unit:U1 #1"},
		{"booked before", made, at("allocation", "07:30", `"units":["U1"],"patient":"P1"`), "out-of-order.before-made unit:U1 #1"},
		{"when a sample was taken is not judged", made, at("test", "09:00", `"subject":"unit:U1","sampled":"2026-01-01T06:00:00Z","result":"pass"`), ""},
		{"a lot before its first receipt", []string{collectU1, at("receipt", "12:00", `"lot":"L1","site":"S2"`), at("receipt", "11:00", `"lot":"L1","site":"S1"`)}, with(workOnU1, `"materials":[{"lot":"L1"}]`), "out-of-order.before-made lot:L1 #3"},
		{"a lot after its first receipt", []string{collectU1, receiveL1, at("receipt", "12:00", `"lot":"L1","site":"S1"`)}, with(workOnU1, `"materials":[{"lot":"L1"}]`), ""},
		{"an arrival before the departure", append(made, ship("09:00", "U1", "S1", "S2")), arriveX("08:30", ""), "out-of-order.before-made shipment:X #3"},
	})
}

func TestAThingIsNotMadeAfterARecordThatNamesIt(t *testing.T) {
	t.Parallel()
	later := func(clock string) string {
		return with(at("collection", clock, `"donor":"D1","site":"S1","outputs":[{"unit":"U1"}]`), `"replaces":"`+id(1)+`"`)
	}
	judgeAll(t, []judgement{
		{"a replacement that makes it earlier", []string{numbered(1, collectU1), workOnU1}, later("07:00"), ""},
		{"a replacement at the time of its use", []string{numbered(1, collectU1), workOnU1}, later("10:00"), ""},
		{"a replacement after its use", []string{numbered(1, collectU1), workOnU1}, later("10:30"), "out-of-order.made-too-late unit:U1 #2"},
		{"master data is no use", []string{at("register", "06:00", `"subject":"lot:L1"`)}, receiveL1, ""},
		{"a departure after its arrival", []string{collectU1, deviating(arriveX("09:00", ""), ids("unknown-thing"), "")}, ship("10:00", "U1", "S1", "S2"), "out-of-order.made-too-late shipment:X #2"},
	})
}

func TestAThingIsNotUsedAfterItWasUsedUp(t *testing.T) {
	t.Parallel()
	consumed := []string{collectU1, releaseU1, consumeU1}
	judgeAll(t, []judgement{
		{"worked on", consumed, at("manufacture", "11:00", `"step":"wash","site":"S1","units":["U1"]`), "out-of-order.after-used-up unit:U1 #3; used-up.again unit:U1 #3"},
		{"consumed again", consumed, at("manufacture", "11:00", `"step":"fill","site":"S1","inputs":["U1"],"outputs":[{"unit":"U8"}]`), "out-of-order.after-used-up unit:U1 #3; used-up.again unit:U1 #3"},
		{"released", consumed, at("release", "11:00", `"units":["U1"],"decision":"released","signed_by":["Q1"]`), "out-of-order.after-used-up unit:U1 #3; used-up.again unit:U1 #3"},
		{"rejected", consumed, at("release", "11:00", `"units":["U1"],"decision":"rejected","signed_by":["Q1"]`), ""},
		{"shipped", consumed, ship("11:00", "U1", "S1", "S2"), "out-of-order.after-used-up unit:U1 #3; used-up.again unit:U1 #3"},
		{"infused", consumed, infusion("11:00", "U1", "P1", "S1"), "out-of-order.after-used-up unit:U1 #3; used-up.again unit:U1 #3"},
		{"touched", append(consumed, collectU2), at("contact", "11:00", `"things":["unit:U1","unit:U2"],"reason":"ice"`), "out-of-order.after-used-up unit:U1 #3"},
		{"touched at that time", append(consumed, collectU2), at("contact", "10:00", `"things":["unit:U1","unit:U2"],"reason":"ice"`), ""},
		{"worked on at that time", consumed, workOnU1, ""},
		{"tested", consumed, at("test", "11:00", `"subject":"unit:U1","sampled":"2026-01-01T09:00:00Z","result":"pass"`), ""},
		{"used in part before", []string{collectU1, at("manufacture", "10:00", `"step":"sample","site":"S1","inputs":[{"unit":"U1","rest":true}],"outputs":[{"unit":"U8"}]`)}, at("manufacture", "11:00", `"step":"wash","site":"S1","units":["U1"]`), ""},
		{"given in part before", []string{collectU1, releaseU1, with(infuseU1, `"complete":false`)}, infusion("11:00", "U1", "P1", "S1"), ""},
		{"its consumption was corrected", []string{collectU1, numbered(2, consumeU1), correct("10:30", 2)}, at("manufacture", "11:00", `"step":"wash","site":"S1","units":["U1"]`), ""},
		{"in place of what consumed it", []string{collectU1, numbered(2, at("manufacture", "10:00", `"step":"fill","site":"S1","inputs":["U1"],"outputs":[{"unit":"U8"}]`))}, with(at("manufacture", "11:00", `"step":"fill","site":"S1","inputs":["U1"],"outputs":[{"unit":"U8"}]`), `"replaces":"`+id(2)+`"`), ""},
	})
}

func TestABackDatedEndComesNotBeforeARecordedUse(t *testing.T) {
	t.Parallel()
	judgeAll(t, []judgement{
		{"before it was worked on", []string{collectU1, workOnU1}, dispose("09:00", "U1"), "out-of-order.by-later-use unit:U1 #2; used-up.by-later-step unit:U1 #2"},
		{"at the time it was worked on", []string{collectU1, workOnU1}, dispose("10:00", "U1"), ""},
		{"before it was infused", []string{collectU1, releaseU1, infuseU1}, at("manufacture", "09:30", `"step":"fill","site":"S1","inputs":["U1"],"outputs":[{"unit":"U8"}]`), "out-of-order.by-later-use unit:U1 #3; used-up.by-later-step unit:U1 #3"},
		{"in part before it was infused", []string{collectU1, releaseU1, infuseU1}, at("manufacture", "09:30", `"step":"fill","site":"S1","inputs":[{"unit":"U1","rest":true}],"outputs":[{"unit":"U8"}]`), ""},
		{"before a declared contact", []string{collectU1, collectU2, at("contact", "11:00", `"things":["unit:U1","unit:U2"],"reason":"ice"`)}, dispose("09:00", "U1"), "out-of-order.by-later-use unit:U1 #3"},
		{"before it was stored", []string{collectU1, store("11:00", "U1")}, dispose("09:00", "U1"), "used-up.by-later-step unit:U1 #2"},
		{"before it was disposed of", []string{collectU1, dispose("11:00", "U1")}, dispose("09:00", "U1"), "used-up.by-later-step unit:U1 #2"},
		{"before it was rejected", []string{collectU1, at("release", "11:00", `"units":["U1"],"decision":"rejected","signed_by":["Q1"]`)}, dispose("09:00", "U1"), ""},
		{"before a use that was corrected", []string{collectU1, numbered(2, workOnU1), correct("11:00", 2)}, dispose("09:00", "U1"), ""},
	})
}

func TestWhatIsNamedByItsIDComesNotLater(t *testing.T) {
	t.Parallel()
	held := []string{collectU1, numbered(7, holdOn("09:00", `"unit:U1"`))}
	lift := func(clock string) string { return at("case", clock, liftOfTest) }
	sign := func(clock string) string {
		return at("signature", clock, `"signs":"`+id(7)+`","meaning":"reviewed"`)
	}
	const refused = "out-of-order.before-event  #2"
	judgeAll(t, []judgement{
		{"a hold is lifted before it began", held, lift("08:59"), refused},
		{"a hold is lifted as it begins", held, lift("09:00"), ""},
		{"an event is corrected before it", held, correct("08:59", 7), refused},
		{"an event is corrected at its time", held, correct("09:00", 7), ""},
		{"an event is signed before it", held, sign("08:59"), refused},
		{"an event is signed at its time", held, sign("09:00"), ""},
		{"a replacement mends the time", held, with(holdOn("08:30", `"unit:U1"`), `"replaces":"`+id(7)+`"`), ""},
	})
}

func TestWhatIsTheSameEndsTogether(t *testing.T) {
	t.Parallel()
	same := at("same", "08:00", `"things":["unit:U1","unit:U2"],"reason":"relabelled","signed_by":["Q1"]`)
	releaseBoth := at("release", "09:00", `"units":["U1","U2"],"decision":"released","signed_by":["Q1"]`)
	made := []string{collectU1, collectU2, releaseBoth}
	one := append(append([]string{}, made...), same)
	have := func(more ...string) []string { return append(append([]string{}, one...), more...) }
	judgeAll(t, []judgement{
		{"given under the other name", have(infuseU1), infusion("11:00", "U2", "P1", "S1"), "out-of-order.after-used-up unit:U2 #5; used-up.again unit:U2 #5"},
		{"given under the other name to somebody else", have(infuseU1), infusion("11:00", "U2", "P2", "S1"), "out-of-order.after-used-up unit:U2 #5; used-up.again unit:U2 #5; wrong-patient.given-to unit:U2 patient:P1 #5"},
		{"two units", append(append([]string{}, made...), infuseU1), infusion("11:00", "U2", "P2", "S1"), ""},
		{"given at that time under the other name", have(infuseU1), infusion("10:00", "U2", "P1", "S1"), "used-up.again unit:U2 #5"},
		{"given under the other name before, told late", have(infuseU1), infusion("09:30", "U2", "P1", "S1"), "out-of-order.by-later-use unit:U2 #5; used-up.by-later-step unit:U2 #5"},
		{"given in part", have(with(infuseU1, `"complete":false`)), store("11:00", "U2"), ""},
		{"disposed of under the other name", have(dispose("10:00", "U1")), store("11:00", "U2"), "used-up.again unit:U2 #5"},
	})
}

func TestAStayEndsAfterItBegan(t *testing.T) {
	t.Parallel()
	judgeAll(t, []judgement{
		{"taken out after it was put in", []string{collectU1, store("09:00", "U1")}, retrieveU1("10:00"), ""},
		{"taken out at that time", []string{collectU1, store("09:00", "U1")}, retrieveU1("09:00"), ""},
		{"taken out before", []string{collectU1, store("10:00", "U1")}, retrieveU1("09:00"), "out-of-order.stay-reversed unit:U1 equipment:T1 #2"},
		{"taken out before, of another vessel", []string{collectU1, store("10:00", "U1")}, at("retrieve", "09:00", `"units":["U1"],"equipment":"T2"`), ""},
		{"an earlier stay is on record", []string{collectU1, store("08:30", "U1"), store("10:00", "U1")}, retrieveU1("09:00"), ""},
		{"the later stay is closed", []string{collectU1, store("10:00", "U1"), retrieveU1("11:00")}, retrieveU1("09:00"), ""},
		{"nothing says that it was in", []string{collectU1}, retrieveU1("09:00"), ""},
		{"a store told late, between", []string{collectU1, store("09:00", "U1"), retrieveU1("11:00")}, store("10:00", "U1"), ""},
	})
}

func TestWhatIsUsedUpIsNotHandledAgain(t *testing.T) {
	t.Parallel()
	for _, end := range []struct{ name, event string }{
		{"consumed", consumeU1},
		{"infused", infuseU1},
		{"destroyed", dispose("10:00", "U1")},
		{"lost", at("disposal", "10:00", `"units":["U1"],"method":"lost"`)},
	} {
		gone := []string{collectU1, releaseU1, end.event}
		t.Run(end.name, func(t *testing.T) {
			t.Parallel()
			judgeAll(t, []judgement{
				{"stored", gone, store("11:00", "U1"), "used-up.again unit:U1 #3"},
				{"stored at that time", gone, store("10:00", "U1"), ""},
				{"retrieved", gone, retrieveU1("11:00"), "used-up.again unit:U1 #3"},
				{"disposed of", gone, dispose("11:00", "U1"), "used-up.again unit:U1 #3"},
				{"disposed of at that time", gone, with(dispose("10:00", "U1"), `"n":2`), "used-up.again unit:U1 #3"},
				{"counted", gone, at("inventory", "11:00", `"site":"S1","units":["U1"]`), ""},
				{"booked", gone, at("allocation", "11:00", `"units":["U1"],"patient":"P1"`), ""},
				{"stored before, told late", gone, store("09:30", "U1"), ""},
			})
		})
	}
}

func TestALotEndsWhereItIsDisposedOf(t *testing.T) {
	t.Parallel()
	disposeL1 := func(clock, site string) string {
		return at("disposal", clock, `"lots":["L1"],"method":"destroyed"`+site)
	}
	use := with(workOnU1, `"materials":[{"lot":"L1","aliquot":"A"}]`)
	have := func(more ...string) []string { return append([]string{collectU1, receiveL1}, more...) }
	const here, there = `,"site":"S1"`, `,"site":"S2"`
	judgeAll(t, []judgement{
		{"used after it was disposed of here", have(disposeL1("09:00", here)), use, "out-of-order.after-used-up aliquot:L1/A #3; used-up.again aliquot:L1/A #3"},
		{"used after it was disposed of there", have(disposeL1("09:00", there)), use, ""},
		{"used after it was disposed of nowhere in particular", have(disposeL1("09:00", "")), use, "out-of-order.after-used-up aliquot:L1/A #3; used-up.again aliquot:L1/A #3"},
		{"used after it came in again", have(disposeL1("09:00", here), at("receipt", "09:30", `"lot":"L1","site":"S1"`)), use, ""},
		{"disposed of at a second site", have(disposeL1("09:00", here)), disposeL1("10:00", there), ""},
		{"disposed of twice", have(disposeL1("09:00", here)), disposeL1("10:00", here), "used-up.again lot:L1 #3"},
		{"disposed of before a recorded use", have(use), disposeL1("09:00", here), "out-of-order.by-later-use lot:L1 #3; used-up.by-later-step lot:L1 #3"},
		{"disposed of before it came in again and was used", have(at("receipt", "09:30", `"lot":"L1","site":"S1"`), use), disposeL1("09:00", here), ""},
	})
}
