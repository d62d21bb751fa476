package table

import (
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"suyuan/internal/interchange/sheet"
)

// Times reads the times of a table whose rows are not events, as a profile of such a table says it. [ParseTimes] is the only way to get one.
type Times struct {
	zone   *time.Location
	clocks []clock
}

// ParseTimes reads the keys zone and time of a profile. Its errors are of type [*ProfileError].
func ParseTimes(zone string, forms any) (Times, error) {
	z, err := parseZone("zone", zone)
	if err != nil {
		return Times{}, err
	}
	clocks, err := parseClocks("time", forms)
	return Times{z, clocks}, err
}

// Moments returns what a cell, or a day and a time of day with a space between, can mean: two moments where clocks were set back, the earlier one
// first. Where it is no moment, want says what is wanted.
func (t Times) Moments(text string) (moments []time.Time, want string) {
	p := Profile{times: t.clocks}
	kind := sheet.Text
	if len(text) == len("2026-03-01T08:30:00") && text[len("2026-03-01")] == 'T' { // a date that a workbook holds as one
		kind = sheet.Date
	}
	m, bad := p.moment(&column{}, text, kind)
	switch {
	case bad != nil:
		return nil, bad.want
	case !m.day || !m.hours:
		return nil, "a day and a time of day"
	case m.offset:
		return []time.Time{m.time}, ""
	case t.zone == nil:
		return nil, "an offset, or zone = \"Asia/Shanghai\" in the profile"
	}
	moments = instants(m.time, t.zone)
	if len(moments) == 0 {
		want = "a time that there was: clocks of " + t.zone.String() + " were set forward over it; where the logger's clock was not, write its offset, as zone = \"+01:00\""
	}
	return moments, want
}

// Fold is how words and headings are compared: wide characters are narrow ones, small and capital letters the same, white space nothing.
func Fold(s string) string { return fold(s) }

// Strictly decodes a profile into v and refuses what v has no place for. Its errors are of type [*ProfileError].
func Strictly(text []byte, v any) error {
	if len(text) > maxProfile {
		return &ProfileError{Found: "a larger file", Want: "a profile of at most a megabyte"}
	}
	return strictly(text, v)
}

// Plain writes a number with characters of ASCII alone, whatever minus it was typed with.
func Plain(s string) string { return plain(strings.TrimSpace(norm.NFKC.String(s))) }
