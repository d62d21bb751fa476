package genealogy

import (
	"encoding/binary"
	"iter"
	"sort"
)

// coded returns what is said of a code.
func (s *Snapshot) coded(code string) []coded {
	for c := range s.codesOf(hash64(0, code)) {
		if c.code == code {
			return c.list
		}
	}
	return nil
}

// codesOf yields the codes that have a hash.
func (s *Snapshot) codesOf(h uint64) iter.Seq[codeRecord] {
	return func(yield func(codeRecord) bool) {
		at := s.part[sectionCodeAt]
		// The last sample before the hash: what has it may begin there.
		i := sort.Search(int(at.len/16), func(i int) bool { return at.u64(2*int64(i)) >= h })
		for c := range s.codesFrom(max(0, i-1)) {
			if c.hash > h || c.hash == h && !yield(c) {
				return
			}
		}
	}
}

// codesFrom yields the codes from a sample on, in order of their hashes.
func (s *Snapshot) codesFrom(sample int) iter.Seq[codeRecord] {
	return func(yield func(codeRecord) bool) {
		at, part := s.part[sectionCodeAt], s.part[sectionCodes]
		if at.len == 0 {
			return
		}
		for off := int64(at.u64(2*int64(sample) + 1)); off < part.len; { //nolint:gosec // as written
			c, n := s.codeAt(off)
			off += int64(n)
			if !yield(c) {
				return
			}
		}
	}
}

// codeAt reads a code, and says how many bytes it takes.
func (s *Snapshot) codeAt(off int64) (codeRecord, int) {
	part := s.part[sectionCodes]
	// A code on many things is long; twice as much is read until it is there.
	for n := int64(256); ; n *= 2 {
		b := part.from(off, int(n))
		if c, size, ok := readCode(b); ok {
			return c, size
		}
		if int64(len(b)) < n {
			damaged("a code is cut short")
		}
	}
}

// readCode reads a code from bytes that may end before it does.
func readCode(b []byte) (c codeRecord, size int, ok bool) {
	defer func() {
		if r := recover(); r != nil {
			if _, short := r.(*DamageError); !short {
				panic(r)
			}
			ok = false
		}
	}()
	p := packed{b}
	c.hash = binary.LittleEndian.Uint64(p.bytes(8))
	c.code = p.str()
	c.list = make([]coded, p.length())
	for i := range c.list {
		entry := int32(p.int()) //nolint:gosec // as written
		says := saying(p.byte())
		if says >= sayings {
			damaged("a code of which something unknown is said")
		}
		c.list[i] = coded{entry, p.ref(), says}
	}
	return c, len(b) - len(p.b), true
}

// coded returns what is said of a code, in order of records.
func (g *Graph) coded(code string) []coded {
	newer := g.codes[code]
	if g.snap == nil {
		return newer
	}
	return append(g.snap.coded(code), newer...)
}

func (g *Graph) olderCodes() iter.Seq[codeRecord] {
	if g.snap == nil {
		return func(func(codeRecord) bool) {}
	}
	return g.snap.codesFrom(0)
}
