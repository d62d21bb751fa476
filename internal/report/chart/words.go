package chart

import (
	"fmt"
	"strings"

	"suyuan/internal/i18n"
	"suyuan/internal/report/draw"
)

// wrap breaks a text into lines of a width, at a blank where there is one.
func wrap(s string, size, width float64) []string {
	var lines []string
	for draw.Width(s, size) > width {
		end, blank := 0, 0
		for i, r := range s {
			if end = i; i > 0 && draw.Width(s[:i]+string(r), size) > width {
				break
			}
			if r == ' ' {
				blank = i
			}
		}
		if blank > 0 {
			end = blank
		}
		lines = append(lines, strings.TrimRight(s[:end], " "))
		s = strings.TrimLeft(s[end:], " ")
	}
	return append(lines, s)
}

// wrapHead returns the lines above the chart; those of the title come first.
func (c *chart) wrapHead() [2][]string {
	var head [2][]string
	for i, l := range c.Lines {
		size, part := float64(textSize), 1
		if i == 0 {
			size, part = titleSize, 0
		}
		head[part] = append(head[part], wrap(i18n.Visible(l), size, c.Width-2*c.Margin)...)
	}
	return head
}

const titleHeight = 16

func headHeight(head [2][]string) float64 {
	return titleHeight*float64(len(head[0])) + lineHeight*float64(len(head[1])) + 4
}

func (c *chart) drawHead(head [2][]string) {
	y := c.Margin
	for _, l := range head[0] {
		c.text(draw.Text{X: c.Margin, Y: y + titleSize, Size: titleSize, Bold: true, Colour: draw.Ink, Words: l})
		y += titleHeight
	}
	for _, l := range head[1] {
		c.text(draw.Text{X: c.Margin, Y: y + textSize, Size: textSize, Colour: draw.Ink, Words: l})
		y += lineHeight
	}
}

// A list is of texts below the chart, in one column or two.
type list struct {
	lines   []string
	columns int
}

func (l list) rows() int { return (len(l.lines) + l.columns - 1) / l.columns }

// wrapList returns the texts of marks that have numbers; in two columns where each of them has room in one.
func (c *chart) wrapList() list {
	l := list{columns: 2}
	for _, text := range c.listed {
		if draw.Width(text, textSize) > c.columnWidth()-titleSize {
			l.columns = 1
		}
	}
	for _, text := range c.listed {
		l.lines = append(l.lines, wrap(text, textSize, c.Width-2*c.Margin)...)
	}
	return l
}

func (c *chart) columnWidth() float64 { return (c.Width - 2*c.Margin) / 2 }

func (c *chart) drawList(l list, y float64) {
	for i, line := range l.lines {
		column, row := i/l.rows(), i%l.rows()
		c.text(draw.Text{X: c.Margin + c.columnWidth()*float64(column), Y: y + lineHeight*float64(row) + textSize, Size: textSize, Colour: draw.Ink, Words: line})
	}
}

// An entry of the legend says what a sign means.
type entry struct {
	text string
	sign func(x, y float64) draw.Shape
}

const signWidth = 16

func (e *entry) width() float64 {
	w := draw.Width(e.text, textSize) + 14
	if e.sign != nil {
		w += signWidth
	}
	return w
}

// legend returns rows of entries, only for what is there.
func (c *chart) legend() [][]entry {
	var list []entry
	if c.Words.Times != "" {
		list = append(list, entry{text: c.Words.Times + zoneText(c.from, c.to, c.zone())})
	}
	if len(c.limits()) > 0 {
		list = append(list, entry{c.Words.Limit, func(x, y float64) draw.Shape {
			return draw.Line{Through: []draw.Point{{X: x, Y: y}, {X: x + signWidth - 4, Y: y}}, Stroke: limitStroke()}
		}})
	}
	for _, k := range c.kinds() {
		list = append(list, entry{fmt.Sprintf("%s (%d)", k.word, len(k.list)), func(x, y float64) draw.Shape {
			box := k.box
			box.X, box.Y, box.Width, box.Height = x, y-laneHeight/2+0.5, signWidth-4, laneHeight-1
			return box
		}})
	}
	var rows [][]entry
	x := c.Width
	for _, e := range list {
		if x+e.width() > c.Width-c.Margin {
			x, rows = c.Margin, append(rows, nil)
		}
		rows[len(rows)-1] = append(rows[len(rows)-1], e)
		x += e.width()
	}
	return rows
}

func (c *chart) drawLegend(row []entry, y float64) {
	x := c.Margin
	for _, e := range row {
		at := x
		if e.sign != nil {
			c.add(e.sign(x, y+lineHeight/2-0.5))
			at += signWidth
		}
		c.text(draw.Text{X: at, Y: y + textSize, Size: textSize, Colour: draw.Ink, Words: e.text})
		x += e.width()
	}
}

// extreme says what the highest or the lowest reading was, and when first.
func (c *chart) extreme(word string, r reading) string {
	return fmt.Sprintf("%s %s °C, %s", word, degrees(int64(r.milli)), clock(r.at, c.zone()))
}

// alt says what the chart shows to those who do not see it.
func (c *chart) alt() string {
	var said []string
	for _, l := range c.Lines {
		said = append(said, i18n.Visible(l))
	}
	if c.survey.n > 0 {
		said = append(said, c.extreme(c.Words.Highest, c.survey.high), c.extreme(c.Words.Lowest, c.survey.low))
	} else {
		said = append(said, c.Words.None)
	}
	for _, l := range c.limits() {
		said = append(said, c.Words.Limit+" "+l.text)
	}
	for _, k := range c.kinds() {
		said = append(said, fmt.Sprintf("%s (%d)", k.word, len(k.list)))
	}
	for _, m := range c.marks {
		said = append(said, clock(m.At.UnixNano(), c.zone())+" "+i18n.Visible(m.Text))
	}
	return strings.Join(said, "; ")
}
