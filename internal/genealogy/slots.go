package genealogy

// Slots find a number by a thing. They cost what was put in, however many things
// there are, and hold no pointers, so that a hundred thousand of them are nothing
// to the collector. The zero number is none.
type Slots struct {
	keys    []int32 // things, plus 1
	numbers []int32
	count   int
}

const fewSlots = 64

// At returns where the number of a thing is kept, until the next is asked for.
func (s *Slots) At(thing int32) *int32 {
	if 4*s.count >= 3*len(s.keys) {
		s.grow()
	}
	k := s.place(thing)
	if s.keys[k] == 0 {
		s.keys[k] = thing + 1
		s.count++
	}
	return &s.numbers[k]
}

// Get returns the number of a thing.
func (s *Slots) Get(thing int32) int32 {
	if s.count == 0 {
		return 0
	}
	return s.numbers[s.place(thing)]
}

func (s *Slots) place(thing int32) int {
	mask := len(s.keys) - 1
	// Neighbours in the graph have neighbouring numbers: a product spreads them.
	k := int(uint32(thing)*2654435769>>7) & mask //nolint:gosec // any bits will do
	for s.keys[k] != 0 && s.keys[k] != thing+1 {
		k = (k + 1) & mask
	}
	return k
}

func (s *Slots) grow() {
	old := *s
	n := max(fewSlots, 2*len(old.keys))
	*s = Slots{keys: make([]int32, n), numbers: make([]int32, n)}
	for k, key := range old.keys {
		if key != 0 {
			*s.At(key - 1) = old.numbers[k]
		}
	}
}

// Clear forgets all numbers.
func (s *Slots) Clear() {
	clear(s.keys)
	clear(s.numbers)
	s.count = 0
}
