package event

import (
	"encoding/binary"
	"errors"
	"math"
)

// errPacked says that bytes are no packed event.
var errPacked = errors.New("packed event: want what Pack wrote with this vocabulary")

// Unpack reads what Pack wrote, with the things of the numbers that it gave. It
// keeps nothing of b. An error says that b is damaged or of another vocabulary;
// what is damaged need not be noticed, so that b must have been checked.
func Unpack(b []byte, thing func(uint64) (Ref, bool)) (Event, error) {
	var e Event
	u := unpacker{in: string(b), event: &e, named: thing, unread: true}
	u.head()
	if u.failed {
		return Event{}, errPacked
	}
	e.members(&u)
	if u.has() {
		e.Unread = u.strs()
	}
	if u.failed || u.in != "" {
		return Event{}, errPacked
	}
	return e, nil
}

// PackedID returns the id of a packed event alone.
func PackedID(b []byte) (ID, error) {
	text, err := PackedIDText(b)
	if err != nil {
		return "", err
	}
	return ID(text[:]), nil
}

// PackedIDText is PackedID without memory of its own.
func PackedIDText(b []byte) (text [36]byte, err error) {
	if len(b) < packedID {
		return text, errPacked
	}
	return idText(b[:packedID]), nil
}

const packedID = 16

// unpacker is the visitor behind Unpack. All texts of the event are parts of
// one string.
type unpacker struct {
	in     string
	event  *Event
	named  func(uint64) (Ref, bool)
	gap    uint64 // members that are absent before the next one that is there
	unread bool   // the gap must be read first
	failed bool
}

func (u *unpacker) head() {
	if len(u.in) < packedID {
		u.failed = true
		return
	}
	e := u.event
	e.ID = unpackedID([]byte(u.in[:packedID]))
	u.in = u.in[packedID:]
	switch code := u.uint(); {
	case code == 0:
		e.Type, e.Body = Type(u.str()), new(Unknown)
	case code <= uint64(len(bodies)):
		e.Type, e.Body = bodies[code-1].Type, bodies[code-1].New()
	default:
		u.failed = true
		return
	}
	e.Time = u.unpackTime(Time{})
}

// has reports whether the next member is there.
func (u *unpacker) has() bool {
	if u.unread {
		u.unread = false
		u.gap = math.MaxUint64
		if u.in != "" && !u.failed {
			u.gap = u.uint()
		}
	}
	if u.gap > 0 {
		u.gap--
		return false
	}
	u.unread = true
	return !u.failed
}

func (u *unpacker) uint() uint64 {
	var v uint64
	for i := range min(len(u.in), binary.MaxVarintLen64) {
		c := u.in[i]
		v |= uint64(c&0x7f) << (7 * i)
		if c < 0x80 {
			u.in = u.in[i+1:]
			return v
		}
	}
	u.fail()
	return 0
}

// fail lets the visit end without another look at the input.
func (u *unpacker) fail() { u.failed, u.in = true, "" }

// length reads how many elements follow, of at least a byte each.
func (u *unpacker) length() int {
	n := u.uint()
	if n > uint64(len(u.in)) {
		u.fail()
		return 0
	}
	return int(n) //nolint:gosec // no more than a length
}

func (u *unpacker) str() string {
	n := u.length()
	s := u.in[:n]
	u.in = u.in[n:]
	return s
}

func (u *unpacker) strs() []string {
	list := make([]string, u.length())
	for i := range list {
		list[i] = u.str()
	}
	return list
}

func (u *unpacker) unpackTime(base Time) Time {
	v := u.uint()
	t := Time{sec: base.sec + unzigzag(v>>packedFlags), offset: base.offset, set: true}
	if v&packedOffset != 0 {
		t.offset = int16(unzigzag(u.uint())) //nolint:gosec // as it was written
	}
	if v&packedNanos != 0 {
		t.nsec = int32(u.uint()) //nolint:gosec // as it was written
	}
	return t
}

func (u *unpacker) unpackRef() Ref {
	n := u.uint()
	if n > 0 {
		r, ok := u.named(n - 1)
		if !ok {
			u.fail()
		}
		return r
	}
	if u.in == "" {
		u.fail()
		return Ref{}
	}
	k := Kind(u.in[0])
	u.in = u.in[1:]
	return Ref{k, u.str()}
}

func (u *unpacker) unpackID() ID {
	if len(u.in) < packedID {
		u.fail()
		return ""
	}
	id := unpackedID([]byte(u.in[:packedID]))
	u.in = u.in[packedID:]
	return id
}

func (u *unpacker) typ(string, *Type) {}

func (u *unpacker) time(_ string, t *Time, _ presence) {
	if t != &u.event.Time && u.has() {
		*t = u.unpackTime(u.event.Time)
	}
}

func (u *unpacker) uuid(_ string, id *ID, _ presence) {
	if id != &u.event.ID && u.has() {
		*id = u.unpackID()
	}
}

func (u *unpacker) uuids(_ string, ids *[]ID, _ presence) {
	if u.has() {
		*ids = make([]ID, u.length())
		for i := range *ids {
			(*ids)[i] = u.unpackID()
		}
	}
}

func (u *unpacker) count(_ string, n *int64) {
	if u.has() {
		*n = unzigzag(u.uint())
	}
}

func (u *unpacker) integer(_ string, n **int64, _ presence) {
	if u.has() {
		v := unzigzag(u.uint())
		*n = &v
	}
}

func (u *unpacker) id(_ string, _ Kind, r *Ref, _ presence) {
	if u.has() {
		*r = u.unpackRef()
	}
}

func (u *unpacker) ids(_ string, _ Kind, refs *[]Ref, _ presence) {
	if u.has() {
		*refs = make([]Ref, u.length())
		for i := range *refs {
			(*refs)[i] = u.unpackRef()
		}
	}
}

func (u *unpacker) thing(name string, _ []Kind, r *Ref, s presence) { u.id(name, KindNone, r, s) }

func (u *unpacker) things(name string, _ []Kind, refs *[]Ref, s presence) {
	u.ids(name, KindNone, refs, s)
}

func (u *unpacker) aliquot(_ string, _ *Ref, name *string) { u.label("", name, may) }

func (u *unpacker) forPatient(_ string, r *Ref, none *bool) {
	u.id("", KindPatient, r, may)
	*none = u.has()
}

func (u *unpacker) text(name string, s *string, r presence) { u.label(name, s, r) }

func (u *unpacker) label(_ string, s *string, _ presence) {
	if u.has() {
		*s = u.str()
	}
}

func (u *unpacker) texts(name string, list *[]string, r presence) { u.labels(name, list, r) }

func (u *unpacker) labels(_ string, list *[]string, _ presence) {
	if u.has() {
		*list = u.strs()
	}
}

func (u *unpacker) choice(_ string, s *string, set []string, _ presence) {
	if u.has() {
		*s = u.oneOf(set)
	}
}

func (u *unpacker) oneOf(set []string) string {
	at := u.uint()
	switch {
	case at == 0:
		return u.str()
	case at <= uint64(len(set)):
		return set[at-1]
	default:
		u.fail()
		return ""
	}
}

func (u *unpacker) choices(_ string, list *[]string, set []string, _ int) {
	if u.has() {
		*list = make([]string, u.length())
		for i := range *list {
			(*list)[i] = u.oneOf(set)
		}
	}
}

func (u *unpacker) word(name string, s *string, set []string) { u.choice(name, s, set, must) }

func (u *unpacker) decimal(name string, d *Decimal, r presence) { u.label(name, (*string)(d), r) }

func (u *unpacker) flag(_ string, b **bool, _ presence) {
	if u.has() {
		v := u.in != "" && u.in[0] == 1
		if u.in == "" {
			u.fail()
		} else {
			u.in = u.in[1:]
		}
		*b = &v
	}
}

func (u *unpacker) digest(name string, s *string, r presence) { u.label(name, s, r) }

func (u *unpacker) public(name string, s *string) { u.label(name, s, must) }

func (u *unpacker) verifiers(name string, list *[]string) { u.labels(name, list, must) }

func (u *unpacker) codes(_ string, list *[]Codes) {
	if u.has() {
		*list = make([]Codes, u.length())
		for i := range *list {
			(*list)[i] = Codes{u.unpackRef(), u.strs()}
		}
	}
}

func (u *unpacker) values(_ string, list *[]Value) {
	if u.has() {
		*list = make([]Value, u.length())
		for i := range *list {
			(*list)[i] = Value{u.str(), u.str()}
		}
	}
}

func (u *unpacker) ext(name string, b *[]byte) { u.object(name, b, may) }

func (u *unpacker) object(_ string, b *[]byte, _ presence) {
	if u.has() {
		*b = []byte(u.str())
	}
}

func (u *unpacker) trigger(name string, t *Trigger) {
	u.label(name, &t.Text, may)
	u.uuids(name, &t.Events, may)
}

func (u *unpacker) enter(string, bool, presence) bool { return u.has() }

func (u *unpacker) leave() {}

func (u *unpacker) list(string, int, bool, presence) (int, bool) {
	if !u.has() {
		return 0, false
	}
	return u.length(), true
}

func (u *unpacker) at(_ int, bare *bool, unit *Ref) bool {
	if bare == nil {
		return true
	}
	if *bare = u.has(); *bare {
		*unit = u.unpackRef()
	}
	return !*bare
}

func (u *unpacker) end() {}

func (u *unpacker) inline(bool) bool { return u.has() }

func (u *unpacker) joined(string, bool) bool { return true }
