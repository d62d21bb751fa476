package rules_test

import (
	"fmt"
	"testing"

	"suyuan/internal/event"
	"suyuan/internal/rules"
)

// relabel says whom the unit is for, and until when it may be used.
func relabel(clock, unit, change string) string {
	return at("manufacture", clock, fmt.Sprintf(`"step":"relabel","site":"S1","units":[%q],"changes":[{"unit":%q,%s}]`, unit, unit, change))
}

func TestARecordedUseIsNotMadeOneForAnotherPatient(t *testing.T) {
	t.Parallel()
	made := []string{
		collectU1, collectU2,
		at("manufacture", "09:00", `"step":"fill","site":"S1","inputs":[{"unit":"U1","rest":true}],"outputs":[{"unit":"U9"}]`),
		at("release", "09:10", `"units":["U1","U2","U9"],"decision":"released","signed_by":["Q1"]`),
	}
	have := func(more ...string) []string { return append(append([]string{}, made...), more...) }
	book := at("allocation", "10:00", `"units":["U9"],"patient":"P2"`)
	pool := at("manufacture", "10:00", `"step":"pool","site":"S1","inputs":["U1","U2"],"outputs":[{"unit":"U8"}]`)
	same := at("same", "08:00", `"things":["unit:U1","unit:U2"],"reason":"relabelled","signed_by":["Q1"]`)
	forU1 := relabel("08:30", "U1", `"for_patient":"P1"`)
	const refused = "wrong-patient.recorded-use unit:U9 patient:P1 #5"
	judgeAll(t, []judgement{
		{"given itself", have(infusion("10:00", "U1", "P2", "S1")), relabel("09:30", "U1", `"for_patient":"P3"`), "wrong-patient.given-to unit:U1 patient:P2 #5"},
		{"what was made of it was given", have(infusion("10:00", "U9", "P2", "S1")), forU1, refused},
		{"what was made of it was given to that patient", have(infusion("10:00", "U9", "P1", "S1")), forU1, ""},
		{"what was made of it before that was given", have(infusion("10:00", "U9", "P2", "S1")), relabel("09:30", "U1", `"for_patient":"P1"`), ""},
		{"what was made of it was booked", have(book), forU1, refused},
		{"what was made of it is booked after that", made, forU1, ""},
		{"it was pooled with another's", have(relabel("08:30", "U2", `"for_patient":"P2"`), pool), forU1, "wrong-patient.recorded-use unit:U2 patient:P1 #6"},
		{"it was pooled with anyone's", have(pool), forU1, ""},
		{"a use that is a deviation already", have(relabel("08:20", "U1", `"for_patient":"P3"`), deviating(infusion("10:00", "U9", "P2", "S1"), ids("wrong-patient"), `"happened":true`)), relabel("08:30", "U1", `"for_patient":"P3"`), ""},
		{"its other name was given", have(same, infusion("10:00", "U2", "P2", "S1")), forU1, "wrong-patient.given-to unit:U1 patient:P2 #6; wrong-patient.recorded-use unit:U2 patient:P1 #6"},
		{"another unit was given", have(infusion("10:00", "U2", "P2", "S1")), forU1, ""},
		{"a use that was corrected", have(numbered(5, infusion("10:00", "U9", "P2", "S1")), correct("11:00", 5)), forU1, ""},
		{"in place of a making for anyone", []string{numbered(1, collectU1), releaseU1, infusion("10:00", "U1", "P2", "S1")}, with(at("collection", "08:00", `"donor":"D1","site":"S1","outputs":[{"unit":"U1","for_patient":"P1"}]`), `"replaces":"`+id(1)+`"`), "wrong-patient.recorded-use unit:U1 patient:P1 #3"},
	})
}

func TestARecordedUseIsNotMadeOneOfAnExpiredThing(t *testing.T) {
	t.Parallel()
	used := []string{collectU1, workOnU1}
	dated := func(expires string) string {
		return with(at("collection", "08:00", `"donor":"D1","site":"S1","outputs":[{"unit":"U1","expires":"2026-01-01T`+expires+`:00Z"}]`), `"replaces":"`+id(1)+`"`)
	}
	lot := with(workOnU1, `"materials":[{"lot":"L1","aliquot":"A"}]`)
	receive := func(expires string) string {
		return at("receipt", "07:30", `"lot":"L1","site":"S1","expires":"2026-01-01T`+expires+`:00Z"`)
	}
	judgeAll(t, []judgement{
		{"a change told late", used, relabel("08:30", "U1", `"expires":"2026-01-01T09:30:00Z"`), "expired.recorded-use unit:U1 #2"},
		{"a change told late, to the time of the use", used, relabel("08:30", "U1", `"expires":"2026-01-01T10:00:00Z"`), ""},
		{"a change in order", used, relabel("11:00", "U1", `"expires":"2026-01-01T09:30:00Z"`), ""},
		{"a date that was past when it was told", used, relabel("08:30", "U1", `"expires":"2026-01-01T08:10:00Z"`), "expired.recorded-use unit:U1 #2"},
		{"in place of a making without date", []string{numbered(1, collectU1), workOnU1}, dated("09:30"), "expired.recorded-use unit:U1 #2"},
		{"in place of a making, in time", []string{numbered(1, collectU1), workOnU1}, dated("10:30"), ""},
		{"in place of a thaw that gave a later date", []string{
			at("collection", "08:00", `"donor":"D1","site":"S1","outputs":[{"unit":"U1","expires":"2026-01-01T09:00:00Z"}]`),
			numbered(2, relabel("08:30", "U1", `"expires":"2026-01-01T12:00:00Z"`)), workOnU1,
		}, with(at("manufacture", "08:30", `"step":"wash","site":"S1","units":["U1"]`), `"replaces":"`+id(2)+`"`), "expired.recorded-use unit:U1 #3"},
		{"the use gives a later date itself", []string{collectU1, relabel("10:00", "U1", `"expires":"2026-01-02T00:00:00Z"`)}, relabel("08:30", "U1", `"expires":"2026-01-01T09:30:00Z"`), "expired.recorded-use unit:U1 #2"},
		{"a lot received late", []string{collectU1, receiveL1, lot}, receive("09:00"), "expired.recorded-use aliquot:L1/A #3"},
		{"a lot received late, in date", []string{collectU1, receiveL1, lot}, receive("10:30"), ""},
		{"sent out of use", []string{collectU1, at("shipment", "10:00", `"shipment":"X","units":["U1"],"site":"S1","to":"S2","purpose":"return"`)}, relabel("08:30", "U1", `"expires":"2026-01-01T09:30:00Z"`), ""},
	})
}

func TestARecordedUseIsNotPutElsewhere(t *testing.T) {
	t.Parallel()
	there := at("manufacture", "12:00", `"step":"wash","site":"S2","units":["U1"]`)
	sent := ship("09:00", "U1", "S1", "S2")
	judgeAll(t, []judgement{
		{"sent before it", []string{collectU1, workOnU1}, sent, "not-here.recorded-use unit:U1 shipment:X #2"},
		{"sent at that time", []string{collectU1, workOnU1}, ship("10:00", "U1", "S1", "S2"), ""},
		{"sent after it", []string{collectU1, workOnU1}, ship("10:30", "U1", "S1", "S2"), ""},
		{"accepted elsewhere before it", []string{collectU1, sent, arriveX("09:30", `,"accepted":["U1"]`), there}, at("arrival", "10:00", `"shipment":"X","site":"S3","accepted":["U1"]`), "not-here.recorded-use unit:U1 site:S3 #4"},
		{"sent before a use that is a deviation already", []string{collectU1, deviating(there, ids("not-here"), "")}, sent, ""},
		{"in place of the arrival, without it", []string{collectU1, sent, numbered(3, arriveX("10:00", `,"accepted":["U1"]`)), there}, with(arriveX("10:00", `,"accepted":[]`), `"replaces":"`+id(3)+`"`), "not-here.recorded-use unit:U1 shipment:X #4"},
		{"in place of the arrival, later", []string{collectU1, sent, numbered(3, arriveX("10:00", `,"accepted":["U1"]`)), there}, with(arriveX("12:30", `,"accepted":["U1"]`), `"replaces":"`+id(3)+`"`), "not-here.recorded-use unit:U1 shipment:X #4"},
		{"in place of the arrival, earlier", []string{collectU1, sent, numbered(3, arriveX("10:00", `,"accepted":["U1"]`)), there}, with(arriveX("09:30", `,"accepted":["U1"]`), `"replaces":"`+id(3)+`"`), ""},
		{"in place of its making, elsewhere", []string{numbered(1, collectU1), workOnU1}, with(at("collection", "08:00", `"donor":"D1","site":"S2","outputs":[{"unit":"U1"}]`), `"replaces":"`+id(1)+`"`), "not-here.recorded-use unit:U1 site:S2 #2"},
	})
}

func TestARecordedArrivalKeepsWhatItsShipmentHeld(t *testing.T) {
	t.Parallel()
	sent := numbered(3, at("shipment", "09:00", `"shipment":"X","units":["U1","U2"],"site":"S1","to":"S2"`))
	instead := func(units string) string {
		return with(at("shipment", "09:00", `"shipment":"X","units":[`+units+`],"site":"S1","to":"S2"`), `"replaces":"`+id(3)+`"`)
	}
	arrived := []string{collectU1, collectU2, sent, arriveX("10:00", `,"accepted":["U1","U2"]`)}
	judgeAll(t, []judgement{
		{"without what was accepted", arrived, instead(`"U1"`), "not-shipped.recorded-use unit:U2 shipment:X #4"},
		{"with all that was accepted", arrived, instead(`"U1","U2"`), ""},
		{"before anything arrived", arrived[:3], instead(`"U1"`), ""},
		{"accepted as a deviation", []string{collectU1, collectU2, sent, deviating(arriveX("10:00", `,"accepted":["U1","U2"]`), ids("not-shipped"), "")}, instead(`"U1"`), ""},
	})
}

// What is learned late is recorded, whatever was done before that: the bad news
// must not be turned away.
func TestBadNewsIsNotRefusedForWhatWasDone(t *testing.T) {
	t.Parallel()
	given := []string{collectU1, releaseU1, infuseU1}
	judgeAll(t, []judgement{
		{"a positive test", given, at("test", "09:30", `"subject":"unit:U1","sampled":"2026-01-01T08:00:00Z","result":"positive"`), ""},
		{"a hold", given, at("case", "09:30", `"case":"C1","action":"hold","things":["unit:U1"]`), ""},
		{"a rejection", given, at("release", "09:30", `"units":["U1"],"decision":"rejected","signed_by":["Q1"]`), ""},
	})
}

// A judgement leaves the ledger as it was: the same is found again and again.
func TestJudgingWhatIsRecordedLeavesNoTrace(t *testing.T) {
	t.Parallel()
	g := ledgerOf(t, []string{collectU1, workOnU1})
	e := parse(t, at("shipment", "09:00", `"shipment":"X","units":["U1"],"site":"S1","to":"S2"`))
	first := tell(rules.Check(g, &e, rules.Context{}))
	if again := tell(rules.Check(g, &e, rules.Context{})); first == "" || first != again {
		t.Errorf("found %q, and then %q", first, again)
	}
	if g.Len() != 2 || len(g.History(e.Body.(*event.Shipment).Units[0])) != 2 || g.Known(e.Body.(*event.Shipment).Shipment) {
		t.Error("what was supposed stayed in the ledger")
	}
}
