package rules_test

import (
	"slices"

	"pgregory.net/rapid"

	"suyuan/internal/event"
	"suyuan/internal/rules"
)

// sign draws what is wrong with the signatures of the event that comes next:
// mostly nothing.
func (s *slow) sign(t *rapid.T) []rules.SignatureFault {
	var faults []rules.SignatureFault
	if s.wrong = rapid.IntRange(0, 30).Draw(t, "wrong") == 0; s.wrong {
		faults = append(faults, rules.SignatureFault{Variant: rules.Unverified, Key: "ab"})
	}
	if s.unsigned = rapid.IntRange(0, 15).Draw(t, "unsigned") == 0; s.unsigned {
		faults = append(faults, rules.SignatureFault{Variant: rules.Unsigned, Need: rules.SignatureNeed{Meaning: "released", Wanted: 1}})
	}
	return faults
}

func (v *view) badSignature() {
	for _, o := range v.s.all {
		if _, key := o.Body.(*event.Key); key && slices.Contains(strikes(v.e), o.ID) {
			v.bad(rules.BadSignature, event.Ref{}.String())
		}
	}
	if v.s.wrong {
		v.bad(rules.BadSignature, event.Ref{}.String())
	}
}

func (v *view) missingSignature() {
	if v.s.unsigned {
		v.bad(rules.MissingSignature, event.Ref{}.String())
	}
	v.putToUse(func(r event.Ref) {
		for _, o := range v.h {
			if v.s.lacking[o.ID] && !o.Time.After(v.e.Time) && r.Kind() == event.KindUnit && v.answers(o, r) {
				v.bad(rules.MissingSignature, r.String())
			}
		}
	})
}

// answers reports whether an event made the unit, worked on it or released it,
// by whatever reference.
func (v *view) answers(o *event.Event, unit event.Ref) bool {
	is := func(r event.Ref) bool { return v.one(r, unit) }
	units, _, _ := makes(o)
	switch b := o.Body.(type) {
	case *event.Manufacture:
		units = append(units, b.Units...)
	case *event.Release:
		if b.Decision == "rejected" {
			return false
		}
		units = append(units, b.Units...)
		for _, m := range v.h {
			made, ok := m.Body.(*event.Manufacture)
			if ok && !b.Batch.IsZero() && made.Batch == b.Batch && !m.Time.After(o.Time) {
				under, _, _ := makes(m)
				units = append(units, under...)
			}
		}
	}
	return slices.ContainsFunc(units, is)
}
