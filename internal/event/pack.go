package event

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"slices"
	"sync"
)

// Pack appends the event in a short form for files that are derived from a
// ledger and read by the same vocabulary ([PackVersion]): its members in the
// contract's order, absent ones as gaps, times as differences. number returns
// the number by which a thing is known; what has none is written out. The event
// must have an id. An event of n members costs n calls.
func (e *Event) Pack(dst []byte, number func(Ref) (uint64, bool)) []byte {
	p := packer{out: dst, event: e, number: number}
	p.out = appendPackedID(p.out, e.ID)
	p.head()
	e.members(&p)
	if p.has(len(e.Unread) > 0) {
		p.strs(e.Unread)
	}
	return p.out
}

// PackVersion returns what a file of packed events must have been written with
// to be read: a digest of the vocabulary, and of the form itself.
func PackVersion() [sha256.Size]byte { return packVersion() }

var packVersion = sync.OnceValue(func() [sha256.Size]byte {
	b := fmt.Appendf(nil, "suyuan packed events 1\n%v\n", kindNames)
	for _, t := range Types() {
		b = fmt.Appendf(b, "%s %v\n", t, Describe(t))
		for _, action := range ActionsOf(t) {
			b = fmt.Appendf(b, "%s %s %v\n", t, action, DescribeAction(t, action))
		}
	}
	return sha256.Sum256(b)
})

// packer is the visitor behind Pack.
type packer struct {
	out    []byte
	event  *Event
	number func(Ref) (uint64, bool)
	gap    uint64 // members that were absent since the last one that was there
}

// head is what is needed before the members: the type, and the time from which
// the others are counted.
func (p *packer) head() {
	code := slices.IndexFunc(bodies, func(b struct {
		Type Type
		New  func() Body
	},
	) bool {
		return b.Type == p.event.Type
	})
	p.uint(uint64(code + 1)) //nolint:gosec // -1 or a small index
	if code < 0 {
		p.str(string(p.event.Type))
	}
	p.packTime(p.event.Time, Time{})
}

// has notes whether the next member is there.
func (p *packer) has(present bool) bool {
	if !present {
		p.gap++
		return false
	}
	p.uint(p.gap)
	p.gap = 0
	return true
}

func (p *packer) uint(v uint64) { p.out = binary.AppendUvarint(p.out, v) }

func (p *packer) str(s string) {
	p.uint(uint64(len(s)))
	p.out = append(p.out, s...)
}

func (p *packer) strs(list []string) {
	p.uint(uint64(len(list)))
	for _, s := range list {
		p.str(s)
	}
}

// Flags of a packed time, below the seconds.
const (
	packedOffset = 1 << iota // another offset than that of the time it is counted from
	packedNanos
	packedFlags = iota
)

// packTime writes t as counted from base.
func (p *packer) packTime(t, base Time) {
	flags := uint64(0)
	if t.offset != base.offset {
		flags |= packedOffset
	}
	if t.nsec != 0 {
		flags |= packedNanos
	}
	p.uint(zigzag(t.sec-base.sec)<<packedFlags | flags)
	if flags&packedOffset != 0 {
		p.uint(zigzag(int64(t.offset)))
	}
	if flags&packedNanos != 0 {
		p.uint(uint64(t.nsec)) //nolint:gosec // not negative
	}
}

func zigzag(v int64) uint64   { return uint64(v)<<1 ^ uint64(v>>63) } //nolint:gosec // the bits are what is wanted
func unzigzag(v uint64) int64 { return int64(v>>1) ^ -int64(v&1) }

// packRef writes a reference as its number and one more, or after a 0 its kind
// and id.
func (p *packer) packRef(r Ref) {
	if n, ok := p.number(r); ok {
		p.uint(n + 1)
		return
	}
	p.uint(0)
	p.out = append(p.out, byte(r.kind))
	p.str(r.id)
}

// appendPackedID appends 16 bytes.
func appendPackedID(dst []byte, id ID) []byte {
	b, err := hex.AppendDecode(dst, []byte(id[:8]+id[9:13]+id[14:18]+id[19:23]+id[24:]))
	if err != nil {
		panic("event id " + string(id) + " is no UUID") // every event in a ledger was validated
	}
	return b
}

func unpackedID(b []byte) ID {
	text := idText(b)
	return ID(text[:])
}

func idText(b []byte) (s [36]byte) {
	hex.Encode(s[:8], b[:4])
	hex.Encode(s[9:13], b[4:6])
	hex.Encode(s[14:18], b[6:8])
	hex.Encode(s[19:23], b[8:10])
	hex.Encode(s[24:], b[10:16])
	s[8], s[13], s[18], s[23] = '-', '-', '-', '-'
	return s
}

func (p *packer) typ(string, *Type) {}

func (p *packer) time(_ string, t *Time, _ presence) {
	if t != &p.event.Time && p.has(!t.IsZero()) {
		p.packTime(*t, p.event.Time)
	}
}

func (p *packer) uuid(_ string, id *ID, _ presence) {
	if id != &p.event.ID && p.has(*id != "") {
		p.out = appendPackedID(p.out, *id)
	}
}

func (p *packer) uuids(_ string, ids *[]ID, _ presence) {
	if p.has(*ids != nil) {
		p.uint(uint64(len(*ids)))
		for _, id := range *ids {
			p.out = appendPackedID(p.out, id)
		}
	}
}

func (p *packer) count(_ string, n *int64) {
	if p.has(*n != 0) {
		p.uint(zigzag(*n))
	}
}

func (p *packer) integer(_ string, n **int64, _ presence) {
	if p.has(*n != nil) {
		p.uint(zigzag(**n))
	}
}

func (p *packer) id(_ string, _ Kind, r *Ref, _ presence) {
	if p.has(!r.IsZero()) {
		p.packRef(*r)
	}
}

func (p *packer) ids(_ string, _ Kind, refs *[]Ref, _ presence) {
	if p.has(*refs != nil) {
		p.uint(uint64(len(*refs)))
		for _, r := range *refs {
			p.packRef(r)
		}
	}
}

func (p *packer) thing(name string, _ []Kind, r *Ref, s presence) { p.id(name, KindNone, r, s) }

func (p *packer) things(name string, _ []Kind, refs *[]Ref, s presence) {
	p.ids(name, KindNone, refs, s)
}

func (p *packer) aliquot(_ string, _ *Ref, name *string) { p.label("", name, may) }

func (p *packer) forPatient(_ string, r *Ref, none *bool) {
	p.id("", KindPatient, r, may)
	p.has(*none)
}

func (p *packer) text(name string, s *string, r presence) { p.label(name, s, r) }

func (p *packer) label(_ string, s *string, _ presence) {
	if p.has(*s != "") {
		p.str(*s)
	}
}

func (p *packer) texts(name string, list *[]string, r presence) { p.labels(name, list, r) }

func (p *packer) labels(_ string, list *[]string, _ presence) {
	if p.has(*list != nil) {
		p.strs(*list)
	}
}

func (p *packer) choice(_ string, s *string, set []string, _ presence) {
	if p.has(*s != "") {
		p.oneOf(*s, set)
	}
}

// oneOf writes the place in a set and one more, or after a 0 what is not in it.
func (p *packer) oneOf(s string, set []string) {
	at := slices.Index(set, s)
	p.uint(uint64(at + 1)) //nolint:gosec // -1 or a small index
	if at < 0 {
		p.str(s)
	}
}

func (p *packer) choices(_ string, list *[]string, set []string, _ int) {
	if p.has(*list != nil) {
		p.uint(uint64(len(*list)))
		for _, s := range *list {
			p.oneOf(s, set)
		}
	}
}

func (p *packer) word(name string, s *string, set []string) { p.choice(name, s, set, must) }

func (p *packer) decimal(name string, d *Decimal, r presence) { p.label(name, (*string)(d), r) }

func (p *packer) flag(_ string, b **bool, _ presence) {
	if p.has(*b != nil) {
		v := byte(0)
		if **b {
			v = 1
		}
		p.out = append(p.out, v)
	}
}

func (p *packer) digest(name string, s *string, r presence) { p.label(name, s, r) }

func (p *packer) public(name string, s *string) { p.label(name, s, must) }

func (p *packer) verifiers(name string, list *[]string) { p.labels(name, list, must) }

func (p *packer) codes(_ string, list *[]Codes) {
	if p.has(*list != nil) {
		p.uint(uint64(len(*list)))
		for i := range *list {
			p.packRef((*list)[i].Thing)
			p.strs((*list)[i].Values)
		}
	}
}

func (p *packer) values(_ string, list *[]Value) {
	if p.has(*list != nil) {
		p.uint(uint64(len(*list)))
		for i := range *list {
			p.str((*list)[i].Name)
			p.str((*list)[i].Text)
		}
	}
}

func (p *packer) ext(name string, b *[]byte) { p.object(name, b, may) }

func (p *packer) object(_ string, b *[]byte, _ presence) {
	if p.has(*b != nil) {
		p.str(string(*b))
	}
}

func (p *packer) trigger(name string, t *Trigger) {
	p.label(name, &t.Text, may)
	p.uuids(name, &t.Events, may)
}

func (p *packer) enter(_ string, present bool, _ presence) bool { return p.has(present) }

func (p *packer) leave() {}

func (p *packer) list(_ string, n int, none bool, _ presence) (int, bool) {
	if !p.has(!none) {
		return 0, false
	}
	p.uint(uint64(n)) //nolint:gosec // a length
	return n, true
}

func (p *packer) at(_ int, bare *bool, unit *Ref) bool {
	if bare == nil {
		return true
	}
	if p.has(*bare) {
		p.packRef(*unit)
		return false
	}
	return true
}

func (p *packer) end() {}

func (p *packer) inline(present bool) bool { return p.has(present) }

func (p *packer) joined(string, bool) bool { return true }
