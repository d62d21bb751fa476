package genealogy

import (
	"hash/maphash"

	"suyuan/internal/event"
)

// A numberTable finds the numbers of what is numbered from 0 on by their hashes.
// It holds no pointers, so that the collector passes it over, and what is looked
// up is hashed once and mostly compared once.
type numberTable struct {
	slots []numberSlot // a power of two, open addressing
	count int
}

type numberSlot struct {
	hash   uint32
	number int32 // plus 1; 0: free
}

// tableSeed differs from process to process: nothing hangs on the order of the
// slots.
var tableSeed = maphash.MakeSeed()

func tableHash(r event.Ref) uint32 { return folded(r.ID(), uint64(r.Kind())) }

func tableHashID(id event.ID) uint32 { return folded(string(id), 0) }

func folded(s string, kind uint64) uint32 {
	const spread = 0x9e3779b97f4a7c15
	h := maphash.String(tableSeed, s) ^ kind*spread
	return uint32(h>>32) ^ uint32(h) //nolint:gosec // any bits will do
}

// find returns the number of what has the hash and is what is looked for.
func (t *numberTable) find(hash uint32, is func(int32) bool) (int32, bool) {
	if t.count == 0 {
		return 0, false
	}
	mask := uint32(len(t.slots) - 1) //nolint:gosec // a power of two
	for k := hash & mask; ; k = (k + 1) & mask {
		s := &t.slots[k]
		if s.number == 0 {
			return 0, false
		}
		if s.hash == hash && is(s.number-1) {
			return s.number - 1, true
		}
	}
}

// add gives the next number to what has the hash, which must not be there.
func (t *numberTable) add(hash uint32) {
	if 3*t.count >= 2*len(t.slots) {
		t.grow()
	}
	t.count++
	t.put(numberSlot{hash, int32(t.count)}) //nolint:gosec // numbers are of that size
}

// room lets the table grow to n numbers at once, where it is empty.
func (t *numberTable) room(n int) {
	if t.count > 0 || n <= 0 {
		return
	}
	slots := 16
	for 2*slots <= 3*n {
		slots *= 2
	}
	t.slots = make([]numberSlot, slots)
}

func (t *numberTable) put(s numberSlot) {
	mask := uint32(len(t.slots) - 1) //nolint:gosec // a power of two
	k := s.hash & mask
	for t.slots[k].number != 0 {
		k = (k + 1) & mask
	}
	t.slots[k] = s
}

// grow puts all into a larger table in order of their numbers, as they
// were added: that is what removeLast goes by.
func (t *numberTable) grow() {
	inOrder := make([]numberSlot, t.count)
	for _, s := range t.slots {
		if s.number != 0 {
			inOrder[s.number-1] = s
		}
	}
	t.slots = make([]numberSlot, max(16, 2*len(t.slots)))
	for _, s := range inOrder {
		t.put(s)
	}
}

// removeLast takes the last number out again. Nothing was put where it is after
// that stood in the way, so that its slot is free and no other is to be moved.
func (t *numberTable) removeLast(hash uint32) {
	mask := uint32(len(t.slots) - 1) //nolint:gosec // a power of two
	for k := hash & mask; ; k = (k + 1) & mask {
		if t.slots[k].number == int32(t.count) { //nolint:gosec // numbers are of that size
			t.slots[k] = numberSlot{}
			t.count--
			return
		}
	}
}
