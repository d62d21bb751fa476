package genealogy

import (
	"hash/maphash"

	"suyuan/internal/event"
)

// A thingTable finds the numbers of things by their references. It holds no
// pointers, so that the collector passes it over, and what is looked up is hashed
// once and mostly compared once.
type thingTable struct {
	slots []thingSlot // a power of two, open addressing
	count int
}

type thingSlot struct {
	hash  uint32
	thing int32 // in the graph's things, plus 1; 0: free
}

// thingSeed differs from process to process: nothing hangs on the order of the
// slots.
var thingSeed = maphash.MakeSeed()

func tableHash(r event.Ref) uint32 {
	const spread = 0x9e3779b97f4a7c15 // of the kind
	h := maphash.String(thingSeed, r.ID()) ^ uint64(r.Kind())*spread
	return uint32(h>>32) ^ uint32(h) //nolint:gosec // any bits will do
}

// find returns the place in things of what has the reference.
func (t *thingTable) find(things []thing, hash uint32, r event.Ref) (int32, bool) {
	if t.count == 0 {
		return 0, false
	}
	mask := uint32(len(t.slots) - 1) //nolint:gosec // a power of two
	for k := hash & mask; ; k = (k + 1) & mask {
		s := &t.slots[k]
		if s.thing == 0 {
			return 0, false
		}
		if s.hash == hash && things[s.thing-1].ref == r {
			return s.thing - 1, true
		}
	}
}

// add adds the next of the things, which must not be there.
func (t *thingTable) add(hash uint32) {
	if 3*t.count >= 2*len(t.slots) {
		t.grow()
	}
	t.count++
	t.put(thingSlot{hash, int32(t.count)}) //nolint:gosec // numbers of things are of that size
}

func (t *thingTable) put(s thingSlot) {
	mask := uint32(len(t.slots) - 1) //nolint:gosec // a power of two
	k := s.hash & mask
	for t.slots[k].thing != 0 {
		k = (k + 1) & mask
	}
	t.slots[k] = s
}

// grow puts the things into a larger table in order of their numbers, as they
// were added: that is what removeLast goes by.
func (t *thingTable) grow() {
	inOrder := make([]thingSlot, t.count)
	for _, s := range t.slots {
		if s.thing != 0 {
			inOrder[s.thing-1] = s
		}
	}
	t.slots = make([]thingSlot, max(16, 2*len(t.slots)))
	for _, s := range inOrder {
		t.put(s)
	}
}

// removeLast takes the last thing out again. Nothing was put where it is after
// that stood in the way, so that its slot is free and no other is to be moved.
func (t *thingTable) removeLast(hash uint32) {
	mask := uint32(len(t.slots) - 1) //nolint:gosec // a power of two
	for k := hash & mask; ; k = (k + 1) & mask {
		if t.slots[k].thing == int32(t.count) { //nolint:gosec // numbers of things are of that size
			t.slots[k] = thingSlot{}
			t.count--
			return
		}
	}
}
