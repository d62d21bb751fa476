package recall_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
	"suyuan/internal/recall"
)

// All histories here are made up.

// worked is a step on a unit in place, in or on a piece of equipment.
func worked(unit, equipment, from, to string) string {
	return fmt.Sprintf(`{"type":"manufacture","time":%q,"end":%q,"site":"S","step":"thaw","units":[%q],"equipment":[{"equipment":%q}]}`+"\n", from, to, unit, equipment)
}

func cleaned(equipment, at string, verified bool) string {
	return fmt.Sprintf(`{"type":"cleaning","time":%q,"equipment":%q,"verified":%v}`+"\n", at, equipment, verified)
}

func touched(at string, things ...string) string {
	return fmt.Sprintf(`{"type":"contact","time":%q,"things":["%s"],"reason":"seen","level":"confirmed"}`+"\n", at, strings.Join(things, `","`))
}

// reached lists what a trace reached beside its sources, as "grade ref since".
func reached(a *recall.Answer) []string {
	list := []string{}
	for i := range a.Things {
		t := &a.Things[i]
		if len(a.Path(t)) == 1 {
			continue
		}
		since := "always"
		if !t.Since.IsZero() {
			since = t.Since.String()[len("2026-01-05T"):][:len("15:04")]
		}
		list = append(list, fmt.Sprintf("%s %s %s", t.Grade, t.Ref, since))
	}
	return list
}

func clearedOf(a *recall.Answer) []string {
	list := []string{}
	for _, c := range a.Cleared {
		list = append(list, fmt.Sprintf("%s %s by %s %d", c.Code, c.Ref, c.By, c.Seq[0]))
	}
	return list
}

func wantList(t *testing.T, want, got []string) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
}

func TestTraceStopsAtVerifiedCleaning(t *testing.T) {
	t.Parallel()
	a := answer(t, worked("A", "BATH", "8:00", "9:00")+cleaned("BATH", "10:00", true)+worked("B", "BATH", "11:00", "12:00"), "unit:A")
	wantList(t, []string{"probable equipment:BATH 08:00"}, reached(a))
	wantList(t, []string{"cleaned unit:B by equipment:BATH 3"}, clearedOf(a))
}

func TestTracePassesUnverifiedCleaningAsPossible(t *testing.T) {
	t.Parallel()
	lines := worked("A", "BATH", "8:00", "9:00") + cleaned("BATH", "10:00", false) + worked("B", "BATH", "11:00", "12:00")
	a := answer(t, lines, "unit:A")
	wantList(t, []string{"possible unit:B 11:00", "probable equipment:BATH 08:00"}, reached(a))
	wantList(t, []string{}, clearedOf(a))

	q := recall.NewQuery(ref(t, "unit:A"))
	q.Grade = genealogy.Probable
	a = trace(t, told(t, lines), q)
	wantList(t, []string{"probable equipment:BATH 08:00"}, reached(a))
	wantList(t, []string{}, clearedOf(a))
}

func TestAUnitLeftInsideContaminatesTheNextEpoch(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name, until string
		want        []string
	}{
		{"left inside", "10:15", []string{"probable unit:B 11:00", "probable equipment:BATH 08:00"}},
		{"taken out as the cleaning ended", "10:00", []string{"probable equipment:BATH 08:00"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			a := answer(t, worked("A", "BATH", "8:00", row.until)+cleaned("BATH", "10:00", true)+worked("B", "BATH", "11:00", "12:00"), "unit:A")
			wantList(t, row.want, reached(a))
		})
	}
}

func TestWhatIsPutInAsTheCleaningEndsIsClean(t *testing.T) {
	t.Parallel()
	a := answer(t, worked("A", "BATH", "8:00", "9:00")+cleaned("BATH", "10:00", true)+worked("B", "BATH", "10:00", "11:00"), "unit:A")
	wantList(t, []string{"cleaned unit:B by equipment:BATH 3"}, clearedOf(a))
}

// An instant on a cut has no length that would lie on one side of it: it lies
// in both epochs.
func TestAnInstantOnACutLiesInBothEpochs(t *testing.T) {
	t.Parallel()
	lines := worked("A", "BATH", "8:00", "9:00") + cleaned("BATH", "10:00", true) +
		touched("10:00", "unit:B", "equipment:BATH") + worked("C", "BATH", "11:00", "12:00")
	a := answer(t, lines, "unit:A")
	wantList(t, []string{"probable unit:B 10:00", "probable unit:C 11:00", "probable equipment:BATH 08:00"}, reached(a))
	c, _ := a.Find(ref(t, "unit:C"))
	if n := len(a.Path(c)); n != 5 {
		t.Errorf("the path to C has %d things; want it to leave the bath for B and come back", n)
	}
}

func TestABathIsContaminatedAgain(t *testing.T) {
	t.Parallel()
	lines := worked("A", "BATH", "8:00", "9:00") + cleaned("BATH", "9:00", true) + worked("B", "BATH", "9:15", "9:45") +
		worked("A", "BATH", "10:00", "11:00") + worked("C", "BATH", "11:00", "11:15") + cleaned("BATH", "12:00", true) + worked("D", "BATH", "13:00", "14:00")
	a := answer(t, lines, "unit:A")
	wantList(t, []string{"probable unit:C 11:00", "probable equipment:BATH 08:00"}, reached(a))
	wantList(t, []string{"cleaned unit:B by equipment:BATH 3", "cleaned unit:D by equipment:BATH 7"}, clearedOf(a))
}

func TestATankKeepsWhatItTookOnAfterTheBagLeft(t *testing.T) {
	t.Parallel()
	stay := func(phase string) string {
		return `
{"type":"store","time":"8:00","site":"S","units":["A"],"equipment":"TANK","phase":"` + phase + `"}
{"type":"retrieve","time":"9:00","site":"S","units":["A"],"equipment":"TANK"}
{"type":"store","time":"10:00","site":"S","units":["B"],"equipment":"TANK","phase":"liquid"}
{"type":"retrieve","time":"11:00","site":"S","units":["B"],"equipment":"TANK"}
`
	}
	wantList(t, []string{"probable unit:B 10:00", "probable equipment:TANK 08:00"}, reached(answer(t, stay("liquid"), "unit:A")))
	wantList(t, []string{"possible unit:B 10:00", "possible equipment:TANK 08:00"}, reached(answer(t, stay("vapour"), "unit:A")))
	wantList(t, []string{"before-source unit:A by equipment:TANK 1"}, clearedOf(answer(t, stay("liquid"), "unit:B")))
}

func TestAShipperCarriesItFromLegToLeg(t *testing.T) {
	t.Parallel()
	a := answer(t, `
{"type":"shipment","time":"8:00","site":"S","shipment":"X","units":["A"],"to":"H","equipment":"BOX"}
{"type":"handover","time":"9:00","shipment":"X","equipment":"CASE"}
{"type":"arrival","time":"10:00","site":"H","shipment":"X","accepted":["A"]}
{"type":"shipment","time":"11:00","site":"H","shipment":"Y","units":["B"],"to":"S","equipment":"CASE"}
{"type":"arrival","time":"12:00","site":"S","shipment":"Y","accepted":["B"]}`, "unit:A")
	wantList(t, []string{"possible unit:B 11:00", "possible equipment:BOX 08:00", "possible equipment:CASE 09:00"}, reached(a))
}

func TestARoomPassesItOnUntilItIsCleaned(t *testing.T) {
	t.Parallel()
	in := func(unit, at string) string {
		return fmt.Sprintf(`{"type":"manufacture","time":%q,"site":"S","room":"R","step":"wash","units":[%q]}`+"\n", at, unit)
	}
	a := answer(t, in("A", "8:00")+in("B", "9:00")+`{"type":"cleaning","time":"10:00","room":"R","verified":true}`+"\n"+in("C", "11:00"), "unit:A")
	wantList(t, []string{"possible unit:B 09:00", "possible room:R 08:00"}, reached(a))
	wantList(t, []string{"cleaned unit:C by room:R 4"}, clearedOf(a))
}

// by is a step done by one operator.
func by(operator, unit, at string) string {
	return fmt.Sprintf(`{"type":"manufacture","time":%q,"site":"S","step":"wash","units":[%q],"operators":[%q]}`+"\n", at, unit, operator)
}

func TestOperatorsAreFollowedOnDemandAndWithinOneSession(t *testing.T) {
	t.Parallel()
	lines := by("O", "A", "8:00") + by("O", "B", "15:45") + by("O", "C", "23:45")
	g := told(t, lines)
	q := recall.NewQuery(ref(t, "unit:A"))
	wantList(t, []string{}, reached(trace(t, g, q)))
	q.With = []genealogy.Via{genealogy.ViaOperator}
	a := trace(t, g, q)
	wantList(t, []string{"possible unit:B 15:45", "possible operator:O 08:00"}, reached(a))
	wantList(t, []string{"cleaned unit:C by operator:O 3"}, clearedOf(a))

	q = recall.NewQuery(ref(t, "operator:O"))
	wantList(t, []string{"possible unit:A 08:00", "possible unit:B 15:45", "possible unit:C 23:45"}, reached(trace(t, g, q)))
	q.Without = []genealogy.Via{genealogy.ViaOperator}
	wantList(t, []string{}, reached(trace(t, g, q)))
	q = recall.NewQuery(ref(t, "operator:O"))
	q.From, q.To = mustTime("2026-01-05T12:00:00+08:00"), mustTime("2026-01-05T16:00:00+08:00")
	a = trace(t, g, q)
	wantList(t, []string{"possible unit:B 15:45"}, reached(a))
	wantList(t, []string{"before-window unit:A by operator:O 1", "cleaned unit:C by operator:O 3"}, clearedOf(a))
}

func TestAnOperatorOfACaseIsFollowed(t *testing.T) {
	t.Parallel()
	a := answer(t, by("O2", "A", "8:00")+`{"type":"case","time":"10:00","case":"C1","action":"open","sources":["operator:O2"]}`, "case:C1")
	wantList(t, []string{"possible unit:A 08:00"}, reached(a))
}

func TestAnAliquotTakesOnFromAUnitAndPassesItOn(t *testing.T) {
	t.Parallel()
	from := func(unit, at, material string) string {
		return fmt.Sprintf(`{"type":"manufacture","time":%q,"site":"S","step":"wash","units":[%q],"materials":[%s]}`+"\n", at, unit, material)
	}
	const aliquot = `{"lot":"ALB","aliquot":"1"}`
	a := answer(t, from("B", "8:00", aliquot)+from("A", "9:00", aliquot)+from("C", "10:00", aliquot), "unit:A")
	wantList(t, []string{"probable unit:C 10:00", "probable aliquot:ALB/1 09:00"}, reached(a))
	wantList(t, []string{"before-source unit:B by aliquot:ALB/1 1"}, clearedOf(a))

	const lot = `{"lot":"BUF"}`
	lines := from("A", "9:00", lot) + from("C", "10:00", lot)
	wantList(t, []string{}, reached(answer(t, lines, "unit:A")))
	q := recall.NewQuery(ref(t, "unit:A"))
	q.With = []genealogy.Via{genealogy.ViaOpenLot}
	wantList(t, []string{"possible unit:C 10:00", "possible lot:BUF 09:00"}, reached(trace(t, told(t, lines), q)))
	open := `{"type":"register","time":"7:00","subject":"lot:BUF","class":"open-container"}` + "\n" + lines
	wantList(t, []string{"probable unit:C 10:00", "probable lot:BUF 09:00"}, reached(answer(t, open, "unit:A")))
}

// Of a source that is cleaned, all of every epoch counts that the window
// touches, and nothing of the others.
func TestAWindowOnEquipmentTakesWholeEpochs(t *testing.T) {
	t.Parallel()
	g := told(t, worked("A", "BATH", "8:00", "8:30")+cleaned("BATH", "9:00", true)+worked("B", "BATH", "9:00", "9:30")+worked("C", "BATH", "11:00", "11:30")+
		cleaned("BATH", "12:00", true)+worked("D", "BATH", "13:00", "14:00"))
	q := recall.NewQuery(ref(t, "equipment:BATH"))
	for _, row := range []struct {
		name, from, to string
		want           []string
	}{
		{"none", "", "", []string{"unit:A", "unit:B", "unit:C", "unit:D"}},
		{"inside one", "10:00", "10:15", []string{"unit:B", "unit:C"}},
		{"from a cut on", "12:00", "", []string{"unit:D"}},
		{"from before a cut on", "11:45", "", []string{"unit:B", "unit:C", "unit:D"}},
		{"to a cut", "", "9:00", []string{"unit:A"}},
		{"an instant on a cut", "9:00", "9:00", []string{"unit:A", "unit:B", "unit:C"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			q := q
			q.From, q.To = clock(row.from), clock(row.to)
			a := trace(t, g, q)
			wantList(t, row.want, units(a))
			bath, _ := a.Find(ref(t, "equipment:BATH"))
			if first := row.want[0] == "unit:A"; bath.Since.IsZero() != first {
				t.Errorf("the bath is a source since %q", bath.Since)
			}
		})
	}
}

func clock(s string) event.Time {
	if s == "" {
		return event.Time{}
	}
	return mustTime(strings.Trim(clocks(`"`+s+`"`), `"`))
}

func units(a *recall.Answer) []string {
	var list []string
	for i := range a.Things {
		if r := a.Things[i].Ref; r.Kind() == event.KindUnit {
			list = append(list, r.String())
		}
	}
	return list
}

func TestMarksAreTheWindowOfARoomWithoutOne(t *testing.T) {
	t.Parallel()
	in := func(unit, at string) string {
		return fmt.Sprintf(`{"type":"manufacture","time":%q,"site":"S","room":"R","step":"wash","units":[%q]}`+"\n", at, unit)
	}
	result := func(at, result string) string {
		return fmt.Sprintf(`{"type":"environment","time":%q,"room":"R","class":"microbial","result":%q}`+"\n", at, result)
	}
	clean := func(at string) string {
		return fmt.Sprintf(`{"type":"cleaning","time":%q,"room":"R","verified":true}`+"\n", at)
	}
	g := told(t, in("A", "7:00")+clean("8:00")+in("B", "8:30")+result("9:00", "in_limit")+in("C", "9:30")+result("10:00", "action")+clean("11:00")+
		result("11:30", "in_limit")+in("D", "12:00")+clean("13:00")+in("E", "14:00"))
	q := recall.NewQuery(ref(t, "room:R"))
	// From 9:00 to 11:30 it is marked: the epochs from 8:00 and from 11:00.
	wantList(t, []string{"unit:B", "unit:C", "unit:D"}, units(trace(t, g, q)))
	q.From, q.To = clock("13:30"), clock("14:00")
	wantList(t, []string{"unit:E"}, units(trace(t, g, q)))
}

func TestACircleAtOneInstantPassesItOnAllTheWayRound(t *testing.T) {
	t.Parallel()
	lines := touched("9:00", "unit:B", "equipment:E") + touched("9:00", "unit:A", "equipment:E") + touched("9:00", "unit:C", "room:R") +
		touched("9:00", "equipment:E", "room:R") + touched("9:00", "unit:C", "unit:A") + cleaned("E", "9:00", true)
	a := answer(t, lines, "unit:B")
	want := []string{"confirmed unit:A 09:00", "confirmed unit:C 09:00", "confirmed equipment:E 09:00", "confirmed room:R 09:00"}
	wantList(t, want, reached(a))
	c, _ := a.Find(ref(t, "unit:C"))
	if got := paths(a)[c.Ref.String()]; !strings.HasSuffix(got, "unit:B equipment:E unit:A unit:C") {
		t.Errorf("the path to C is %s", got)
	}
}

// together is a declared contact of some length.
func together(from, to string, things ...string) string {
	return fmt.Sprintf(`{"type":"contact","time":%q,"end":%q,"things":["%s"],"reason":"seen","level":"confirmed"}`+"\n", from, to, strings.Join(things, `","`))
}

// At the instant of a cut a thing can stand in the epochs before and after it,
// each come to in its own way. Which way is shown is settled from the last
// step back.
func TestOfTwoEpochsAtOneInstantTheBetterPathIsShown(t *testing.T) {
	t.Parallel()
	both := func(before, after string) string {
		return touched("9:00", "unit:S", "unit:"+before) + touched("9:00", "unit:S", "unit:"+after) +
			together("8:00", "9:00", "unit:"+before, "equipment:F") + together("9:00", "10:00", "unit:"+after, "equipment:F") +
			cleaned("F", "9:00", true) + cleaned("E", "9:00", true)
	}
	for _, row := range []struct{ name, lines, want string }{
		{
			"the first of the things that differ, in the epoch before",
			both("A", "B") + together("8:30", "9:30", "equipment:F", "equipment:E") + together("8:30", "9:30", "unit:Y", "equipment:E"),
			"unit:S contact 1 unit:A contact 3 equipment:F contact 7 equipment:E contact 8 unit:Y",
		},
		{
			"the first of the things that differ, in the epoch after",
			both("B", "A") + together("8:30", "9:30", "equipment:F", "equipment:E") + together("8:30", "9:30", "unit:Y", "equipment:E"),
			"unit:S contact 2 unit:A contact 4 equipment:F contact 7 equipment:E contact 8 unit:Y",
		},
		{
			"the first record, over the first thing before it",
			both("A", "B") + together("9:00", "9:30", "equipment:F", "equipment:E") + together("8:30", "9:00", "equipment:F", "equipment:E") +
				together("8:30", "9:30", "unit:Y", "equipment:E"),
			"unit:S contact 2 unit:B contact 4 equipment:F contact 7 equipment:E contact 9 unit:Y",
		},
		{
			"the same, of the last step",
			both("A", "B") + together("9:00", "9:30", "equipment:F", "unit:Y") + together("8:30", "9:00", "equipment:F", "unit:Y"),
			"unit:S contact 2 unit:B contact 4 equipment:F contact 7 unit:Y",
		},
		{
			"the first record into a later epoch, over the one that begins first",
			touched("8:00", "unit:S", "equipment:F") + together("8:45", "12:00", "equipment:F", "room:R") + together("8:30", "12:00", "equipment:F", "room:R") +
				`{"type":"cleaning","time":"11:00","room":"R","verified":true}` + "\n" + touched("11:30", "unit:Y", "room:R"),
			"unit:S contact 1 equipment:F contact 2 room:R contact 5 unit:Y",
		},
		{
			"fewer contacts over everything",
			both("A", "B") + touched("9:00", "unit:S", "unit:C") + together("9:00", "10:00", "unit:C", "unit:B") +
				together("8:30", "9:30", "equipment:F", "unit:Y"),
			"unit:S contact 1 unit:A contact 3 equipment:F contact 9 unit:Y",
		},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			a := answer(t, row.lines, "unit:S")
			y, ok := a.Find(ref(t, "unit:Y"))
			if !ok {
				t.Fatal("Y was not reached")
			}
			var words []string
			for _, s := range a.Path(y) {
				if s.Via != genealogy.ViaNone {
					words = append(words, fmt.Sprint(s.Via, " ", s.Seq))
				}
				words = append(words, s.Ref.String())
			}
			if got := strings.Join(words, " "); got != row.want {
				t.Errorf("got  %s\nwant %s", got, row.want)
			}
		})
	}
}

// What is declared the same is cleaned together.
func TestACleaningOfOneCutsWhatIsTheSame(t *testing.T) {
	t.Parallel()
	lines := worked("A", "BATH", "8:00", "9:00") + cleaned("OLD-BATH", "10:00", true) + worked("B", "OLD-BATH", "11:00", "12:00") +
		worked("C", "OLD-BATH", "9:15", "9:30") + `{"type":"same","time":"13:00","things":["equipment:BATH","equipment:OLD-BATH"],"reason":"relabelled","signed_by":["Q1"]}`
	a := answer(t, lines, "unit:A")
	wantList(t, []string{"probable unit:C 09:15", "probable equipment:BATH 08:00", "probable equipment:OLD-BATH 08:00"}, reached(a))
	wantList(t, []string{"cleaned unit:B by equipment:OLD-BATH 3"}, clearedOf(a))
}

func TestMissingNamesWhatWasNotCleanedSince(t *testing.T) {
	t.Parallel()
	g := told(t, worked("A", "E1", "8:00", "9:00")+cleaned("E1", "8:00", true)+cleaned("E1", "10:00", false)+
		worked("A", "E2", "8:00", "9:00")+cleaned("E2", "10:00", true)+cleaned("E3", "10:00", true))
	lacking := func(source string, backward bool) []string {
		q := recall.NewQuery(ref(t, source))
		q.Backward = backward
		list := []string{}
		for _, m := range trace(t, g, q).Missing {
			if m.Code == recall.NoCleaning {
				list = append(list, fmt.Sprintf("%s from %q to %q %v", m.Ref, m.From, m.To, m.Seq))
			}
		}
		return list
	}
	wantList(t, []string{`equipment:E1 from "2026-01-05T08:00:00+08:00" to "" [1]`}, lacking("unit:A", false))
	wantList(t, []string{`equipment:E2 from "" to "2026-01-05T09:00:00+08:00" [4]`}, lacking("unit:A", true))
	wantList(t, []string{`equipment:E3 from "2026-01-05T10:00:00+08:00" to "" [6]`}, lacking("equipment:E3", false))
	wantList(t, []string{`equipment:E2 from "" to "2026-01-05T10:00:00+08:00" [4]`}, lacking("equipment:E2", true))
}

// What stays inside during a cleaning opens the epoch after it again.
func TestWhatWasCleanedRoundABagIsNotCleanedSince(t *testing.T) {
	t.Parallel()
	g := told(t, `
{"type":"store","time":"8:00","site":"S","equipment":"TANK","units":["K"],"phase":"liquid"}
{"type":"cleaning","time":"9:00","site":"S","equipment":"TANK","verified":true}
{"type":"store","time":"10:00","site":"S","equipment":"TANK","units":["Z"],"phase":"liquid"}`)
	for _, row := range []struct {
		source   string
		backward bool
		want     string
	}{
		{"unit:K", false, `equipment:TANK from "2026-01-05T09:00:00+08:00" to "" [1]`},
		{"unit:Z", false, `equipment:TANK from "2026-01-05T10:00:00+08:00" to "" [3]`},
		{"unit:K", true, `equipment:TANK from "" to "2026-01-05T09:00:00+08:00" [1]`},
	} {
		q := recall.NewQuery(ref(t, row.source))
		q.Backward = row.backward
		var got []string
		for _, m := range trace(t, g, q).Missing {
			if m.Code == recall.NoCleaning {
				got = append(got, fmt.Sprintf("%s from %q to %q %v", m.Ref, m.From, m.To, m.Seq))
			}
		}
		wantList(t, []string{row.want}, got)
	}
}

func TestAPatientPassesNothingOnByRoomOrEquipment(t *testing.T) {
	t.Parallel()
	a := answer(t, `
{"type":"infusion","time":"8:00","site":"H","room":"WARD","unit":"A","patient":"P","checks":["name","number"]}
{"type":"infusion","time":"9:00","site":"H","room":"WARD","unit":"B","patient":"Q","checks":["name","number"]}`, "patient:P")
	wantList(t, []string{}, reached(a))
}

// Every history of this file, backward from everything: x is in backward(y)
// exactly if y is in forward(x), at the same grade.
func TestSharedThingsMirror(t *testing.T) {
	t.Parallel()
	g := told(t, worked("A", "BATH", "8:00", "9:00")+cleaned("BATH", "9:00", false)+worked("B", "BATH", "9:00", "9:45")+touched("9:00", "unit:F", "equipment:BATH")+
		worked("A", "TUB", "10:00", "11:00")+cleaned("BATH", "10:30", true)+worked("C", "TUB", "11:00", "11:15")+cleaned("TUB", "11:00", true)+
		touched("11:00", "equipment:TUB", "equipment:BATH")+worked("D", "BATH", "10:15", "14:00")+by("O", "D", "12:00")+by("O", "E", "19:45"))
	grades := func(r event.Ref, backward bool) map[event.Ref]genealogy.Grade {
		q := recall.NewQuery(r)
		q.Backward, q.With = backward, []genealogy.Via{genealogy.ViaOperator}
		found := make(map[event.Ref]genealogy.Grade)
		for _, x := range trace(t, g, q).Things {
			found[x.Ref] = x.Grade
		}
		return found
	}
	var things []event.Ref
	for _, r := range g.Things() {
		if r.Kind() != event.KindSite {
			things = append(things, r)
		}
	}
	links := 0
	for _, x := range things {
		for y, grade := range grades(x, false) {
			links++
			if back, ok := grades(y, true)[x]; !ok || back != grade {
				t.Errorf("%s is in forward(%s) as %s; %s in backward(%s): %v %s", y, x, grade, x, y, ok, back)
			}
		}
		for y := range grades(x, true) {
			if _, ok := grades(y, false)[x]; !ok {
				t.Errorf("%s is in backward(%s) alone", y, x)
			}
		}
	}
	if links < 2*len(things) {
		t.Errorf("%d links among %d things: too few to tell anything", links, len(things))
	}
}

func TestWithoutAKindNothingOfItIsFollowed(t *testing.T) {
	t.Parallel()
	g := told(t, worked("A", "BATH", "8:00", "9:00")+worked("B", "BATH", "11:00", "12:00"))
	q := recall.NewQuery(ref(t, "unit:A"))
	q.Without = []genealogy.Via{genealogy.ViaEquipment}
	a := trace(t, g, q)
	if got := slices.Concat(reached(a), clearedOf(a)); len(got) != 0 {
		t.Errorf("found %v", got)
	}
}
