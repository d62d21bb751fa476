package chart

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"time"

	"suyuan/internal/report/draw"
)

// A Mark is a moment at which custody changed, or something else happened that a reader wants to see beside the temperature.
type Mark struct {
	At   time.Time
	Text string
}

// mostMarks is how many one chart takes: more are a table.
const mostMarks = 1000

// A banner is the text of a mark, or the numbers of several, above the chart.
type banner struct {
	x     float64 // of the mark
	left  float64 // of the text
	text  string
	width float64
	row   int // 0 is the lowest
}

func (b *banner) right() float64 { return b.left + b.width }

// covers reports whether the text lies over a line at x, or touches it.
func (b *banner) covers(x float64) bool { return x > b.left-bannerEdge/2 && x < b.right()+bannerEdge/2 }

// beside reports whether the line rises along the text; otherwise it ends below it.
func (b *banner) beside() bool { return b.left > b.x+bannerEdge/2 }

const (
	bannerSize = 7.5
	bannerRow  = 10.0
	bannerRows = 6
	bannerGap  = 4.0
	bannerEdge = 2.5 // from the line to its text
)

// marksByTime returns the marks in order.
func marksByTime(marks []Mark) ([]Mark, error) {
	if len(marks) > mostMarks {
		return nil, fmt.Errorf("a chart takes %d marks, and these are %d", mostMarks, len(marks))
	}
	for _, m := range marks {
		if _, err := nanos(m.At); err != nil {
			return nil, fmt.Errorf("mark %q: %w", m.Text, err)
		}
	}
	list := slices.Clone(marks)
	slices.SortStableFunc(list, func(a, b Mark) int { return a.At.Compare(b.At) })
	return list, nil
}

// newBanner places a text at its mark, or as near as the right edge lets it.
func newBanner(x float64, text string, right float64) banner {
	w := draw.Width(text, bannerSize)
	return banner{x: x, left: min(x+bannerEdge, right-w), text: text, width: w}
}

// stack gives every banner a row, from right to left the lowest in which its text lies on no other text and on no line that leads to a higher row, and its own line
// crosses no text. ok is false where there are too few rows, or a text is too long.
func stack(banners []banner, left, right float64) (ok bool) {
	slices.SortStableFunc(banners, func(a, b banner) int { return cmp.Compare(a.x, b.x) })
	for i := len(banners) - 1; i >= 0; i-- {
		b := &banners[i]
		if b.width > (right-left)/2 {
			return false
		}
		for b.row = 0; b.row < bannerRows && !b.fits(banners[i+1:]); b.row++ { //nolint:revive // the loop is the search
		}
		if b.row == bannerRows {
			return false
		}
	}
	return true
}

func (b *banner) fits(placed []banner) bool {
	for i := range placed {
		other := &placed[i]
		switch {
		case other.row == b.row && other.left < b.right()+bannerGap && b.left < other.right()+bannerGap:
			return false
		case other.row > b.row && b.covers(other.x), other.row < b.row && other.covers(b.x):
			return false
		}
	}
	return true
}

// number puts numbers in place of texts, in one row; those that have no room beside each other are one banner, "3–7".
func number(xs []float64, right float64) []banner {
	type group struct{ from, to int }
	place := func(g group) banner {
		text := strconv.Itoa(g.from + 1)
		if g.to > g.from {
			text += "–" + strconv.Itoa(g.to+1)
		}
		return newBanner(xs[g.from], text, right)
	}
	var groups []group
	for i := range xs {
		g := group{i, i}
		for n := len(groups) - 1; n >= 0; n-- {
			before, now := place(groups[n]), place(g)
			if before.right()+bannerGap <= now.left {
				break
			}
			g.from = groups[n].from
			groups = groups[:n]
		}
		groups = append(groups, g)
	}
	banners := make([]banner, len(groups))
	for i, g := range groups {
		banners[i] = place(g)
	}
	return banners
}
