package xlsx

import (
	"fmt"
	"io"
	"iter"
	"strconv"

	"github.com/xuri/excelize/v2"

	"suyuan/internal/i18n"
	"suyuan/internal/report"
)

// rowLimit is how many rows a sheet has at most.
const rowLimit = 1048576

// measured is how many rows of a list the widths of its columns are taken from: they come before the rows in a sheet, and a list
// of any length is written row by row.
const measured = 1000

// A Count says how much of a list was written.
type Count struct {
	List   *report.List
	Rows   int
	Sheets int // more than one where a sheet could not hold it
}

// WriteLists writes lists as a workbook: a sheet with the facts, then one for each list, whose head row is frozen and has a filter
// on every column. A list that no sheet can hold goes on on further ones. The same lists give the same bytes.
func WriteLists(w io.Writer, l *report.Lists) ([]Count, error) { return writeLists(w, l, rowLimit) }

func writeLists(w io.Writer, l *report.Lists, limit int) ([]Count, error) {
	b := &workbook{lang: l.Lang, title: l.Title, marks: []string{l.Mark}, made: l.Asked}
	texts := i18n.New(l.Lang)
	var counts []Count
	err := b.write(w, func() error {
		// The facts stand first and are known last.
		facts, err := b.sheet(texts.Text("list.facts"))
		if err != nil {
			return err
		}
		p := summary("", l.Facts, nil)
		for _, list := range l.Lists {
			c, names, err := b.list(list, limit)
			if err != nil {
				return fmt.Errorf("list %q: %w", list.ID, err)
			}
			counts = append(counts, c)
			p.rows = append(p.rows, []string{list.Title, rowsText(texts, c.Rows, names)})
		}
		return b.fill(facts, p)
	})
	return counts, err
}

// rowsText says how many rows a list has, and on which sheets where it has more than one.
func rowsText(texts *i18n.Texts, rows int, names []string) string {
	if len(names) == 1 {
		return texts.Count("list.rows", rows)
	}
	all := names[0]
	for _, name := range names[1:] {
		all += texts.Text("list.comma") + name
	}
	return texts.Text("list.split", i18n.Data{"N": rows, "Sheets": all})
}

// A listSheet is a sheet with a list, being written.
type listSheet struct {
	*page
	name string
	head int // the row of its head
}

// list writes a list onto as many sheets as it takes.
func (b *workbook) list(l *report.List, limit int) (Count, []string, error) {
	c := Count{List: l}
	next, stop := iter.Pull2(l.Rows)
	defer stop()
	plan := &sheetPlan{heads: make([]string, len(l.Columns)), numeric: func(i int) bool { return l.Columns[i].Number }}
	for i := range l.Columns {
		plan.heads[i] = l.Columns[i].Head
	}
	var err error
	if plan.rows, err = some(next, measured); err != nil {
		return c, nil, err
	}
	if err := plan.check(); err != nil {
		return c, nil, err
	}
	s, err := b.beginList(l, plan)
	if err != nil {
		return c, nil, err
	}
	names := []string{s.name}
	for cells, err := range rest(plan.rows, next) {
		if err == nil && len(cells) != len(l.Columns) {
			err = fmt.Errorf("row %d has %d cells for %d heads", c.Rows+1, len(cells), len(l.Columns))
		}
		if err != nil {
			return c, nil, err
		}
		if s.row+tall(cells) > limit {
			if err := b.endList(s, len(l.Columns)); err != nil {
				return c, nil, err
			}
			if s, err = b.beginList(l, plan); err != nil {
				return c, nil, err
			}
			names = append(names, s.name)
		}
		if err := s.cells(cells, s.styles.cell, plan.numeric); err != nil {
			return c, nil, err
		}
		c.Rows++
	}
	c.Sheets = len(names)
	return c, names, b.endList(s, len(l.Columns))
}

// some takes the first rows off.
func some(next func() ([]string, error, bool), most int) (rows [][]string, err error) {
	for len(rows) < most {
		cells, err, ok := next()
		if err != nil || !ok {
			return rows, err
		}
		rows = append(rows, cells)
	}
	return rows, nil
}

// rest yields the rows taken off, then the others.
func rest(rows [][]string, next func() ([]string, error, bool)) iter.Seq2[[]string, error] {
	return func(yield func([]string, error) bool) {
		for _, cells := range rows {
			if !yield(cells, nil) {
				return
			}
		}
		for cells, err, ok := next(); ok; cells, err, ok = next() {
			if !yield(cells, err) || err != nil {
				return
			}
		}
	}
}

// beginList begins a sheet: a drill says so over the head.
func (b *workbook) beginList(l *report.List, plan *sheetPlan) (*listSheet, error) {
	name, err := b.sheet(l.Title)
	if err != nil {
		return nil, err
	}
	s := &listSheet{name: name, head: 1}
	marked := b.marks[0] != ""
	if marked {
		s.head = 2
	}
	if s.page, err = b.page(name, plan, s.head); err != nil {
		return nil, err
	}
	if marked {
		if err := s.line(b.banner(), s.styles.banner); err != nil {
			return nil, err
		}
	}
	return s, s.cells(plan.heads, s.styles.head, none)
}

// endList puts a filter on the columns.
func (b *workbook) endList(s *listSheet, columns int) error {
	last, err := excelize.ColumnNumberToName(columns)
	if err != nil {
		return err
	}
	if err := b.file.AutoFilter(s.name, "A"+strconv.Itoa(s.head)+":"+last+strconv.Itoa(max(s.row, s.head)), nil); err != nil {
		return err
	}
	return s.stream.Flush()
}

// tall is how many rows of a sheet a row takes: what no cell can hold goes on below.
func tall(cells []string) int {
	most := 1
	for _, c := range cells {
		n := 1
		for _, rest := split(i18n.Visible(c)); rest != ""; _, rest = split(rest) {
			n++
		}
		most = max(most, n)
	}
	return most
}
