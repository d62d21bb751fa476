package identifier

import (
	"slices"
	"strings"
)

//go:generate go test -run TestTableIsTheDictionarys -update

// entry is a line of the GS1 Barcode Syntax Dictionary: an application
// identifier, or a range of them.
type entry struct {
	first, last string
	fixed       bool // "*": of predefined length, no FNC1 behind it
	attribute   bool // "?": may stand in the query of a Digital Link
	parts       []component
	requires    []string   // "01+21": one of these groups goes with it
	excludes    []string   // "39nn": none of these stands beside it
	key         bool       // "dlpkey": a primary key of a Digital Link
	qualifiers  [][]string // the sequences of qualifiers in its path
	title       string
}

// component is a part of a value.
type component struct {
	set      byte // 'N' digits, 'X' character set 82, 'Y' character set 39, 'Z' base64url
	min, max int
	optional bool
	rules    []string // the dictionary's linters
}

// entries finds the line of an application identifier.
var entries = func() map[string]*entry {
	byAI := make(map[string]*entry)
	for i := range table {
		e := &table[i]
		for ai := e.first; ; ai = next(ai) {
			byAI[ai] = e
			if ai == e.last {
				break
			}
		}
	}
	return byAI
}()

// next counts one on in decimal digits.
func next(ai string) string {
	b := []byte(ai)
	for i := len(b) - 1; i >= 0; i-- {
		if b[i] != '9' {
			b[i]++
			break
		}
		b[i] = '0'
	}
	return string(b)
}

// lead returns the application identifier that text begins with, and its line.
// None is the beginning of another, so there is at most one.
func lead(text string) (string, *entry) {
	for n := 2; n <= 4 && n <= len(text); n++ {
		if e := entries[text[:n]]; e != nil {
			return text[:n], e
		}
	}
	return "", nil
}

// width returns the length of the shortest and of the longest value.
func (e *entry) width() (shortest, longest int) {
	for _, c := range e.parts {
		longest += c.max
		if !c.optional {
			shortest += c.min
		}
	}
	return shortest, longest
}

// numeric reports whether values are digits only.
func (e *entry) numeric() bool {
	return !slices.ContainsFunc(e.parts, func(c component) bool { return c.set != 'N' })
}

// characters returns the set of a component.
func (c component) characters() (set, name string) {
	switch c.set {
	case 'N':
		return digits, "a digit"
	case 'Y':
		return cset39, "a character of GS1's set 39"
	case 'Z':
		return cset64, "a character of base64url"
	default:
		return cset82, "a character of GS1's set 82"
	}
}

// matches reports whether ai fits a pattern of the dictionary, in which n
// stands for any digit.
func matches(pattern, ai string) bool {
	if len(pattern) != len(ai) {
		return false
	}
	for i := range len(ai) {
		if pattern[i] != 'n' && pattern[i] != ai[i] {
			return false
		}
	}
	return true
}

// qualifies reports whether ai is a qualifier in a sequence of the key that
// has all of the others.
func (e *entry) qualifies(ai string, others []string) bool {
	for _, sequence := range e.qualifiers {
		missing := func(other string) bool { return !slices.Contains(sequence, other) }
		if !missing(ai) && !slices.ContainsFunc(others, missing) {
			return true
		}
	}
	return false
}

// isPersonal reports whether ai holds birth date, sex, name or address of a
// patient: no code of ours may (21 CFR 1271.290(c)).
func isPersonal(ai string) bool { return len(ai) == 4 && strings.HasPrefix(ai, "725") }
