package event

import "strings"

// CheckText refuses with an [*Error] what no text beside events may hold
// either, such as the name of an imported file: bytes that are not UTF-8 in
// normal form NFC, control characters, line ends and tabs included, and what
// says who somebody is.
func CheckText(s string) error {
	if err := new(scanner).fit(s); err != nil {
		err.Offset = -1
		return err
	}
	if strings.ContainsAny(s, "\n\t") {
		return malformed("", "a line end or a tab", "text of one line")
	}
	if kind := identifier(s); kind != "" {
		return &Error{RuleIdentifies, "", "what looks like " + kind, "nothing that says who somebody is", -1}
	}
	return nil
}
