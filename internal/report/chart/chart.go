package chart

import (
	"errors"
	"fmt"
	"iter"
	"math"
	"slices"
	"strings"
	"time"

	"suyuan/internal/i18n"
	"suyuan/internal/report/draw"
)

// A Spec is what a chart shows.
type Spec struct {
	Width, Height, Margin float64  // points; the height grows where it does not hold what must be there
	Lines                 []string // above the chart; the first is its title

	// Readings are times in nanoseconds since 1970 and thousandths of a degree Celsius, by time. They are gone through twice; nil is none.
	Readings   iter.Seq2[int64, int32]
	From, To   time.Time // the axis reaches at least from and to here; zero is as far as what is shown
	Low, High  *int32    // limits, both allowed; nil is none
	Excursions []Span
	Brief      []Span // outside the limits for no longer than is allowed
	Gaps       []Span
	Marks      []Mark
	Zone       *time.Location // whose clocks are shown; nil is UTC
	Words      Words
}

// Words are those of a chart, in the reader's language.
type Words struct {
	Highest, Lowest       string // "highest", before value and time
	Limit                 string
	Excursion, Brief, Gap string // in the legend
	Times                 string // before the name of the zone
	None                  string // in place of a line where there is no reading
}

// ErrNothing says that there is not one moment to draw.
var ErrNothing = errors.New("no reading, no mark and no period")

// A chart is one being made.
type chart struct {
	*Spec
	survey survey
	plot

	excursions, brief, gaps []interval
	marks                   []Mark
	banners                 []banner
	listed                  []string // texts of marks that have numbers
	shapes                  []draw.Shape
}

// A plot is where the line goes.
type plot struct {
	columns
	left, right, top, bottom float64
	low, high                int64 // thousandths of a degree, at the inner edges
}

// inset keeps the line away from the upper and the lower edge, where the extremes are written.
const inset = 24

func (p *plot) x(at int64) float64 {
	return p.left + (p.right-p.left)*(float64(p.offset(at))/float64(p.offset(p.to)))
}

func (p *plot) y(milli int64) float64 {
	return p.bottom - inset - (p.bottom-p.top-2*inset)*(float64(milli-p.low)/float64(p.high-p.low))
}

// The measures of a chart, in points.
const (
	titleSize  = 11
	textSize   = 8
	lineHeight = 11.5
	laneHeight = 8
	lowestPlot = 120
	narrowest  = 420
	axisHeight = 28
	perPoint   = 2 // columns
)

// New draws a chart.
func New(s *Spec) (*draw.Picture, error) {
	c := &chart{Spec: s}
	if !(s.Width-2*s.Margin >= narrowest) || !(s.Margin >= 0) || math.IsInf(s.Width, 0) {
		return nil, fmt.Errorf("a chart is %g points wide with margins of %g; at least %d must be between them", s.Width, s.Margin, narrowest)
	}
	if err := c.read(); err != nil {
		return nil, err
	}
	c.sides()
	c.place()
	head := c.wrapHead()
	legend := c.legend()
	y := s.Margin + headHeight(head)
	rows := 0
	for i := range c.banners {
		rows = max(rows, c.banners[i].row+1)
	}
	c.top = y + bannerRow*float64(rows) + laneHeight*float64(c.lanes()) + 4
	list := c.wrapList()
	below := axisHeight + lineHeight*float64(len(legend)+list.rows()) + s.Margin
	c.bottom = c.top + max(lowestPlot, s.Height-c.top-below)

	c.drawHead(head)
	c.drawPlot()
	y = c.bottom + axisHeight
	for _, row := range legend {
		c.drawLegend(row, y)
		y += lineHeight
	}
	c.drawList(list, y)
	title := strings.Join(s.Lines[:min(1, len(s.Lines))], "")
	return &draw.Picture{Width: s.Width, Height: c.bottom + below, Title: title, Alt: c.alt(), Shapes: c.shapes}, nil
}

// read takes in what is to be shown, and finds from when to when it is.
func (c *chart) read() (err error) {
	if c.survey, err = look(c.Readings); err != nil {
		return err
	}
	if c.Low != nil && c.High != nil && *c.Low > *c.High {
		return fmt.Errorf("the lower limit %s °C is above the upper one, %s °C", degrees(int64(*c.Low)), degrees(int64(*c.High)))
	}
	for _, spans := range []struct {
		to   *[]interval
		from []Span
	}{{&c.excursions, c.Excursions}, {&c.brief, c.Brief}, {&c.gaps, c.Gaps}} {
		if *spans.to, err = intervals(spans.from); err != nil {
			return err
		}
	}
	if c.marks, err = marksByTime(c.Marks); err != nil {
		return err
	}
	return c.span()
}

// span finds the ends of the time axis.
func (c *chart) span() error {
	var moments []int64
	if c.survey.n > 0 {
		moments = append(moments, c.survey.first.at, c.survey.last.at)
	}
	for _, list := range [][]interval{c.excursions, c.brief, c.gaps} {
		for _, i := range list {
			moments = append(moments, i.from, i.to)
		}
	}
	ends := []time.Time{c.From, c.To}
	for _, m := range c.marks {
		ends = append(ends, m.At)
	}
	for _, t := range ends {
		if t.IsZero() {
			continue
		}
		at, err := nanos(t)
		if err != nil {
			return err
		}
		moments = append(moments, at)
	}
	if len(moments) == 0 {
		return ErrNothing
	}
	c.from, c.to = slices.Min(moments), slices.Max(moments)
	if short := int64(time.Minute) - (c.to - c.from); short > 0 {
		c.from -= short / 2
		c.to += short - short/2
	}
	const edge = 64 // parts of the axis that stay free at either end
	free := (c.to - c.from) / edge
	c.from -= free
	c.to += free
	return nil
}

// sides finds how far the plot reaches to the left and to the right, and how high.
func (c *chart) sides() {
	var has bool
	c.low, c.high, has = valueRange(&c.survey, c.Low, c.High)
	left := draw.Width("°C", textSize)
	if has {
		for _, v := range c.ticks() {
			left = max(left, draw.Width(degrees(v), textSize))
		}
	}
	c.left = c.Margin + left + 6
	c.right = c.Width - c.Margin - 8
	for _, l := range c.limits() {
		c.right = min(c.right, c.Width-c.Margin-6-draw.Width(l.text, textSize))
	}
	c.n = int((c.right - c.left) * perPoint)
}

// ticks are the temperatures that stand at the axis.
func (c *chart) ticks() []int64 {
	const most = 8
	return valueTicks(c.low, c.high, most)
}

// A limit is one of the two as it is drawn.
type limit struct {
	milli int64
	text  string
}

func (c *chart) limits() []limit {
	var list []limit
	if c.High != nil {
		list = append(list, limit{int64(*c.High), "≤ " + degrees(int64(*c.High)) + " °C"})
	}
	if c.Low != nil {
		list = append(list, limit{int64(*c.Low), "≥ " + degrees(int64(*c.Low)) + " °C"})
	}
	return list
}

// zone is whose clocks are shown.
func (c *chart) zone() *time.Location {
	if c.Zone == nil {
		return time.UTC
	}
	return c.Zone
}

// place gives the marks their texts, or numbers where those have no room.
func (c *chart) place() {
	xs := make([]float64, len(c.marks))
	c.banners = make([]banner, len(c.marks))
	for i, m := range c.marks {
		xs[i] = c.x(m.At.UnixNano())
		c.banners[i] = newBanner(xs[i], c.short(m.At)+" "+i18n.Visible(m.Text), c.Width-c.Margin)
	}
	if stack(c.banners, c.left, c.right) {
		return
	}
	c.banners = number(xs, c.Width-c.Margin)
	for i, m := range c.marks {
		c.listed = append(c.listed, fmt.Sprintf("%d %s %s", i+1, clock(m.At.UnixNano(), c.zone()), i18n.Visible(m.Text)))
	}
}

// short writes a moment as briefly as the axis leaves no doubt: with the year, or the offset, where that is not the same everywhere on it.
func (c *chart) short(t time.Time) string {
	from, to := time.Unix(0, c.from).In(c.zone()), time.Unix(0, c.to).In(c.zone())
	form := "01-02 15:04"
	if from.Year() != to.Year() {
		form = "2006-" + form
	}
	if _, set := from.ZoneBounds(); !set.IsZero() && !set.After(to) {
		form += "-07:00"
	}
	return t.In(c.zone()).Format(form)
}

func (c *chart) text(t draw.Text) { c.shapes = append(c.shapes, t) }

func (c *chart) add(shapes ...draw.Shape) { c.shapes = append(c.shapes, shapes...) }
