package world

import "fmt"

// MaxBatches is the largest world: what the numbers of its things can hold.
const MaxBatches = 1 << 31

// A Shape says which world it is.
type Shape struct {
	Batches uint64 // 1 to MaxBatches
	Seed    uint64
}

// Check reports a shape that no world has.
func (s Shape) Check() error {
	if s.Batches < 1 || s.Batches > MaxBatches {
		return fmt.Errorf("world of %d batches: want 1 to %d", s.Batches, uint64(MaxBatches))
	}
	return nil
}

const (
	minute = int64(60)
	hour   = 60 * minute
	day    = 24 * hour

	begin     = int64(1420070400) // 2015-01-01T00:00:00Z: what is registered
	firstDay  = begin + 40*day    // of the first batch; the first bank is older
	lotDays   = 36                // a lot is in use
	windows   = 100               // of lots in a world of full length: ten years
	perWindow = 100               // batches, at least: smaller worlds are shorter

	collectSlots = 30  // kinds of material in use at one time, of which a collection takes a tenth,
	makeSlots    = 180 // and a manufacture
	expandSlots  = 130 // of those of a manufacture in two steps, the first
	slots        = collectSlots + makeSlots

	bankVials = 100 // batches from one allogeneic donor
	bankEras  = 20  // how often donors change over the world

	cycle          = 20 // of each 20 batches in turn,
	freshShare     = 10 // so many are autologous, made and given in one hospital,
	frozenShare    = 6  // autologous, frozen and shipped,
	allogeneicPart = 4  // and allogeneic

	operators    = 4
	roomsEach    = 2  // of a factory; a laboratory has one
	machinesEach = 16 // of a factory
	machinesLab  = 4
	tanksEach    = 5 // of a factory, the last for its banks; a hospital has one
	doseTanks    = tanksEach - 1
	shippersEach = 40
)

// scale is what follows from a shape: how long its world is, and how many of everything there are.
type scale struct {
	Shape
	span      int64 // seconds from the first batch to the last
	factories int
	hospitals int
	labs      int // hospitals that make what they give
	era       uint64
	abreast   uint64 // allogeneic donors at one time
}

func (s Shape) scale() scale {
	const million = 1_000_000
	w := scale{Shape: s}
	w.span = max(min(int64(s.Batches/perWindow), windows), 1) * lotDays * day //nolint:gosec // at most MaxBatches
	w.factories = max(int(s.Batches*20/million), 1)                           //nolint:gosec // as above
	w.hospitals = max(int(s.Batches*100/million), 5)                          //nolint:gosec // as above
	w.factories = min(w.factories, hospitalAt-others)
	w.hospitals = min(w.hospitals, maxPlaces-hospitalAt)
	w.labs = max(w.hospitals/5, 1)
	w.abreast = max(s.Batches/cycle*allogeneicPart/bankVials/bankEras, 1)
	w.era = w.abreast * bankVials
	return w
}

// start returns when the batch of a number begins: evenly over the span, in order, at no round times.
func (w *scale) start(batch uint64) int64 {
	n := int64(w.Batches)                                         //nolint:gosec // at most MaxBatches
	from := int64(batch) * (w.span / n)                           //nolint:gosec // as above
	from += int64(batch) * (w.span % n) / n                       //nolint:gosec // at most 2^31 times 2^31
	step := uint64(w.span/n) + 1                                  //nolint:gosec // positive
	return firstDay + from + int64(w.hash(batch, drawStart)%step) //nolint:gosec // below the span
}

// allogeneic numbers the batches from donated cells; ok is false for the others.
func allogeneic(batch uint64) (n uint64, ok bool) {
	k := batch % cycle
	return batch/cycle*allogeneicPart + k - (cycle - allogeneicPart), k >= cycle-allogeneicPart
}

// batchOf is the inverse of allogeneic.
func batchOf(n uint64) uint64 {
	return n/allogeneicPart*cycle + n%allogeneicPart + cycle - allogeneicPart
}

// vialOf returns from which donor's bank, and from which vial of it, the n-th allogeneic batch is made.
func (w *scale) vialOf(n uint64) (giver uint64, vial int) {
	return n/w.era*w.abreast + n%w.era%w.abreast, int(n % w.era / w.abreast) //nolint:gosec // below bankVials
}

// vialBatch is the inverse of vialOf: the batch of a vial; ok is false where the world ends before it.
func (w *scale) vialBatch(giver uint64, vial int) (batch uint64, ok bool) {
	n := giver/w.abreast*w.era + uint64(vial)*w.abreast + giver%w.abreast //nolint:gosec // not negative
	batch = batchOf(n)
	return batch, batch < w.Batches
}

// The draws of a batch or another number; each is a hash of its own.
const (
	drawStart = iota
	drawPlace
	drawOther
	drawTimes
	drawWaits
	drawFate
	drawLots
	drawMore
	drawMachine
)

// hash is a random number that depends on the seed, what is drawn for, and which draw it is (the finisher of SplitMix64).
func (w *scale) hash(n uint64, draw uint64) uint64 {
	x := w.Seed*0xd1342543de82ef95 + n*0x9e3779b97f4a7c15 + (draw+1)*0xbf58476d1ce4e5b9
	for range 2 {
		x ^= x >> 30
		x *= 0xbf58476d1ce4e5b9
		x ^= x >> 27
		x *= 0x94d049bb133111eb
		x ^= x >> 31
	}
	return x
}
