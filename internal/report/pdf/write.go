package pdf

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"suyuan/internal/i18n"
	"suyuan/internal/report"
	"suyuan/internal/report/draw"
)

// Write writes the document as a PDF. The same document gives the same bytes.
func Write(w io.Writer, d *report.Document) error {
	t, err := newTypeface()
	if err != nil {
		return err
	}
	f := newFlow(t)
	if err := f.document(d); err != nil {
		return fmt.Errorf("pdf of %q: %w", d.Title, err)
	}
	f.dress(d)
	var b bytes.Buffer
	if err := f.render(&b); err != nil {
		return fmt.Errorf("pdf of %q: %w", d.Title, err)
	}
	if err := describe(&b, d); err != nil {
		return err
	}
	_, err = w.Write(b.Bytes())
	return err
}

func (f *flow) document(d *report.Document) error {
	f.paragraph(d.Title, titleStyle())
	f.y += 4
	f.facts(d.Facts)
	for _, s := range d.Sections {
		if err := f.section(s); err != nil {
			return err
		}
	}
	f.foot(d.Foot)
	return nil
}

// facts sets names and values side by side.
func (f *flow) facts(facts []report.Fact) {
	const widest = 150
	st := factStyle()
	name := st
	name.colour = draw.Grey
	column := 0.0
	for _, fact := range facts {
		column = max(column, min(widest, f.regular.width(f.shown(fact.Name), st.size)+0.01))
	}
	value := left + column + 14
	for _, fact := range facts {
		names, values := f.broken(fact.Name, name, column), f.broken(fact.Value, st, left+textWidth-value)
		for i := range max(len(names), len(values)) {
			f.want(st.leading)
			f.line(left, f.y, at(names, i), name, draw.Start)
			f.line(value, f.y, at(values, i), st, draw.Start)
			f.y += st.leading
		}
	}
}

func at(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return ""
}

func (f *flow) section(s *report.Section) error {
	var t *table
	if len(s.Heads) > 0 {
		var err error
		if t, err = newTable(f, s); err != nil {
			return err
		}
	}
	if s.NewPage && f.y > (top+bottom)/2 { // a sheet that is mostly white is worse than a section that begins on it
		f.turn()
	}
	f.gap(18)
	f.sectionHead(s, f.opening(s, t))
	for _, p := range s.Text {
		f.paragraph(p, textStyle())
		f.y += 3
	}
	if s.Picture != nil {
		if err := f.picture(s.Picture); err != nil {
			return err
		}
		f.y += 8
	}
	if t != nil {
		t.set()
	}
	return nil
}

// opening is how much of what follows a head has to stand on the same sheet.
func (f *flow) opening(s *report.Section, t *table) float64 {
	switch {
	case len(s.Text) > 0:
		return f.openingText(s, t)
	case s.Picture != nil:
		return s.Picture.Height * min(1, textWidth/s.Picture.Width)
	case t != nil:
		return t.start()
	}
	return 0
}

// openingText keeps a short text with the beginning of its table; of a long one, two lines stay with the head.
func (f *flow) openingText(s *report.Section, t *table) float64 {
	const short = 8
	st := textStyle()
	lines := 0
	for _, p := range s.Text {
		lines += len(f.broken(p, st, textWidth))
	}
	if lines > short || t == nil || s.Picture != nil {
		return 2 * st.leading
	}
	return float64(lines)*st.leading + 3*float64(len(s.Text)) + t.start()
}

// sectionHead sets the title, with a bar beside it where the news is bad.
func (f *flow) sectionHead(s *report.Section, following float64) {
	const barWidth, barGap = 4, 6
	st := sectionStyle()
	x, width := float64(left), float64(textWidth)
	if s.Alarm {
		st.colour = draw.Red
		x, width = x+barWidth+barGap, width-barWidth-barGap
	}
	lines := f.broken(s.Title, st, width)
	height := float64(len(lines)) * st.leading
	f.want(min(height+following, bottom-top))
	sh := f.sheet()
	sh.heads = append(sh.heads, head{title: f.shown(s.Title), y: f.y})
	if s.Alarm {
		f.draw(draw.Rect{X: left, Y: f.y + 2, Width: barWidth, Height: height - 4, Fill: draw.Red})
	}
	for _, l := range lines {
		f.line(x, f.y, l, st, draw.Start)
		f.y += st.leading
	}
	f.y += 3
}

// foot sets what ends the document.
func (f *flow) foot(lines []string) {
	if len(lines) == 0 {
		return
	}
	f.gap(20)
	f.want(float64(len(lines)) * smallStyle().leading)
	f.rule(draw.Ink, 1)
	f.y += 4
	for _, l := range lines {
		f.paragraph(l, smallStyle())
	}
}

// dress gives every sheet its title, its number and its marks, now that their number is known.
func (f *flow) dress(d *report.Document) {
	texts := []*i18n.Texts{i18n.New(d.Lang)}
	if d.With != "" {
		texts = append(texts, i18n.New(d.With))
	}
	for i, sh := range f.sheets {
		var words []string
		for _, t := range texts {
			words = append(words, t.Text("layout.page", i18n.Data{"Page": i + 1, "Pages": len(f.sheets)}))
		}
		number := strings.Join(words, " / ")
		sh.shapes = append(f.header(d, number), sh.shapes...)
	}
}

func (f *flow) header(d *report.Document, number string) []draw.Shape {
	const line, band, height = 50, 18, 16
	st := smallStyle()
	right := float64(left + textWidth)
	room := textWidth - f.regular.width(number, st.size) - 20
	title := f.shown(d.Title)
	if lines := f.regular.wrap(title, st.size, room); len(lines) > 1 {
		title = f.regular.wrap(title, st.size, room-st.size)[0] + "…"
	}
	shapes := []draw.Shape{
		draw.Text{X: left, Y: line, Size: st.size, Colour: st.colour, Words: title},
		draw.Text{X: right, Y: line, Anchor: draw.End, Size: st.size, Colour: st.colour, Words: number},
		draw.Line{Through: []draw.Point{{X: left, Y: line + 5}, {X: right, Y: line + 5}}, Stroke: draw.Stroke{Colour: draw.Light, Width: 0.8}},
	}
	x := float64(left)
	marks := marksOf(d)
	for _, m := range marks {
		w := textWidth / float64(len(marks))
		for _, y := range []float64{band, sheetHeight - band - height} {
			shapes = append(shapes,
				draw.Rect{X: x, Y: y, Width: w, Height: height, Fill: m.fill},
				draw.Text{X: x + w/2, Y: y + 11.5, Anchor: draw.Middle, Size: 10, Bold: true, Colour: m.fill.Over(), Words: f.shown(m.words)})
		}
		x += w
	}
	return shapes
}

// A mark is a band over and under every sheet.
type mark struct {
	words string
	fill  draw.Colour
}

func marksOf(d *report.Document) []mark {
	var marks []mark
	if d.Urgent != "" {
		marks = append(marks, mark{d.Urgent, draw.Red})
	}
	if d.Mark != "" {
		marks = append(marks, mark{d.Mark, draw.Ink})
	}
	return marks
}
