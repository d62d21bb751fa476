package identifier

// Lengths of the Chinese drug codes.
const (
	traceLength    = 20
	drugCodeLength = 14
	maPrefix       = "MA."
)

// ParseDrugTrace reads a 药品追溯码 of 20 digits (NMPAB/T 1002-2019). What of it
// is a check is private to who issued it, so that nothing but the shape can be
// checked. The other permitted shapes are GS1's and MA's own.
func ParseDrugTrace(text string) (Code, error) {
	s, err := fold(text)
	if err != nil {
		return Code{}, err
	}
	c, err := parseDrugTrace(s)
	return c, asError(err)
}

func parseDrugTrace(s source) (Code, *Error) {
	s = s.without(" ")
	if err := times(traceLength, digits).check(s, DrugTrace, ""); err != nil {
		return Code{}, err
	}
	return Code{DrugTrace, Item, []Element{{"", s.text}}, []Element{{"", s.text}}}, nil
}

// ParseDrugCode reads a 国家药品编码本位码 (GB 18937): 86, 9 for drugs, five digits
// of the company, five of the product, and GS1's check digit.
func ParseDrugCode(text string) (Code, error) {
	s, err := fold(text)
	if err != nil {
		return Code{}, err
	}
	c, err := parseDrugCode(s)
	return c, asError(err)
}

func parseDrugCode(s source) (Code, *Error) {
	s = s.without(" ")
	wanted := shapeOf(shape{"8", "6", "9"}, times(drugCodeLength-3, digits))
	if err := wanted.check(s, DrugCode, ""); err != nil {
		return Code{}, err
	}
	last := drugCodeLength - 1
	if want, _ := CheckDigit(s.text[:last]); want != s.text[last] {
		return Code{}, s.fail(ProblemCheck, DrugCode, "", last, quoted(s.text[last:]), string(want))
	}
	return Code{DrugCode, Product, []Element{{"", s.text}}, []Element{{"", s.text}}}, nil
}

// parseMA keeps a code of the issuing agency MA as it is: its grammar is not
// public (docs/identifiers.md).
func parseMA(s source) (Code, *Error) {
	content := s.from(len(maPrefix))
	for i := range len(content.text) {
		if c := content.text[i]; c <= ' ' || c > '~' {
			return Code{}, content.failAt(MA, "", i, "a printable character of ASCII")
		}
	}
	if content.text == "" {
		return Code{}, s.fail(ProblemLength, MA, "", len(s.text), quoted(s.text), "a code behind MA.")
	}
	return Code{MA, Unsaid, []Element{{"", content.text}}, []Element{{"", content.text}}}, nil
}
