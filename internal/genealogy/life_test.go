package genealogy_test

import (
	"fmt"
	"slices"
	"testing"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
)

func sortedStrings(list []string) []string {
	list = slices.Clone(list)
	slices.Sort(list)
	return list
}

func TestALotIsMadeByItsFirstReceipt(t *testing.T) {
	t.Parallel()
	g := graphOf(t, at("receipt", "09:00", `"lot":"L1","site":"S2","product":"serum"`), at("receipt", "08:00", `"lot":"L1","site":"S1"`))
	made, ok := g.Made(ref(t, "lot:L1"))
	if !ok || made.Entry.Seq != 2 || made.Site != ref(t, "site:S1") || len(g.Makings(ref(t, "lot:L1"))) != 2 {
		t.Errorf("made is %+v, %v", made, ok)
	}
}

func TestWhatExists(t *testing.T) {
	t.Parallel()
	sent := at("shipment", "09:00", `"shipment":"X","units":["U1"],"site":"S1","to":"S2"`)
	made := at("collection", "08:00", twoOfS1)
	for _, row := range []struct {
		name     string
		events   []string
		thing    string
		exists   bool
		unknowns bool
	}{
		{"a unit that was made", []string{made}, "unit:U1", true, false},
		{"a residue", []string{made, infuse("09:00", "U1", `,"residue":"R"`)}, "unit:R", true, false},
		{"a unit that is only named", []string{at("allocation", "09:00", `"units":["U1"],"patient":"P1"`)}, "unit:U1", false, false},
		{"a unit that was declared", []string{declared(at("allocation", "09:00", `"units":["U1"],"patient":"P1"`))}, "unit:U1", true, true},
		{"a unit whose making was corrected", []string{numbered(1, made), correcting(1)}, "unit:U1", true, true},
		{"a unit whose making was replaced by that of another", []string{numbered(1, made), replacing(1, at("collection", "08:00", `"donor":"D1","site":"S1","outputs":[{"unit":"U2"}]`))}, "unit:U1", false, false},
		{"a unit that was claimed", []string{declared(count("09:00", `"U1"`, "")), made}, "unit:U1", true, false},
		{"an aliquot of a lot", []string{at("receipt", "08:00", `"lot":"L1","site":"S1"`)}, "aliquot:L1/A", true, false},
		{"an aliquot of no lot", nil, "aliquot:L1/A", false, false},
		{"a shipment", []string{made, sent}, "shipment:X", true, false},
		{"a shipment that only arrived", []string{at("arrival", "09:00", `"shipment":"X","site":"S2"`)}, "shipment:X", false, false},
		{"a shipment whose departure was corrected", []string{made, numbered(2, sent), correcting(2)}, "shipment:X", true, false},
		{"a batch that is mentioned", []string{at("manufacture", "08:00", `"step":"fill","site":"S1","batch":"B","outputs":[{"unit":"U1"}]`)}, "batch:B", true, false},
		{"a batch that is not", []string{made}, "batch:B", false, false},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			g, r := graphOf(t, row.events...), ref(t, row.thing)
			if got, unknown := g.Exists(r), g.UnknownOrigin(r); got != row.exists || unknown != row.unknowns {
				t.Errorf("exists %v, of unknown origin %v", got, unknown)
			}
		})
	}
}

func TestTheNewestDateCounts(t *testing.T) {
	t.Parallel()
	change := func(clock, expires string) string {
		return at("manufacture", clock, `"step":"thaw","site":"S1","units":["U1"],"changes":[{"unit":"U1","expires":"2026-01-01T`+expires+`:00Z"}]`)
	}
	g := graphOf(t,
		at("receipt", "08:00", `"site":"S1","expires":"2026-01-01T18:00:00Z","outputs":[{"unit":"U1"},{"unit":"U2","expires":"2026-01-01T17:00:00Z"}]`),
		change("10:00", "15:00"), change("09:00", "12:00"), at("receipt", "08:00", `"lot":"L1","site":"S1","expires":"2026-01-01T11:00:00Z"`),
		at("collection", "08:00", `"donor":"D1","site":"S1","outputs":[{"unit":"U3"}]`))
	for _, row := range []struct {
		thing, at, want string
		by              uint64
	}{
		{"unit:U1", "08:00", "18:00", 1},
		{"unit:U1", "09:00", "12:00", 3},
		{"unit:U1", "10:00", "15:00", 2},
		{"unit:U2", "10:00", "17:00", 1},
		{"lot:L1", "09:00", "11:00", 4},
		{"aliquot:L1/A", "09:00", "11:00", 4},
	} {
		limit, by := g.ExpiryBy(ref(t, row.thing), clock(t, row.at))
		if limit != clock(t, row.want) || by == nil || by.Seq != row.by {
			t.Errorf("%s at %s expires at %v by %v", row.thing, row.at, limit, by)
		}
	}
	if limit, by := g.ExpiryBy(ref(t, "unit:U3"), clock(t, "10:00")); !limit.IsZero() || by != nil {
		t.Errorf("a unit without a date expires at %v", limit)
	}
}

func TestProductsChangeAndRolesDoNot(t *testing.T) {
	t.Parallel()
	g := graphOf(t, at("collection", "08:00", `"donor":"D1","site":"S1","outputs":[{"unit":"U1","product":"blood"},{"unit":"U2","role":"sample"}]`),
		at("manufacture", "09:00", `"step":"relabel","site":"S1","units":["U1"],"changes":[{"unit":"U1","product":"cells"}]`))
	for _, row := range []struct{ unit, at, want string }{
		{"unit:U1", "08:00", "collection blood"}, {"unit:U1", "09:00", "collection cells"}, {"unit:U2", "09:00", "sample "},
	} {
		role, product := g.Role(ref(t, row.unit), clock(t, row.at))
		if got := string(role) + " " + product; got != row.want {
			t.Errorf("%s at %s is %q, wanted %q", row.unit, row.at, got, row.want)
		}
	}
}

func TestForWhomAUnitIs(t *testing.T) {
	t.Parallel()
	change := func(clock, unit, patient string) string {
		return at("manufacture", clock, `"step":"relabel","site":"S1","units":["`+unit+`"],"changes":[{"unit":"`+unit+`","for_patient":"`+patient+`"}]`)
	}
	g := graphOf(t,
		at("collection", "08:00", `"donor":"D1","site":"S1","outputs":[{"unit":"U1","for_patient":"P1"},{"unit":"U2"}]`),
		at("manufacture", "09:00", `"step":"pool","site":"S1","inputs":[{"unit":"U2","rest":true},{"unit":"U1","rest":true}],"outputs":[{"unit":"U3"},{"lot":"SERUM"}]`),
		at("manufacture", "10:00", `"step":"fill","site":"S1","inputs":["U3"],"outputs":[{"unit":"U4"}]`),
		at("manufacture", "10:00", `"step":"feed","site":"S1","inputs":[{"unit":"U2","rest":true}],"materials":[{"lot":"SERUM","aliquot":"A"}],"outputs":[{"unit":"U5"}]`),
		change("11:00", "U1", ""), change("12:00", "U1", "P2"),
		infuse("13:00", "U2", `,"complete":false,"residue":"R"`))
	for _, row := range []struct {
		unit, at, want string
		by             uint64
	}{
		{"unit:U1", "07:00", "", 0},
		{"unit:U1", "08:00", "patient:P1", 1},
		{"unit:U2", "08:00", "", 0},
		{"unit:U3", "09:00", "patient:P1", 1},
		{"unit:U4", "20:00", "patient:P1", 1},
		{"lot:SERUM", "20:00", "patient:P1", 1},
		{"unit:U5", "20:00", "patient:P1", 1},
		{"unit:U1", "11:00", "", 5},
		{"unit:U1", "12:00", "patient:P2", 6},
		{"unit:U2", "13:00", "patient:P1", 7},
		{"unit:R", "13:00", "patient:P1", 7},
	} {
		patient, by := g.ForPatientBy(ref(t, row.unit), clock(t, row.at))
		if patient.String() != row.want || (by == nil) != (row.by == 0) || by != nil && by.Seq != row.by {
			t.Errorf("%s at %s is for %q by %v, wanted %q by %d", row.unit, row.at, patient, by, row.want, row.by)
		}
	}
}

// A is for nobody when B is made of it, and for P when C is made of both.
func TestForWhomAUnitIsDoesNotHangOnTheOrderOfItsInputs(t *testing.T) {
	t.Parallel()
	for inputs, want := range map[string]string{
		`"A","B"`: "patient:P", `"B","A"`: "patient:P", `"B"`: "",
	} {
		g := graphOf(t, at("collection", "08:00", `"donor":"D1","site":"S1","outputs":[{"unit":"A"}]`),
			at("manufacture", "09:00", `"step":"split","site":"S1","inputs":[{"unit":"A","rest":true}],"outputs":[{"unit":"B"}]`),
			at("manufacture", "10:00", `"step":"relabel","site":"S1","units":["A"],"changes":[{"unit":"A","for_patient":"P"}]`),
			at("manufacture", "11:00", `"step":"pool","site":"S1","inputs":[`+inputs+`],"outputs":[{"unit":"C"}]`))
		if got := g.ForPatient(ref(t, "unit:C"), clock(t, "12:00")).String(); got != want {
			t.Errorf("of %s it is for %q, wanted %q", inputs, got, want)
		}
	}
}

func TestForWhomIsFoundInALineageThatBranchesAndJoinsManyTimes(t *testing.T) {
	t.Parallel()
	events := []string{at("collection", "08:00", `"donor":"D1","site":"S1","outputs":[{"unit":"A0","for_patient":"P"},{"unit":"B0"}]`)}
	for i := range 60 {
		events = append(events, at("manufacture", fmt.Sprintf("09:%02d", i),
			fmt.Sprintf(`"step":"mix","site":"S1","inputs":["B%d","A%[1]d"],"outputs":[{"unit":"A%[2]d"},{"unit":"B%[2]d"}]`, i, i+1)))
	}
	g := graphOf(t, events...)
	if got := g.ForPatient(ref(t, "unit:B60"), clock(t, "12:00")); got != ref(t, "patient:P") {
		t.Errorf("it is for %v", got)
	}
}

// A and B are made of each other. What A is for while B is being asked about is
// not what A is for.
func TestForWhomIsFoundThroughWhatIsMadeOfItself(t *testing.T) {
	t.Parallel()
	g := graphOf(t, at("collection", "08:00", `"donor":"D1","site":"S1","outputs":[{"unit":"X","for_patient":"P"}]`),
		at("manufacture", "09:00", `"step":"pool","site":"S1","inputs":[{"unit":"B","rest":true}],"outputs":[{"unit":"A"}]`),
		at("manufacture", "09:00", `"step":"pool","site":"S1","inputs":[{"unit":"A","rest":true},"X"],"outputs":[{"unit":"B"}]`),
		at("manufacture", "09:00", `"step":"split","site":"S1","inputs":["B"],"outputs":[{"unit":"Y"}]`),
		at("manufacture", "09:00", `"step":"relabel","site":"S1","units":["Y"],"changes":[{"unit":"Y","for_patient":""}]`),
		at("manufacture", "09:00", `"step":"pool","site":"S1","inputs":["Y","A"],"outputs":[{"unit":"C"}]`))
	for unit, want := range map[string]string{"unit:A": "patient:P", "unit:B": "patient:P", "unit:C": "patient:P", "unit:Y": ""} {
		if got := g.ForPatient(ref(t, unit), clock(t, "09:00")).String(); got != want {
			t.Errorf("%s is for %q, wanted %q", unit, got, want)
		}
	}
}

func TestForWhomAUnitIsHoldsUnderItsOtherNames(t *testing.T) {
	t.Parallel()
	mine := at("collection", "08:00", `"donor":"D1","site":"S1","outputs":[{"unit":"U","for_patient":"P"}]`)
	early := at("receipt", "07:00", `"site":"S2","outputs":[{"unit":"V"}]`)
	late := at("receipt", "09:00", `"site":"S2","outputs":[{"unit":"V"}]`)
	one := same("10:00", `"unit:U","unit:V"`)
	child := fill("12:00", `"inputs":["V"],"outputs":[{"unit":"C"}]`)
	for _, row := range []struct {
		name         string
		events       []string
		u, v, ofTheV string
	}{
		{"one", []string{mine, late, child, one}, "patient:P", "patient:P", "patient:P"},
		{"labelled before", []string{early, mine, one, child}, "patient:P", "patient:P", "patient:P"},
		{"two", []string{mine, late, child}, "patient:P", "", ""},
		{"one, wrongly", []string{mine, late, child, numbered(1, one), correcting(1)}, "patient:P", "", ""},
	} {
		g := graphOf(t, row.events...)
		for unit, want := range map[string]string{"unit:U": row.u, "unit:V": row.v, "unit:C": row.ofTheV} {
			if got := g.ForPatient(ref(t, unit), clock(t, "20:00")).String(); got != want {
				t.Errorf("%s: %s is for %q, wanted %q", row.name, unit, got, want)
			}
		}
	}
}

func TestEndingsAreThoseOfWhatIsTheSame(t *testing.T) {
	t.Parallel()
	g := graphOf(t, at("collection", "08:00", twoOfS1), same("09:00", `"unit:U1","unit:U2"`),
		infuse("11:00", "U2", ""), at("disposal", "10:00", `"units":["U1"],"method":"lost"`))
	for _, unit := range []string{"unit:U1", "unit:U2"} {
		var got []genealogy.State
		for _, e := range g.EndingsOf(ref(t, unit)) {
			got = append(got, e.State)
		}
		if len(got) != 2 || got[0] != genealogy.Lost || got[1] != genealogy.Infused {
			t.Errorf("%s ended as %v", unit, got)
		}
	}
	if n := len(g.EndingsOf(ref(t, "unit:U3"))); n > 0 {
		t.Errorf("what is not known ended %d times", n)
	}
}

func TestTheNewestReleaseDecides(t *testing.T) {
	t.Parallel()
	made := func(clock, unit string) string {
		return at("manufacture", clock, `"step":"fill","site":"S1","batch":"B","outputs":[{"unit":"`+unit+`"}]`)
	}
	release := func(clock, what, decision string) string {
		return at("release", clock, what+`,"decision":"`+decision+`","signed_by":["Q1"]`)
	}
	g := graphOf(t, made("08:00", "U1"), release("10:00", `"batch":"B"`, "released"), made("11:00", "U2"), release("12:00", `"units":["U1"]`, "rejected"),
		release("09:00", `"units":["U1"]`, "conditional"), numbered(6, release("13:00", `"units":["U1"]`, "exceptional")), correcting(6))
	for _, row := range []struct{ unit, at, want string }{
		{"unit:U1", "08:59", ""},
		{"unit:U1", "09:00", "conditional"},
		{"unit:U1", "10:00", "released"},
		{"unit:U1", "12:00", "rejected"},
		{"unit:U1", "14:00", "rejected"},
		{"unit:U2", "12:00", ""},
	} {
		got := ""
		if _, b := g.Decision(ref(t, row.unit), clock(t, row.at)); b != nil {
			got = b.Decision
		}
		if got != row.want {
			t.Errorf("%s at %s is %q, wanted %q", row.unit, row.at, got, row.want)
		}
	}
	if got := spell(g.UnitsOf(ref(t, "batch:B"), clock(t, "10:59"))); got != "unit:U1" {
		t.Errorf("by then the batch had %q", got)
	}
}

func TestEndingsAreInOrderOfTime(t *testing.T) {
	t.Parallel()
	g := graphOf(t, at("collection", "08:00", twoOfS1), at("disposal", "11:00", `"units":["U1"],"method":"lost"`), infuse("10:00", "U1", ""), infuse("09:00", "U1", `,"complete":false`))
	var got []string
	for _, e := range g.Endings(ref(t, "unit:U1")) {
		got = append(got, fmt.Sprintf("%v #%d", e.State, e.Entry.Seq))
	}
	if want := "[infused #3 lost #2]"; fmt.Sprint(got) != want {
		t.Errorf("endings are %v, wanted %s", got, want)
	}
}

func TestAnArrivalsIdsAreUnitsOrLotsOfItsShipment(t *testing.T) {
	t.Parallel()
	g := graphOf(t, at("receipt", "08:00", `"lot":"L1","site":"S1"`), at("collection", "08:00", `"donor":"D1","site":"S1","outputs":[{"unit":"U1"},{"unit":"SAME"}]`),
		at("receipt", "08:00", `"lot":"SAME","site":"S1"`), at("shipment", "09:00", `"shipment":"X","units":["U1","SAME"],"lots":["L1","SAME"],"site":"S1","to":"S2"`))
	x := ref(t, "shipment:X")
	list := []event.Ref{ref(t, "unit:U1"), ref(t, "unit:L1"), ref(t, "unit:SAME"), ref(t, "unit:ELSE")}
	if got, want := spell(g.Cargo(x, list)), "unit:U1 lot:L1 unit:SAME unit:ELSE"; got != want {
		t.Errorf("the cargo is %q, wanted %q", got, want)
	}
	if !g.Carries(x, ref(t, "lot:L1")) || !g.Carries(x, ref(t, "lot:SAME")) || g.Carries(x, ref(t, "unit:ELSE")) {
		t.Error("what the shipment carries is wrong")
	}
}

func TestSameThingsAreFoundThroughOthers(t *testing.T) {
	t.Parallel()
	same := func(things string) string {
		return at("same", "08:00", `"things":[`+things+`],"reason":"two hospitals","signed_by":["Q1"]`)
	}
	g := graphOf(t, same(`"patient:P1","patient:P2"`), same(`"patient:P2","patient:P3","patient:P4"`), numbered(3, same(`"patient:P4","patient:P9"`)), correcting(3))
	if got, want := spell(g.SameAs(ref(t, "patient:P1"))), "patient:P1 patient:P2 patient:P3 patient:P4"; got != want {
		t.Errorf("found %q, wanted %q", got, want)
	}
}

func TestTheNewestMasterDataCounts(t *testing.T) {
	t.Parallel()
	g := graphOf(t, at("register", "10:00", `"subject":"equipment:E1","class":"shipper"`), at("register", "08:00", `"subject":"equipment:E1","at":"S1"`),
		at("register", "08:00", `"subject":"site:S1","region":"HI"`), numbered(4, at("register", "11:00", `"subject":"equipment:E1","class":"bath"`)), correcting(4))
	for when, want := range map[string]string{"07:00": "", "09:00": "", "10:00": event.ClassShipper, "23:00": event.ClassShipper} {
		if got := g.Class(ref(t, "equipment:E1"), clock(t, when)); got != want {
			t.Errorf("at %s the class is %q, wanted %q", when, got, want)
		}
	}
	if b, by, ok := g.Registered(ref(t, "equipment:E1"), clock(t, "09:00")); !ok || b.At != ref(t, "site:S1") || by.Seq != 2 {
		t.Errorf("registered is %+v by %v", b, by)
	}
	if got := g.Region(ref(t, "site:S1"), clock(t, "09:00")); got != "HI" {
		t.Errorf("the region is %q", got)
	}
	if g.IsRegistered(ref(t, "equipment:E2")) || !g.IsRegistered(ref(t, "equipment:E1")) {
		t.Error("what is registered is wrong")
	}
}

// Each row names the thing on either side, how it passed on, and the record.
func TestDirectContacts(t *testing.T) {
	t.Parallel()
	g := graphOf(t,
		at("receipt", "07:00", `"lot":"L1","site":"S1"`),
		at("collection", "08:00", `"donor":"D1","site":"S1","outputs":[{"unit":"U1"}]`),
		with(at("manufacture", "09:00", `"step":"expand","site":"S1","batch":"B","inputs":["U1"],"units":["U9"],"materials":[{"lot":"L1","aliquot":"A"},{"lot":"L2"}],"outputs":[{"unit":"U2"}]`), `"end":"2026-01-01T10:00:00Z"`),
		infuse("11:00", "U2", `,"residue":"R"`),
		numbered(5, infuse("12:00", "U2", "")), correcting(5))
	n := g.Contacts()
	var got []string
	for i := range n.Len() {
		for c := range n.From(int32(i)) {
			if c.Via > genealogy.ViaSame {
				continue // shared things have tests of their own
			}
			until := "open"
			if !c.To.IsZero() {
				until = c.To.String()[11:16]
			}
			got = append(got, fmt.Sprintf("%v %v %v %v %s-%s #%d", n.Ref(c.Source), c.Via, n.Ref(c.Target), c.Grade, c.From.String()[11:16], until, n.Entry(c).Seq))
		}
	}
	want := []string{
		"donor:D1 collection unit:U1 confirmed 08:00-08:00 #2",
		"unit:U1 input unit:U2 confirmed 09:00-10:00 #3",
		"lot:L1 aliquot aliquot:L1/A confirmed 09:00-10:00 #3",
		"aliquot:L1/A material unit:U2 confirmed 09:00-10:00 #3",
		"aliquot:L1/A material unit:U9 confirmed 09:00-10:00 #3",
		"lot:L2 material unit:U2 confirmed 09:00-10:00 #3",
		"lot:L2 material unit:U9 confirmed 09:00-10:00 #3",
		"batch:B made unit:U2 confirmed 09:00-open #3",
		"unit:U2 made batch:B probable 09:00-10:00 #3",
		"unit:U2 infusion patient:P1 confirmed 11:00-11:00 #4",
		"unit:U2 input unit:R confirmed 11:00-11:00 #4",
	}
	if fmt.Sprint(sortedStrings(got)) != fmt.Sprint(sortedStrings(want)) {
		t.Errorf("contacts are\n%q\nwanted\n%q", sortedStrings(got), sortedStrings(want))
	}
	into, out := 0, 0
	for i := range n.Len() {
		into, out = into+len(n.In(int32(i))), out+len(n.Out(int32(i)))
	}
	if into != out {
		t.Errorf("%d contacts lead into things, %d out of them", into, out)
	}
}

func TestNamesOfContactsAndGradesAreReadBack(t *testing.T) {
	t.Parallel()
	for _, v := range genealogy.Vias() {
		if got, ok := genealogy.ParseVia(v.String()); !ok || got != v {
			t.Errorf("%q is read as %v", v, got)
		}
	}
	for _, g := range genealogy.Grades() {
		if got, ok := genealogy.ParseGrade(g.String()); !ok || got != g {
			t.Errorf("%q is read as %v", g, got)
		}
	}
	for _, s := range []string{"", "none", "certain"} {
		if _, ok := genealogy.ParseVia(s); ok {
			t.Errorf("%q is a kind of contact", s)
		}
		if _, ok := genealogy.ParseGrade(s); ok {
			t.Errorf("%q is a grade", s)
		}
	}
}
