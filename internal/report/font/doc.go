// Package font holds the typeface of printed reports: Noto Sans SC, regular and bold, cut to GB 2312 and the letters and signs
// that reports use.
//
// The typeface is under the SIL Open Font License 1.1, whose text lies beside it in OFL.txt; scripts/fonts remakes the files, and
// SHA256SUMS says what must come out. A character that the cut lacks has no shape here: writers make it visible in another way
// and never leave it out.
package font

import _ "embed" // the two files below

// Regular is the typeface for running text, a TrueType file.
//
//go:embed regular.ttf
var Regular []byte

// Bold is the typeface for heads, a TrueType file.
//
//go:embed bold.ttf
var Bold []byte

// Family is the name of the typeface.
const Family = "Noto Sans SC"
