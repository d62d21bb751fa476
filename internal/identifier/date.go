package identifier

import (
	"fmt"
	"time"
)

// A Date is a day, or a minute of a day, as a label says it: without a zone.
type Date struct {
	Year   int
	Month  time.Month
	Day    int
	Hour   int
	Minute int
	Timed  bool // whether Hour and Minute are said
}

// String returns the date in ISO 8601.
func (d Date) String() string {
	day := fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day)
	if !d.Timed {
		return day
	}
	return fmt.Sprintf("%sT%02d:%02d", day, d.Hour, d.Minute)
}

// isDay reports whether the day is in the calendar.
func isDay(year, month, day int) bool {
	return 1 <= month && month <= 12 && 1 <= day && day <= daysIn(year, month)
}

func daysIn(year, month int) int {
	return time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

// inCentury returns the year that the two digits yy mean when read in year (GS1
// General Specifications section 7.12): one from 49 years before to 50 after.
func inCentury(yy, year int) int {
	century := year - year%100
	switch apart := yy - year%100; {
	case apart >= 51:
		return century - 100 + yy
	case apart <= -50:
		return century + 100 + yy
	}
	return century + yy
}

// gs1Date reads YYMMDD, in which day 00 is the last of the month (GS1 General
// Specifications section 3.4.7), and hhmm behind it.
func gs1Date(value string, year int) Date {
	d := Date{Year: inCentury(two(value), year), Month: time.Month(two(value[2:])), Day: two(value[4:])}
	if d.Day == 0 {
		d.Day = daysIn(d.Year, int(d.Month))
	}
	if len(value) >= 10 {
		d.Hour, d.Minute, d.Timed = two(value[6:]), two(value[8:]), true
	}
	return d
}

// isbtDate reads cyyjjj and hhmm behind it (ST-001 sections 2.4.4 and 2.4.5):
// century, year, day of the year. It reports whether there is such a day.
func isbtDate(value string) (Date, bool) {
	year := 2000 + 100*int(value[0]-'0') + two(value[1:])
	if value[0] == '9' {
		year -= 1000 // three digits of a year: 998 is 1998
	}
	day := int(value[3]-'0')*100 + two(value[4:])
	last := time.Date(year, time.December, 31, 0, 0, 0, 0, time.UTC).YearDay()
	if day < 1 || day > last {
		return Date{}, false
	}
	t := time.Date(year, time.January, day, 0, 0, 0, 0, time.UTC)
	d := Date{Year: t.Year(), Month: t.Month(), Day: t.Day()}
	if len(value) == 10 {
		d.Hour, d.Minute, d.Timed = two(value[6:]), two(value[8:]), true
	}
	return d, d.Hour < 24 && d.Minute < 60
}

// secDate reads YYYYMMDD.
func secDate(value string) Date {
	return Date{Year: two(value)*100 + two(value[2:]), Month: time.Month(two(value[4:])), Day: two(value[6:])}
}
