package label

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"strconv"

	"suyuan/internal/report/draw"
)

// A Sheet of A4 holds labels in rows and columns.
type Sheet struct {
	Rows, Columns int
	// Top and Left are the edges around the labels, in millimetres; those below and at the right are as wide. Without them each label lies in the middle
	// of its part of the sheet.
	Top, Left float64
	Edges     bool // Top and Left were given
}

// The size of A4 in millimetres.
const (
	sheetWidth  = 210.0
	sheetHeight = 297.0
)

// ErrSheet says that a text is no sheet.
var ErrSheet = errors.New("no sheet of labels")

// A SheetError says that so many labels do not fit in a row, or a column, of a sheet.
type SheetError struct {
	Labels      int
	Side, Whole float64 // of a label and of the sheet within its edges, in mm
}

// Error says what does not fit.
func (e *SheetError) Error() string {
	return fmt.Sprintf("%d labels of %g mm do not fit in %g mm", e.Labels, e.Side, e.Whole)
}

var (
	gridForm  = regexp.MustCompile(`^([1-9][0-9]?)x([1-9][0-9]?)$`)
	edgesForm = regexp.MustCompile(`^([0-9]{1,3}(?:\.[0-9]{1,3})?)x([0-9]{1,3}(?:\.[0-9]{1,3})?)$`)
)

// ParseSheet reads rows and columns, as 8x3, and edges at the top and at the left in millimetres, as 13.5x7; edges may be empty.
func ParseSheet(grid, edges string) (Sheet, error) {
	m := gridForm.FindStringSubmatch(grid)
	if m == nil {
		return Sheet{}, fmt.Errorf("%w: %q, want rows and columns, 8x3", ErrSheet, grid)
	}
	rows, _ := strconv.Atoi(m[1]) // the expression matched digits
	columns, _ := strconv.Atoi(m[2])
	s := Sheet{Rows: rows, Columns: columns}
	if edges == "" {
		return s, nil
	}
	if m = edgesForm.FindStringSubmatch(edges); m == nil {
		return Sheet{}, fmt.Errorf("%w: %q, want the edges at the top and at the left in millimetres, 13.5x7", ErrSheet, edges)
	}
	s.Edges = true
	s.Top, _ = strconv.ParseFloat(m[1], 64) // the expression matched digits
	s.Left, _ = strconv.ParseFloat(m[2], 64)
	return s, nil
}

// Labels returns how many labels a sheet holds.
func (s Sheet) Labels() int { return s.Rows * s.Columns }

// Pages lays labels of one size on sheets, row by row, and leaves the first places of the first sheet free, fewer than it has. A [SheetError] says that they do
// not fit.
func (s Sheet) Pages(size Size, labels []*draw.Picture, skip int) ([]*draw.Picture, error) {
	across, wide := s.line(s.Columns, size.Width, s.Left, sheetWidth)
	down, high := s.line(s.Rows, size.Height, s.Top, sheetHeight)
	if small := cmp.Or(wide, high); small != nil {
		return nil, small
	}
	var pages []*draw.Picture
	for i, l := range labels {
		place := (skip + i) % s.Labels()
		if i == 0 || place == 0 {
			pages = append(pages, &draw.Picture{Width: sheetWidth * point, Height: sheetHeight * point, Title: l.Title, Alt: l.Alt})
		}
		page := pages[len(pages)-1]
		by := draw.Point{X: across(place%s.Columns) * point, Y: down(place/s.Columns) * point}
		for _, shape := range l.Shapes {
			page.Shapes = append(page.Shapes, draw.Moved(shape, by))
		}
	}
	return pages, nil
}

// line places labels along one side of the sheet: it returns where each begins.
func (s Sheet) line(labels int, side, edge, whole float64) (func(n int) float64, *SheetError) {
	n := float64(labels)
	if s.Edges {
		whole -= 2 * edge
	}
	free := whole - n*side
	const slack = 0.05 // mm, less than any printer sees
	if free < -slack {
		return nil, &SheetError{labels, side, whole}
	}
	switch {
	case !s.Edges:
		return func(n int) float64 { return free/float64(labels)*(float64(n)+0.5) + side*float64(n) }, nil
	case labels == 1:
		return func(int) float64 { return edge }, nil
	default:
		return func(i int) float64 { return edge + (side+free/(n-1))*float64(i) }, nil
	}
}
