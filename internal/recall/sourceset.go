package recall

import "math/bits"

// floodWidth is how many sources a flood has at most: all negatives of a usual
// question are one flood, since what they have in common is gone through once
// for each flood.
const floodWidth = 256

// wordBits is how many members of a set one word says.
const wordBits = 64

// A sourceSet says of each source of a flood whether it is meant.
type sourceSet [floodWidth / wordBits]uint64

// oneSource returns the set of one source.
func oneSource(k int) sourceSet {
	var s sourceSet
	s[k/wordBits] = 1 << (k % wordBits)
	return s
}

func (s *sourceSet) empty() bool { return s[0]|s[1]|s[2]|s[3] == 0 }

func (s *sourceSet) add(o *sourceSet) {
	for k := range s {
		s[k] |= o[k]
	}
}

func (s *sourceSet) without(o *sourceSet) sourceSet {
	return sourceSet{s[0] &^ o[0], s[1] &^ o[1], s[2] &^ o[2], s[3] &^ o[3]}
}

// has reports whether all of another set are in this one.
func (s *sourceSet) has(o *sourceSet) bool {
	return o[0]&^s[0]|o[1]&^s[1]|o[2]&^s[2]|o[3]&^s[3] == 0
}

// words returns how many words a set of so many has.
func words(n int) int { return (n + wordBits - 1) / wordBits }

// count returns how many members a set has.
func count(set []uint64) int {
	n := 0
	for _, word := range set {
		n += bits.OnesCount64(word)
	}
	return n
}
