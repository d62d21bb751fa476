package world

// A stage is one step in the life of a batch. Each is one event, of which stages.go says what it holds.
type stage uint8

const (
	collected stage = iota
	declaredSame
	bagSent
	bagCame
	vialTaken
	expanded
	made
	stored
	tested
	decided
	taken
	sent
	passedOn
	arrived
	caseOpened
	lifted
	keptThere
	takenThere
	infused // once per dose
	followedUp
	corrected
	takenToDispose
	disposed
)

// A moment is when a stage is reached.
type moment struct {
	at    int64
	stage stage
	dose  uint8 // from 1, of infused
}

// A fate is what happens to the few batches to which something happens.
type fate uint8

const (
	ordinary     fate = iota
	contaminated      // its sterility test is positive: rejected and destroyed
	warm              // its shipment arrives warm and is held; lifted or destroyed
	late              // infused past its date, by a declared deviation
	mistaken          // its follow-up did not occur: corrected
	failed            // its manufacture yields nothing
)

// A plan is all that is decided about a batch. It is a pure function of the batch and made again at each of its stages, which is
// cheaper than to keep it.
type plan struct {
	*scale
	batch    uint64
	fresh    bool // made where it is given
	donated  bool
	giver    uint64
	vial     int
	doses    int
	factory  int // place where it is made
	hospital int // place where it is given
	from     int // place of the collection
	fate     fate
	known    bool // donor and patient are declared one person
	moments  []moment
}

// replan makes the plan of a batch in the room of an older one.
func (p *plan) replan(batch uint64) {
	*p = plan{scale: p.scale, batch: batch, doses: 1, moments: p.moments[:0]}
	k := batch % cycle
	p.fresh = k < freshShare
	var n uint64
	n, p.donated = allogeneic(batch)
	if p.donated {
		p.giver, p.vial = p.vialOf(n)
		p.doses = 3 + int(p.hash(batch, drawMore)%3)
	}
	p.places()
	p.decideFate()
	p.times()
}

func (p *plan) places() {
	draw, other := p.hash(p.batch, drawPlace), p.hash(p.batch, drawOther)
	switch {
	case p.fresh:
		p.hospital = hospitalAt + int(draw%uint64(p.labs)) //nolint:gosec // below the number of places
		p.factory, p.from = p.hospital, p.hospital
	case p.donated:
		p.factory = p.giverFactory(p.giver)
		p.hospital = p.near(p.factory, draw)
	default:
		p.factory = others + int(other%uint64(p.factories)) //nolint:gosec // below the number of places
		p.hospital = p.near(p.factory, draw)
		if p.from = p.factory; other>>32%3 == 0 {
			p.from = p.hospital
		}
	}
}

// near returns a hospital that a factory serves: those of its region, and two of the next one's.
func (w *scale) near(factory int, draw uint64) int {
	if factory == overseas {
		return zoneClinic + int(draw%zoneCount)
	}
	return hospitalAt + (5*(factory-others)+int(draw%7))%w.hospitals
}

// giverFactory returns where the cells of an allogeneic donor are banked and worked on.
func (w *scale) giverFactory(giver uint64) int {
	if giver%50 == 0 {
		return overseas
	}
	return others + int(w.hash(giver, drawPlace)%uint64(w.factories)) //nolint:gosec // below the number of places
}

func (p *plan) decideFate() {
	draw := p.hash(p.batch, drawFate)
	switch r := draw % 1000; {
	case r < 2:
		p.fate = contaminated
	case r < 3 && !p.fresh:
		p.fate = warm
	case r < 4 && p.fresh:
		p.fate = late
	case r < 5 && !p.donated:
		p.fate = failed
	case r < 8:
		p.fate = mistaken
	}
	p.known = !p.donated && draw>>32%100 == 0
}

// between draws a whole number of seconds, one draw of 16 bits for each call.
type between uint64

func (b *between) draw(low, high int64) int64 {
	r := int64(*b & 0xffff)
	*b >>= 16
	return low + (high-low)*r>>16
}

// times puts the stages in order, each not before the one it needs.
func (p *plan) times() {
	t := p.start(p.batch)
	short, long := between(p.hash(p.batch, drawTimes)), between(p.hash(p.batch, drawWaits))
	switch {
	case p.donated:
		p.add(t, vialTaken)
		t = workday(t, short.draw(0, workHours))
		p.add(t, expanded)
		t += 10 * day
	default:
		p.add(t, collected)
		if p.known {
			p.add(t+2*hour, declaredSame)
		}
		if p.from != p.factory {
			p.add(t+3*hour, bagSent)
			p.add(t+short.draw(6*hour, 20*hour), bagCame)
		}
		t = workday(t+11*day, short.draw(0, workHours))
	}
	p.add(t, made)
	if p.fate == failed {
		return
	}
	t += atWork
	if !p.fresh {
		p.add(t+hour, stored)
		t += short.draw(13*day, 15*day)
	}
	p.add(t+day, tested)
	p.add(t+day+short.draw(hour, 6*hour), decided)
	t += day + 6*hour
	if p.fate == contaminated {
		if !p.fresh {
			p.add(t+day, takenToDispose)
		}
		p.add(t+day+hour, disposed)
		return
	}
	if !p.fresh {
		wait := 30 * day
		if p.donated {
			wait = 200 * day
		}
		t = p.journey(t+day+long.draw(0, wait), &long)
	}
	if t != 0 {
		p.given(t, &long)
	}
}

// Work in clean rooms begins within so many seconds of the morning and takes so long; they are cleaned at night, when nobody is there.
const (
	morning   = 23 * hour // of the day before, in UTC
	workHours = 9 * hour
	atWork    = 5 * hour
	night     = 18 * hour
)

// workday returns a time at work on the day that begins next.
func workday(t, into int64) int64 {
	t += day - morning
	return t - t%day + morning + into
}

// journey takes the doses to where they are given and returns from when on they can be, 0 for never.
func (p *plan) journey(t int64, long *between) int64 {
	p.add(t, taken)
	p.add(t+hour, sent)
	if p.factory == overseas {
		p.add(t+20*hour, passedOn)
	}
	t += long.draw(22*hour, 40*hour)
	p.add(t, arrived)
	if p.fate == warm {
		p.add(t+2*hour, caseOpened)
		if p.batch/cycle%2 == 0 {
			p.add(t+3*day, disposed)
			return 0
		}
		t += 3 * day
		p.add(t, lifted)
	}
	until := t + long.draw(3*day, 20*day)
	if p.batch/cycle%3 == 0 && !p.cleanedBetween(t, until) {
		p.add(t+2*hour, keptThere)
		p.add(until, takenThere)
		t = until
	}
	return t + 2*hour
}

// cleanedBetween reports whether the hospital's tank is; what is inside then would carry over what was there before.
func (p *plan) cleanedBetween(from, to int64) bool {
	f := fixture{p.tank(p.hospital, from, to), tankCare}
	return f.cares(from) != f.cares(to)
}

func (p *plan) given(t int64, long *between) {
	if p.fate == late {
		t += shelfLife
	}
	for dose := 1; dose <= p.doses; dose++ {
		p.moments = append(p.moments, moment{t, infused, uint8(dose)})
		t += 3 * hour
	}
	if p.fate != mistaken && p.batch/cycle%4 != 0 {
		return
	}
	t += long.draw(25*day, 35*day)
	p.add(t, followedUp)
	if p.fate == mistaken {
		p.add(t+2*day, corrected)
	}
}

func (p *plan) add(at int64, s stage) { p.moments = append(p.moments, moment{at: at, stage: s}) }

// when returns when a stage is reached; 0 where it never is.
func (p *plan) when(s stage) int64 {
	for i := range p.moments {
		if p.moments[i].stage == s {
			return p.moments[i].at
		}
	}
	return 0
}

// made at the given time, fresh cells are good for so long from their making on.
const shelfLife = 3 * day
