package identifier

import (
	"slices"
	"strings"
)

// A Scheme says whose rules made a code.
type Scheme uint8

// The schemes.
const (
	GS1       Scheme = iota + 1 // GS1 keys, in element strings, Digital Links and EPC URNs
	ISBT128                     // ICCBBA's
	SEC                         // Single European Code of tissues and cells, Directive (EU) 2015/565
	DrugTrace                   // 药品追溯码 of 20 digits, NMPAB/T 1002-2019
	DrugCode                    // 国家药品编码本位码, GB 18937
	MA                          // codes of the issuing agency MA, ISO/IEC 15459
	Text                        // any other text, as it is
)

// Schemes returns all schemes.
func Schemes() []Scheme { return []Scheme{GS1, ISBT128, SEC, DrugTrace, DrugCode, MA, Text} }

// String returns the scheme's name, which also begins its normal forms (those
// of GS1 are Digital Links and begin with https).
func (s Scheme) String() string {
	switch s {
	case GS1:
		return "gs1"
	case ISBT128:
		return "isbt128"
	case SEC:
		return "sec"
	case DrugTrace:
		return "cn-trace"
	case DrugCode:
		return "cn-drug"
	case MA:
		return "ma"
	case Text:
		return "text"
	default:
		return "unknown"
	}
}

// Names says what kind of thing the scheme gives such a code to. Only an Item
// is one thing; the others are shared by many bags, or are no bags.
type Names uint8

// What a code names.
const (
	Unsaid      Names = iota // the scheme does not say: text
	Item                     // one physical thing: a bag, a box, a pallet
	Lot                      // what was made in one go
	Product                  // a kind of thing
	Donation                 // what was given in one go: all bags of it share the code
	Treatment                // all that is done for one patient's treatment
	Place                    // a site, a room, a slot
	Party                    // an organisation
	Person                   // a person, by a number of GS1's
	Consignment              // what travels together
	Document                 // a paper
)

// String returns the word for it.
func (n Names) String() string {
	words := [...]string{"unsaid", "item", "lot", "product", "donation", "treatment", "place", "party", "person", "consignment", "document"}
	if int(n) >= len(words) {
		return "unknown"
	}
	return words[n]
}

// An Element is a part of a code: in GS1 an application identifier and its
// value, in ISBT 128 a data identifier and its content.
type Element struct {
	ID    string
	Value string
}

// A Code is one identity that a text stands for, and what else the text says.
// The zero Code is none: its strings are empty.
type Code struct {
	scheme Scheme
	names  Names
	key    []Element // the identity, in the order of the normal form
	said   []Element // everything that the text says, in its order
}

// The kinds of ISBT 128 identities, as they stand in key and normal form.
const (
	kindDIN     = "din"     // donation identification number
	kindMPHO    = "mpho"    // unique identifier of a product of human origin
	kindCoI     = "coi"     // chain of identity identifier
	kindProduct = "product" // product description code
	kindPPIC    = "ppic"    // processor product identification code
)

// Scheme returns whose rules made the code.
func (c Code) Scheme() Scheme { return c.scheme }

// Names returns what kind of thing has the code.
func (c Code) Names() Names { return c.names }

// Elements returns everything that the text said, in its order.
func (c Code) Elements() []Element { return slices.Clone(c.said) }

// Value returns the value of an element, and whether the text said it.
func (c Code) Value(id string) (string, bool) {
	for _, list := range [][]Element{c.said, c.key} {
		for _, e := range list {
			if e.ID == id {
				return e.Value, true
			}
		}
	}
	return "", false
}

// Equal reports whether two codes are one identity.
func (c Code) Equal(other Code) bool { return c.Normal() == other.Normal() }

// Normal returns the one spelling under which the ledger looks the code up: the
// canonical Digital Link of a GS1 identity, or the name of the scheme, the kind
// where there are several, and the content. It depends on the identity alone,
// not on attributes such as an expiry date, and [Parse] reads it back as the
// same identity. docs/decisions/0150-normal-form-of-codes.md says why.
func (c Code) Normal() string {
	if len(c.key) == 0 {
		return ""
	}
	if c.scheme == GS1 {
		return linkPath(c.key)
	}
	var b strings.Builder
	b.WriteString(c.scheme.String())
	for _, e := range c.key {
		if e.ID != "" {
			b.WriteString(":" + e.ID)
		}
		b.WriteString(":" + e.Value)
	}
	return b.String()
}

// String returns the code as a label shows it to people. [Parse] reads it back
// as the same identity.
func (c Code) String() string {
	if len(c.key) == 0 {
		return ""
	}
	switch c.scheme {
	case GS1:
		return bracketed(c.key)
	case ISBT128:
		return isbtText(c.key[0])
	case SEC:
		return secText(c.key[0].Value)
	case MA:
		return maPrefix + c.key[0].Value
	case Text:
		return c.readable()
	default:
		return c.key[0].Value
	}
}

// readable returns a text as it is, or its normal form where the text alone
// would be read as something else.
func (c Code) readable() string {
	codes, err := Parse(c.key[0].Value)
	if err == nil && slices.ContainsFunc(codes, c.Equal) {
		return c.key[0].Value
	}
	return c.Normal()
}

// GTIN returns the GTIN of 14 digits.
func (c Code) GTIN() (string, bool) {
	if itip, ok := c.gs1("8006"); ok {
		return itip[:14], true
	}
	return c.gs1("01")
}

// Serial returns the serial number, whichever identifier it stands under.
func (c Code) Serial() (string, bool) {
	for _, ai := range []string{"21", "235", "8011"} {
		if serial, ok := c.gs1(ai); ok {
			return serial, true
		}
	}
	return "", false
}

// Lot returns the lot number. In ISBT 128 it is padded with zeros on the left,
// which are cut (ST-001 section 2.4.35).
func (c Code) Lot() (string, bool) {
	if lot, ok := c.gs1("10"); ok {
		return lot, true
	}
	if c.scheme != ISBT128 {
		return "", false
	}
	lot, ok := c.Value(idLot)
	return strings.TrimLeft(lot, "0"), ok
}

func (c Code) gs1(ai string) (string, bool) {
	if c.scheme != GS1 {
		return "", false
	}
	return c.Value(ai)
}

// DIN returns the donation identification number of 13 characters.
func (c Code) DIN() (string, bool) {
	if c.scheme != ISBT128 || len(c.key) == 0 {
		return "", false
	}
	switch c.key[0].ID {
	case kindDIN:
		return c.key[0].Value, true
	case kindMPHO:
		return c.key[0].Value[10:23], true
	default:
		return "", false
	}
}

// Expiry returns the day, or the minute, at the end of which the thing expires.
// GS1 gives two digits of the year; they are read as of the given one.
func (c Code) Expiry(year int) (Date, bool) {
	switch c.scheme {
	case GS1:
		for _, ai := range []string{"7003", "17"} {
			if value, ok := c.Value(ai); ok {
				return gs1Date(value, year), true
			}
		}
	case ISBT128:
		for _, id := range []string{idExpiryTime, idExpiry} {
			if value, ok := c.Value(id); ok {
				return isbtDate(value)
			}
		}
	case SEC:
		if value, ok := c.Value(idSECExpiry); ok && value != noExpiry {
			return secDate(value), true
		}
	case DrugTrace, DrugCode, MA, Text:
	}
	return Date{}, false
}

// Broader returns the less particular names of the same thing, the nearest
// first: of a serial number its lot and product, of a bag its donation. They
// are shared by many things; a look-up that finds no thing by the code itself
// can say with them what is near.
func (c Code) Broader() []Code {
	switch c.scheme {
	case GS1:
		return c.broaderGS1()
	case ISBT128:
		return c.broaderISBT()
	default:
		return nil
	}
}
