package table

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// A clock is a form in which times are written.
type clock struct {
	form   string
	layout string // Go's
	day    bool   // says the day
	hours  bool   // says the time of day
	offset bool   // says its offset from UTC
}

// tokens are what forms are made of, the longest first.
var tokens = []struct{ token, layout string }{
	{"YYYY", "2006"},
	{"SSS", "000"},
	{"MM", "01"},
	{"DD", "02"},
	{"HH", "15"},
	{"hh", "03"},
	{"mm", "04"},
	{"ss", "05"},
	{"M", "1"},
	{"D", "2"},
	{"H", "15"},
	{"h", "3"},
	{"m", "4"},
	{"s", "5"},
	{"A", "PM"},
	{"Z", "Z07:00"},
}

// usualForms are read where a profile names none: those that cannot be taken for another.
var usualForms = []string{
	"YYYY-MM-DDTHH:mm:ssZ", "YYYY-MM-DDTHH:mmZ", "YYYY-MM-DD HH:mm:ssZ", "YYYY-MM-DDTHH:mm:ss", "YYYY-MM-DDTHH:mm", "YYYY-M-D H:mm:ss", "YYYY-M-D H:mm", "YYYY-M-D",
	"YYYY/M/D H:mm:ss", "YYYY/M/D H:mm", "YYYY/M/D", "YYYY年M月D日 H:mm", "YYYY年M月D日 H时m分", "YYYY年M月D日", "H:mm:ss", "H:mm",
}

// parseClocks reads one form or a list of forms; nil is none.
func parseClocks(key string, value any) ([]clock, error) {
	var forms []string
	switch v := value.(type) {
	case nil:
		return nil, nil
	case string:
		forms = []string{v}
	case []any:
		for _, one := range v {
			s, ok := one.(string)
			if !ok {
				return nil, &ProfileError{Key: key, Found: fmt.Sprint(one), Want: "a form of times, as \"YYYY-MM-DD HH:mm\""}
			}
			forms = append(forms, s)
		}
	default:
		return nil, &ProfileError{Key: key, Found: fmt.Sprint(value), Want: "a form of times, as \"YYYY-MM-DD HH:mm\""}
	}
	clocks := make([]clock, len(forms))
	for i, form := range forms {
		c, ok := parseForm(form)
		if !ok {
			return nil, &ProfileError{
				Key: key, Found: strconv.Quote(form),
				Want: "YYYY MM M DD D HH H mm m ss s SSS, hh with A (AM, PM, 上午, 下午), Z for an offset, each once, and characters between them",
			}
		}
		clocks[i] = c
	}
	return clocks, nil
}

// parseForm turns a form into Go's layout.
func parseForm(form string) (clock, bool) {
	c := clock{form: form}
	var layout strings.Builder
	seen := make(map[byte]bool)
	for rest := form; rest != ""; {
		token, piece := nextToken(rest)
		r := []rune(rest)[0]
		switch {
		case token != "" && seen[token[0]]:
			return c, false
		case token != "":
			seen[token[0]] = true
			layout.WriteString(piece)
			rest = rest[len(token):]
			continue
		case r != 'T' && r < 0x80 && (unicode.IsLetter(r) || unicode.IsDigit(r)), r == '_':
			return c, false
		}
		layout.WriteRune(r)
		rest = rest[len(string(r)):]
	}
	c.layout = layout.String()
	c.day = seen['Y'] && seen['M'] && seen['D']
	c.hours = seen['H'] && seen['m'] || seen['h'] && seen['m'] && seen['A']
	c.offset = seen['Z']
	partial := (seen['Y'] || seen['M'] || seen['D']) != c.day || (seen['H'] || seen['h'] || seen['m'] || seen['s'] || seen['S'] || seen['A']) != c.hours
	return c, !partial && (c.day || c.hours) && (!seen['H'] || !seen['h']) && (!seen['S'] || seen['s'])
}

func nextToken(s string) (token, layout string) {
	for _, t := range tokens {
		if strings.HasPrefix(s, t.token) {
			return t.token, t.layout
		}
	}
	return "", ""
}

func usualClocks() []clock {
	clocks := make([]clock, 0, len(usualForms))
	for _, form := range usualForms {
		if c, ok := parseForm(form); ok {
			clocks = append(clocks, c)
		}
	}
	return clocks
}

// A civil time is what a cell says, before anybody knows in which zone.
type civil struct {
	time   time.Time // in UTC, where it has no offset
	day    bool
	hours  bool
	offset bool
}

// readTime reads a text by the first of the forms that it has.
func readTime(s string, forms []clock) (civil, bool) {
	s = strings.NewReplacer("上午", "AM", "下午", "PM", "am", "AM", "pm", "PM").Replace(s)
	for _, c := range forms {
		t, err := time.Parse(c.layout, s)
		if err == nil && (!c.day || t.Year() != 0) {
			return civil{t, c.day, c.hours, c.offset}, true
		}
	}
	return civil{}, false
}

// instants returns the moments at which the clocks of a zone showed a time of a day: none where they were set forward over it, two where they
// were set back.
func instants(t time.Time, zone *time.Location) []time.Time {
	var list []time.Time
	for _, hours := range []time.Duration{-26, 26} { // before and after any change of that day
		_, seconds := t.Add(hours * time.Hour).In(zone).Zone()
		at := t.Add(-time.Duration(seconds) * time.Second).In(zone)
		same := at.Year() == t.Year() && at.YearDay() == t.YearDay() && at.Hour() == t.Hour() && at.Minute() == t.Minute() && at.Second() == t.Second()
		if same && (len(list) == 0 || !list[0].Equal(at)) {
			list = append(list, at)
		}
	}
	return list
}

// stored is a time as events have it.
func stored(t time.Time) string { return t.Format("2006-01-02T15:04:05.999999999Z07:00") }
