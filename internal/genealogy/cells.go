package genealogy

import (
	"encoding/binary"

	"suyuan/internal/event"
)

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

// appendCells writes contacts of a thing, in the order of their row: how many,
// then each; nothing at all where there are none.
func appendCells(dst []byte, i int32, list []*Contact, backward bool) []byte {
	if len(list) == 0 {
		return dst
	}
	w := cellWriter{out: appendUint(dst, uint64(len(list))), thing: i}
	for _, c := range list {
		w.put(c, peerOf(c, backward))
	}
	return w.out
}

// cells are contacts of one thing as a snapshot has them.
type cells struct {
	b       []byte
	at      int // what of it was read
	left    int // contacts that were not read
	inwards bool
	thing   int32
	entry   int32
	sec     int64
	offset  int16
}

func cellsOf(b []byte, i int32, inwards bool) cells {
	c := cells{b: b, thing: i, inwards: inwards}
	if len(b) == 0 {
		return c
	}
	left := c.uint()
	if room := uint64(len(b)); left > room {
		damaged("%d contacts are said to be in %d bytes", left, room)
	}
	c.left = int(left) //nolint:gosec // no more than a length
	return c
}

func (c *cells) uint() uint64 {
	if c.at < len(c.b) && c.b[c.at] < 0x80 {
		c.at++
		return uint64(c.b[c.at-1])
	}
	return c.long()
}

func (c *cells) long() uint64 {
	v, n := binary.Uvarint(c.b[c.at:])
	if n <= 0 {
		damaged("a number is cut short")
	}
	c.at += n
	return v
}

func (c *cells) int() int64 { return unzigzag(c.uint()) }

// appendContacts appends all contacts.
func (c cells) appendContacts(list []Contact) []Contact {
	for c.left > 0 {
		list = append(list, c.contact())
	}
	return list
}

// read reads the next cell but for an interval that is written in full; there
// must be one.
func (c *cells) read() (head byte, peer int32, from, to int64) {
	c.left--
	if c.at >= len(c.b) {
		damaged("a contact is cut short")
	}
	head = c.b[c.at]
	c.at++
	c.entry += int32(c.int())       //nolint:gosec // as written
	peer = c.thing + int32(c.int()) //nolint:gosec // as written
	form := head >> 6
	if form == formFull {
		return head, peer, 0, 0
	}
	v := c.uint()
	c.sec += unzigzag(v >> 1)
	if v&1 != 0 {
		c.offset = int16(c.int()) //nolint:gosec // as written
	}
	if form == formSpan {
		return head, peer, c.sec, c.sec + c.int()
	}
	return head, peer, c.sec, c.sec
}

// interval reads an interval that is written in full.
func (c *cells) interval() (from, to event.Time) {
	p := packed{c.b[c.at:]}
	from, to = p.time(), p.time()
	c.at = len(c.b) - len(p.b)
	return from, to
}

// contact returns the next contact; there must be one.
func (c *cells) contact() Contact {
	head, peer, from, to := c.read()
	contact := Contact{Source: c.thing, Target: peer, Via: Via(head & 15), Grade: Grade(head >> 4 & 3), Entry: c.entry}
	if c.inwards {
		contact.Source, contact.Target = peer, c.thing
	}
	switch head >> 6 {
	case formFull:
		contact.From, contact.To = c.interval()
	case formOpen:
		contact.From = event.TimeFrom(from, 0, c.offset)
	default:
		contact.From, contact.To = event.TimeFrom(from, 0, c.offset), event.TimeFrom(to, 0, c.offset)
	}
	return contact
}

// arc reads the next contact as a walk takes it; there must be one.
func (c *cells) arc(a *Arc) {
	head, peer, from, to := c.read()
	a.Peer, a.Entry, a.Via, a.Grade, a.zone = peer, c.entry, Via(head&15), Grade(head>>4&3), c.offset
	if form := int(head >> 6); form == formFull {
		begin, end := c.interval()
		a.full(begin, end, c.inwards)
	} else {
		a.between(form, from, to, c.inwards)
	}
	if a.Via == ViaEquipment {
		a.zone = unknownZone
	}
}

// between sets the interval from one second to another.
func (a *Arc) between(form int, from, to int64, backward bool) {
	switch {
	case backward:
		a.Near, a.Far = Moment{sec: -to}, Moment{sec: -from}
		if form == formOpen {
			a.Near = Always
		}
	default:
		a.Near, a.Far = Moment{sec: from}, Moment{sec: to}
		if form == formOpen {
			a.Far = Never
		}
	}
}

// full sets an interval that is not of whole seconds or has no beginning.
func (a *Arc) full(from, to event.Time, backward bool) {
	a.zone = unknownZone
	if !from.IsZero() {
		_, _, a.zone = from.Parts()
	}
	if backward {
		from, to = to, from
	}
	a.Near, a.Far = NearEnd(from, backward), FarEnd(to, backward)
}
