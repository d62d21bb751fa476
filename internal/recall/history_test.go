package recall_test

import (
	"fmt"
	"time"

	"pgregory.net/rapid"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
)

// A history draws small worlds in which everything meets: few things, few
// times, so that equal times, loops and back-dated records are common. It
// keeps no rule: the engine must not need one.
type history struct {
	t      *rapid.T
	base   event.Time
	events []event.Event
	g      *genealogy.Graph
}

const minutes = 12

func drawHistory(t *rapid.T) *history {
	h := &history{t: t, base: mustTime("2026-01-05T08:00:00+08:00"), g: genealogy.New()}
	for range rapid.IntRange(3, 22).Draw(t, "events") {
		h.draw()
	}
	h.g.Contacts()
	return h
}

func mustTime(s string) event.Time {
	t, err := event.ParseTime(s)
	if err != nil {
		panic(err)
	}
	return t
}

func mustRef(s string) event.Ref {
	r, err := event.ParseRef(s)
	if err != nil {
		panic(err)
	}
	return r
}

func (h *history) n(most int, what string) int { return rapid.IntRange(0, most).Draw(h.t, what) }

func (h *history) yes(what string) bool { return rapid.Bool().Draw(h.t, what) }

func (h *history) thing(kind string, most int) event.Ref {
	return mustRef(fmt.Sprintf("%s:%d", kind, h.n(most, kind)))
}

func (h *history) unit() event.Ref { return h.thing("unit", 8) }

// different draws up to most different things.
func (h *history) different(most int, draw func() event.Ref) []event.Ref {
	var list []event.Ref
	had := make(map[event.Ref]bool)
	for range 1 + h.n(most-1, "how many") {
		if r := draw(); !had[r] {
			had[r] = true
			list = append(list, r)
		}
	}
	return list
}

func (h *history) time() event.Time {
	t := h.base.Add(time.Duration(h.n(minutes, "minute")) * time.Minute)
	if h.yes("in UTC") {
		t = event.TimeOf(t.Std().UTC())
	}
	return t
}

func (h *history) draw() {
	bodies := []func() (event.Type, event.Body){
		h.collection, h.receipt, h.manufacture, h.manufacture, h.manufacture, h.manufacture, h.infusion, h.contact, h.same,
		h.correction, h.shipment, h.arrival, h.inventory, h.disposal,
	}
	e := event.Event{}
	e.Type, e.Body = bodies[h.n(len(bodies)-1, "type")]()
	if e.Body == nil {
		return
	}
	e.Time = h.time()
	e.Site = h.thing("site", 2)
	if h.yes("has an end") {
		e.End = e.Time.Add(time.Duration(h.n(4, "length")) * time.Minute)
	}
	if len(h.events) > 0 && h.n(9, "replaces") == 0 {
		e.Replaces = h.events[h.n(len(h.events)-1, "which")].ID
	}
	e.Identify()
	if h.g.Add(uint64(len(h.events)+1), "OP", e.Time, e) == nil {
		e.Identify()
		h.events = append(h.events, e)
	}
}

func (h *history) outputs() []event.Output {
	var list []event.Output
	for _, u := range h.different(3, h.unit) {
		role := rapid.SampledFrom([]event.Role{"", "", event.RoleDose, event.RoleSample}).Draw(h.t, "role")
		list = append(list, event.Output{Unit: u, Role: role})
	}
	return list
}

func (h *history) materials() []event.Material {
	var list []event.Material
	for _, lot := range h.different(2, func() event.Ref { return h.thing("lot", 2) }) {
		m := event.Material{Lot: lot}
		if h.yes("aliquot") {
			m.Aliquot = fmt.Sprint("A", h.n(1, "aliquot"))
		}
		list = append(list, m)
	}
	return list
}

func (h *history) collection() (event.Type, event.Body) {
	b := &event.Collection{Donor: h.thing("donor", 1), Outputs: h.outputs()}
	if h.yes("with materials") {
		b.Materials = h.materials()
	}
	return event.TypeCollection, b
}

func (h *history) receipt() (event.Type, event.Body) {
	if h.yes("lot") {
		return event.TypeReceipt, &event.Receipt{Lot: h.thing("lot", 2)}
	}
	return event.TypeReceipt, &event.Receipt{Outputs: h.outputs(), Batch: h.thing("batch", 1)}
}

func (h *history) manufacture() (event.Type, event.Body) {
	b := &event.Manufacture{Step: "step"}
	for _, u := range h.different(2, h.unit) {
		in := event.Input{Unit: u}
		if h.yes("rest") {
			rest := true
			in.Rest = &rest
		}
		b.Inputs = append(b.Inputs, in)
	}
	b.Outputs = h.outputs()
	if h.n(3, "failed") == 0 {
		b.Outputs = nil
	}
	if h.n(3, "prepared") == 0 {
		b.Outputs = append(b.Outputs, event.Output{Lot: h.thing("lot", 2)})
	}
	if h.n(2, "in place") == 0 {
		b.Units = h.different(2, h.unit)
	}
	if h.yes("with materials") {
		b.Materials = h.materials()
	}
	if h.yes("batch") {
		b.Batch = h.thing("batch", 1)
	}
	return event.TypeManufacture, b
}

func (h *history) infusion() (event.Type, event.Body) {
	b := &event.Infusion{Unit: h.unit(), Patient: h.thing("patient", 2)}
	if h.n(3, "part") == 0 {
		whole := false
		b.Complete, b.Residue = &whole, h.unit()
	}
	return event.TypeInfusion, b
}

func (h *history) anything() event.Ref {
	kinds := []func() event.Ref{
		h.unit,
		func() event.Ref { return h.thing("patient", 2) },
		func() event.Ref { return h.thing("lot", 2) },
		func() event.Ref { return h.thing("batch", 1) },
		func() event.Ref { return h.thing("equipment", 0) },
		func() event.Ref { return h.thing("donor", 1) },
		func() event.Ref { return mustRef(fmt.Sprintf("aliquot:%d/A%d", h.n(2, "lot"), h.n(1, "aliquot"))) },
	}
	return kinds[h.n(len(kinds)-1, "kind")]()
}

func (h *history) contact() (event.Type, event.Body) {
	level := rapid.SampledFrom([]string{"", "confirmed", "probable", "possible"}).Draw(h.t, "level")
	return event.TypeContact, &event.Contact{Things: h.different(3, h.anything), Level: level, Reason: "ice"}
}

func (h *history) same() (event.Type, event.Body) {
	if h.n(4, "donor and patient") == 0 {
		return event.TypeSame, &event.Same{Things: []event.Ref{h.thing("donor", 1), h.thing("patient", 2)}, Reason: "one person"}
	}
	draw := h.unit
	if h.yes("patients") {
		draw = func() event.Ref { return h.thing("patient", 2) }
	}
	return event.TypeSame, &event.Same{Things: h.different(2, draw), Reason: "relabelled"}
}

func (h *history) correction() (event.Type, event.Body) {
	if len(h.events) == 0 {
		return "", nil
	}
	return event.TypeCorrection, &event.Correction{Corrects: h.events[h.n(len(h.events)-1, "which")].ID, Reason: event.DidNotOccur}
}

func (h *history) shipment() (event.Type, event.Body) {
	b := &event.Shipment{Shipment: h.thing("shipment", 1), Units: h.different(2, h.unit), To: h.thing("site", 2)}
	if h.yes("due") {
		b.Due = h.time()
	}
	return event.TypeShipment, b
}

func (h *history) arrival() (event.Type, event.Body) {
	return event.TypeArrival, &event.Arrival{Shipment: h.thing("shipment", 1), Accepted: h.different(2, h.unit)}
}

func (h *history) inventory() (event.Type, event.Body) {
	return event.TypeInventory, &event.Inventory{Units: h.different(3, h.unit)}
}

func (h *history) disposal() (event.Type, event.Body) {
	method := rapid.SampledFrom([]string{event.MethodDestroyed, event.MethodReturned, event.MethodLost, event.MethodExpired, event.MethodTested}).Draw(h.t, "method")
	return event.TypeDisposal, &event.Disposal{Units: h.different(2, h.unit), Method: method}
}
