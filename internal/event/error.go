package event

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// The rules of the contract's table that an event breaks by itself.
const (
	RuleMalformed  = "malformed"
	RuleTooLarge   = "too-large"
	RuleIdentifies = "identifies-a-person"
)

// An Error says why bytes are no event.
type Error struct {
	Rule   string // RuleMalformed, RuleTooLarge or RuleIdentifies
	Path   string // the member, as in outputs[2].expires; empty for the event as a whole
	Found  string // what was found; never a suspected identifier itself
	Want   string // what was wanted
	Offset int    // where in the input, or -1
}

// Error returns one line: the member, what was found and what was wanted.
func (e *Error) Error() string {
	where := e.Path
	if where == "" {
		where = "event"
	}
	return fmt.Sprintf("%s: found %s, want %s", where, e.Found, e.Want)
}

// malformed is the error of a check on an event as a whole.
func malformed(path, found, want string) *Error {
	return &Error{Rule: RuleMalformed, Path: path, Found: found, Want: want, Offset: -1}
}

// quote spells a text from outside for a message: short, in ASCII quotes, and
// never where it could tell who somebody is.
func quote(s string) string {
	if kind := identifier(s); kind != "" {
		return "what looks like " + kind
	}
	const most = 60
	if len(s) <= most {
		return strconv.Quote(s)
	}
	cut := most
	for cut > 0 && !utf8.RuneStart(s[cut]) {
		cut--
	}
	return strconv.Quote(s[:cut]) + "…"
}

// unquoted spells a number from outside as quote spells a text.
func unquoted(s string) string { return strings.Trim(quote(s), `"`) }

// joinPath puts the path of a member behind that of its object.
func joinPath(object, member string) string {
	if object == "" || strings.HasPrefix(member, "[") {
		return object + member
	}
	if member == "" {
		return object
	}
	return object + "." + member
}

func element(name string, i int) string { return name + "[" + strconv.Itoa(i) + "]" }

// near returns the name most like s, or nothing where more than a third of
// the letters differ.
func near(s string, names []string) string {
	best, least := "", 0
	for _, name := range names {
		limit := max(len(s), len(name)) / 3
		if len(s)-len(name) > limit || len(name)-len(s) > limit {
			continue
		}
		if d := distance(s, name); d <= limit && (best == "" || d < least) {
			best, least = name, d
		}
	}
	return best
}

// distance is Levenshtein's, but two neighbours exchanged are one difference.
func distance(a, b string) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		before, last, row = last, row, before
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = min(last[j]+cost, last[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
	}
	return row[len(b)]
}

func orMeant(want, s string, names []string) string {
	if name := near(s, names); name != "" {
		return want + "; " + strconv.Quote(name) + " is near"
	}
	return want
}

func oneOf(set []string) string {
	if len(set) == 1 {
		return set[0]
	}
	return "one of " + strings.Join(set, ", ")
}
