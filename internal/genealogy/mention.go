package genealogy

import "suyuan/internal/event"

// As says in what part an event mentions a thing.
type As uint8

// The parts that things play in events.
const (
	AsNamed      As = iota // named without a part in what happened
	AsDonor                // collected from
	AsMade                 // output of a collection, receipt or manufacture; N is its place in outputs
	AsReceived             // lot of a receipt
	AsResidue              // what an infusion left over
	AsBatch                // batch that outputs were made under
	AsInput                // input of a manufacture; N is its place in inputs
	AsWorked               // worked on in place
	AsMaterial             // lot or aliquot that went in; N is its place in materials
	AsOpened               // lot that a used aliquot was opened from
	AsEquipment            // used; N is its place in equipment
	AsTested               // subject of a test
	AsSample               // sample of a test
	AsReleased             // named in a release
	AsStored               // put into a vessel
	AsRetrieved            // taken out of a vessel
	AsAllocated            // booked
	AsShipped              // sent; N is its place in units, lots after units
	AsShipment             // the shipment itself
	AsAccepted             // accepted at an arrival
	AsRejected             // rejected at an arrival
	AsInfused              // given
	AsRecipient            // patient who was given it
	AsPatient              // patient otherwise named
	AsCounted              // found at an inventory
	AsDisposed             // disposed of
	AsCleaned              // cleaned
	AsMeasured             // environment reading
	AsContact              // declared contact
	AsSame                 // declared to be one thing
	AsRegistered           // subject of master data
	AsHeld                 // held by a case
	AsLifted               // lifted by a case
	AsSource               // source of a case
	AsEligible             // donor decided on
	AsRoom                 // where it happened
	AsSite                 // where it happened, or master data of a room
	AsTo                   // site a shipment goes to
	AsOperator             // who did, signed, approved or witnessed it
	AsCase                 // the case itself
)

// A Mention is a place in the ledger that names a thing: the entry (by its
// place in the graph), the part it plays, and its place in a list.
type Mention struct {
	Entry int32
	As    As
	N     int32
}

type mention struct {
	ref   event.Ref
	as    As
	n     int32
	thing int32 // its number, once the graph has it
}

// mentionsOf lists what an event names, each thing once for each part.
func mentionsOf(e *event.Event) []mention { return mentionsInto(nil, e) }

// mentionsInto is mentionsOf, in memory that is used again.
func mentionsInto(list []mention, e *event.Event) []mention {
	w := walker{e: e, list: list[:0]}
	w.body()
	w.add(e.Room, AsRoom)
	w.add(e.Site, AsSite)
	w.all(e.Operators, AsOperator)
	if e.Deviation != nil {
		w.all(e.Deviation.ApprovedBy, AsOperator)
	}
	for _, c := range e.Codes {
		w.add(c.Thing, AsNamed)
	}
	return w.list
}

type walker struct {
	e    *event.Event
	list []mention
}

func (w *walker) add(r event.Ref, as As) { w.addN(r, as, 0) }

func (w *walker) addN(r event.Ref, as As, n int) {
	if !r.IsZero() {
		w.list = append(w.list, mention{ref: r, as: as, n: int32(n)}) //nolint:gosec // an event has at most 48 KiB
	}
}

func (w *walker) all(refs []event.Ref, as As) {
	for i, r := range refs {
		w.addN(r, as, i)
	}
}

func (w *walker) body() {
	switch b := w.e.Body.(type) {
	case *event.Collection:
		w.add(b.Donor, AsDonor)
		w.made(b.Outputs)
		w.materials(b.Materials)
		w.uses(b.Equipment)
	case *event.Receipt:
		w.add(b.Lot, AsReceived)
		w.made(b.Outputs)
		w.add(b.Batch, AsBatch)
	case *event.Manufacture:
		w.manufacture(b)
	case *event.Infusion:
		w.add(b.Unit, AsInfused)
		w.add(b.Patient, AsRecipient)
		w.add(b.Residue, AsResidue)
	case *event.Test:
		w.add(b.Subject, AsTested)
		if b.Sample != b.Subject {
			w.add(b.Sample, AsSample)
		}
	case *event.Release:
		w.all(b.Units, AsReleased)
		w.add(b.Batch, AsReleased)
		w.all(b.SignedBy, AsOperator)
		w.add(b.RequestedBy, AsOperator)
	case *event.Store:
		w.all(b.Units, AsStored)
		w.add(b.Equipment, AsEquipment)
	case *event.Retrieve:
		w.all(b.Units, AsRetrieved)
		w.add(b.Equipment, AsEquipment)
	default:
		w.moving()
	}
}

func (w *walker) manufacture(b *event.Manufacture) {
	for i := range b.Inputs {
		w.addN(b.Inputs[i].Unit, AsInput, i)
	}
	w.made(b.Outputs)
	w.all(b.Units, AsWorked)
	w.add(b.Batch, AsBatch)
	w.materials(b.Materials)
	w.uses(b.Equipment)
}

func (w *walker) moving() {
	switch b := w.e.Body.(type) {
	case *event.Allocation:
		w.all(b.Units, AsAllocated)
		w.add(b.Patient, AsPatient)
	case *event.Shipment:
		w.add(b.Shipment, AsShipment)
		w.all(b.Units, AsShipped)
		for i, lot := range b.Lots {
			w.addN(lot, AsShipped, len(b.Units)+i)
		}
		w.add(b.To, AsTo)
		w.add(b.Equipment, AsEquipment)
	case *event.Handover:
		w.add(b.Shipment, AsShipment)
		w.add(b.Equipment, AsEquipment)
	case *event.Arrival:
		w.add(b.Shipment, AsShipment)
		w.all(b.Accepted, AsAccepted)
		w.all(b.Rejected, AsRejected)
	case *event.Inventory:
		w.all(b.Units, AsCounted)
		w.add(b.Equipment, AsEquipment)
	case *event.Disposal:
		w.all(b.Units, AsDisposed)
		w.all(b.Lots, AsDisposed)
		w.add(b.Witness, AsOperator)
	default:
		w.judging()
	}
}

func (w *walker) judging() {
	switch b := w.e.Body.(type) {
	case *event.Register:
		w.add(b.Subject, AsRegistered)
		w.add(b.At, AsSite)
	case *event.Eligibility:
		w.add(b.Donor, AsEligible)
	case *event.Followup:
		w.add(b.Patient, AsPatient)
		w.add(b.Unit, AsNamed)
	case *event.Cleaning:
		w.add(b.Equipment, AsCleaned)
	case *event.Environment:
		w.add(b.Equipment, AsMeasured)
	case *event.Temperature:
		w.add(b.Shipment, AsShipment)
		w.add(b.Equipment, AsMeasured)
	case *event.Contact:
		w.all(b.Things, AsContact)
	case *event.Same:
		w.all(b.Things, AsSame)
		w.all(b.SignedBy, AsOperator)
	case *event.Key:
		if b.Register != nil {
			w.add(b.Register.Holder, AsNamed)
		}
	case *event.Case:
		w.caseStep(b)
	}
}

func (w *walker) caseStep(b *event.Case) {
	w.add(b.Case, AsCase)
	as := AsHeld
	if b.Action == event.ActionLift {
		as = AsLifted
	}
	w.all(b.Things, as)
	switch {
	case b.Open != nil:
		w.all(b.Open.Sources, AsSource)
	case b.Lift != nil:
		w.all(b.Lift.SignedBy, AsOperator)
	case b.Acknowledge != nil:
		w.add(b.Acknowledge.By, AsOperator)
		w.all(b.Acknowledge.Found, AsNamed)
	case b.Screen != nil:
		w.add(b.Screen.Patient, AsPatient)
	case b.Close != nil:
		w.all(b.Close.SignedBy, AsOperator)
	}
}

func (w *walker) made(outputs []event.Output) {
	for i := range outputs {
		w.addN(outputs[i].Thing(), AsMade, i)
		w.add(outputs[i].ForPatient, AsPatient)
	}
}

func (w *walker) materials(materials []event.Material) {
	for i := range materials {
		m := &materials[i]
		w.addN(m.Thing(), AsMaterial, i)
		if m.Aliquot != "" {
			w.addN(m.Lot, AsOpened, i)
		}
	}
}

func (w *walker) uses(uses []event.Use) {
	for i := range uses {
		w.addN(uses[i].Equipment, AsEquipment, i)
	}
}
