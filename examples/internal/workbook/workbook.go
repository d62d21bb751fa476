// Package workbook writes the workbooks of the examples, as people type them. The same rows give the same bytes.
package workbook

import (
	"fmt"
	"strings"

	"github.com/xuri/excelize/v2"
)

// A Sheet is one sheet: a row of headings and rows below it, cells apart by |.
type Sheet struct {
	Name string
	Rows []string
}

// Write writes a workbook.
func Write(path string, sheets ...Sheet) error {
	f := excelize.NewFile()
	defer f.Close() //nolint:errcheck // it is in memory
	for n, s := range sheets {
		if err := add(f, n, &s); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	}
	return f.SaveAs(path)
}

func add(f *excelize.File, n int, s *Sheet) error {
	if n == 0 {
		if err := f.SetSheetName("Sheet1", s.Name); err != nil {
			return err
		}
	} else if _, err := f.NewSheet(s.Name); err != nil {
		return err
	}
	for i, row := range s.Rows {
		for k, text := range strings.Split(row, "|") {
			at, err := excelize.CoordinatesToCellName(k+1, i+1)
			if err == nil {
				err = put(f, s.Name, at, text)
			}
			if err != nil {
				return err
			}
		}
	}
	if err := f.SetPanes(s.Name, &excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	return f.SetColWidth(s.Name, "A", "Q", 18)
}
