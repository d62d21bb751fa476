package pdf

import (
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/signintech/gopdf"

	"suyuan/internal/report/draw"
	"suyuan/internal/report/font"
)

// roundness is into how many pieces a round corner is cut.
const roundness = 6

// A pen draws shapes on the pages of a PDF.
type pen struct {
	*typeface
	pdf *gopdf.GoPdf
}

// render draws the sheets.
func (f *flow) render(w io.Writer) error {
	p := &pen{typeface: f.typeface, pdf: &gopdf.GoPdf{}}
	p.pdf.Start(gopdf.Config{PageSize: gopdf.Rect{W: sheetWidth, H: sheetHeight}, Unit: gopdf.UnitPT})
	if err := p.loadFonts(); err != nil {
		return err
	}
	for _, sh := range f.sheets {
		p.pdf.AddPage()
		for _, h := range sh.heads {
			p.pdf.SetXY(0, h.y)
			p.pdf.AddOutlineWithPosition(h.title)
		}
		for _, s := range sh.shapes {
			if err := p.shape(s); err != nil {
				return err
			}
		}
	}
	if _, err := p.pdf.WriteTo(w); err != nil {
		return fmt.Errorf("write: %w", err)
	}
	return nil
}

func (p *pen) loadFonts() error {
	regular := p.pdf.AddTTFFontDataWithOption(font.Family, font.Regular, gopdf.TtfOption{Style: gopdf.Regular})
	bold := p.pdf.AddTTFFontDataWithOption(font.Family, font.Bold, gopdf.TtfOption{Style: gopdf.Bold})
	if err := errors.Join(regular, bold); err != nil {
		return fmt.Errorf("typeface: %w", err)
	}
	return nil
}

func (p *pen) shape(s draw.Shape) error {
	switch s := s.(type) {
	case draw.Rect:
		return p.rect(s)
	case draw.Line:
		p.line(s)
	case draw.Polygon:
		if how := p.prepare(s.Fill, s.Stroke); how != "" {
			p.pdf.Polygon(corners(s.Corners), how)
		}
	case draw.Text:
		return p.text(s)
	}
	return nil
}

// prepare sets the colours of an area and returns how the library calls what is to be done, empty where that is nothing.
func (p *pen) prepare(fill draw.Colour, stroke draw.Stroke) string {
	how := ""
	if fill != draw.None {
		p.pdf.SetFillColor(fill.RGB())
		how = "F"
	}
	if stroke.Colour != draw.None && stroke.Width > 0 {
		p.pdf.SetStrokeColor(stroke.Colour.RGB())
		p.pdf.SetLineWidth(stroke.Width)
		how += "D"
	}
	return how
}

// rect fills the box; its edge is drawn as a line of its own where it is dashed.
func (p *pen) rect(r draw.Rect) error {
	if r.Width <= 0 || r.Height <= 0 {
		return nil
	}
	edge := r.Stroke
	if edge.Dash != draw.Solid {
		r.Stroke = draw.Stroke{}
	}
	if how := p.prepare(r.Fill, r.Stroke); how != "" {
		if err := p.pdf.Rectangle(r.X, r.Y, r.X+r.Width, r.Y+r.Height, how, min(r.Round, r.Width/2, r.Height/2), roundness); err != nil {
			return fmt.Errorf("box of %g by %g: %w", r.Width, r.Height, err)
		}
	}
	for _, l := range r.Hatching() {
		p.line(l)
	}
	if edge.Dash != draw.Solid {
		x, y := r.X+r.Width, r.Y+r.Height
		p.line(draw.Line{Through: []draw.Point{{X: r.X, Y: r.Y}, {X: x, Y: r.Y}, {X: x, Y: y}, {X: r.X, Y: y}, {X: r.X, Y: r.Y}}, Stroke: edge})
	}
	return nil
}

func (p *pen) line(l draw.Line) {
	if p.prepare(draw.None, l.Stroke) == "" {
		return
	}
	for _, piece := range dashes(l.Through, l.Stroke.Dash.Lengths()) {
		p.pdf.Line(piece[0].X, piece[0].Y, piece[1].X, piece[1].Y)
	}
}

// dashes cuts a line into its straight visible pieces. The library begins a dash anew at each bend, which makes curves of many
// bends look solid.
func dashes(through []draw.Point, lengths []float64) [][2]draw.Point {
	var pieces [][2]draw.Point
	turn, left := 0, math.Inf(1)
	if len(lengths) > 0 {
		left = lengths[0]
	}
	for i := 1; i < len(through); i++ {
		from, to := through[i-1], through[i]
		for rest := math.Hypot(to.X-from.X, to.Y-from.Y); rest > 0; {
			step := min(rest, left)
			next := draw.Point{X: from.X + (to.X-from.X)*step/rest, Y: from.Y + (to.Y-from.Y)*step/rest}
			if turn%2 == 0 {
				pieces = append(pieces, [2]draw.Point{from, next})
			}
			from, rest, left = next, rest-step, left-step
			if left <= 0 {
				turn++
				left = lengths[turn%len(lengths)]
			}
		}
	}
	return pieces
}

func (p *pen) text(t draw.Text) error {
	face := p.of(t.Bold)
	if r, lacks := face.missing(t.Words); lacks {
		return fmt.Errorf("text %q: the typeface has no character %q (%U)", t.Words, r, r)
	}
	x := t.X
	switch w := face.width(t.Words, t.Size); t.Anchor {
	case draw.Middle:
		x -= w / 2
	case draw.End:
		x -= w
	case draw.Start:
	}
	weight := gopdf.Regular
	if t.Bold {
		weight = gopdf.Bold
	}
	if err := p.pdf.SetFontWithStyle(font.Family, weight, t.Size); err != nil {
		return fmt.Errorf("typeface: %w", err)
	}
	p.pdf.SetTextColor(t.Colour.RGB())
	p.pdf.SetXY(x, t.Y)
	if err := p.pdf.Text(t.Words); err != nil {
		return fmt.Errorf("text %q: %w", t.Words, err)
	}
	return nil
}

func corners(list []draw.Point) []gopdf.Point {
	moved := make([]gopdf.Point, len(list))
	for i, c := range list {
		moved[i] = gopdf.Point{X: c.X, Y: c.Y}
	}
	return moved
}
