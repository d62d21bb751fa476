package rules_test

import (
	"slices"
	"strings"

	"suyuan/internal/event"
	"suyuan/internal/rules"
)

// specification, written straight from the page: for each unit, each line and
// each thing whose tests count for the unit, the newest test.
func (v *view) specification() {
	b, ok := v.e.Body.(*event.Release)
	if !ok || b.Decision != "released" && b.Decision != "conditional" {
		return
	}
	units := b.Units
	if !b.Batch.IsZero() {
		units = v.coveredUnits(b.Batch)
	}
	wrong, asked := make(map[string][]event.Ref), make(map[string]int)
	for _, u := range units {
		role, product := v.roleOf(u)
		for _, line := range v.linesOf(product) {
			if line.Role != "" && line.Role != role {
				continue
			}
			asked[spelt(line.Assay)]++
			for _, fault := range v.faults(u, line, b) {
				wrong[spelt(line.Assay)+" "+fault] = append(wrong[spelt(line.Assay)+" "+fault], u)
			}
		}
	}
	for what, things := range wrong {
		assay, _, _ := strings.Cut(what, " ")
		for _, u := range things {
			if !b.Batch.IsZero() && len(things) == asked[assay] {
				u = b.Batch
			}
			v.bad(rules.Specification, u.String())
		}
	}
}

func (v *view) coveredUnits(batch event.Ref) []event.Ref {
	var units []event.Ref
	for _, u := range v.batchUnits(batch) {
		gone := false
		for _, o := range v.h {
			for _, d := range deeds(o) {
				gone = gone || d.ends && v.one(d.r, u) && o.Time.Before(v.e.Time)
			}
		}
		if role, _ := v.roleOf(u); !gone && role != event.RoleSample && role != event.RoleWaste {
			units = append(units, u)
		}
	}
	return units
}

// past yields what happened by the event's time.
func (v *view) past() []*event.Event {
	return slices.DeleteFunc(slices.Clone(v.h), func(o *event.Event) bool { return o.Time.After(v.e.Time) })
}

func (v *view) batchUnits(batch event.Ref) []event.Ref {
	var units []event.Ref
	for _, o := range v.past() {
		if b, ok := o.Body.(*event.Manufacture); ok && b.Batch == batch {
			made, _, _ := makes(o)
			units = append(units, made...)
		}
	}
	return units
}

func (v *view) roleOf(u event.Ref) (role event.Role, product string) {
	role = event.RoleIntermediate
	for _, o := range v.past() {
		unsaid := event.RoleIntermediate
		if o.Type == event.TypeCollection {
			unsaid = event.RoleCollection
		}
		for _, out := range o.Outputs() {
			if out.Unit != u {
				continue
			}
			if role, product = out.Role, out.Product; role == "" {
				role = unsaid
			}
		}
		if b, ok := o.Body.(*event.Infusion); ok && b.Residue == u {
			role, product = event.RoleRetained, ""
		}
	}
	return role, product
}

func (v *view) linesOf(product string) []event.Requirement {
	var lines []event.Requirement
	for _, o := range v.past() {
		if b, ok := o.Body.(*event.Register); ok && b.Subject.ID() == product && b.Specification != nil {
			lines = b.Specification
		}
	}
	return lines
}

// faults says what is wrong with a unit by one line: the tests that are out, or
// that there is none.
func (v *view) faults(u event.Ref, line event.Requirement, b *event.Release) []string {
	var faults []string
	said := false
	for _, target := range v.targets(u) {
		newest := v.newestTest(target, line.Assay)
		if newest == nil {
			continue
		}
		test := newest.Body.(*event.Test)
		if test.Result == "inconclusive" {
			continue
		}
		said = true
		number := line.Low == "" || test.UOM == line.UOM && (test.Value == "7" || test.Value == "7.0")
		if test.Result == "positive" || test.Result == "fail" || line.Result != "" && test.Result != line.Result || !number {
			faults = append(faults, string(newest.ID))
		}
	}
	later := b.Decision == "conditional" && line.DueDays > 0 && slices.ContainsFunc(b.Pending, func(s string) bool { return spelt(s) == spelt(line.Assay) })
	if !said && !later {
		faults = append(faults, "none")
	}
	return faults
}

// targets are the unit, what is the same, and the batches of these.
func (v *view) targets(u event.Ref) []event.Ref {
	var list []event.Ref
	for _, o := range []event.Ref{ref("unit:U1"), ref("unit:U2"), ref("unit:U3"), ref("unit:U4"), ref("unit:U5")} {
		if v.one(o, u) {
			list = append(list, o)
		}
	}
	for _, o := range slices.Clone(list) {
		if batch := ref("batch:B1"); slices.Contains(v.batchUnits(batch), o) && !slices.Contains(list, batch) {
			list = append(list, batch)
		}
	}
	return list
}

func ref(s string) event.Ref {
	r, err := event.ParseRef(s)
	if err != nil {
		panic(err)
	}
	return r
}

// spelt is how the histories' assays are spelt plainly, however they are spelt.
func spelt(assay string) string {
	switch assay {
	case "soon", "Soon", " SOON":
		return "soon"
	case "late", "Late", "la te", "ＬＡＴＥ":
		return "late"
	}
	panic("an assay that no history has: " + assay)
}

func (v *view) newestTest(target event.Ref, assay string) *event.Event {
	var newest *event.Event
	for _, o := range v.past() {
		if b, ok := o.Body.(*event.Test); ok && spelt(b.Assay) == spelt(assay) && v.speaksFor(b.Subject, target, nil) {
			newest = o
		}
	}
	return newest
}

// speaksFor reports whether a subject is the target, or a sample of it.
func (v *view) speaksFor(subject, target event.Ref, seen []event.Ref) bool {
	if subject == target {
		return true
	}
	if role, _ := v.roleOf(subject); role != event.RoleSample || slices.Contains(seen, subject) {
		return false
	}
	if slices.Contains(v.batchUnits(target), subject) {
		return true
	}
	for _, o := range v.past() {
		b, ok := o.Body.(*event.Manufacture)
		if !ok {
			continue
		}
		for _, out := range b.Outputs {
			if out.Unit != subject || out.Role != event.RoleSample {
				continue
			}
			for _, in := range b.Inputs {
				if v.speaksFor(in.Unit, target, append(seen, subject)) {
					return true
				}
			}
		}
	}
	return false
}
