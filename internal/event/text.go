package event

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// str reads a string and returns it unescaped.
func (s *scanner) str() (string, *Error) {
	from := s.pos + 1
	i := from
	for i < len(s.in) && itself[s.in[i]] {
		i++
	}
	if i < len(s.in) && s.in[i] == '"' {
		s.pos = i + 1
		return s.in[from:i], s.count(i - from + 2)
	}
	return s.longer(from, i)
}

// itself says which bytes stand for themselves in a string: printable ASCII but
// the quote and the backslash.
var itself = func() (t [256]bool) {
	for c := ' '; c < 0x7f; c++ {
		t[c] = c != '"' && c != '\\'
	}
	return t
}()

// longer reads a string in which something other than printable ASCII stands
// at i.
func (s *scanner) longer(from, i int) (string, *Error) {
	var text []byte
	escaped := false
	for {
		if i >= len(s.in) {
			s.pos = i
			return "", s.bad("the end", "the closing quote of a string")
		}
		c := s.in[i]
		if c == '"' {
			break
		}
		if c != '\\' {
			if escaped {
				text = append(text, c)
			}
			i++
			continue
		}
		if !escaped {
			escaped, text = true, append(text, s.in[from:i]...)
		}
		r, n := unescape(s.in[i:])
		if n == 0 {
			s.pos = i
			return "", s.bad("an escape "+strconv.Quote(s.in[i:min(len(s.in), i+6)]), "an escape of JSON, no half of a surrogate pair")
		}
		text = utf8.AppendRune(text, r)
		i += n
	}
	raw := s.in[from:i]
	s.pos = from - 1
	if c := strings.IndexFunc(raw, func(r rune) bool { return r < ' ' }); c >= 0 {
		return "", s.bad("a control character in a string", "it escaped")
	}
	if escaped {
		raw = string(text)
	}
	if err := s.fit(raw); err != nil {
		return "", err
	}
	s.pos = i + 1
	return raw, s.count(len(raw) + 2)
}

// fit refuses what no string of an event can hold.
func (s *scanner) fit(text string) *Error {
	switch {
	case !utf8.ValidString(text):
		return s.bad("bytes that are not UTF-8", "text in UTF-8")
	case !norm.NFC.IsNormalString(text):
		return s.bad(quote(text), "text in Unicode normal form NFC")
	}
	for _, r := range text {
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			return s.bad("the control character "+strconv.QuoteRuneToASCII(r), "no control characters but \\n and \\t")
		}
	}
	return nil
}

// unescape reads one escape and returns the character and the escape's
// length, 0 where it is none.
func unescape(s string) (rune, int) {
	if len(s) < 2 {
		return 0, 0
	}
	if s[1] != 'u' {
		if i := strings.IndexByte(`"\/bfnrt`, s[1]); i >= 0 {
			return rune("\"\\/\b\f\n\r\t"[i]), 2
		}
		return 0, 0
	}
	r, ok := hex4(s[2:])
	if !ok {
		return 0, 0
	}
	if !utf16.IsSurrogate(r) {
		return r, 6
	}
	if len(s) < 12 || s[6] != '\\' || s[7] != 'u' {
		return 0, 0
	}
	low, ok := hex4(s[8:])
	if r = utf16.DecodeRune(r, low); !ok || r == unicode.ReplacementChar {
		return 0, 0
	}
	return r, 12
}

func hex4(s string) (rune, bool) {
	if len(s) < 4 || strings.ContainsAny(s[:4], "+-_") {
		return 0, false
	}
	n, err := strconv.ParseUint(s[:4], 16, 16)
	return rune(n), err == nil
}

// AppendString appends s as canonical JSON spells a string (RFC 8785 section
// 3.2.2.2). s must be valid UTF-8.
func AppendString(dst []byte, s string) []byte {
	dst = append(dst, '"')
	done := 0
	for i := range len(s) {
		if c := s[i]; !itself[c] && (c < ' ' || c == '"' || c == '\\') {
			dst = appendEscape(append(dst, s[done:i]...), c)
			done = i + 1
		}
	}
	return append(append(dst, s[done:]...), '"')
}

func appendEscape(dst []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(dst, '\\', c)
	case '\b':
		return append(dst, '\\', 'b')
	case '\t':
		return append(dst, '\\', 't')
	case '\n':
		return append(dst, '\\', 'n')
	case '\f':
		return append(dst, '\\', 'f')
	case '\r':
		return append(dst, '\\', 'r')
	}
	const hex = "0123456789abcdef"
	return append(dst, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
}

// compareUTF16 orders names as RFC 8785 section 3.2.3 does: by UTF-16 code
// units. That is the order of the bytes but for characters beyond U+FFFF,
// whose surrogates come before U+E000.
func compareUTF16(a, b string) int {
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	if i == len(a) || i == len(b) {
		return len(a) - len(b)
	}
	if ca, cb := a[i], b[i]; ca >= 0xee && cb >= 0xee && (ca >= 0xf0) != (cb >= 0xf0) {
		return int(cb) - int(ca)
	}
	return int(a[i]) - int(b[i])
}
