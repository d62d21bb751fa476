package csv

import (
	"encoding/csv"
	"fmt"
	"io"
	"regexp"
	"strings"
	"unicode/utf8"

	"suyuan/internal/i18n"
	"suyuan/internal/report"
)

// Write writes the list and returns how many rows it has. With mark, a byte order mark comes first.
func Write(w io.Writer, l *report.List, mark bool) (rows int, err error) {
	if mark {
		if _, err := io.WriteString(w, "\ufeff"); err != nil {
			return 0, err
		}
	}
	out := csv.NewWriter(w)
	heads := make([]string, len(l.Columns))
	for i, c := range l.Columns {
		heads[i] = Cell(c.Head)
	}
	if err := out.Write(heads); err != nil {
		return 0, err
	}
	for cells, err := range l.Rows {
		if err != nil {
			return rows, err
		}
		line, err := guarded(l, cells)
		if err != nil {
			return rows, err
		}
		if err := out.Write(line); err != nil {
			return rows, err
		}
		rows++
	}
	out.Flush()
	return rows, out.Error()
}

func guarded(l *report.List, cells []string) ([]string, error) {
	if len(cells) != len(l.Columns) {
		return nil, fmt.Errorf("list %q: a row has %d cells for %d columns", l.ID, len(cells), len(l.Columns))
	}
	line := make([]string, len(cells))
	for i, c := range cells {
		if l.Columns[i].Number && integer.MatchString(c) {
			line[i] = c
		} else {
			line[i] = Cell(c)
		}
	}
	return line, nil
}

// integer is what a numeric column holds; a minus before digits runs nothing.
var integer = regexp.MustCompile(`^(0|-?[1-9][0-9]*)$`)

// starters begin a formula. Spreadsheet programs that write Chinese take the wide forms for the narrow ones.
const starters = "=+-@\uff1d\uff0b\uff0d\uff20"

// Cell makes a text safe to look at and to open in a spreadsheet program.
func Cell(s string) string {
	if s = i18n.Visible(s); runs(s) {
		return "'" + s
	}
	return s
}

// Plain returns the visible text that Cell made safe.
func Plain(cell string) string {
	if rest, ok := strings.CutPrefix(cell, "'"); ok && runs(rest) {
		return rest
	}
	return cell
}

// runs reports whether a program could take a text for a formula. Blanks and apostrophes before it are looked through: some programs
// drop the former, and only so can an apostrophe of ours be told from one of the text.
func runs(s string) bool {
	r, n := utf8.DecodeRuneInString(strings.TrimLeft(s, " '"))
	return n > 0 && strings.ContainsRune(starters, r)
}
