package chart

import (
	"slices"

	"suyuan/internal/report/draw"
)

// A kind is one of the kinds of times that are boxes in a strip above the plot, a lane, and bands in the plot below it.
type kind struct {
	word   string
	list   []interval
	box    draw.Rect   // how its boxes look
	band   draw.Colour // of the plot below
	beyond bool        // the band lies beyond the limits only
	lane   int         // 0 is the lowest
}

// kinds returns those of which there are any, the gravest first.
func (c *chart) kinds() []kind {
	edge := draw.Stroke{Colour: draw.Ink, Width: 0.6}
	dotted := draw.Stroke{Colour: draw.Grey, Width: 0.8, Dash: draw.Dotted}
	all := []kind{
		{c.Words.Excursion, c.excursions, draw.Rect{Fill: draw.Red, Hatch: true, Stroke: edge}, draw.Amber, true, 0},
		{c.Words.Brief, c.brief, draw.Rect{Fill: draw.Amber, Stroke: edge}, draw.None, true, 0},
		{c.Words.Gap, c.gaps, draw.Rect{Fill: draw.Light, Stroke: dotted}, draw.Light, false, min(1, len(c.excursions)+len(c.brief))},
	}
	return slices.DeleteFunc(all, func(k kind) bool { return len(k.list) == 0 })
}

// lanes returns how many there are.
func (c *chart) lanes() int {
	n := 0
	for _, k := range c.kinds() {
		n = max(n, k.lane+1)
	}
	return n
}

// stripes returns the columns in which intervals lie, from and to without the latter; what is narrow is widened so that it is seen.
func (p *plot) stripes(list []interval) [][2]int {
	const least = 3 * perPoint
	var out [][2]int
	for _, i := range list {
		a, b := p.of(i.from), p.of(i.to)+1
		if b-a < least {
			a = min(max(0, (a+b-least)/2), p.n-least)
			b = a + least
		}
		if last := len(out) - 1; last >= 0 && a <= out[last][1] {
			out[last][1] = max(out[last][1], b)
		} else {
			out = append(out, [2]int{a, b})
		}
	}
	return out
}

func (p *plot) columnX(column int) float64 {
	return p.left + (p.right-p.left)*float64(column)/float64(p.n)
}

func (c *chart) drawPlot() {
	kinds := c.kinds()
	for i := len(kinds) - 1; i >= 0; i-- { // the gravest on top
		c.drawBands(&kinds[i])
	}
	c.drawValues()
	c.drawTimes()
	for _, l := range c.limits() {
		y := c.y(l.milli)
		c.add(draw.Line{Through: []draw.Point{{X: c.left, Y: y}, {X: c.right, Y: y}}, Stroke: limitStroke()})
	}
	c.drawLimitTexts()
	c.drawBanners()
	for i := range kinds {
		c.drawBoxes(&kinds[i])
	}
	c.drawLine()
	c.add(draw.Rect{X: c.left, Y: c.top, Width: c.right - c.left, Height: c.bottom - c.top, Stroke: draw.Stroke{Colour: draw.Grey, Width: 0.8}})
	c.drawExtremes()
}

func limitStroke() draw.Stroke { return draw.Stroke{Colour: draw.Red, Width: 1, Dash: draw.Dashed} }

func (c *chart) drawBands(k *kind) {
	if k.band == draw.None {
		return
	}
	for _, part := range c.heights(k.beyond) {
		for _, s := range c.stripes(k.list) {
			x := c.columnX(s[0])
			c.add(draw.Rect{X: x, Y: part[0], Width: c.columnX(s[1]) - x, Height: part[1] - part[0], Fill: k.band})
		}
	}
}

// heights returns from where down to where bands go: over the whole plot, or only beyond the limits, if there are any.
func (c *chart) heights(beyond bool) [][2]float64 {
	if !beyond || c.Low == nil && c.High == nil {
		return [][2]float64{{c.top, c.bottom}}
	}
	var list [][2]float64
	if c.High != nil {
		list = append(list, [2]float64{c.top, c.y(int64(*c.High))})
	}
	if c.Low != nil {
		list = append(list, [2]float64{c.y(int64(*c.Low)), c.bottom})
	}
	return list
}

func (c *chart) drawBoxes(k *kind) {
	y := c.top - laneHeight*float64(k.lane+1)
	c.add(draw.Line{Through: []draw.Point{{X: c.left, Y: y}, {X: c.right, Y: y}}, Stroke: draw.Stroke{Colour: draw.Light, Width: 0.6}})
	for _, s := range c.stripes(k.list) {
		box := k.box
		box.X, box.Y = c.columnX(s[0]), y+0.5
		box.Width, box.Height = c.columnX(s[1])-box.X, laneHeight-1
		c.add(box)
	}
}

// drawValues draws the temperature axis.
func (c *chart) drawValues() {
	if c.survey.n == 0 && len(c.limits()) == 0 {
		return
	}
	c.text(draw.Text{X: c.left - 4, Y: c.top + textSize, Anchor: draw.End, Size: textSize, Colour: draw.Grey, Words: "°C"})
	for _, v := range c.ticks() {
		y := c.y(v)
		c.add(draw.Line{Through: []draw.Point{{X: c.left, Y: y}, {X: c.right, Y: y}}, Stroke: draw.Stroke{Colour: draw.Light, Width: 0.6}})
		c.text(draw.Text{X: c.left - 4, Y: y + textSize*0.36, Anchor: draw.End, Size: textSize, Colour: draw.Grey, Words: degrees(v)})
	}
}

// drawTimes draws the time axis.
func (c *chart) drawTimes() {
	const room = 12
	most := int((c.right - c.left) / (draw.Width("00:00:00", textSize) + room))
	row := newRow(c.Margin, c.Width-c.Margin)
	second := newRow(c.Margin, c.Width-c.Margin)
	ticks := timeTicks(c.from, c.to, most, c.zone())
	for _, k := range ticks {
		x := c.x(k.at)
		c.add(draw.Line{Through: []draw.Point{{X: x, Y: c.top}, {X: x, Y: c.bottom + 3}}, Stroke: draw.Stroke{Colour: draw.Light, Width: 0.6}})
		if k.offset != "" { // before days have taken its place
			c.below(second, x, k.offset, 2)
		}
	}
	for i := range ticks {
		k := &ticks[len(ticks)-1-i] // the first day is the one that may be cut off by its end
		c.below(row, c.x(k.at), k.text, 1)
		if k.below != "" {
			c.below(second, c.x(k.at), k.below, 2)
		}
	}
}

// below writes a text of the time axis where there is room in its row.
func (c *chart) below(r *textRow, x float64, text string, line float64) {
	if left, ok := r.take(x, draw.Width(text, textSize)); ok {
		c.text(draw.Text{X: left + draw.Width(text, textSize)/2, Y: c.bottom + 3 + 10*line, Anchor: draw.Middle, Size: textSize, Colour: draw.Grey, Words: text})
	}
}

// A textRow is a line of texts of which none lies on another.
type textRow struct {
	left, right float64
	taken       [][2]float64
}

func newRow(left, right float64) *textRow { return &textRow{left: left, right: right} }

// take finds the place of a text whose middle should be at x.
func (r *textRow) take(x, width float64) (left float64, ok bool) {
	const apart = 5
	left = min(max(r.left, x-width/2), r.right-width)
	for _, t := range r.taken {
		if left < t[1]+apart && t[0] < left+width+apart {
			return 0, false
		}
	}
	r.taken = append(r.taken, [2]float64{left, left + width})
	return left, true
}

// drawLimitTexts writes the limits beside their lines, apart where those are close to each other.
func (c *chart) drawLimitTexts() {
	limits := c.limits()
	const apart = textSize + 1
	for i, l := range limits {
		y := c.y(l.milli)
		if len(limits) == 2 {
			if near := apart - (c.y(limits[1].milli) - c.y(limits[0].milli)); near > 0 {
				y += near / 2 * float64(2*i-1)
			}
		}
		c.text(draw.Text{X: c.right + 4, Y: y + textSize*0.36, Size: textSize, Bold: true, Colour: draw.Red, Words: l.text})
	}
}

func (c *chart) drawBanners() {
	stroke := draw.Stroke{Colour: draw.Blue, Width: 1}
	low := c.top - laneHeight*float64(c.lanes()) - 4
	if len(c.listed) > 0 {
		for _, m := range c.marks {
			x := c.x(m.At.UnixNano())
			c.add(draw.Line{Through: []draw.Point{{X: x, Y: low}, {X: x, Y: c.bottom}}, Stroke: stroke})
		}
	}
	for i := range c.banners {
		f := &c.banners[i]
		base := low - bannerRow*float64(f.row)
		end := base
		if f.beside() {
			end -= bannerSize
		}
		if len(c.listed) == 0 {
			c.add(draw.Line{Through: []draw.Point{{X: f.x, Y: end}, {X: f.x, Y: c.bottom}}, Stroke: stroke})
		}
		c.text(draw.Text{X: f.left, Y: base - 2, Size: bannerSize, Colour: draw.Ink, Words: f.text})
	}
}

// drawLine draws the temperatures.
func (c *chart) drawLine() {
	if c.survey.n == 0 {
		c.text(draw.Text{X: (c.left + c.right) / 2, Y: (c.top + c.bottom) / 2, Anchor: draw.Middle, Size: titleSize, Colour: draw.Ink, Words: c.Words.None})
		return
	}
	const dot = 3
	for _, run := range thin(c.Readings, c.columns, apart(c.gaps)) {
		if len(run) == 1 {
			x, y := c.x(run[0].at), c.y(int64(run[0].milli))
			c.add(draw.Rect{X: x - dot/2, Y: y - dot/2, Width: dot, Height: dot, Round: dot / 2, Fill: draw.Ink})
			continue
		}
		through := make([]draw.Point, len(run))
		for i, r := range run {
			through[i] = draw.Point{X: c.x(r.at), Y: c.y(int64(r.milli))}
		}
		c.add(draw.Line{Through: through, Stroke: draw.Stroke{Colour: draw.Ink, Width: 0.9}})
	}
}

// drawExtremes writes the highest reading above its place and the lowest below: nothing of the line is there.
func (c *chart) drawExtremes() {
	if c.survey.n == 0 {
		return
	}
	c.drawExtreme(c.extreme(c.Words.Highest, c.survey.high), c.survey.high, -1)
	c.drawExtreme(c.extreme(c.Words.Lowest, c.survey.low), c.survey.low, 1)
}

func (c *chart) drawExtreme(text string, r reading, side float64) {
	const half = 2.6
	x, y := c.x(r.at), c.y(int64(r.milli))
	middle := y + side*9
	for _, l := range c.limits() { // the nearer one first does not matter: the inset holds one step
		if at := c.y(l.milli); at > middle-textSize*0.7 && at < middle+textSize*0.7 {
			middle = at + side*textSize*0.8
		}
	}
	w := draw.Width(text, textSize)
	left := min(max(c.left+3, x-w/2), c.right-3-w)
	c.add(
		draw.Rect{X: left, Y: middle - textSize*0.6, Width: w, Height: textSize * 1.2, Fill: draw.White},
		draw.Text{X: left + w/2, Y: middle + textSize*0.36, Anchor: draw.Middle, Size: textSize, Bold: true, Colour: draw.Ink, Words: text},
		draw.Polygon{Corners: []draw.Point{{X: x, Y: y - half}, {X: x + half, Y: y}, {X: x, Y: y + half}, {X: x - half, Y: y}}, Fill: draw.White, Stroke: draw.Stroke{Colour: draw.Ink, Width: 0.9}})
}
