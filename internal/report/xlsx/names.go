package xlsx

import (
	"strconv"
	"strings"
	"unicode/utf16"
)

// nameLimit is how many UTF-16 units the name of a sheet has at most.
const nameLimit = 31

// names gives each sheet a legal name of its own.
type names struct{ taken map[string]bool }

// newNames knows the names that sheets cannot have: "History" is Excel's own, and the library's first sheet is still there.
func newNames() *names {
	return &names{taken: map[string]bool{"history": true, strings.ToLower(firstSheet): true}}
}

// next returns a name as near to the title as the rules allow: at most 31 units, none of :\/?*[], no apostrophe at either end, and
// different from all others even when capitals are not told apart.
func (n *names) next(title string) string {
	clean := strings.Map(func(r rune) rune {
		if strings.ContainsRune(`:\/?*[]`, r) {
			return '-'
		}
		return r
	}, title)
	name := shorten(clean, nameLimit)
	for i := 2; n.taken[strings.ToLower(name)]; i++ {
		suffix := " " + strconv.Itoa(i)
		name = shorten(clean, nameLimit-len(suffix)) + suffix
	}
	n.taken[strings.ToLower(name)] = true
	return name
}

// shorten cuts a name to so many units and takes apostrophes and blanks from its ends.
func shorten(s string, limit int) string {
	units := 0
	for i, r := range s {
		if units += utf16.RuneLen(r); units > limit {
			s = s[:i]
			break
		}
	}
	if s = strings.Trim(s, "' "); s == "" {
		return "-"
	}
	return s
}
