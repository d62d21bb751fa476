package xlsx

import "github.com/xuri/excelize/v2"

// styles are the numbers of the workbook's styles.
type styles struct{ banner, line, head, cell int }

func newStyles(f *excelize.File) (styles, error) {
	var s styles
	top := &excelize.Alignment{Vertical: "top", WrapText: true}
	for _, style := range []struct {
		id *int
		of excelize.Style
	}{
		{&s.banner, excelize.Style{Font: &excelize.Font{Bold: true, Size: 13}}},
		{&s.line, excelize.Style{Alignment: &excelize.Alignment{Vertical: "top"}}},
		{&s.head, excelize.Style{
			Font: &excelize.Font{Bold: true}, Alignment: top, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"D9DDE2"}},
			Border: []excelize.Border{{Type: "bottom", Color: "1B1F24", Style: 1}},
		}},
		{&s.cell, excelize.Style{Alignment: top}},
	} {
		var err error
		if *style.id, err = f.NewStyle(&style.of); err != nil {
			return s, err
		}
	}
	return s, nil
}
