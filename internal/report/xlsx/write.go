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

	"suyuan/internal/i18n"
	"suyuan/internal/report"
)

// cellLimit is how many UTF-16 units a cell holds; the library would cut the rest off without a word.
const cellLimit = 32767

// Write writes the document as a workbook. The same document gives the same bytes.
func Write(w io.Writer, d *report.Document) error {
	book := &workbook{file: excelize.NewFile(), document: d, names: newNames()}
	var b bytes.Buffer
	err := book.fill()
	if err == nil {
		err = book.file.Write(&b)
	}
	if closed := book.file.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return fmt.Errorf("workbook of %q: %w", d.Title, err)
	}
	return pack(w, b.Bytes())
}

// A workbook is being filled.
type workbook struct {
	file     *excelize.File
	document *report.Document
	names    *names
	styles   styles
}

func (b *workbook) fill() error {
	var err error
	if b.styles, err = newStyles(b.file); err != nil {
		return err
	}
	if err := b.describe(); err != nil {
		return err
	}
	texts := i18n.New(b.document.Lang)
	if err := b.add(b.summary(texts.Text("layout.report"))); err != nil {
		return err
	}
	for _, s := range b.document.Sections {
		if err := b.add(sectionSheet(s)); err != nil {
			return fmt.Errorf("section %q: %w", s.ID, err)
		}
	}
	// The library begins with a sheet of its own, which has to stay until there is another.
	return b.file.DeleteSheet(firstSheet)
}

// firstSheet is what the library calls the sheet that it begins with.
const firstSheet = "Sheet1"

// describe says what the workbook is. Without a time of the document it is dated to the first that a workbook can hold.
func (b *workbook) describe() error {
	made := time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)
	if !b.document.Made.IsZero() {
		made = b.document.Made.Std().UTC()
	}
	stamp := made.Format(time.RFC3339)
	err := b.file.SetDocProps(&excelize.DocProperties{
		Title: i18n.Visible(b.document.Title), Creator: "Suyuan", LastModifiedBy: "Suyuan", Language: string(b.document.Lang), Created: stamp, Modified: stamp,
	})
	if err != nil {
		return err
	}
	return b.file.SetAppProps(&excelize.AppProperties{Application: "Suyuan"})
}

// banner is the first row of every sheet.
func (b *workbook) banner() string {
	s := ""
	for _, mark := range []string{b.document.Urgent, b.document.Mark} {
		if mark != "" {
			s += mark + " – "
		}
	}
	return s + b.document.Title
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
func (b *workbook) summary(title string) *sheetPlan {
	p := &sheetPlan{title: title, foot: b.document.Foot, numeric: func(int) bool { return false }}
	for _, f := range b.document.Facts {
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
