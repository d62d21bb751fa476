package main

import (
	"strings"

	"charm.land/lipgloss/v2"
	"charm.land/lipgloss/v2/table"
)

// A grid is a table without lines. Its last column is filled by words, so that the grid fits the width unless a single word, an
// id, is longer than that: ids are never cut.
type grid struct {
	heads []string
	least []int      // columns that a column takes at least, so that pieces of one table stand in line
	rows  [][]string // the last cell of a row as words, parted by blanks
}

func (g *grid) add(cells ...string) { g.rows = append(g.rows, cells) }

// render lays the grid out, indented; bold sets the heads off.
func (g *grid) render(indent, width int, bold func(string) string) string {
	last := g.lastWidth(indent, width)
	t := table.New().Border(lipgloss.HiddenBorder()).Wrap(true).
		BorderTop(false).BorderBottom(false).BorderLeft(false).BorderRight(false).
		BorderColumn(false).BorderHeader(false).BorderRow(false).
		StyleFunc(func(_, col int) lipgloss.Style {
			if col == g.columns()-1 {
				return lipgloss.NewStyle()
			}
			return lipgloss.NewStyle().PaddingRight(2)
		})
	if g.heads != nil {
		t.Headers(g.heads...)
	}
	for _, row := range g.rows {
		cells := append([]string(nil), row...)
		for col, n := range g.least {
			cells[col] = padded(cells[col], n)
		}
		cells[len(cells)-1] = strings.Join(fill(strings.Fields(cells[len(cells)-1]), last), "\n")
		t.Row(cells...)
	}
	return g.indented(t.Render(), indent, bold)
}

func (g *grid) indented(text string, indent int, bold func(string) string) string {
	var b strings.Builder
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimRight(line, " ")
		if i == 0 && g.heads != nil {
			line = bold(line)
		}
		if line != "" {
			b.WriteString(strings.Repeat(" ", indent) + line)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func (g *grid) columns() int {
	if len(g.rows) > 0 {
		return len(g.rows[0])
	}
	return len(g.heads)
}

// lastWidth is what the other columns leave of the width to the last one.
func (g *grid) lastWidth(indent, width int) int {
	const least = 24
	rest := width - indent
	for col := range g.columns() - 1 {
		widest := 0
		if g.heads != nil {
			widest = columns(g.heads[col])
		}
		for _, row := range g.rows {
			widest = max(widest, columns(row[col]))
		}
		if col < len(g.least) {
			widest = max(widest, g.least[col])
		}
		rest -= widest + 2
	}
	return max(rest, least)
}
