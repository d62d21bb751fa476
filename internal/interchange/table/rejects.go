package table

import (
	"encoding/csv"
	"io"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"suyuan/internal/interchange/sheet"
)

// RejectHeading heads the column in which rejected rows say why. Such a column is left out when a table is read.
const RejectHeading = "原因 reason"

// WriteRejected writes the rows of a table that reason gives a reason for, with it in a column behind the others, so that they can be mended and imported by the
// same profile. Headings stand in the row where the profile looks for them. A workbook's cells are all texts.
func (p *Profile) WriteRejected(w io.Writer, t *sheet.Table, reason func(line int) (why string, rejected bool)) error {
	var rows [][]string
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
		cells := make([]string, 0, len(row.Cells)+1)
		for _, c := range row.Cells {
			cells = append(cells, c.Text)
		}
		if head {
			rows = make([][]string, p.header-1, p.header)
			width, why = len(cells), RejectHeading
			if i := slices.Index(cells, RejectHeading); i >= 0 { // a table of rows that were rejected before
				width = i
			}
		}
		cells = append(cells, make([]string, max(0, width-len(cells)))...)[:width]
		rows = append(rows, append(cells, why))
	}
	if t.Format == sheet.XLSX {
		return writeWorkbook(w, cmpSheet(p.sheet.Sheet), rows)
	}
	return p.writeCSV(w, rows)
}

func cmpSheet(name string) string {
	if name == "" {
		return "Sheet1"
	}
	return name
}

func (p *Profile) writeCSV(w io.Writer, rows [][]string) error {
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
		if row == nil {
			row = []string{"-"}
		}
		for i := range row {
			if row[i] != "" && strings.ContainsRune("=+-@\t\r", rune(row[i][0])) && len(row) > 1 {
				row[i] = "'" + row[i]
			}
		}
		if err := out.Write(row); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// writeWorkbook writes rows as texts: a spreadsheet takes none of them for a number, a date or a formula.
func writeWorkbook(w io.Writer, name string, rows [][]string) error {
	f := excelize.NewFile()
	defer f.Close() //nolint:errcheck // it is in memory
	if err := f.SetSheetName("Sheet1", name); err != nil {
		return err
	}
	style, err := f.NewStyle(&excelize.Style{NumFmt: 49}) // text
	if err != nil {
		return err
	}
	for i, row := range rows {
		for k, text := range row {
			at := sheet.At(i+1, k+1)
			if err := f.SetCellStr(name, at, text); err != nil {
				return err
			}
			if err := f.SetCellStyle(name, at, at, style); err != nil {
				return err
			}
		}
	}
	return f.Write(w)
}
