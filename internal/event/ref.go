package event

import (
	"cmp"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// A Kind says what a thing is. The order is that of contract section 1, and
// answers are sorted by it.
type Kind uint8

// The kinds of things. KindProduct is master data: it can be registered and
// takes no part in traces.
const (
	KindNone Kind = iota
	KindDonor
	KindPatient
	KindUnit
	KindBatch
	KindLot
	KindAliquot
	KindEquipment
	KindRoom
	KindSite
	KindOperator
	KindShipment
	KindCase
	KindProduct
)

var kindNames = [...]string{
	KindNone: "", KindDonor: "donor", KindPatient: "patient", KindUnit: "unit", KindBatch: "batch", KindLot: "lot",
	KindAliquot: "aliquot", KindEquipment: "equipment", KindRoom: "room", KindSite: "site", KindOperator: "operator",
	KindShipment: "shipment", KindCase: "case", KindProduct: "product",
}

// Kinds returns the kinds of things a reference can name, in order.
func Kinds() []Kind {
	kinds := make([]Kind, 0, int(KindCase))
	for k := KindDonor; k <= KindCase; k++ {
		kinds = append(kinds, k)
	}
	return kinds
}

// String returns the kind as references spell it.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return fmt.Sprintf("kind(%d)", uint8(k))
}

// ParseKind reads the name of a kind.
func ParseKind(s string) (Kind, bool) {
	for k := KindDonor; k <= KindProduct; k++ {
		if kindNames[k] == s {
			return k, true
		}
	}
	return KindNone, false
}

// MaxID is the greatest length of an id, in bytes of UTF-8.
const MaxID = 200

// A Ref names one thing: a kind and an id. The zero Ref names nothing. A Ref
// that is not zero holds an id that [CheckID] accepts, and is comparable.
type Ref struct {
	kind Kind
	id   string
}

// NewRef returns the reference of kind k to id.
func NewRef(k Kind, id string) (Ref, error) {
	if k == KindNone || k > KindProduct {
		return Ref{}, fmt.Errorf("no such kind of thing: %v", k)
	}
	r, want := refOf(k, id)
	if want != "" {
		return Ref{}, fmt.Errorf("%v %s: want %s", k, quote(id), want)
	}
	return r, nil
}

// AliquotRef returns the reference to the aliquot name of lot.
func AliquotRef(lot Ref, name string) (Ref, error) {
	if strings.Contains(name, "/") {
		return Ref{}, fmt.Errorf("aliquot name %s: want none of \"/\"", quote(name))
	}
	return NewRef(KindAliquot, lot.id+"/"+name)
}

// ParseRef reads a reference, kind:id; the first colon separates.
func ParseRef(s string) (Ref, error) {
	r, want := thingOf(s, nil)
	if want != "" {
		return Ref{}, fmt.Errorf("reference %s: want %s", quote(s), want)
	}
	return r, nil
}

// Kind returns what kind of thing r names.
func (r Ref) Kind() Kind { return r.kind }

// ID returns the id without its kind.
func (r Ref) ID() string { return r.id }

// Clone returns a reference that shares no memory with the event that it was read
// in: who keeps it keeps nothing else.
func (r Ref) Clone() Ref { return Ref{r.kind, strings.Clone(r.id)} }

// IsZero reports whether r names nothing.
func (r Ref) IsZero() bool { return r.kind == KindNone }

// String returns kind:id, or nothing for the zero Ref.
func (r Ref) String() string {
	if r.IsZero() {
		return ""
	}
	return r.kind.String() + ":" + r.id
}

// Lot returns the lot that an aliquot was opened from; the zero Ref for other
// kinds.
func (r Ref) Lot() Ref {
	if r.kind != KindAliquot {
		return Ref{}
	}
	lot, _, _ := cutAliquot(r.id)
	return Ref{KindLot, lot}
}

// Compare orders references by kind, then by the bytes of the id.
func (r Ref) Compare(o Ref) int {
	return cmp.Or(cmp.Compare(r.kind, o.kind), cmp.Compare(r.id, o.id))
}

func cutAliquot(id string) (lot, name string, ok bool) {
	i := strings.LastIndexByte(id, '/')
	if i < 0 {
		return "", "", false
	}
	return id[:i], id[i+1:], true
}

// CheckID reports why s cannot be an id: 1 to [MaxID] bytes of UTF-8 in NFC,
// no white space and nothing of the Unicode classes Cc, Cf, Cs, Co, Cn.
func CheckID(s string) error {
	if want := idWant(s); want != "" {
		return fmt.Errorf("id %s: want %s", quote(s), want)
	}
	return nil
}

const (
	wantID  = "an id of 1 to 200 bytes"
	wantRef = "a reference kind:id, as in unit:U1"
)

// idWant returns what an id should have been, or nothing where s is one.
func idWant(s string) string {
	switch {
	case s == "" || len(s) > MaxID:
		return wantID
	case plain(s):
		return ""
	case !utf8.ValidString(s):
		return "an id in UTF-8"
	}
	for i, r := range s {
		if !idRune(r) {
			return fmt.Sprintf("no white space, control, format, private or unassigned character, such as %U at byte %d", r, i)
		}
	}
	if !norm.NFC.IsNormalString(s) {
		return "an id in Unicode normal form NFC"
	}
	return ""
}

// plain reports whether s is printable ASCII without white space.
func plain(s string) bool {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] >= 0x7f {
			return false
		}
	}
	return true
}

// refOf returns the reference of kind k to id, and what it wanted where id is
// none.
func refOf(k Kind, id string) (Ref, string) {
	if want := bareWant(k, id); want != "" {
		return Ref{}, want
	}
	if k == KindAliquot {
		lot, name, ok := cutAliquot(id)
		if !ok || lot == "" || name == "" {
			return Ref{}, "LOT/ALIQUOT"
		}
		if want := cmp.Or(kindWant(KindLot, lot), kindWant(KindAliquot, name)); want != "" {
			return Ref{}, want
		}
	}
	return Ref{k, id}, ""
}

// bareWant is idWant for the bare id of a thing of kind k.
func bareWant(k Kind, id string) string { return cmp.Or(idWant(id), kindWant(k, id)) }

// kindWant refuses a reference where the bare id of a thing of kind k stands:
// taken as an id, donor:D1 would be another donor than D1, and no trace would
// go from the one to the other.
func kindWant(k Kind, id string) string {
	name := k.String()
	if len(id) > len(name) && id[len(name)] == ':' && id[:len(name)] == name {
		return "the bare id, without \"" + name + ":\""
	}
	return ""
}

// idRune excludes white space and classes Cc, Cf, Cs, Co and Cn: what is left
// are exactly the assigned letters, marks, numbers, punctuation and symbols.
func idRune(r rune) bool {
	if r < utf8.RuneSelf {
		return r > ' ' && r < 0x7f
	}
	return unicode.In(r, unicode.L, unicode.M, unicode.N, unicode.P, unicode.S) && !unicode.IsSpace(r)
}
