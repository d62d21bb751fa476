package label

import (
	"suyuan/internal/report/draw"
	"suyuan/internal/report/symbol"
)

const margin = 2 * point // points

// A page is a label being laid out.
type page struct {
	*Maker
	size           Size
	width, height  float64
	margin         float64
	text           float64 // size of text
	leading        float64 // in times the size of text
	left, right, y float64
	below          float64     // where the symbol ends, and lines go over the whole width
	beside         *draw.Point // where the next line can go, beside one that takes less than half of the width
	shapes         []draw.Shape
}

func newPage(m *Maker, size Size, text float64) *page {
	p := &page{Maker: m, size: size, width: size.Width * point, height: size.Height * point, margin: margin, text: text, leading: 1.28}
	if size.small() {
		p.margin, p.leading = margin/2, 1.18
	}
	p.right, p.left, p.y = p.width-p.margin, p.margin, p.margin
	return p
}

// band says in white on black what stands in the way: in one line, and where that would be smaller than other text, in several.
func (p *page) band(text string) {
	size, across := p.text*1.25, p.width-2*p.margin
	lines := p.measure.Lines(text, true, size, across)
	for ; len(lines) > 1 && size*0.95 >= p.text; lines = p.measure.Lines(text, true, size, across) {
		size *= 0.95
	}
	leading := size * p.leading
	high := leading*float64(len(lines)) + size*0.2
	p.shapes = append(p.shapes, draw.Rect{Width: p.width, Height: high, Fill: draw.Black})
	for i, words := range lines {
		p.shapes = append(p.shapes, draw.Text{X: p.width / 2, Y: size*1.06 + leading*float64(i), Size: size, Anchor: draw.Middle, Bold: true, Colour: draw.White, Words: words})
	}
	p.y = high + 1
}

// symbol places the symbol: a DataMatrix at the left with lines beside it, bars over the whole width with lines below.
func (p *page) symbol(s *symbol.Symbol) *symbol.SpaceError {
	room := p.size.symbol * point
	if s.Kind() == symbol.Code128 {
		high := min(room, p.height*0.3)
		placed, err := s.Fit(p.width-2*p.margin, high)
		if err != nil {
			return err
		}
		p.shapes = append(p.shapes, placed.Shapes((p.width-placed.Width)/2, p.y)...)
		p.y += placed.Height + 2
		p.below = p.y
		return nil
	}
	placed, err := s.Fit(room, min(room, p.height-p.margin-p.y))
	if err != nil {
		return err
	}
	p.shapes = append(p.shapes, placed.Shapes(p.margin, p.y)...)
	p.left, p.below = p.margin+placed.Width+3, p.y+placed.Height
	return nil
}

// set sets one line, name and value, and reports whether there was room.
func (p *page) set(l *line) bool {
	size, bold := p.text, l.large || l.warn
	const longID = 24
	if l.large && len(l.value) <= longID {
		size *= 1.45
	}
	leading := size * p.leading
	left, y := p.left, p.y
	if y >= p.below-size/4 {
		left, y = p.margin, max(y, p.below)
	}
	legend := 0.0
	if l.biohazard {
		legend = 2 * leading
		if p.size.small() {
			legend = 1.3 * leading
		}
	}
	if half := p.measure.Lines(l.text(), false, size, (p.right-left)/2-size); l.plain() && len(half) == 1 {
		return p.pair(half[0], left, y)
	}
	p.beside = nil
	lines := p.measure.Lines(l.text(), bold, size, p.right-left-legend)
	high := max(leading*float64(len(lines)), legend)
	if y+high > p.height-p.margin*0.5 {
		return false
	}
	if l.biohazard {
		p.shapes = append(p.shapes, biohazard(draw.Point{X: left + legend*0.45, Y: y + high/2}, legend*0.45)...)
	}
	text := y + (high-leading*float64(len(lines)))/2
	for _, words := range lines {
		p.shapes = append(p.shapes, draw.Text{X: left + legend, Y: text + size, Size: size, Bold: bold, Colour: draw.Black, Words: words})
		text += leading
	}
	p.y = y + high
	return true
}

// pair sets a line that takes less than half of the width beside another such one, where there is one, and at the left otherwise, and reports whether there
// was room.
func (p *page) pair(words string, left, y float64) bool {
	at, middle := draw.Point{X: left, Y: y}, left+(p.right-left)/2
	if p.beside != nil && p.beside.X == middle { // not one beside the symbol, where less is half
		at, p.beside = *p.beside, nil
	} else {
		bottom := y + p.text*p.leading
		if bottom > p.height-p.margin*0.5 {
			return false
		}
		p.y, p.beside = bottom, &draw.Point{X: middle, Y: y}
	}
	p.shapes = append(p.shapes, draw.Text{X: at.X, Y: at.Y + p.text, Size: p.text, Colour: draw.Black, Words: words})
	return true
}
