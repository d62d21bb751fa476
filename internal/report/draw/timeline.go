package draw

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/mattn/go-runewidth"
)

// A Timeline is what was done by when, held against limits. All times count from the same moment, at the left.
type Timeline struct {
	Title, Alt string
	Rows       []TimelineRow
	Now        time.Duration // how far the clock has gone; the axis is at least that long
}

// A TimelineRow is one thing to be done. Its bar runs from the beginning to Until; what of it lies beyond the limit is hatched.
type TimelineRow struct {
	Label, Note string
	Until       time.Duration // when it was done, or how far the clock has gone while it is open
	Open        bool          // not done: the bar has a dashed edge and no mark at its end
	Limited     bool
	Limit       time.Duration
	Marks       []time.Duration // moments on the way
}

// The measures of a time line, in points. It is as wide as the text of an A4 page.
const (
	timelineWidth = 515
	rowHeight     = 24
	barHeight     = 10
	axisHeight    = 26
	wordSize      = 8
	widestColumn  = 150
	columnGap     = 8
)

// scale turns times into places.
type scale struct {
	left, width float64
	end         time.Duration
}

func (s scale) at(d time.Duration) float64 {
	return s.left + s.width*float64(max(0, min(d, s.end)))/float64(s.end)
}

// Picture draws the time line.
func (t *Timeline) Picture() *Picture {
	p := &Picture{Width: timelineWidth, Height: axisHeight + rowHeight*float64(len(t.Rows)) + 4, Title: t.Title, Alt: t.Alt}
	left, right := columnGap+0.0, columnGap+0.0
	for i := range t.Rows {
		left = max(left, min(widestColumn, Width(t.Rows[i].Label, wordSize))+columnGap)
		right = max(right, min(widestColumn, Width(t.Rows[i].Note, wordSize))+columnGap)
	}
	s := scale{left: left, width: timelineWidth - left - right, end: t.end()}
	p.axis(s)
	for i := range t.Rows {
		p.timelineRow(s, &t.Rows[i], axisHeight+rowHeight*float64(i))
	}
	return p
}

// end is the next full tick after everything that is shown.
func (t *Timeline) end() time.Duration {
	last := max(t.Now, time.Hour)
	for i := range t.Rows {
		r := &t.Rows[i]
		last = max(last, r.Until)
		if r.Limited {
			last = max(last, r.Limit)
		}
		for _, m := range r.Marks {
			last = max(last, m)
		}
	}
	step := tick(last)
	return (last + step - 1) / step * step
}

// tick returns the distance of two marks of an axis that is so long: at most twelve of them.
func tick(length time.Duration) time.Duration {
	for _, hours := range []time.Duration{1, 2, 4, 6, 12, 24, 48, 7 * 24, 14 * 24, 28 * 24, 91 * 24, 365 * 24} {
		if length <= 12*hours*time.Hour {
			return hours * time.Hour
		}
	}
	return (length/(12*time.Hour) + 1) * time.Hour
}

func (p *Picture) axis(s scale) {
	const base = axisHeight - 4
	step := tick(s.end)
	for d := time.Duration(0); d <= s.end; d += step {
		x := s.at(d)
		p.Shapes = append(p.Shapes,
			Line{Through: []Point{{x, base - 3}, {x, p.Height}}, Stroke: Stroke{Colour: Light, Width: 0.6}},
			Text{X: x, Y: base - 7, Anchor: Middle, Size: wordSize - 1, Colour: Grey, Words: hours(d)})
	}
	p.Shapes = append(p.Shapes, Line{Through: []Point{{s.left, base}, {s.left + s.width, base}}, Stroke: Stroke{Colour: Grey, Width: 0.8}})
}

func hours(d time.Duration) string {
	if d >= 14*24*time.Hour {
		return "T+" + strconv.Itoa(int(d/(24*time.Hour))) + " d"
	}
	return "T+" + strconv.Itoa(int(d/time.Hour)) + " h"
}

func (p *Picture) timelineRow(s scale, r *TimelineRow, top float64) {
	middle := top + rowHeight/2
	p.Shapes = append(p.Shapes,
		Text{X: s.left - columnGap, Y: middle + wordSize/3, Anchor: End, Size: wordSize, Colour: Ink, Words: Cut(r.Label, wordSize, widestColumn)},
		Text{X: s.left + s.width + columnGap, Y: middle + wordSize/3, Size: wordSize, Colour: Ink, Words: Cut(r.Note, wordSize, widestColumn-columnGap)})
	p.bar(s, r, middle)
	for _, m := range r.Marks {
		p.diamond(s.at(m), middle, White)
	}
	if !r.Open {
		p.diamond(s.at(r.Until), middle, Ink)
	}
	if r.Limited {
		x := s.at(r.Limit)
		p.Shapes = append(p.Shapes, Line{Through: []Point{{x, top + 2}, {x, top + rowHeight - 2}}, Stroke: Stroke{Colour: Ink, Width: 2}})
	}
}

// bar draws the time it took: up to the limit plain, beyond it hatched.
func (p *Picture) bar(s scale, r *TimelineRow, middle float64) {
	edge := Stroke{Colour: Grey, Width: 0.6}
	if r.Open {
		edge.Dash = Dashed
	}
	inTime := r.Until
	if r.Limited {
		inTime = min(inTime, r.Limit)
	}
	box := Rect{X: s.left, Y: middle - barHeight/2, Height: barHeight, Fill: Light, Stroke: edge}
	if !r.Open {
		box.Fill = Green
	}
	if box.Width = s.at(inTime) - s.left; box.Width > 0 {
		p.Shapes = append(p.Shapes, box)
	}
	if late := s.at(r.Until) - s.at(inTime); late > 0 {
		box.X, box.Width, box.Fill, box.Hatch = s.at(inTime), late, Red, true
		p.Shapes = append(p.Shapes, box)
	}
}

func (p *Picture) diamond(x, y float64, fill Colour) {
	const half = 4
	p.Shapes = append(p.Shapes, Polygon{
		Corners: []Point{{x, y - half}, {x + half, y}, {x, y + half}, {x - half, y}},
		Fill:    fill, Stroke: Stroke{Colour: Ink, Width: 0.8},
	})
}

// Width returns how wide text is at most, in any of the fonts that may draw it.
func Width(s string, size float64) float64 {
	wide := runewidth.Condition{EastAsianWidth: true}
	w := 0.0
	for _, r := range s {
		switch {
		case wide.RuneWidth(r) > 1:
			w++
		case r >= utf8.RuneSelf || strings.ContainsRune("mwMW@%&", r):
			w += 0.95
		case strings.ContainsRune(" .,:;|'!/()[]-ijltfrI", r):
			w += 0.4
		case 'A' <= r && r <= 'Z':
			w += 0.72
		default:
			w += 0.6
		}
	}
	return w * size
}

// Cut shortens text to a width; what is cut off is stood for by an ellipsis, and stands whole in the table beside the picture.
func Cut(s string, size, width float64) string {
	if Width(s, size) <= width {
		return s
	}
	for s != "" && Width(s+"…", size) > width {
		_, n := utf8.DecodeLastRuneInString(s)
		s = s[:len(s)-n]
	}
	return s + "…"
}
