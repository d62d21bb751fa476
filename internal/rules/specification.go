package rules

import (
	"slices"
	"strings"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
)

// specification: what is released has, of every line of its product's
// specification, results that pass. On condition, what is due later may be
// outstanding where the release says so in pending. An exceptional release is
// for what is out, and a rejection is no use.
func (j *judge) specification() {
	b, ok := j.e.Body.(*event.Release)
	if !ok || b.Decision != event.DecisionReleased && b.Decision != event.DecisionConditional {
		return
	}
	a := j.g.Assessor(j.at)
	if b.Batch.IsZero() {
		for i, unit := range b.Units {
			for _, v := range lacking(a, b, unit) {
				v.Path = element("units", i)
				j.add(besides(a, v, nil))
			}
		}
		return
	}
	units := j.forUse(b.Batch)
	for _, v := range lackingOfBatch(a, b, units) {
		v.Path = "batch"
		j.add(besides(a, v, units))
	}
}

// besides says of a result that is missing which others there are that nothing
// asks for: it may be there under another name.
func besides(a *genealogy.Assessor, v Violation, units []event.Ref) Violation {
	if v.Variant == OutOfLimit {
		return v
	}
	if v.Ref.Kind() == event.KindUnit {
		units = []event.Ref{v.Ref}
	}
	v.Found = strings.Join(a.Unasked(units), ", ")
	return v
}

// lackingOfBatch says once, of the batch, what all its units lack that are
// asked for it.
func lackingOfBatch(a *genealogy.Assessor, b *event.Release, units []event.Ref) []Violation {
	var found []Violation
	asked, times := make(map[string]int), make(map[Violation]int)
	ofBatch := func(v Violation) Violation {
		v.Ref = b.Batch
		return v
	}
	for _, unit := range units {
		lines, _ := a.Lines(unit)
		for i := range lines {
			asked[lines[i].Assay]++
		}
		for _, v := range lacking(a, b, unit) {
			found = append(found, v)
			times[ofBatch(v)]++
		}
	}
	var list []Violation
	for _, v := range found {
		if whole := ofBatch(v); times[whole] == asked[v.Name] {
			v = whole
		}
		if !slices.Contains(list, v) {
			list = append(list, v)
		}
	}
	return list
}

// forUse returns the units that a batch's release lets be used: those that are
// not used up, and neither samples nor waste.
func (j *judge) forUse(batch event.Ref) []event.Ref {
	var units []event.Ref
	for _, unit := range j.g.UnitsOf(batch, j.at) {
		role, _ := j.g.Role(unit, j.at)
		if _, gone := j.endedBefore(unit); !gone && role != event.RoleSample && role != event.RoleWaste {
			units = append(units, unit)
		}
	}
	return units
}

// lacking returns what stands between a unit and its release.
func lacking(a *genealogy.Assessor, b *event.Release, unit event.Ref) []Violation {
	lines, by := a.Assess(unit)
	var list []Violation
	for i := range lines {
		line := &lines[i]
		v := Violation{Ref: unit, Name: line.Line.Assay, Want: line.Line.Text()}
		for _, out := range line.Out() {
			v := v
			v.Variant, v.Found = OutOfLimit, Reported(out.Test())
			list = append(list, v.by(out.Entry))
		}
		if !line.Missing() {
			continue
		}
		switch later := b.Decision == event.DecisionConditional && line.Line.DueDays > 0; {
		case !later:
			v.Variant = NoResult
			list = append(list, v.by(by))
		case !names(b.Pending, line.Line.Assay):
			v.Variant = NotPending
			list = append(list, v.by(by))
		}
	}
	return list
}

// names reports whether a list of assays has one, however it is spelt.
func names(assays []string, assay string) bool {
	return slices.ContainsFunc(assays, func(s string) bool { return event.SameAssay(s, assay) })
}

// Reported writes a test's result with its number, as it was recorded.
func Reported(b *event.Test) string {
	return strings.TrimSpace(b.Result + " " + strings.TrimSpace(string(b.Value)+" "+b.UOM))
}
