package genealogy

import (
	"encoding/binary"
	"math"

	"suyuan/internal/event"
)

// This file has the form in which a snapshot keeps the contacts that making and
// giving bring about of things that do not remember, in sections of their own:
// walks read them more than all else (docs/genealogy.md).

// A bundle is contacts of one thing with some peers that one record proves, of one
// kind, grade and interval: what went into something with twenty others, or came
// out of it so. It is three words, the words of an interval that does not fit
// into them, and a word for each peer, of which the last is marked.
type bundle struct {
	entry    int32
	via      Via
	grade    Grade
	form     int // formSpan, formOpen or formFull
	zone     int16
	from, to int64         // whole seconds
	full     [2]event.Time // the interval, of formFull
	peers    []byte
}

// The parts of a bundle's third word, from the lowest bit on: kind, grade, form,
// offset from UTC in quarters of an hour, whether it lasts whole minutes, and how
// many of these or of seconds.
const (
	bundleGrade   = 4
	bundleForm    = 6
	bundleZone    = 8
	bundleMinutes = 15
	bundleLasts   = 16

	bundleWest = 64 // quarters of an hour that are added, so that none is negative
	quarter    = 15
	lastPeer   = 1 << 31
	word       = 4
)

// header returns the words before the peers of a contact's bundle.
func header(dst []byte, c *Contact) []byte {
	third := uint32(c.Via) | uint32(c.Grade)<<bundleGrade
	dst = binary.LittleEndian.AppendUint32(dst, uint32(c.Entry)) //nolint:gosec // not negative
	if sec, rest, ok := shortInterval(c); ok {
		return binary.LittleEndian.AppendUint32(binary.LittleEndian.AppendUint32(dst, sec), third|rest)
	}
	times := appendTime(appendTime(nil, c.From), c.To)
	for len(times)%word != 0 {
		times = append(times, 0)
	}
	dst = binary.LittleEndian.AppendUint32(dst, uint32(len(times)/word)) //nolint:gosec // a few
	dst = binary.LittleEndian.AppendUint32(dst, third|formFull<<bundleForm)
	return append(dst, times...)
}

// shortInterval returns the second in which a contact begins and what of its
// interval is in a third word, if it fits.
func shortInterval(c *Contact) (sec, rest uint32, ok bool) {
	form := formOf(c)
	if form == formFull {
		return 0, 0, false
	}
	from, _, offset := c.From.Parts()
	zone := int64(offset)/quarter + bundleWest
	if from < 0 || from > math.MaxUint32 || offset%quarter != 0 || zone < 0 || zone >= 1<<(bundleMinutes-bundleZone) {
		return 0, 0, false
	}
	rest = uint32(zone) << bundleZone
	if form == formOpen {
		return uint32(from), rest | formOpen<<bundleForm, true
	}
	to, _, _ := c.To.Parts()
	lasts := to - from
	if lasts > math.MaxUint16 && lasts%60 == 0 {
		lasts, rest = lasts/60, rest|1<<bundleMinutes
	}
	if lasts < 0 || lasts > math.MaxUint16 {
		return 0, 0, false
	}
	return uint32(from), rest | formSpan<<bundleForm | uint32(lasts)<<bundleLasts, true
}

// appendBundles writes contacts of a thing, in the order of their row.
func appendBundles(dst []byte, list []*Contact, backward bool) []byte {
	var held []byte
	for k, c := range list {
		next := header(held[len(held):], c)
		if k == 0 || string(next) != string(held) {
			held = next
			dst = append(dst, held...)
		} else {
			dst[len(dst)-1] &^= lastPeer >> 24 // its bundle goes on
		}
		dst = binary.LittleEndian.AppendUint32(dst, uint32(peerOf(c, backward))|lastPeer) //nolint:gosec // not negative
	}
	return dst
}

// bundles are a row as a snapshot has it, as far as it was not read.
type bundles struct{ b []byte }

// next reads the next bundle, if there is one.
func (r *bundles) next(x *bundle) bool {
	if len(r.b) == 0 {
		return false
	}
	at := x.head(r.b)
	end := endOfPeers(r.b, at)
	x.peers, r.b = r.b[at:end], r.b[end:]
	return true
}

// head reads a bundle but for its peers, and returns where these begin.
func (x *bundle) head(b []byte) int {
	if len(b) < 4*word {
		damaged("a bundle of contacts is cut short")
	}
	third := binary.LittleEndian.Uint32(b[2*word:])
	x.entry = int32(binary.LittleEndian.Uint32(b)) //nolint:gosec // as written
	x.via, x.grade, x.form = Via(third&15), Grade(third>>bundleGrade&3), int(third>>bundleForm&3)
	x.from = int64(binary.LittleEndian.Uint32(b[word:]))
	if x.form == formFull {
		return x.readFull(b)
	}
	x.zone = (int16(third>>bundleZone&(1<<(bundleMinutes-bundleZone)-1)) - bundleWest) * quarter
	lasts := int64(third >> bundleLasts)
	if third&(1<<bundleMinutes) != 0 {
		lasts *= 60
	}
	x.to = x.from + lasts
	return 3 * word
}

// endOfPeers returns where peers end that begin at a place.
func endOfPeers(b []byte, at int) int {
	for at+word <= len(b) {
		at += word
		if b[at-1]&(lastPeer>>24) != 0 {
			return at
		}
	}
	damaged("the peers of a bundle of contacts are cut short")
	return 0
}

// readFull reads the interval that does not fit into the first words, and returns
// where the peers begin.
func (x *bundle) readFull(b []byte) int {
	words := x.from
	if words > int64(len(b)/word-3) {
		damaged("the interval of a bundle of contacts is cut short")
	}
	at := 3*word + int(words)*word
	p := packed{b[3*word : at]}
	x.full = [2]event.Time{p.time(), p.time()}
	return at
}

// peer returns the k-th peer.
func (x *bundle) peer(k int) int32 {
	return int32(binary.LittleEndian.Uint32(x.peers[word*k:]) &^ lastPeer) //nolint:gosec // as written
}

func (x *bundle) count() int { return len(x.peers) / word }

// interval returns the ends of the contacts' interval.
func (x *bundle) interval() (from, to event.Time) {
	switch x.form {
	case formFull:
		return x.full[0], x.full[1]
	case formOpen:
		return event.TimeFrom(x.from, 0, x.zone), event.Time{}
	default:
		return event.TimeFrom(x.from, 0, x.zone), event.TimeFrom(x.to, 0, x.zone)
	}
}

// arc makes an arc of the bundle but for its peer.
func (x *bundle) arc(a *Arc, backward bool) {
	a.Entry, a.Via, a.Grade = x.entry, x.via, x.grade
	if x.form == formFull {
		a.full(x.full[0], x.full[1], backward)
		return
	}
	a.zone = x.zone
	a.between(x.form, x.from, x.to, backward)
}

// contacts returns the contacts of thing i that a row has.
func (r bundles) contacts(i int32, backward bool) (list []Contact) {
	var x bundle
	for r.next(&x) {
		c := Contact{Source: i, Target: i, Via: x.via, Grade: x.grade, Entry: x.entry}
		c.From, c.To = x.interval()
		for k := range x.count() {
			if backward {
				c.Source = x.peer(k)
			} else {
				c.Target = x.peer(k)
			}
			list = append(list, c)
		}
	}
	return list
}

// A head is what is known of a thing at first: of what kind it is, where its
// bundles in one direction begin, and whether it has contacts there with what is
// shared over time.
type head uint64

const (
	headKind    = 40
	headLingers = 46
)

func headOf(at int64, kind event.Kind, lingers bool) head {
	h := head(at/word) | head(kind)<<headKind //nolint:gosec // not negative
	if lingers {
		h |= 1 << headLingers
	}
	return h
}

// at returns the place of the bundles in their section.
func (h head) at() int64 { return int64(h&(1<<headKind-1)) * word }

func (h head) kind() event.Kind {
	kind := event.Kind(h >> headKind & (1<<(headLingers-headKind) - 1))
	if kind > event.KindProduct {
		damaged("a thing is of kind %d", kind)
	}
	return kind
}

func (h head) lingers() bool { return h&(1<<headLingers) != 0 }

// sectionsOf returns the sections of the heads and of the bundles of a direction.
func sectionsOf(backward bool) (heads, rows int) {
	if backward {
		return sectionInAt, sectionIn
	}
	return sectionOutAt, sectionOut
}

// head returns the head of a thing, and where its bundles end.
func (s *Snapshot) head(i int32, backward bool) (h head, end int64) {
	heads, _ := sectionsOf(backward)
	b := s.part[heads].near(8*int64(i), 16)
	return head(binary.LittleEndian.Uint64(b)), head(binary.LittleEndian.Uint64(b[8:])).at()
}

// bundles returns the bundles of a thing in one direction.
func (s *Snapshot) bundles(h head, end int64, backward bool) bundles {
	_, rows := sectionsOf(backward)
	return bundles{s.part[rows].near(h.at(), int(end-h.at()))}
}

// kindOf returns the kind of a thing.
func (s *Snapshot) kindOf(i int32) event.Kind {
	h, _ := s.head(i, false)
	return h.kind()
}
