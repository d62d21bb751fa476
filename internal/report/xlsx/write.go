package xlsx

import (
	"bytes"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"time"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"

	"suyuan/internal/event"
	"suyuan/internal/i18n"
	"suyuan/internal/report"
)

// cellLimit is how many UTF-16 units a cell holds; the library would cut the rest off without a word.
const cellLimit = 32767

// Write writes the document as a workbook. The same document gives the same bytes.
func Write(w io.Writer, d *report.Document) error {
	b := &workbook{lang: d.Lang, title: d.Title, marks: []string{d.Urgent, d.Mark}, made: d.Made}
	return b.write(w, func() error {
		if err := b.add(summary(i18n.New(d.Lang).Text("layout.report"), d.Facts, d.Foot)); err != nil {
			return err
		}
		for _, s := range d.Sections {
			if err := b.add(sectionSheet(s)); err != nil {
				return fmt.Errorf("section %q: %w", s.ID, err)
			}
		}
		return nil
	})
}

// A workbook is being filled.
type workbook struct {
	lang  i18n.Lang
	title string
	marks []string
	made  event.Time

	file   *excelize.File
	names  *names
	styles styles
}

// write writes a workbook with the sheets that fill adds.
func (b *workbook) write(w io.Writer, fill func() error) error {
	var out bytes.Buffer
	if err := b.build(&out, fill); err != nil {
		return fmt.Errorf("workbook of %q: %w", b.title, err)
	}
	return pack(w, out.Bytes())
}

func (b *workbook) build(w io.Writer, fill func() error) (err error) {
	b.file, b.names = excelize.NewFile(), newNames()
	defer func() { // also where a row panics: long sheets lie in files of the library's until then
		if closed := b.file.Close(); err == nil {
			err = closed
		}
	}()
	if b.styles, err = newStyles(b.file); err != nil {
		return err
	}
	if err := b.describe(); err != nil {
		return err
	}
	if err := fill(); err != nil {
		return err
	}
	// The library begins with a sheet of its own, which has to stay until there is another.
	if err := b.file.DeleteSheet(firstSheet); err != nil {
		return err
	}
	return b.file.Write(w)
}

// firstSheet is what the library calls the sheet that it begins with.
const firstSheet = "Sheet1"

// describe says what the workbook is. Without a time of the document it is dated to the first that a workbook can hold.
func (b *workbook) describe() error {
	made := time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)
	if !b.made.IsZero() {
		made = b.made.Std().UTC()
	}
	stamp := made.Format(time.RFC3339)
	err := b.file.SetDocProps(&excelize.DocProperties{
		Title: i18n.Visible(b.title), Creator: "Suyuan", LastModifiedBy: "Suyuan", Language: string(b.lang), Created: stamp, Modified: stamp,
	})
	if err != nil {
		return err
	}
	return b.file.SetAppProps(&excelize.AppProperties{Application: "Suyuan"})
}

// banner is the first row of every sheet.
func (b *workbook) banner() string {
	s := ""
	for _, mark := range b.marks {
		if mark != "" {
			s += mark + " – "
		}
	}
	return s + b.title
}

// A sheetPlan is what goes onto a sheet under its banner.
type sheetPlan struct {
	title   string
	alarm   bool
	lines   []string   // a cell each, over the table
	heads   []string   // nil where there is no table
	rows    [][]string // under the heads, or names and values without
	numeric func(column int) bool
	foot    []string
}

// summary is the first sheet: the facts, then the foot.
func summary(title string, facts []report.Fact, foot []string) *sheetPlan {
	p := &sheetPlan{title: title, foot: foot, numeric: none}
	for _, f := range facts {
		p.rows = append(p.rows, []string{f.Name, f.Value})
	}
	return p
}

func sectionSheet(s *report.Section) *sheetPlan {
	p := &sheetPlan{title: s.Title, alarm: s.Alarm, heads: s.Heads, rows: s.Rows, numeric: s.IsNumeric}
	p.lines = append(append(p.lines, s.Title), s.Text...)
	if s.Picture != nil && s.Picture.Alt != "" {
		p.lines = append(p.lines, s.Picture.Alt)
	}
	return p
}

// check refuses rows that do not fit their heads.
func (p *sheetPlan) check() error {
	for i, cells := range p.rows {
		if p.heads != nil && len(cells) != len(p.heads) {
			return fmt.Errorf("row %d has %d cells for %d heads", i+1, len(cells), len(p.heads))
		}
	}
	return nil
}

// integer is what is stored as a number: up to fifteen digits, which a workbook keeps exactly.
var integer = regexp.MustCompile(`^(0|-?[1-9][0-9]{0,14})$`)

// value returns a cell's value, and what of it no cell can hold.
func value(s string, numeric bool) (cell any, rest string) {
	if numeric && integer.MatchString(s) {
		if n, err := strconv.ParseInt(s, 10, 64); err == nil {
			return n, ""
		}
	}
	return split(i18n.Visible(s))
}

// split cuts a text to what a cell holds; the rest begins with an ellipsis. What the library writes for one of our characters
// may be longer than it ("_x0041_" gets a mark before it), so that half of the limit is used.
func split(s string) (cell, rest string) {
	units := 0
	for i, r := range s {
		if units += utf16.RuneLen(r); units > cellLimit/2 {
			return s[:i], "…" + s[i:]
		}
	}
	return s, ""
}
