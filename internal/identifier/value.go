package identifier

import (
	"slices"
	"strconv"
	"strings"
)

// checkValue checks the value of an application identifier by its line in the
// dictionary.
func checkValue(ai string, e *entry, value source) *Error {
	part := "(" + ai + ")"
	if isPersonal(ai) {
		return value.fail(ProblemPerson, GS1, part, 0, "", "no name, birth date, sex or address of a patient")
	}
	shortest, longest := e.width()
	rest := value
	for _, c := range e.parts {
		if rest.text == "" && c.optional {
			break
		}
		set, name := c.characters()
		n := min(c.max, len(rest.text))
		if i := foreign(rest.text[:n], set); i >= 0 {
			return rest.failAt(GS1, part, i, name)
		}
		if n < c.min {
			return value.fail(ProblemLength, GS1, part, len(value.text), lengthOf(value.text), lengths(shortest, longest))
		}
		for _, rule := range c.rules {
			if check := rules[rule]; check != nil {
				if err := check(rest.sub(0, n), part); err != nil {
					return err
				}
			}
		}
		rest = rest.from(n)
	}
	switch {
	case rest.text != "":
		return value.fail(ProblemLength, GS1, part, len(value.text)-len(rest.text), lengthOf(value.text), lengths(shortest, longest))
	case isResident(value.text) && e.parts[0].set != 'N':
		return value.fail(ProblemPerson, GS1, part, 0, "", "no resident identity number")
	}
	return nil
}

func lengthOf(text string) string { return strconv.Itoa(len(text)) + " characters" }

func lengths(shortest, longest int) string {
	if shortest == longest {
		return strconv.Itoa(shortest)
	}
	return strconv.Itoa(shortest) + " to " + strconv.Itoa(longest)
}

// A rule checks the content of a component that has the right characters.
type rule = func(value source, part string) *Error

// rules are the dictionary's linters that need no list of others' and that
// guard an identity, a date or a number. unchecked are the rest.
var rules = map[string]rule{
	"csum":         checkDigitRule,
	"csumalpha":    checkPairRule,
	"gcppos1":      prefixRule(0),
	"gcppos2":      prefixRule(1),
	"yymmdd":       dayRule(2, 1),
	"yymmd0":       dayRule(2, 0),
	"yyyymmdd":     dayRule(4, 1),
	"hh":           belowRule(24),
	"mi":           belowRule(60),
	"ss":           belowRule(60),
	"hhmi":         belowRule(24, 60),
	"zero":         oneOfRule("0"),
	"nonzero":      nonzeroRule,
	"nozeroprefix": noZeroPrefixRule,
	"yesno":        oneOfRule("0", "1"),
	"hyphen":       oneOfRule("-"),
	"winding":      oneOfRule("0", "1", "9"),
	"iso5218":      oneOfRule("0", "1", "2", "9"),
	"hasnondigit":  nonDigitRule,
	"pcenc":        escapedRule,
}

// unchecked returns the linters that are not applied: they need lists of
// countries, currencies, packages or media, they are of coupons, bank accounts
// and places on a map, or, as for the piece of a total, published data does
// without.
func unchecked() []string {
	return []string{
		"iso3166", "iso3166999", "iso3166alpha2", "iso4217", "iban", "importeridx", "mediatype", "packagetype", "couponcode",
		"couponposoffer", "latitude", "longitude", "posinseqslash", "pieceoftotal",
	}
}

func checkDigitRule(v source, part string) *Error {
	last := len(v.text) - 1
	if want, _ := CheckDigit(v.text[:last]); want != v.text[last] {
		return v.fail(ProblemCheck, GS1, part, last, quoted(v.text[last:]), string(want))
	}
	return nil
}

func checkPairRule(v source, part string) *Error {
	at := len(v.text) - 2
	if at < 0 {
		return v.fail(ProblemLength, GS1, part, len(v.text), lengthOf(v.text), "a check pair at the end")
	}
	if want, _ := CheckPair(v.text[:at]); want != v.text[at:] {
		return v.fail(ProblemCheck, GS1, part, at, quoted(v.text[at:]), want)
	}
	return nil
}

// prefixRule wants the company prefix, of which only the shortest length is
// sure: how long it is stands in GS1's tables.
func prefixRule(skip int) rule {
	return func(v source, part string) *Error {
		for i := skip; i < skip+4; i++ {
			if i >= len(v.text) || !isDigit(v.text[i]) {
				return v.failAt(GS1, part, i, "a digit of a company prefix")
			}
		}
		return nil
	}
}

func dayRule(yearDigits, firstDay int) rule {
	return func(v source, part string) *Error {
		year := two(v.text)
		if yearDigits == 4 {
			year = year*100 + two(v.text[2:])
		} else {
			year += 2000
		}
		month, day := two(v.text[yearDigits:]), two(v.text[yearDigits+2:])
		if month < 1 || month > 12 {
			return v.fail(ProblemDate, GS1, part, yearDigits, quoted(v.text), "a month from 01 to 12")
		}
		if day < firstDay || day > daysIn(year, month) {
			return v.fail(ProblemDate, GS1, part, yearDigits+2, quoted(v.text), "a day of that month")
		}
		return nil
	}
}

// belowRule wants pairs of digits below limits: hours, minutes, seconds.
func belowRule(limits ...int) rule {
	return func(v source, part string) *Error {
		for i, limit := range limits {
			if two(v.text[2*i:]) >= limit {
				return v.fail(ProblemDate, GS1, part, 2*i, quoted(v.text[2*i:2*i+2]), "less than "+strconv.Itoa(limit))
			}
		}
		return nil
	}
}

func oneOfRule(values ...string) rule {
	return func(v source, part string) *Error {
		if slices.Contains(values, v.text) {
			return nil
		}
		return v.fail(ProblemValue, GS1, part, 0, quoted(v.text), "one of "+strings.Join(values, ", "))
	}
}

func nonzeroRule(v source, part string) *Error {
	if all(v.text, "0") {
		return v.fail(ProblemValue, GS1, part, 0, quoted(v.text), "more than zero")
	}
	return nil
}

func noZeroPrefixRule(v source, part string) *Error {
	if len(v.text) > 1 && v.text[0] == '0' {
		return v.fail(ProblemValue, GS1, part, 0, quoted(v.text), "a number without leading zeros")
	}
	return nil
}

func nonDigitRule(v source, part string) *Error {
	if all(v.text, digits) {
		return v.fail(ProblemValue, GS1, part, 0, quoted(v.text), "a character that is no digit")
	}
	return nil
}

func escapedRule(v source, part string) *Error {
	for i := range len(v.text) {
		if v.text[i] == '%' && !isEscape(v.text[i:]) {
			return v.fail(ProblemEscape, GS1, part, i, quoted(v.text[i:min(i+3, len(v.text))]), "two hexadecimal digits behind %")
		}
	}
	return nil
}

func isEscape(text string) bool {
	return len(text) >= 3 && text[0] == '%' && all(text[1:3], digits+"ABCDEFabcdef")
}
