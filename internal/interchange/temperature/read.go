package temperature

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"suyuan/internal/interchange/sheet"
	"suyuan/internal/interchange/table"
)

// MaxReadings is how many readings one file may have: a year of one a second would be six times as many.
const MaxReadings = 5_000_000

// A Reading is what a logger measured.
type Reading struct {
	At    int64 // nanoseconds since 1970 in UTC
	Milli int32 // thousandths of a degree Celsius
}

// Time returns when it was measured.
func (r Reading) Time() time.Time { return time.Unix(0, r.At).UTC() }

// A Log is what one file of a logger says.
type Log struct {
	Serial   string    // of the logger; empty where the file does not say it
	Readings []Reading // by time, those of one moment by value, and none twice
	Failed   []int64   // when the sensor failed to measure, by time
	Newest   bool      // the newest row came first
	Back     []int     // rows, the first hundred, whose time goes against the order of the others: the clock was set, or files were joined
	BackRows int       // how many there are
	Repeated int       // readings that stood there twice, and are kept once
	Twice    int       // times that clocks showed twice, and the row before decided which
}

// reader reads one file.
type reader struct {
	profile *Profile
	log     *Log
	at      map[string]int // columns by folded heading; nil above the headings
	last    time.Time
	down    bool // rows so far ran from new to old
	up      bool
}

// maxBack is how many rows a Log names.
const maxBack = 100

// Read reads a logger's file. What is wrong with a cell is a [*table.CellError], what is wrong with the table a [*sheet.Error]; either ends it.
func (p *Profile) Read(t *sheet.Table) (*Log, error) {
	r := &reader{profile: p, log: &Log{}}
	line := 0
	for row, err := range t.Rows() {
		if err != nil {
			return nil, err
		}
		line = row.Line
		done, bad := r.row(&row)
		if bad != nil {
			return nil, bad
		}
		if done {
			break
		}
	}
	switch {
	case r.at == nil:
		return nil, &table.CellError{Line: max(1, line), Found: "no row with the headings " + quoteAll(p.wanted()), Want: "them, or a profile for this logger"}
	case len(r.log.Readings) == 0:
		return nil, &table.CellError{Line: max(1, line), Found: "no reading", Want: "at least one below the headings"}
	}
	r.finish()
	return r.log, nil
}

func quoteAll(words []string) string {
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = strconv.Quote(w)
	}
	return strings.Join(quoted, ", ")
}

// row reads one row; done says that no readings follow.
func (r *reader) row(row *sheet.Row) (done bool, bad error) {
	if row.Blank() {
		return false, nil
	}
	if r.at == nil {
		return false, r.above(row)
	}
	first := slices.IndexFunc(row.Cells, func(c sheet.Cell) bool { return c.Kind != sheet.Empty })
	if r.profile.footer != "" && strings.HasPrefix(table.Fold(row.Cells[first].Text), r.profile.footer) {
		return true, nil
	}
	if err := r.serial(row); err != nil {
		return false, err
	}
	at, err := r.time(row)
	if err != nil {
		return false, err
	}
	return false, r.measured(row, at)
}

// above looks for the serial number and the headings.
func (r *reader) above(row *sheet.Row) error {
	p := r.profile
	for i := range row.Cells {
		text := table.Fold(row.Cells[i].Text)
		rest, ok := strings.CutPrefix(text, p.serial)
		if p.serial == "" || !ok {
			continue
		}
		if strings.TrimLeft(rest, ":=") != "" {
			r.log.Serial = lastOf(row.Cells[i].Text)
		} else if next := i + 1; next < len(row.Cells) {
			r.log.Serial = strings.TrimSpace(row.Cells[next].Text)
		}
	}
	at := make(map[string]int)
	for i := range row.Cells {
		heading := table.Fold(row.Cells[i].Text)
		if _, twice := at[heading]; twice && slices.ContainsFunc(p.wanted(), func(h string) bool { return table.Fold(h) == heading }) {
			return &table.CellError{Line: row.Line, Column: i + 1, Heading: row.Cells[i].Text, Found: "a second column of this heading", Want: "one, so that it is known which sensor is meant"}
		}
		at[heading] = i
	}
	var lacks []string
	for _, h := range p.wanted() {
		if _, ok := at[table.Fold(h)]; !ok {
			lacks = append(lacks, h)
		}
	}
	switch {
	case len(lacks) == 0 && (p.header == 0 || row.Line == p.header):
		r.at = at
	case p.header > 0 && row.Line >= p.header:
		return &table.CellError{Line: row.Line, Found: "no heading " + quoteAll(lacks), Want: "it, or header_row and columns in the profile as this file has them"}
	}
	return nil
}

// lastOf returns what stands behind the colon or equals sign of a cell.
func lastOf(s string) string {
	if i := strings.IndexAny(s, ":：=＝"); i >= 0 {
		s = strings.TrimLeft(s[i:], ":：=＝")
	}
	return strings.TrimSpace(s)
}

// cell returns what stands below a heading, and where.
func (r *reader) cell(row *sheet.Row, heading string) (sheet.Cell, *table.CellError) {
	i := r.at[table.Fold(heading)]
	where := &table.CellError{Line: row.Line, Column: i + 1, Heading: heading}
	if i >= len(row.Cells) {
		return sheet.Cell{}, where
	}
	return row.Cells[i], where
}

// serial notes the logger that a row is of: a file of two loggers is two files.
func (r *reader) serial(row *sheet.Row) error {
	if r.profile.columns.Serial == "" {
		return nil
	}
	cell, where := r.cell(row, r.profile.columns.Serial)
	switch s := strings.TrimSpace(cell.Text); {
	case s == "":
	case r.log.Serial == "":
		r.log.Serial = s
	case r.log.Serial != s:
		where.Found, where.Want = strconv.Quote(s), "readings of one logger, "+strconv.Quote(r.log.Serial)+"; part the file"
		return where
	}
	return nil
}

// time reads when a row was measured.
func (r *reader) time(row *sheet.Row) (time.Time, error) {
	c := &r.profile.columns
	cell, where := r.cell(row, cmp.Or(c.Time, c.Date))
	text := cell.Text
	if c.Time == "" {
		clock, _ := r.cell(row, c.Clock)
		text += " " + clock.Text
	}
	moments, want := r.profile.times.Moments(text)
	if len(moments) == 0 {
		where.Found, where.Want = strconv.Quote(strings.TrimSpace(text)), want
		if r.profile.footer == "" {
			where.Want += "; or footer in the profile, where readings end here"
		}
		return time.Time{}, where
	}
	at, ok := r.choose(moments)
	if !ok {
		where.Found = strconv.Quote(text)
		where.Want = "which of " + moments[0].Format(time.RFC3339) + " and " + moments[1].Format(time.RFC3339) + ": clocks were set back; where the logger's was not, write its offset, as zone = \"+01:00\""
		return time.Time{}, where
	}
	if y := at.Year(); y < 1990 || y > 2200 {
		where.Found, where.Want = strconv.Quote(text), "a year in which there were loggers: its clock was not set"
		return time.Time{}, where
	}
	r.follow(at, row.Line)
	return at, nil
}

// choose returns which of two moments the row before leaves as the nearest that goes on in the order of the rows.
func (r *reader) choose(moments []time.Time) (time.Time, bool) {
	if len(moments) == 1 {
		return moments[0], true
	}
	if r.last.IsZero() {
		return time.Time{}, false
	}
	r.log.Twice++
	if !r.down {
		for _, m := range moments {
			if m.After(r.last) {
				return m, true
			}
		}
	}
	if !r.up || r.down {
		for _, m := range slices.Backward(moments) {
			if m.Before(r.last) {
				return m, true
			}
		}
	}
	return time.Time{}, false
}

// follow notes the order of the rows, and what goes against it.
func (r *reader) follow(at time.Time, line int) {
	switch {
	case r.last.IsZero() || at.Equal(r.last):
	case !r.up && !r.down:
		r.up, r.down = at.After(r.last), at.Before(r.last)
	case r.up != at.After(r.last):
		if r.log.BackRows++; len(r.log.Back) < maxBack {
			r.log.Back = append(r.log.Back, line)
		}
	}
	r.last = at
}

// measured reads the temperature of a row.
func (r *reader) measured(row *sheet.Row, at time.Time) error {
	cell, where := r.cell(row, r.profile.columns.Temperature)
	if r.profile.failed[table.Fold(cell.Text)] || cell.Kind == sheet.Empty {
		r.log.Failed = append(r.log.Failed, at.UnixNano())
		return nil
	}
	milli, ok := r.profile.milli(cell.Text)
	switch {
	case !ok:
		where.Found, where.Want = strconv.Quote(cell.Text), "a temperature, as 5.3, or no_reading in the profile for what this logger writes when its sensor fails"
		if strings.Contains(cell.Text, ",") && !r.profile.comma {
			where.Want = "a number with a point, or decimal = \",\" in the profile"
		}
	case milli < -273_150 || milli > 150_000:
		where.Found = fmt.Sprintf("%s, which is %s °C", strconv.Quote(cell.Text), Degrees(milli))
		where.Want = "a temperature between -273.15 and 150 °C, the right unit in the profile, or no_reading for what this logger writes when its sensor fails"
	case len(r.log.Readings) == MaxReadings:
		where.Found, where.Want = "one reading more", "at most "+strconv.Itoa(MaxReadings)+" in one file; part it"
	default:
		r.log.Readings = append(r.log.Readings, Reading{at.UnixNano(), int32(milli)})
		return nil
	}
	return where
}

// finish puts the readings in order and leaves out what stands there twice.
func (r *reader) finish() {
	log := r.log
	log.Newest = r.down
	if log.Newest {
		slices.Reverse(log.Readings)
	}
	all := len(log.Readings)
	log.Readings = Merge(log.Readings)
	log.Repeated = all - len(log.Readings)
	slices.Sort(log.Failed)
}

// Merge returns the readings of several parts of a log by time. A reading that two parts have, of one moment and one value, is there once.
func Merge(parts ...[]Reading) []Reading {
	all := slices.Concat(parts...)
	slices.SortStableFunc(all, func(a, b Reading) int { return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.Milli, b.Milli)) })
	return slices.Compact(all)
}
