package table

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"suyuan/internal/interchange/sheet"
)

// RejectHeading heads the column in which rejected rows say why. Such a column is left out when a table is read.
const RejectHeading = "原因 reason"

// Rejected are the rows of a table that are left out of an import, with the headings, and behind each why. They can be mended, and imported by the
// same profile. [Profile.Rejected] is the only way to get one.
type Rejected struct {
	profile *Profile
	format  sheet.Format
	comma   rune
	sheet   string
	rows    [][]sheet.Cell // the headings first; all of one length, the reason last
}

// Rejected returns the rows of a table that reason gives a reason for.
func (p *Profile) Rejected(t *sheet.Table, reason func(line int) (why string, rejected bool)) (*Rejected, error) {
	r := &Rejected{profile: p, format: t.Format, comma: t.Comma, sheet: t.Sheet}
	before := -1 // the column in which rows say why they were rejected before
	width := 0
	for row, err := range t.Rows() {
		if err != nil {
			return nil, err
		}
		why, rejected := reason(row.Line)
		head := r.rows == nil
		if !head && !rejected {
			continue
		}
		cells := slices.Clone(row.Cells)
		if head {
			why, before = RejectHeading, slices.IndexFunc(cells, isRejectHeading)
		}
		if 0 <= before && before < len(cells) {
			cells = slices.Delete(cells, before, before+1)
		}
		r.rows = append(r.rows, append(cells, sheet.Cell{Text: why, Kind: sheet.Text}))
		width = max(width, len(cells)+1)
	}
	for i, cells := range r.rows {
		last := len(cells) - 1
		r.rows[i] = append(append(cells[:last:last], make([]sheet.Cell, width-len(cells))...), cells[last])
	}
	return r, nil
}

func isRejectHeading(c sheet.Cell) bool { return fold(c.Text) == fold(RejectHeading) }

// Write writes the rows as they came, in the form, the encoding and with the separator that the table has. Headings stand in the row where the
// profile looks for them. A workbook's cells are texts and dates, nothing that a spreadsheet could take for another thing.
func (r *Rejected) Write(w io.Writer) error {
	if r.format == sheet.XLSX {
		return r.writeWorkbook(w)
	}
	return r.writeCSV(w)
}

// StandIn reports whether a file holds these rows already, whatever else and whatever reasons stand there.
func (r *Rejected) StandIn(t *sheet.Table) (bool, error) {
	there := make(map[string]int)
	ours, err := r.profile.Rejected(t, func(int) (string, bool) { return "", true })
	if err != nil {
		return false, err
	}
	for _, row := range ours.rows {
		there[rowKey(row)]++
	}
	for _, row := range r.rows {
		key := rowKey(row)
		if there[key]--; there[key] < 0 {
			return false, nil
		}
	}
	return true, nil
}

// rowKey is what a row says but for the reason: its texts, and no empty cells behind them.
func rowKey(row []sheet.Cell) string {
	row = row[:len(row)-1]
	for len(row) > 0 && row[len(row)-1].Kind == sheet.Empty {
		row = row[:len(row)-1]
	}
	var b strings.Builder
	for _, c := range row {
		fmt.Fprintf(&b, "%d:%s", len(c.Text), c.Text)
	}
	return b.String()
}

func (r *Rejected) writeCSV(w io.Writer) error {
	if r.profile.sheet.Encoding == sheet.GB18030 {
		w = simplifiedchinese.GB18030.NewEncoder().Writer(w)
	} else if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return err
	}
	var b strings.Builder
	for range r.profile.header - 1 { // above the headings, where a line without anything is none
		b.WriteString("-\n")
	}
	for _, row := range r.rows {
		for i, c := range row {
			if i > 0 {
				b.WriteRune(r.comma)
			}
			b.WriteString(csvField(c, r.comma))
		}
		b.WriteByte('\n')
		if _, err := io.WriteString(w, b.String()); err != nil {
			return err
		}
		b.Reset()
	}
	return nil
}

// csvField writes a cell so that it comes back as it is and no spreadsheet computes it. All that could be taken for a separator is quoted, or the
// guess at which one parts the cells would not be what it was; readers make one line end of CR LF.
func csvField(c sheet.Cell, comma rune) string {
	s := sheet.Verbatim(c.Text)
	if s != "" && s == c.Text && sheet.Computes(s) {
		s = "'" + s
	}
	if !strings.ContainsAny(s, ",;\t|\"\r\n"+string(comma)) && strings.TrimSpace(s) == s {
		return s
	}
	return `"` + strings.ReplaceAll(strings.ReplaceAll(s, `"`, `""`), "\r\n", "\r\r\n") + `"`
}

// writeWorkbook writes dates as dates, and all else as texts: a spreadsheet takes none of them for a number or a formula.
func (r *Rejected) writeWorkbook(w io.Writer) error {
	f := excelize.NewFile()
	defer f.Close() //nolint:errcheck // it is in memory
	name := cmp.Or(r.sheet, "Sheet1")
	if err := f.SetSheetName("Sheet1", name); err != nil {
		return err
	}
	styles := make(map[string]int)
	for i, row := range r.rows {
		for k, c := range row {
			if c.Kind == sheet.Empty {
				continue
			}
			at := sheet.At(r.profile.header+i, k+1)
			value, form := workbookCell(c)
			style, ok := styles[form]
			if !ok {
				var err error
				if style, err = f.NewStyle(&excelize.Style{CustomNumFmt: &form}); err != nil {
					return err
				}
				styles[form] = style
			}
			if err := setCell(f, name, at, value, style); err != nil {
				return err
			}
		}
	}
	return f.Write(w)
}

// The forms of a workbook's dates, and the number format that shows all of each: a day that were written as a moment would be midnight.
var workbookForms = []struct {
	kind           sheet.Kind
	layout, format string
}{
	{sheet.Date, "2006-01-02", "yyyy-mm-dd"},
	{sheet.Date, "2006-01-02T15:04:05", "yyyy-mm-dd hh:mm:ss"},
	{sheet.Time, "15:04:05", "hh:mm:ss"},
}

// dayZero is the day from which a workbook counts since March 1900.
var dayZero = time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)

// workbookCell returns what is stored for a cell and the format that it is shown in: a number of days for what a spreadsheet has as a date, which
// is none before its calendar is sound, and a text for all else.
func workbookCell(c sheet.Cell) (value any, format string) {
	for _, form := range workbookForms {
		t, err := time.Parse(form.layout, c.Text)
		switch {
		case form.kind != c.Kind || err != nil || t.Format(form.layout) != c.Text:
		case c.Kind == sheet.Time:
			return t.Sub(t.Truncate(24*time.Hour)).Hours() / 24, form.format
		case t.Year() > 1900:
			return float64(t.Unix()-dayZero.Unix()) / (24 * 60 * 60), form.format
		}
	}
	return sheet.Verbatim(c.Text), "@"
}

// maxCell is how many UTF-16 units a cell of a workbook holds.
const maxCell = 32767

func setCell(f *excelize.File, name, at string, value any, style int) error {
	text, isText := value.(string)
	if n := len(utf16.Encode([]rune(text))); n > maxCell {
		return fmt.Errorf("cell %s: found a text of %d characters, want at most %d", at, n, maxCell)
	}
	if err := f.SetCellStyle(name, at, at, style); err != nil {
		return err
	}
	if isText {
		return f.SetCellStr(name, at, text)
	}
	return f.SetCellValue(name, at, value)
}
