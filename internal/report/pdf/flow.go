package pdf

import (
	"suyuan/internal/report/draw"
)

// The measures of a sheet, in points: A4.
const (
	sheetWidth  = 595.28
	sheetHeight = 841.89
	left        = 42
	textWidth   = sheetWidth - 2*left
	top         = 66
	bottom      = sheetHeight - 44
)

// A sheet is a page laid out: what is drawn on it, and the heads that begin on it.
type sheet struct {
	shapes []draw.Shape
	heads  []head
}

// A head is an entry of the outline: where a section begins.
type head struct {
	title string
	y     float64
}

// A style is how a run of text is set.
type style struct {
	size, leading float64
	bold          bool
	colour        draw.Colour
}

// The styles of a document.
func titleStyle() style   { return style{size: 17, leading: 23, bold: true, colour: draw.Ink} }
func sectionStyle() style { return style{size: 12, leading: 17, bold: true, colour: draw.Ink} }
func textStyle() style    { return style{size: 9.5, leading: 14, colour: draw.Ink} }
func factStyle() style    { return style{size: 9, leading: 12.5, colour: draw.Ink} }
func cellStyle() style    { return style{size: 8, leading: 10.5, colour: draw.Ink} }
func headStyle() style    { return style{size: 8, leading: 10.5, bold: true, colour: draw.Ink} }
func smallStyle() style   { return style{size: 7.5, leading: 10.5, colour: draw.Grey} }

// A flow fills sheet after sheet from the top down.
type flow struct {
	*typeface
	sheets []*sheet
	y      float64
}

func newFlow(t *typeface) *flow {
	f := &flow{typeface: t}
	f.turn()
	return f
}

// turn begins a new sheet.
func (f *flow) turn() {
	f.sheets = append(f.sheets, &sheet{})
	f.y = top
}

func (f *flow) sheet() *sheet { return f.sheets[len(f.sheets)-1] }

func (f *flow) room() float64 { return bottom - f.y }

// fresh reports whether nothing stands on the sheet yet.
func (f *flow) fresh() bool { return f.y == top }

// want turns the sheet unless there is room for so much; what no sheet has room for begins where it is.
func (f *flow) want(height float64) {
	if height > f.room() && !f.fresh() {
		f.turn()
	}
}

// gap leaves space, but not at the top of a sheet.
func (f *flow) gap(height float64) {
	if !f.fresh() {
		f.y += height
	}
}

func (f *flow) draw(shapes ...draw.Shape) { f.sheet().shapes = append(f.sheet().shapes, shapes...) }

// broken returns the lines of a text in a width, all of it shown.
func (f *flow) broken(s string, st style, width float64) []string {
	return f.of(st.bold).wrap(f.shown(s), st.size, width)
}

// line draws one line whose top is at y.
func (f *flow) line(x, y float64, s string, st style, anchor draw.Anchor) {
	if s != "" {
		f.draw(draw.Text{X: x, Y: y + st.leading*0.5 + st.size*0.36, Anchor: anchor, Size: st.size, Bold: st.bold, Colour: st.colour, Words: s})
	}
}

// paragraph sets a text over as many sheets as it takes.
func (f *flow) paragraph(s string, st style) {
	for _, l := range f.broken(s, st, textWidth) {
		f.want(st.leading)
		f.line(left, f.y, l, st, draw.Start)
		f.y += st.leading
	}
}

// rule draws a line across the text at the height reached.
func (f *flow) rule(colour draw.Colour, width float64) {
	f.draw(draw.Line{Through: []draw.Point{{X: left, Y: f.y}, {X: left + textWidth, Y: f.y}}, Stroke: draw.Stroke{Colour: colour, Width: width}})
}

// picture sets a picture, made smaller where it does not fit, on a sheet of its own where the rest of this one is too small.
func (f *flow) picture(p *draw.Picture) error {
	if err := p.Check(); err != nil {
		return err
	}
	const room = bottom - top - 40 // leaves the section's head above it
	scale := min(1, textWidth/p.Width, room/p.Height)
	f.want(p.Height * scale)
	x := left + (textWidth-p.Width*scale)/2
	for _, s := range p.Shapes {
		f.draw(f.placed(s, place{x, f.y, scale}))
	}
	f.y += p.Height * scale
	return nil
}

// A place is where a picture goes.
type place struct{ x, y, scale float64 }

func (p place) point(at draw.Point) draw.Point {
	return draw.Point{X: p.x + at.X*p.scale, Y: p.y + at.Y*p.scale}
}

func (p place) points(list []draw.Point) []draw.Point {
	moved := make([]draw.Point, len(list))
	for i, at := range list {
		moved[i] = p.point(at)
	}
	return moved
}

func (p place) stroke(s draw.Stroke) draw.Stroke {
	s.Width *= p.scale
	return s
}

// placed returns a shape of a picture as one of the sheet, its text shown.
func (f *flow) placed(s draw.Shape, p place) draw.Shape {
	switch s := s.(type) {
	case draw.Rect:
		at := p.point(draw.Point{X: s.X, Y: s.Y})
		s.X, s.Y, s.Width, s.Height = at.X, at.Y, s.Width*p.scale, s.Height*p.scale
		s.Round, s.Stroke = s.Round*p.scale, p.stroke(s.Stroke)
		return s
	case draw.Line:
		return draw.Line{Through: p.points(s.Through), Stroke: p.stroke(s.Stroke)}
	case draw.Polygon:
		return draw.Polygon{Corners: p.points(s.Corners), Fill: s.Fill, Stroke: p.stroke(s.Stroke)}
	case draw.Text:
		at := p.point(draw.Point{X: s.X, Y: s.Y})
		s.X, s.Y, s.Size, s.Words = at.X, at.Y, s.Size*p.scale, f.shown(s.Words)
		return s
	}
	return s
}
