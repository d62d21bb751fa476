package i18n

import (
	"fmt"
	"strings"
	"unicode"
)

// Visible makes characters that could steer a terminal or hide what stands in a text readable: controls, bidirectional and
// zero-width characters, and whatever else has no shape, as in ⟨U+202E⟩. A line end becomes ⟨U+000A⟩ too: callers that want
// lines cut the text first.
func Visible(s string) string {
	if strings.IndexFunc(s, unseen) < 0 {
		return strings.ToValidUTF8(s, "⟨?⟩")
	}
	var b strings.Builder
	for _, r := range strings.ToValidUTF8(s, "⟨?⟩") {
		if unseen(r) {
			fmt.Fprintf(&b, "⟨%U⟩", r)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

func unseen(r rune) bool {
	if r == ' ' {
		return false
	}
	return !unicode.IsGraphic(r) || unicode.IsSpace(r) || unicode.Is(unicode.Variation_Selector, r) || invisible(r)
}

// invisible are characters of class Lo or Mn that fonts draw as nothing.
func invisible(r rune) bool {
	switch r {
	case '\u034f', '\u115f', '\u1160', '\u17b4', '\u17b5', '\u2800', '\u3164', '\uffa0':
		return true
	}
	return false
}
