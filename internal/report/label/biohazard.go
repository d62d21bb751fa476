package label

import (
	"math"

	"suyuan/internal/report/draw"
)

// The biohazard legend of 21 CFR 1271.3(h), in the measures that 29 CFR 1910.145(f)(8)(ii) gives for it: three discs, each with a smaller one cut out of
// it farther from the middle, and a ring that shows inside the cuts.
const (
	hornRadius, hornCentre = 15.0, 11.0
	cutRadius, cutCentre   = 10.5, 15.0
	hole, slit, mouth      = 3.0, 1.0, 4.0
	ringIn, ringOut        = 10.0, 13.5
	legendReach            = hornRadius + hornCentre
)

// biohazard draws the legend around a point, within a radius.
func biohazard(at draw.Point, radius float64) []draw.Shape {
	scale := radius / legendReach
	// place turns a point of the legend, of which y goes up, by a third of a turn n times.
	place := func(x, y float64, n int) draw.Point {
		sin, cos := math.Sincos(float64(n) * 2 * math.Pi / 3)
		return draw.Point{X: at.X + scale*(x*cos-y*sin), Y: at.Y - scale*(x*sin+y*cos)}
	}
	disc := func(y, r float64, n int, fill draw.Colour) draw.Shape {
		p := draw.Polygon{Fill: fill}
		const corners = 48
		for i := range corners {
			sin, cos := math.Sincos(2 * math.Pi * float64(i) / corners)
			p.Corners = append(p.Corners, place(r*cos, y+r*sin, n))
		}
		return p
	}
	bar := func(half, from, to float64, n int) draw.Shape {
		return draw.Polygon{Fill: draw.White, Corners: []draw.Point{place(-half, from, n), place(half, from, n), place(half, to, n), place(-half, to, n)}}
	}
	var shapes []draw.Shape
	for n := range 3 {
		shapes = append(shapes, disc(hornCentre, hornRadius, n, draw.Black))
	}
	for n := range 3 {
		shapes = append(shapes, disc(cutCentre, cutRadius, n, draw.White), bar(mouth/2, cutCentre, legendReach, n), bar(slit/2, 0, cutCentre-cutRadius+1, n))
	}
	shapes = append(shapes, disc(0, hole, 0, draw.White))
	for n := range 3 {
		shapes = append(shapes, ring(func(x, y float64) draw.Point { return place(x, y, n) }))
	}
	return shapes
}

// ring is the part of the ring that shows inside the upper cut, a slit away from its edge.
func ring(place func(x, y float64) draw.Point) draw.Shape {
	p := draw.Polygon{Fill: draw.Black}
	const steps, within = 12, cutRadius - slit
	arc := func(r, direction float64) {
		// The ring of radius r meets the circle of the cut at this angle from upright.
		widest := math.Acos((r*r + cutCentre*cutCentre - within*within) / (2 * r * cutCentre))
		for i := range steps + 1 {
			sin, cos := math.Sincos(direction * widest * (2*float64(i)/steps - 1))
			p.Corners = append(p.Corners, place(r*sin, r*cos))
		}
	}
	arc(ringIn, 1)
	arc(ringOut, -1)
	return p
}
