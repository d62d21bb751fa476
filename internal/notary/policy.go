package notary

import (
	"encoding/json"
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

type policy struct {
	seq    uint64
	on     string
	needs  []Need
	people int
	gate   Gate
}

// parsePolicy reads what a policy event sets. Its form was judged when it was recorded; what a forger left out makes the policy stricter.
func parsePolicy(e object, seq uint64) *policy {
	p := &policy{seq: seq, on: e.text("on"), people: 1, gate: Gate(e.text("gate"))}
	if p.gate != GateUse && p.gate != GateNone {
		p.gate = GateEntry
	}
	if n, ok := e.number("people"); ok {
		p.people = int(min(n, MaxSignatures+1)) //nolint:gosec // bounded
	}
	var needs []json.RawMessage
	if err := json.Unmarshal(e["needs"], &needs); err != nil {
		needs = nil
	}
	for _, raw := range needs {
		o, err := members(raw)
		if err != nil {
			o = object{}
		}
		need := Need{Meaning: o.text("meaning"), Role: o.text("role"), Count: 1}
		if n, ok := o.number("count"); ok {
			need.Count = int(min(n, MaxSignatures+1)) //nolint:gosec // bounded
		}
		p.needs = append(p.needs, need)
	}
	return p
}

// A PolicyEntry is a policy in force.
type PolicyEntry struct {
	On     string
	Needs  []Need
	People int
	Gate   Gate
	Since  uint64 // the record that set it
}

// Policies returns those in force, by the type of event that they are about.
func (r *Register) Policies() []PolicyEntry {
	var list []PolicyEntry
	for _, p := range r.policies {
		list = append(list, PolicyEntry{p.on, p.needs, p.people, p.gate, p.seq})
	}
	slices.SortFunc(list, func(a, b PolicyEntry) int {
		if a.On < b.On {
			return -1
		}
		return 1
	})
	return list
}

// lacks returns each need that is not met by what was signed, and the number of different people where that is too small.
func (d *duty) lacks() []Fault {
	var list []Fault
	for _, need := range d.policy.needs {
		if n := d.people(need); n < need.Count {
			list = append(list, Fault{Kind: Unsigned, Seq: d.seq, By: d.policy.seq, HasBy: true, Need: need, Found: n})
		}
	}
	if n := d.people(d.policy.needs...); n < d.policy.people {
		list = append(list, Fault{Kind: Unsigned, Seq: d.seq, By: d.policy.seq, HasBy: true, Need: Need{Count: d.policy.people}, Found: n})
	}
	return list
}

// people counts the different holders who signed for any of the needs.
func (d *duty) people(needs ...Need) int {
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
	s := string(f.Kind)
	if f.Key != "" {
		s += fmt.Sprintf(": key %.16s…", f.Key)
	}
	switch {
	case f.Need.Meaning != "":
		s += fmt.Sprintf(": %d of %d %q", f.Found, f.Need.Count, f.Need.Meaning)
		if f.Need.Role != "" {
			s += " by role " + fmt.Sprintf("%q", f.Need.Role)
		}
	case f.Need.Count > 0:
		s += fmt.Sprintf(": %d of %d different people", f.Found, f.Need.Count)
	}
	if f.Note != "" {
		s += ": " + f.Note
	}
	if f.HasBy {
		s += fmt.Sprintf(" (record %d)", f.By)
	}
	return s
}
