package genealogy

import (
	"slices"

	"suyuan/internal/event"
)

// Specification returns what units of a product are released against at time
// t: that of the newest registration of the product which gives one. Entry is
// that registration, nil where there is none. The product is named as a unit
// names it, by its bare id.
func (g *Graph) Specification(product string, t event.Time) ([]event.Requirement, *Entry) {
	r, err := event.NewRef(event.KindProduct, product)
	if err != nil {
		return nil, nil // a product's name that cannot be registered
	}
	var newest *Entry
	for _, n := range g.listed(g.masters, r) {
		e := g.entry(n)
		if e.Struck() || e.Event.Time.After(t) || e.Event.Body.(*event.Register).Specification == nil {
			continue
		}
		if newest == nil || e.compare(newest) > 0 {
			newest = e
		}
	}
	if newest == nil {
		return nil, nil
	}
	return newest.Event.Body.(*event.Register).Specification, newest
}

// An Assessed is one line of a specification as the tests of a unit meet it.
type Assessed struct {
	Line event.Requirement
	// Results are the newest results at that time, one for the unit and one for
	// each batch of it that has any: every one of them must pass.
	Results []Result
}

// A Result is what the newest test of an assay says of a unit or a batch.
type Result struct {
	Of    event.Ref // the unit or the batch
	Entry *Entry
	Fault Fault
}

// Test returns what was reported.
func (r *Result) Test() *event.Test { return r.Entry.Event.Body.(*event.Test) }

// A Fault says why a result does not pass.
type Fault string

// The faults of results.
const (
	NoFault           Fault = ""
	FaultBad          Fault = "bad"          // positive or failed
	FaultInconclusive Fault = "inconclusive" // says nothing
	FaultOther        Fault = "other-result" // not the result that is asked for
	FaultNoValue      Fault = "no-value"     // limits, and no number
	FaultUOM          Fault = "other-unit"   // measured in another unit
	FaultLow          Fault = "too-low"
	FaultHigh         Fault = "too-high"
)

// Missing reports whether there is no result, or none that says anything.
func (a *Assessed) Missing() bool {
	return !slices.ContainsFunc(a.Results, func(r Result) bool { return r.Fault != FaultInconclusive })
}

// Passes reports whether there is a result, and every one passes.
func (a *Assessed) Passes() bool {
	return len(a.Results) > 0 && !slices.ContainsFunc(a.Results, func(r Result) bool { return r.Fault != NoFault })
}

// Out returns the results that say something and do not pass.
func (a *Assessed) Out() []Result {
	var list []Result
	for _, r := range a.Results {
		if r.Fault != NoFault && r.Fault != FaultInconclusive {
			list = append(list, r)
		}
	}
	return list
}

// Judge returns why a test's result does not meet a line. A number is compared
// in the unit in which the limits are given; none is converted.
func Judge(line *event.Requirement, b *event.Test) Fault {
	switch {
	case b.Bad():
		return FaultBad
	case b.Result == event.ResultInconclusive:
		return FaultInconclusive
	case line.Result != "" && b.Result != line.Result:
		return FaultOther
	case line.Low == "" && line.High == "":
		return NoFault
	case b.Value == "":
		return FaultNoValue
	case b.UOM != line.UOM:
		return FaultUOM
	case line.Low != "" && b.Value.Compare(line.Low) < 0:
		return FaultLow
	case line.High != "" && b.Value.Compare(line.High) > 0:
		return FaultHigh
	}
	return NoFault
}

// An Assessor assesses many units at one time; what a batch's tests say is read
// once.
type Assessor struct {
	g     *Graph
	at    event.Time
	tests map[event.Ref]tested
}

// tested is what tests say of a unit or a batch.
type tested struct {
	newest map[string]*Entry // by the keys of their assays
	struck []*Entry          // corrected or replaced
}

// Assessor returns one for time t.
func (g *Graph) Assessor(t event.Time) *Assessor {
	return &Assessor{g, t, make(map[event.Ref]tested)}
}

// Lines returns the lines of the specification of a unit's product that are
// asked of it, and the registration that gives it.
func (a *Assessor) Lines(unit event.Ref) ([]event.Requirement, *Entry) {
	role, product := a.g.Role(unit, a.at)
	all, by := a.g.Specification(product, a.at)
	var lines []event.Requirement
	for _, line := range all {
		if line.Role == "" || line.Role == role {
			lines = append(lines, line)
		}
	}
	return lines, by
}

// Assess returns how the tests of a unit, of its batches, and of samples taken
// from these meet each line that is asked of it.
func (a *Assessor) Assess(unit event.Ref) ([]Assessed, *Entry) {
	lines, by := a.Lines(unit)
	if len(lines) == 0 {
		return nil, by
	}
	list := make([]Assessed, len(lines))
	for i := range lines {
		list[i] = Assessed{lines[i], a.Results(unit, &lines[i])}
	}
	return list, by
}

// Results returns how the newest tests of a unit, and of each of its batches,
// meet a line, which need not be of its specification.
func (a *Assessor) Results(unit event.Ref, line *event.Requirement) []Result {
	var list []Result
	key := event.AssayKey(line.Assay)
	for _, r := range a.targets(unit) {
		if e, ok := a.of(r).newest[key]; ok {
			list = append(list, Result{r, e, Judge(line, e.Event.Body.(*event.Test))})
		}
	}
	return list
}

// targets are a unit, its batches, and what is the same as these.
func (a *Assessor) targets(unit event.Ref) []event.Ref {
	list := a.g.sameKind(unit, false)
	for _, u := range slices.Clone(list) {
		for _, making := range a.g.BatchesOf(u) {
			if making.Entry.Event.Time.After(a.at) || slices.Contains(list, making.Batch) {
				continue
			}
			list = append(list, a.g.sameKind(making.Batch, false)...)
		}
	}
	return list
}

// Unasked returns the names of assays that tests of units, of their batches, and
// of samples taken from these have, and that no line asks of any of the units:
// whoever misses a result may find it there under another name.
func (a *Assessor) Unasked(units []event.Ref) []string {
	asked, found := make(map[string]bool), make(map[string]string)
	for _, unit := range units {
		lines, _ := a.Lines(unit)
		for i := range lines {
			asked[event.AssayKey(lines[i].Assay)] = true
		}
		if len(lines) == 0 {
			continue // no result of it is missing
		}
		for _, r := range a.targets(unit) {
			for key, e := range a.of(r).newest {
				found[key] = e.Event.Body.(*event.Test).Assay
			}
		}
	}
	var names []string
	for key, name := range found {
		if name != "" && !asked[key] {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// Struck returns the tests of a unit, of its batches, and of samples taken from
// these that were corrected or replaced.
func (a *Assessor) Struck(unit event.Ref) []*Entry {
	var list []*Entry
	for _, r := range a.targets(unit) {
		list = append(list, a.of(r).struck...)
	}
	return list
}

// of returns what the tests say that count of a unit or a batch: its own, and
// those of samples that were taken from it, themselves or by way of samples.
func (a *Assessor) of(r event.Ref) tested {
	said, known := a.tests[r]
	if known {
		return said
	}
	said.newest = make(map[string]*Entry)
	of := []event.Ref{r}
	add := func(u event.Ref) {
		if role, _ := a.g.Role(u, a.at); role == event.RoleSample && !slices.Contains(of, u) {
			of = append(of, u)
		}
	}
	if r.Kind() == event.KindBatch {
		for _, u := range a.g.UnitsOf(r, a.at) {
			add(u)
		}
	}
	for i := 0; i < len(of); i++ {
		for _, m := range a.g.History(of[i]) {
			if a.g.When(m).After(a.at) {
				break
			}
			switch {
			case m.As == AsTested:
				said.add(a.g.entry(m.Entry))
			case m.As == AsInput && !a.g.isStruck(m.Entry):
				samplesOf(&a.g.entry(m.Entry).Event, add)
			}
		}
	}
	a.tests[r] = said
	return said
}

func (s *tested) add(e *Entry) {
	if e.Struck() {
		s.struck = append(s.struck, e)
		return
	}
	key := event.AssayKey(e.Event.Body.(*event.Test).Assay)
	if o, ok := s.newest[key]; !ok || e.compare(o) > 0 {
		s.newest[key] = e
	}
}

func samplesOf(e *event.Event, add func(event.Ref)) {
	b, ok := e.Body.(*event.Manufacture)
	if !ok {
		return
	}
	for k := range b.Outputs {
		if b.Outputs[k].Role == event.RoleSample && !b.Outputs[k].Unit.IsZero() {
			add(b.Outputs[k].Unit)
		}
	}
}
