package genealogy

import (
	"encoding/binary"
	"math"
)

// parts returns the parts of what is known of a thing.
func (s *Snapshot) parts(i int32) (parts [thingParts]section) {
	things := s.part[sectionThings]
	off := s.part[sectionThingAt].u40(int64(i))
	head := packed{things.from(off, thingParts*binary.MaxVarintLen64)}
	before := len(head.b)
	for k := range parts {
		parts[k] = section{things.pages, 0, int64(head.uint())} //nolint:gosec // as written
	}
	off += things.off + int64(before-len(head.b))
	for k := range parts {
		parts[k].off = off
		off += parts[k].len
	}
	return parts
}

// record returns all that is written of a thing.
func (s *Snapshot) record(i int32) []byte {
	from, to := s.part[sectionThingAt].u40(int64(i)), s.part[sectionThingAt].u40(int64(i)+1)
	return s.part[sectionThings].at(from, int(to-from))
}

// unchanged reports whether no record after the snapshot changed what it says of
// a thing.
func (g *Graph) unchanged(i int32) bool {
	if i >= g.elder || g.touched[i] != nil || g.order.spoiled[i] || g.order.recut[i] || len(g.order.struck[i]) > 0 {
		return false
	}
	_, contacts := g.order.rows[i]
	return !contacts
}

// whole returns all bytes of a section.
func (s section) whole() []byte { return s.at(0, int(s.len)) }

// contacts returns the contacts of a thing that does not remember in one direction, in
// order of record, name of the kind and grade.
func (s *Snapshot) contacts(i int32, backward bool) []Contact {
	h, end := s.head(i, backward)
	list := s.bundles(h, end, backward).contacts(i, backward)
	if !h.lingers() {
		return list
	}
	bundled := len(list)
	lasting, _ := s.lingering(i, s.part[sectionThingAt].u40(int64(i)), backward, math.MaxInt64)
	if list = lasting.appendContacts(list); bundled > 0 {
		sortContacts(list, compareTies)
	}
	return list
}

// lingering returns the contacts with what is shared of the thing that stands
// somewhere, as [Snapshot.parts] would find them, unless they take more than so
// many bytes.
func (s *Snapshot) lingering(i int32, off int64, backward bool, most uint64) (cells, bool) {
	things := &s.part[sectionThings]
	head := cells{b: things.from(off, thingParts*binary.MaxVarintLen64)}
	var lens [thingParts]uint64
	for k := range lens {
		lens[k] = head.uint()
	}
	off += int64(head.at)
	n := lens[partOut]
	if backward {
		off, n = off+int64(lens[partOut]), lens[partIn] //nolint:gosec // as written
	}
	if n > most {
		return cells{}, false
	}
	return cellsOf(things.at(off, int(n)), i, backward), true //nolint:gosec // as written
}

func (s *Snapshot) cuts(i int32) cuts {
	parts := s.parts(i)
	p := packed{parts[partCuts].whole()}
	c := cuts{all: p.times()}
	c.verified = p.times()
	c.begun = p.time()
	c.last = p.time()
	return c
}

func (s *Snapshot) mentions(i int32) []Mention {
	parts := s.parts(i)
	p := packed{parts[partMentions].whole()}
	return p.mentions(false)
}

func (s *Snapshot) life(i int32) []Mention {
	parts := s.parts(i)
	if parts[partLife].len > 0 {
		p := packed{parts[partLife].whole()}
		return p.mentions(false)
	}
	p := packed{parts[partMentions].whole()}
	return p.mentions(true)
}

// struckMentions returns those mentions of a thing whose entries did not count
// when the snapshot was written.
func (s *Snapshot) struckMentions(i int32) []Mention {
	parts := s.parts(i)
	if parts[partStruck].len == 0 {
		return nil
	}
	p := packed{parts[partStruck].whole()}
	return p.mentions(false)
}
