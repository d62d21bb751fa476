package rules_test

import "testing"

func TestAUnitIsUsedWhereItIs(t *testing.T) {
	t.Parallel()
	wash := func(clock, site string) string {
		return at("manufacture", clock, `"step":"wash","units":["U1"],"site":"`+site+`"`)
	}
	sent := []string{collectU1, ship("09:00", "U1", "S1", "S2")}
	arrived := append(append([]string{}, sent...), arriveX("10:00", `,"accepted":["U1"]`))
	corrected := []string{numbered(1, collectU1), correct("09:00", 1)}
	judgeAll(t, []judgement{
		{"where it was made", []string{collectU1}, wash("10:00", "S1"), ""},
		{"elsewhere", []string{collectU1}, wash("10:00", "S2"), "not-here.elsewhere unit:U1 site:S1 #1"},
		{"consumed elsewhere", []string{collectU1}, at("manufacture", "10:00", `"step":"fill","site":"S2","inputs":["U1"],"outputs":[{"unit":"U8"}]`), "not-here.elsewhere unit:U1 site:S1 #1"},
		{"infused elsewhere", []string{collectU1, releaseU1}, infusion("10:00", "U1", "P1", "S2"), "not-here.elsewhere unit:U1 site:S1 #1"},
		{"shipped from elsewhere", []string{collectU1}, ship("10:00", "U1", "S2", "S1"), "not-here.elsewhere unit:U1 site:S1 #1"},
		{"released elsewhere", []string{collectU1}, with(releaseU1, `"site":"S2"`), "not-here.elsewhere unit:U1 site:S1 #1"},
		{"released without a site", []string{collectU1}, releaseU1, ""},
		{"stored elsewhere, which is no use", []string{collectU1}, with(store("10:00", "U1"), `"site":"S2"`), ""},
		{"having been stored elsewhere does not move it", []string{collectU1, with(store("09:00", "U1"), `"site":"S2"`)}, wash("10:00", "S2"), "not-here.elsewhere unit:U1 site:S1 #1"},
		{"on its way", sent, wash("09:30", "S2"), "not-here.in-transit unit:U1 shipment:X #2"},
		{"where it left, as it leaves", sent, wash("09:00", "S1"), ""},
		{"where it left, before, told late", arrived, wash("08:30", "S1"), ""},
		{"where it was accepted", arrived, wash("11:00", "S2"), ""},
		{"where it was accepted, as it arrives", arrived, wash("10:00", "S2"), ""},
		{"where it was accepted, before it was", arrived, wash("09:59", "S2"), "not-here.in-transit unit:U1 shipment:X #2"},
		{"where it left, after it arrived", arrived, wash("11:00", "S1"), "not-here.elsewhere unit:U1 site:S2 #3"},
		{"not accepted", append(append([]string{}, sent...), arriveX("10:00", "")), wash("11:00", "S2"), "not-here.in-transit unit:U1 shipment:X #2"},
		{"of unknown origin", corrected, wash("10:00", "S7"), ""},
		{"two names of one site", []string{collectU1, at("same", "08:00", `"things":["site:S1","site:S2"],"reason":"renamed","signed_by":["Q1"]`)}, wash("10:00", "S2"), ""},
	})
}

func TestEquipmentAndRoomsStayWhereTheyAreRegistered(t *testing.T) {
	t.Parallel()
	registered := []string{
		collectU1, at("register", "06:00", `"subject":"equipment:T1","at":"S1"`), at("register", "06:00", `"subject":"room:R1","at":"S1"`),
		at("register", "06:00", `"subject":"equipment:BOX","class":"shipper","at":"S1"`), at("collection", "08:00", `"donor":"D2","site":"S2","outputs":[{"unit":"U2"}]`),
	}
	have := func(more ...string) []string { return append(append([]string{}, registered...), more...) }
	wash := func(unit, site, more string) string {
		return at("manufacture", "10:00", `"step":"wash","units":["`+unit+`"],"site":"`+site+`",`+more)
	}
	const inT1 = `"equipment":[{"equipment":"T1"}]`
	judgeAll(t, []judgement{
		{"at its site", registered, wash("U1", "S1", inT1), ""},
		{"at another site", registered, wash("U2", "S2", inT1), "not-here.belongs-at equipment:T1 site:S1 #2"},
		{"a room of another site", registered, wash("U2", "S2", `"room":"R1"`), "not-here.belongs-at room:R1 site:S1 #3"},
		{"stored into a tank of another site", registered, with(store("10:00", "U2"), `"site":"S2"`), "not-here.belongs-at equipment:T1 site:S1 #2"},
		{"stored without a site", registered, store("10:00", "U2"), ""},
		{"a shipper goes anywhere", registered, with(ship("10:00", "U2", "S2", "S1"), `"equipment":"BOX"`), ""},
		{"registered anew since", have(at("register", "09:00", `"subject":"equipment:T1","at":"S2"`)), wash("U2", "S2", inT1), ""},
		{"registered anew later", have(at("register", "11:00", `"subject":"equipment:T1","at":"S2"`)), wash("U1", "S1", inT1), ""},
		{"not registered by then", []string{collectU1, at("register", "11:00", `"subject":"equipment:T1","at":"S2"`)}, wash("U1", "S1", inT1), ""},
	})
}

func TestAnArrivalAcceptsWhatItsShipmentHolds(t *testing.T) {
	t.Parallel()
	sent := []string{
		collectU1, collectU2, receiveL1, at("receipt", "07:00", `"lot":"L2","site":"S1"`),
		at("shipment", "09:00", `"shipment":"X","units":["U1"],"lots":["L1"],"site":"S1","to":"S2"`),
	}
	judgeAll(t, []judgement{
		{"all of it", sent, arriveX("10:00", `,"accepted":["U1","L1"]`), ""},
		{"nothing", sent, arriveX("10:00", `,"accepted":[]`), ""},
		{"a unit that is not in it", sent, arriveX("10:00", `,"accepted":["U1","U2"]`), "not-shipped.not-carried unit:U2 shipment:X #5"},
		{"a rejected unit that is not in it", sent, arriveX("10:00", `,"rejected":["U2"]`), "not-shipped.not-carried unit:U2 shipment:X #5"},
		{"a lot that is not in it", sent, arriveX("10:00", `,"accepted":["L2"]`), "unknown-thing.no-such-thing unit:L2; not-shipped.not-carried unit:L2 shipment:X #5"},
		{"of a shipment nobody sent", sent, deviating(at("arrival", "10:00", `"shipment":"Z","site":"S2","accepted":["U1"]`), ids("unknown-thing"), ""), ""},
	})
}
