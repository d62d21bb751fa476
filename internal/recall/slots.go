package recall

// slots finds a number by a thing. It costs what was put in, however many things
// there are; the zero number is none.
type slots struct {
	keys    []int32 // things, plus 1
	numbers []int32
	count   int
}

const fewSlots = 64

// at returns where the number of a thing is kept, until the next is asked for.
func (s *slots) at(thing int32) *int32 {
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

// get returns the number of a thing.
func (s *slots) get(thing int32) int32 {
	if s.count == 0 {
		return 0
	}
	return s.numbers[s.place(thing)]
}

func (s *slots) place(thing int32) int {
	mask := len(s.keys) - 1
	// Neighbours in the graph have neighbouring numbers: a product spreads them.
	k := int(uint32(thing)*2654435769>>7) & mask //nolint:gosec // any bits will do
	for s.keys[k] != 0 && s.keys[k] != thing+1 {
		k = (k + 1) & mask
	}
	return k
}

func (s *slots) grow() {
	old := *s
	n := max(fewSlots, 2*len(old.keys))
	*s = slots{keys: make([]int32, n), numbers: make([]int32, n)}
	for k, key := range old.keys {
		if key != 0 {
			*s.at(key - 1) = old.numbers[k]
		}
	}
}

// clear forgets all numbers.
func (s *slots) clear() {
	clear(s.keys)
	clear(s.numbers)
	s.count = 0
}
