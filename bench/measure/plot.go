package measure

import (
	"bytes"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/plotutil"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"
)

// Plot draws how the figures of a contest grow with the size, both axes logarithmic, as SVG. It returns nil for a contest that ran at
// one size only.
func Plot(results []*Result, contest string) ([]byte, error) {
	of := slices.DeleteFunc(slices.Clone(results), func(r *Result) bool { return r.Contest.Name != contest })
	if len(of) < 2 {
		return nil, nil
	}
	p := plot.New()
	p.Title.Text = of[0].Contest.Title
	p.X.Label.Text, p.Y.Label.Text = of[0].Contest.Counted(), of[0].Contest.Unit
	p.X.Scale, p.Y.Scale = plot.LogScale{}, plot.LogScale{}
	p.X.Tick.Marker, p.Y.Tick.Marker = plot.LogTicks{Prec: -1}, plot.LogTicks{Prec: -1}
	p.Legend.Top = true
	p.Add(plotter.NewGrid())
	for i, e := range of[0].Contest.Entrants {
		points := growth(of, e.Name)
		if len(points) == 0 {
			continue
		}
		line, dots, err := plotter.NewLinePoints(points)
		if err != nil {
			return nil, fmt.Errorf("plot %s: %w", contest, err)
		}
		line.Color, dots.Color, dots.Shape = plotutil.Color(i), plotutil.Color(i), plotutil.Shape(i)
		if i == 0 {
			line.Width = vg.Points(2)
		}
		p.Add(line, dots)
		p.Legend.Add(e.Name, line, dots)
	}
	p.X.Max *= math.Pow(p.X.Max/p.X.Min, 0.45) // room for the legend
	return svg(p)
}

// growth is the median at each size.
func growth(results []*Result, entrant string) plotter.XYs {
	var points plotter.XYs
	for _, r := range results {
		if v := r.Values(entrant); len(v) > 0 && SpreadOf(v).Median > 0 {
			points = append(points, plotter.XY{X: float64(r.Size), Y: SpreadOf(v).Median})
		}
	}
	return points
}

func svg(p *plot.Plot) ([]byte, error) {
	c := vgsvg.New(16*vg.Centimeter, 10*vg.Centimeter)
	p.Draw(draw.New(c))
	var b bytes.Buffer
	_, err := c.WriteTo(&b)
	return b.Bytes(), err
}
