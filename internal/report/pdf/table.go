package pdf

import (
	"fmt"
	"strings"

	"suyuan/internal/report"
	"suyuan/internal/report/draw"
)

// The measures of a table.
const (
	cellGap  = 8  // between two columns
	cellPad  = 2  // over and under the text of a cell
	narrow   = 76 // no word asks for a wider column than this
	inkRow   = 3  // lines of a row that somebody writes into
	leastRow = 2  // lines of a torn row that are worth beginning it for
)

// A table is a section's, with its columns measured.
type table struct {
	flow    *flow
	section *report.Section
	columns []column
	head    row
}

// A column is where its cells begin and how much text they hold in a line.
type column struct {
	x, width float64
	numeric  bool
}

// A row is the lines of its cells.
type row struct {
	cells [][]string
	style style
	least int // lines that it has anyway
}

func (r row) lines() int {
	n := max(1, r.least)
	for _, c := range r.cells {
		n = max(n, len(c))
	}
	return n
}

func (r row) height() float64 { return r.heightOf(r.lines()) }

func (r row) heightOf(lines int) float64 { return float64(lines)*r.style.leading + 2*cellPad }

// part returns some lines of a row.
func (r row) part(from, to int) row {
	p := row{cells: make([][]string, len(r.cells)), style: r.style}
	for i, c := range r.cells {
		p.cells[i] = c[min(from, len(c)):min(to, len(c))]
	}
	return p
}

func newTable(f *flow, s *report.Section) (*table, error) {
	for i, cells := range s.Rows {
		if len(cells) != len(s.Heads) {
			return nil, fmt.Errorf("section %q: row %d has %d cells for %d heads", s.ID, i+1, len(cells), len(s.Heads))
		}
	}
	t := &table{flow: f, section: s}
	x := float64(left)
	for i, w := range t.widths() {
		t.columns = append(t.columns, column{x: x, width: w, numeric: s.IsNumeric(i)})
		x += w + cellGap
	}
	t.head = t.row(s.Heads, headStyle())
	return t, nil
}

func (t *table) row(cells []string, st style) row {
	r := row{cells: make([][]string, len(cells)), style: st}
	if t.section.ByHand && !st.bold {
		r.least = inkRow
	}
	for i, c := range cells {
		r.cells[i] = t.flow.broken(c, st, t.columns[i].width)
	}
	return r
}

// start is how much room the table's beginning takes: its head and its first row, or the part of it that is worth beginning.
func (t *table) start() float64 {
	h := t.head.height()
	if len(t.section.Rows) > 0 {
		first := t.row(t.section.Rows[0], cellStyle())
		if h += first.height(); h > bottom-top-2*sectionStyle().leading {
			h = t.head.height() + first.heightOf(leastRow)
		}
	}
	return h
}

// set draws the table.
func (t *table) set() {
	t.flow.want(t.start())
	t.drawHead()
	for _, cells := range t.section.Rows {
		t.setRow(t.row(cells, cellStyle()))
	}
}

// setRow draws a row on this sheet or the next, and tears it only where it is taller than any sheet.
func (t *table) setRow(r row) {
	f := t.flow
	if r.height() > f.room() && r.height() <= bottom-top-t.head.height() {
		t.turn()
	}
	for from, lines := 0, r.lines(); from < lines; {
		n := int((f.room() - 2*cellPad) / r.style.leading)
		if n < min(leastRow, lines-from) && !f.fresh() {
			t.turn()
			n = max(1, int((f.room()-2*cellPad)/r.style.leading))
		}
		to := min(lines, from+max(1, n))
		t.drawRow(r.part(from, to), to-from)
		from = to
	}
}

// turn begins a new sheet with the head again.
func (t *table) turn() {
	t.flow.turn()
	t.drawHead()
}

func (t *table) drawHead() {
	f := t.flow
	f.draw(draw.Rect{X: left - 3, Y: f.y, Width: textWidth + 6, Height: t.head.height(), Fill: draw.Light})
	t.drawCells(t.head)
	f.y += t.head.height()
	f.rule(draw.Ink, 0.8)
}

func (t *table) drawRow(r row, lines int) {
	t.drawCells(r)
	t.flow.y += r.heightOf(lines)
	t.flow.rule(draw.Light, 0.6)
}

func (t *table) drawCells(r row) {
	for i, c := range r.cells {
		for k, l := range c {
			y := t.flow.y + cellPad + float64(k)*r.style.leading
			if t.columns[i].numeric {
				t.flow.line(t.columns[i].x+t.columns[i].width, y, strings.TrimRight(l, " "), r.style, draw.End)
			} else {
				t.flow.line(t.columns[i].x, y, l, r.style, draw.Start)
			}
		}
	}
}
