package recall

import (
	"iter"

	"suyuan/internal/genealogy"
)

// Marked is what is marked of things.
type Marked struct{ marks }

// Put marks a thing.
func (m *Marked) Put(thing int32, mark byte) { m.put(thing, mark) }

// Of returns the mark of a thing.
func (m *Marked) Of(thing int32) byte { return m.of(thing) }

// With yields the things that have a mark.
func (m *Marked) With(mark byte) iter.Seq[int32] { return m.with(mark) }

// Shortlist returns the first of so many things.
func Shortlist(n *genealogy.Network, most int, things iter.Seq[int32], count int) []int32 {
	s := shortlist{n, most}
	return s.of(things, count)
}

// InPieces has numbers worked on in pieces.
func InPieces(n, size int, begin func() func(from, to int)) { inPieces(n, size, begin) }
