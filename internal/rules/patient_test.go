package rules_test

import "testing"

func TestAUnitGoesToItsPatientOnly(t *testing.T) {
	t.Parallel()
	forP1 := []string{at("collection", "08:00", `"donor":"D1","site":"S1","outputs":[{"unit":"U1","for_patient":"P1"}]`), releaseU1}
	have := func(more ...string) []string { return append(append([]string{}, forP1...), more...) }
	book := func(patient, more string) string {
		return at("allocation", "10:00", `"units":["U1"],"patient":"`+patient+`"`+more)
	}
	child := []string{consumeU1, at("release", "10:30", `"units":["U9"],"decision":"released","signed_by":["Q1"]`)}
	same := at("same", "08:00", `"things":["patient:P1","patient:P2"],"reason":"two hospitals","signed_by":["Q1"]`)
	judgeAll(t, []judgement{
		{"infused to the patient", forP1, infuseU1, ""},
		{"infused to another", forP1, infusion("10:00", "U1", "P2", "S1"), "wrong-patient.meant-for unit:U1 patient:P1 #1"},
		{"infused to the same under another name", have(same), infusion("10:00", "U1", "P2", "S1"), ""},
		{"booked for the patient", forP1, book("P1", ""), ""},
		{"booked for another", forP1, book("P2", ""), "wrong-patient.meant-for unit:U1 patient:P1 #1"},
		{"a booking for another is cancelled", forP1, book("P2", `,"cancelled":true`), ""},
		{"what was made of it, to the patient", have(child...), infusion("11:00", "U9", "P1", "S1"), ""},
		{"what was made of it, to another", have(child...), infusion("11:00", "U9", "P2", "S1"), "wrong-patient.meant-for unit:U9 patient:P1 #1"},
		{"for nobody in particular", []string{collectU1, releaseU1}, infusion("10:00", "U1", "P2", "S1"), ""},
	})
}

func TestUnitsForDifferentPatientsAreNotPooled(t *testing.T) {
	t.Parallel()
	made := []string{
		at("collection", "08:00", `"donor":"D1","site":"S1","outputs":[{"unit":"U1","for_patient":"P1"},{"unit":"U2","for_patient":"P2"},{"unit":"U3"}]`),
		at("manufacture", "08:30", `"step":"serum","site":"S1","inputs":[{"unit":"U2","rest":true}],"outputs":[{"lot":"SERUM"}]`),
	}
	pool := func(members string) string { return at("manufacture", "10:00", `"step":"pool","site":"S1",`+members) }
	judgeAll(t, []judgement{
		{"two patients", made, pool(`"inputs":["U1","U2"],"outputs":[{"unit":"U9"}]`), "wrong-patient.pooled unit:U2 patient:P1 #1"},
		{"a patient's and anyone's", made, pool(`"inputs":["U1","U3"],"outputs":[{"unit":"U9"}]`), ""},
		{"a medium made of another's cells", made, pool(`"inputs":["U1"],"materials":[{"lot":"SERUM"}],"outputs":[{"unit":"U9"}]`), "wrong-patient.pooled lot:SERUM patient:P1 #1"},
		{"one patient under two names", append(append([]string{}, made...), at("same", "08:00", `"things":["patient:P1","patient:P2"],"reason":"two hospitals","signed_by":["Q1"]`)), pool(`"inputs":["U1","U2"],"outputs":[{"unit":"U9"}]`), ""},
		{"an output for the patient", made, pool(`"inputs":["U1"],"outputs":[{"unit":"U9","for_patient":"P1"}]`), ""},
		{"an output for another", made, pool(`"inputs":["U1"],"outputs":[{"unit":"U9","for_patient":"P2"}]`), "wrong-patient.other-output unit:U9 patient:P1 #1"},
		{"an output of anyone's", made, pool(`"inputs":["U3"],"outputs":[{"unit":"U9","for_patient":"P2"}]`), ""},
	})
}

func TestAUnitIsNotTakenFromItsPatient(t *testing.T) {
	t.Parallel()
	forP1 := []string{at("collection", "08:00", `"donor":"D1","site":"S1","outputs":[{"unit":"U1","for_patient":"P1"},{"unit":"U3"}]`)}
	change := func(unit, patient string) string {
		return at("manufacture", "10:00", `"step":"relabel","site":"S1","units":["`+unit+`"],"changes":[{"unit":"`+unit+`","for_patient":"`+patient+`"}]`)
	}
	taken := deviating(change("U1", ""), ids("wrong-patient"), `"approved_by":["Q1","Q2"]`)
	const refused = "wrong-patient.reassigned unit:U1 patient:P1 #1"
	judgeAll(t, []judgement{
		{"taken away", forP1, change("U1", ""), refused},
		{"given to another", forP1, change("U1", "P2"), refused},
		{"said again", forP1, change("U1", "P1"), ""},
		{"given to a first patient", forP1, change("U3", "P2"), ""},
		{"taken from nobody", forP1, change("U3", ""), ""},
		{"taken away with two approvers", forP1, taken, ""},
		{"then for anyone", append(append([]string{}, forP1...), taken, release("09:00", "released", oneSigner)), infusion("11:00", "U1", "P2", "S1"), ""},
		{"given to another than who was infused, told late", []string{collectU1, releaseU1, infusion("11:00", "U1", "P1", "S1")}, change("U1", "P2"), "wrong-patient.given-to unit:U1 patient:P1 #3"},
	})
}

func TestTheRestOfAUnitIsForWhoWasGivenAPart(t *testing.T) {
	t.Parallel()
	partly := []string{collectU1, releaseU1, with(infuseU1, `"complete":false,"residue":"R1"`)}
	judgeAll(t, []judgement{
		{"given to the same", partly, infusion("11:00", "U1", "P1", "S1"), ""},
		{"given to another", partly, infusion("11:00", "U1", "P2", "S1"), "wrong-patient.given-to unit:U1 patient:P1 #3"},
		{"given to another before, told late", partly, with(infusion("09:30", "U1", "P2", "S1"), `"complete":false`), "wrong-patient.given-to unit:U1 patient:P1 #3"},
		{"booked for another", partly, at("allocation", "11:00", `"units":["U1"],"patient":"P2"`), "wrong-patient.meant-for unit:U1 patient:P1 #3"},
		{"what was left over, booked for another", partly, at("allocation", "11:00", `"units":["R1"],"patient":"P2"`), "wrong-patient.meant-for unit:R1 patient:P1 #3"},
	})
}
