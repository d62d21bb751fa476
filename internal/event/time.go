package event

import (
	"cmp"
	"fmt"
	"math"
	"time"
)

// A Time is a civil time with its offset from UTC, as an event gives it:
// nanoseconds, years 1970 to 9999, no leap second. The zero Time is no time.
type Time struct {
	sec    int64 // Unix seconds
	nsec   int32
	offset int16 // minutes east of UTC
	set    bool
}

// ParseTime reads a time YYYY-MM-DDTHH:MM:SS[.f](Z|±HH:MM) of the years 1970
// to 9999, with up to nine places; the instant is not before 1970 in UTC.
func ParseTime(s string) (Time, error) {
	t, want := parseTime(s)
	if want != "" {
		return Time{}, fmt.Errorf("time %s: want %s", quote(s), want)
	}
	return t, nil
}

const (
	wantTime     = "a time YYYY-MM-DDTHH:MM:SS[.f](Z|±HH:MM)"
	wantDay      = "a day that the calendar has"
	wantClock    = "a time of day from 00:00:00 to 23:59:59"
	wantOffset   = "an offset Z or from -23:59 to +23:59, other than -00:00"
	wantYears    = "a time from 1970-01-01T00:00:00Z on"
	wantFraction = "a fraction of one to nine digits"
)

// parseTime returns what it wanted where s is no time.
func parseTime(s string) (Time, string) {
	if len(s) < len("2006-01-02T15:04:05Z") || s[4] != '-' || s[7] != '-' || s[10] != 'T' || s[13] != ':' || s[16] != ':' {
		return Time{}, wantTime
	}
	century, year, month, day := two(s), two(s[2:]), two(s[5:]), two(s[8:])
	hour, minute, second := two(s[11:]), two(s[14:]), two(s[17:])
	if (century | year | month | day | hour | minute | second) < 0 {
		return Time{}, wantTime
	}
	year += 100 * century
	if hour > 23 || minute > 59 || second > 59 {
		return Time{}, wantClock
	}
	nsec, rest, ok := parseFraction(s[19:])
	if !ok {
		return Time{}, wantFraction
	}
	offset, want := parseOffset(rest)
	if want != "" {
		return Time{}, want
	}
	if month < 1 || month > 12 || day < 1 || day > daysIn(year, month) {
		return Time{}, wantDay
	}
	sec := daysSince1970(year, month, day)*86400 + int64(hour*3600+minute*60+second) - int64(offset)*60
	if year < 1970 || sec < 0 {
		return Time{}, wantYears
	}
	return Time{sec: sec, nsec: nsec, offset: offset, set: true}, ""
}

// two reads two digits; it returns a negative number where they are none.
func two(s string) int {
	tens, ones := s[0]-'0', s[1]-'0'
	if tens > 9 || ones > 9 {
		return -1
	}
	return int(tens)*10 + int(ones)
}

func daysIn(year, month int) int {
	if month == 2 && year%4 == 0 && (year%100 != 0 || year%400 == 0) {
		return 29
	}
	return [...]int{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}[month-1]
}

// daysSince1970 counts days by the Gregorian calendar, in which 400 years are
// 146,097 days. A year of it begins in March, so that February's length changes
// no other day's number; the months from March on then have 153 days in five.
func daysSince1970(year, month, day int) int64 {
	if month += 9; month >= 12 {
		month -= 12
	} else {
		year--
	}
	return int64(365*year+year/4-year/100+year/400+(153*month+2)/5+day) - 719469
}

func parseFraction(s string) (nsec int32, rest string, ok bool) {
	if s == "" || s[0] != '.' {
		return 0, s, true
	}
	n := 1
	for n < len(s) && '0' <= s[n] && s[n] <= '9' {
		n++
	}
	if n == 1 || n > 10 {
		return 0, "", false
	}
	for i := 1; i <= 9; i++ {
		nsec *= 10
		if i < n {
			nsec += int32(s[i] - '0')
		}
	}
	return nsec, s[n:], true
}

func parseOffset(s string) (minutes int16, want string) {
	if s == "Z" {
		return 0, ""
	}
	if len(s) != 6 || s[0] != '+' && s[0] != '-' || s[3] != ':' || two(s[1:]) < 0 || two(s[4:]) < 0 {
		return 0, wantTime
	}
	h, m := two(s[1:]), two(s[4:])
	if h > 23 || m > 59 || s == "-00:00" {
		return 0, wantOffset
	}
	minutes = int16(h*60 + m) //nolint:gosec // at most 23:59
	if s[0] == '-' {
		minutes = -minutes
	}
	return minutes, ""
}

// TimeOf returns t with its nanoseconds, and with its offset in whole minutes.
// A t that no event can have (before 1970, after 9999) is refused where the
// event is validated.
func TimeOf(t time.Time) Time {
	_, offset := t.Zone()
	return Time{sec: t.Unix(), nsec: int32(t.Nanosecond()), offset: int16(offset / 60), set: true} //nolint:gosec // below 1e9; a day has 1440 minutes
}

// Std returns t as the standard library's time.
func (t Time) Std() time.Time {
	u := time.Unix(t.sec, int64(t.nsec))
	if t.offset == 0 {
		return u.UTC()
	}
	return u.In(time.FixedZone("", int(t.offset)*60))
}

// Parts returns what a time is made of: Unix seconds, nanoseconds, and minutes
// east of UTC. t must not be the zero Time.
func (t Time) Parts() (sec int64, nsec int32, offset int16) { return t.sec, t.nsec, t.offset }

// TimeFrom returns the time that is made of these [Time.Parts].
func TimeFrom(sec int64, nsec int32, offset int16) Time {
	return Time{sec: sec, nsec: nsec, offset: offset, set: true}
}

// UnixMilli returns the milliseconds since 1970, rounded down.
func (t Time) UnixMilli() int64 { return t.sec*1000 + int64(t.nsec)/1e6 }

// String returns the time as events spell it, or nothing for the zero Time.
func (t Time) String() string {
	if !t.set {
		return ""
	}
	return string(t.append(make([]byte, 0, 35)))
}

func (t Time) append(dst []byte) []byte {
	local := time.Unix(t.sec+int64(t.offset)*60, 0).UTC()
	year, month, day := local.Date()
	hour, minute, second := local.Clock()
	dst = appendTwo(appendTwo(dst, year/100), year%100)
	dst = appendTwo(append(dst, '-'), int(month))
	dst = appendTwo(append(dst, '-'), day)
	dst = appendTwo(append(dst, 'T'), hour)
	dst = appendTwo(append(dst, ':'), minute)
	dst = appendTwo(append(dst, ':'), second)
	return t.appendOffset(t.appendFraction(dst))
}

func (t Time) appendFraction(dst []byte) []byte {
	if t.nsec == 0 {
		return dst
	}
	dst = append(dst, '.')
	unit := int32(1e8)
	for rest := t.nsec; rest > 0; unit /= 10 {
		dst = append(dst, byte('0'+rest/unit)) //nolint:gosec // a digit
		rest %= unit
	}
	return dst
}

func (t Time) appendOffset(dst []byte) []byte {
	if t.offset == 0 {
		return append(dst, 'Z')
	}
	sign, minutes := byte('+'), int(t.offset)
	if minutes < 0 {
		sign, minutes = '-', -minutes
	}
	dst = appendTwo(append(dst, sign), minutes/60)
	return appendTwo(append(dst, ':'), minutes%60)
}

func appendTwo(dst []byte, n int) []byte {
	return append(dst, byte('0'+n/10), byte('0'+n%10)) //nolint:gosec // two digits
}

// IsZero reports whether t is no time.
func (t Time) IsZero() bool { return !t.set }

// Compare orders by instant; offsets do not matter.
func (t Time) Compare(u Time) int {
	if t.sec != u.sec {
		return cmp.Compare(t.sec, u.sec)
	}
	return cmp.Compare(t.nsec, u.nsec)
}

// Before reports whether the instant t is before u.
func (t Time) Before(u Time) bool { return t.Compare(u) < 0 }

// After reports whether the instant t is after u.
func (t Time) After(u Time) bool { return t.Compare(u) > 0 }

// Add returns the instant d later, with the same offset.
func (t Time) Add(d time.Duration) Time {
	nsec := int64(t.nsec) + int64(d%time.Second)
	t.sec += int64(d / time.Second)
	switch {
	case nsec < 0:
		t.sec, nsec = t.sec-1, nsec+1e9
	case nsec >= 1e9:
		t.sec, nsec = t.sec+1, nsec-1e9
	}
	t.nsec = int32(nsec) //nolint:gosec // below 1e9
	return t
}

// Sub returns how much later t is than u; beyond 292 years it is the greatest
// or the least duration.
func (t Time) Sub(u Time) time.Duration {
	sec := t.sec - u.sec
	switch limit := int64(math.MaxInt64 / time.Second); {
	case sec >= limit:
		return math.MaxInt64
	case sec <= -limit:
		return math.MinInt64
	}
	return time.Duration(sec)*time.Second + time.Duration(t.nsec-u.nsec)
}
