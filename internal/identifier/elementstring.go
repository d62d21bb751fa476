package identifier

import (
	"slices"
	"strings"
)

// ParseElementString reads a GS1 element string: as scanners send it, with or
// without symbology identifier, with GS for FNC1, or as people write it, with
// application identifiers in brackets (GS1 General Specifications sections 3.2,
// 4.14 and 7.8). It must hold a key.
func ParseElementString(text string) (Code, error) {
	s, err := fold(text)
	if err != nil {
		return Code{}, err
	}
	c, err := parseElements(s)
	return c, asError(err)
}

func parseElements(s source) (Code, *Error) {
	s, _ = cutSymbology(s)
	var said []Element
	var at []source
	var err *Error
	if s.text != "" && (s.text[0] == '(' || s.text[0] == '[') {
		said, at, err = readBracketed(s)
	} else {
		said, at, err = readScanned(s)
	}
	if err != nil {
		return Code{}, err
	}
	return ofElements(said, at, s)
}

// readScanned reads what a scanner sends.
func readScanned(s source) (said []Element, at []source, err *Error) {
	for i := 0; i < len(s.text); {
		if s.text[i] == fnc1 { // in first position, behind a value, or where none is needed
			i++
			continue
		}
		ai, e := lead(s.text[i:])
		if e == nil {
			return nil, nil, s.fail(ProblemUnknown, GS1, "", i, quoted(s.text[i:min(i+4, len(s.text))]), "an application identifier of GS1")
		}
		i += len(ai)
		end := len(s.text)
		if separator := strings.IndexByte(s.text[i:], fnc1); separator >= 0 {
			end = i + separator
		}
		if _, longest := e.width(); e.fixed && i+longest < end {
			end = i + longest
		}
		value := s.sub(i, end)
		if err := checkValue(ai, e, value); err != nil {
			return nil, nil, err
		}
		said, at = append(said, Element{ai, value.text}), append(at, value)
		i = end
	}
	return said, at, nil
}

// afterLost are the application identifiers that a lost separator is looked for
// in front of: those of an identity, and dates of a medicine's label.
var afterLost = []string{"10", "11", "17", "21", "22", "235", "7003"}

// longestScan bounds the search for lost separators: GS1-128 holds 48
// characters, and labels of medicines in a DataMatrix about a hundred.
const longestScan = 120

// withLost adds the readings of an element string without any mark. Its scanner
// may have dropped the separators, which cannot be seen: a lot that ends in
// 210007 can be a lot and the serial number 0007. So each place behind at where
// one can have been is tried, up to so many at once, and every identity that
// comes out is a reading; the text as it stands is the first.
func withLost(codes []Code, s source, at, most int) []Code {
	c, err := parseElements(s)
	if err == nil && !slices.ContainsFunc(codes, c.Equal) {
		codes = append(codes, c)
	}
	if most == 0 || len(s.text) > longestScan {
		return codes
	}
	for i := at; i < len(s.text); i++ {
		if ai, _ := lead(s.text[i:]); slices.Contains(afterLost, ai) {
			separated := joined(joined(s.sub(0, i), added(string(fnc1), s.from(i))), s.from(i))
			codes = withLost(codes, separated, i+3, most-1)
		}
	}
	return codes
}

// readBracketed reads (01)…(21)…, in round or square brackets. A bracket that
// holds no application identifier is part of the value; \( is a bracket of the
// value always.
func readBracketed(s source) (said []Element, at []source, err *Error) {
	open, shut := s.text[0], byte(')')
	if open == '[' {
		shut = ']'
	}
	for i := 0; i < len(s.text); {
		ai := bracketAI(s.text[i:], open, shut)
		e := entries[ai]
		if e == nil {
			return nil, nil, s.fail(ProblemUnknown, GS1, "", i, quoted(s.text[i:min(i+6, len(s.text))]), "an application identifier of GS1 in brackets")
		}
		from := i + len(ai) + 2
		i = from
		for i < len(s.text) && entries[bracketAI(s.text[i:], open, shut)] == nil {
			if s.text[i] == '\\' {
				i++
			}
			i++
		}
		i = min(i, len(s.text))
		value := s.sub(from, i).trim().without(string(fnc1))
		if open == '(' {
			value = unescaped(value)
		}
		if e.numeric() { // numbers are printed in groups
			value = value.without(" ")
		}
		if err := checkValue(ai, e, value); err != nil {
			return nil, nil, err
		}
		said, at = append(said, Element{ai, value.text}), append(at, value)
	}
	return said, at, nil
}

// unescaped spells \( as the bracket that it stands for.
func unescaped(s source) source {
	for {
		i := strings.Index(s.text, `\(`)
		if i < 0 {
			return s
		}
		s = source{s.text[:i] + s.text[i+1:], append(append([]uint16(nil), s.at[:i]...), s.at[i+1:]...)}
	}
}

// bracketAI returns the two to four digits in brackets that text begins with.
func bracketAI(text string, open, shut byte) string {
	if text == "" || text[0] != open {
		return ""
	}
	end := strings.IndexByte(text, shut)
	if end < 3 || end > 5 || !all(text[1:end], digits) {
		return ""
	}
	return text[1:end]
}

// bracketed writes elements as people read them.
func bracketed(list []Element) string {
	var b strings.Builder
	for _, e := range list {
		b.WriteString("(" + e.ID + ")" + strings.ReplaceAll(e.Value, "(", `\(`))
	}
	return b.String()
}

// ElementString returns what a scanner sends for a GS1 bar code that says all
// that the text said: FNC1 first, and as a separator where one is needed.
func (c Code) ElementString() (string, bool) {
	if c.scheme != GS1 {
		return "", false
	}
	var b strings.Builder
	separate := true
	for _, e := range c.said {
		if separate {
			b.WriteByte(fnc1)
		}
		b.WriteString(e.ID + e.Value)
		separate = !entries[e.ID].fixed
	}
	return b.String(), true
}

// A symbology is what the identifier that a scanner puts in front says of the
// text behind it (ISO/IEC 15424; GS1 General Specifications figure 5.1-2).
type symbology uint8

const (
	noSymbology    symbology = iota
	gs1Symbology             // an element string
	ean13Symbology           // a GTIN of 13 digits, and nothing else
	ean8Symbology            // a GTIN of 8 digits
	otherSymbology           // a bar code that says nothing of its content, ISBT 128's among them
)

// cutSymbology takes the symbology identifier off.
func cutSymbology(s source) (source, symbology) {
	if len(s.text) < 3 || s.text[0] != ']' || !all(s.text[1:2], capitals+smalls) || !all(s.text[2:3], digits+capitals) {
		return s, noSymbology
	}
	rest := s.from(3)
	switch s.text[:3] {
	case "]C1", "]d2", "]Q3", "]e0", "]J1":
		return rest, gs1Symbology
	case "]E0":
		return rest, ean13Symbology
	case "]E4":
		return rest, ean8Symbology
	default:
		return rest, otherSymbology
	}
}
