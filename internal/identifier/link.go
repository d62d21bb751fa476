package identifier

import (
	"slices"
	"strings"
)

// linkBase is the resolver of GS1, at which canonical Digital Links stand (GS1
// Digital Link Standard: URI Syntax, section 5).
const linkBase = "https://id.gs1.org"

// Leniency says which spellings of a Digital Link that older versions of the
// standard allowed are read besides the present ones.
type Leniency uint8

// The leniencies; they can be joined.
const (
	ShortGTINs  Leniency = 1 << iota // GTINs without their leading zeros
	AlphaLabels                      // gtin for 01, ser for 21, and so on
)

// alphaLabels are the short names of version 1.1 of the Digital Link standard.
var alphaLabels = map[string]string{
	"gtin": "01", "itip": "8006", "cpid": "8010", "gln": "414", "party": "417", "gsrnp": "8017", "gsrn": "8018", "gcn": "255", "sscc": "00",
	"gdti": "253", "ginc": "401", "gsin": "402", "grai": "8003", "giai": "8004", "gmn": "8013", "payTo": "415",
	"cpv": "22", "lot": "10", "ser": "21", "tpx": "235", "cpsn": "8011", "glnx": "254", "refno": "8020", "srin": "8019",
}

// ParseLink reads a GS1 Digital Link of any domain (GS1 Digital Link Standard:
// URI Syntax). Its identity is the primary key of the path with its
// qualifiers; what stands in the query are attributes.
func ParseLink(text string, lenient Leniency) (Code, error) {
	s, err := fold(text)
	if err != nil {
		return Code{}, err
	}
	c, _, err := parseLink(s, lenient)
	return c, asError(err)
}

// isLink reports whether text is a URI that can be a Digital Link. The
// standard takes the scheme in small or in capital letters.
func isLink(text string) bool {
	scheme, _, found := strings.Cut(text, "://")
	return found && slices.Contains([]string{"http", "https", "HTTP", "HTTPS"}, scheme)
}

// parseLink also reports whether the URI claims to be a Digital Link: many URIs
// are none, and hold a number behind a number all the same.
func parseLink(s source, lenient Leniency) (c Code, claims bool, err *Error) {
	if !isLink(s.text) {
		return Code{}, false, s.fail(ProblemShape, GS1, "", 0, quoted(s.text), "a URI that begins with http:// or https://")
	}
	if i := foreign(s.text, uriCharacters); i >= 0 {
		return Code{}, false, s.failAt(GS1, "", i, "a character of a URI")
	}
	start := strings.Index(s.text, "://") + 3
	slash := strings.IndexByte(s.text[start:], '/')
	if slash <= 0 {
		return Code{}, false, s.fail(ProblemShape, GS1, "", start, quoted(s.text[start:]), "a domain and a path")
	}
	host, rest := s.sub(start, start+slash), s.from(start+slash+1)
	if i := foreign(host.text, capitals+smalls+digits+"-.:[]"); i >= 0 {
		return Code{}, false, host.failAt(GS1, "", i, "a character of a domain")
	}
	if i := strings.IndexByte(rest.text, '#'); i >= 0 {
		rest = rest.sub(0, i)
	}
	path, query := rest, rest.from(len(rest.text))
	if i := strings.IndexByte(rest.text, '?'); i >= 0 {
		path, query = rest.sub(0, i), rest.from(i+1)
	}
	l := linkReader{lenient: lenient, whole: s}
	key := l.findKey(split(path, '/'))
	if key == nil {
		return Code{}, strings.EqualFold(host.text, "id.gs1.org"), path.fail(ProblemNoKey, GS1, "", 0, quoted(path.text), "a primary key and its value at the end of the path")
	}
	c, err = l.read(key, split(query, '&'))
	return c, fits(l.ai(key[0].text), key[1].text) || strings.EqualFold(host.text, "id.gs1.org"), err
}

// uriCharacters are the characters of RFC 3986.
const uriCharacters = capitals + smalls + digits + "-._~:/?#[]@!$&'()*+,;=%"

// fits reports whether a value is of the length and characters of its
// application identifier, whatever its check digit.
func fits(ai, value string) bool {
	e := entries[ai]
	if e == nil {
		return false
	}
	shortest, longest := e.width()
	set, _ := e.parts[0].characters()
	n := len(value)
	return shortest <= n && n <= longest && all(value[:min(n, e.parts[0].max)], set)
}

// split cuts at every separator.
func split(s source, separator byte) []source {
	var list []source
	for {
		i := strings.IndexByte(s.text, separator)
		if i < 0 {
			return append(list, s)
		}
		list, s = append(list, s.sub(0, i)), s.from(i+1)
	}
}

// linkReader gathers the elements of one Digital Link.
type linkReader struct {
	lenient Leniency
	whole   source
	said    []Element
	at      []source
}

// ai returns the application identifier that a segment or a name of the query
// means.
func (l *linkReader) ai(name string) string {
	if ai, ok := alphaLabels[name]; ok && l.lenient&AlphaLabels != 0 {
		return ai
	}
	return name
}

// findKey returns the segments of the path from the last primary key on.
func (l *linkReader) findKey(path []source) []source {
	for i := len(path) - 2; i >= 0; i -= 2 {
		if e := entries[l.ai(path[i].text)]; e != nil && e.key {
			return path[i:]
		}
	}
	return nil
}

func (l *linkReader) read(path, query []source) (Code, *Error) {
	keyAI := l.ai(path[0].text)
	var inPath []string
	for i := 0; i < len(path); i += 2 {
		ai := l.ai(path[i].text)
		if i > 0 && !follows(entries[keyAI].qualifiers, inPath, ai) {
			return Code{}, path[i].fail(ProblemShape, GS1, "", 0, quoted(path[i].text), "qualifiers of ("+keyAI+") in their order")
		}
		if i > 0 {
			inPath = append(inPath, ai)
		}
		if err := l.add(ai, path[i+1], false); err != nil {
			return Code{}, err
		}
	}
	for _, pair := range query {
		if err := l.attribute(pair, keyAI, inPath); err != nil {
			return Code{}, err
		}
	}
	if err := checkTogether(l.said, l.at); err != nil {
		return Code{}, err
	}
	c, _ := underKey(l.said, keyAI)
	return c, nil
}

// follows reports whether ai can come behind the qualifiers that are there.
func follows(sequences [][]string, there []string, ai string) bool {
	for _, sequence := range sequences {
		at := 0
		for _, q := range append(slices.Clone(there), ai) {
			i := slices.Index(sequence[at:], q)
			if i < 0 {
				at = -1
				break
			}
			at += i + 1
		}
		if at > 0 {
			return true
		}
	}
	return false
}

// attribute reads a part of the query. What is no application identifier is
// for others (section 4.10 of the standard); one of digits is ours.
func (l *linkReader) attribute(pair source, keyAI string, inPath []string) *Error {
	equals := strings.IndexByte(pair.text, '=')
	if equals < 0 {
		return nil
	}
	name := pair.sub(0, equals)
	ai := l.ai(name.text)
	if !all(ai, digits) || ai == "" {
		return nil
	}
	e := entries[ai]
	if e == nil {
		return name.fail(ProblemUnknown, GS1, "", 0, quoted(ai), "an application identifier of GS1")
	}
	if !e.attribute || entries[keyAI].qualifies(ai, inPath) {
		return name.fail(ProblemShape, GS1, "("+ai+")", 0, quoted(pair.text), "("+ai+") in the path or nowhere")
	}
	return l.add(ai, pair.from(equals+1), true)
}

func (l *linkReader) add(ai string, value source, inQuery bool) *Error {
	value, err := unescape(value, inQuery)
	if err != nil {
		return err
	}
	if n := len(value.text); (ai == "01" || ai == "02") && l.lenient&ShortGTINs != 0 && (n == 8 || n == 12 || n == 13) {
		zeros := strings.Repeat("0", 14-n)
		value = source{zeros + value.text, append(slices.Repeat(value.at[:1], 14-n), value.at...)}
	}
	if err := checkValue(ai, entries[ai], value); err != nil {
		return err
	}
	l.said, l.at = append(l.said, Element{ai, value.text}), append(l.at, value)
	return nil
}

// unescape decodes %XX, and in a query + as the space that it stands for there.
func unescape(s source, inQuery bool) (source, *Error) {
	text, at := make([]byte, 0, len(s.text)), make([]uint16, 0, len(s.at))
	for i := 0; i < len(s.text); i++ {
		c, from := s.text[i], i
		switch {
		case c == '%' && isEscape(s.text[i:]):
			c = hex(s.text[i+1])<<4 | hex(s.text[i+2])
			i += 2
		case c == '%':
			return s, s.fail(ProblemEscape, GS1, "", i, quoted(s.text[i:min(i+3, len(s.text))]), "two hexadecimal digits behind %")
		case c == '+' && inQuery:
			c = ' '
		}
		text, at = append(text, c), append(at, s.at[from])
	}
	return source{string(text), append(at, s.at[len(s.text)])}, nil
}

func hex(c byte) byte {
	switch {
	case c >= 'a':
		return c - 'a' + 10
	case c >= 'A':
		return c - 'A' + 10
	default:
		return c - '0'
	}
}

// escape writes %XX for all but the unreserved characters of RFC 3986, so that
// a value has one spelling in a canonical link.
func escape(value string) string {
	const hexDigits = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(value) {
		if c := value[i]; strings.IndexByte(capitals+smalls+digits+"-._~", c) >= 0 {
			b.WriteByte(c)
		} else {
			b.Write([]byte{'%', hexDigits[c>>4], hexDigits[c&15]})
		}
	}
	return b.String()
}

// linkPath writes a key and its qualifiers as a canonical Digital Link.
func linkPath(key []Element) string {
	var b strings.Builder
	b.WriteString(linkBase)
	for _, e := range key {
		b.WriteString("/" + e.ID + "/" + escape(e.Value))
	}
	return b.String()
}

// Link returns the canonical Digital Link that says all that a Digital Link can
// say of what the text said: the key, all its qualifiers in their order, and
// attributes sorted by their identifiers. It is no normal form: see [Code.Normal].
func (c Code) Link() (string, bool) {
	if c.scheme != GS1 {
		return "", false
	}
	path, inPath := c.key[:1:1], []string(nil)
	for _, sequence := range entries[c.key[0].ID].qualifiers {
		if len(c.key) > 1 && !slices.Contains(sequence, c.key[1].ID) {
			continue
		}
		for _, q := range sequence {
			if e, ok := find(c.said, q); ok && !saysNothing(e) {
				path, inPath = append(path, e), append(inPath, q)
			}
		}
		if len(inPath) > 0 {
			break
		}
	}
	var query []string
	for _, e := range c.said {
		ai := entries[e.ID]
		if !slices.Contains(inPath, e.ID) && e.ID != c.key[0].ID && ai.attribute && !entries[c.key[0].ID].qualifies(e.ID, inPath) {
			query = append(query, e.ID+"="+escape(e.Value))
		}
	}
	if len(query) == 0 {
		return linkPath(path), true
	}
	slices.Sort(query)
	return linkPath(path) + "?" + strings.Join(query, "&"), true
}
