package event

import "slices"

// A MemberKind says what a member holds.
type MemberKind string

// The kinds of members.
const (
	MemberText    MemberKind = "text"
	MemberTexts   MemberKind = "names" // a list of different texts
	MemberTime    MemberKind = "time"
	MemberID      MemberKind = "id"     // the bare id of a thing of ThingKind
	MemberIDs     MemberKind = "ids"    // a list of them
	MemberThing   MemberKind = "thing"  // a reference kind:id
	MemberThings  MemberKind = "things" // a list of them
	MemberUUID    MemberKind = "uuid"   // the id of an event
	MemberUUIDs   MemberKind = "uuids"
	MemberDecimal MemberKind = "decimal"
	MemberCount   MemberKind = "count"   // an integer from 1 on
	MemberInteger MemberKind = "integer" // an integer from 0 on
	MemberFlag    MemberKind = "flag"
	MemberChoice  MemberKind = "choice"
	MemberChoices MemberKind = "choices" // a list of at least Least different ones
	MemberDigest  MemberKind = "digest"
	MemberPublic  MemberKind = "public" // a public key, as one line
	MemberKeys    MemberKind = "keys"   // a list of different verifier keys
	MemberCodes   MemberKind = "codes"
	MemberValues  MemberKind = "values"
	MemberExt     MemberKind = "ext"
	MemberJSON    MemberKind = "object"  // any JSON object
	MemberTrigger MemberKind = "trigger" // a text, or a list of event ids
	MemberObject  MemberKind = "members" // an object with Members
	MemberObjects MemberKind = "list"    // a list of objects with Members
)

// A Member describes a member of an event.
type Member struct {
	Name       string
	Kind       MemberKind
	ThingKind  Kind     // of an id or ids
	Kinds      []Kind   // of a thing or things; nil where any kind of section 1 will do
	Must       bool     // must be there
	MayBeEmpty bool     // an empty list, or text, says something
	Bare       bool     // an element of the list may be written as the bare id of its first member
	Scanned    bool     // is scanned for direct identifiers
	Choices    []string // of a choice or choices
	Least      int      // of choices
	Members    []Member // of an object, or of each in a list
}

// Describe returns the members of an event of type t: its own, then those of
// every event, each in the contract's order. Of a type with actions it returns
// what every action has. It returns nil where t is not in the vocabulary.
func Describe(t Type) []Member { return describe(t, NewBody(t)) }

// DescribeAction returns the members of an event of type t with this action;
// of a type without actions, those of the type.
func DescribeAction(t Type, action string) []Member {
	b := NewBody(t)
	switch b := b.(type) {
	case *Case:
		b.Action = Action(action)
	case *Key:
		b.Action = KeyAction(action)
	case *Policy:
		b.Action = PolicyAction(action)
	}
	return describe(t, b)
}

// DescribeCase returns the members of a case event with this action.
func DescribeCase(a Action) []Member { return DescribeAction(TypeCase, string(a)) }

// ActionsOf returns the actions that decide what members an event of type t
// has, in the contract's order; nil where it has none.
func ActionsOf(t Type) []string {
	switch NewBody(t).(type) {
	case *Case:
		return slices.Clone(actions)
	case *Key:
		return slices.Clone(keyActions)
	case *Policy:
		return slices.Clone(policyActions)
	}
	return nil
}

// Actions returns the actions of a case, in the contract's order.
func Actions() []Action {
	list := make([]Action, len(actions))
	for i, a := range actions {
		list[i] = Action(a)
	}
	return list
}

func describe(t Type, b Body) []Member {
	if b == nil {
		return nil
	}
	d := describer{stack: [][]Member{nil}}
	e := Event{Common: Common{Type: t}, Body: b}
	e.members(&d)
	return d.stack[0]
}

// A describer is the visitor behind Describe. It holds the members of the
// object being described last, under those around it.
type describer struct {
	stack [][]Member
}

func (d *describer) add(m Member) {
	top := len(d.stack) - 1
	d.stack[top] = append(d.stack[top], m)
}

func (d *describer) put(name string, k MemberKind, r presence) {
	d.add(Member{Name: name, Kind: k, Must: r.required(), MayBeEmpty: r.empty()})
}

func (d *describer) typ(name string, _ *Type) {
	d.add(Member{Name: name, Kind: MemberChoice, Must: true, Choices: typeNames()})
}

func (d *describer) time(name string, _ *Time, r presence)       { d.put(name, MemberTime, r) }
func (d *describer) uuid(name string, _ *ID, r presence)         { d.put(name, MemberUUID, r) }
func (d *describer) uuids(name string, _ *[]ID, r presence)      { d.put(name, MemberUUIDs, r) }
func (d *describer) count(name string, _ *int64)                 { d.put(name, MemberCount, may) }
func (d *describer) integer(name string, _ **int64, r presence)  { d.put(name, MemberInteger, r) }
func (d *describer) label(name string, _ *string, r presence)    { d.put(name, MemberText, r) }
func (d *describer) labels(name string, _ *[]string, r presence) { d.put(name, MemberTexts, r) }
func (d *describer) decimal(name string, _ *Decimal, r presence) { d.put(name, MemberDecimal, r) }
func (d *describer) flag(name string, _ **bool, r presence)      { d.put(name, MemberFlag, r) }
func (d *describer) digest(name string, _ *string, r presence)   { d.put(name, MemberDigest, r) }
func (d *describer) aliquot(name string, _ *Ref, _ *string)      { d.put(name, MemberText, may) }

func (d *describer) id(name string, k Kind, _ *Ref, r presence) {
	d.add(Member{Name: name, Kind: MemberID, ThingKind: k, Must: r.required(), Scanned: isPerson(k)})
}

func (d *describer) ids(name string, k Kind, _ *[]Ref, r presence) {
	d.add(Member{Name: name, Kind: MemberIDs, ThingKind: k, Must: r.required(), MayBeEmpty: r.empty(), Scanned: isPerson(k)})
}

func (d *describer) thing(name string, kinds []Kind, _ *Ref, r presence) {
	d.add(Member{Name: name, Kind: MemberThing, Kinds: kinds, Must: r.required(), Scanned: true})
}

func (d *describer) things(name string, kinds []Kind, _ *[]Ref, r presence) {
	d.add(Member{Name: name, Kind: MemberThings, Kinds: kinds, Must: r.required(), MayBeEmpty: r.empty(), Scanned: true})
}

func (d *describer) forPatient(name string, _ *Ref, _ *bool) {
	d.add(Member{Name: name, Kind: MemberID, ThingKind: KindPatient, MayBeEmpty: true, Scanned: true})
}

func (d *describer) text(name string, _ *string, r presence) {
	d.add(Member{Name: name, Kind: MemberText, Must: r.required(), Scanned: true})
}

func (d *describer) texts(name string, _ *[]string, r presence) {
	d.add(Member{Name: name, Kind: MemberTexts, Must: r.required(), Scanned: true})
}

func (d *describer) choice(name string, _ *string, set []string, r presence) {
	d.add(Member{Name: name, Kind: MemberChoice, Must: r.required(), Choices: set})
}

func (d *describer) choices(name string, _ *[]string, set []string, least int) {
	d.add(Member{Name: name, Kind: MemberChoices, Must: least > 0, Choices: set, Least: max(1, least)})
}

func (d *describer) word(name string, _ *string, set []string) { d.choice(name, nil, set, must) }

func (d *describer) public(name string, _ *string)      { d.put(name, MemberPublic, must) }
func (d *describer) verifiers(name string, _ *[]string) { d.put(name, MemberKeys, must) }

func (d *describer) codes(name string, _ *[]Codes) {
	d.add(Member{Name: name, Kind: MemberCodes, Scanned: true})
}

func (d *describer) values(name string, _ *[]Value) {
	d.add(Member{Name: name, Kind: MemberValues, Scanned: true})
}

func (d *describer) ext(name string, _ *[]byte) {
	d.add(Member{Name: name, Kind: MemberExt, Scanned: true})
}

func (d *describer) object(name string, _ *[]byte, r presence) {
	d.add(Member{Name: name, Kind: MemberJSON, Must: r.required(), Scanned: true})
}

func (d *describer) trigger(name string, _ *Trigger) {
	d.add(Member{Name: name, Kind: MemberTrigger, Scanned: true})
}

func (d *describer) enter(name string, _ bool, r presence) bool {
	d.put(name, MemberObject, r)
	d.stack = append(d.stack, nil)
	return true
}

func (d *describer) leave() {
	top := len(d.stack) - 1
	members := d.stack[top]
	d.stack = d.stack[:top]
	d.stack[top-1][len(d.stack[top-1])-1].Members = members
}

func (d *describer) list(name string, _ int, _ bool, r presence) (int, bool) {
	d.put(name, MemberObjects, r)
	return 1, true
}

func (d *describer) at(_ int, bare *bool, _ *Ref) bool {
	top := d.stack[len(d.stack)-1]
	top[len(top)-1].Bare = bare != nil
	d.stack = append(d.stack, nil)
	return true
}

func (d *describer) end() {}

func (d *describer) inline(bool) bool { return true }

func (d *describer) joined(string, bool) bool { return true }
