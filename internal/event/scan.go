package event

import (
	"strconv"
	"strings"
)

// Limits of an event (contract section 2).
const (
	// MaxEvent is the greatest size of an event's canonical bytes, id included.
	MaxEvent = 48 << 10
	// MaxInput is the greatest size of the bytes that Parse looks at: room for
	// white space and escapes.
	MaxInput = 1 << 20
	// MaxDepth is how deep objects and lists lie in each other, the event itself
	// being the first.
	MaxDepth = 16
	// MaxText is the greatest length of a text, in characters.
	MaxText = 2000
	// MaxInteger is the greatest size of an integer: 2^53-1.
	MaxInteger = 1<<53 - 1

	// maxContent stops the reading of an event that is too large long before
	// its end. Nothing shrinks to less than half on its way to the canonical
	// form but white space and escapes, which are not counted.
	maxContent = 2 * MaxEvent
)

type nodeKind uint8

const (
	objectNode nodeKind = iota
	listNode
	stringNode
	numberNode
	trueNode
	falseNode
)

// A node is one value of the JSON text. Children are chained by number; 0,
// which is the event itself, means none.
type node struct {
	kind        nodeKind
	seen        bool  // a member that the decoder asked for
	slot        uint8 // of the key
	first, next int32 // first child, next sibling
	n           int32 // children
	off         int32 // where the value begins
	key         string
	text        string // of a string, unescaped; of a number, as written
	slots       uint64 // of an object: a bit for the slot of each member's name
}

// slotOf returns a number below 64 for a member's name. An object is asked for
// many more members than it has, and a name whose slot no member has is not
// there. The factors keep names that stand together in an event apart.
func slotOf(name string) uint8 {
	if name == "" {
		return 0
	}
	return (name[0] + 5*name[len(name)-1] + 30*uint8(len(name))) & 63 //nolint:gosec // any number will do
}

// A scanner reads strict JSON (RFC 8259 with RFC 7493's care): UTF-8 in NFC,
// no null, no fractions, no member twice.
type scanner struct {
	in      string
	pos     int
	content int // bytes of the canonical form so far, at least
	nodes   []node
}

func scan(in string) ([]node, *Error) {
	var s scanner
	return s.read(in)
}

// read reads one text. The nodes are good until the next.
func (s *scanner) read(in string) ([]node, *Error) {
	*s = scanner{in: in, nodes: s.nodes[:0]}
	if s.nodes == nil {
		s.nodes = make([]node, 0, 4+min(len(in), MaxEvent)/14)
	}
	if len(in) > MaxInput {
		return nil, &Error{RuleTooLarge, "", strconv.Itoa(len(in)) + " bytes", "at most " + strconv.Itoa(MaxInput), MaxInput}
	}
	if strings.HasPrefix(in, "\ufeff") {
		return nil, s.bad("a byte order mark", "an object")
	}
	if _, err := s.value("", 1); err != nil {
		return nil, err
	}
	if s.space(); s.pos < len(in) {
		return nil, s.bad("more after the event's end", "one event")
	}
	return s.nodes, nil
}

func (s *scanner) bad(found, want string) *Error {
	return &Error{RuleMalformed, "", found, want, s.pos}
}

// unexpected is the error of a character that does not belong here.
func (s *scanner) unexpected(want string) *Error {
	if s.pos >= len(s.in) {
		return s.bad("the end", want)
	}
	r := []rune(s.in[s.pos:min(len(s.in), s.pos+4)])[0]
	return s.bad(strconv.QuoteRune(r), want)
}

func (s *scanner) space() {
	for s.pos < len(s.in) {
		switch s.in[s.pos] {
		case ' ', '\t', '\n', '\r':
			s.pos++
		default:
			return
		}
	}
}

// next skips white space and returns the byte there, or 0 at the end.
func (s *scanner) next() byte {
	s.space()
	if s.pos < len(s.in) {
		return s.in[s.pos]
	}
	return 0
}

func (s *scanner) count(n int) *Error {
	if s.content += n; s.content > maxContent {
		return &Error{RuleTooLarge, "", "more than " + strconv.Itoa(maxContent) + " bytes", "at most " + strconv.Itoa(MaxEvent), s.pos}
	}
	return nil
}

// value reads one value as a new node and returns its number.
func (s *scanner) value(key string, depth int) (int32, *Error) {
	c := s.next()
	at := int32(len(s.nodes))                                    //nolint:gosec // below MaxInput
	s.nodes = append(s.nodes, node{key: key, off: int32(s.pos)}) //nolint:gosec // below MaxInput
	if depth > MaxDepth && (c == '{' || c == '[') {
		return at, &Error{RuleTooLarge, "", "more than " + strconv.Itoa(MaxDepth) + " levels", "at most " + strconv.Itoa(MaxDepth), s.pos}
	}
	switch {
	case c == '{':
		return at, s.object(at, depth)
	case c == '[':
		return at, s.list(at, depth)
	case c == '"':
		text, err := s.str()
		s.nodes[at].kind, s.nodes[at].text = stringNode, text
		return at, err
	case c == '-' || '0' <= c && c <= '9':
		return at, s.number(at)
	default:
		return at, s.word(at)
	}
}

func (s *scanner) word(at int32) *Error {
	rest := s.in[s.pos:]
	switch {
	case strings.HasPrefix(rest, "true"):
		s.nodes[at].kind = trueNode
		s.pos += 4
		return s.count(4)
	case strings.HasPrefix(rest, "false"):
		s.nodes[at].kind = falseNode
		s.pos += 5
		return s.count(5)
	case strings.HasPrefix(rest, "null"):
		return s.bad("null", "a value, or no such member")
	}
	return s.unexpected("a value")
}

// number reads an integer; whatever else JSON calls a number is refused.
func (s *scanner) number(at int32) *Error {
	from := s.pos
	for s.pos < len(s.in) && (isDigit(s.in[s.pos]) || strings.IndexByte("+-.eE", s.in[s.pos]) >= 0) {
		s.pos++
	}
	text := s.in[from:s.pos]
	if !isInteger(text) {
		s.pos = from
		return s.bad("the number "+unquoted(text), "an integer from -(2^53-1) to 2^53-1; measured amounts are decimals as text")
	}
	s.nodes[at].kind, s.nodes[at].text = numberNode, text
	return s.count(len(text))
}

func isInteger(s string) bool {
	digits := strings.TrimPrefix(s, "-")
	if digits == "" || !allDigits(digits) || len(digits) > 16 || digits[0] == '0' && s != "0" {
		return false
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	return err == nil && n <= MaxInteger
}

func (s *scanner) object(at int32, depth int) *Error {
	if err := s.count(2); err != nil {
		return err
	}
	s.nodes[at].kind = objectNode
	s.pos++
	if s.next() == '}' {
		s.pos++
		return nil
	}
	var slots uint64
	alike := false
	for last := int32(0); ; {
		if s.next() != '"' {
			return s.unexpected("a member's name")
		}
		key, err := s.str()
		if err != nil {
			return err
		}
		if s.next() != ':' {
			return s.unexpected("\":\"")
		}
		s.pos++
		child, err := s.value(key, depth+1)
		if err != nil {
			return within(err, pathKey(key))
		}
		s.link(at, last, child)
		last = child
		slot := slotOf(key)
		s.nodes[child].slot = slot
		alike = alike || slots>>slot&1 != 0
		slots |= 1 << slot
		more, err := s.more('}')
		switch {
		case err != nil:
			return err
		case !more && alike:
			s.nodes[at].slots = slots
			return s.twice(at)
		case !more:
			s.nodes[at].slots = slots
			return nil
		}
	}
}

func (s *scanner) list(at int32, depth int) *Error {
	if err := s.count(2); err != nil {
		return err
	}
	s.nodes[at].kind = listNode
	s.pos++
	if s.next() == ']' {
		s.pos++
		return nil
	}
	for last := int32(0); ; {
		child, err := s.value("", depth+1)
		if err != nil {
			return within(err, element("", int(s.nodes[at].n)))
		}
		s.link(at, last, child)
		last = child
		if more, err := s.more(']'); err != nil || !more {
			return err
		}
	}
}

func (s *scanner) link(parent, last, child int32) {
	if last == 0 {
		s.nodes[parent].first = child
	} else {
		s.nodes[last].next = child
	}
	s.nodes[parent].n++
}

// more reads a comma, or the closing bracket.
func (s *scanner) more(closing byte) (bool, *Error) {
	switch s.next() {
	case ',':
		s.pos++
		return true, s.count(1)
	case closing:
		s.pos++
		return false, nil
	}
	return false, s.unexpected("\",\" or " + strconv.Quote(string(closing)))
}

func firstError(a, b *Error) *Error {
	if a != nil {
		return a
	}
	return b
}

// twice refuses an object in which a name stands twice.
func (s *scanner) twice(at int32) *Error {
	if s.nodes[at].n > 16 {
		return s.twiceAmongMany(at)
	}
	for c := s.nodes[at].first; c != 0; c = s.nodes[c].next {
		for o := s.nodes[at].first; o != c; o = s.nodes[o].next {
			if s.nodes[o].key == s.nodes[c].key {
				return s.double(c)
			}
		}
	}
	return nil
}

func (s *scanner) twiceAmongMany(at int32) *Error {
	had := make(map[string]bool, s.nodes[at].n)
	for c := s.nodes[at].first; c != 0; c = s.nodes[c].next {
		if had[s.nodes[c].key] {
			return s.double(c)
		}
		had[s.nodes[c].key] = true
	}
	return nil
}

func (s *scanner) double(c int32) *Error {
	return &Error{RuleMalformed, pathKey(s.nodes[c].key), "the member twice", "it once", int(s.nodes[c].off)}
}

// within puts the path of an error inside that of the value around it.
func within(err *Error, around string) *Error {
	err.Path = joinPath(around, err.Path)
	return err
}

// pathKey spells a member's name in a path: bare where it is a plain word.
func pathKey(key string) string {
	for i := range len(key) {
		if c := key[i]; c != '_' && (c < '0' || c > '9') && (c < 'a' || c > 'z') {
			return "[" + quote(key) + "]"
		}
	}
	if key == "" || identifier(key) != "" {
		return "[" + quote(key) + "]"
	}
	return key
}
