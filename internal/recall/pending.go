package recall

import (
	"cmp"
	"slices"
	"time"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
)

// PendingTests are the tests that conditional releases left to come.
type PendingTests struct {
	AsOf AsOf
	At   event.Time
	List []PendingTest
}

// A PendingTest is one assay of one conditional release, and the units that
// stand alike with it.
type PendingTest struct {
	Assay    string
	Batch    event.Ref // that was released; zero where units were
	Release  uint64    // its record
	Released event.Time
	Days     int        // whole days since
	Due      event.Time // zero where no specification says when
	Overdue  bool
	// Result is the newest result that does not pass, nil while there is none: a
	// result that passes closes the test.
	Result *genealogy.Result
	Units  []PendingUnit // patients who were given one first
}

// A PendingUnit is where a unit is that waits for a result.
type PendingUnit struct {
	Unit    event.Ref
	From    event.Ref // the released unit that this one was made from; zero for that itself
	State   genealogy.State
	Place   event.Ref // site, shipment, or the patient who was given it
	Given   bool
	Holding []uint64 // records that hold it
}

// Bad reports whether a result is in that does not pass.
func (p *PendingTest) Bad() bool {
	return p.Result != nil && p.Result.Fault != genealogy.FaultInconclusive
}

// Given counts the units that were infused.
func (p *PendingTest) Given() int {
	n := 0
	for i := range p.Units {
		if p.Units[i].Given {
			n++
		}
	}
	return n
}

// BadNews reports whether any test is overdue or came out bad.
func (p *PendingTests) BadNews() bool {
	return slices.ContainsFunc(p.List, func(t PendingTest) bool { return t.Overdue || t.Bad() })
}

// PendingAt lists the tests pending at a time: those that the newest decision on
// a unit names, or that its specification asks for and that had no result then.
// What came out bad comes first, then what is overdue, then what patients were
// given, then by when it is due.
func PendingAt(g *genealogy.Graph, asOf AsOf, at event.Time) *PendingTests {
	w := pendingWriter{g: g, at: at, now: g.Assessor(at), made: make(map[event.Ref][]event.Ref)}
	for e := range g.OfType(event.TypeRelease) {
		b, ok := e.Event.Body.(*event.Release)
		if ok && !e.Struck() && b.Decision == event.DecisionConditional && !e.Event.Time.After(at) {
			w.release(e, b)
		}
	}
	slices.SortStableFunc(w.list, func(a, b PendingTest) int {
		return cmp.Or(
			falseLast(a.Bad(), b.Bad()), falseLast(a.Overdue, b.Overdue), falseLast(a.Given() > 0, b.Given() > 0),
			falseLast(!a.Due.IsZero(), !b.Due.IsZero()), a.Due.Std().Compare(b.Due.Std()), a.Released.Std().Compare(b.Released.Std()), cmp.Compare(a.Release, b.Release), cmp.Compare(a.Assay, b.Assay),
		)
	})
	return &PendingTests{asOf, at, w.list}
}

// openFor returns the assays that conditional releases left to come and that are
// still open: of a unit, and of what it was made from.
func (w *pendingWriter) openFor(unit event.Ref) []string {
	var open []string
	for _, r := range w.g.Ancestry(unit, w.at) {
		if r.Kind() != event.KindUnit {
			continue
		}
		e, b := w.g.Decision(r, w.at)
		if b == nil || b.Decision != event.DecisionConditional {
			continue
		}
		if ends := w.g.EndingsOf(r); len(ends) > 0 && ends[0].Entry.Event.Time.Before(e.Event.Time) {
			continue // it was used up, and not released
		}
		for _, line := range left(w.g.Assessor(e.Event.Time), r, b) {
			_, waits := w.outcome(r, &line, e)
			known := slices.ContainsFunc(open, func(s string) bool { return event.SameAssay(s, line.Assay) })
			if waits && !known {
				open = append(open, line.Assay)
			}
		}
	}
	return open
}

func falseLast(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}

type pendingWriter struct {
	g    *genealogy.Graph
	at   event.Time
	now  *genealogy.Assessor
	made map[event.Ref][]event.Ref // of units that were asked for
	list []PendingTest
}

// pendingKey parts what stands differently within one release.
type pendingKey struct {
	assay string
	due   event.Time
	by    uint64 // the record of the result, 0 for none
}

func (w *pendingWriter) release(e *genealogy.Entry, b *event.Release) {
	units := b.Units
	if !b.Batch.IsZero() {
		units = w.g.ForUse(b.Batch, e.Event.Time)
	}
	then := w.g.Assessor(e.Event.Time)
	places := make(map[pendingKey]int)
	for _, unit := range units {
		if newest, _ := w.g.Decision(unit, w.at); newest == nil || newest.Seq != e.Seq {
			continue
		}
		for _, line := range left(then, unit, b) {
			result, open := w.outcome(unit, &line, e)
			if !open {
				continue
			}
			p := w.test(e, b, &line, result)
			key := pendingKey{assay: p.Assay, due: p.Due}
			if result != nil {
				key.by = result.Entry.Seq
			}
			k, known := places[key]
			if !known {
				k = len(w.list)
				places[key] = k
				w.list = append(w.list, p)
			}
			w.list[k].Units = append(w.list[k].Units, w.unit(unit))
		}
	}
	for _, k := range places {
		w.heirs(&w.list[k])
		slices.SortStableFunc(w.list[k].Units, func(a, b PendingUnit) int {
			return cmp.Or(falseLast(a.Given, b.Given), a.Unit.Compare(b.Unit))
		})
	}
}

// heirs adds what was made of units that wait for a test: no release of its own
// says anything about what it was made from.
func (w *pendingWriter) heirs(p *PendingTest) {
	listed := make(map[event.Ref]bool)
	for i := range p.Units {
		listed[p.Units[i].Unit] = true
	}
	for _, waiting := range p.Units {
		for _, r := range w.madeOf(waiting.Unit) {
			if listed[r] {
				continue
			}
			listed[r] = true
			u := w.unit(r)
			u.From = waiting.Unit
			p.Units = append(p.Units, u)
		}
	}
}

// madeOf returns the units that were made of one, and are neither samples nor
// waste.
func (w *pendingWriter) madeOf(unit event.Ref) []event.Ref {
	list, known := w.made[unit]
	if !known {
		list = slices.DeleteFunc(w.g.Descendants(unit, w.at)[1:], func(r event.Ref) bool {
			role, _ := w.g.Role(r, w.at)
			return r.Kind() != event.KindUnit || role == event.RoleSample || role == event.RoleWaste
		})
		w.made[unit] = list
	}
	return list
}

// left are the lines that a conditional release left open for a unit: those it
// names, and those of the specification that had no result by then.
func left(then *genealogy.Assessor, unit event.Ref, b *event.Release) []event.Requirement {
	var lines []event.Requirement
	assessed, _ := then.Assess(unit)
	for i := range assessed {
		if a := &assessed[i]; a.Missing() || slices.ContainsFunc(b.Pending, func(s string) bool { return event.SameAssay(s, a.Line.Assay) }) {
			lines = append(lines, a.Line)
		}
	}
	for _, assay := range b.Pending {
		if !slices.ContainsFunc(lines, func(l event.Requirement) bool { return event.SameAssay(l.Assay, assay) }) {
			lines = append(lines, event.Requirement{Assay: assay})
		}
	}
	return lines
}

// outcome returns the result that came after a release and does not pass, and
// whether the test is still open.
func (w *pendingWriter) outcome(unit event.Ref, line *event.Requirement, release *genealogy.Entry) (*genealogy.Result, bool) {
	var worst *genealogy.Result
	passed := false
	for _, r := range w.now.Results(unit, line) {
		switch {
		case r.Fault == genealogy.NoFault:
			passed = passed || !r.Entry.Event.Time.Before(release.Event.Time) || r.Entry.Seq > release.Seq
		case worst == nil || worst.Fault == genealogy.FaultInconclusive:
			worst = &r
		}
	}
	return worst, worst != nil || !passed
}

func (w *pendingWriter) test(e *genealogy.Entry, b *event.Release, line *event.Requirement, result *genealogy.Result) PendingTest {
	const day = 24 * time.Hour
	released := e.Event.Time
	p := PendingTest{
		Assay: line.Assay, Batch: b.Batch, Release: e.Seq, Released: released, Days: int(w.at.Sub(released) / day), Result: result,
	}
	if line.DueDays > 0 {
		p.Due = released.Add(time.Duration(line.DueDays) * day)
		p.Overdue = w.at.After(p.Due)
	}
	return p
}

func (w *pendingWriter) unit(unit event.Ref) PendingUnit {
	s := w.g.Status(unit, w.at)
	u := PendingUnit{Unit: unit, State: s.State, Place: s.Site}
	if s.State == genealogy.InTransit {
		u.Place = s.Shipment
	}
	// A unit that was given in part is still in stock, and a patient has it all
	// the same.
	for _, m := range w.g.History(unit) {
		e := w.g.Entry(m)
		if b, ok := e.Event.Body.(*event.Infusion); ok && b.Unit == unit && !e.Struck() && !e.Event.Time.After(w.at) {
			u.Place, u.Given = b.Patient, true
		}
	}
	for _, held := range w.g.HoldsOn(unit, w.at) {
		u.Holding = append(u.Holding, held.Entry.Seq)
	}
	return u
}
