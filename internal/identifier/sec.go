package identifier

import "strings"

// idSECExpiry is the name of the expiry date in a Single European Code.
const (
	idSECExpiry = "expiry"
	noExpiry    = "00000000"
)

// Lengths of a Single European Code: donation, donation and product, all.
const (
	secDonation = 21
	secProduct  = 32
	secLength   = 40
)

// secShape is that of annex VII of Directive 2006/86/EC, as Directive (EU)
// 2015/565 put it in: country, tissue establishment, donation number; coding
// system, product, split number, expiry date. Small letters are possible in the
// split number, which is an ISBT 128 division (ST-012 section 3.2).
var secShape = shapeOf(times(2, capitals), times(6, alphanumeric), times(13, alphanumeric), shape{"ABE"}, times(7, alphanumeric), times(3, anyCase), times(8, digits))

// ParseSEC reads a Single European Code of 40 characters, with SEC in front or
// not, its halves apart or not. It has no check character. With SEC: in front
// the donation alone, or all but the expiry date, is read too.
func ParseSEC(text string) (Code, error) {
	s, err := fold(text)
	if err != nil {
		return Code{}, err
	}
	c, err := parseSEC(s)
	return c, asError(err)
}

// cutSEC takes the label SEC off. Without its colon it is one only where the
// rest has the length.
func cutSEC(s source) (source, bool) {
	if len(s.text) <= 4 || !strings.EqualFold(s.text[:3], "sec") {
		return s, false
	}
	rest := s.from(4).trim()
	marked := s.text[3] == ':' || s.text[3] == ' ' && len(rest.without(secGap).text) == secLength
	if !marked {
		return s, false
	}
	return rest, true
}

// secGap is what stands between the halves.
const secGap = " \r\n"

func parseSEC(s source) (Code, *Error) {
	s, marked := cutSEC(s)
	s = s.without(secGap)
	wanted := secShape
	if n := len(s.text); marked && (n == secDonation || n == secProduct) {
		wanted = secShape[:n]
	}
	if err := wanted.check(s, SEC, ""); err != nil {
		return Code{}, err
	}
	if len(s.text) == secDonation {
		return Code{SEC, Donation, []Element{{"", s.text}}, []Element{{"", s.text}}}, nil
	}
	c := Code{SEC, Item, []Element{{"", s.text[:secProduct]}}, []Element{{"", s.text}}}
	if len(s.text) == secProduct {
		return c, nil
	}
	expiry := s.from(secProduct)
	if d := secDate(expiry.text); expiry.text != noExpiry && !isDay(d.Year, int(d.Month), d.Day) {
		return Code{}, expiry.fail(ProblemDate, SEC, idSECExpiry, 0, quoted(expiry.text), "a day as YYYYMMDD, or eight zeros")
	}
	c.said = append(c.said, Element{idSECExpiry, expiry.text})
	return c, nil
}

// secText writes the identity as a label does: without the date, which is none
// of it.
func secText(key string) string {
	if len(key) == secDonation {
		return "SEC: " + key
	}
	return "SEC: " + key[:secDonation] + " " + key[secDonation:]
}
