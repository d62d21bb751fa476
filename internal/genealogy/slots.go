package genealogy

// Slots find a number by a thing. They cost what was put in, however many things
// there are, and hold no pointers, so that a hundred thousand of them are nothing
// to the collector. The zero number is none.
type Slots struct {
	slots []slot
	count int
}

type slot struct {
	key    int32 // the thing, plus 1
	number int32
}

const fewSlots = 64

// At returns where the number of a thing is kept, until the next is asked for.
func (s *Slots) At(thing int32) *int32 {
	if 4*s.count >= 3*len(s.slots) {
		s.grow()
	}
	at := s.place(thing)
	if at.key == 0 {
		at.key = thing + 1
		s.count++
	}
	return &at.number
}

// Get returns the number of a thing.
func (s *Slots) Get(thing int32) int32 {
	if s.count == 0 {
		return 0
	}
	return s.place(thing).number
}

func (s *Slots) place(thing int32) *slot {
	mask := len(s.slots) - 1
	// Neighbours in the graph have neighbouring numbers: a product spreads them.
	k := int(uint32(thing)*2654435769>>7) & mask //nolint:gosec // any bits will do
	for s.slots[k].key != 0 && s.slots[k].key != thing+1 {
		k = (k + 1) & mask
	}
	return &s.slots[k]
}

func (s *Slots) grow() {
	old := s.slots
	*s = Slots{slots: make([]slot, max(fewSlots, 2*len(old)))}
	for _, o := range old {
		if o.key != 0 {
			*s.At(o.key - 1) = o.number
		}
	}
}

// Clear forgets all numbers, and keeps the memory if about as much of it was
// used.
func (s *Slots) Clear() {
	if len(s.slots) > fewSlots && len(s.slots) > 16*s.count {
		*s = Slots{}
		return
	}
	clear(s.slots)
	s.count = 0
}
