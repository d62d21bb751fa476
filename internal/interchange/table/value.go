package table

import (
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"suyuan/internal/event"
	"suyuan/internal/identifier"
	"suyuan/internal/interchange/sheet"
)

// fold is how words and headings are compared: compatibility characters are plain ones, small and capital letters the same, white space nothing.
func fold(s string) string {
	s = strings.ToLower(norm.NFKC.String(s))
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, s)
}

// A complaint is what is wrong with one text, before it is known where it stood.
type complaint struct{ found, want string }

func wrong(found, want string) *complaint { return &complaint{strconv.Quote(found), want} }

// value turns a cell's text into JSON for the column's member. Times are made where all their parts are known.
func (p *Profile) value(c *column, text string, kind sheet.Kind) (any, *complaint) {
	if c.to.member.Kind == event.MemberTime {
		m, bad := p.moment(c, text, kind)
		if bad != nil {
			return nil, bad
		}
		return p.storedTime(c, m, nil)
	}
	texts := []string{text}
	if c.split != "" {
		texts = strings.Split(text, c.split)
	}
	var list []any
	for _, piece := range texts {
		v, bad := p.single(c, strings.TrimSpace(piece), kind)
		if bad != nil {
			return nil, bad
		}
		if v != nil {
			list = append(list, v)
		}
	}
	switch {
	case c.to.many():
		return list, nil
	case c.split != "" && c.to.inList && len(list) > 1:
		return pieces(list), nil
	case len(list) > 1:
		return nil, wrong(text, "one value, as "+c.to.path+" holds no more")
	case len(list) == 1:
		return list[0], nil
	default:
		return nil, nil
	}
}

// pieces are values of one cell that go to one object each of a list.
type pieces []any

func (p *Profile) single(c *column, text string, kind sheet.Kind) (any, *complaint) {
	if c.values != nil {
		meant, bad := c.meant(text)
		if bad != nil {
			return nil, bad
		}
		text, kind = meant, sheet.Text
	}
	if text == "" { // a word that means nothing
		return nil, nil
	}
	switch c.to.member.Kind {
	case event.MemberDecimal:
		if strings.HasSuffix(plain(text), "%") && !p.percent(&c.to) {
			return nil, wrong(text, "a number alone, or uom = \"%\" under [constants]")
		}
		return p.decimal(text)
	case event.MemberValues:
		if s, bad := p.decimal(text); bad == nil {
			return s, nil
		}
		return text, nil
	case event.MemberCount, event.MemberInteger:
		s := plain(text)
		if n, err := strconv.ParseUint(s, 10, 53); err != nil || strconv.FormatUint(n, 10) != s {
			return nil, wrong(text, "a whole number")
		}
		return json.Number(s), nil
	case event.MemberFlag:
		return flag(text)
	case event.MemberID, event.MemberIDs, event.MemberThing, event.MemberThings:
		return c.id(text, kind)
	case event.MemberChoice, event.MemberChoices:
		if word := fold(text); slices.Contains(c.to.member.Choices, word) {
			return word, nil
		}
		return nil, wrong(text, "one of "+strings.Join(c.to.member.Choices, ", ")+", or values = {…} in the profile for the words of this table")
	case event.MemberCodes:
		return c.code(text)
	default:
		if c.to.name == "codes" || c.to.name == "codes_void" {
			return c.code(text)
		}
		return c.prefix + norm.NFC.String(text), nil
	}
}

// rounded is how a spreadsheet writes a long number of which it has kept fifteen digits.
var rounded = regexp.MustCompile(`^[+-]?[0-9]+([.,][0-9]+)?[eE][+-]?[0-9]+$`)

// code reads a code, as it was sent.
func (c *column) code(text string) (any, *complaint) {
	if rounded.MatchString(plain(text)) && !c.exact {
		return nil, wrong(text, "all digits: a spreadsheet took the code for a number; make the column text, and scan again")
	}
	return norm.NFC.String(text), nil
}

// meant returns what a word of the table means: by the profile, or because it is one of the member's own words; of the steps of a manufacture, which
// are no closed set, any word that is one of those that the profile translates to.
func (c *column) meant(text string) (string, *complaint) {
	word := fold(text)
	if meant, ok := c.values[word]; ok {
		return meant, nil
	}
	if slices.Contains(c.to.member.Choices, word) {
		return word, nil
	}
	for _, meant := range c.values {
		if meant == word {
			return word, nil
		}
	}
	return "", wrong(text, "one of "+strings.Join(sortedKeys(c.values), ", ")+": the profile says nothing of other words")
}

// plain writes a number with characters of ASCII alone: full-width digits, the minus of Unicode and hyphens that look like it.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		switch r {
		case '−', '–', '‐', '‑', '﹣', '－':
			return '-'
		}
		return r
	}, norm.NFKC.String(strings.TrimSpace(s)))
}

// decimal reads a measured amount. Thousands are not parted: 1,234 is two different numbers in two countries.
func (p *Profile) decimal(text string) (any, *complaint) {
	s := plain(text)
	if p.comma {
		if strings.Contains(s, ".") {
			return nil, wrong(text, "a decimal comma and no point: the profile says decimal = \",\"")
		}
		s = strings.Replace(s, ",", ".", 1)
	}
	s = strings.TrimSpace(strings.TrimSuffix(s, "%"))
	s = strings.TrimPrefix(s, "+")
	minus := strings.HasPrefix(s, "-")
	s = strings.TrimPrefix(s, "-")
	if strings.HasPrefix(s, ".") {
		s = "0" + s
	}
	if whole, _, _ := strings.Cut(s, "."); len(whole) > 1 {
		s = strings.TrimLeft(whole[:len(whole)-1], "0") + s[len(whole)-1:]
	}
	if minus {
		s = "-" + s
	}
	if _, err := event.ParseDecimal(s); err != nil {
		want := "a number, as 92.5"
		if strings.Contains(s, ",") {
			want = "a number with a point and without commas, or decimal = \",\" in the profile"
		}
		return nil, wrong(text, want)
	}
	return s, nil
}

// percent reports whether the unit of measure beside a member is per cent in every row.
func (p *Profile) percent(to *target) bool {
	return slices.ContainsFunc(p.constants, func(c constant) bool { return c.to.name == "uom" && c.to.outer == to.outer && c.value == "%" })
}

// flag reads yes and no.
func flag(text string) (any, *complaint) {
	switch fold(text) {
	case "true", "yes", "y", "1", "是", "对", "√", "✓", "有":
		return true, nil
	case "false", "no", "n", "0", "否", "不", "×", "无":
		return false, nil
	}
	return nil, wrong(text, "yes or no (是, 否)")
}

// id reads the id of a thing. What an input method made wide is made narrow, so that one bag does not become two.
func (c *column) id(text string, kind sheet.Kind) (any, *complaint) {
	if kind == sheet.Date || kind == sheet.Time {
		return nil, wrong(text, "an id: the program took it for a date; make the column text, and type the id again")
	}
	if !c.exact {
		folded, err := identifier.Fold(text)
		if err != nil {
			return nil, wrong(text, "an id")
		}
		text = folded
		if rounded.MatchString(text) {
			return nil, wrong(text, "all digits: a spreadsheet took the id for a number; make the column text, and scan or type it again")
		}
		if strings.ContainsRune("=+-@#&", rune(text[0])) {
			if codes, err := identifier.Parse(text); err != nil || codes[0].Scheme() == identifier.Text {
				return nil, wrong(text, "an id or a code: this looks like a formula or an error of a spreadsheet; exact = true in the profile takes it as it is")
			}
		}
	}
	text = c.prefix + text
	if c.kind != "" {
		text = c.kind + ":" + text
	}
	return text, nil
}

// moment reads the text of a time, or of a part of one.
func (p *Profile) moment(c *column, text string, kind sheet.Kind) (civil, *complaint) {
	forms := c.times
	if forms == nil {
		forms = p.times
	}
	s := strings.TrimSpace(norm.NFKC.String(text))
	m, ok := readTime(s, forms)
	if !ok && (forms == nil || kind == sheet.Date || kind == sheet.Time) { // a workbook's own dates have no form
		m, ok = readTime(s, usualClocks())
	}
	if !ok {
		want := "a day and time that there are"
		if len(forms) > 0 {
			names := make([]string, len(forms))
			for i, f := range forms {
				names[i] = f.form
			}
			want += ", as " + strings.Join(names, " or ")
		} else {
			want += ", as 2026-03-01 08:30, or time = \"…\" in the profile for the form of this table"
		}
		return m, wrong(text, want)
	}
	switch {
	case c.part == datePart && (!m.day || m.hours && !isMidnight(m.time)):
		return m, wrong(text, "a day alone")
	case c.part == clockPart && (m.day || !m.hours):
		return m, wrong(text, "a time of day alone")
	}
	return m, nil
}

func isMidnight(t time.Time) bool { return t.Hour() == 0 && t.Minute() == 0 && t.Second() == 0 }

// storedTime makes a time as events have it. zone is what another column said; it goes before the column's and the profile's.
func (p *Profile) storedTime(c *column, m civil, zone *time.Location) (any, *complaint) {
	t := m.time
	shown := t.Format("2006-01-02 15:04:05")
	if !m.day {
		return nil, wrong(t.Format("15:04:05"), "a day too, in this column or in another with part = \"date\"")
	}
	if !m.hours {
		switch c.day {
		case dayStart:
		case dayEnd:
			t = t.Add(24*time.Hour - time.Second)
		case noEdge:
			return nil, wrong(t.Format("2006-01-02"), "a time of day too, or day = \"start\" or \"end\" in the profile")
		}
	}
	if m.offset {
		return stored(t), nil
	}
	for _, z := range []*time.Location{c.zone, p.zone} {
		if zone == nil {
			zone = z
		}
	}
	if zone == nil {
		return nil, wrong(shown, "the zone of this clock: --zone with its name, as Europe/Berlin, or zone = \"Europe/Berlin\" in the profile, or an offset with each time")
	}
	switch list := instants(t, zone); len(list) {
	case 1:
		return stored(list[0]), nil
	case 0:
		return nil, wrong(shown, "a time that there was: clocks of "+zone.String()+" were set forward over it")
	default:
		return nil, wrong(shown, "which of "+stored(list[0])+" and "+stored(list[1])+": clocks of "+zone.String()+" were set back; write the offset")
	}
}
