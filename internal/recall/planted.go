package recall

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
)

// A Plan says how a hidden contamination behaves, in parts of [Certain].
type Plan struct {
	Odds        Odds // that a contact passes it on, by its grade
	Tested      int  // that a unit or patient is tested
	Sensitivity int  // that the test of a contaminated one is positive
}

// DefaultPlan is the plan where nothing else is said: a contact on record nearly
// always passes it on, a probable one every other time, a possible one seldom;
// one in four is tested, and one test in ten misses.
func DefaultPlan() Plan {
	return Plan{Odds: Odds{9000, 5000, 1000}, Tested: 2500, Sensitivity: 9000}
}

// MostTested is about how many tests a planted drill yields at most: of many
// more units and patients, fewer are tested.
const MostTested = 300

// plantings is how often a contamination is planted anew while no test of it is
// positive.
const plantings = 100

// A Suspect is what can be the source, and its place among the others, from 1.
// Those that nothing but their references tells apart share the first of theirs.
type Suspect struct {
	Ref   event.Ref
	Place int
}

// Suspects returns what can be the source, the likeliest first: what positives
// have in common, then, all in one place, what the chains between them go by.
func (a *SourceAnswer) Suspects() []Suspect {
	list := make([]Suspect, 0, len(a.Common))
	for i := range a.Common {
		place := i + 1
		if i > 0 && compareCommon(&a.Common[i-1], &a.Common[i]) == 0 {
			place = list[i-1].Place
		}
		list = append(list, Suspect{a.Common[i].Ref, place})
	}
	last := len(list) + 1
	for i := range a.Chains {
		for k := range a.Chains[i].Candidates {
			s := Suspect{a.Chains[i].Candidates[k].Ref, last}
			if !slices.ContainsFunc(list, func(o Suspect) bool { return o.Ref == s.Ref }) {
				list = append(list, s)
			}
		}
	}
	return list
}

// ErrNothingToPlant says that a ledger has no contact by which anything could
// spread.
var ErrNothingToPlant = errors.New("nothing to plant: want a ledger with at least one contact")

// A Planting is a hidden contamination, and the results that it yielded. Whoever
// is to find it sees the results alone.
type Planting struct {
	Plan      Plan
	Source    event.Ref
	At        event.Time
	Attempts  int // how often it was planted until a test was positive
	Truth     map[event.Ref]event.Time
	Positives []event.Ref // in order
	Negatives []event.Ref
	Missed    int // contaminated ones whose test was negative
	Results   []event.Event
}

// Planted plants a contamination at a random thing and time and lets it spread.
// The same dice give the same planting. Where no test of a planting is
// positive there is nothing to begin with, and it is planted elsewhere; the
// last planting stands all the same.
func Planted(g *genealogy.Graph, plan Plan, dice Dice) (*Planting, error) {
	n := g.Contacts()
	soil := plantable(n)
	if len(soil) == 0 {
		return nil, ErrNothingToPlant
	}
	p := &Planting{Plan: plan}
	for p.Attempts < plantings && len(p.Positives) == 0 {
		p.Attempts++
		thing := soil[dice(len(soil))]
		p.Source, p.At = n.Ref(thing), plantingTime(n, thing, g.Latest(), dice)
		p.Truth = spread(n, thing, p.At, plan.Odds, dice)
		p.test(g, dice)
	}
	return p, nil
}

// plantable returns the things that a contamination can begin with, in order:
// what is not a person treated and touches anything.
func plantable(n *genealogy.Network) []int32 {
	q := NewQuery()
	vias := q.vias()
	var list []int32
	for i := range int32(n.Len()) { //nolint:gosec // things are numbered so
		switch n.Ref(i).Kind() {
		case event.KindDonor, event.KindUnit, event.KindLot, event.KindAliquot, event.KindEquipment, event.KindRoom:
		default:
			continue
		}
		for c := range n.From(i) {
			if vias.Has(c.Via) && c.Via != genealogy.ViaSame {
				list = append(list, i)
				break
			}
		}
	}
	slices.SortFunc(list, func(a, b int32) int { return n.Ref(a).Compare(n.Ref(b)) })
	return list
}

// plantingTime draws the beginning of one of the thing's own contacts.
func plantingTime(n *genealogy.Network, thing int32, latest event.Time, dice Dice) event.Time {
	var times []event.Time
	for c := range n.From(thing) {
		if !c.From.IsZero() {
			times = append(times, c.From)
		}
	}
	if len(times) == 0 {
		return latest
	}
	return times[dice(len(times))]
}

// test draws who is tested, and what comes back.
func (p *Planting) test(g *genealogy.Graph, dice Dice) {
	p.Positives, p.Negatives, p.Results, p.Missed = nil, nil, nil, 0
	samples := samplesOf(g)
	tested := p.Plan.Tested
	if n := len(samples); n*tested > MostTested*Certain {
		tested = MostTested * Certain / n
	}
	for _, s := range samples {
		if dice(Certain) >= tested {
			continue
		}
		since, contaminated := p.Truth[s.of]
		contaminated = contaminated && !since.After(s.at)
		positive := contaminated && dice(Certain) < p.Plan.Sensitivity
		if contaminated && !positive {
			p.Missed++
		}
		p.report(s.of, s.at, g.Latest(), positive)
	}
}

// A sample is when a unit or patient can have been sampled last.
type sample struct {
	of event.Ref
	at event.Time
}

// samplesOf returns the patients and units that can be tested, in order.
func samplesOf(g *genealogy.Graph) []sample {
	var list []sample
	for _, kind := range []event.Kind{event.KindPatient, event.KindUnit} {
		begin := len(list)
		for r := range g.ThingsOf(kind) {
			if at, ok := sampleable(g, r); ok {
				list = append(list, sample{r, at})
			}
		}
		slices.SortFunc(list[begin:], func(a, b sample) int { return a.of.Compare(b.of) })
	}
	return list
}

// sampleable returns when a sample of a unit or patient can have been taken
// last: as it was used up, or now. What was consumed is tested as what it became.
func sampleable(g *genealogy.Graph, r event.Ref) (event.Time, bool) {
	now := g.Latest()
	if r.Kind() == event.KindPatient {
		return now, true
	}
	s := g.Status(r, now)
	switch s.State {
	case genealogy.InStock, genealogy.InTransit:
		return now, s.Role != event.RoleSample
	case genealogy.Infused, genealogy.Tested:
		return s.Entry.Event.Time, s.Role != event.RoleSample
	default:
		return event.Time{}, false
	}
}

func (p *Planting) report(r event.Ref, sampled, at event.Time, positive bool) {
	b := &event.Test{Subject: r, Sampled: sampled, Assay: "planted", Result: event.ResultNegative}
	if positive {
		b.Result = event.ResultPositive
		p.Positives = append(p.Positives, r)
	} else {
		p.Negatives = append(p.Negatives, r)
	}
	e := event.Event{Common: event.Common{Type: event.TypeTest, Time: at}, Body: b}
	e.Identify()
	p.Results = append(p.Results, e)
}

// Hits compare what was found with what is true.
type Hits struct{ True, Found, Both int }

// Recall returns the part of the true ones that was found, to three digits;
// empty where there are none.
func (h Hits) Recall() string { return ratio(h.Both, h.True) }

// Precision returns the part of the found ones that is true, to three digits;
// empty where there are none.
func (h Hits) Precision() string { return ratio(h.Both, h.Found) }

func ratio(n, of int) string {
	if of == 0 {
		return ""
	}
	return strconv.FormatFloat(float64(n)/float64(of), 'f', 3, 64)
}

// A PlantedScore compares what was found with what was planted.
type PlantedScore struct {
	*Planting
	// Rank is the place of the true source among those found, from 1; 0 where it
	// is not among them. Ties is how many others share that place, so that it
	// stands anywhere from Rank to Rank + Ties. Ranked is how many were found.
	Rank, Ties, Ranked int
	Taken              event.Ref // what was found to be the source; zero where nothing was
	// Found compares what a forward trace from Taken reaches, or from the
	// positives where nothing was found, with the truth, by grade, cumulative;
	// Told the same from the true source, down to possible.
	Found [3]Exposed
	Told  Exposed
}

// An Exposed compares units and patients.
type Exposed struct{ Patients, Units Hits }

// Good reports whether every patient who was truly exposed was found. Where no
// test was positive nothing could be found, and the drill shows nothing good.
func (s *PlantedScore) Good() bool {
	h := s.Found[genealogy.Possible].Patients
	return len(s.Positives) > 0 && h.Both == h.True
}

// Score compares what was found with the truth: the sources in the order of
// their rank, the answers to FoundQuery and to ToldQuery. An answer can be nil.
func (p *Planting) Score(ranked []Suspect, found, told *Answer) *PlantedScore {
	s := &PlantedScore{Planting: p, Ranked: len(ranked)}
	if i := slices.IndexFunc(ranked, func(o Suspect) bool { return o.Ref == p.Source }); i >= 0 {
		s.Rank = ranked[i].Place
	}
	for i := range ranked {
		if ranked[i].Place == s.Rank && ranked[i].Ref != p.Source {
			s.Ties++
		}
	}
	if len(ranked) > 0 {
		s.Taken = ranked[0].Ref
	}
	for _, grade := range genealogy.Grades() {
		s.Found[grade] = p.compare(found, grade)
	}
	s.Told = p.compare(told, genealogy.Possible)
	return s
}

func (p *Planting) compare(a *Answer, grade genealogy.Grade) Exposed {
	var e Exposed
	for r := range p.Truth {
		if h := e.of(r); h != nil {
			h.True++
		}
	}
	if a == nil {
		return e
	}
	for i := range a.Things {
		t := &a.Things[i]
		h := e.of(t.Ref)
		if h == nil || t.Grade > grade {
			continue
		}
		h.Found++
		if _, ok := p.Truth[t.Ref]; ok {
			h.Both++
		}
	}
	return e
}

func (e *Exposed) of(r event.Ref) *Hits {
	switch r.Kind() {
	case event.KindPatient:
		return &e.Patients
	case event.KindUnit:
		return &e.Units
	default:
		return nil
	}
}

// FoundQuery asks what the first of the sources that were found can have
// reached or, where none was, the positives themselves.
func (p *Planting) FoundQuery(ranked []Suspect) Query {
	if len(ranked) == 0 {
		return NewQuery(p.Positives...)
	}
	return NewQuery(ranked[0].Ref)
}

// ToldQuery asks what the true source can have reached since it was planted.
func (p *Planting) ToldQuery() Query {
	q := NewQuery(p.Source)
	q.From = p.At
	return q
}

// Result returns what a ledger keeps of a planted drill.
func (s *PlantedScore) Result(found *Answer) DrillResult {
	r := DrillResult{Kind: DrillPlanted, Sources: []event.Ref{s.Source}, From: s.At, Good: s.Good(), Planted: s}
	r.reach(found)
	return r
}

func (s *PlantedScore) write(j *jsonWriter) {
	o := j.begin()
	o.member("at", true, func() { j.time(s.At) })
	o.member("attempts", true, func() { j.count(s.Attempts) })
	o.member("found", true, func() {
		grades := j.begin()
		for _, g := range []genealogy.Grade{genealogy.Confirmed, genealogy.Possible, genealogy.Probable} {
			grades.member(g.String(), true, func() { s.Found[g].write(j) })
		}
		grades.end()
	})
	o.member("odds", true, func() { s.Plan.write(j) })
	o.member("rank", s.Rank > 0, func() { j.count(s.Rank) })
	o.member("ranked", true, func() { j.count(s.Ranked) })
	o.member("source", true, func() { j.ref(s.Source) })
	o.member("taken", !s.Taken.IsZero(), func() { j.ref(s.Taken) })
	o.member("tests", true, func() {
		j.numbers(number{"missed", s.Missed}, number{"negative", len(s.Negatives)}, number{"positive", len(s.Positives)})
	})
	o.member("ties", s.Rank > 0, func() { j.count(s.Ties) })
	o.member("told", true, func() { s.Told.write(j) })
	o.end()
}

func (e *Exposed) write(j *jsonWriter) {
	o := j.begin()
	o.member("patients", true, func() { e.Patients.write(j) })
	o.member("units", true, func() { e.Units.write(j) })
	o.end()
}

func (h Hits) write(j *jsonWriter) {
	o := j.begin()
	o.member("both", true, func() { j.count(h.Both) })
	o.member("found", true, func() { j.count(h.Found) })
	o.member("precision", h.Found > 0, func() { j.str(h.Precision()) })
	o.member("recall", h.True > 0, func() { j.str(h.Recall()) })
	o.member("true", true, func() { j.count(h.True) })
	o.end()
}

// write writes the plan as decimals.
func (p *Plan) write(j *jsonWriter) {
	o := j.begin()
	for _, m := range []struct {
		name string
		odds int
	}{
		{"confirmed", p.Odds[genealogy.Confirmed]},
		{"possible", p.Odds[genealogy.Possible]},
		{"probable", p.Odds[genealogy.Probable]},
		{"sensitivity", p.Sensitivity},
		{"tested", p.Tested},
	} {
		o.member(m.name, true, func() { j.str(OddsText(m.odds)) })
	}
	o.end()
}

// OddsText writes odds as a decimal from 0 to 1.
func OddsText(odds int) string {
	return strconv.FormatFloat(float64(odds)/Certain, 'f', -1, 64)
}

// ParseOdds reads a decimal from 0 to 1 with at most four digits behind the
// point.
func ParseOdds(s string) (int, bool) {
	const digits = 4
	if _, err := event.ParseDecimal(s); err != nil {
		return 0, false
	}
	whole, rest, _ := strings.Cut(s, ".")
	if len(rest) > digits {
		return 0, false
	}
	odds, err := strconv.Atoi(whole + rest + strings.Repeat("0", digits-len(rest)))
	return odds, err == nil && odds >= 0 && odds <= Certain && whole[0] != '-'
}
