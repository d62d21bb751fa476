package identifier

import (
	"strconv"
	"strings"
)

// Data identifiers of ISBT 128 (ST-001 section 2.3) that mean something here.
// Every other is kept as it is.
const (
	idDIN        = "="   // 001: followed by the first character of the number itself
	idProduct    = "=<"  // 003
	idExpiry     = "=>"  // 004
	idExpiryTime = "&>"  // 005
	idCompound   = "=+"  // 023
	idBirth      = "=#"  // 024
	idPatient    = "&#"  // 025
	idDivision   = "=,"  // 032
	idFacility   = "&+"  // 033
	idPPIC       = "=/"  // 034
	idLot        = "&,1" // 035
	idSECField   = "&,4" // 038
	idCoI        = "&/"  // 040
)

// noFacility stands in a unique identifier for a facility that is not said.
const noFacility = "00000"

// A shape is a sequence of character sets, one for each character.
type shape []string

const (
	facilityFirst = "ABCDEFGHIJKLMNPQRSTUVWXYZ123456789"  // no O, no 0
	facilityNext  = "ABCDEFGHIJKLMNPQRSTUVWXYZ0123456789" // no O
	alphanumeric  = capitals + digits
	anyCase       = alphanumeric + smalls
	flagLetters   = digits + "ABCDEFGHJKLMNPRSTUVWXY"
)

func times(n int, set string) shape {
	s := make(shape, n)
	for i := range s {
		s[i] = set
	}
	return s
}

func shapeOf(parts ...shape) shape {
	var s shape
	for _, p := range parts {
		s = append(s, p...)
	}
	return s
}

// Shapes of ST-001 sections 2.4.1, 2.4.3 and 2.4.32 to 2.4.40. Small letters
// mean something in product codes: the second level of a division.
var (
	facilityShape = shapeOf(shape{facilityFirst}, times(2, facilityNext), times(2, digits))
	dinShape      = shapeOf(facilityShape, times(8, digits))
	flagShape     = times(2, flagLetters)
	pdcShape      = shapeOf(shape{capitals}, times(4, alphanumeric))
	productShape  = shapeOf(pdcShape, times(3, anyCase))
	divisionShape = times(6, anyCase)
	anyFacility   = times(5, facilityNext)
	mphoShape     = shapeOf(anyFacility, pdcShape, dinShape, divisionShape)
	coiShape      = shapeOf(shape{"C", "H"}, facilityShape, times(2, digits), times(6, alphanumeric))
	ppicShape     = shapeOf(anyFacility, times(6, alphanumeric), times(5, alphanumeric))
	facilityField = shapeOf(anyFacility, times(6, alphanumeric))
)

// check wants text of exactly this shape.
func (s shape) check(v source, scheme Scheme, part string) *Error {
	for i, set := range s {
		if i >= len(v.text) {
			return v.fail(ProblemLength, scheme, part, len(v.text), lengthOf(v.text), strconv.Itoa(len(s)))
		}
		if strings.IndexByte(set, v.text[i]) < 0 {
			return v.failAt(scheme, part, i, wantedOf(set))
		}
	}
	if len(v.text) > len(s) {
		return v.fail(ProblemLength, scheme, part, len(s), lengthOf(v.text), strconv.Itoa(len(s)))
	}
	return nil
}

func (s shape) fits(text string) bool { return s.check(plain(text), ISBT128, "") == nil }

func wantedOf(set string) string {
	switch set {
	case digits:
		return "a digit"
	case capitals:
		return "a capital letter"
	case alphanumeric:
		return "a capital letter or a digit"
	case anyCase:
		return "a letter or a digit"
	default:
		return "one of " + set
	}
}

// ParseDIN reads a donation identification number as scanned (=, the number, two
// flag characters) or as printed and typed (in groups, with or without flags,
// with or without the check character that is printed in a box); ST-001 section
// 2.4.1 and appendix A. Flags are no part of the number.
func ParseDIN(text string) (Code, error) {
	s, err := fold(text)
	if err != nil {
		return Code{}, err
	}
	c, err := parseDIN(s)
	return c, asError(err)
}

func parseDIN(s source) (Code, *Error) {
	s = s.without(" ").upper()
	if s.text != "" && s.text[0] == '=' {
		s = s.from(1)
	}
	n := len(dinShape)
	number := s.sub(0, min(n, len(s.text)))
	if err := dinShape.check(number, ISBT128, kindDIN); err != nil {
		return Code{}, err
	}
	rest := s.from(n)
	c := Code{ISBT128, Donation, []Element{{kindDIN, number.text}}, []Element{{idDIN, number.text}}}
	if len(rest.text) >= 2 {
		flags := rest.sub(0, 2)
		if err := checkFlags(number.text, flags); err != nil {
			return Code{}, err
		}
		c.said, rest = append(c.said, Element{idFlags, flags.text}), rest.from(2)
	}
	return c, checkBox(number.text, rest, kindDIN)
}

// idFlags is the name of the two characters behind a number.
const idFlags = "flags"

// checkFlags checks flag characters; 60 to 96 are the check character's value
// and 60 (ST-001 table 3).
func checkFlags(number string, flags source) *Error {
	if err := flagShape.check(flags, ISBT128, idFlags); err != nil || !all(flags.text, digits) {
		return err
	}
	value := two(flags.text)
	if value < 60 || value > 96 {
		return nil
	}
	check, _ := CheckCharacter(number)
	if want := 60 + strings.IndexByte(alphabet37, check); want != value {
		return flags.fail(ProblemCheck, ISBT128, idFlags, 0, quoted(flags.text), strconv.Itoa(want))
	}
	return nil
}

// checkBox checks the character that is printed in a box behind a number.
func checkBox(number string, rest source, part string) *Error {
	switch check, _ := CheckCharacter(number); {
	case rest.text == "" || rest.text == string(check):
		return nil
	case len(rest.text) > 1:
		return rest.fail(ProblemLength, ISBT128, part, 1, quoted(rest.text), "one check character at the end")
	case foreign(rest.text, alphabet37) >= 0:
		return rest.failAt(ISBT128, part, 0, "a check character")
	default:
		return rest.fail(ProblemCheck, ISBT128, part, 0, quoted(rest.text), string(check))
	}
}

// ParseCoI reads a chain of identity identifier, with or without its data
// identifier, and with its check character or without (ST-001 section 2.4.40,
// ST-028).
func ParseCoI(text string) (Code, error) {
	s, err := fold(text)
	if err != nil {
		return Code{}, err
	}
	c, err := parseCoI(s)
	return c, asError(err)
}

func parseCoI(s source) (Code, *Error) {
	s = s.without(" ").upper()
	if strings.HasPrefix(s.text, idCoI) {
		s = s.from(len(idCoI))
	}
	number := s.sub(0, min(len(coiShape), len(s.text)))
	if err := coiShape.check(number, ISBT128, kindCoI); err != nil {
		return Code{}, err
	}
	c := Code{ISBT128, Treatment, []Element{{kindCoI, number.text}}, []Element{{idCoI, number.text}}}
	return c, checkBox(number.text, s.from(len(coiShape)), kindCoI)
}

// ParseMPHO reads the unique identifier of a medical product of human origin:
// facility, product description code, donation identification number, division.
// Letters keep their case.
func ParseMPHO(text string) (Code, error) {
	s, err := fold(text)
	if err != nil {
		return Code{}, err
	}
	c, err := parseMPHO(s)
	return c, asError(err)
}

func parseMPHO(s source) (Code, *Error) {
	s = s.without(" ")
	if err := mphoShape.check(s, ISBT128, kindMPHO); err != nil {
		return Code{}, err
	}
	return mpho(s.text, []Element{{kindMPHO, s.text}}), nil
}

func mpho(id string, said []Element) Code {
	return Code{ISBT128, Item, []Element{{kindMPHO, id}}, said}
}

// broaderISBT returns of a bag its identity without the facility, which many
// labels do not say, and its donation.
func (c Code) broaderISBT() []Code {
	id := c.key[0].Value
	if c.key[0].ID != kindMPHO {
		return nil
	}
	broader := []Code{{ISBT128, Donation, []Element{{kindDIN, id[10:23]}}, c.said}}
	if id[:5] != noFacility {
		broader = append([]Code{mpho(noFacility+id[5:], c.said)}, broader...)
	}
	return broader
}

// isbtText writes an identity as a label does, in groups.
func isbtText(key Element) string {
	v := key.Value
	switch key.ID {
	case kindDIN:
		check, _ := CheckCharacter(v)
		return v[:5] + " " + v[5:7] + " " + v[7:] + " " + string(check)
	case kindMPHO:
		return v[:5] + " " + v[5:10] + " " + v[10:15] + " " + v[15:17] + " " + v[17:23] + " " + v[23:]
	case kindCoI:
		return v[:7] + " " + v[7:9] + " " + v[9:]
	case kindProduct:
		return ISBT128.String() + ":" + kindProduct + ":" + v
	default:
		return idPPIC + v
	}
}
