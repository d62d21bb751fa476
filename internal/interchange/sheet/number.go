package sheet

import (
	"cmp"
	"encoding/hex"
	"errors"
	"math"
	"strconv"
	"strings"
	"time"
)

// A numberFormat is what a cell's style makes of a number.
type numberFormat struct {
	kind    formatKind
	dated   bool // shows a day
	timed   bool // shows a time
	percent bool
	digits  int    // shown at least, with zeros in front: a code such as 000123
	prefix  string // shown before them: a code such as B-0123
}

type formatKind uint8

const (
	plainFormat formatKind = iota
	dateFormat
	lengthFormat // [h]:mm, a length of time
)

// readStyles reads what the styles of cells make of numbers (ISO/IEC 29500-1 section 18.8); a workbook may have none.
func (w *workbook) readStyles() error {
	if w.parts[stylesPart] == nil {
		return nil
	}
	codes := make(map[int]string)
	return w.walk(stylesPart, func(at []string, e *element) error {
		switch {
		case e.name == "numFmt" && len(at) == 3 && at[1] == "numFmts":
			id, err := strconv.Atoi(e.attr("numFmtId"))
			codes[id] = e.attr("formatCode")
			return err
		case e.name == "xf" && len(at) == 3 && at[1] == "cellXfs":
			if len(w.formats) == maxStyles {
				return errors.New("more styles than a workbook can have")
			}
			id, err := strconv.Atoi(cmp.Or(e.attr("numFmtId"), "0"))
			code, own := codes[id]
			if !own {
				code = builtIn(id)
			}
			w.formats = append(w.formats, parseFormat(code))
			return err
		}
		return nil
	}, nil, nil)
}

// builtIn returns the format codes that workbooks do not spell out and that matter here (section 18.8.30); 27 to 36 and 50 to 58 are dates of the
// Chinese, Japanese and Korean versions.
func builtIn(id int) string {
	switch {
	case id == 9 || id == 10:
		return "0%"
	case 14 <= id && id <= 17, 27 <= id && id <= 31, id == 36, 50 <= id && id <= 54, id == 57, id == 58:
		return "yyyy-mm-dd"
	case 18 <= id && id <= 21, 32 <= id && id <= 35, id == 45, id == 47, id == 55, id == 56:
		return "h:mm:ss"
	case id == 22:
		return "yyyy-mm-dd h:mm"
	case id == 46:
		return "[h]:mm:ss"
	default:
		return ""
	}
}

// parseFormat reads a format code as far as it matters what a number means: whether it is a date, a time, a share, or a code with zeros in front.
func parseFormat(code string) numberFormat {
	bare, before := bareFormat(code)
	first, _, _ := strings.Cut(bare, ";")
	f := numberFormat{percent: strings.Contains(first, "%")}
	letters := strings.ToLower(first)
	length := strings.Contains(letters, "[h") || strings.Contains(letters, "[m") || strings.Contains(letters, "[s")
	letters = withoutBrackets(letters)
	if strings.Contains(letters, "general") || strings.Contains(letters, "@") {
		return f
	}
	f.dated = strings.ContainsAny(letters, "yd") || strings.Contains(letters, "m") && !strings.ContainsAny(letters, "hs") && !length
	f.timed = strings.ContainsAny(letters, "hs") && !length
	switch {
	case length:
		f.kind = lengthFormat
	case f.dated || f.timed:
		f.kind = dateFormat
	case first != "" && strings.Trim(first, "0") == "":
		f.digits, f.prefix = len(first), before
	}
	return f
}

// bareFormat leaves out quoted text and escaped characters, which are shown as they are, and returns those before all else apart.
func bareFormat(code string) (bare, before string) {
	var b, literal strings.Builder
	within := false
	for i := 0; i < len(code); i++ {
		switch c := code[i]; {
		case c == '"':
			within = !within
		case within, c == '\\' && i+1 < len(code):
			if !within {
				i++
			}
			if b.Len() == 0 {
				literal.WriteByte(code[i])
			}
		case c == '_' || c == '*':
			i++
		default:
			b.WriteByte(c)
		}
	}
	return b.String(), literal.String()
}

// withoutBrackets leaves out [Red], [$-804] and the like.
func withoutBrackets(code string) string {
	for {
		i := strings.IndexByte(code, '[')
		j := strings.IndexByte(code, ']')
		if i < 0 || j < i {
			return code
		}
		code = code[:i] + code[j+1:]
	}
}

// maxExact is how many digits of a number a spreadsheet keeps.
const maxExact = 15

// cell makes a cell of a stored number.
func (f numberFormat) cell(text string, is1904 bool) (Cell, Problem) {
	x, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsInf(x, 0) || math.IsNaN(x) {
		return Cell{}, ProblemDamaged
	}
	switch f.kind {
	case dateFormat:
		return f.moment(x, is1904)
	case lengthFormat:
		if x < 0 {
			return Cell{}, ProblemDate
		}
		return Cell{clockOf(seconds(x)), Time}, ""
	case plainFormat:
	}
	if math.Abs(x) >= 1e15 {
		return Cell{}, ProblemDigits
	}
	if f.percent {
		return Cell{decimal(x*100) + "%", Number}, ""
	}
	s := decimal(x)
	if (f.digits > len(s) || f.prefix != "") && x >= 0 && !strings.Contains(s, ".") {
		return Cell{f.prefix + strings.Repeat("0", max(0, f.digits-len(s))) + s, Text}, ""
	}
	return Cell{s, Number}, ""
}

// decimal writes a number with the fifteen digits that a spreadsheet shows at most, and no exponent.
func decimal(x float64) string {
	s := strconv.FormatFloat(x, 'e', maxExact-1, 64)
	y, _ := strconv.ParseFloat(s, 64) // the same number with fewer digits
	s = strconv.FormatFloat(y, 'f', -1, 64)
	if s == "-0" {
		return "0"
	}
	return s
}

// seconds is a length of so many days, to the nearest second: a workbook keeps a moment in binary fractions of a day.
func seconds(days float64) int64 { return int64(math.Round(days * 86400)) }

// Excel's calendar begins with 1 January 1900 as day 1 and has a 29 February 1900, day 60, which was not; that of old Macintoshes begins with 1 January
// 1904 as day 0.
const (
	leapThatWasNot = 60
	daysMost       = 2958466 // 1 January 10000
)

func (f numberFormat) moment(x float64, is1904 bool) (Cell, Problem) {
	if x < 0 || x >= daysMost {
		return Cell{}, ProblemDate
	}
	all := seconds(x)
	day := all / 86400
	if !f.dated && day == 0 {
		return Cell{clockOf(all), Time}, ""
	}
	base := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	switch {
	case is1904:
		base = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	case day == 0 || day == leapThatWasNot:
		return Cell{}, ProblemDate
	case day < leapThatWasNot:
		base = time.Date(1899, 12, 31, 0, 0, 0, 0, time.UTC)
	}
	t := base.AddDate(0, 0, int(day)).Add(time.Duration(all%86400) * time.Second)
	if all%86400 == 0 && !f.timed {
		return Cell{t.Format("2006-01-02"), Date}, ""
	}
	return Cell{t.Format("2006-01-02T15:04:05"), Date}, ""
}

func clockOf(s int64) string {
	two := func(n int64) string {
		if n < 10 {
			return "0" + itoa(n)
		}
		return itoa(n)
	}
	return two(s/3600) + ":" + two(s/60%60) + ":" + two(s%60)
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

func hexOf(s string) string { return hex.EncodeToString([]byte(s)) }
