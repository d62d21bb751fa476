package table

import (
	"cmp"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"suyuan/internal/interchange/sheet"
)

// RejectHeading heads the column in which rejected rows say why. Such a column is left out when a table is read.
const RejectHeading = "原因 reason"

// WriteRejected writes the rows of a table that reason gives a reason for, with it in a column behind the others, so that they can be mended and imported by the
// same profile. Headings stand in the row where the profile looks for them. A workbook's cells are all texts.
func (p *Profile) WriteRejected(w io.Writer, t *sheet.Table, reason func(line int) (why string, rejected bool)) error {
	var rows [][]sheet.Cell
	width := 0
	for row, err := range t.Rows() {
		if err != nil {
			return err
		}
		why, rejected := reason(row.Line)
		head := rows == nil
		if !head && !rejected {
			continue
		}
		cells := slices.Clone(row.Cells)
		if head {
			rows = make([][]sheet.Cell, p.header-1, p.header)
			width, why = len(cells), RejectHeading
			if i := slices.IndexFunc(cells, func(c sheet.Cell) bool { return c.Text == RejectHeading }); i >= 0 { // rows that were rejected before
				width = i
			}
		}
		cells = append(cells, make([]sheet.Cell, max(0, width-len(cells)))...)[:width]
		rows = append(rows, append(cells, sheet.Cell{Text: why, Kind: sheet.Text}))
	}
	if t.Format == sheet.XLSX {
		return writeWorkbook(w, cmp.Or(p.sheet.Sheet, "Sheet1"), rows)
	}
	return p.writeCSV(w, rows)
}

func (p *Profile) writeCSV(w io.Writer, rows [][]sheet.Cell) error {
	if p.sheet.Encoding == sheet.GB18030 {
		encoded := simplifiedchinese.GB18030.NewEncoder().Writer(w)
		w = encoded
	} else if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	if p.sheet.Comma != 0 {
		out.Comma = p.sheet.Comma
	}
	for _, row := range rows {
		texts := []string{"-"} // above the headings, where a line without anything is none
		if row != nil {
			texts = texts[:0]
		}
		for _, c := range row {
			if c.Text != "" && strings.ContainsRune("=+-@\t\r", rune(c.Text[0])) {
				c.Text = "'" + c.Text
			}
			texts = append(texts, c.Text)
		}
		if err := out.Write(texts); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// writeWorkbook writes dates as dates, and all else as texts: a spreadsheet takes none of them for a number or a formula.
func writeWorkbook(w io.Writer, name string, rows [][]sheet.Cell) error {
	f := excelize.NewFile()
	defer f.Close() //nolint:errcheck // it is in memory
	if err := f.SetSheetName("Sheet1", name); err != nil {
		return err
	}
	styles := make(map[sheet.Kind]int)
	for kind, format := range map[sheet.Kind]string{sheet.Text: "@", sheet.Date: "yyyy-mm-dd hh:mm:ss", sheet.Time: "hh:mm:ss", sheet.Number: "@", sheet.Bool: "@"} {
		style, err := f.NewStyle(&excelize.Style{CustomNumFmt: &format})
		if err != nil {
			return err
		}
		styles[kind] = style
	}
	for i, row := range rows {
		for k, c := range row {
			if c.Kind == sheet.Empty {
				continue
			}
			at := sheet.At(i+1, k+1)
			if err := errors.Join(setCell(f, name, at, c), f.SetCellStyle(name, at, at, styles[c.Kind])); err != nil {
				return err
			}
		}
	}
	return f.Write(w)
}

func setCell(f *excelize.File, name, at string, c sheet.Cell) error {
	for kind, layouts := range map[sheet.Kind][]string{sheet.Date: {"2006-01-02T15:04:05", "2006-01-02"}, sheet.Time: {"15:04:05"}} {
		for _, layout := range layouts {
			t, err := time.Parse(layout, c.Text)
			switch {
			case kind != c.Kind || err != nil:
			case kind == sheet.Time:
				return f.SetCellFloat(name, at, t.Sub(t.Truncate(24*time.Hour)).Hours()/24, -1, 64)
			default:
				return f.SetCellValue(name, at, t)
			}
		}
	}
	return f.SetCellStr(name, at, c.Text)
}
