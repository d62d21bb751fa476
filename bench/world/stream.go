package world

import "iter"

// Events yields the events of a world in order of time. The event is valid until the next one is asked for. The shape must be
// one that [Shape.Check] accepts. An event costs about a microsecond.
func (s Shape) Events() iter.Seq[*Event] {
	return func(yield func(*Event) bool) {
		f := newFlow(s)
		for _, x := range f.fixtures {
			x.register(&f.event)
			if !f.yield(yield) {
				return
			}
		}
		for f.feed(); len(f.turns) > 0; f.feed() {
			t := f.turns.pop()
			f.take(t)
			if !f.yield(yield) {
				return
			}
		}
	}
}

// A flow is a world as far as it has come.
type flow struct {
	scale
	plan     plan
	event    Event
	turns    turns
	fixtures []fixture
	batch    uint64 // the next to begin
	giver    uint64 // whose bank is the next to begin
	end      int64  // of what has no end of its own
}

func newFlow(s Shape) *flow {
	f := &flow{scale: s.scale()}
	f.plan.scale = &f.scale
	f.end = firstDay + f.span + 30*day
	for x := range f.scale.fixtures {
		if x.interval > 0 {
			f.turns.push(turn{x.first(), key(ofFixture, uint64(len(f.fixtures)), 0)})
		}
		f.fixtures = append(f.fixtures, x)
	}
	for slot := range slots {
		window := f.lot(slot, firstDay).number()
		f.turns.push(turn{receipt(slot, window), key(ofLots, uint64(slot), int(window))}) //nolint:gosec // some hundred windows
	}
	return f
}

func (f *flow) yield(yield func(*Event) bool) bool {
	f.event.Seq++
	return yield(&f.event)
}

// feed begins the batches and banks whose time has come.
func (f *flow) feed() {
	for f.batch < f.Batches && f.due(f.start(f.batch)) {
		f.turns.push(turn{f.start(f.batch), key(ofBatch, f.batch, 0)})
		f.batch++
	}
	for {
		first, ok := f.vialBatch(f.giver, 0)
		at := f.start(first) - bankAhead[giftCollected]
		if !ok || !f.due(at) {
			return
		}
		f.turns.push(turn{at, key(ofBank, f.giver, 0)})
		f.giver++
	}
}

func (f *flow) due(at int64) bool { return len(f.turns) == 0 || at <= f.turns[0].at }

// take makes the event of a turn, and puts the course's next turn in its place.
func (f *flow) take(t turn) {
	number, step := t.number(), t.step()
	next := turn{key: t.key + 1}
	switch t.course() {
	case ofBatch:
		f.plan.replan(number)
		f.plan.event(&f.event, f.plan.moments[step])
		if step+1 == len(f.plan.moments) {
			return
		}
		next.at = f.plan.moments[step+1].at
	case ofBank:
		f.bank(&f.event, number, step)
		if step+1 == bankStages {
			return
		}
		next.at = t.at + bankAhead[step] - bankAhead[step+1]
	case ofLots:
		receive(&f.event, int(number), uint64(step))                         //nolint:gosec // small
		if next.at = receipt(int(number), uint64(step)+1); next.at > f.end { //nolint:gosec // small
			return
		}
	case ofFixture:
		x := f.fixtures[number]
		x.care(&f.event, t.at, uint64(step)) //nolint:gosec // not negative
		if next.at = t.at + x.interval; next.at > f.end {
			return
		}
	}
	f.turns.push(next)
}

// A turn is what comes next of one course of events: of a batch, a bank, the lots of one kind, or a fixture.
type turn struct {
	at  int64
	key uint64 // course, number, step, from the top bits down
}

type course uint64

const (
	ofBatch course = iota
	ofBank
	ofLots
	ofFixture
)

func key(c course, number uint64, step int) uint64 { return uint64(c)<<62 | number<<16 | uint64(step) } //nolint:gosec // not negative

func (t turn) course() course { return course(t.key >> 62) }
func (t turn) number() uint64 { return t.key << 2 >> 18 }
func (t turn) step() int      { return int(t.key & 0xffff) }

func (t turn) before(o turn) bool { return t.at < o.at || t.at == o.at && t.key < o.key }

// turns is a heap by time; equal times are in order of key, so that a world has one order. It is written out because
// container/heap allocates for each turn.
type turns []turn

func (h *turns) push(t turn) {
	*h = append(*h, t)
	s := *h
	i := len(s) - 1
	for i > 0 {
		up := (i - 1) / 2
		if !t.before(s[up]) {
			break
		}
		s[i], i = s[up], up
	}
	s[i] = t
}

func (h *turns) pop() turn {
	s := *h
	top, last := s[0], s[len(s)-1]
	s = s[:len(s)-1]
	*h = s
	i := 0
	for {
		down := 2*i + 1
		if down >= len(s) {
			break
		}
		if down+1 < len(s) && s[down+1].before(s[down]) {
			down++
		}
		if !s[down].before(last) {
			break
		}
		s[i], i = s[down], down
	}
	if len(s) > 0 {
		s[i] = last
	}
	return top
}
