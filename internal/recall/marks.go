package recall

import (
	"iter"
	"math/bits"
)

// marks are small numbers by thing, of four bits each; 0 is none. Things that
// come near one another in the ledger have neighbouring numbers: so marks stand in
// pages of neighbours, and cost what is touched.
type marks struct {
	pages []int32  // by page: where its words begin, plus 1
	words []uint64 // of the pages that anything was put into
}

const (
	markBits    = 4
	wordMarks   = 64 / markBits
	pageWords   = 32
	pageMarks   = pageWords * wordMarks
	lowestMarks = 0x1111111111111111 // the lowest bit of each mark of a word
)

// of returns the mark of a thing.
func (m *marks) of(thing int32) byte {
	page := int(thing / pageMarks)
	if page >= len(m.pages) || m.pages[page] == 0 {
		return 0
	}
	word := m.words[m.pages[page]-1+thing%pageMarks/wordMarks]
	return byte(word >> (thing % wordMarks * markBits) & (1<<markBits - 1))
}

// put marks a thing.
func (m *marks) put(thing int32, mark byte) {
	page := int(thing / pageMarks)
	m.page(page)
	word, shift := &m.words[m.pages[page]-1+thing%pageMarks/wordMarks], thing%wordMarks*markBits
	*word = *word&^((1<<markBits-1)<<shift) | uint64(mark)<<shift
}

// page makes a page.
func (m *marks) page(page int) {
	for len(m.pages) <= page {
		m.pages = append(m.pages, 0)
	}
	if m.pages[page] == 0 {
		m.pages[page] = int32(len(m.words)) + 1 //nolint:gosec // fewer than things
		m.words = append(m.words, make([]uint64, pageWords)...)
	}
}

// add marks a thing with what it is marked with and more.
func (m *marks) add(thing int32, mark byte) { m.put(thing, m.of(thing)|mark) }

// join adds the marks of another.
func (m *marks) join(o *marks) {
	for page, at := range o.pages {
		if at == 0 {
			continue
		}
		m.page(page)
		own := m.words[m.pages[page]-1:][:pageWords]
		for k, word := range o.words[at-1:][:pageWords] {
			own[k] |= word
		}
	}
}

// between yields the things of some pages that are marked, in order of their
// numbers, with their marks.
func (m *marks) between(from, to int) iter.Seq2[int32, byte] {
	return func(yield func(int32, byte) bool) {
		for page, at := range m.pages[from:to] {
			if at == 0 {
				continue
			}
			for k, word := range m.words[at-1:][:pageWords] {
				first := int32((from+page)*pageMarks + k*wordMarks) //nolint:gosec // a thing
				for ; word != 0; word >>= markBits {
					if mark := byte(word & (1<<markBits - 1)); mark != 0 && !yield(first, mark) {
						return
					}
					first++
				}
			}
		}
	}
}

// with yields the things that have a mark, in order of their numbers.
func (m *marks) with(mark byte) iter.Seq[int32] {
	return func(yield func(int32) bool) {
		for page, at := range m.pages {
			if at == 0 {
				continue
			}
			for k, word := range m.words[at-1:][:pageWords] {
				other := word ^ uint64(mark)*lowestMarks // 0 where the mark stands
				other |= other >> 2
				same := ^(other | other>>1) & lowestMarks
				for ; same != 0; same &= same - 1 {
					if !yield(int32(page*pageMarks + k*wordMarks + bits.TrailingZeros64(same)/markBits)) { //nolint:gosec // a thing
						return
					}
				}
			}
		}
	}
}
