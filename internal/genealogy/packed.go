package genealogy

import (
	"encoding/binary"

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

// Forms of a contact's interval.
const (
	formInstant = iota // both ends are one whole second
	formSpan           // both ends are whole seconds of one offset
	formOpen           // from a whole second on, without end
	formFull           // anything
)

// A cellWriter writes a row: the contacts of one thing in one direction.
type cellWriter struct {
	out    []byte
	thing  int32
	entry  int32
	sec    int64
	offset int16
}

func (w *cellWriter) put(c *Contact, peer int32) {
	form := formOf(c)
	w.out = append(w.out, byte(c.Via)|byte(c.Grade)<<4|byte(form)<<6) //nolint:gosec // 4, 2 and 2 bits
	w.out = appendInt(w.out, int64(c.Entry-w.entry))
	w.out = appendInt(w.out, int64(peer-w.thing))
	w.entry = c.Entry
	if form == formFull {
		w.out = appendTime(appendTime(w.out, c.From), c.To)
		return
	}
	sec, _, offset := c.From.Parts()
	zone := uint64(0)
	if offset != w.offset {
		zone = 1
	}
	w.out = appendUint(w.out, zigzag(sec-w.sec)<<1|zone)
	if zone != 0 {
		w.out = appendInt(w.out, int64(offset))
	}
	if form == formSpan {
		to, _, _ := c.To.Parts()
		w.out = appendInt(w.out, to-sec)
	}
	w.sec, w.offset = sec, offset
}

func zigzag(v int64) uint64   { return uint64(v)<<1 ^ uint64(v>>63) } //nolint:gosec // the bits are what is wanted
func unzigzag(v uint64) int64 { return int64(v>>1) ^ -int64(v&1) }

func formOf(c *Contact) int {
	if c.From.IsZero() {
		return formFull
	}
	_, nsec, offset := c.From.Parts()
	if nsec != 0 {
		return formFull
	}
	if c.To.IsZero() {
		return formOpen
	}
	if c.From == c.To {
		return formInstant
	}
	if _, nsec, other := c.To.Parts(); nsec != 0 || other != offset {
		return formFull
	}
	return formSpan
}

// cells are a row as a snapshot has it.
type cells struct {
	packed
	left    int
	inwards bool // the thing is the target of all
	thing   int32
	entry   int32
	sec     int64
	offset  int16
}

// list returns all contacts of a row.
func (c cells) list() []Contact {
	list := make([]Contact, c.left)
	for k := range list {
		c.read(&list[k])
	}
	return list
}

// read reads the next contact; there must be one.
func (c *cells) read(k *Contact) {
	c.left--
	head := c.byte()
	k.Via, k.Grade = Via(head&15), Grade(head>>4&3)
	c.entry += int32(c.int())                               //nolint:gosec // as written
	k.Entry, k.Source, k.Target = c.entry, c.thing, c.thing // one of the two is the other thing
	peer := c.thing + int32(c.int())                        //nolint:gosec // as written
	if c.inwards {
		k.Source = peer
	} else {
		k.Target = peer
	}
	form := head >> 6
	if form == formFull {
		k.From = c.time()
		k.To = c.time()
		return
	}
	v := c.uint()
	c.sec += unzigzag(v >> 1)
	if v&1 != 0 {
		c.offset = int16(c.int()) //nolint:gosec // as written
	}
	k.From = event.TimeFrom(c.sec, 0, c.offset)
	switch form {
	case formInstant:
		k.To = k.From
	case formSpan:
		k.To = event.TimeFrom(c.sec+c.int(), 0, c.offset)
	default:
		k.To = event.Time{}
	}
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
		head := byte(m.As)
		if life(m) {
			head |= mentionLife
		}
		if m.N != 0 {
			head |= mentionN
		}
		dst = append(dst, head)
		if m.N != 0 {
			dst = appendInt(dst, int64(m.N))
		}
	}
	return dst
}

// mentions reads what appendMentions wrote, all of them or those of its life.
func (p *packed) mentions(lifeOnly bool) []Mention {
	n := p.length()
	var list []Mention
	if !lifeOnly {
		list = make([]Mention, 0, n)
	}
	entry := int32(0)
	for range n {
		entry += int32(p.int()) //nolint:gosec // as written
		head := p.byte()
		m := Mention{Entry: entry, As: As(head & (mentionLife - 1))}
		if head&mentionN != 0 {
			m.N = int32(p.int()) //nolint:gosec // as written
		}
		if !lifeOnly || head&mentionLife != 0 {
			list = append(list, m)
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

func columnOf(e *event.Event, m mark, n int32) column {
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
	return c.marked(m, n)
}

func (c column) marked(m mark, n int32) column {
	c &^= columnStruck | columnStands | columnMarked
	if m.struck {
		c |= columnStruck
	}
	if m.stands {
		c |= columnStands
	}
	if m.place != n || len(m.strikers) > 0 {
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
