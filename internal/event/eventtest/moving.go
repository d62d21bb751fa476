package eventtest

import (
	"pgregory.net/rapid"

	"suyuan/internal/event"
)

func (d drawer) moving(t event.Type) event.Body {
	switch t { //nolint:exhaustive // body has shared the types out
	case event.TypeStore:
		return &event.Store{Units: d.refs(event.KindUnit, 1, 4), Equipment: d.ref(event.KindEquipment), Position: d.text(), Phase: d.phase()}
	case event.TypeRetrieve:
		return &event.Retrieve{Units: d.refs(event.KindUnit, 1, 4), Equipment: d.ref(event.KindEquipment), Position: d.text(), Phase: d.phase()}
	case event.TypeAllocation:
		return &event.Allocation{Units: d.refs(event.KindUnit, 1, 4), Patient: d.ref(event.KindPatient), Due: d.optTime(), Cancelled: d.flag()}
	case event.TypeShipment:
		return d.shipment()
	case event.TypeHandover:
		return &event.Handover{
			Shipment: d.ref(event.KindShipment), From: d.text(), To: d.text(), Carrier: d.text(),
			Equipment: d.optRef(event.KindEquipment), Min: d.decimal(), Max: d.decimal(), UOM: d.text(),
		}
	case event.TypeArrival:
		return d.arrival()
	case event.TypeInfusion:
		return d.infusion()
	case event.TypeFollowup:
		return &event.Followup{
			Patient: d.ref(event.KindPatient), Outcome: d.text(), Reaction: d.text(), Grade: d.text(), Organism: d.text(),
			Unit: d.optRef(event.KindUnit), Measure: d.text(), Value: d.decimal(), UOM: d.text(),
		}
	case event.TypeInventory:
		return d.inventory()
	case event.TypeDisposal:
		b := &event.Disposal{Lots: d.refs(event.KindLot, 0, 2), Method: d.choice("destroyed", "returned", "lost", "expired", "tested"), Witness: d.optRef(event.KindOperator)}
		b.Units = d.refs(event.KindUnit, least(b.Lots), 3)
		return b
	}
	return nil
}

// least is how many units there must be beside these lots.
func least(lots []event.Ref) int {
	if lots == nil {
		return 1
	}
	return 0
}

func (d drawer) phase() string { return d.optChoice("liquid", "vapour", "mechanical", "other") }

func (d drawer) shipment() *event.Shipment {
	b := &event.Shipment{
		Shipment: d.ref(event.KindShipment), Lots: d.refs(event.KindLot, 0, 2), To: d.ref(event.KindSite), Equipment: d.optRef(event.KindEquipment),
		Carrier: d.text(), Due: d.optTime(), Low: d.decimal(), High: d.decimal(), UOM: d.text(),
		Purpose: d.optChoice("use", "quarantine", "return", "destruction", "testing"),
	}
	b.Units = d.refs(event.KindUnit, least(b.Lots), 3)
	return b
}

func (d drawer) arrival() *event.Arrival {
	b := &event.Arrival{Shipment: d.ref(event.KindShipment), Min: d.decimal(), Max: d.decimal(), UOM: d.text(), Seal: d.optChoice("intact", "broken"), Customs: d.customs()}
	units := d.refs(event.KindUnit, 0, 4)
	cut := rapid.IntRange(0, len(units)).Draw(d.t, "accepted")
	if d.yes("says what was accepted") {
		b.Accepted = append([]event.Ref{}, units[:cut]...)
	}
	if d.yes("says what was rejected") {
		b.Rejected = append([]event.Ref{}, units[cut:]...)
	}
	if d.yes("has a log") {
		b.LogSHA256 = d.digest()
	}
	return b
}

func (d drawer) infusion() *event.Infusion {
	units := d.refs(event.KindUnit, 2, 2)
	b := &event.Infusion{
		Unit: units[0], Patient: d.ref(event.KindPatient), Dose: d.text(), Route: d.text(), Volume: d.decimal(), UOM: d.text(),
		Checks:   rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"name", "birth_date", "number", "wristband", "coi", "blood_group"}), 2, 6, rapid.ID[string]).Draw(d.t, "checks"),
		Complete: d.flag(), Basis: d.text(),
	}
	if d.yes("has residue") {
		b.Residue = units[1]
	}
	return b
}

func (d drawer) inventory() *event.Inventory {
	b := &event.Inventory{Units: append([]event.Ref{}, d.refs(event.KindUnit, 0, 5)...), Equipment: d.optRef(event.KindEquipment)}
	if d.yes("counted") {
		b.Count = d.integer()
	}
	if d.yes("in parts") {
		b.Of = rapid.Int64Range(1, 9).Draw(d.t, "of")
		b.Part = rapid.Int64Range(1, b.Of).Draw(d.t, "part")
	}
	return b
}
