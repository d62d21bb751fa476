package temperature

import (
	"strconv"
	"strings"

	"suyuan/internal/interchange/table"
)

// maxDigits is how many digits a reading may have; loggers write four.
const maxDigits = 12

// milli reads a number of the profile's unit as thousandths of a degree Celsius, rounded half away from zero.
func (p *Profile) milli(text string) (int64, bool) {
	s := table.Plain(text)
	if p.comma {
		if strings.Contains(s, ".") {
			return 0, false
		}
		s = strings.Replace(s, ",", ".", 1)
	}
	micro, ok := parseMicro(s)
	if !ok {
		return 0, false
	}
	switch p.unit {
	case Kelvin:
		return rounded(micro-273_150_000, 1000), true
	case Fahrenheit:
		return rounded((micro-32_000_000)*5, 9000), true
	case Celsius:
	}
	return rounded(micro, 1000), true
}

// parseMicro reads a decimal as millionths. Digits behind the sixth are left out: a sensor's noise is a thousand times that.
func parseMicro(s string) (int64, bool) {
	s = strings.TrimPrefix(s, "+")
	digits, minus := strings.CutPrefix(s, "-")
	whole, part, point := strings.Cut(digits, ".")
	if whole == "" || point && part == "" || len(whole)+len(part) > 2*maxDigits || len(whole) > maxDigits || strings.Trim(whole+part, "0123456789") != "" {
		return 0, false
	}
	part = (part + "000000")[:6]
	n, err := strconv.ParseInt(whole+part, 10, 64)
	if minus {
		n = -n
	}
	return n, err == nil && n > -1e12 && n < 1e12
}

// rounded divides, half away from zero.
func rounded(n, by int64) int64 {
	if n < 0 {
		return -((-n + by/2) / by)
	}
	return (n + by/2) / by
}

// Degrees writes thousandths of a degree as a decimal, as events have it.
func Degrees(milli int64) string {
	sign := ""
	if milli < 0 {
		sign, milli = "-", -milli
	}
	part := strings.TrimRight(strconv.FormatInt(1000+milli%1000, 10)[1:], "0")
	if part != "" {
		part = "." + part
	}
	return sign + strconv.FormatInt(milli/1000, 10) + part
}

// Milli reads a decimal of degrees Celsius as thousandths, rounded half away from zero.
func Milli(s string) (int32, bool) {
	micro, ok := parseMicro(s)
	milli := rounded(micro, 1000)
	return int32(milli), ok && milli > -273_151 && milli < 1_000_000 //nolint:gosec // within what is allowed
}
