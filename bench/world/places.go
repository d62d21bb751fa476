package world

func site(place int) Thing { return thing(aSite, place, 0, 0) }

// equipped returns one of count things of a class at a place.
func equipped(c class, place int, draw, count uint64) Thing { return thing(c, place, draw%count+1, 0) }

// lot returns the lot of a kind of material that is in use at a time. The kinds change lots at different days.
func (w *scale) lot(slot int, at int64) Thing {
	return thing(aLot, 0, uint64((at-begin+phase(slot))/(lotDays*day)), slot) //nolint:gosec // no event is before the beginning
}

// phase spreads the days on which lots change.
func phase(slot int) int64 { return int64(slot) * 7919 * hour % (lotDays * day) }

// firstUse returns when a lot came in, a day before its use at the earliest.
func firstUse(slot int, window uint64) int64 {
	return int64(window)*lotDays*day - phase(slot) + begin //nolint:gosec // some hundred windows
}

func (p *plan) unit(c class, part int) Thing { return thing(c, 0, p.batch, part) }

func (p *plan) patient(dose int) Thing { return thing(aPatient, p.hospital, p.batch, dose) }

// name is the ID of the batch's event of a stage.
func (p *plan) name(s stage) uint64 { return p.hash(p.batch, 1000+uint64(s)) | 1 }

// tank returns the one that holds doses at a place for a time: a factory's are emptied before their yearly cleaning, so that no dose
// carries what was there before into the time after.
func (p *plan) tank(place int, from, to int64) Thing {
	if place >= hospitalAt || place >= zoneClinic && place < others {
		return thing(aTank, place, 1, 0)
	}
	first := p.hash(p.batch, drawMachine)
	for k := range uint64(doseTanks) {
		t := equipped(aTank, place, first+k, doseTanks)
		if f := (fixture{t, tankCare}); f.cares(to) == f.cares(from) {
			return t
		}
	}
	return equipped(aTank, place, first, doseTanks)
}

// giverTank holds the bank of an allogeneic donor, apart from all doses.
func (w *scale) giverTank(giver uint64) Thing {
	return thing(aTank, w.giverFactory(giver), tanksEach, 0)
}

// machine returns one for a step. Cells go from the first half of a factory's machines, and its first room, to the second: what is
// filled is never grown again, so a contamination that shared equipment passes on comes to an end.
func (p *plan) machine(place int, which uint64, filling bool) Thing {
	draw := p.hash(p.batch, drawMachine)>>8 + which
	if place >= hospitalAt {
		return equipped(aMachine, place, draw, machinesLab)
	}
	t := equipped(aMachine, place, draw, machinesEach/2)
	if filling {
		t = thing(aMachine, place, t.number()+machinesEach/2, 0)
	}
	return t
}

func room(place int, filling bool) Thing {
	if filling && place < hospitalAt {
		return thing(aRoom, place, 2, 0)
	}
	return thing(aRoom, place, 1, 0)
}

// materials gives e one lot of each ten kinds from a slot on, those in use at its time.
func (p *plan) materials(e *Event, from, count int) {
	draw := p.hash(p.batch, drawLots) + uint64(from)*0x9e3779b97f4a7c15 //nolint:gosec // small
	for slot := from; slot < from+count; slot += 10 {
		e.Materials = append(e.Materials, p.lot(slot+int(draw%10), e.Time))
		draw /= 10
	}
}
