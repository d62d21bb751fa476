package rules_test

import "testing"

func release(clock, decision, more string) string {
	return at("release", clock, `"units":["U1"],"decision":"`+decision+`"`+more)
}

func testOf(clock, subject, result string) string {
	return at("test", clock, `"subject":"`+subject+`","sampled":"2026-01-01T08:00:00Z","result":"`+result+`"`)
}

const (
	oneSigner  = `,"signed_by":["Q1"]`
	inFull     = `,"signed_by":["Q1","Q2"],"requested_by":"DR1","authority":"HA-1"`
	liftOfTest = `"case":"C1","action":"lift","reason":"cleared","holds":["00000000-0000-8000-8000-000000000007"]`
)

func TestWhatHasExpiredIsNotUsed(t *testing.T) {
	t.Parallel()
	made := []string{at("collection", "08:00", `"donor":"D1","site":"S1","outputs":[{"unit":"U1","expires":"2026-01-01T09:59:59Z"}]`), releaseU1}
	lot := []string{collectU1, at("receipt", "07:00", `"lot":"L1","site":"S1","expires":"2026-01-01T09:00:00Z"`)}
	sent := func(purpose string) string {
		return with(ship("10:00", "U1", "S1", "S2"), `"purpose":"`+purpose+`"`)
	}
	change := func(clock, expires string) string {
		return at("manufacture", clock, `"step":"thaw","site":"S1","units":["U1"],"changes":[{"unit":"U1","expires":"2026-01-01T`+expires+`Z"}]`)
	}
	const refused = "expired.past-expiry unit:U1 #1"
	judgeAll(t, []judgement{
		{"worked on", made, workOnU1, refused},
		{"worked on at the last moment", made, `{"type":"manufacture","time":"2026-01-01T09:59:59Z","step":"wash","site":"S1","units":["U1"]}`, ""},
		{"worked on before, told late", append(made, dispose("12:00", "U1")), at("manufacture", "09:30", `"step":"wash","site":"S1","units":["U1"]`), ""},
		{"consumed", made, consumeU1, refused},
		{"infused", made, infuseU1, refused},
		{"released", made, release("10:00", "released", oneSigner), refused},
		{"rejected", made, release("10:00", "rejected", oneSigner), ""},
		{"stored", made, store("10:00", "U1"), ""},
		{"shipped", made, ship("10:00", "U1", "S1", "S2"), refused},
		{"shipped for use", made, sent("use"), refused},
		{"shipped into quarantine", made, sent("quarantine"), ""},
		{"returned", made, sent("return"), ""},
		{"shipped to be destroyed", made, sent("destruction"), ""},
		{"shipped to be tested", made, sent("testing"), ""},
		{"a lot", lot, with(workOnU1, `"materials":[{"lot":"L1"}]`), "expired.past-expiry lot:L1 #2"},
		{"an aliquot", lot, with(workOnU1, `"materials":[{"lot":"L1","aliquot":"A"}]`), "expired.past-expiry aliquot:L1/A #2"},
		{"a thaw in time gives a new date", append(made, change("09:00", "12:00:00")), infuseU1, ""},
		{"a thaw in time can shorten it", append(made, change("09:00", "09:20:00")), infuseU1, "expired.past-expiry unit:U1 #3"},
		{"a thaw too late does not help itself", made, change("10:00", "12:00:00"), refused},
		{"what is made of it has a date of its own", append(made, at("manufacture", "09:00", `"step":"thaw","site":"S1","inputs":["U1"],"outputs":[{"unit":"U8"}]`)), at("manufacture", "10:00", `"step":"wash","site":"S1","units":["U8"]`), ""},
	})
}

func TestOnlyReleasedUnitsAreInfused(t *testing.T) {
	t.Parallel()
	batch := at("manufacture", "08:00", `"step":"fill","site":"S1","batch":"B","outputs":[{"unit":"U1"}]`)
	ofBatch := func(clock, decision string) string {
		return at("release", clock, `"batch":"B","decision":"`+decision+`"`+oneSigner)
	}
	judgeAll(t, []judgement{
		{"released", []string{collectU1, releaseU1}, infuseU1, ""},
		{"released at that time", []string{collectU1, release("10:00", "released", oneSigner)}, infuseU1, ""},
		{"released later", []string{collectU1, release("10:01", "released", oneSigner)}, infuseU1, "out-of-order.by-later-use unit:U1 #2; used-up.by-later-step unit:U1 #2; not-released.no-decision unit:U1"},
		{"not released", []string{collectU1}, infuseU1, "not-released.no-decision unit:U1"},
		{"released on condition", []string{collectU1, release("09:00", "conditional", oneSigner+`,"pending":["sterility"]`)}, infuseU1, ""},
		{"released out of specification", []string{collectU1, release("09:00", "exceptional", oneSigner)}, infuseU1, ""},
		{"rejected", []string{collectU1, release("09:00", "rejected", oneSigner)}, infuseU1, "not-released.rejected unit:U1 #2"},
		{"rejected after it was released", []string{collectU1, releaseU1, release("09:30", "rejected", oneSigner)}, infuseU1, "not-released.rejected unit:U1 #3"},
		{"released after it was rejected, recorded first", []string{collectU1, releaseU1, release("08:30", "rejected", oneSigner)}, infuseU1, ""},
		{"its release was corrected", []string{collectU1, numbered(2, releaseU1), correct("09:30", 2)}, infuseU1, "not-released.no-decision unit:U1"},
		{"released with its batch", []string{batch, ofBatch("09:00", "released")}, infuseU1, ""},
		{"made after its batch was released", []string{at("manufacture", "08:00", `"step":"fill","site":"S1","batch":"B","outputs":[{"unit":"U0"}]`), ofBatch("09:00", "released"), at("manufacture", "09:30", `"step":"fill","site":"S1","batch":"B","outputs":[{"unit":"U1"}]`)}, infuseU1, "not-released.no-decision unit:U1"},
		{"other steps need no release", []string{collectU1}, workOnU1, ""},
	})
}

func TestABadTestNeedsAnExceptionalRelease(t *testing.T) {
	t.Parallel()
	positive := numbered(7, testOf("09:00", "unit:U1", "positive"))
	have := func(more ...string) []string { return append([]string{collectU1, releaseU1, positive}, more...) }
	const held = "; on-hold.held unit:U1 unit:U1 #3"
	judgeAll(t, []judgement{
		{"released before", have(), infuseU1, "not-released.bad-test unit:U1 unit:U1 #3" + held},
		{"failed", []string{collectU1, releaseU1, testOf("09:00", "unit:U1", "fail")}, infuseU1, "not-released.bad-test unit:U1 unit:U1 #3" + held},
		{"inconclusive", []string{collectU1, releaseU1, testOf("09:00", "unit:U1", "inconclusive")}, infuseU1, ""},
		{"reported later", []string{collectU1, releaseU1, testOf("10:01", "unit:U1", "positive")}, infuseU1, ""},
		{"released after, as if nothing were", have(deviating(release("09:30", "released", oneSigner), ids("on-hold"), `"happened":true`)), infuseU1, "not-released.bad-test unit:U1 unit:U1 #3" + held},
		{"by an exceptional release", have(release("09:30", "exceptional", inFull)), infuseU1, ""},
		{"by one that is older than the test", []string{collectU1, release("08:30", "exceptional", inFull), positive}, infuseU1, "not-released.bad-test unit:U1 unit:U1 #3" + held},
		{"by one with one signer", have(release("09:30", "exceptional", `,"signed_by":["Q1"],"requested_by":"DR1","authority":"HA-1"`)), infuseU1, "not-released.incomplete unit:U1 unit:U1 #4" + held},
		{"by one that nobody requested", have(release("09:30", "exceptional", `,"signed_by":["Q1","Q2"],"authority":"HA-1"`)), infuseU1, "not-released.incomplete unit:U1 unit:U1 #4" + held},
		{"by one without authority", have(release("09:30", "exceptional", `,"signed_by":["Q1","Q2"],"requested_by":"DR1"`)), infuseU1, "not-released.incomplete unit:U1 unit:U1 #4" + held},
		{"a second test after it", have(release("09:30", "exceptional", inFull), testOf("09:40", "unit:U1", "positive")), infuseU1, "not-released.bad-test unit:U1 unit:U1 #5; on-hold.held unit:U1 unit:U1 #5"},
		{"the test was corrected", have(correct("09:30", 7)), infuseU1, ""},
		{"its hold was lifted", have(at("case", "09:30", liftOfTest)), infuseU1, ""},
		{"of what it was made from", []string{collectU1, consumeU1, at("release", "10:30", `"units":["U9"],"decision":"released"`+oneSigner), positive}, infusion("11:00", "U9", "P1", "S1"), "not-released.bad-test unit:U9 unit:U1 #4; on-hold.made-with unit:U9 unit:U1 #4"},
	})
}
