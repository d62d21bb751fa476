package recall_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
	"suyuan/internal/recall"
)

// certainly is a plan without chance: all passes on, all are tested, no test errs.
var certainly = recall.Plan{
	Odds: recall.Odds{recall.Certain, recall.Certain, recall.Certain}, Tested: recall.Certain, Sensitivity: recall.Certain,
}

// first always throws the lowest number: the first thing, and yes.
func first(int) int { return 0 }

// two are two donors; the cells of both become doses, and one dose of each is given.
const two = `{"type":"collection","time":"8:00","site":"S","donor":"D1","outputs":[{"unit":"A"}]}
{"type":"collection","time":"8:00","site":"S","donor":"D2","outputs":[{"unit":"B"}]}
{"type":"manufacture","time":"9:00","site":"S","step":"fill","inputs":["A"],"outputs":[{"unit":"A1","role":"dose"},{"unit":"A2","role":"dose"}]}
{"type":"manufacture","time":"10:00","site":"S","step":"fill","inputs":["B"],"outputs":[{"unit":"B1","role":"dose"}]}
{"type":"infusion","time":"11:00","site":"S","unit":"A1","patient":"P1","checks":["name","number"]}
{"type":"infusion","time":"11:00","site":"S","unit":"B1","patient":"P2","checks":["name","number"]}
`

func planted(t *testing.T, g *genealogy.Graph, plan recall.Plan, dice recall.Dice) *recall.Planting {
	t.Helper()
	p, err := recall.Planted(g, plan, dice)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestAPlantedContaminationIsScoredExactly(t *testing.T) {
	t.Parallel()
	g := told(t, two)
	p := planted(t, g, certainly, first)
	if p.Source != ref(t, "donor:D1") || fmt.Sprint(p.Positives) != "[patient:P1 unit:A1 unit:A2]" || fmt.Sprint(p.Negatives) != "[patient:P2 unit:B1]" {
		t.Fatalf("planted in %s at %s: positive %v, negative %v", p.Source, p.At, p.Positives, p.Negatives)
	}
	found := trace(t, g, recall.NewQuery(ref(t, "unit:A"), ref(t, "unit:B1")))
	ranked := []recall.Suspect{{Ref: ref(t, "unit:A"), Place: 1}, {Ref: ref(t, "unit:B"), Place: 2}, {Ref: ref(t, "donor:D1"), Place: 2}}
	s := p.Score(ranked, found, trace(t, g, p.ToldQuery()))
	if s.Rank != 2 || s.Ties != 1 || s.Ranked != 3 || s.Taken != ref(t, "unit:A") || !s.Good() {
		t.Errorf("rank %d, ties %d of %d, taken %s, good %v", s.Rank, s.Ties, s.Ranked, s.Taken, s.Good())
	}
	want := recall.Exposed{Patients: recall.Hits{True: 1, Found: 2, Both: 1}, Units: recall.Hits{True: 3, Found: 4, Both: 3}}
	if got := s.Found[genealogy.Confirmed]; got != want {
		t.Errorf("found %+v, want %+v", got, want)
	}
	if h := s.Found[genealogy.Possible].Units; h.Recall() != "1.000" || h.Precision() != "0.750" {
		t.Errorf("recall %s, precision %s", h.Recall(), h.Precision())
	}
	exactly := recall.Exposed{Patients: recall.Hits{True: 1, Found: 1, Both: 1}, Units: recall.Hits{True: 3, Found: 3, Both: 3}}
	if s.Told != exactly {
		t.Errorf("told the source, found %+v, want %+v", s.Told, exactly)
	}
}

func TestSuspectsThatNothingTellsApartShareAPlace(t *testing.T) {
	t.Parallel()
	a := sources(t, `
{"type":"collection","time":"6:00","site":"S","donor":"D","outputs":[{"unit":"A"},{"unit":"B"}],"materials":[{"lot":"L1"},{"lot":"L2"}]}
{"type":"collection","time":"6:00","site":"S","donor":"E","outputs":[{"unit":"C"}]}
{"type":"manufacture","time":"7:00","site":"S","step":"wash","units":["C","A"],"equipment":[{"equipment":"BATH"}]}
{"type":"test","time":"9:00","subject":"unit:A","sampled":"9:00","result":"positive"}
{"type":"test","time":"9:00","subject":"unit:B","sampled":"9:00","result":"positive"}
{"type":"test","time":"9:00","subject":"unit:C","sampled":"9:00","result":"positive"}`)
	var got []string
	for _, s := range a.Suspects() {
		got = append(got, fmt.Sprint(s.Ref, " ", s.Place))
	}
	want := []string{"donor:D 1", "lot:L1 1", "lot:L2 1", "equipment:BATH 4"}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

// TestAnEngineThatLosesContactsIsNoticed is the twin of the test before: the same drill with an engine that follows no input.
func TestAnEngineThatLosesContactsIsNoticed(t *testing.T) {
	t.Parallel()
	g := told(t, two)
	p := planted(t, g, certainly, first)
	broken := p.ToldQuery()
	broken.Without = []genealogy.Via{genealogy.ViaInput}
	a := trace(t, g, broken)
	s := p.Score([]recall.Suspect{{Ref: p.Source, Place: 1}}, a, a)
	if s.Good() || s.Told.Units.Recall() != "0.333" || s.Told.Patients.Recall() != "0.000" {
		t.Errorf("good %v, units %s, patients %s", s.Good(), s.Told.Units.Recall(), s.Told.Patients.Recall())
	}
}

// seeded are dice of a seed that rapid draws.
func seeded(t *rapid.T) recall.Dice {
	return rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0)).IntN
}

func drawPlan(t *rapid.T) recall.Plan {
	odds := func(what string) int {
		return rapid.SampledFrom([]int{0, 3000, 8000, recall.Certain}).Draw(t, what)
	}
	return recall.Plan{
		Odds:   recall.Odds{odds("confirmed"), odds("probable"), odds("possible")},
		Tested: odds("tested"), Sensitivity: odds("sensitivity"),
	}
}

func TestWhatIsTrulyContaminatedIsWithinTheForwardTraceOfItsSource(t *testing.T) {
	t.Parallel()
	check(t, func(t *rapid.T) {
		h := drawHistory(t)
		p, err := recall.Planted(h.g, drawPlan(t), seeded(t))
		if err != nil {
			return // nothing touches anything in that history
		}
		a, err := recall.Trace(h.g, asOf, p.ToldQuery())
		if err != nil {
			t.Fatal(err)
		}
		for r, since := range p.Truth {
			i := slices.IndexFunc(a.Things, func(t recall.Thing) bool { return t.Ref == r })
			if i < 0 {
				t.Fatalf("planted in %s at %s: %s is contaminated since %s and was not reached\n%s", p.Source, p.At, r, since, h.text())
			}
		}
		s := p.Score(nil, nil, a)
		if s.Told.Units.Both != s.Told.Units.True || s.Told.Patients.Both != s.Told.Patients.True {
			t.Fatalf("told the source, found %+v", s.Told)
		}
	})
}

func TestACertainContaminationIsAllThatTheTraceReaches(t *testing.T) {
	t.Parallel()
	check(t, func(t *rapid.T) {
		h := drawHistory(t)
		p, err := recall.Planted(h.g, certainly, seeded(t))
		if err != nil || p.Source.Kind() == event.KindEquipment || p.Source.Kind() == event.KindRoom {
			return // of these, the trace takes whole epochs for contaminated
		}
		if slices.ContainsFunc(h.events, uncleaned) {
			return // what meets at the very instant of such a cleaning does so in the trace alone
		}
		a, err := recall.Trace(h.g, asOf, p.ToldQuery())
		if err != nil {
			t.Fatal(err)
		}
		for i := range a.Things {
			if _, ok := p.Truth[a.Things[i].Ref]; !ok {
				t.Fatalf("planted in %s at %s: %s was reached and is not contaminated\n%s", p.Source, p.At, a.Things[i].Ref, h.text())
			}
		}
	})
}

// uncleaned reports whether an event is a cleaning that nobody verified.
func uncleaned(e event.Event) bool {
	b, ok := e.Body.(*event.Cleaning)
	return ok && !*b.Verified
}

func TestThePlantingIsThatOfItsDice(t *testing.T) {
	t.Parallel()
	g := exampleGraph(t, "lecheng")
	drill := func(seed uint64) string {
		p := planted(t, g, recall.DefaultPlan(), rand.New(rand.NewPCG(seed, 1)).IntN)
		a := trace(t, g, p.ToldQuery())
		r := p.Score([]recall.Suspect{{Ref: p.Source, Place: 1}}, a, a).Result(a)
		return string(r.AppendJSON(nil))
	}
	seen := make(map[string]bool)
	for seed := range uint64(5) {
		once, again := drill(seed), drill(seed)
		if once != again {
			t.Errorf("seed %d gives two answers", seed)
		}
		seen[once] = true
	}
	if len(seen) < 2 {
		t.Error("all seeds give the same answer")
	}
}

func TestAVerifiedCleaningEndsAPlantedContaminationAndAnotherMayNot(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		verified bool
		roll     int // of every question of chance
		want     string
	}{
		{true, 0, "[unit:A]"},
		{false, 0, "[unit:A unit:B]"},
		{false, 9000, "[unit:A]"},
	} {
		g := told(t, worked("A", "BATH", "8:00", "8:15")+cleaned("BATH", "8:30", c.verified)+worked("B", "BATH", "9:00", "9:15"))
		plan := certainly
		plan.Odds[genealogy.Possible] = 5000
		p := planted(t, g, plan, func(n int) int {
			if n == recall.Certain {
				return c.roll
			}
			return 0
		})
		var units []event.Ref
		for r := range p.Truth {
			if r.Kind() == event.KindUnit {
				units = append(units, r)
			}
		}
		slices.SortFunc(units, event.Ref.Compare)
		if p.Source != ref(t, "unit:A") || fmt.Sprint(units) != c.want {
			t.Errorf("verified %v, roll %d: %v from %s, want %s", c.verified, c.roll, units, p.Source, c.want)
		}
	}
}

func TestNothingIsPlantedWhereNothingTouches(t *testing.T) {
	t.Parallel()
	if _, err := recall.Planted(told(t, `{"type":"eligibility","time":"8:00","donor":"D","result":"eligible"}`), certainly, first); err == nil {
		t.Error("no error")
	}
}

func TestOddsAreReadAsDecimals(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{"0": 0, "1": recall.Certain, "0.5": 5000, "0.0001": 1, "1.0000": recall.Certain, "0.25": 2500} {
		odds, ok := recall.ParseOdds(text)
		if !ok || odds != want {
			t.Errorf("%q: %d, %v, want %d", text, odds, ok, want)
		}
		if again, ok := recall.ParseOdds(recall.OddsText(odds)); !ok || again != odds {
			t.Errorf("%q is written as %q", text, recall.OddsText(odds))
		}
	}
	for _, text := range []string{"", "-0.1", "1.0001", "2", "0.00001", ".5", "0,5", "half", "1e-1", "-0", "99999999999999999999"} {
		if odds, ok := recall.ParseOdds(text); ok {
			t.Errorf("%q is read as %d", text, odds)
		}
	}
}

func FuzzParseOdds(f *testing.F) {
	f.Add("0.5")
	f.Add("-0.0001")
	f.Fuzz(func(t *testing.T, s string) {
		odds, ok := recall.ParseOdds(s)
		if !ok {
			return
		}
		if again, ok := recall.ParseOdds(recall.OddsText(odds)); !ok || again != odds || odds < 0 || odds > recall.Certain {
			t.Errorf("%q is %d, written as %q", s, odds, recall.OddsText(odds))
		}
	})
}
