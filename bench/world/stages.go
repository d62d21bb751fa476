package world

// event makes e the event of a moment of the plan.
func (p *plan) event(e *Event, m moment) {
	e.reset(stageTypes[m.stage], m.at)
	switch m.stage {
	case collected, declaredSame, bagSent, bagCame:
		p.beginning(e, m.stage)
	case vialTaken, expanded, made, stored:
		p.working(e, m.stage)
	case tested, decided, taken, takenToDispose, disposed:
		p.judging(e, m.stage)
	case sent, passedOn, arrived, caseOpened, lifted:
		p.moving(e, m.stage)
	default:
		p.giving(e, m)
	}
}

var stageTypes = [...]Type{
	collected: Collection, declaredSame: Same, bagSent: Shipment, bagCame: Arrival, vialTaken: Retrieve, expanded: Manufacture,
	made: Manufacture, stored: Store, tested: Test, decided: Release, taken: Retrieve, sent: Shipment, passedOn: Handover,
	arrived: Arrival, caseOpened: Case, lifted: Case, keptThere: Store, takenThere: Retrieve, infused: Infusion,
	followedUp: Followup, corrected: Correction, takenToDispose: Retrieve, disposed: Disposal,
}

// beginning is how the patient's own cells come to where they are worked on.
func (p *plan) beginning(e *Event, s stage) {
	donor, bag := thing(aDonor, p.from, p.batch, 0), p.unit(aBag, 0)
	switch s {
	case collected:
		e.at(site(p.from), p.batch)
		e.End, e.Donor = e.Time+hour, donor
		e.Outputs = append(e.Outputs, Output{Unit: bag, ForPatient: p.patient(1)})
		p.materials(e, 0, collectSlots)
	case declaredSame:
		e.at(site(p.from), p.batch)
		e.Things = append(e.Things, donor, p.patient(1))
		e.Signed = append(e.Signed, e.Operators...)
		e.say("reason", "autologous")
	case bagSent:
		e.at(site(p.from), p.batch)
		e.To, e.Shipment = site(p.factory), p.unit(aShipment, 0)
		e.Units = append(e.Units, bag)
		e.say("carrier", "courier (synthetic)")
	default:
		e.at(site(p.factory), p.batch)
		e.Shipment = p.unit(aShipment, 0)
		e.Units = append(e.Units, bag)
		e.say("seal", "intact")
	}
}

// working is from the cells to the doses in the tank.
func (p *plan) working(e *Event, s stage) {
	e.at(site(p.factory), p.batch>>2)
	switch s {
	case vialTaken:
		e.Units = append(e.Units, p.source())
		e.Equipment = p.giverTank(p.giver)
	case expanded:
		e.End = e.Time + atWork
		p.work(e, "expand", p.source(), false)
		e.Outputs = append(e.Outputs, Output{Unit: p.unit(anIntermediate, 0)})
		p.materials(e, collectSlots, expandSlots)
	case made:
		e.End = e.Time + atWork
		e.Batch = p.unit(aBatch, 0)
		if p.donated {
			p.work(e, "fill", p.unit(anIntermediate, 0), true)
			p.materials(e, collectSlots+expandSlots, makeSlots-expandSlots)
		} else {
			p.work(e, "expand", p.unit(aBag, 0), p.batch/cycle%2 == 0)
			p.materials(e, collectSlots, makeSlots)
		}
		p.outputs(e)
	default:
		p.store(e, p.factory, p.when(taken)+p.when(takenToDispose))
	}
}

// source is the unit that the first manufacture takes.
func (p *plan) source() Thing { return thing(aVial, 0, p.giver, p.vial) }

// work is a manufacture in a room, at one machine for its first two hours and at another to its end.
func (p *plan) work(e *Event, step string, input Thing, filling bool) {
	e.say("step", step)
	e.Room = room(p.factory, filling)
	e.Inputs = append(e.Inputs, input)
	e.Uses = append(e.Uses,
		Use{p.machine(p.factory, 0, filling), e.Time, e.Time + 2*hour},
		Use{p.machine(p.factory, 1, filling), e.Time + 2*hour, e.End})
}

func (p *plan) outputs(e *Event) {
	if p.fate == failed {
		e.Failed = true
		e.say("outcome", "failed")
		return
	}
	expires := e.End + 5*365*day
	if p.fresh {
		expires = e.End + shelfLife
	}
	for dose := 1; dose <= p.doses; dose++ {
		e.Outputs = append(e.Outputs, Output{Unit: p.unit(aDose, dose), Role: "dose", Expires: expires})
	}
}

// store puts all doses into the tank of a place until they are taken out.
func (p *plan) store(e *Event, place int, until int64) {
	p.allDoses(e)
	for range e.Units {
		e.Until = append(e.Until, until)
	}
	e.Equipment = p.tank(place, e.Time, until)
}

func (p *plan) allDoses(e *Event) {
	for dose := 1; dose <= p.doses; dose++ {
		e.Units = append(e.Units, p.unit(aDose, dose))
	}
}

// judging is from the test to the release or the waste.
func (p *plan) judging(e *Event, s stage) {
	place := p.factory
	if s == disposed && p.fate == warm {
		place = p.hospital
	}
	e.at(site(place), p.batch>>3)
	switch s {
	case tested:
		e.Subject = p.unit(aBatch, 0)
		e.say("assay", "sterility")
		if p.fate == contaminated {
			e.say("result", "positive")
			e.say("organism", "Cutibacterium acnes")
		} else {
			e.say("result", "negative")
		}
	case decided:
		e.Batch = p.unit(aBatch, 0)
		e.Signed = append(e.Signed, e.Operators...)
		if p.fate == contaminated {
			e.say("decision", "rejected")
		} else {
			e.say("decision", "released")
		}
	case disposed:
		p.allDoses(e)
		e.say("method", "destroyed")
	default:
		p.allDoses(e)
		e.Equipment = p.tank(place, p.when(stored), e.Time)
	}
}

// moving is from the factory to the hospital.
func (p *plan) moving(e *Event, s stage) {
	box := equipped(aShipper, p.factory, p.batch, shippersEach)
	switch s {
	case sent:
		e.at(site(p.factory), p.batch>>3)
		e.To, e.Shipment, e.Equipment = site(p.hospital), p.unit(aShipment, 1), box
		p.allDoses(e)
		for range e.Units {
			e.Until = append(e.Until, p.when(arrived))
		}
		e.say("low", "-196")
		e.say("high", "-150")
		e.say("uom", "Cel")
	case passedOn:
		e.at(site(zoneDepot), p.batch)
		e.Site, e.To, e.Shipment = 0, site(zoneDepot), p.unit(aShipment, 1)
		e.say("carrier", "cold chain of the zone (synthetic)")
	case arrived:
		e.at(site(p.hospital), p.batch)
		e.Shipment = p.unit(aShipment, 1)
		p.allDoses(e)
		p.temperatures(e)
	case caseOpened:
		e.at(site(p.hospital), p.batch)
		e.Case, e.Subject = p.unit(aCase, 0), p.unit(aShipment, 1)
		e.say("action", "open")
		e.say("trigger", "temperature excursion")
	default:
		e.at(site(p.hospital), p.batch)
		e.Case, e.Names = p.unit(aCase, 0), p.name(arrived)
		e.Signed = append(e.Signed, e.Operators...)
		e.say("action", "lift")
		e.say("reason", "within what the stability data cover")
		e.say("evidence", "logger trace (synthetic)")
	}
}

func (p *plan) temperatures(e *Event) {
	e.say("min", "-192.4")
	if p.fate == warm {
		e.ID = p.name(arrived)
		e.say("max", "-138.5")
	} else {
		e.say("max", "-171.0")
	}
	e.say("uom", "Cel")
}

// giving is what happens where the patient is.
func (p *plan) giving(e *Event, m moment) {
	e.at(site(p.hospital), p.batch>>4)
	switch m.stage {
	case keptThere:
		p.store(e, p.hospital, p.when(takenThere))
	case takenThere:
		p.allDoses(e)
		e.Equipment = p.tank(p.hospital, p.when(keptThere), e.Time)
	case infused:
		e.End = e.Time + 40*minute
		e.Unit, e.Patient = p.unit(aDose, int(m.dose)), p.patient(int(m.dose))
		if p.fate == late {
			e.Excuse = "expired"
			e.Signed = append(e.Signed, thing(anOperator, p.hospital, 1, 0), thing(anOperator, p.hospital, 2, 0))
		}
	case followedUp:
		e.Patient, e.Unit = p.patient(1), p.unit(aDose, 1)
		if p.fate == mistaken {
			e.ID = p.name(followedUp)
		}
		e.say("outcome", "no reaction")
	default:
		e.Names = p.name(followedUp)
		e.say("reason", "did_not_occur")
	}
}
