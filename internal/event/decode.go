package event

import (
	"strconv"
	"unicode/utf8"
)

// A decoder is the visitor that fills an event from the nodes of its text. It
// goes on after a missing member, so that a misspelt one can be named instead,
// and does nothing after any other error.
type decoder struct {
	nodes   []node
	stored  bool // keep and name what this vocabulary does not know
	err     *Error
	missing *Error
	unread  []string

	obj    int32 // the object, or the list, that is being read
	item   int32 // the list's next element
	frames []frame

	// A second reading, for the message about a member that an object does not
	// have, collects the names asked for in the objects being read.
	stranger, collect bool
	asked             []string
}

// reset makes the decoder ready for another event.
func (d *decoder) reset(nodes []node, stored, collect bool) {
	*d = decoder{nodes: nodes, stored: stored, collect: collect, frames: d.frames[:0]}
	if d.frames == nil {
		d.frames = make([]frame, 0, 4)
	}
}

// A frame is an object or list around the one being read.
type frame struct {
	obj, item int32
	index     int // of the element in a list, or -1
	asked     int
	name      string
}

// path returns the path of the member name of the object being read.
func (d *decoder) path(name string) string {
	path := ""
	for _, f := range d.frames {
		if f.index >= 0 {
			path += element("", f.index)
		} else {
			path = joinPath(path, f.name)
		}
	}
	return joinPath(path, name)
}

func (d *decoder) fail(off int32, name, found, want string) {
	if d.err == nil {
		d.err = &Error{RuleMalformed, d.path(name), found, want, int(off)}
	}
}

// bad refuses the value n of the member name.
func (d *decoder) bad(name string, n *node, want string) {
	d.fail(n.off, name, n.String(), want)
}

// String says what a node is, for messages.
func (n *node) String() string {
	switch n.kind {
	case objectNode:
		return "an object"
	case listNode:
		return "a list"
	case stringNode:
		return quote(n.text)
	case numberNode:
		return "the number " + unquoted(n.text)
	case trueNode:
		return "true"
	case falseNode:
		return "false"
	}
	return "nothing"
}

// find returns the node of the member name, or 0 where it is absent.
func (d *decoder) find(name string, r presence) int32 {
	if d.err != nil {
		return 0
	}
	if d.collect {
		d.asked = append(d.asked, name)
	}
	slot := slotOf(name)
	if obj := &d.nodes[d.obj]; obj.slots>>slot&1 != 0 {
		for c := obj.first; c != 0; {
			n := &d.nodes[c]
			if n.slot == slot && n.key == name {
				n.seen = true
				return c
			}
			c = n.next
		}
	}
	if r.required() && d.missing == nil {
		d.missing = &Error{RuleMalformed, d.path(name), "nothing", "this member", int(d.nodes[d.obj].off)}
	}
	return 0
}

// member returns the member name where it is of this kind, and its node's
// number. Another kind is refused, and so is an empty list or object, unless
// that says something.
func (d *decoder) member(name string, k nodeKind, r presence, want string) (*node, int32) {
	at := d.find(name, r)
	if at == 0 {
		return nil, 0
	}
	n := &d.nodes[at]
	switch {
	case n.kind != k:
		d.bad(name, n, want)
		return nil, 0
	case k == listNode && n.n == 0 && !r.empty():
		d.fail(n.off, name, "an empty list", "at least one element, or no such member")
		return nil, 0
	case k == objectNode && n.n == 0:
		d.fail(n.off, name, "an empty object", "at least one member, or no such object")
		return nil, 0
	}
	return n, at
}

// str returns the member name, a string.
func (d *decoder) str(name string, r presence, want string) (*node, bool) {
	n, _ := d.member(name, stringNode, r, want)
	return n, n != nil
}

// many reads a list of texts, all different, each with parse.
func many[T comparable](d *decoder, name string, p *[]T, r presence, want string, parse func(string) (T, string)) {
	if n, _ := d.member(name, listNode, r, "a list"); n != nil {
		*p = elements(d, n, name, want, parse)
	}
}

// elements reads what many reads, from the list n.
func elements[T comparable](d *decoder, n *node, path, want string, parse func(string) (T, string)) []T {
	list := make([]T, 0, n.n)
	for c := n.first; c != 0; c = d.nodes[c].next {
		e := &d.nodes[c]
		if e.kind != stringNode {
			d.bad(element(path, len(list)), e, want)
			return nil
		}
		v, fault := parse(e.text)
		if fault != "" {
			d.bad(element(path, len(list)), e, fault)
			return nil
		}
		list = append(list, v)
	}
	if i := repeated(list); i >= 0 {
		d.fail(n.off, element(path, i), "what the list has before", "different elements")
		return nil
	}
	return list
}

// repeated returns the number of the first element that stands in the list
// before, or -1.
func repeated[T comparable](list []T) int {
	if len(list) <= 16 {
		for i := range list {
			for j := range i {
				if list[i] == list[j] {
					return i
				}
			}
		}
		return -1
	}
	had := make(map[T]bool, len(list))
	for i, v := range list {
		if had[v] {
			return i
		}
		had[v] = true
	}
	return -1
}

func (d *decoder) typ(name string, p *Type) {
	if n, ok := d.str(name, must, "a type of event"); ok {
		*p = Type(n.text)
	}
}

func (d *decoder) time(name string, p *Time, r presence) {
	if n, ok := d.str(name, r, wantTime); ok {
		t, want := parseTime(n.text)
		if want != "" {
			d.bad(name, n, want)
		}
		*p = t
	}
}

func (d *decoder) uuid(name string, p *ID, r presence) {
	if n, ok := d.str(name, r, wantUUID); ok {
		id, want := uuidOf(n.text)
		if want != "" {
			d.bad(name, n, want)
		}
		*p = id
	}
}

func (d *decoder) uuids(name string, p *[]ID, r presence) {
	many(d, name, p, r, wantUUID, uuidOf)
}

func uuidOf(s string) (ID, string) {
	if !isUUID(s) {
		return "", wantUUID
	}
	return ID(s), ""
}

func (d *decoder) count(name string, p *int64) {
	if i, n := d.number(name, may); n != nil {
		if i < 1 {
			d.bad(name, n, "an integer from 1 on")
		}
		*p = i
	}
}

func (d *decoder) integer(name string, p **int64, r presence) {
	if i, n := d.number(name, r); n != nil {
		if i < 0 {
			d.bad(name, n, "an integer from 0 on")
		}
		*p = &i
	}
}

func (d *decoder) number(name string, r presence) (int64, *node) {
	n, _ := d.member(name, numberNode, r, "an integer")
	if n == nil {
		return 0, nil
	}
	i, err := strconv.ParseInt(n.text, 10, 64)
	if err != nil {
		d.bad(name, n, "an integer")
		return 0, nil
	}
	return i, n
}

// textWant returns what a text of at most limit characters should have been,
// or nothing where it is right.
func textWant(s string, limit int) string {
	if s == "" {
		return "some text, or no such member"
	}
	if len(s) > limit && utf8.RuneCountInString(s) > limit {
		return "at most " + strconv.Itoa(limit) + " characters"
	}
	return ""
}

// maxLabel is the greatest length of a code, a name of a rule or a value, in
// characters.
const maxLabel = 200

func (d *decoder) text(name string, p *string, r presence) {
	if n, ok := d.str(name, r, "a text"); ok {
		if want := textWant(n.text, MaxText); want != "" {
			d.bad(name, n, want)
		}
		*p = n.text
	}
}

func (d *decoder) label(name string, p *string, r presence) { d.text(name, p, r) }

func labelOf(s string) (string, string) { return s, textWant(s, maxLabel) }

func (d *decoder) texts(name string, p *[]string, r presence) {
	many(d, name, p, r, "a text", labelOf)
}

func (d *decoder) labels(name string, p *[]string, r presence) {
	many(d, name, p, r, "a text", labelOf)
}

func (d *decoder) choice(name string, p *string, set []string, r presence) {
	if n, ok := d.str(name, r, "a text of a closed set"); ok {
		v, want := choose(n.text, set)
		if want != "" {
			d.bad(name, n, want)
		}
		*p = v
	}
}

func choose(s string, set []string) (string, string) {
	for _, c := range set {
		if c == s {
			return s, ""
		}
	}
	return "", orMeant(oneOf(set), s, set)
}

func (d *decoder) choices(name string, p *[]string, set []string, least int) {
	r := must
	if least == 0 {
		r, least = may, 1
	}
	n, _ := d.member(name, listNode, r, "a list")
	if n == nil {
		return
	}
	*p = elements(d, n, name, "a text of a closed set", func(s string) (string, string) { return choose(s, set) })
	if int(n.n) < least {
		d.fail(n.off, name, strconv.Itoa(int(n.n))+" of them", "at least "+strconv.Itoa(least)+" different ones")
	}
}

func (d *decoder) word(name string, p *string, set []string) {
	if d.stored {
		d.label(name, p, must)
		return
	}
	d.choice(name, p, set, must)
}

func (d *decoder) decimal(name string, p *Decimal, r presence) {
	if n, ok := d.str(name, r, wantDecimal); ok {
		if !isDecimal(n.text) {
			d.bad(name, n, wantDecimal)
		}
		*p = Decimal(n.text)
	}
}

func (d *decoder) flag(name string, p **bool, r presence) {
	at := d.find(name, r)
	if at == 0 {
		return
	}
	n := &d.nodes[at]
	if n.kind != trueNode && n.kind != falseNode {
		d.bad(name, n, "true or false")
		return
	}
	v := n.kind == trueNode
	*p = &v
}

func (d *decoder) digest(name string, p *string, r presence) {
	const want = "a SHA-256 as 64 hex digits in lower case"
	if n, ok := d.str(name, r, want); ok {
		if !isDigest(n.text) {
			d.bad(name, n, want)
		}
		*p = n.text
	}
}

func (d *decoder) public(name string, p *string) {
	if n, ok := d.str(name, must, wantPublic); ok {
		if want := publicWant(n.text); want != "" {
			d.bad(name, n, want)
		}
		*p = n.text
	}
}

func (d *decoder) verifiers(name string, p *[]string) {
	n, _ := d.member(name, listNode, must, "a list")
	if n == nil {
		return
	}
	*p = elements(d, n, name, wantVerifier, verifierOf)
	if n.n > maxVerifiers {
		d.fail(n.off, name, strconv.Itoa(int(n.n))+" of them", "at most "+strconv.Itoa(maxVerifiers))
	}
}
