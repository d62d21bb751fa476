package xlsx

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mattn/go-runewidth"
	"github.com/xuri/excelize/v2"

	"suyuan/internal/i18n"
)

// The widths of columns, in characters.
const (
	narrowest = 8
	widest    = 60
)

// A page is a sheet being written from the top down.
type page struct {
	stream *excelize.StreamWriter
	styles styles
	row    int
}

// add writes a sheet.
func (b *workbook) add(p *sheetPlan) error {
	if err := p.check(); err != nil {
		return err
	}
	name, err := b.sheet(p.title)
	if err != nil {
		return err
	}
	return b.fill(name, p)
}

// sheet makes an empty sheet behind the others.
func (b *workbook) sheet(title string) (name string, err error) {
	name = b.names.next(i18n.Visible(title))
	_, err = b.file.NewSheet(name)
	return name, err
}

// fill writes an empty sheet.
func (b *workbook) fill(name string, p *sheetPlan) error {
	pg, err := b.page(name, p, p.headRow())
	if err != nil {
		return err
	}
	if err := pg.write(p, b.banner()); err != nil {
		return err
	}
	return pg.stream.Flush()
}

// page begins an empty sheet whose head is that row.
func (b *workbook) page(name string, p *sheetPlan, headRow int) (*page, error) {
	if err := b.prepare(name, p, headRow); err != nil {
		return nil, err
	}
	stream, err := b.file.NewStreamWriter(name)
	if err != nil {
		return nil, err
	}
	pg := &page{stream: stream, styles: b.styles}
	return pg, pg.columns(p, headRow)
}

// headRow is the row of the table's head, or the last row over the first value.
func (p *sheetPlan) headRow() int { return 2 + len(p.lines) }

// prepare sets what a printer and a tab want.
func (b *workbook) prepare(name string, p *sheetPlan, headRow int) error {
	head := "&L" + strings.ReplaceAll(cut(b.banner(), 100), "&", "&&")
	fit, wide, landscape := 0, 1, "landscape"
	yes := true
	props := &excelize.SheetPropsOptions{FitToPage: &yes}
	if p.alarm {
		red := "B3261E"
		props.TabColorRGB = &red
	}
	paper := 9 // A4
	for _, err := range []error{
		b.file.SetHeaderFooter(name, &excelize.HeaderFooterOptions{OddHeader: head, OddFooter: "&R&P / &N"}),
		b.file.SetPageLayout(name, &excelize.PageLayoutOptions{Size: &paper, Orientation: &landscape, FitToHeight: &fit, FitToWidth: &wide}),
		b.file.SetSheetProps(name, props),
	} {
		if err != nil {
			return err
		}
	}
	if p.heads == nil {
		return nil
	}
	return b.file.SetDefinedName(&excelize.DefinedName{
		Name: "_xlnm.Print_Titles", Scope: name, RefersTo: fmt.Sprintf("'%s'!$%d:$%[2]d", strings.ReplaceAll(name, "'", "''"), headRow),
	})
}

// cut shortens a text for a printed head, which holds 255 units of UTF-16 in all, ampersands doubled.
func cut(s string, most int) string {
	runes := []rune(i18n.Visible(s))
	if len(runes) <= most {
		return string(runes)
	}
	return string(runes[:most]) + "…"
}

// columns makes the columns as wide as their cells, within reason, and freezes the head.
func (pg *page) columns(p *sheetPlan, headRow int) error {
	// The library writes the columns that were set last first, and programs want them in order.
	for i, w := range slices.Backward(widths(p)) {
		if err := pg.stream.SetColWidth(i+1, i+1, w); err != nil {
			return err
		}
	}
	if p.heads == nil {
		return nil
	}
	top, err := excelize.CoordinatesToCellName(1, headRow+1)
	if err != nil {
		return err
	}
	return pg.stream.SetPanes(&excelize.Panes{Freeze: true, YSplit: headRow, TopLeftCell: top, ActivePane: "bottomLeft"})
}

func widths(p *sheetPlan) []float64 {
	wide := runewidth.Condition{EastAsianWidth: true}
	var list []float64
	for _, cells := range append([][]string{p.heads}, p.rows...) {
		for i, c := range cells {
			if i == len(list) {
				list = append(list, narrowest)
			}
			list[i] = max(list[i], float64(min(widest, wide.StringWidth(i18n.Visible(c))+2)))
		}
	}
	return list
}

func (pg *page) write(p *sheetPlan, banner string) error {
	if err := pg.line(banner, pg.styles.banner); err != nil {
		return err
	}
	for _, l := range p.lines {
		if err := pg.line(l, pg.styles.line); err != nil {
			return err
		}
	}
	if p.heads != nil {
		if err := pg.cells(p.heads, pg.styles.head, none); err != nil {
			return err
		}
	}
	for _, cells := range p.rows {
		if err := pg.cells(cells, pg.styles.cell, p.numeric); err != nil {
			return err
		}
	}
	for i, l := range p.foot {
		if i == 0 {
			pg.row++
		}
		if err := pg.line(l, pg.styles.line); err != nil {
			return err
		}
	}
	return nil
}

func none(int) bool { return false }

// line writes a text into the first cell of one row and, where that cannot hold it, of the rows below. Over a table it has one
// row, lest the head move: such a line goes on to the right.
func (pg *page) line(s string, style int) error {
	var list []any
	for rest := s; ; {
		var cell any
		cell, rest = value(rest, false)
		list = append(list, excelize.Cell{Value: cell, StyleID: style})
		if rest == "" {
			return pg.set(list)
		}
	}
}

// cells writes a row of a table, and rows below it for what its cells cannot hold.
func (pg *page) cells(cells []string, style int, numeric func(int) bool) error {
	left := slices.Clone(cells)
	for {
		list := make([]any, len(left))
		more := false
		for i, c := range left {
			var v any
			v, left[i] = value(c, numeric(i))
			list[i] = excelize.Cell{Value: v, StyleID: style}
			more = more || left[i] != ""
		}
		if err := pg.set(list); err != nil || !more {
			return err
		}
	}
}

func (pg *page) set(list []any) error {
	pg.row++
	cell, err := excelize.CoordinatesToCellName(1, pg.row)
	if err != nil {
		return err
	}
	return pg.stream.SetRow(cell, list)
}
