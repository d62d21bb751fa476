package rules

import (
	"slices"

	"suyuan/internal/event"
)

// An ID is the name of a rule, as deviations and refusals spell it.
type ID string

// The rules of the contract, in its order, and specification, which joined.
const (
	Malformed         ID = event.RuleMalformed
	TooLarge          ID = event.RuleTooLarge
	IdentifiesAPerson ID = event.RuleIdentifies
	IDConflict        ID = "id-conflict"
	MadeTwice         ID = "made-twice"
	UnknownThing      ID = "unknown-thing"
	OutOfOrder        ID = "out-of-order"
	Expired           ID = "expired"
	UsedUp            ID = "used-up"
	NotReleased       ID = "not-released"
	Specification     ID = "specification"
	NotHere           ID = "not-here"
	WrongPatient      ID = "wrong-patient"
	OnHold            ID = "on-hold"
	NotShipped        ID = "not-shipped"
	Future            ID = "future"
	Clock             ID = "clock"
	Unregistered      ID = "unregistered"
	CaseOpen          ID = "case-open"
	BadSignature      ID = "bad-signature"
	MissingSignature  ID = "missing-signature"
)

// A Variant says in which way a rule was broken. Each rule has a closed list.
type Variant string

// The variants of all rules.
const (
	Invalid      Variant = "invalid"       // malformed, too-large, identifies-a-person: what package event found
	UnknownRule  Variant = "unknown-rule"  // malformed: a deviation names no rule of the table
	NotWaivable  Variant = "not-waivable"  // malformed: a deviation names a rule that cannot be waived
	OtherBytes   Variant = "other-bytes"   // id-conflict: the id is recorded with other content
	AlreadyMade  Variant = "already-made"  // made-twice: Seq made it
	AlreadySent  Variant = "already-sent"  // made-twice: the shipment departed with Seq
	OfItself     Variant = "of-itself"     // made-twice: the event uses what it makes
	Unclaimable  Variant = "unclaimable"   // made-twice: a residue cannot claim a unit of unknown origin
	CarriesCode  Variant = "carries-code"  // made-twice: the id is a code of Other, which Seq made; what records finds out
	NoSuchThing  Variant = "no-such-thing" // unknown-thing
	NoSuchEvent  Variant = "no-such-event" // unknown-thing: an event id; never waived
	NoSuchHold   Variant = "no-such-hold"  // unknown-thing: the event that is lifted, Seq, makes no hold; never waived
	Unmade       Variant = "unmade"        // unknown-thing: the replaced event made it, this one does not, and Seq names it
	BeforeMade   Variant = "before-made"   // out-of-order: Seq made it at Limit
	BeforeEvent  Variant = "before-event"  // out-of-order: what is corrected, signed or lifted happened at Limit, by Seq
	AfterUsedUp  Variant = "after-used-up" // out-of-order: Seq used it up at Limit
	ByLaterUse   Variant = "by-later-use"  // out-of-order: it would be used up before Seq, at Limit, used it
	MadeTooLate  Variant = "made-too-late" // out-of-order: it would be made after Seq, at Limit, names it
	StayReversed Variant = "stay-reversed" // out-of-order: taken out before Seq, at Limit, put it in
	PastExpiry   Variant = "past-expiry"   // expired: at Limit
	Again        Variant = "again"         // used-up: Seq used it up at Limit
	ByLaterStep  Variant = "by-later-step" // used-up: it would be used up before Seq, at Limit, handled it
	NoDecision   Variant = "no-decision"   // not-released
	Rejected     Variant = "rejected"      // not-released: by Seq
	BadTest      Variant = "bad-test"      // not-released: test Seq on Other is unresolved, and no exceptional release followed it
	Incomplete   Variant = "incomplete"    // not-released: the exceptional release Seq lacks who requested it, the authority or two signers
	NoResult     Variant = "no-result"     // specification: no result of the assay Name counts, which Seq asks for; Found are assays that nothing asks for
	OutOfLimit   Variant = "out-of-limit"  // specification: the result Seq of the assay Name is Found, and Want is asked for
	NotPending   Variant = "not-pending"   // specification: the assay Name is due later, and the conditional release does not name it; Found as in no-result
	Elsewhere    Variant = "elsewhere"     // not-here: the unit is at Other since Seq
	InTransit    Variant = "in-transit"    // not-here: the unit is in shipment Other since Seq
	BelongsAt    Variant = "belongs-at"    // not-here: the equipment or room is registered at Other by Seq
	MeantFor     Variant = "meant-for"     // wrong-patient: the unit is for Other
	GivenTo      Variant = "given-to"      // wrong-patient: a part was given to Other by Seq
	Pooled       Variant = "pooled"        // wrong-patient: the inputs are for Other too
	OtherOutput  Variant = "other-output"  // wrong-patient: the output names another patient than the inputs' Other
	Reassigned   Variant = "reassigned"    // wrong-patient: the change takes the unit away from Other
	Held         Variant = "held"          // on-hold: by Seq
	MadeWithHeld Variant = "made-with"     // on-hold: made from or with Other, which Seq holds
	NotCarried   Variant = "not-carried"   // not-shipped: shipment Other left with Seq, without it
	RecordedUse  Variant = "recorded-use"  // expired, not-here, wrong-patient, not-shipped: record Seq, at Limit, would break the rule
	Ahead        Variant = "ahead"         // future: At is after Limit. clock: the clock is over 400 days ahead
	Behind       Variant = "behind"        // clock: the clock is behind the last record
	NotOnFile    Variant = "not-on-file"   // unregistered
	Unmet        Variant = "unmet"         // case-open: the milestone Name
	Unverified   Variant = "unverified"    // bad-signature: the signature by Key does not verify over this event in this ledger
	BadForm      Variant = "bad-form"      // bad-signature: sig, or a key, is not in its form (Found): unknown meanings and the same signed twice too
	UnknownKey   Variant = "unknown-key"   // bad-signature: no record before registered Key
	RevokedKey   Variant = "revoked-key"   // bad-signature: Seq revoked Key
	KnownKey     Variant = "known-key"     // bad-signature: Key is registered already, by Seq
	NoPossession Variant = "no-possession" // bad-signature: what registers Key, or rotates to or from it, is not signed by it
	Unalterable  Variant = "unalterable"   // bad-signature: Event, record Seq, is a key or policy event, and is corrected or replaced
	PolicyUnmet  Variant = "policy-unmet"  // bad-signature: a key or policy event lacks, by the policy Seq, signatures
	OtherEvent   Variant = "other-event"   // bad-signature: sha256 is absent, or not that of the event that is signed
	OtherMeaning Variant = "other-meaning" // bad-signature: a signature's meaning Name is not the event's
	Unsigned     Variant = "unsigned"      // missing-signature: the event lacks, by the policy Seq, signatures
	Withheld     Variant = "withheld"      // missing-signature: the unit is not used until Seq has signatures that it lacks
	Approvers    Variant = "approvers"     // the deviation from this rule needs two approvers, or to have happened
)

// A Violation is one way in which an event breaks a rule. What the fields mean
// beyond their own comments is said at the variants.
type Violation struct {
	Rule    ID
	Variant Variant
	Path    string    // the member, as in inputs[2].unit; empty for the event as a whole
	Ref     event.Ref // the thing it is about
	Other   event.Ref // a second thing in it
	Event   event.ID  // the event id that was named, or is in conflict
	Name    string    // a rule, a milestone, an assay, or the meaning of a signature
	Key     string    // the id of a key
	Role    string    // that a policy wants; empty where any will do
	Found   string    // of what was refused; how many signatures there are
	Want    string
	Seq     uint64 // the record that says so
	HasSeq  bool
	At      event.Time // when the judged event happened
	Limit   event.Time // the time that it ran against
}

// Message returns the name of the violation's sentence, as in
// out-of-order.before-made; the sentence's fields are those of Violation.
func (v *Violation) Message() string { return string(v.Rule) + "." + string(v.Variant) }

// A Rule is a row of the table.
type Rule struct {
	ID           ID
	Waivable     bool
	TwoApprovers bool // its waiver needs two approvers, or to have happened
	Variants     []Variant
	// restores says that events which come back into force are judged too.
	restores bool
	check    func(*judge) // nil where another package finds out
}

var table = []Rule{
	{ID: Malformed, Variants: []Variant{Invalid, UnknownRule, NotWaivable}, check: (*judge).malformed},
	{ID: TooLarge, Variants: []Variant{Invalid}},
	{ID: IdentifiesAPerson, Variants: []Variant{Invalid}},
	{ID: IDConflict, Variants: []Variant{OtherBytes}},
	{ID: MadeTwice, Variants: []Variant{AlreadyMade, AlreadySent, OfItself, Unclaimable, CarriesCode}, restores: true, check: (*judge).madeTwice},
	{ID: UnknownThing, Waivable: true, Variants: []Variant{NoSuchThing, NoSuchEvent, NoSuchHold, Unmade}, check: (*judge).unknownThing},
	{ID: OutOfOrder, Waivable: true, Variants: []Variant{BeforeMade, BeforeEvent, AfterUsedUp, ByLaterUse, MadeTooLate, StayReversed}, restores: true, check: (*judge).outOfOrder},
	{ID: Expired, Waivable: true, Variants: []Variant{PastExpiry, RecordedUse}, check: (*judge).expired},
	{ID: UsedUp, Waivable: true, Variants: []Variant{Again, ByLaterStep}, restores: true, check: (*judge).usedUp},
	{ID: NotReleased, Waivable: true, TwoApprovers: true, Variants: []Variant{NoDecision, Rejected, BadTest, Incomplete, Approvers}, check: (*judge).notReleased},
	{ID: Specification, Waivable: true, Variants: []Variant{NoResult, OutOfLimit, NotPending}, check: (*judge).specification},
	{ID: NotHere, Waivable: true, Variants: []Variant{Elsewhere, InTransit, BelongsAt, RecordedUse}, check: (*judge).notHere},
	{ID: WrongPatient, Waivable: true, TwoApprovers: true, Variants: []Variant{MeantFor, GivenTo, Pooled, OtherOutput, Reassigned, RecordedUse, Approvers}, check: (*judge).wrongPatient},
	{ID: OnHold, Waivable: true, TwoApprovers: true, Variants: []Variant{Held, MadeWithHeld, Approvers}, check: (*judge).onHold},
	{ID: NotShipped, Waivable: true, Variants: []Variant{NotCarried, RecordedUse}, check: (*judge).notShipped},
	{ID: Future, Waivable: true, Variants: []Variant{Ahead}, check: (*judge).future},
	{ID: Clock, Variants: []Variant{Behind, Ahead}},
	{ID: Unregistered, Waivable: true, Variants: []Variant{NotOnFile}, check: (*judge).unregistered},
	{ID: CaseOpen, Waivable: true, Variants: []Variant{Unmet}, check: (*judge).caseOpen},
	{ID: BadSignature, Variants: []Variant{
		Unverified, BadForm, UnknownKey, RevokedKey, KnownKey, NoPossession, Unalterable, PolicyUnmet, OtherEvent, OtherMeaning,
	}, check: (*judge).badSignature},
	{ID: MissingSignature, Waivable: true, TwoApprovers: true, Variants: []Variant{Unsigned, Withheld, Approvers}, check: (*judge).missingSignature},
}

// Table returns the rules in the order in which a refusal names them.
func Table() []Rule {
	rules := slices.Clone(table)
	for i := range rules {
		rules[i].Variants = slices.Clone(rules[i].Variants)
	}
	return rules
}

// Find returns the row of a rule.
func Find(id ID) (Rule, bool) {
	i := slices.IndexFunc(table, func(r Rule) bool { return r.ID == id })
	if i < 0 {
		return Rule{}, false
	}
	return table[i], true
}

// Refused turns what package event found wrong into a violation, so that a
// refusal is told in one way.
func Refused(err *event.Error) Violation {
	return Violation{Rule: ID(err.Rule), Variant: Invalid, Path: err.Path, Found: err.Found, Want: err.Want}
}
