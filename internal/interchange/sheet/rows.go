package sheet

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// What a sheet says of itself behind its rows, or of columns before them.
type hidings struct {
	columns []area // hidden
}

// An area is a block of cells, from 1, ends included.
type area struct{ fromRow, toRow, fromColumn, toColumn int }

func (a area) String() string { return At(a.fromRow, a.fromColumn) + ":" + At(a.toRow, a.toColumn) }

// look goes through the sheet once for what is said of cells elsewhere than in them: merged cells stand behind all rows.
func (w *workbook) look() (*hidings, error) {
	h := new(hidings)
	err := w.walk(w.part, func(at []string, e *element) error {
		switch {
		case len(at) == 3 && at[1] == "mergeCells" && e.name == "mergeCell":
			a, err := parseArea(e.attr("ref"))
			if err != nil {
				return err
			}
			if a.toRow >= max(1, w.o.FirstRow) {
				return &Error{Problem: ProblemMerged, Part: w.name, Line: a.fromRow, Column: a.fromColumn, Found: a.String(), Want: "each cell by itself: take the merging off and fill each row"}
			}
		case len(at) == 3 && at[1] == "cols" && e.name == "col" && e.on("hidden"):
			from, err1 := strconv.Atoi(e.attr("min"))
			to, err2 := strconv.Atoi(e.attr("max"))
			if err := errors.Join(err1, err2); err != nil {
				return err
			}
			if len(h.columns) == MaxColumns {
				return errors.New("more hidden columns than there are")
			}
			h.columns = append(h.columns, area{fromColumn: from, toColumn: to})
		}
		return nil
	}, nil, nil)
	if err != nil {
		return nil, err
	}
	return h, nil
}

func parseArea(s string) (a area, err error) {
	from, to, found := strings.Cut(s, ":")
	if !found {
		to = from
	}
	if a.fromRow, a.fromColumn, err = parseAt(from); err == nil {
		a.toRow, a.toColumn, err = parseAt(to)
	}
	return a, err
}

// parseAt reads B7.
func parseAt(s string) (line, column int, err error) {
	s = strings.ReplaceAll(s, "$", "")
	i := 0
	for ; i < len(s) && 'A' <= s[i] && s[i] <= 'Z' && i < 4; i++ {
		column = column*26 + int(s[i]-'A') + 1
	}
	line, err = strconv.Atoi(s[i:])
	if err != nil || i == 0 || line < 1 || column > MaxColumns {
		return 0, 0, fmt.Errorf("%q is no cell", s)
	}
	return line, column, nil
}

// A rowReader gathers the cells of one row after the other.
type rowReader struct {
	w      *workbook
	h      *hidings
	yield  func(Row, error) bool
	row    Row
	hidden bool // the row
	column int  // of the cell, from 1
	kind   string
	style  int
	value  strings.Builder
	told   bool // the cell has a formula
}

func (w *workbook) rows(h *hidings, yield func(Row, error) bool) {
	r := &rowReader{w: w, h: h, yield: yield}
	err := w.walk(w.part, r.begin, r.text, r.end)
	if err != nil {
		yield(Row{}, err)
	}
}

// Depths of elements: worksheet, sheetData, row, c, and below it v, f and is.
const (
	depthRow  = 3
	depthCell = 4
	depthPart = 5
)

func (r *rowReader) begin(at []string, e *element) error {
	if len(at) < depthRow || at[1] != "sheetData" {
		return nil
	}
	switch {
	case len(at) == depthRow && e.name == "row":
		return r.beginRow(e)
	case len(at) == depthCell && e.name == "c":
		return r.beginCell(e)
	case len(at) == depthPart && e.name == "f":
		r.told = true
	}
	return nil
}

func (r *rowReader) beginRow(e *element) error {
	line := r.row.Line + 1
	if s := e.attr("r"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil || n < line {
			return fmt.Errorf("row %q comes behind row %d", s, r.row.Line)
		}
		line = n
	}
	r.row, r.hidden, r.column = Row{Line: line}, e.on("hidden"), 0
	return nil
}

func (r *rowReader) beginCell(e *element) error {
	column := r.column + 1
	if s := e.attr("r"); s != "" {
		line, n, err := parseAt(s)
		if err != nil {
			return err
		}
		if line != r.row.Line || n < column {
			return fmt.Errorf("cell %s stands in row %d behind column %d", s, r.row.Line, r.column)
		}
		column = n
	}
	if column > MaxColumns {
		return r.fail(ProblemColumns, itoa(int64(column)), "at most "+itoa(MaxColumns))
	}
	r.column, r.kind, r.style, r.told = column, e.attr("t"), 0, false
	r.value.Reset()
	if s := e.attr("s"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil || n < 0 || n >= max(1, len(r.w.formats)) {
			return fmt.Errorf("cell %s has style %q", At(r.row.Line, column), s)
		}
		r.style = n
	}
	return nil
}

func (r *rowReader) text(at []string, s []byte) error {
	if len(at) < depthPart || at[1] != "sheetData" {
		return nil
	}
	if len(at) == depthPart && at[4] == "v" || at[4] == "is" && shown(at[4:]) {
		return grow(&r.value, s)
	}
	return nil
}

func (r *rowReader) end(at []string) error {
	if len(at) < depthRow || at[1] != "sheetData" || r.row.Line < r.w.o.FirstRow {
		return nil
	}
	switch {
	case len(at) == depthCell && at[3] == "c":
		return r.endCell()
	case len(at) == depthRow && at[2] == "row" && !r.row.Blank():
		if r.hidden && r.w.o.Hidden == Skip {
			return nil
		}
		if r.hidden && r.w.o.Hidden != Read {
			return &Error{Problem: ProblemHidden, Part: r.w.name, Line: r.row.Line, Found: "a hidden row, perhaps by a filter", Want: "all rows seen, or a profile that says hidden = \"skip\" or \"read\""}
		}
		row := r.row
		if !r.yield(row, nil) {
			return errStop
		}
	}
	return nil
}

func (r *rowReader) endCell() error {
	text := r.value.String()
	if text == "" && !r.told {
		return nil
	}
	if r.told && r.w.o.Formulas != Read {
		return r.fail(ProblemFormula, "a formula", "the value itself: copy, and paste as values, or a profile that says formulas = \"read\"")
	}
	if slices.ContainsFunc(r.h.columns, func(a area) bool { return a.fromColumn <= r.column && r.column <= a.toColumn }) {
		if r.w.o.Hidden == Skip {
			return nil
		}
		if r.w.o.Hidden != Read && !r.hidden {
			return r.fail(ProblemHidden, "a hidden column", "all columns seen, or a profile that says hidden = \"skip\" or \"read\"")
		}
	}
	cell, err := r.cell(text)
	if err != nil || cell.Kind == Empty {
		return err
	}
	for len(r.row.Cells) < r.column {
		r.row.Cells = append(r.row.Cells, Cell{})
	}
	r.row.Cells[r.column-1] = cell
	return nil
}

// cell makes a cell of what is stored (ISO/IEC 29500-1 section 18.18.11).
func (r *rowReader) cell(text string) (Cell, error) {
	switch r.kind {
	case "s":
		n, err := strconv.Atoi(text)
		if err != nil || n < 0 || n >= len(r.w.shared) {
			return Cell{}, fmt.Errorf("cell %s refers to text %q of %d", At(r.row.Line, r.column), text, len(r.w.shared))
		}
		return r.textCell(r.w.shared[n])
	case "str", "inlineStr":
		return r.textCell(unescape(text))
	case "e":
		return Cell{}, r.fail(ProblemCell, quoted(text), "a value")
	case "b":
		return Cell{map[bool]string{true: "TRUE", false: "FALSE"}[text == "1" || text == "true"], Bool}, nil
	case "d":
		return Cell{strings.TrimSuffix(text, "Z"), Date}, nil
	case "", "n":
		return r.number(text)
	default:
		return Cell{}, fmt.Errorf("cell %s is of type %q", At(r.row.Line, r.column), r.kind)
	}
}

func (r *rowReader) textCell(s string) (Cell, error) {
	if problem, found := badText(s); problem != "" {
		return Cell{}, r.fail(problem, found, "a character that is seen")
	}
	if s = plainCell(s); s == "" {
		return Cell{}, nil
	}
	return Cell{s, Text}, nil
}

func (r *rowReader) number(text string) (Cell, error) {
	var format numberFormat
	if r.style < len(r.w.formats) {
		format = r.w.formats[r.style]
	}
	cell, problem := format.cell(text, r.w.is1904)
	switch problem {
	case "":
		return cell, nil
	case ProblemDigits:
		return Cell{}, r.fail(problem, text, "all digits: make the column text, and type or scan the code again; Excel keeps 15 of a number")
	case ProblemDate:
		return Cell{}, r.fail(problem, text+" as a date", "a day from 1 January 1900 on that was")
	default:
		return Cell{}, r.fail(problem, quoted(text), "a number")
	}
}

func (r *rowReader) fail(problem Problem, found, want string) error {
	return &Error{Problem: problem, Part: r.w.name, Line: r.row.Line, Column: r.column, Found: found, Want: want}
}
