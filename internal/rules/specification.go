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
				j.add(v)
			}
		}
		return
	}
	for _, v := range j.lackingOfBatch(a, b) {
		v.Path = "batch"
		j.add(v)
	}
}

// lackingOfBatch says once, of the batch, what all its units lack that are
// asked for it.
func (j *judge) lackingOfBatch(a *genealogy.Assessor, b *event.Release) []Violation {
	var found []Violation
	asked, times := make(map[string]int), make(map[Violation]int)
	ofBatch := func(v Violation) Violation {
		v.Ref = b.Batch
		return v
	}
	for _, unit := range j.forUse(b.Batch) {
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
		case !slices.Contains(b.Pending, line.Line.Assay):
			v.Variant = NotPending
			list = append(list, v.by(by))
		}
	}
	return list
}

// Reported writes a test's result with its number, as it was recorded.
func Reported(b *event.Test) string {
	return strings.TrimSpace(b.Result + " " + strings.TrimSpace(string(b.Value)+" "+b.UOM))
}
