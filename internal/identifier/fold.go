package identifier

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// MaxInput is the longest text that is read, in bytes: no bar code holds more
// than a few hundred characters, and no code of an event more than 200.
const MaxInput = 4096

// fnc1 is what scanners send for FNC1 as a separator (GS1 General
// Specifications section 7.8): the control character GS.
const fnc1 = '\x1d'

// UnicodeVersion is that of the tables by which text is folded.
const UnicodeVersion = norm.Version

// source is folded text that remembers where each of its bytes came from.
type source struct {
	text string
	at   []uint16 // at[i] is the offset of text[i] in what came in; one more for the end
}

// plain is text as it is: what was taken apart before.
func plain(text string) source {
	at := make([]uint16, len(text)+1)
	for i := range at {
		at[i] = uint16(min(i, MaxInput))
	}
	return source{text, at}
}

func (s source) sub(from, to int) source { return source{s.text[from:to], s.at[from : to+1]} }

func (s source) from(i int) source { return s.sub(i, len(s.text)) }

// fail is the error of byte i.
func (s source) fail(p Problem, scheme Scheme, part string, i int, found, want string) *Error {
	return &Error{p, scheme, part, int(s.at[i]), found, want}
}

// failAt is the error of the character at byte i, or of the end.
func (s source) failAt(scheme Scheme, part string, i int, want string) *Error {
	if i >= len(s.text) {
		return s.fail(ProblemLength, scheme, part, len(s.text), "the end", want)
	}
	_, n := utf8.DecodeRuneInString(s.text[i:])
	return s.fail(ProblemCharacter, scheme, part, i, quoted(s.text[i:i+n]), want)
}

// without leaves out the characters of set.
func (s source) without(set string) source {
	out := source{"", make([]uint16, 0, len(s.at))}
	kept := make([]byte, 0, len(s.text))
	for i := range len(s.text) {
		if strings.IndexByte(set, s.text[i]) < 0 {
			kept, out.at = append(kept, s.text[i]), append(out.at, s.at[i])
		}
	}
	out.text, out.at = string(kept), append(out.at, s.at[len(s.text)])
	return out
}

func (s source) trim() source {
	from, to := 0, len(s.text)
	for from < to && isSpace(s.text[from]) {
		from++
	}
	for to > from && isSpace(s.text[to-1]) {
		to--
	}
	return s.sub(from, to)
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }

// upper spells small ASCII letters as capitals; only for schemes that have no
// small letters.
func (s source) upper() source {
	return source{strings.Map(func(r rune) rune {
		if 'a' <= r && r <= 'z' {
			return r - 'a' + 'A'
		}
		return r
	}, s.text), s.at}
}

// Fold spells text as one would have typed it on a plain keyboard: full-width
// and compatibility characters by Unicode form NFKC, what Chinese input methods
// make of ASCII punctuation, dashes and spaces of other kinds; what cannot be
// seen is left out, and white space at both ends. Folding twice changes nothing.
func Fold(text string) (string, error) {
	s, err := fold(text)
	return s.text, asError(err)
}

func fold(text string) (source, *Error) {
	s := plain(text)
	if len(text) > MaxInput {
		return source{}, s.fail(ProblemTooLong, 0, "", MaxInput, "", "at most 4096 bytes")
	}
	for i, r := range text {
		if r == utf8.RuneError {
			if _, n := utf8.DecodeRuneInString(text[i:]); n == 1 {
				return source{}, s.fail(ProblemText, 0, "", i, quoted(text[i:i+1]), "text in UTF-8")
			}
		}
	}
	// Leaving a character out, or putting ASCII in its place, can bring others
	// together that NFKC composes; it settles at the second pass.
	for !settled(s.text) {
		next := foldOnce(s)
		if next.text == s.text {
			break
		}
		s = next
	}
	s = s.trim()
	if s.text == "" {
		return source{}, plain(text).fail(ProblemEmpty, 0, "", 0, "", "a code")
	}
	return s, nil
}

// settled reports that folding changes nothing: printable ASCII.
func settled(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf || s[i] == 0x7f {
			return false
		}
	}
	return true
}

func foldOnce(s source) source {
	var it norm.Iter
	it.InitString(norm.NFKC, s.text)
	var text []byte
	var at []uint16
	for !it.Done() {
		from := s.at[it.Pos()]
		for _, r := range string(it.Next()) {
			if r = keyed(r); r < 0 {
				continue
			}
			n := len(text)
			text = utf8.AppendRune(text, r)
			for range len(text) - n {
				at = append(at, from)
			}
		}
	}
	return source{string(text), append(at, s.at[len(s.text)])}
}

// keyed returns the ASCII character of the key that was meant, or -1 for what
// cannot be seen. Only what has one meaning is here: a Chinese input method
// makes 。 of the full stop and nothing else, but — of a word processor's two
// hyphens as well as of an underscore, so that stays.
func keyed(r rune) rune {
	switch r {
	case '。':
		return '.'
	case '《':
		return '<'
	case '》':
		return '>'
	case '【':
		return '['
	case '】':
		return ']'
	case '“', '”':
		return '"'
	case '‘', '’':
		return '\''
	case '‐', '‑', '–', '−':
		return '-'
	}
	switch {
	case unicode.Is(unicode.Zs, r):
		return ' '
	case unicode.Is(unicode.Cf, r):
		return -1
	}
	return r
}
