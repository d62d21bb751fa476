package pdf

import (
	"math"
	"slices"
	"strings"
)

// A measure is how wide the cells of a table are.
type measure struct {
	whole, least []float64   // of each column: to stand in one line, and to break no word that is no id
	rows         [][]float64 // of each cell of some rows
}

// measured is how many rows are looked at for the height of the table.
const measured = 150

// widths shares the width of the page among the columns, so that the table becomes as short as it can.
func (t *table) widths() []float64 {
	n := len(t.section.Heads)
	if t.section.ByHand {
		return slices.Repeat([]float64{(textWidth - cellGap*float64(n-1)) / float64(n)}, n)
	}
	m := &measure{whole: make([]float64, n), least: make([]float64, n)}
	m.add(t.flow, t.section.Heads, headStyle(), true)
	every := len(t.section.Rows)/measured + 1
	for i, cells := range t.section.Rows {
		m.add(t.flow, cells, cellStyle(), i%every == 0)
	}
	list := share(m.whole, m.least, textWidth-cellGap*float64(n-1))
	m.shorten(list)
	return list
}

// add widens columns to what a row's cells ask for.
func (m *measure) add(f *flow, cells []string, st style, keep bool) {
	face := f.of(st.bold)
	row := make([]float64, len(cells))
	for i, c := range cells {
		c = f.shown(c)
		// A hair more than measured, lest a sum of many widths come out larger in another order.
		row[i] = face.width(c, st.size) + 0.01
		m.whole[i] = max(m.whole[i], row[i])
		for word := range strings.FieldsSeq(c) {
			m.least[i] = max(m.least[i], min(narrow, face.width(word, st.size)+0.01))
		}
	}
	if keep {
		m.rows = append(m.rows, row)
	}
}

// share divides the width: columns get what they ask for; where that is too much, the greedy ones are cut down to one same
// width, but not below their least; where even that is too much, all shrink alike. What is left over is spread in proportion.
func share(whole, least []float64, width float64) []float64 {
	at := func(level float64) (list []float64, total float64) {
		list = make([]float64, len(whole))
		for i := range whole {
			list[i] = max(least[i], min(whole[i], level))
			total += list[i]
		}
		return list, total
	}
	low, high := 0.0, width
	list, total := at(high)
	if total > width {
		for range 50 {
			middle := (low + high) / 2
			if _, sum := at(middle); sum > width {
				high = middle
			} else {
				low = middle
			}
		}
		list, total = at(low)
	}
	if total > 0 {
		for i := range list {
			list[i] *= width / total
		}
	}
	return list
}

// shorten moves width from one column to another as long as that makes the table shorter: a column with one long cell gives to a
// column in which all are long.
func (m *measure) shorten(list []float64) {
	best := m.height(list)
	for _, step := range []float64{48, 24, 12, 6} {
		for range 8 {
			before := best
			for from := range list {
				for to := range list {
					best = m.move(list, from, to, step, best)
				}
			}
			if best == before {
				break
			}
		}
	}
}

// move moves width between two columns if the table becomes shorter, and returns how high it is then.
func (m *measure) move(list []float64, from, to int, step, best float64) float64 {
	if from == to || list[from]-step < m.least[from] {
		return best
	}
	list[from] -= step
	list[to] += step
	if h := m.height(list); h < best {
		return h
	}
	list[from] += step
	list[to] -= step
	return best
}

// height estimates the lines of the rows: those of the highest cell of each, and a little for every line of the others, which
// tells tables of the same height apart.
func (m *measure) height(list []float64) float64 {
	const ragged = 1.06 // lines are not filled to their end
	total := 0.0
	for _, row := range m.rows {
		highest := 1.0
		for i, w := range row {
			lines := 1.0
			if w > list[i] {
				lines = math.Ceil(w * ragged / list[i])
			}
			highest = max(highest, lines)
			total += lines / 1024
		}
		total += highest
	}
	return total
}
