package event

import (
	"fmt"
	"strings"
)

// A Decimal is a number as it was written: -?(0|[1-9][0-9]*)(\.[0-9]+)?. It is
// kept as text, so that "92.50" says that two places were measured. The empty
// Decimal is no number.
type Decimal string

const wantDecimal = `a decimal as text, such as "92.5" or "-150"`

// ParseDecimal reads a decimal.
func ParseDecimal(s string) (Decimal, error) {
	if !isDecimal(s) {
		return "", fmt.Errorf("decimal %s: want %s", quote(s), wantDecimal)
	}
	return Decimal(s), nil
}

func isDecimal(s string) bool {
	whole, places, dotted := strings.Cut(strings.TrimPrefix(s, "-"), ".")
	if dotted && (places == "" || !allDigits(places)) {
		return false
	}
	return whole != "" && allDigits(whole) && (whole == "0" || whole[0] != '0')
}

func allDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// Compare compares the numbers exactly, whatever their length: "1.50" equals
// "1.5", and "-0" equals "0".
func (d Decimal) Compare(e Decimal) int {
	a, b := splitDecimal(d), splitDecimal(e)
	switch {
	case a.negative != b.negative:
		if a.negative {
			return -1
		}
		return 1
	case a.negative:
		return magnitude(b, a)
	default:
		return magnitude(a, b)
	}
}

type splitNumber struct {
	negative      bool
	whole, places string // places without trailing zeros
}

func splitDecimal(d Decimal) splitNumber {
	s, negative := strings.CutPrefix(string(d), "-")
	whole, places, _ := strings.Cut(s, ".")
	places = strings.TrimRight(places, "0")
	if whole == "0" && places == "" {
		negative = false
	}
	return splitNumber{negative, whole, places}
}

func magnitude(a, b splitNumber) int {
	switch {
	case len(a.whole) != len(b.whole):
		if len(a.whole) < len(b.whole) {
			return -1
		}
		return 1
	case a.whole != b.whole:
		return strings.Compare(a.whole, b.whole)
	default:
		return strings.Compare(a.places, b.places)
	}
}
