package eventtest

import (
	"reflect"
	"slices"
	"time"

	"pgregory.net/rapid"

	"suyuan/internal/event"
)

func hours(t *rapid.T) time.Duration {
	return time.Duration(rapid.Int64Range(0, int64(100*time.Hour)).Draw(t, "nanoseconds"))
}

// typeOf returns the type of events with this body.
func typeOf(b event.Body) event.Type {
	for _, t := range event.Types() {
		if reflect.TypeOf(event.NewBody(t)) == reflect.TypeOf(b) {
			return t
		}
	}
	return ""
}

// body draws a body of type t. Every type of the vocabulary has its drawer.
func (d drawer) body(t event.Type) event.Body {
	switch t {
	case event.TypeRegister, event.TypeEligibility, event.TypeCollection, event.TypeReceipt, event.TypeManufacture, event.TypeTest, event.TypeRelease:
		return d.making(t)
	case event.TypeStore, event.TypeRetrieve, event.TypeAllocation, event.TypeShipment, event.TypeHandover, event.TypeArrival,
		event.TypeInfusion, event.TypeFollowup, event.TypeInventory, event.TypeDisposal:
		return d.moving(t)
	case event.TypeCleaning, event.TypeEnvironment, event.TypeTemperature, event.TypeContact, event.TypeSame, event.TypeCorrection, event.TypeCase,
		event.TypeSignature, event.TypeKey, event.TypePolicy, event.TypeVault:
		return d.judging(t)
	}
	return nil
}

func (d drawer) making(t event.Type) event.Body {
	switch t { //nolint:exhaustive // body has shared the types out
	case event.TypeRegister:
		return d.register()
	case event.TypeEligibility:
		return &event.Eligibility{Donor: d.ref(event.KindDonor), Result: d.choice("eligible", "not_eligible", "withdrawn"), Basis: d.text(), Until: d.optTime()}
	case event.TypeCollection:
		return &event.Collection{Donor: d.ref(event.KindDonor), Outputs: d.outputs(1), Materials: d.materials(), Equipment: d.uses(), Consent: d.text()}
	case event.TypeReceipt:
		return d.receipt()
	case event.TypeManufacture:
		return d.manufacture()
	case event.TypeTest:
		return &event.Test{
			Subject: anyThing().Draw(d.t, "subject"), Sampled: d.time(), Result: d.choice("negative", "positive", "pass", "fail", "inconclusive"),
			Assay: d.text(), Sample: d.optRef(event.KindUnit), Organism: d.text(), Value: d.decimal(), UOM: d.text(), Low: d.decimal(), High: d.decimal(),
		}
	case event.TypeRelease:
		r := &event.Release{
			Decision: d.choice("released", "conditional", "exceptional", "rejected"), SignedBy: d.refs(event.KindOperator, 1, 3),
			Pending: d.texts(0, 2), RequestedBy: d.optRef(event.KindOperator), Authority: d.text(),
		}
		if r.Units = d.refs(event.KindUnit, 0, 3); r.Units == nil {
			r.Batch = d.ref(event.KindBatch)
		}
		return r
	}
	return nil
}

func (d drawer) register() *event.Register {
	kind := rapid.SampledFrom([]event.Kind{event.KindLot, event.KindEquipment, event.KindRoom, event.KindSite, event.KindOperator, event.KindProduct}).Draw(d.t, "kind")
	r := &event.Register{Subject: d.ref(kind), Class: d.text(), Country: d.text(), Region: d.text()}
	if kind != event.KindOperator {
		r.Name, r.Contact = d.text(), d.text()
	}
	if kind == event.KindSite && d.yes("can be telephoned") {
		r.Contact = "+86 138 0000 0000, desk@hospital.example.org"
	}
	if kind == event.KindRoom || kind == event.KindEquipment {
		r.At = d.optRef(event.KindSite)
	}
	if d.yes("has licence") {
		r.Licence = &event.Licence{Number: d.must(), Scope: d.text()}
		r.Licence.From, r.Licence.To = d.span()
	}
	if kind == event.KindProduct {
		r.Specification = d.specification()
	}
	return r
}

// specification draws different assays, each with something that it asks for.
func (d drawer) specification() []event.Requirement {
	var list []event.Requirement
	if d.yes("takes its specification away") {
		list = []event.Requirement{}
	}
	for _, assay := range d.texts(0, 3) {
		if slices.ContainsFunc(list, func(r event.Requirement) bool { return event.SameAssay(r.Assay, assay) }) {
			continue
		}
		r := event.Requirement{
			Assay: assay, Method: d.text(), Low: d.decimal(), High: d.decimal(), Result: d.optChoice(event.ResultNegative, event.ResultPass), Role: d.role(),
			DueDays: rapid.Int64Range(0, 30).Draw(d.t, "due days"),
		}
		if r.Low != "" && r.High != "" && r.Low.Compare(r.High) > 0 {
			r.Low, r.High = r.High, r.Low
		}
		switch {
		case r.Low != "" || r.High != "":
			r.UOM = d.text()
		case r.Result == "":
			r.Result = event.ResultPass
		}
		list = append(list, r)
	}
	return list
}

func (d drawer) receipt() *event.Receipt {
	r := &event.Receipt{
		Product: d.text(), Supplier: d.text(), Origin: d.text(), Batch: d.optRef(event.KindBatch),
		Quantity: d.decimal(), UOM: d.text(), Expires: d.optTime(), Customs: d.customs(),
	}
	if d.yes("a lot") {
		r.Lot = d.ref(event.KindLot)
	} else {
		r.Outputs = d.outputs(1)
	}
	return r
}

func (d drawer) customs() *event.Customs {
	if !d.yes("has customs") {
		return nil
	}
	return &event.Customs{Declaration: d.must(), Port: d.text(), Arrived: d.optTime(), Released: d.optTime(), Channel: d.text(), Permit: d.text()}
}

func (d drawer) manufacture() *event.Manufacture {
	m := &event.Manufacture{
		Step: d.must(), Inputs: d.inputs(), Batch: d.optRef(event.KindBatch), Materials: d.materials(), Equipment: d.uses(),
		Values: d.values(), Outcome: d.optChoice("completed", "failed"),
	}
	if m.Units = d.refs(event.KindUnit, 0, 3); m.Units == nil || d.yes("outputs beside units") {
		m.Outputs = d.outputs(1)
	}
	if m.Outcome == event.OutcomeFailed && d.yes("nothing came of it") {
		m.Outputs = []event.Output{}
	}
	for i := range m.Outputs {
		if o := &m.Outputs[i]; d.yes("a prepared lot") {
			o.Lot, o.Unit = d.lotNamed(o.Unit.ID()), event.Ref{}
		}
	}
	for _, u := range m.Units {
		if d.yes("changed") {
			m.Changes = append(m.Changes, d.change(u))
		}
	}
	return m
}

func (d drawer) lotNamed(id string) event.Ref {
	return must(d.t, id, func(s string) (event.Ref, error) { return event.NewRef(event.KindLot, s) })
}

func (d drawer) role() event.Role {
	return event.Role(d.optChoice("intermediate", "collection", "dose", "sample", "retained", "bank", "waste"))
}

func (d drawer) outputs(least int) []event.Output {
	var list []event.Output
	for _, u := range d.refs(event.KindUnit, least, 3) {
		list = append(list, event.Output{
			Unit: u, Role: d.role(), Product: d.text(), Quantity: d.decimal(), UOM: d.text(),
			Expires: d.optTime(), ForPatient: d.optRef(event.KindPatient), Codes: d.texts(0, 2),
		})
	}
	return list
}

func (d drawer) inputs() []event.Input {
	var list []event.Input
	for _, u := range d.refs(event.KindUnit, 0, 3) {
		in := event.Input{Unit: u, Bare: d.yes("bare")}
		if !in.Bare {
			in.Quantity, in.UOM, in.Rest = d.decimal(), d.text(), d.flag()
		}
		list = append(list, in)
	}
	return list
}

func (d drawer) change(unit event.Ref) event.Change {
	c := event.Change{
		Unit: unit, Product: d.text(), Expires: d.optTime(),
		ForPatient: d.optRef(event.KindPatient), Codes: d.texts(0, 2), CodesVoid: d.texts(0, 2),
	}
	c.NoPatient = c.ForPatient.IsZero() && d.yes("no patient")
	return c
}

func (d drawer) materials() []event.Material {
	var list []event.Material
	for range rapid.IntRange(0, 2).Draw(d.t, "materials") {
		m := event.Material{Lot: d.ref(event.KindLot), Quantity: d.decimal(), UOM: d.text()}
		m.Aliquot = maybe(d, rapid.SampledFrom([]string{"A1", "冻-2"}), "aliquot")
		list = append(list, m)
	}
	return list
}

func (d drawer) uses() []event.Use {
	var list []event.Use
	for range rapid.IntRange(0, 2).Draw(d.t, "uses") {
		u := event.Use{Equipment: d.ref(event.KindEquipment), Position: d.text()}
		u.From, u.To = d.span()
		list = append(list, u)
	}
	return list
}

func (d drawer) values() []event.Value {
	var list []event.Value
	for _, name := range d.texts(0, 3) {
		list = append(list, event.Value{Name: name, Text: d.must()})
	}
	return list
}
