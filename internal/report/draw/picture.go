package draw

import (
	"fmt"
	"math"
)

// A Picture is a drawing of Width times Height points. Title is its name in a few words, Alt says in sentences what it shows to
// those who do not see it.
type Picture struct {
	Width, Height float64
	Title, Alt    string
	Shapes        []Shape
}

// A Shape is a [Rect], [Line], [Polygon] or [Text]; later ones lie on top of earlier ones.
type Shape interface{ points() []Point }

// A Point is a place in a picture, in points from its top left.
type Point struct{ X, Y float64 }

// A Stroke is how a line is drawn; without a colour it is not.
type Stroke struct {
	Colour Colour
	Width  float64
	Dash   Dash
}

// A Dash is the pattern of a line.
type Dash uint8

// The patterns of lines.
const (
	Solid Dash = iota
	Dashed
	Dotted
)

// Lengths returns what is drawn and what is left out by turns; nil for a line that is drawn throughout.
func (d Dash) Lengths() []float64 {
	switch d {
	case Dashed:
		return []float64{4, 2.5}
	case Dotted:
		return []float64{1, 2}
	case Solid:
	}
	return nil
}

// A Rect is a box with its top left at X, Y. Round is the radius of its corners; Hatch draws slanting lines over the fill, for
// those who see no colour and for grey print.
type Rect struct {
	X, Y, Width, Height float64
	Round               float64
	Fill                Colour
	Hatch               bool
	Stroke              Stroke
}

// A Line goes through its points.
type Line struct {
	Through []Point
	Stroke  Stroke
}

// A Polygon is a filled area, such as the head of an arrow.
type Polygon struct {
	Corners []Point
	Fill    Colour
	Stroke  Stroke
}

// A Text is one line of text whose base line begins, has its middle or ends at X, Y. Size is in points.
type Text struct {
	X, Y   float64
	Anchor Anchor
	Size   float64
	Bold   bool
	Colour Colour
	Words  string
}

// An Anchor says which part of a text lies at its point.
type Anchor uint8

// The anchors of a text.
const (
	Start Anchor = iota
	Middle
	End
)

func (r Rect) points() []Point    { return []Point{{r.X, r.Y}, {r.X + r.Width, r.Y + r.Height}} }
func (l Line) points() []Point    { return l.Through }
func (p Polygon) points() []Point { return p.Corners }
func (t Text) points() []Point    { return []Point{{t.X, t.Y}} }

// gap is the distance of two hatching lines, measured along an edge.
const gap = 4

// Hatching returns the slanting lines of a hatched box, cut at its edges, so that every writer draws the same ones.
func (r Rect) Hatching() []Line {
	if !r.Hatch {
		return nil
	}
	stroke := Stroke{Colour: r.Fill.Over(), Width: 0.8}
	var lines []Line
	for d := float64(gap); d < r.Width+r.Height; d += gap {
		from := Point{r.X + min(d, r.Width), r.Y + max(0, d-r.Width)}
		to := Point{r.X + max(0, d-r.Height), r.Y + min(d, r.Height)}
		lines = append(lines, Line{Through: []Point{from, to}, Stroke: stroke})
	}
	return lines
}

// Check returns an error when the picture has no size, or a shape lies nowhere or far outside: such a picture is a mistake of
// the program, and would be drawn by one writer and not by the other.
func (p *Picture) Check() error {
	if !(p.Width > 0 && p.Height > 0) || math.IsInf(p.Width, 0) || math.IsInf(p.Height, 0) {
		return fmt.Errorf("picture %q is %g by %g points; both must be over 0", p.Title, p.Width, p.Height)
	}
	for i, s := range p.Shapes {
		for _, at := range s.points() {
			if !(math.Abs(at.X) <= 2*p.Width+1000 && math.Abs(at.Y) <= 2*p.Height+1000) {
				return fmt.Errorf("picture %q: shape %d lies at %g, %g, far outside its %g by %g points", p.Title, i, at.X, at.Y, p.Width, p.Height)
			}
		}
	}
	return nil
}

// Moved returns a shape that lies elsewhere.
func Moved(s Shape, by Point) Shape {
	each := func(points []Point) []Point {
		moved := make([]Point, len(points))
		for i, p := range points {
			moved[i] = Point{p.X + by.X, p.Y + by.Y}
		}
		return moved
	}
	switch s := s.(type) {
	case Rect:
		s.X, s.Y = s.X+by.X, s.Y+by.Y
		return s
	case Line:
		s.Through = each(s.Through)
		return s
	case Polygon:
		s.Corners = each(s.Corners)
		return s
	case Text:
		s.X, s.Y = s.X+by.X, s.Y+by.Y
		return s
	default:
		return s
	}
}
