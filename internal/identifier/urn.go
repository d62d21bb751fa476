package identifier

import (
	"strconv"
	"strings"
)

// epc is a scheme of the EPC Tag Data Standard (section 6.3) whose URNs have a
// GS1 key: the company prefix and what follows it, between dots.
type epc struct {
	ai        string
	body      int    // digits of company prefix and reference together, 0 where the reference is text of any length
	indicator bool   // the first digit of the reference goes in front of the prefix
	lead      string // what the key has in front
	counts    int    // fields of two digits behind the check digit (ITIP)
	serial    string // the application identifier of the last field, "+" where it joins the key, "" where there is none
	pattern   bool   // a class is written with * for the last field
}

var epcs = map[string]epc{
	"sgtin": {ai: "01", body: 13, indicator: true, serial: "21", pattern: true},
	"lgtin": {ai: "01", body: 13, indicator: true, serial: "10"},
	"upui":  {ai: "01", body: 13, indicator: true, serial: "235"},
	"itip":  {ai: "8006", body: 13, indicator: true, counts: 2, serial: "21", pattern: true},
	"sscc":  {ai: "00", body: 17, indicator: true},
	"sgln":  {ai: "414", body: 12, serial: "254"},
	"pgln":  {ai: "417", body: 12},
	"gsrn":  {ai: "8018", body: 17},
	"gsrnp": {ai: "8017", body: 17},
	"grai":  {ai: "8003", body: 12, lead: "0", serial: "+", pattern: true},
	"gdti":  {ai: "253", body: 12, serial: "+", pattern: true},
	"sgcn":  {ai: "255", body: 12, serial: "+", pattern: true},
	"gsin":  {ai: "402", body: 16},
	"giai":  {ai: "8004"},
	"ginc":  {ai: "401"},
	"cpi":   {ai: "8010", serial: "8011", pattern: true},
}

// ParseURN reads an EPC URN of one thing (urn:epc:id), of a lot
// (urn:epc:class:lgtin) or of a product (urn:epc:idpat with * as the last
// field only).
func ParseURN(text string) (Code, error) {
	s, err := fold(text)
	if err != nil {
		return Code{}, err
	}
	c, known, err := parseURN(s)
	if err == nil && !known {
		err = s.fail(ProblemShape, GS1, "", 0, quoted(s.text), "an EPC URN with a key of GS1")
	}
	return c, asError(err)
}

// parseURN also reports whether it is a URN of a scheme that has a GS1 key.
// There are others, such as gid and usdod, and urn:epc:tag.
func parseURN(s source) (c Code, known bool, err *Error) {
	fields := split(s, ':')
	if len(fields) < 5 || !strings.EqualFold(fields[0].text, "urn") || !strings.EqualFold(fields[1].text, "epc") {
		return Code{}, false, nil
	}
	form, name := strings.ToLower(fields[2].text), strings.ToLower(fields[3].text)
	scheme, ok := epcs[name]
	if !ok || form != "id" && form != "idpat" && form != "class" || (form == "class") != (name == "lgtin") {
		return Code{}, false, nil
	}
	rest := s.from(len(fields[0].text) + len(fields[1].text) + len(fields[2].text) + len(fields[3].text) + 4)
	u := urnReader{epc: scheme, part: name}
	if err := u.read(rest, form == "idpat"); err != nil {
		return Code{}, true, err
	}
	c, err = ofElements(u.said, u.at, s)
	return c, true, err
}

// urnReader gathers the elements of one URN.
type urnReader struct {
	epc
	part string
	said []Element
	at   []source
}

func (u *urnReader) read(s source, isPattern bool) *Error {
	n := 2 + u.counts
	if u.serial != "" {
		n++
	}
	fields := cutFields(s, n)
	if len(fields) != n {
		return s.fail(ProblemShape, GS1, u.part, len(s.text), quoted(s.text), "fields between dots")
	}
	last := fields[n-1]
	class := isPattern && u.pattern && last.text == "*"
	for _, f := range fields[:n-1] {
		if strings.Contains(f.text, "*") || isPattern && !class {
			return s.fail(ProblemPattern, GS1, u.part, 0, quoted(s.text), "one identity, or one product with * for its serial number only")
		}
	}
	prefix := fields[0]
	if len(prefix.text) < 6 || len(prefix.text) > 12 || !all(prefix.text, digits) {
		return prefix.fail(ProblemLength, GS1, u.part, 0, quoted(prefix.text), "a company prefix of 6 to 12 digits")
	}
	key, err := u.key(fields)
	if err != nil {
		return err
	}
	if u.serial == "" || class || u.serial == "254" && last.text == "0" {
		return u.add(u.ai, key)
	}
	if last, err = unescape(lenientEscapes(last), false); err != nil {
		return err
	}
	if u.serial == "+" {
		return u.add(u.ai, joined(key, last))
	}
	if err := u.add(u.ai, key); err != nil {
		return err
	}
	return u.add(u.serial, last)
}

// cutFields cuts at the first dots; those behind belong to the last field.
func cutFields(s source, n int) []source {
	var fields []source
	for len(fields) < n-1 {
		i := strings.IndexByte(s.text, '.')
		if i < 0 {
			break
		}
		fields, s = append(fields, s.sub(0, i)), s.from(i+1)
	}
	return append(fields, s)
}

// key puts prefix and reference together as the scheme's key has them.
func (u *urnReader) key(fields []source) (source, *Error) {
	prefix, reference := fields[0], fields[1]
	if u.body == 0 {
		reference, err := unescape(lenientEscapes(reference), false)
		return joined(prefix, reference), err
	}
	if len(prefix.text)+len(reference.text) != u.body || !all(reference.text, digits) {
		return source{}, reference.fail(ProblemLength, GS1, u.part, 0, quoted(reference.text), digitsWanted(u.body-len(prefix.text)))
	}
	body := joined(prefix, reference)
	if u.indicator {
		body = joined(reference.sub(0, 1), joined(prefix, reference.from(1)))
	}
	check, _ := CheckDigit(body.text)
	body = joined(joined(added(u.lead, prefix), body), added(string(check), reference))
	for _, count := range fields[2 : 2+u.counts] {
		if len(count.text) != 2 {
			return source{}, count.fail(ProblemLength, GS1, u.part, 0, quoted(count.text), digitsWanted(2))
		}
		body = joined(body, count)
	}
	return body, nil
}

func digitsWanted(n int) string {
	if n == 1 {
		return "1 digit"
	}
	return strconv.Itoa(n) + " digits"
}

func (u *urnReader) add(ai string, value source) *Error {
	if err := checkValue(ai, entries[ai], value); err != nil {
		return err
	}
	u.said, u.at = append(u.said, Element{ai, value.text}), append(u.at, value)
	return nil
}

// joined puts two pieces together; each keeps where its bytes came from.
func joined(a, b source) source {
	return source{a.text + b.text, append(append([]uint16(nil), a.at[:len(a.text)]...), b.at...)}
}

// added is text that was computed, at the place of another.
func added(text string, where source) source {
	at := make([]uint16, len(text)+1)
	for i := range at {
		at[i] = where.at[0]
	}
	return source{text, at}
}

// lenientEscapes spells a percent sign that begins no escape as one: URNs that
// were written without escaping are common, and such a sign has one meaning.
func lenientEscapes(s source) source {
	out := source{"", nil}
	var text []byte
	for i := range len(s.text) {
		text, out.at = append(text, s.text[i]), append(out.at, s.at[i])
		if s.text[i] == '%' && !isEscape(s.text[i:]) {
			text, out.at = append(text, "25"...), append(out.at, s.at[i], s.at[i])
		}
	}
	out.text, out.at = string(text), append(out.at, s.at[len(s.text)])
	return out
}

// URN returns the EPC URN of the identity, where the company prefix has so many
// digits: which part of a key is the prefix stands in GS1's tables. It reports
// whether there is such a URN.
func (c Code) URN(prefixLength int) (string, bool) {
	if c.scheme != GS1 || prefixLength < 6 || prefixLength > 12 {
		return "", false
	}
	qualifier := Element{}
	if len(c.key) > 1 {
		qualifier = c.key[1]
	}
	for name, scheme := range epcs {
		fields, class, ok := scheme.fields(c.key[0], qualifier, prefixLength)
		if !ok || name == "lgtin" != (qualifier.ID == "10") {
			continue
		}
		form := "id"
		switch {
		case name == "lgtin":
			form = "class"
		case class:
			form = "idpat"
		}
		return "urn:epc:" + form + ":" + name + ":" + strings.Join(fields, "."), true
	}
	return "", false
}

// fields takes a key apart into the fields of the scheme's URN, and reports
// whether they are a pattern of a class.
func (e epc) fields(key, qualifier Element, prefixLength int) (fields []string, class, ok bool) {
	if key.ID != e.ai || qualifier.ID != "" && qualifier.ID != e.serial {
		return nil, false, false
	}
	value, tail := strings.TrimPrefix(key.Value, e.lead), ""
	if e.body > 0 {
		value, tail = value[:e.body], value[e.body+1:]
	}
	if len(value) < prefixLength || !all(value[:prefixLength], digits) {
		return nil, false, false
	}
	if e.indicator {
		value = value[1:prefixLength+1] + value[:1] + value[prefixLength+1:]
	}
	fields = []string{value[:prefixLength], escapeURN(value[prefixLength:])}
	for range e.counts {
		fields, tail = append(fields, tail[:2]), tail[2:]
	}
	switch {
	case e.serial == "":
		return fields, false, true
	case e.serial == "+" && tail != "":
		return append(fields, escapeURN(tail)), false, true
	case qualifier.ID != "":
		return append(fields, escapeURN(qualifier.Value)), false, true
	case e.serial == "254":
		return append(fields, "0"), false, true
	}
	return append(fields, "*"), true, e.pattern
}

// escapeURN escapes what the Tag Data Standard wants escaped in a URN (table
// A-1), and the number sign that a URI ends at.
func escapeURN(value string) string {
	return strings.NewReplacer(`"`, "%22", "#", "%23", "%", "%25", "&", "%26", "/", "%2F", "<", "%3C", ">", "%3E", "?", "%3F").Replace(value)
}
