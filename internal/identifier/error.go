package identifier

import (
	"fmt"
	"strconv"
	"unicode/utf8"
)

// A Problem is what is wrong with a text, from a closed set. What a person
// should do about each stands in docs/identifiers.md; messages in both
// languages are rendered from it and the fields of [Error].
type Problem string

// The problems.
const (
	ProblemEmpty      Problem = "empty"               // nothing but white space
	ProblemTooLong    Problem = "too-long"            // longer than MaxInput
	ProblemText       Problem = "bad-text"            // not UTF-8, or a control character
	ProblemCharacter  Problem = "bad-character"       // a character that cannot stand there
	ProblemLength     Problem = "bad-length"          // too short or too long
	ProblemCheck      Problem = "bad-check"           // the check character is another: Want is the right one
	ProblemDate       Problem = "bad-date"            // no day or time of day
	ProblemValue      Problem = "bad-value"           // of the right characters, and not one of the values allowed
	ProblemEscape     Problem = "bad-escape"          // a percent sign without two hexadecimal digits
	ProblemShape      Problem = "bad-shape"           // a URI or URN that is not built as its standard says
	ProblemUnknown    Problem = "unknown-identifier"  // no application identifier of GS1's
	ProblemRepeated   Problem = "repeated"            // said twice
	ProblemExcluded   Problem = "excluded"            // said beside what it contradicts
	ProblemNoKey      Problem = "no-key"              // attributes of a thing, and not which thing
	ProblemIncomplete Problem = "incomplete"          // a part of the identity stands in another bar code
	ProblemPattern    Problem = "pattern"             // names many things by a wildcard
	ProblemPerson     Problem = "identifies-a-person" // a resident identity number, or personal data
)

// Problems returns all problems.
func Problems() []Problem {
	return []Problem{
		ProblemEmpty, ProblemTooLong, ProblemText, ProblemCharacter, ProblemLength, ProblemCheck, ProblemDate, ProblemValue, ProblemEscape,
		ProblemShape, ProblemUnknown, ProblemRepeated, ProblemExcluded, ProblemNoKey, ProblemIncomplete, ProblemPattern, ProblemPerson,
	}
}

// An Error says why a text is not the code that it claims to be.
type Error struct {
	Problem Problem
	Scheme  Scheme // of the code that the text claims to be, or 0
	Part    string // the application identifier, data identifier or field; may be empty
	Offset  int    // the byte of the text as it came in, from 0
	Found   string // what stands there, quoted; empty where it could tell who somebody is
	Want    string // what was wanted; of ProblemCheck the right check characters alone
}

// Error returns one line: the scheme, where, what was found and what was wanted.
func (e *Error) Error() string {
	where := ""
	if e.Scheme != 0 {
		where = e.Scheme.String() + " "
	}
	if e.Part != "" {
		where += e.Part + " "
	}
	line := fmt.Sprintf("%sat byte %d: %s", where, e.Offset, e.Problem)
	if e.Found != "" {
		line += ": found " + e.Found
	}
	if e.Want == "" {
		return line
	}
	if e.Found == "" {
		return line + ": want " + e.Want
	}
	return line + ", want " + e.Want
}

// Column returns the character of text at which e lies, from 1, where text is
// what e is an error of.
func (e *Error) Column(text string) int {
	return utf8.RuneCountInString(text[:min(max(e.Offset, 0), len(text))]) + 1
}

// asError keeps a nil *Error from becoming an error that is not nil.
func asError(e *Error) error {
	if e == nil {
		return nil
	}
	return e
}

// quoted spells what was found for a message, cut where it is long, and not at
// all where it could tell who somebody is.
func quoted(s string) string {
	for i := range max(0, len(s)-residentLength+1) {
		if isResident(s[i : i+residentLength]) {
			return ""
		}
	}
	const most = 60
	if len(s) <= most {
		return strconv.QuoteToASCII(s)
	}
	cut := most
	for cut > 0 && !utf8.RuneStart(s[cut]) {
		cut--
	}
	return strconv.QuoteToASCII(s[:cut]) + "…"
}
