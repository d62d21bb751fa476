package rules

import "suyuan/internal/event"

// Signatures is what a judgement knows of signatures and policies, by the
// records before the judged event: numbers of records decide, never times
// (docs/trust.md sections 2 and 3).
type Signatures interface {
	// Faults returns what is wrong with the signatures that e is to be recorded
	// with, and what its policy wants and does not get; nothing where all is
	// well. It says nothing of what e corrects or replaces: that the rules see.
	Faults(e *event.Event) []SignatureFault
	// Gates reports whether a policy with the gate use was ever set; where not,
	// Withheld is not asked.
	Gates() bool
	// Withheld returns what record seq still lacks under a policy with the gate
	// use, later signatures counted; nothing where no such policy is in force
	// for it, or where it is met.
	Withheld(seq uint64) []SignatureNeed
}

// A SignatureFault is one way in which the signatures of an event are wrong.
type SignatureFault struct {
	// Variant is one of those that the table lists for bad-signature, or
	// Unsigned of missing-signature.
	Variant Variant
	Path    string // as in sig[1], or the event's member as in key; may be empty
	Key     string // the id of the key; empty where it is about none
	Meaning string // of the signature that it is about
	Found   string // of BadForm: what was found and wanted, in one line
	Want    string // of OtherEvent: the digest of the event's stored bytes
	Seq     uint64 // the record that says so: it registered or revoked the key, or set the policy
	HasSeq  bool
	Need    SignatureNeed // of PolicyUnmet and Unsigned
}

// A SignatureNeed is what a policy wants, and how much of it there is.
type SignatureNeed struct {
	Meaning string // empty where different people are wanted, whatever they sign as
	Role    string // empty where any role will do
	Wanted  int64
	Found   int64
}
