package event

import (
	"strings"
	"unicode"
)

// SameAssay reports whether two names of an assay are one.
func SameAssay(a, b string) bool { return a == b || AssayKey(a) == AssayKey(b) }

// AssayKey returns what all spellings of an assay's name share: people and
// systems that send results spell it in capitals or small letters, in full width
// or not, with blanks or without, with this dash or that. Two figures that only
// a blank parts stay two. A name of nothing else is its own key.
func AssayKey(name string) string {
	var b strings.Builder
	last, blank := rune(0), false
	for _, r := range fold(name) {
		if unicode.IsSpace(r) {
			blank = true
			continue
		}
		if blank && unicode.IsDigit(last) && unicode.IsDigit(r) {
			b.WriteByte(' ')
		}
		b.WriteRune(caseless(r))
		last, blank = r, false
	}
	if b.Len() == 0 {
		return name
	}
	return b.String()
}

// caseless returns the same character for a letter, its capital, and whatever
// else Unicode has for it.
func caseless(r rune) rune {
	least := r
	for o := unicode.SimpleFold(r); o != r; o = unicode.SimpleFold(o) {
		least = min(least, o)
	}
	return least
}
