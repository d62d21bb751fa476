package identifier

import (
	"slices"
	"strconv"
	"strings"
)

// ParseISBT reads what a scanner sends for ISBT 128: one data structure, several
// behind each other, or a compound message of them (ST-001 sections 2.4.23 and
// 10). A donation identification number with a product code names one bag; with
// a Single European Code beside it, that is a second name of the same bag.
func ParseISBT(text string) ([]Code, error) {
	s, err := fold(text)
	if err != nil {
		return nil, err
	}
	codes, err := parseISBT(s)
	return codes, asError(err)
}

// isISBT reports whether text begins with a data identifier: = and & are kept
// for ISBT 128 (ANSI MH10.8.2).
func isISBT(text string) bool { return text != "" && (text[0] == '=' || text[0] == '&') }

// message is what the structures of one label say.
type message struct {
	whole source
	said  []Element
	by    map[string]source
}

func parseISBT(s source) ([]Code, *Error) {
	m := message{whole: s, by: make(map[string]source)}
	pieces := structures(s)
	for i, piece := range pieces {
		id := dataIdentifier(piece.text)
		if id == "" {
			return nil, piece.failAt(ISBT128, "", min(1, len(piece.text)), "a data identifier")
		}
		content := piece.from(len(id)).without(" \t\r\n") // groups, and one scan behind another
		if _, twice := m.by[id]; twice {
			return nil, piece.fail(ProblemRepeated, ISBT128, id, 0, quoted(piece.text), id+" once")
		}
		if err := m.take(id, content, len(pieces)-1-i); err != nil {
			return nil, err
		}
	}
	return m.codes()
}

// structures cuts a message before every data identifier: their first
// characters stand in no content.
func structures(s source) []source {
	var list []source
	from := 0
	for i := 1; i <= len(s.text); i++ {
		// The second character of an identifier is no beginning.
		if i == len(s.text) || i > from+1 && isISBT(s.text[i:]) {
			list, from = append(list, s.sub(from, i)), i
		}
	}
	return list
}

// dataIdentifier returns what a structure begins with, or nothing.
func dataIdentifier(text string) string {
	switch {
	case len(text) < 2 || !isISBT(text):
		return ""
	case text[0] == '=' && strings.IndexByte(facilityFirst+smalls, text[1]) >= 0:
		return idDIN
	case strings.HasPrefix(text, "&,") && len(text) > 2:
		return text[:3]
	case strings.IndexByte(alphanumeric+" ", text[1]) >= 0:
		return ""
	default:
		return text[:2]
	}
}

// take checks one structure and keeps it. behind is how many come after it.
func (m *message) take(id string, content source, behind int) *Error {
	var err *Error
	switch id {
	case idDIN:
		return m.takeDIN(content)
	case idProduct:
		err = productShape.check(content, ISBT128, id)
	case idDivision:
		err = divisionShape.check(content, ISBT128, id)
	case idFacility:
		err = facilityField.check(content, ISBT128, id)
	case idPPIC:
		err = ppicShape.check(content, ISBT128, id)
	case idCoI:
		if c, bad := parseCoI(content); bad == nil {
			content.text = c.key[0].Value
		} else {
			err = bad
		}
	case idExpiry:
		err = checkISBTDate(content, id, 6)
	case idExpiryTime:
		err = checkISBTDate(content, id, 10)
	case idSECField:
		_, err = parseSEC(content)
	case idLot:
		err = times(18, anyCase).check(content, ISBT128, id)
	case idCompound:
		err = checkCompound(content, behind)
	case idBirth, idPatient:
		return content.fail(ProblemPerson, ISBT128, id, 0, "", "no patient's birth date or number")
	}
	if err != nil {
		return err
	}
	m.by[id] = content
	m.said = append(m.said, Element{id, content.text})
	return nil
}

func (m *message) takeDIN(content source) *Error {
	c, err := parseDIN(content)
	if err != nil {
		return err
	}
	m.by[idDIN] = source{c.key[0].Value, content.at[:len(c.key[0].Value)+1]}
	m.said = append(m.said, c.said...)
	return nil
}

func checkISBTDate(content source, id string, n int) *Error {
	if err := times(n, digits).check(content, ISBT128, id); err != nil {
		return err
	}
	if _, ok := isbtDate(content.text); !ok {
		return content.fail(ProblemDate, ISBT128, id, 0, quoted(content.text), "century, year, day of the year, and time of day")
	}
	return nil
}

// checkCompound wants as many structures behind as the message says.
func checkCompound(content source, behind int) *Error {
	if err := times(5, digits).check(content, ISBT128, idCompound); err != nil {
		return err
	}
	if n := two(content.text); n != behind {
		return content.fail(ProblemIncomplete, ISBT128, idCompound, 0, strconv.Itoa(behind)+" structures", strconv.Itoa(n))
	}
	return nil
}

// codes are the identities that the structures give.
func (m *message) codes() ([]Code, *Error) {
	var codes []Code
	c, ok, err := m.product()
	if err != nil {
		return nil, err
	}
	if ok {
		codes = append(codes, c)
	}
	if sec, there := m.by[idSECField]; there {
		c, _ := parseSEC(sec) // it was checked
		codes = append(codes, c)
	}
	if coi, there := m.by[idCoI]; there && len(codes) == 0 {
		codes = append(codes, Code{ISBT128, Treatment, []Element{{kindCoI, coi.text}}, m.said})
	}
	if len(codes) == 0 {
		return nil, m.whole.fail(ProblemNoKey, ISBT128, "", 0, "", "a donation identification number, a product code or a chain of identity identifier")
	}
	return codes, nil
}

// product is the identity by donation and product, as far as they are there.
func (m *message) product() (Code, bool, *Error) {
	din, hasDIN := m.by[idDIN]
	product, hasProduct := m.by[idProduct]
	ppic, hasPPIC := m.by[idPPIC]
	switch {
	case hasDIN && (hasProduct || hasPPIC):
		division, err := m.division()
		if err != nil {
			return Code{}, false, err
		}
		pdc := ppic.text
		if hasProduct {
			pdc = product.text[:5]
		} else {
			pdc = pdc[11:]
		}
		return mpho(m.facility()+pdc+din.text+division, m.said), true, nil
	case hasDIN:
		return Code{ISBT128, Donation, []Element{{kindDIN, din.text}}, m.said}, true, nil
	case hasPPIC:
		return Code{ISBT128, Product, []Element{{kindPPIC, ppic.text}}, m.said}, true, nil
	case hasProduct:
		return Code{ISBT128, Product, []Element{{kindProduct, product.text[:5]}}, m.said}, true, nil
	}
	return Code{}, false, nil
}

// facility is the one that assigned the product code, where it is said (ST-001
// sections 2.4.33 and 2.4.34).
func (m *message) facility() string {
	for _, id := range []string{idPPIC, idFacility} {
		if f, ok := m.by[id]; ok {
			return f.text[:5]
		}
	}
	return noFacility
}

// division is the six characters that part the bags of one donation and product
// (ST-001 sections 2.4.3 and 2.4.32). In a product code of cells or blood the
// third character from the end is the collection type, which is no part of the
// identity, and the last two are the division; in one of tissue, milk, organs
// and the like, and in national codes, the last three are. A shorter division
// fills up with zeros, as in the unique identifier of HL7's example: A0 is A00000.
func (m *message) division() (string, *Error) {
	if d, ok := m.by[idDivision]; ok {
		return d.text, nil
	}
	product, ok := m.by[idProduct]
	if !ok {
		return "", m.whole.fail(ProblemIncomplete, ISBT128, idDivision, len(m.whole.text), "", "the bar code of the product divisions too")
	}
	division := product.text[5:]
	if hasCollectionType(product.text) {
		division = division[1:]
		if division == "99" {
			return "", product.fail(ProblemIncomplete, ISBT128, idDivision, 6, quoted(division), "the bar code of the product divisions too")
		}
	}
	return division + strings.Repeat("0", len(divisionShape)-len(division)), nil
}

// hasCollectionType reports whether the product code is of a family with a
// collection type (ST-001 section 2.4.3).
func hasCollectionType(product string) bool {
	return slices.Contains([]byte("EFHSPY"), product[0]) || strings.HasPrefix(product, "X0")
}
