package event

// A presence says whether a member must be there, and whether an empty list
// says something.
type presence uint8

const (
	may       presence = iota
	must               // must be there
	mayEmpty           // may be there, and may be an empty list
	mustEmpty          // must be there, and may be an empty list
)

func (r presence) required() bool { return r == must || r == mustEmpty }

func (r presence) empty() bool { return r == mayEmpty || r == mustEmpty }

// A visitor is shown every member of an event, in the contract's order. What
// it does with them (read, write, walk, describe) is its own matter; the
// pointers are never nil.
type visitor interface {
	typ(name string, p *Type)
	time(name string, p *Time, r presence)
	// uuid is an event id; uuids a list of them.
	uuid(name string, p *ID, r presence)
	uuids(name string, p *[]ID, r presence)
	// count is an integer from 1 on, 0 where it is absent.
	count(name string, p *int64)
	// integer is an integer from 0 on, nil where it is absent.
	integer(name string, p **int64, r presence)
	// id is the bare id of a thing of kind k; ids a list of them.
	id(name string, k Kind, p *Ref, r presence)
	ids(name string, k Kind, p *[]Ref, r presence)
	// thing is a reference kind:id to one of the kinds, nil meaning whatever a
	// trace can pass through; things a list of them.
	thing(name string, kinds []Kind, p *Ref, r presence)
	things(name string, kinds []Kind, p *[]Ref, r presence)
	// aliquot is the own name of an aliquot opened from lot.
	aliquot(name string, lot *Ref, p *string)
	// forPatient is a patient's bare id, or "" which takes the patient away.
	forPatient(name string, p *Ref, none *bool)
	// text is free text and is scanned for direct identifiers; label is not
	// scanned (names of rules, codes of units, a site's own name). texts and
	// labels are lists of different ones.
	text(name string, p *string, r presence)
	label(name string, p *string, r presence)
	texts(name string, p *[]string, r presence)
	labels(name string, p *[]string, r presence)
	// choice is one of a closed set; choices a list of at least so many
	// different ones, which must be there unless that is 0.
	choice(name string, p *string, set []string, r presence)
	choices(name string, p *[]string, set []string, least int)
	// word is one of a set that was open once or will be larger: a stored event
	// may say any other text. It must be there.
	word(name string, p *string, set []string)
	decimal(name string, p *Decimal, r presence)
	flag(name string, p **bool, r presence)
	// digest is a SHA-256 in lower-case hex.
	digest(name string, p *string, r presence)
	// public is a public key as one line; verifiers a list of one to four
	// different verifier keys. Both must be there, and neither is scanned.
	public(name string, p *string)
	verifiers(name string, p *[]string)
	codes(name string, p *[]Codes)
	values(name string, p *[]Value)
	ext(name string, p *[]byte)
	// object is any JSON object within the limits, kept as canonical bytes.
	object(name string, p *[]byte, r presence)
	trigger(name string, p *Trigger)

	// enter opens the object member name, which the event in hand has if
	// present; where it returns true the members follow, and then leave.
	enter(name string, present bool, r presence) bool
	leave()
	// list opens the list of objects name, of which the event in hand has n (or
	// no list at all); where it returns true, at is called for each of the
	// length returned, and then end.
	list(name string, n int, none bool, r presence) (length int, ok bool)
	// at opens element i; where it returns true its members follow, and then
	// leave. bare is nil, or where an element says that it is written as the
	// plain id of unit: such an element has no members.
	at(i int, bare *bool, unit *Ref) bool
	end()
	// inline asks whether members follow that lie in a struct of their own but
	// beside the others.
	inline(present bool) bool
	// joined asks the same of members that joined the vocabulary later than
	// their action: a stored event without the member name has none of them.
	joined(name string, present bool) bool
}

func optional[T any](v visitor, name string, p **T, members func(*T, visitor)) {
	if !v.enter(name, *p != nil, may) {
		return
	}
	if *p == nil {
		*p = new(T)
	}
	members(*p, v)
	v.leave()
}

func part[T any](v visitor, p **T, members func(*T, visitor)) {
	if !v.inline(*p != nil) {
		return
	}
	if *p == nil {
		*p = new(T)
	}
	members(*p, v)
}

func joined[T any](v visitor, name string, p **T, members func(*T, visitor)) {
	if v.joined(name, *p != nil) {
		part(v, p, members)
	}
}

// objects visits a list of objects, making room for those a decoder brings.
func objects[T any](v visitor, name string, p *[]T, r presence, members func(*T, visitor)) {
	n, ok := v.list(name, len(*p), *p == nil, r)
	if !ok {
		return
	}
	if len(*p) != n || *p == nil {
		*p = make([]T, n)
	}
	for i := range *p {
		if v.at(i, nil, nil) {
			members(&(*p)[i], v)
			v.leave()
		}
	}
	v.end()
}

// inputs visits a list of inputs, which may be written as plain ids.
func inputs(v visitor, name string, p *[]Input, r presence) {
	n, ok := v.list(name, len(*p), *p == nil, r)
	if !ok {
		return
	}
	if len(*p) != n || *p == nil {
		*p = make([]Input, n)
	}
	for i := range *p {
		in := &(*p)[i]
		if v.at(i, &in.Bare, &in.Unit) {
			in.members(v)
			v.leave()
		}
	}
	v.end()
}
