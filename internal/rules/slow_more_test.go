package rules_test

import (
	"slices"
	"strings"

	"suyuan/internal/event"
	"suyuan/internal/rules"
)

// decision is the newest release of the unit at the event's time.
func (v *view) decision(u event.Ref) (*event.Event, *event.Release) {
	var newest *event.Event
	for _, o := range v.h {
		b, ok := o.Body.(*event.Release)
		if !ok || o.Time.After(v.e.Time) {
			continue
		}
		covered := slices.Contains(b.Units, u)
		for _, m := range v.h {
			if made, ok := m.Body.(*event.Manufacture); ok && !b.Batch.IsZero() && made.Batch == b.Batch && makesIt(m, u) && !m.Time.After(o.Time) {
				covered = true
			}
		}
		if covered {
			newest = o
		}
	}
	if newest == nil {
		return nil, nil
	}
	return newest, newest.Body.(*event.Release)
}

func inFullForm(b *event.Release) bool {
	return b != nil && b.Decision == "exceptional" && !b.RequestedBy.IsZero() && b.Authority != "" && len(b.SignedBy) > 1
}

func (v *view) notReleased() {
	b, ok := v.e.Body.(*event.Infusion)
	if !ok {
		return
	}
	when, decision := v.decision(b.Unit)
	bad := decision == nil || decision.Decision == "rejected"
	for _, h := range v.holds(b.Unit) {
		if _, test := h.Body.(*event.Test); test && (!inFullForm(decision) || when.Time.Before(h.Time)) {
			bad = true
		}
	}
	if bad {
		v.bad(rules.NotReleased, b.Unit.String())
	}
}

// holds lists the events whose holds cover r at the event's time.
func (v *view) holds(r event.Ref) []*event.Event {
	var list []*event.Event
	for _, o := range v.h {
		if o.Time.After(v.e.Time) {
			break
		}
		things := v.heldBy(o)
		if things != nil && v.covered(o, things, origin{r, v.e.Time}, map[event.Ref]bool{}) {
			list = append(list, o)
		}
	}
	return list
}

func (v *view) heldBy(o *event.Event) []event.Ref {
	switch b := o.Body.(type) {
	case *event.Test:
		if b.Result == "positive" || b.Result == "fail" {
			return []event.Ref{b.Subject}
		}
	case *event.Arrival:
		return append(v.tooWarm(b), b.Rejected...)
	case *event.Case:
		if b.Action == event.ActionHold {
			return b.Things
		}
	}
	return nil
}

// tooWarm lists what a shipment carries that arrived above the limit which its
// first departure gives.
func (v *view) tooWarm(b *event.Arrival) []event.Ref {
	sent := v.madeBy(b.Shipment)
	if sent == nil || b.Max == "" || sent.Body.(*event.Shipment).High == "" {
		return nil
	}
	var load []event.Ref
	for _, o := range v.h {
		if s, ok := o.Body.(*event.Shipment); ok && s.Shipment == b.Shipment {
			load = append(load, s.Units...)
		}
	}
	return load
}

// An origin is a thing as it was at a time: later than that nothing of it went
// into what was made of it.
type origin struct {
	r  event.Ref
	at event.Time
}

func (v *view) covered(hold *event.Event, things []event.Ref, o origin, path map[event.Ref]bool) bool {
	if o.r.IsZero() || path[o.r] || v.lifted(hold, o.r) {
		return false
	}
	path[o.r] = true
	defer delete(path, o.r)
	if _, ok := hold.Body.(*event.Test); ok {
		things = v.spokenFor(things[0])
	}
	if slices.Contains(things, o.r) {
		return true
	}
	for _, p := range append(v.madeOf(o), v.same(o)...) {
		if v.covered(hold, things, p, path) {
			return true
		}
	}
	return false
}

// one reports whether two references of a kind are declared to be one thing.
func (v *view) one(a, b event.Ref) bool {
	return a == b || slices.ContainsFunc(v.same(origin{a, v.e.Time}), func(o origin) bool { return o.r == b })
}

// same lists what is declared to be one with a thing.
func (v *view) same(of origin) []origin {
	var list []origin
	for _, o := range v.h {
		if b, ok := o.Body.(*event.Same); ok && slices.Contains(b.Things, of.r) {
			for _, r := range b.Things {
				if r.Kind() == of.r.Kind() {
					list = append(list, origin{r, of.at})
				}
			}
		}
	}
	return list
}

// spokenFor lists what a test of a unit tells of: the unit, what is the same,
// its batch, and what a sample was taken from.
func (v *view) spokenFor(u event.Ref) []event.Ref {
	list := []event.Ref{u}
	for i := 0; i < len(list); i++ {
		for _, one := range v.same(origin{r: list[i]}) {
			list = appendNew(list, one.r)
		}
		for _, o := range v.h {
			b, ok := o.Body.(*event.Manufacture)
			for _, out := range outputsOf(b, ok) {
				if out.Unit != list[i] {
					continue
				}
				list = appendNew(list, b.Batch)
				for _, in := range b.Inputs {
					if out.Role == event.RoleSample {
						list = appendNew(list, in.Unit)
					}
				}
			}
		}
	}
	return list
}

func outputsOf(b *event.Manufacture, ok bool) []event.Output {
	if !ok {
		return nil
	}
	return b.Outputs
}

func appendNew(list []event.Ref, r event.Ref) []event.Ref {
	if r.IsZero() || slices.Contains(list, r) {
		return list
	}
	return append(list, r)
}

func (v *view) lifted(hold *event.Event, r event.Ref) bool {
	for _, o := range v.h {
		b, ok := o.Body.(*event.Case)
		if !ok || b.Lift == nil || o.Time.After(v.e.Time) {
			continue
		}
		named := slices.Contains(b.Lift.Holds, hold.ID)
		whole := named && len(b.Things) == 0
		part := named && slices.ContainsFunc(b.Things, func(o event.Ref) bool { return v.one(o, r) }) && !hold.Time.After(o.Time)
		if whole || part {
			return true
		}
	}
	return false
}

// madeOf lists what a thing, as it was, was made from or with; each as it was
// when that step ended.
func (v *view) madeOf(of origin) []origin {
	var list []origin
	for _, o := range v.h {
		if o.Time.After(of.at) {
			break
		}
		at := o.Until()
		if at.After(of.at) {
			at = of.at
		}
		switch b := o.Body.(type) {
		case *event.Collection:
			if makesIt(o, of.r) {
				list = append(list, origin{b.Donor, at})
			}
		case *event.Manufacture:
			if !makesIt(o, of.r) && !slices.Contains(b.Units, of.r) {
				continue
			}
			for _, m := range b.Materials {
				list = append(list, origin{m.Lot, at})
			}
			if makesIt(o, of.r) {
				for _, in := range b.Inputs {
					list = append(list, origin{in.Unit, at})
				}
				list = append(list, origin{b.Batch, at})
			}
		case *event.Infusion:
			if b.Residue == of.r {
				list = append(list, origin{b.Unit, at})
			}
		}
	}
	return list
}

func (v *view) onHold() {
	v.putToUse(func(r event.Ref) {
		for _, h := range v.holds(r) {
			if !v.excepted(h, r) {
				v.bad(rules.OnHold, r.String())
			}
		}
	})
}

func (v *view) putToUse(free func(event.Ref)) {
	switch b := v.e.Body.(type) {
	case *event.Collection:
		free(b.Donor)
	case *event.Shipment:
		if b.Purpose == event.PurposeReturn {
			return
		}
	case *event.Release:
		if b.Decision == "rejected" {
			return
		}
		v.freeBatch(b.Batch, free)
	case *event.Manufacture, *event.Infusion:
	default:
		return
	}
	for _, d := range deeds(v.e) {
		free(d.r)
	}
}

func (v *view) freeBatch(batch event.Ref, free func(event.Ref)) {
	if batch.IsZero() {
		return
	}
	free(batch)
	for _, o := range v.h {
		b, ok := o.Body.(*event.Manufacture)
		if !ok || b.Batch != batch || o.Time.After(v.e.Time) {
			continue
		}
		for _, out := range b.Outputs {
			if !v.endedBefore(out.Unit) {
				free(out.Unit)
			}
		}
	}
}

func (v *view) endedBefore(u event.Ref) bool {
	for _, o := range v.h {
		if slices.ContainsFunc(deeds(o), func(d deed) bool { return v.one(d.r, u) && d.ends }) && o.Time.Before(v.e.Time) {
			return true
		}
	}
	return false
}

func (v *view) excepted(hold *event.Event, r event.Ref) bool {
	if _, test := hold.Body.(*event.Test); !test {
		return false
	}
	switch b := v.e.Body.(type) {
	case *event.Release:
		return inFullForm(b)
	case *event.Shipment, *event.Infusion:
		when, decision := v.decision(r)
		return r.Kind() == event.KindUnit && inFullForm(decision) && !when.Time.Before(hold.Time)
	default:
		return false
	}
}

// notHere walks through what put the unit where it is.
func (v *view) notHere() {
	for _, d := range deeds(v.e) {
		if !d.used || d.r.Kind() != event.KindUnit || v.e.Site.IsZero() {
			continue
		}
		if places := v.places(d.r); len(places) > 0 && !slices.Contains(places, "") && !slices.Contains(places, v.e.Site.String()) {
			v.bad(rules.NotHere, d.r.String())
		}
	}
}

// places lists where the unit was just before the event, and where each event
// at its time put it; "" is unknown, and nothing is listed where it was not yet
// there at all.
func (v *view) places(u event.Ref) []string {
	var places []string
	place, before := nowhere, true
	orphan := v.madeBy(u) == nil && v.corrected(u)
	note := func() {
		switch {
		case place != nowhere:
			places = append(places, place)
		case orphan:
			places = append(places, "")
		}
	}
	for _, o := range v.h {
		if o.Time.After(v.e.Time) {
			break
		}
		if !mentions(o, u) {
			continue
		}
		if before && o.Time.Compare(v.e.Time) == 0 {
			before = false
			note()
		}
		if slices.ContainsFunc(deeds(o), func(d deed) bool { return d.r == u && d.ends }) {
			return places
		}
		if place = moved(o, u, place); !before {
			note()
		}
		if !before && makesIt(o, u) {
			places = append(places, o.Site.String())
		}
	}
	if before {
		note()
	}
	return places
}

// nowhere is where a unit is that no event has put anywhere.
const nowhere = "-"

func moved(o *event.Event, u event.Ref, place string) string {
	if strings.HasPrefix(place, "shipment:") && makesIt(o, u) {
		return place
	}
	switch b := o.Body.(type) {
	case *event.Collection, *event.Manufacture, *event.Infusion:
		return o.Site.String()
	case *event.Shipment:
		return b.Shipment.String()
	case *event.Arrival:
		if slices.Contains(b.Accepted, u) {
			return o.Site.String()
		}
	case *event.Store, *event.Retrieve:
		if place == nowhere {
			return ""
		}
	}
	if b, ok := o.Body.(*event.Arrival); ok && place == nowhere && o.Deviation != nil && slices.Contains(o.Deviation.Rules, string(rules.UnknownThing)) {
		return b.Shipment.String()
	}
	if place == nowhere && o.Deviation != nil && slices.Contains(o.Deviation.Rules, string(rules.UnknownThing)) {
		return o.Site.String()
	}
	return place
}

func (v *view) notShipped() {
	b, ok := v.e.Body.(*event.Arrival)
	if !ok || v.madeBy(b.Shipment) == nil {
		return
	}
	for _, u := range append(slices.Clone(b.Accepted), b.Rejected...) {
		held := false
		for _, o := range v.h {
			s, ok := o.Body.(*event.Shipment)
			held = held || ok && s.Shipment == b.Shipment && slices.Contains(s.Units, u)
		}
		if !held {
			v.bad(rules.NotShipped, u.String())
		}
	}
}

func (v *view) wrongPatient() {
	switch b := v.e.Body.(type) {
	case *event.Infusion:
		if meant := v.patientOf(b.Unit, v.e.Time, nil); !meant.IsZero() && meant != b.Patient || v.givenToOther(b.Unit, b.Patient) {
			v.bad(rules.WrongPatient, b.Unit.String())
		}
	case *event.Manufacture:
		v.pooled(b)
		for _, c := range b.Changes {
			meant := v.patientOf(c.Unit, v.e.Time, nil)
			takes := c.NoPatient || !c.ForPatient.IsZero()
			if takes && !meant.IsZero() && meant != c.ForPatient || !c.ForPatient.IsZero() && v.givenToOther(c.Unit, c.ForPatient) {
				v.bad(rules.WrongPatient, c.Unit.String())
			}
		}
	}
}

func (v *view) givenToOther(u, patient event.Ref) bool {
	for _, o := range v.h {
		if b, ok := o.Body.(*event.Infusion); ok && b.Unit == u && b.Patient != patient {
			return true
		}
	}
	return false
}

func (v *view) pooled(b *event.Manufacture) {
	var first event.Ref
	for _, in := range b.Inputs {
		p := v.patientOf(in.Unit, v.e.Time, nil)
		if first.IsZero() {
			first = p
		} else if !p.IsZero() && p != first {
			v.bad(rules.WrongPatient, in.Unit.String())
		}
	}
	for _, o := range b.Outputs {
		if !first.IsZero() && !o.ForPatient.IsZero() && o.ForPatient != first {
			v.bad(rules.WrongPatient, o.Unit.String())
		}
	}
}

// patientOf follows the history of a unit, and of what is the same, to whom it
// is for; path guards against units that a waived disorder made of themselves.
func (v *view) patientOf(u event.Ref, t event.Time, path []origin) event.Ref {
	var patient event.Ref
	if slices.Contains(path, origin{u, t}) {
		return patient
	}
	path = append(slices.Clone(path), origin{u, t})
	class := []event.Ref{u}
	for _, o := range v.same(origin{r: u}) {
		class = appendNew(class, o.r)
	}
	for _, o := range v.h {
		if o.Time.After(t) {
			break
		}
		for _, r := range class {
			made, ok := v.patientByMaking(o, r, path)
			if ok && (len(class) == 1 || !made.IsZero()) {
				patient = made
			}
			patient = patientByUse(o, r, patient)
		}
	}
	return patient
}

// patientByMaking tells whether an event made the unit, and for whom.
func (v *view) patientByMaking(o *event.Event, u event.Ref, path []origin) (event.Ref, bool) {
	var outputs []event.Output
	var inputs []event.Input
	switch b := o.Body.(type) {
	case *event.Collection:
		outputs = b.Outputs
	case *event.Manufacture:
		outputs, inputs = b.Outputs, b.Inputs
	}
	for _, out := range outputs {
		if out.Unit != u {
			continue
		}
		patient := out.ForPatient
		for _, in := range inputs {
			if patient.IsZero() {
				patient = v.patientOf(in.Unit, o.Time, path)
			}
		}
		return patient, true
	}
	return event.Ref{}, false
}

func patientByUse(o *event.Event, u, patient event.Ref) event.Ref {
	switch b := o.Body.(type) {
	case *event.Infusion:
		if b.Unit == u && patient.IsZero() || b.Residue == u {
			return b.Patient
		}
	case *event.Manufacture:
		for _, c := range b.Changes {
			if c.Unit == u && (c.NoPatient || !c.ForPatient.IsZero()) {
				return c.ForPatient
			}
		}
	}
	return patient
}

// overturned finds the recorded events that would break a rule with the event,
// and do not without it.
func (v *view) overturned() {
	switch v.e.Body.(type) {
	case *event.Correction, *event.Test, *event.Case, *event.Release, *event.Disposal:
		if v.e.Replaces == "" {
			return
		}
	}
	supposed := *v.e
	supposed.Deviation = nil
	with := &slow{all: append(slices.Clone(v.s.all), &supposed)}
	force, before := with.inForce(nil), v.s.inForce(nil)
	for i, o := range v.s.all {
		inOrder := v.e.Replaces == "" && o.Time.Before(v.e.Time)
		if !force[i] || !before[i] || inOrder {
			continue
		}
		force[i], before[i] = false, false
		then := &view{s: with, e: o, h: with.history(force), out: make(map[string]bool)}
		now := &view{s: v.s, e: o, h: v.s.history(before), out: make(map[string]bool)}
		force[i], before[i] = true, true
		for _, judge := range []struct {
			rule rules.ID
			f    func(*view)
		}{{rules.Expired, (*view).expired}, {rules.NotHere, (*view).notHere}, {rules.WrongPatient, (*view).wrongPatient}, {rules.NotShipped, (*view).notShipped}} {
			if o.Deviation == nil || !slices.Contains(o.Deviation.Rules, string(judge.rule)) {
				judge.f(then)
				judge.f(now)
			}
		}
		for broken := range then.out {
			if !now.out[broken] {
				v.out[broken] = true
			}
		}
	}
}
