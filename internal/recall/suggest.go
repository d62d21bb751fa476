package recall

import (
	"cmp"
	"slices"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
)

// A Reason says why a case should be opened.
type Reason string

// The reasons, the most urgent first.
const (
	// LatePositive is a positive or failed test of what was released on condition
	// that it passes.
	LatePositive Reason = "late-positive"
	// Incident is a use that a rule forbids and that has happened all the same.
	Incident Reason = "incident"
	// PositiveTest is any other positive or failed test.
	PositiveTest Reason = "positive-test"
	// EnvironmentExcess is a result out of limit about a room or equipment:
	// microbial, particles or pressure.
	EnvironmentExcess Reason = "environment-excess"
	// TemperatureExcursion is a shipment, room or piece of equipment outside the
	// temperature that it allows.
	TemperatureExcursion Reason = "temperature-excursion"
)

// Reasons returns the reasons, the most urgent first.
func Reasons() []Reason {
	return []Reason{LatePositive, Incident, PositiveTest, EnvironmentExcess, TemperatureExcursion}
}

// incidents are the rules whose breach is one when it has happened: they need
// two approvers otherwise (contract section 4).
var incidents = []string{"wrong-patient", "on-hold", "not-released"}

// A Suggestion is a case that should be opened, and why.
type Suggestion struct {
	Reason  Reason
	Time    event.Time // of what happened
	ID      event.ID   // of the record that says so
	Seq     []uint64   // that record and, of an environment, those of the same excess
	Sources []event.Ref
	// From and To are the marked interval of an environment; zero ends are open.
	From, To event.Time
	Subject  event.Ref // what was tested, measured, sent or used
	Organism string
	Class    string   // what was measured, of an environment or a shipment
	Rules    []string // that an incident broke
	Infused  []Given  // made from or with the sources and given before the result
	Patients []event.Ref
	Stood    *Stood // what a temperature excursion befell; nil of all else
	// Case is a case that was open by then and is about what the result speaks
	// for: it is to be scoped again, and no other is to be opened. Zero: none.
	Case event.Ref

	ids     []event.ID  // of all records in Seq
	related []event.Ref // a case that was opened on any of these is about the same
	load    []event.Ref // what the sources stand for, where it is known by name
	settled bool        // its case has seen it
}

// A Given is one unit that was given to a patient.
type Given struct {
	Unit, Patient event.Ref
	Time          event.Time
	Seq           uint64
}

// BadNews reports whether patients have had what turned out contaminated after
// a release on condition.
func (s *Suggestion) BadNews() bool { return s.Reason == LatePositive && len(s.Infused) > 0 }

// Suggest returns the cases that should be opened, by what was known at a time,
// the most urgent first and then by time. What a case that is no drill has been
// opened for, or what its lift has settled, is left out; and what came in while
// a case was open on what it was made from or with, once that was scoped again
// or closed since.
func Suggest(g *genealogy.Graph, now event.Time) []Suggestion {
	s := suggesting{g: g, n: g.Contacts(), now: now}
	s.tests()
	s.incidents()
	s.environments()
	s.excursions()
	s.openings()
	list := slices.DeleteFunc(s.list, s.opened)
	for i := range list {
		s.within(&list[i])
	}
	list = slices.DeleteFunc(list, func(x Suggestion) bool { return x.settled })
	order := Reasons()
	slices.SortStableFunc(list, func(a, b Suggestion) int {
		return cmp.Or(cmp.Compare(slices.Index(order, a.Reason), slices.Index(order, b.Reason)), compareClasses(a.Class, b.Class),
			a.Time.Compare(b.Time), cmp.Compare(a.Seq[0], b.Seq[0]), a.Subject.Compare(b.Subject))
	})
	return list
}

type suggesting struct {
	g     *genealogy.Graph
	n     *genealogy.Network
	now   event.Time
	list  []Suggestion
	cases []opening
}

// An opening is one opening or reopening of a case, and what followed it.
type opening struct {
	of      event.Ref
	at      event.Time
	sources []event.Ref // of the case by then
	trigger []event.ID
	looked  []event.Time // when it was scoped, and when it was closed
	closed  event.Time   // zero while it is open
}

// counts reports whether a record is in force and known by the time asked
// about.
func (s *suggesting) counts(e *genealogy.Entry) bool {
	return !e.Struck() && !e.Event.Time.After(s.now)
}

// tests suggests a case for each bad test whose hold is still in force: one that
// was lifted was decided on.
func (s *suggesting) tests() {
	holds := s.g.Holds()
	for i := range holds {
		h := &holds[i]
		e := s.g.HoldEntry(h)
		b, ok := e.Event.Body.(*event.Test)
		if h.Cause != genealogy.CauseTest || !ok || !s.g.InForce(h, s.now) {
			continue
		}
		on := s.spokenFor(h, b)
		needed := s.needed(on, e.Event.Time)
		x := Suggestion{
			Reason: PositiveTest, Subject: b.Subject, Organism: b.Organism, Sources: s.sources(on, needed, e.Event.Time), related: on,
			load: s.living(needed),
		}
		if s.conditional(on, e.Event.Time) {
			x.Reason = LatePositive
		}
		x.Infused = s.given(on, e.Event.Time)
		x.Patients = s.persons(x.Infused)
		s.put(x, e)
	}
}

// conditional reports whether any of the things stood released on condition
// at a time.
func (s *suggesting) conditional(on []event.Ref, at event.Time) bool {
	return slices.ContainsFunc(on, func(r event.Ref) bool {
		for _, u := range append(s.g.UnitsOf(r, at), r) {
			if _, b := s.g.Decision(u, at); b != nil && b.Decision == event.DecisionConditional {
				return true
			}
		}
		return false
	})
}

// given returns the units made from or with the things that patients were given
// by a time, in order of time.
func (s *suggesting) given(on []event.Ref, by event.Time) []Given {
	var list []Given
	for thing := range descent(s.g, s.n, on, by, nil) {
		unit := s.n.Ref(thing)
		if unit.Kind() != event.KindUnit {
			continue
		}
		for _, m := range s.g.History(unit) {
			e := s.g.Entry(m)
			b, ok := e.Event.Body.(*event.Infusion)
			if ok && m.As == genealogy.AsInfused && s.counts(e) && !e.Event.Time.After(by) {
				list = append(list, Given{unit, b.Patient, e.Event.Time, e.Seq})
			}
		}
	}
	slices.SortFunc(list, func(a, b Given) int { return cmp.Or(a.Time.Compare(b.Time), cmp.Compare(a.Seq, b.Seq)) })
	return list
}

// persons returns the patients, each person once, in order.
func (s *suggesting) persons(given []Given) []event.Ref {
	var list []event.Ref
	for i := range given {
		list = append(list, firstSame(s.g, given[i].Patient))
	}
	slices.SortFunc(list, event.Ref.Compare)
	return slices.Compact(list)
}

func (s *suggesting) incidents() {
	for e := range s.g.Entries() {
		d := e.Event.Deviation
		if !s.counts(e) || d == nil || d.Happened == nil || !*d.Happened {
			continue
		}
		broken := slices.DeleteFunc(slices.Clone(d.Rules), func(rule string) bool { return !slices.Contains(incidents, rule) })
		if len(broken) == 0 {
			continue
		}
		x := Suggestion{Reason: Incident, Rules: broken, Sources: unitsOf(&e.Event)}
		if b, ok := e.Event.Body.(*event.Infusion); ok {
			x.Infused = []Given{{b.Unit, b.Patient, e.Event.Time, e.Seq}}
			x.Patients = s.persons(x.Infused)
		}
		if len(x.Sources) > 0 {
			x.Subject, x.related = x.Sources[0], x.Sources
			s.put(x, e)
		}
	}
}

// unitsOf returns the units that an event names, each once, in order.
func unitsOf(e *event.Event) []event.Ref {
	var list []event.Ref
	for _, r := range e.Refs {
		list = append(list, r)
	}
	list = onlyUnits(list)
	slices.SortFunc(list, event.Ref.Compare)
	return slices.Compact(list)
}

func (s *suggesting) excursions() {
	holds := s.g.Holds()
	for i := range holds {
		h := &holds[i]
		e := s.g.HoldEntry(h)
		if h.Cause != genealogy.CauseExcursion || !s.g.InForce(h, s.now) {
			continue
		}
		subject := measuredThing(&e.Event)
		if subject.IsZero() {
			continue
		}
		s.put(Suggestion{
			Reason: TemperatureExcursion, Subject: subject, Sources: []event.Ref{subject},
			related: append([]event.Ref{subject}, h.Things...), Class: event.EnvironmentTemperature,
			load: h.Things, Stood: s.stood(onlyUnits(h.Things)),
		}, e)
	}
}

// measuredThing returns what an event says to have been too warm or too cold.
func measuredThing(e *event.Event) event.Ref {
	switch b := e.Body.(type) {
	case *event.Temperature:
		return cmp.Or(b.Shipment, b.Equipment)
	case *event.Handover:
		return b.Shipment
	case *event.Arrival:
		return b.Shipment
	default:
		return event.Ref{}
	}
}

func (s *suggesting) put(x Suggestion, e *genealogy.Entry) {
	x.Time, x.ID, x.Seq, x.ids = e.Event.Time, e.Event.ID, []uint64{e.Seq}, []event.ID{e.Event.ID}
	s.list = append(s.list, x)
}

// openings gathers what cases that are no drills were opened for.
func (s *suggesting) openings() {
	for r := range s.g.ThingsOf(event.KindCase) {
		if s.g.Drill(r) {
			continue
		}
		begin := len(s.cases)
		var sources []event.Ref
		for _, step := range caseSteps(s.g, r, s.now) {
			at := step.entry.Event.Time
			if o := step.body.Open; o != nil {
				sources = joined(sources, o.Sources)
				s.cases = append(s.cases, opening{of: r, at: at, sources: sources, trigger: o.Trigger.Events})
				continue
			}
			if len(s.cases) == begin || step.body.Scope == nil && step.body.Close == nil {
				continue
			}
			c := &s.cases[len(s.cases)-1]
			c.looked = append(c.looked, at)
			if step.body.Close != nil {
				c.closed = at
			}
		}
	}
}

// within finds the case that was open when it happened, on what it was made
// from or with, and whether anybody has looked since.
func (s *suggesting) within(x *Suggestion) {
	for i := range s.cases {
		c := &s.cases[i]
		if c.at.After(x.Time) || !c.closed.IsZero() && c.closed.Before(x.Time) || !s.about(c, x) {
			continue
		}
		x.Case = c.of
		x.settled = x.settled || slices.ContainsFunc(c.looked, func(t event.Time) bool { return !t.Before(x.Time) })
	}
}

// about reports whether what a case was opened on covers all that the proposal
// is about: tracing it again then reaches what a case of its own would.
func (s *suggesting) about(c *opening, x *Suggestion) bool {
	covered := descent(s.g, s.n, c.sources, x.Time, nil)
	all := func(list []event.Ref) bool {
		return len(list) > 0 && !slices.ContainsFunc(list, func(r event.Ref) bool {
			i, ok := s.n.Thing(r)
			return !ok || !covered[i]
		})
	}
	return all(x.Sources) || all(x.load)
}

// opened reports whether a case names what happened as its trigger, or was
// opened after it on the same thing.
func (s *suggesting) opened(x Suggestion) bool {
	return slices.ContainsFunc(s.cases, func(c opening) bool {
		named := slices.ContainsFunc(x.ids, func(id event.ID) bool { return slices.Contains(c.trigger, id) })
		about := slices.ContainsFunc(x.related, func(r event.Ref) bool { return slices.Contains(c.sources, r) })
		return named || about && !c.at.Before(x.Time)
	})
}

// AppendSuggestions appends what is suggested as one line of canonical JSON,
// without its end. commands are those that open the cases, in the same order.
func AppendSuggestions(dst []byte, asOf AsOf, list []Suggestion, commands []string) []byte {
	return appended(dst, func(j *jsonWriter) {
		o := j.begin()
		o.member("as_of", true, func() { j.asOf(asOf) })
		o.member("suggestions", true, func() {
			j.raw(`[`)
			for i := range list {
				j.comma(i)
				j.suggestion(&list[i], commands[i])
			}
			j.raw(`]`)
		})
		o.end()
	})
}

func (j *jsonWriter) suggestion(s *Suggestion, command string) {
	o := j.begin()
	o.member("case", true, func() { j.id(s.Case) })
	o.member("class", s.Class != "", func() { j.str(s.Class) })
	o.member("command", true, func() { j.str(command) })
	o.member("from", true, func() { j.time(s.From) })
	o.member("infused", true, func() { list(j, s.Infused, (*jsonWriter).given) })
	o.member("organism", s.Organism != "", func() { j.str(s.Organism) })
	o.member("patients", true, func() { j.refs(s.Patients) })
	o.member("reason", true, func() { j.str(string(s.Reason)) })
	o.member("rules", true, func() { list(j, s.Rules, func(j *jsonWriter, rule *string) { j.str(*rule) }) })
	o.member("seq", true, func() { j.seqs(s.Seq) })
	o.member("sources", true, func() { j.refs(s.Sources) })
	o.member("stood", s.Stood != nil, func() { j.stood(s.Stood) })
	o.member("subject", true, func() { j.ref(s.Subject) })
	o.member("time", true, func() { j.time(s.Time) })
	o.member("to", true, func() { j.time(s.To) })
	o.member("trigger", true, func() { j.str(string(s.ID)) })
	o.end()
}

func (j *jsonWriter) stood(s *Stood) {
	o := j.begin()
	o.member("infused", true, func() { j.count(s.Infused) })
	o.member("units", true, func() { j.refs(s.Units) })
	o.member("unused", true, func() { j.count(s.Unused) })
	o.end()
}

func (j *jsonWriter) given(v *Given) {
	o := j.begin()
	o.member("patient", true, func() { j.ref(v.Patient) })
	o.member("seq", true, func() { j.num(v.Seq) })
	o.member("time", true, func() { j.time(v.Time) })
	o.member("unit", true, func() { j.ref(v.Unit) })
	o.end()
}
