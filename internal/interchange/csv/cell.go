package csv

import (
	"fmt"
	"strings"
	"unicode"
)

// cell makes a text safe to look at and to open in a spreadsheet.
func cell(s string) string {
	if strings.ContainsFunc(s, hidden) {
		s = visible(s)
	}
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}

// hidden reports whether a character does not show, or changes how its
// neighbours do: controls, format characters (bidirectional and zero-width
// ones among them), line and paragraph separators, and what Unicode does not
// assign or leaves to private use.
func hidden(r rune) bool {
	if r < unicode.MaxASCII {
		return r < ' '
	}
	return r == unicode.ReplacementChar || !unicode.IsGraphic(r) || unicode.In(r, unicode.Zl, unicode.Zp) || filler(r)
}

// filler reports whether a letter or mark is drawn as nothing
// (Default_Ignorable_Code_Point outside the format characters).
func filler(r rune) bool {
	return r == 0x034f || r == 0x115f || r == 0x1160 || r == 0x17b4 || r == 0x17b5 || r == 0x3164 || r == 0xffa0 ||
		0x180b <= r && r <= 0x180f || 0xfe00 <= r && r <= 0xfe0f || 0xe0100 <= r && r <= 0xe01ef
}

func visible(s string) string {
	var b strings.Builder
	for _, r := range s {
		if hidden(r) {
			fmt.Fprintf(&b, "⟨U+%04X⟩", r)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}
