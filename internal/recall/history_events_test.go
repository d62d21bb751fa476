package recall_test

import (
	"fmt"

	"pgregory.net/rapid"

	"suyuan/internal/event"
	"suyuan/internal/genealogy/genealogytest"
)

// A body draws one kind of event.
type body func() (event.Type, event.Body)

// bodies are those that a history is drawn from; what stands twice is drawn
// twice as often.
func (h *history) bodies() []body {
	list := []body{h.nothing, h.cleaning, h.cleaning, h.manufacture, h.manufacture, h.store, h.store, h.cleaning, h.cleaning, h.environment, h.environment, h.environment, h.environment}
	list = append(list, h.additive()...)
	return append(list, h.manufacture, h.retrieve, h.infusion, h.same, h.correction, h.shipment, h.handover, h.arrival, h.disposal, h.register, h.opening)
}

// nothing is what a smaller history has in place of an event.
func (h *history) nothing() (event.Type, event.Body) { return "", nil }

// additive are those that only add contacts: they end no stay and no leg, cut
// nothing, mark nothing and strike nothing.
func (h *history) additive() []body {
	return []body{h.collection, h.receipt, h.work, h.work, h.contact, h.contact, h.sameOnes, h.inventory}
}

func (h *history) draw(from []body) (event.Event, bool) {
	var e event.Event
	e.Type, e.Body = from[h.n(len(from)-1, "type")]()
	if e.Body == nil {
		return e, false
	}
	e.Time = h.time()
	e.Site = h.thing("site", 2)
	if length := h.n(7, "length"); length > 2 {
		e.End = e.Time.Add(rapid.SampledFrom(lengths).Draw(h.t, "length of it"))
	}
	h.surround(&e)
	e.Identify()
	return e, true
}

// record adds an event to the history unless it stands there already.
func (h *history) record(e event.Event) {
	if len(h.events) > 0 && h.n(15, "replaces") == 0 {
		e.ID, e.Replaces = "", h.events[h.n(len(h.events)-1, "which")].ID
		e.Identify()
	}
	if genealogytest.Add(h.g, uint64(len(h.events)+1), "OP", e.Time, e) == nil {
		h.events = append(h.events, e)
	}
}

func (h *history) surround(e *event.Event) {
	var equipment event.Ref
	switch b := e.Body.(type) {
	case *event.Cleaning:
		equipment = b.Equipment
	case *event.Environment:
		equipment = b.Equipment
	default:
		around := h.n(5, "around")
		if around%3 == 1 {
			e.Room = h.room()
		}
		if around > 3 {
			e.Operators = h.different(2, h.operator)
		}
		return
	}
	if equipment.IsZero() {
		e.Room = h.room()
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
	if h.yes("without materials") {
		return nil
	}
	var list []event.Material
	for _, lot := range h.different(2, h.lot) {
		m := event.Material{Lot: lot}
		if h.yes("aliquot") {
			m.Aliquot = fmt.Sprint("A", h.n(1, "aliquot"))
		}
		list = append(list, m)
	}
	return list
}

// uses draws times that are missing, that are the event's or that are not, and
// some whose end lies before their beginning.
func (h *history) uses() []event.Use {
	if h.yes("without equipment") {
		return nil
	}
	var list []event.Use
	for _, r := range h.different(2, h.equipment) {
		use := event.Use{Equipment: r}
		times := h.n(5, "times")
		if times == 3 || times == 5 {
			use.From = h.time()
		}
		if times >= 4 {
			use.To = h.time()
		}
		list = append(list, use)
	}
	return list
}

func (h *history) collection() (event.Type, event.Body) {
	return event.TypeCollection, &event.Collection{Donor: h.thing("donor", 1), Outputs: h.outputs(), Materials: h.materials(), Equipment: h.uses()}
}

func (h *history) receipt() (event.Type, event.Body) {
	if h.yes("lot") {
		return event.TypeReceipt, &event.Receipt{Lot: h.lot()}
	}
	return event.TypeReceipt, &event.Receipt{Outputs: h.outputs(), Batch: h.thing("batch", 1)}
}

// work is a manufacture in place.
func (h *history) work() (event.Type, event.Body) {
	return event.TypeManufacture, &event.Manufacture{Step: "wash", Units: h.different(2, h.unit), Materials: h.materials(), Equipment: h.uses()}
}

func (h *history) manufacture() (event.Type, event.Body) {
	b := &event.Manufacture{Step: "step", Materials: h.materials(), Equipment: h.uses()}
	for _, u := range h.different(2, h.unit) {
		in := event.Input{Unit: u}
		if h.yes("rest") {
			rest := true
			in.Rest = &rest
		}
		b.Inputs = append(b.Inputs, in)
	}
	kind := h.n(7, "kind")
	if kind < 6 {
		b.Outputs = h.outputs()
	}
	if kind == 5 || kind == 7 {
		b.Outputs = append(b.Outputs, event.Output{Lot: h.lot()})
	}
	if kind > 3 {
		b.Units = h.different(2, h.unit)
	}
	if h.yes("batch") {
		b.Batch = h.thing("batch", 1)
	}
	return event.TypeManufacture, b
}

func (h *history) phase() string {
	return rapid.SampledFrom([]string{"", event.PhaseVapour, event.PhaseLiquid}).Draw(h.t, "phase")
}

func (h *history) store() (event.Type, event.Body) {
	return event.TypeStore, &event.Store{Units: h.different(2, h.unit), Equipment: h.equipment(), Phase: h.phase()}
}

func (h *history) retrieve() (event.Type, event.Body) {
	return event.TypeRetrieve, &event.Retrieve{Units: h.different(2, h.unit), Equipment: h.equipment(), Phase: h.phase()}
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
		h.unit, h.unit,
		func() event.Ref { return h.thing("patient", 2) },
		h.lot,
		func() event.Ref { return h.thing("batch", 1) },
		h.equipment, h.equipment, h.room, h.operator,
		func() event.Ref { return h.thing("donor", 1) },
		func() event.Ref { return mustRef(fmt.Sprintf("aliquot:L%d/A%d", h.n(2, "lot"), h.n(1, "aliquot"))) },
	}
	return kinds[h.n(len(kinds)-1, "kind")]()
}

func (h *history) contact() (event.Type, event.Body) {
	level := rapid.SampledFrom([]string{"", "confirmed", "probable", "possible"}).Draw(h.t, "level")
	return event.TypeContact, &event.Contact{Things: h.different(3, h.anything), Level: level, Reason: "ice"}
}

// sameOnes declares the same what has no epochs.
func (h *history) sameOnes() (event.Type, event.Body) {
	if h.n(4, "donor and patient") == 0 {
		return event.TypeSame, &event.Same{Things: []event.Ref{h.thing("donor", 1), h.thing("patient", 2)}, Reason: "one person"}
	}
	draw := h.unit
	if h.yes("patients") {
		draw = func() event.Ref { return h.thing("patient", 2) }
	}
	return event.TypeSame, &event.Same{Things: h.different(2, draw), Reason: "relabelled"}
}

// same declares the same what has epochs.
func (h *history) same() (event.Type, event.Body) {
	draw := []func() event.Ref{h.equipment, h.room, h.operator}[h.n(2, "kind")]
	return event.TypeSame, &event.Same{Things: h.different(2, draw), Reason: "two names"}
}

func (h *history) correction() (event.Type, event.Body) {
	if len(h.events) == 0 {
		return "", nil
	}
	return event.TypeCorrection, &event.Correction{Corrects: h.events[h.n(len(h.events)-1, "which")].ID, Reason: event.DidNotOccur}
}

// maybe draws one of a kind or nothing.
func (h *history) maybe(draw func() event.Ref) event.Ref {
	if h.yes("none") {
		return event.Ref{}
	}
	return draw()
}

func (h *history) shipment() (event.Type, event.Body) {
	b := &event.Shipment{Shipment: h.thing("shipment", 1), Units: h.different(2, h.unit), To: h.thing("site", 2), Equipment: h.maybe(h.equipment)}
	if h.n(3, "lots") == 0 {
		b.Lots = []event.Ref{h.lot()}
	}
	if h.yes("due") {
		b.Due = h.time()
	}
	return event.TypeShipment, b
}

func (h *history) handover() (event.Type, event.Body) {
	return event.TypeHandover, &event.Handover{Shipment: h.thing("shipment", 1), Equipment: h.maybe(h.equipment)}
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

func (h *history) cleaning() (event.Type, event.Body) {
	verified := h.yes("verified")
	return event.TypeCleaning, &event.Cleaning{Equipment: h.maybe(h.equipment), Verified: &verified}
}

func (h *history) environment() (event.Type, event.Body) {
	class := rapid.SampledFrom([]string{event.EnvironmentMicrobial, event.EnvironmentMicrobial, event.EnvironmentPressure}).Draw(h.t, "class")
	result := rapid.SampledFrom([]string{event.ActionLimit, event.InLimit, event.Alert, event.InLimit}).Draw(h.t, "result")
	return event.TypeEnvironment, &event.Environment{Equipment: h.maybe(h.equipment), Class: class, Result: result}
}

func (h *history) register() (event.Type, event.Body) {
	class := rapid.SampledFrom([]string{event.ClassOpenContainer, event.ClassOpenContainer, ""}).Draw(h.t, "class")
	return event.TypeRegister, &event.Register{Subject: h.lot(), Class: class}
}

func (h *history) opening() (event.Type, event.Body) {
	b := &event.Case{Case: h.thing("case", 0), Action: event.ActionOpen, Open: &event.CaseOpen{Sources: h.different(2, h.anything)}}
	if h.n(3, "of others") == 0 {
		b.Open.Sources = append(b.Open.Sources, h.thing("shipment", 1))
	}
	return event.TypeCase, b
}
