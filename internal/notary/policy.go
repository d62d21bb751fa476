package notary

import (
	"fmt"
	"slices"
)

// MissingSignature is the rule that a deviation waives where an event goes without the signatures that its policy wants.
const MissingSignature = "missing-signature"

// A Gate says what becomes of an event without the signatures that its policy wants.
type Gate string

// The gates of docs/trust.md section 3.
const (
	GateEntry Gate = "entry" // it is refused
	GateUse   Gate = "use"   // its units are not used
	GateNone  Gate = "none"  // it is listed
)

// A Need is one row of a policy: so many people, with a role where one is given, sign with this meaning.
type Need struct {
	Meaning, Role string
	Count         int
}

// A Policy says who must sign events of a type.
type Policy struct {
	On     string
	Needs  []Need
	People int // different ones in all
	Gate   Gate
	Since  uint64 // the record that set it
}

// parsePolicy reads what a policy event sets. Its form was judged when it was recorded; what a forger left out makes the policy stricter.
func parsePolicy(e object, seq uint64) *Policy {
	count := func(o object, name string) int { return max(1, get[int](o, name)) }
	p := &Policy{On: e.text("on"), People: count(e, "people"), Gate: Gate(e.text("gate")), Since: seq}
	if p.Gate != GateUse && p.Gate != GateNone {
		p.Gate = GateEntry
	}
	for _, o := range get[[]object](e, "needs") {
		p.Needs = append(p.Needs, Need{Meaning: o.text("meaning"), Role: o.text("role"), Count: count(o, "count")})
	}
	return p
}

// A Duty is what a policy wants of one record, and what was signed.
type Duty struct {
	Seq    uint64
	Policy *Policy
	Waived bool // by a deviation in the record itself
	signed []signed
}

type signed struct{ holder, role, meaning string }

// Lacks returns each need that is not met yet; once all are, the number of different people where that is too small.
func (d *Duty) Lacks() []Fault {
	var list []Fault
	lack := func(found int, need Need) {
		if found < need.Count {
			list = append(list, Fault{Kind: Unsigned, Seq: d.Seq, By: d.Policy.Since, HasBy: true, Need: need, Found: found})
		}
	}
	for _, need := range d.Policy.Needs {
		lack(d.people(need), need)
	}
	if len(list) == 0 {
		lack(d.people(d.Policy.Needs...), Need{Count: d.Policy.People})
	}
	return list
}

// people counts the different holders who signed for any of the needs.
func (d *Duty) people(needs ...Need) int {
	var holders []string
	for _, s := range d.signed {
		fits := slices.ContainsFunc(needs, func(n Need) bool { return s.meaning == n.Meaning && (n.Role == "" || n.Role == s.role) })
		if fits && !slices.Contains(holders, s.holder) {
			holders = append(holders, s.holder)
		}
	}
	return len(holders)
}

// A FaultKind says what is wrong.
type FaultKind string

// What can be wrong with the signatures of a record. Unsigned alone can be waived.
const (
	BadForm      FaultKind = "form"               // sig, or a key in the event, is not written as it must be: Note
	BadSignature FaultKind = "not-verified"       // by Key; other bytes, another origin, meaning or time were signed
	UnknownKey   FaultKind = "unknown-key"        // no earlier record registers Key
	RevokedKey   FaultKind = "revoked-key"        // record By revoked Key
	KeyTwice     FaultKind = "key-twice"          // record By registered Key
	NoPossession FaultKind = "no-possession"      // the record does not bear a signature by the key that it brings
	Unalterable  FaultKind = "unalterable"        // it corrects or replaces a key or policy event
	Unauthorized FaultKind = "unauthorized"       // a key or policy event without what policy By wants: Need, Found
	WrongDigest  FaultKind = "wrong-digest"       // a signature event does not name the digest of the event that it signs
	OtherMeaning FaultKind = "other-meaning"      // the signature by Key means something else than its event
	Unsigned     FaultKind = "missing-signatures" // it lacks what policy By wants: Need, Found
)

// A Fault is one thing that is wrong with the signatures of record Seq.
type Fault struct {
	Kind  FaultKind
	Seq   uint64
	Key   string
	By    uint64 // the record that says so, where HasBy
	HasBy bool
	Need  Need // of people in all, where it has no meaning
	Found int
	Note  string
}

// String says it in one line, without the record's number.
func (f Fault) String() string {
	s := fmt.Sprintf("%s: key %.16q %s", f.Kind, f.Key, f.Note)
	if f.Need.Count > 0 {
		s = fmt.Sprintf("%s: %d of %d people with meaning %q and role %q (empty: any)", f.Kind, f.Found, f.Need.Count, f.Need.Meaning, f.Need.Role)
	}
	if f.HasBy {
		s += fmt.Sprintf(" by record %d", f.By)
	}
	return s
}
