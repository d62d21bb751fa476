package ledger

import (
	"bytes"
	"fmt"
	"unicode/utf16"
	"unicode/utf8"
)

// A FormError says at which byte a text leaves the canonical form, or the form of a record, and how.
type FormError struct {
	Offset int
	What   string
}

// Error names the byte and what stands there.
func (e *FormError) Error() string { return fmt.Sprintf("byte %d: %s", e.Offset, e.What) }

const (
	maxSafeInteger = 1<<53 - 1
	// Events are at most 16 levels deep (contract 2) and lie one level down in their record; the rest is room.
	maxDepth = 32
)

// CheckCanonical says whether b is one JSON value in the form of RFC 8785, with the ledger's narrower rule for numbers:
// integers of at most 2^53-1 in size, never -0. An error is a *FormError.
func CheckCanonical(b []byte) error {
	s := scanner{b: b}
	if err := s.value(); err != nil {
		return err
	}
	return s.end()
}

// A scanner reads canonical JSON once, from left to right, keeping nothing.
type scanner struct {
	b     []byte
	i     int
	depth int
}

func (s *scanner) fail(format string, args ...any) error {
	return &FormError{Offset: s.i, What: fmt.Sprintf(format, args...)}
}

// peek returns the next byte, and 0, which no JSON text holds, at the end.
func (s *scanner) peek() byte {
	if s.i < len(s.b) {
		return s.b[s.i]
	}
	return 0
}

func (s *scanner) unexpected(want string) error {
	if s.i >= len(s.b) {
		return s.fail("the text ends, want %s", want)
	}
	return s.fail("%q, want %s", s.b[s.i], want)
}

func (s *scanner) end() error {
	if s.i != len(s.b) {
		return s.fail("%q after the end of the value", s.b[s.i])
	}
	return nil
}

func (s *scanner) literal(word string) error {
	if !bytes.HasPrefix(s.b[s.i:], []byte(word)) {
		return s.unexpected(word)
	}
	s.i += len(word)
	return nil
}

func (s *scanner) value() error {
	switch c := s.peek(); c {
	case '{':
		return s.object(nil)
	case '[':
		return s.array(nil)
	case '"':
		_, err := s.str()
		return err
	case 't':
		return s.literal("true")
	case 'f':
		return s.literal("false")
	case 'n':
		return s.literal("null")
	default:
		if c == '-' || '0' <= c && c <= '9' {
			_, err := s.integer()
			return err
		}
		return s.unexpected("a value")
	}
}

func (s *scanner) descend() error {
	if s.depth++; s.depth > maxDepth {
		return s.fail("deeper than %d levels", maxDepth)
	}
	s.i++
	return nil
}

// array reads an array; element reads one element, as value does where it is nil.
func (s *scanner) array(element func() error) error {
	if err := s.descend(); err != nil {
		return err
	}
	if s.peek() != ']' {
		for {
			if err := s.element(element); err != nil {
				return err
			}
			if s.peek() != ',' {
				break
			}
			s.i++
		}
	}
	return s.close(']')
}

func (s *scanner) element(read func() error) error {
	if read == nil {
		return s.value()
	}
	return read()
}

func (s *scanner) close(bracket byte) error {
	if s.peek() != bracket {
		return s.unexpected(fmt.Sprintf("%q or %q", ',', bracket))
	}
	s.depth--
	s.i++
	return nil
}

// object reads an object, calling member with each name as it is spelled, between the quotes; member reads the value, as value does
// where it is nil.
func (s *scanner) object(member func(name []byte) error) error {
	if err := s.descend(); err != nil {
		return err
	}
	if s.peek() == '}' {
		return s.close('}')
	}
	for last := []byte(nil); ; s.i++ {
		at := s.i
		name, err := s.name()
		if err != nil {
			return err
		}
		if last != nil && compareNames(last, name) >= 0 {
			return &FormError{Offset: at, What: fmt.Sprintf("member %q after %q: want each once, sorted", name, last)}
		}
		if member == nil {
			err = s.value()
		} else {
			err = member(name)
		}
		if err != nil {
			return err
		}
		if last = name; s.peek() != ',' {
			return s.close('}')
		}
	}
}

func (s *scanner) name() ([]byte, error) {
	if s.peek() != '"' {
		return nil, s.unexpected("the name of a member")
	}
	name, err := s.str()
	if err != nil {
		return nil, err
	}
	if s.peek() != ':' {
		return nil, s.unexpected("':'")
	}
	s.i++
	return name[:len(name):len(name)], nil
}

// compareNames orders two member names, as spelled, by UTF-16 code units (RFC 8785 3.2.3).
func compareNames(a, b []byte) int {
	if plainName(a) && plainName(b) {
		return bytes.Compare(a, b)
	}
	x, y := utf16.Encode([]rune(unquote(a))), utf16.Encode([]rune(unquote(b)))
	for i := range min(len(x), len(y)) {
		if x[i] != y[i] {
			return int(x[i]) - int(y[i])
		}
	}
	return len(x) - len(y)
}

// plainName says whether a name's bytes sort as its UTF-16 code units do: nothing escaped, nothing from U+E000 on.
func plainName(name []byte) bool {
	for _, c := range name {
		if c == '\\' || c >= 0xEE {
			return false
		}
	}
	return true
}

// str reads a string and returns what stands between its quotes, as spelled.
func (s *scanner) str() ([]byte, error) {
	s.i++
	start := s.i
	for {
		s.i += plainRun(s.b[s.i:])
		if s.i >= len(s.b) {
			return nil, s.unexpected("the end of a string")
		}
		switch c := s.b[s.i]; {
		case c == '"':
			s.i++
			return s.b[start : s.i-1], nil
		case c == '\\':
			if err := s.escape(); err != nil {
				return nil, err
			}
		case c < ' ':
			return nil, s.fail("control character %#02x in a string, want it escaped", c)
		default:
			r, n := utf8.DecodeRune(s.b[s.i:])
			if r == utf8.RuneError && n == 1 {
				return nil, s.fail("invalid UTF-8")
			}
			s.i += n
		}
	}
}

// plainRun returns how many bytes of b are characters that stand for themselves in one byte: nearly all are.
func plainRun(b []byte) int {
	for i, c := range b {
		if c < ' ' || c >= utf8.RuneSelf || c == '"' || c == '\\' {
			return i
		}
	}
	return len(b)
}

// escape reads one of the escapes that RFC 8785 3.2.2.2 prescribes; all others have a shorter spelling.
func (s *scanner) escape() error {
	rest := s.b[s.i+1:]
	if len(rest) > 0 && bytes.IndexByte([]byte(`"\bfnrt`), rest[0]) >= 0 {
		s.i += 2
		return nil
	}
	if len(rest) < 5 || rest[0] != 'u' {
		return s.fail("an escape that the canonical form does not use")
	}
	hi, lo := hexValue(rest[3]), hexValue(rest[4])
	if rest[1] != '0' || rest[2] != '0' || hi > 1 || lo > 15 || shortEscape(hi<<4|lo) != 0 {
		return s.fail("escape %q, which the canonical form spells otherwise", s.b[s.i:s.i+6])
	}
	s.i += 6
	return nil
}

// shortEscape returns the letter that escapes a control character in two characters, or 0.
func shortEscape(c byte) byte {
	switch c {
	case '\b':
		return 'b'
	case '\t':
		return 't'
	case '\n':
		return 'n'
	case '\f':
		return 'f'
	case '\r':
		return 'r'
	}
	return 0
}

func (s *scanner) integer() (int64, error) {
	start, negative := s.i, s.peek() == '-'
	if negative {
		s.i++
	}
	first, n := s.i, int64(0)
	for c := s.peek(); '0' <= c && c <= '9'; c = s.peek() {
		if n = n*10 + int64(c-'0'); n > maxSafeInteger {
			return 0, &FormError{Offset: start, What: "an integer over 9007199254740991 in size"}
		}
		s.i++
	}
	switch c := s.peek(); {
	case s.i == first:
		return 0, s.unexpected("a digit")
	case s.b[first] == '0' && (s.i > first+1 || negative):
		return 0, &FormError{Offset: start, What: "a number with a needless zero or sign"}
	case c == '.' || c == 'e' || c == 'E':
		return 0, s.fail("a number that is no integer")
	}
	if negative {
		n = -n
	}
	return n, nil
}

// unquote returns what a canonical string's spelling, without the quotes, stands for.
func unquote(raw []byte) string {
	if bytes.IndexByte(raw, '\\') < 0 {
		return string(raw)
	}
	out := make([]byte, 0, len(raw))
	for i := 0; i < len(raw); i++ {
		if raw[i] != '\\' {
			out = append(out, raw[i])
			continue
		}
		switch i++; raw[i] {
		case 'u':
			out = append(out, hexValue(raw[i+3])<<4|hexValue(raw[i+4]))
			i += 4
		default:
			out = append(out, unescaped(raw[i]))
		}
	}
	return string(out)
}

func unescaped(letter byte) byte {
	for _, c := range []byte("\b\t\n\f\r") {
		if shortEscape(c) == letter {
			return c
		}
	}
	return letter
}

// appendString appends s as a canonical JSON string; s must be valid UTF-8.
func appendString(dst []byte, s string) []byte {
	dst = append(dst, '"')
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			dst = append(dst, '\\', c)
		case c >= ' ':
			dst = append(dst, c)
		case shortEscape(c) != 0:
			dst = append(dst, '\\', shortEscape(c))
		default:
			dst = fmt.Appendf(dst, `\u%04x`, c)
		}
	}
	return append(dst, '"')
}
