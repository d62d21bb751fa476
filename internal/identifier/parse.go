package identifier

import (
	"errors"
	"slices"
	"strings"
)

// Parse reads text as every code that it can be, the likeliest first: at least
// one, or an error.
//
// A text with a mark of its scheme (brackets, FNC1, a symbology identifier, a
// data identifier, urn:epc, a Digital Link, SEC:, MA., the beginning of a normal
// form) is read by that scheme alone, and what is wrong with it is an error. So
// is a wrong check character where the shape leaves no other scheme. A text
// that rests on a shape alone can be several codes, and what rests on digits
// alone can be mere text besides, which then comes last; a look-up tries all.
// What is no code is text.
//
// The codes of a text that holds several are names of one thing.
func Parse(text string) ([]Code, error) {
	s, err := fold(text)
	if err != nil {
		return nil, err
	}
	codes, err := parse(s)
	return codes, asError(err)
}

// ParseText takes text as text, whatever it looks like.
func ParseText(text string) (Code, error) {
	s, err := fold(text)
	if err != nil {
		return Code{}, err
	}
	c, err := parseText(s)
	return c, asError(err)
}

// Keys returns the normal forms under which text is to be kept and looked up:
// of all its readings, and of a text that [Parse] refuses, of the text as it is.
// What was recorded with a wrong check character is then found by the same
// wrong spelling, and by no other. There is none for what identifies a person,
// and for what is no text.
func Keys(text string) []string { return normalForms(readings(text)) }

// Forms returns the [Keys] of text and the normal forms of their broader names,
// which are none of the keys.
func Forms(text string) (keys, broader []string) {
	codes := readings(text)
	keys = normalForms(codes)
	for i := range codes {
		for _, form := range normalForms(codes[i].Broader()) {
			if !slices.Contains(keys, form) && !slices.Contains(broader, form) {
				broader = append(broader, form)
			}
		}
	}
	return keys, broader
}

// FormsVersion is raised whenever any text gets other [Forms] than before: what was
// derived from them is then made anew.
const FormsVersion = 1

func readings(text string) []Code {
	codes, err := Parse(text)
	if e := (*Error)(nil); errors.As(err, &e) && e.Problem == ProblemPerson {
		return nil
	}
	if err == nil {
		return codes
	}
	c, err := ParseText(text)
	if err != nil {
		return nil
	}
	return []Code{c}
}

func normalForms(codes []Code) []string {
	forms := make([]string, len(codes))
	for i := range codes {
		forms[i] = codes[i].Normal()
	}
	return forms
}

func parse(s source) ([]Code, *Error) {
	if isResident(s.text) {
		return nil, s.fail(ProblemPerson, 0, "", 0, "", "no resident identity number; a GS1 key of 18 digits with its application identifier, as in (00)")
	}
	if c, marked, err := parseNormal(s); marked {
		return one(c, err)
	}
	s, symbol := cutSymbology(s)
	switch {
	case s.text == "":
		return nil, s.fail(ProblemEmpty, 0, "", 0, "", "a code")
	case symbol == gs1Symbology && !isISBT(s.text) && !isLink(s.text) || isElementString(s.text):
		return one(parseElements(s))
	case symbol == ean13Symbology && len(s.text) == 13 || symbol == ean8Symbology && len(s.text) == 8:
		return one(parseBareGTIN(s))
	case isISBT(s.text):
		return parseISBT(s)
	case strings.HasPrefix(s.text, maPrefix):
		return one(parseMA(s))
	}
	if _, marked := cutSEC(s); marked {
		return one(parseSEC(s))
	}
	if c, known, err := parseURN(s); known {
		return one(c, err)
	}
	if isLink(s.text) {
		if c, claims, err := parseLink(s, ShortGTINs|AlphaLabels); err == nil || claims {
			return one(c, err)
		}
		return one(parseText(s))
	}
	return parseBare(s)
}

func one(c Code, err *Error) ([]Code, *Error) {
	if err != nil {
		return nil, err
	}
	return []Code{c}, nil
}

// isElementString reports whether text is marked as one: an application
// identifier in brackets, or FNC1 anywhere.
func isElementString(text string) bool {
	return bracketAI(text, '(', ')') != "" || bracketAI(text, '[', ']') != "" || strings.IndexByte(text, fnc1) >= 0
}

// parseNormal reads the normal forms that are not GS1's, which begin with the
// name of a scheme.
func parseNormal(s source) (c Code, marked bool, err *Error) {
	for _, scheme := range []Scheme{ISBT128, DrugTrace, DrugCode, MA, Text} {
		prefix := scheme.String() + ":"
		if !strings.HasPrefix(s.text, prefix) {
			continue
		}
		content := s.from(len(prefix))
		switch scheme {
		case ISBT128:
			c, err = parseNormalISBT(content)
		case DrugTrace:
			c, err = parseDrugTrace(content)
		case DrugCode:
			c, err = parseDrugCode(content)
		case MA:
			c, err = parseMA(joined(added(maPrefix, content), content))
		default:
			c, err = parseText(content)
		}
		return c, true, err
	}
	return Code{}, false, nil
}

func parseNormalISBT(s source) (Code, *Error) {
	kind, _, found := strings.Cut(s.text, ":")
	if !found {
		return Code{}, s.fail(ProblemShape, ISBT128, "", 0, quoted(s.text), "a kind of identity, as in isbt128:din:")
	}
	content := s.from(len(kind) + 1)
	product := Code{ISBT128, Product, []Element{{kind, content.text}}, []Element{{kind, content.text}}}
	switch kind {
	case kindDIN:
		return parseDIN(content)
	case kindMPHO:
		return parseMPHO(content)
	case kindCoI:
		return parseCoI(content)
	case kindProduct:
		return product, pdcShape.check(content, ISBT128, kind)
	case kindPPIC:
		return product, ppicShape.check(content, ISBT128, kind)
	}
	return Code{}, s.fail(ProblemShape, ISBT128, "", 0, quoted(kind), "din, mpho, coi, product or ppic")
}

// parseBare reads what has no mark.
func parseBare(s source) ([]Code, *Error) {
	var codes []Code
	var wrong *Error // of a code whose shape is no other's
	keep := func(c Code, err *Error) {
		switch {
		case err == nil:
			codes = append(codes, c)
		case err.Problem == ProblemCheck || err.Problem == ProblemIncomplete:
			wrong = err
		}
	}
	compact := s.without(secGap)
	if startsLikeDIN(s) {
		keep(parseCoI(s))
		keep(parseDIN(s))
		if message := typedMessage(s); message != "" {
			keep(firstOf(parseISBT(added(message, s))))
		}
	}
	switch len(compact.text) {
	case len(mphoShape):
		keep(parseMPHO(s))
	case secLength:
		keep(parseSEC(s))
	case traceLength:
		keep(parseDrugTrace(s))
	}
	certain := len(codes) > 0 && !doubtfulFlags(codes[0], s)
	if wrong != nil && len(codes) == 0 {
		return nil, wrong
	}
	codes = append(codes, parseDigits(compact)...)
	if strings.HasPrefix(s.text, "00") || strings.HasPrefix(s.text, "01") {
		codes = withLost(codes, s, 2, 2)
	}
	if certain {
		return codes, nil
	}
	c, err := parseText(s)
	if err != nil {
		return nil, err
	}
	return append(codes, c), nil
}

// startsLikeDIN reports whether a letter stands among the five characters of a
// facility, or the number is in its printed groups. Nothing but digits in a row
// is no donation identification number without a mark: every GTIN of 13 would
// be one.
func startsLikeDIN(s source) bool {
	groups := strings.Split(s.text, " ")
	return foreign(groups[0][:min(5, len(groups[0]))], digits) >= 0 ||
		len(groups) >= 3 && len(groups[0]) == 5 && len(groups[1]) == 2 && len(groups[2]) == 6
}

// doubtfulFlags reports whether a donation number without any mark has flags
// that are neither unused nor a check: as well it can be a longer number of
// somebody's own, of which the last two characters are no flags.
func doubtfulFlags(c Code, s source) bool {
	flags, ok := c.Value(idFlags)
	return ok && len(s.text) == len(dinShape)+len(flagShape) && meaningful(flags)
}

// typedMessage puts data identifiers before a donation identification number, a
// product code and, where there is one, a division that were typed with spaces
// between them.
func typedMessage(s source) string {
	groups := strings.Fields(s.text)
	division := ""
	if n := len(groups) - 1; n > 0 && len(groups[n]) == len(divisionShape) && productShape.fits(groups[n-1]) {
		division, groups = idDivision+groups[n], groups[:n]
	}
	last := len(groups) - 1
	number := strings.ToUpper(strings.Join(groups[:max(last, 0)], ""))
	if last < 1 || !productShape.fits(groups[last]) || len(number) < len(dinShape) || !dinShape.fits(number[:len(dinShape)]) {
		return ""
	}
	return idDIN + number + idProduct + groups[last] + division
}

func firstOf(codes []Code, err *Error) (Code, *Error) {
	if err != nil {
		return Code{}, err
	}
	return codes[0], nil
}

// parseDigits reads what is digits and nothing else, by length and check digit.
func parseDigits(s source) []Code {
	if !all(s.text, digits) {
		return nil
	}
	var codes []Code
	if c, err := parseDrugCode(s); err == nil {
		codes = append(codes, c)
	}
	if c, err := parseBareGTIN(s); err == nil {
		codes = append(codes, c)
	}
	for _, ai := range bareKeys[len(s.text)] {
		if checkValue(ai, entries[ai], s) == nil {
			c, _ := underKey([]Element{{ai, s.text}}, ai)
			codes = append(codes, c)
		}
	}
	return codes
}

// bareKeys are the keys besides GTINs that are printed without their
// application identifiers, by length.
var bareKeys = map[int][]string{13: {"414", "417"}, 17: {"402"}, 18: {"00", "8018", "8017"}}

// parseBareGTIN reads 8, 12, 13 or 14 digits as a GTIN, which is 14 with zeros
// in front (GS1 General Specifications section 3.3.2).
func parseBareGTIN(s source) (Code, *Error) {
	s = s.without(" ")
	n := len(s.text)
	if !slices.Contains([]int{8, 12, 13, 14}, n) {
		return Code{}, s.fail(ProblemLength, GS1, "(01)", n, lengthOf(s.text), "8, 12, 13 or 14 digits")
	}
	value := joined(added(strings.Repeat("0", 14-n), s), s)
	if err := checkValue("01", entries["01"], value); err != nil {
		return Code{}, err
	}
	c, _ := underKey([]Element{{"01", value.text}}, "01")
	return c, nil
}

// parseText keeps text as it is, folded.
func parseText(s source) (Code, *Error) {
	s = s.trim()
	if s.text == "" {
		return Code{}, s.fail(ProblemEmpty, Text, "", 0, "", "a code")
	}
	if isResident(s.text) {
		return Code{}, s.fail(ProblemPerson, Text, "", 0, "", "no resident identity number")
	}
	for i, r := range s.text {
		if r < ' ' || r == 0x7f || 0x80 <= r && r <= 0x9f {
			return Code{}, s.fail(ProblemText, Text, "", i, quoted(string(r)), "no control characters")
		}
	}
	return Code{Text, Unsaid, []Element{{"", s.text}}, []Element{{"", s.text}}}, nil
}
