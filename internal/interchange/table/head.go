package table

import (
	"slices"
	"strconv"
	"strings"

	"suyuan/internal/interchange/sheet"
)

// head finds what the headings stand for. Errors name a heading that the profile does not know, one that it
// knows and the table has not, and one that stands there twice.
func (r *reading) head(row sheet.Row) error {
	r.columns, r.heads = make([]*column, len(row.Cells)), make([]string, len(row.Cells))
	for i, cell := range row.Cells {
		r.heads[i] = cell.Text
	}
	if !slices.ContainsFunc(r.heads, func(s string) bool { return s != "" && r.profile.named(s) != nil }) {
		return r.noHeading(row.Line)
	}
	found, columns := make(map[string]int), make(map[*column]int)
	for i, cell := range row.Cells {
		if cell.Kind == sheet.Empty {
			continue
		}
		if at, twice := found[fold(cell.Text)]; twice {
			return &CellError{Line: row.Line, Column: i + 1, Heading: cell.Text, Found: "a heading that " + sheet.At(row.Line, at) + " has", Want: "each heading once"}
		}
		found[fold(cell.Text)] = i + 1
		c := r.profile.named(cell.Text)
		switch {
		case c != nil && columns[c] > 0:
			return &CellError{
				Line: row.Line, Column: i + 1, Heading: cell.Text, Found: "a column that " + sheet.At(row.Line, columns[c]) + " is already",
				Want: "one column for each member",
			}
		case c != nil:
			r.columns[i], columns[c] = c, i+1
		case !r.profile.ignores(cell.Text):
			return &CellError{
				Line: row.Line, Column: i + 1, Heading: cell.Text, Found: "a column that the profile does not name",
				Want: "it under [columns], or under ignore where it is to be left out",
			}
		}
	}
	for i := range r.profile.columns {
		c := &r.profile.columns[i]
		if columns[c] == 0 && !c.optional {
			return &CellError{Line: row.Line, Found: "no column " + strconv.Quote(c.heading), Want: "it, or optional = true in the profile; there are " + strings.Join(quotedAll(r.heads), ", ")}
		}
	}
	return nil
}

// named returns the column that a heading means; nil where it means none.
func (p *Profile) named(heading string) *column {
	for i := range p.columns {
		if p.columns[i].is(heading) {
			return &p.columns[i]
		}
	}
	return nil
}

// ignores reports whether a heading that means no column is left out.
func (p *Profile) ignores(heading string) bool {
	return fold(heading) == fold(RejectHeading) || slices.Contains(p.ignore, "*") || slices.ContainsFunc(p.ignore, func(s string) bool { return fold(s) == fold(heading) })
}

// noHeading refuses a row of which no cell is a heading of the profile: another table, or a row above the headings.
func (r *reading) noHeading(line int) error {
	var wanted []string
	for i := range r.profile.columns {
		if c := &r.profile.columns[i]; !c.optional || len(wanted) == 0 {
			wanted = append(wanted, c.heading)
		}
	}
	return &CellError{
		Line: line, Found: "the headings " + strings.Join(quotedAll(r.heads), ", ") + ", none of which the profile names",
		Want: "a table with the columns " + strings.Join(quotedAll(wanted), ", ") + "; header_row in the profile where the headings stand further down",
	}
}

func quotedAll(list []string) []string {
	var quoted []string
	for _, s := range list {
		if s != "" {
			quoted = append(quoted, strconv.Quote(s))
		}
	}
	return quoted
}
