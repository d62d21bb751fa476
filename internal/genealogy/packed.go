package genealogy

import (
	"encoding/binary"
	"slices"

	"suyuan/internal/event"
)

// This file has the short forms in which a snapshot keeps rows, mentions and
// times (docs/genealogy.md). Numbers are varints, differences to what stands
// before are zigzag varints.

func appendInt(dst []byte, v int64) []byte { return binary.AppendVarint(dst, v) }

func appendUint(dst []byte, v uint64) []byte { return binary.AppendUvarint(dst, v) }

// A packed reads what was written in a short form.
type packed struct{ b []byte }

func (p *packed) uint() uint64 {
	if len(p.b) > 0 && p.b[0] < 0x80 {
		v := uint64(p.b[0])
		p.b = p.b[1:]
		return v
	}
	v, n := binary.Uvarint(p.b)
	if n <= 0 {
		damaged("a number is cut short")
	}
	p.b = p.b[n:]
	return v
}

func (p *packed) int() int64 { return unzigzag(p.uint()) }

func (p *packed) byte() byte { return p.bytes(1)[0] }

func (p *packed) bytes(n int) []byte {
	if n < 0 || n > len(p.b) {
		damaged("%d bytes are wanted and %d are there", n, len(p.b))
	}
	b := p.b[:n]
	p.b = p.b[n:]
	return b
}

// length reads how many things of at least a byte each follow.
func (p *packed) length() int {
	n := p.uint()
	if n > uint64(len(p.b)) {
		damaged("%d elements are said to be in %d bytes", n, len(p.b))
	}
	return int(n) //nolint:gosec // no more than a length
}

func (p *packed) str() string { return string(p.bytes(p.length())) }

func appendStr(dst []byte, s string) []byte { return append(appendUint(dst, uint64(len(s))), s...) }

// appendTime writes a time in full; the zero time is a 0.
func appendTime(dst []byte, t event.Time) []byte {
	if t.IsZero() {
		return append(dst, 0)
	}
	sec, nsec, offset := t.Parts()
	return appendInt(appendUint(appendInt(append(dst, 1), sec), uint64(nsec)), int64(offset)) //nolint:gosec // not negative
}

func (p *packed) time() event.Time {
	if p.byte() == 0 {
		return event.Time{}
	}
	sec := p.int()
	nsec := p.uint()
	return event.TimeFrom(sec, int32(nsec), int16(p.int())) //nolint:gosec // as written
}

// Parts of a mention's byte beside its As.
const (
	mentionLife = 1 << 6
	mentionN    = 1 << 7
)

// appendMentions writes mentions; life says of each whether it made its thing or
// used it up.
func appendMentions(dst []byte, list []Mention, life func(Mention) bool) []byte {
	dst = appendUint(dst, uint64(len(list)))
	entry := int32(0)
	for _, m := range list {
		dst = appendInt(dst, int64(m.Entry-entry))
		entry = m.Entry
		dst = appendPart(dst, m.As, m.N, life(m))
	}
	return dst
}

// appendPart writes as what a mention names its thing, and whether it made it or
// used it up.
func appendPart(dst []byte, as As, n int32, life bool) []byte {
	head := byte(as)
	if life {
		head |= mentionLife
	}
	if n != 0 {
		return appendInt(append(dst, head|mentionN), int64(n))
	}
	return append(dst, head)
}

// part reads what appendPart wrote.
func (p *packed) part() (as As, n int32, life bool) {
	head := p.byte()
	if head&mentionN != 0 {
		n = int32(p.int()) //nolint:gosec // as written
	}
	return As(head & (mentionLife - 1)), n, head&mentionLife != 0
}

// mentions reads what appendMentions wrote, all of them or those of its life.
func (p *packed) mentions(lifeOnly bool) []Mention {
	return p.mentionsInto(nil, lifeOnly)
}

// mentionsInto appends what mentions returns.
func (p *packed) mentionsInto(list []Mention, lifeOnly bool) []Mention {
	n := p.length()
	if !lifeOnly {
		list = slices.Grow(list, n)
	}
	entry := int32(0)
	for range n {
		entry += int32(p.int()) //nolint:gosec // as written
		as, k, life := p.part()
		if !lifeOnly || life {
			list = append(list, Mention{entry, as, k})
		}
	}
	return list
}

func appendTimes(dst []byte, list []event.Time) []byte {
	dst = appendUint(dst, uint64(len(list)))
	for _, t := range list {
		dst = appendTime(dst, t)
	}
	return dst
}

func (p *packed) times() []event.Time {
	n := p.length()
	if n == 0 {
		return nil
	}
	list := make([]event.Time, n)
	for i := range list {
		list[i] = p.time()
	}
	return list
}

// A column is what is known of an entry without reading it.
type column uint64

// The parts of a column, from the lowest bit on: flags, type, offset, seconds.
const (
	columnStruck = 1 << iota
	columnStands
	columnMarked  // its mark says more
	columnInexact // its time is not a whole second
	columnDeviates
	columnUnread
	columnFlags  = 6
	columnType   = 6
	columnOffset = 12
	columnZone   = 1 << 11
)

func columnOf(e *event.Event) column {
	sec, nsec, offset := e.Time.Parts()
	c := column(typeCodes[e.Type])<<columnFlags | column(offset+columnZone)<<(columnFlags+columnType) | //nolint:gosec // below 4096
		column(sec)<<(columnFlags+columnType+columnOffset) //nolint:gosec // not negative
	if nsec != 0 {
		c |= columnInexact
	}
	if e.Deviation != nil {
		c |= columnDeviates
	}
	if len(e.Unread) > 0 {
		c |= columnUnread
	}
	return c
}

// marked returns the column with what other records make of entry n, which there
// are where it has strikers.
func (c column) marked(m mark, n int32, strikers int) column {
	c &^= columnStruck | columnStands | columnMarked
	if m.struck {
		c |= columnStruck
	}
	if m.stands {
		c |= columnStands
	}
	if m.place != n || strikers > 0 {
		c |= columnMarked
	}
	return c
}

func (c column) time() event.Time {
	const above = columnFlags + columnType
	offset := int16(c>>above&(1<<columnOffset-1)) - columnZone
	return event.TimeFrom(int64(c>>(above+columnOffset)), 0, offset)
}

// kind returns the type, if it is one of this vocabulary.
func (c column) kind() (event.Type, bool) {
	code := int(c >> columnFlags & (1<<columnType - 1))
	if code == 0 || code > len(types) {
		return "", false
	}
	return types[code-1], true
}

var types = event.Types()

// typeCodes numbers the types of the vocabulary from 1 on; any other is 0.
var typeCodes = func() map[event.Type]int {
	codes := make(map[event.Type]int)
	for i, t := range types {
		codes[t] = i + 1
	}
	return codes
}()
