package recall

import (
	"math"
	"math/bits"
)

// Ripples are a queue for a search in which nothing comes before what was taken
// last, and what comes at one moment may be taken in any order. An item waits with
// those whose seconds differ from the last one first in the same bit: it is looked
// at again when the queue has come there, a few times in all, and nothing has to be
// kept in order. A heap of a million is waited for at each of its levels.
type ripples struct {
	last  int64      // the second of what was taken last
	now   queue      // what comes in it
	later [64][]item // by the first bit that differs, from the lowest on
	some  uint64     // which of them are not empty
}

func newRipples() ripples { return ripples{last: math.MinInt64} }

func (r *ripples) empty() bool { return r.some == 0 && r.now.empty() }

func (r *ripples) push(it item) {
	second := it.since.Second()
	if second == r.last {
		r.now.push(it)
		return
	}
	k := bits.Len64(uint64(second^r.last)) - 1 //nolint:gosec // any bits
	r.later[k] = append(r.later[k], it)
	r.some |= 1 << k
}

func (r *ripples) pop() item {
	if r.now.empty() {
		r.advance()
	}
	return r.now.pop()
}

// advance goes on to the next second in which something comes.
func (r *ripples) advance() {
	r.now.clear()
	k := bits.TrailingZeros64(r.some)
	list := r.later[k]
	r.later[k], r.some = list[:0], r.some&^(1<<k)
	r.last = list[0].since.Second()
	for i := range list {
		r.last = min(r.last, list[i].since.Second())
	}
	for i := range list {
		r.push(list[i]) // lower than k, all of them
	}
}

// soon returns what comes next, or soon after.
func (r *ripples) soon() [3][]item {
	lists := r.now.soon()
	if r.some != 0 {
		lists[2] = r.later[bits.TrailingZeros64(r.some)]
	}
	return lists
}
