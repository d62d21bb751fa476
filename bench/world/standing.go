package world

// Whatever is not part of one batch: what is registered, lots that come in, donors' banks, cleanings and measurements.

// fixture is something at a place that is registered and, some of it, looked after at intervals.
type fixture struct {
	thing    Thing
	interval int64 // between cleanings or measurements; 0: none
}

// fixtures yields the sites with all that belongs to them.
func (w *scale) fixtures(yield func(fixture) bool) {
	for place := range others {
		if !w.fixturesAt(place, yield) {
			return
		}
	}
	for k := range w.factories {
		if !w.fixturesAt(others+k, yield) {
			return
		}
	}
	for k := range w.hospitals {
		if !w.fixturesAt(hospitalAt+k, yield) {
			return
		}
	}
}

func (w *scale) fixturesAt(place int, yield func(fixture) bool) bool {
	if place >= zoneClinic+zoneCount && place < others {
		return true
	}
	if !yield(fixture{thing: site(place)}) {
		return false
	}
	for _, f := range w.stock(place) {
		for k := range f.count {
			if !yield(fixture{thing(f.class, place, uint64(k)+1, 0), f.interval}) {
				return false
			}
		}
	}
	return true
}

type stock struct {
	class    class
	count    int
	interval int64
}

func (w *scale) stock(place int) []stock {
	all := []stock{{anOperator, operators, 0}}
	switch {
	case place == overseas || place >= others && place < hospitalAt:
		return append(all, stock{aRoom, roomsEach, 7 * day}, stock{aMachine, machinesEach, 7 * day},
			stock{aTank, tanksEach, tankCare}, stock{aShipper, shippersEach, 60 * day})
	case place >= hospitalAt && place-hospitalAt < w.labs:
		return append(all, stock{aRoom, 1, 7 * day}, stock{aMachine, machinesLab, 7 * day}, stock{aTank, 1, tankCare})
	case place >= zoneClinic:
		return append(all, stock{aTank, 1, tankCare})
	default:
		return all
	}
}

// register makes e the registration of a fixture.
func (f fixture) register(e *Event) {
	e.reset(Register, begin)
	e.Subject = f.thing
	place := int(f.thing.place()) //nolint:gosec // sixteen bits
	switch f.thing.class() {
	case aSite:
		e.say("name", "Site (synthetic)")
		e.say("country", country(place))
	case aShipper:
		e.say("class", "shipper")
	case aRoom, aMachine, aTank:
		e.At = site(place)
	default:
	}
}

func country(place int) string {
	if place == overseas {
		return "DE"
	}
	return "CN"
}

const tankCare = 360 * day

// first is the first night on which a fixture is looked after, within its interval from the beginning on: all machines and rooms
// of a place in the same night, so that none of them gives back what another had, and its tanks in turns, as somewhere the doses
// have to be.
func (f fixture) first() int64 {
	days := f.interval / day
	turn := int64(f.thing.place()) * 31 //nolint:gosec // sixteen bits
	if f.thing.class() == aTank {
		turn += int64(f.thing.number()) * (days/tanksEach + 1) //nolint:gosec // a handful
	}
	return begin + turn%days*day + night
}

// cares returns how often a fixture was looked after by a time.
func (f fixture) cares(t int64) int64 { return (t - f.first() + f.interval) / f.interval }

// care makes e what is done to a fixture at its n-th turn: a cleaning, of machines only every fourth one verified, and in rooms
// every fourth time a measurement of the air instead, though not in a night in which the machines are verified.
func (f fixture) care(e *Event, at int64, n uint64) {
	if f.thing.class() == aRoom && n%4 == 1 {
		f.measure(e, at, n)
		return
	}
	e.reset(Cleaning, at)
	e.at(site(int(f.thing.place())), n) //nolint:gosec // sixteen bits
	e.End = at + 20*minute
	e.Verified = f.thing.class() != aMachine || n%4 == 3
	if f.thing.class() == aRoom {
		e.Room = f.thing
	} else {
		e.Equipment = f.thing
	}
}

// measure makes e the measurement of the air in a room.
func (f fixture) measure(e *Event, at int64, n uint64) {
	e.reset(Environment, at)
	e.at(site(int(f.thing.place())), n) //nolint:gosec // sixteen bits
	e.Room = f.thing
	e.say("class", "particles")
	e.say("result", "in_limit")
	e.say("value", "393.9")
	e.say("uom", "/m3")
}

// receive makes e the receipt of a lot.
func receive(e *Event, slot int, window uint64) {
	e.reset(Receipt, receipt(slot, window))
	e.at(site(theDepot), window)
	e.Lot = thing(aLot, 0, window, slot)
	e.say("product", products[slot%len(products)])
	e.say("supplier", "supplier (synthetic)")
}

func receipt(slot int, window uint64) int64 { return max(firstUse(slot, window)-day, begin) }

var products = [...]string{"medium", "human serum albumin", "cytokine", "bag set", "vector", "enzyme", "saline", "cryoprotectant", "filter", "beads"}

// The stages of an allogeneic donor's bank, and how long before the first batch they are.
const (
	giftCollected = iota
	bankMade
	bankStored
	bankStages
)

var bankAhead = [bankStages]int64{30 * day, 29 * day, 27 * day}

// bank makes e the event of a stage of an allogeneic donor.
func (w *scale) bank(e *Event, giver uint64, stage int) {
	first, _ := w.vialBatch(giver, 0)
	e.reset([...]Type{Collection, Manufacture, Store}[stage], w.start(first)-bankAhead[stage])
	place := w.giverFactory(giver)
	e.at(site(place), giver)
	gift := thing(aGift, 0, giver, 0)
	if stage == giftCollected {
		e.Donor, e.End = thing(aGiver, place, giver, 0), e.Time+hour
		e.Outputs = append(e.Outputs, Output{Unit: gift})
		return
	}
	if stage == bankMade {
		e.End = e.Time + day
		e.say("step", "bank")
		e.Inputs = append(e.Inputs, gift)
	} else {
		e.Equipment = w.giverTank(giver)
	}
	for k := range bankVials {
		vial := thing(aVial, 0, giver, k)
		if stage == bankMade {
			e.Outputs = append(e.Outputs, Output{Unit: vial, Role: "bank"})
			continue
		}
		until := int64(0)
		if b, ok := w.vialBatch(giver, k); ok {
			until = w.start(b)
		}
		e.Units, e.Until = append(e.Units, vial), append(e.Until, until)
	}
}
