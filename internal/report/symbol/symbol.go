// Package symbol makes the symbols of labels: DataMatrix (ISO/IEC 16022) and Code 128 (ISO/IEC 15417), with GS1's FNC1 and without. It draws them as
// black areas in points, with the quiet zone around that a scanner needs, and knows nothing of what they say.
package symbol

import (
	"errors"
	"fmt"
	"strings"

	"github.com/boombuler/barcode"
	"github.com/boombuler/barcode/code128"
	"github.com/boombuler/barcode/datamatrix"

	"suyuan/internal/report/draw"
)

// A Kind is a kind of symbol.
type Kind string

// The kinds.
const (
	DataMatrix Kind = "datamatrix"
	Code128    Kind = "code128"
	Auto       Kind = "auto" // whoever draws it chooses
)

// A Content is what a symbol says.
type Content struct {
	Text string // of ASCII; GS (0x1d) stands for FNC1, in front and as separator
	GS1  bool   // the text is an element string, and FNC1 stands in front
}

// ErrContent says that a symbol cannot hold a content.
var ErrContent = errors.New("a symbol cannot hold this")

// The sizes of GS1 General Specifications, symbol specification table 6 (regulated healthcare items), in points: an X-dimension of 0.254 to 0.495 mm
// for DataMatrix, at least 0.170 for Code 128. Both are multiples of a dot of 1/300 inch, which thermal printers have.
const (
	Dot          = 72.0 / 300
	leastMatrix  = 3 // dots of a module: 0.254 mm
	mostMatrix   = 5 // 0.423 mm
	leastBar     = 3 // 0.254 mm; two dots are 0.169, less than the least
	mostBar      = 5
	quietMatrix  = 1    // modules
	quietBars    = 10   // modules
	leastBarHigh = 14.2 // points: 5 mm, what a hand-held scanner needs
)

// most is how many characters a content may have: those of GS1-128 (section 5.4.4.3), and as many for all.
const mostBars = 48

const gs = '\x1d'

// A Symbol is a grid of modules: of Code 128 one row of them.
type Symbol struct {
	kind          Kind
	columns, rows int
	dark          func(x, y int) bool
}

// Encode makes the symbol of a content.
func Encode(k Kind, c Content) (*Symbol, error) {
	for _, r := range c.Text {
		if (r < ' ' && r != gs) || r > '~' {
			return nil, fmt.Errorf("%w: character %q, want ASCII", ErrContent, r)
		}
	}
	if c.Text == "" || c.GS1 != strings.HasPrefix(c.Text, string(gs)) || !c.GS1 && strings.ContainsRune(c.Text, gs) {
		return nil, fmt.Errorf("%w: %q, want FNC1 in front of an element string, and nowhere else", ErrContent, c.Text)
	}
	var made barcode.Barcode
	var err error
	if k == DataMatrix {
		made, err = datamatrix.Encode(strings.ReplaceAll(c.Text, string(gs), string([]byte{datamatrix.FNC1})))
	} else {
		if n := len(c.Text); n > mostBars+1 {
			return nil, fmt.Errorf("%w: %d characters in bars, want at most %d", ErrContent, n, mostBars)
		}
		made, err = code128.Encode(strings.ReplaceAll(c.Text, string(gs), string(code128.FNC1)))
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrContent, err)
	}
	b := made.Bounds()
	s := &Symbol{kind: k, columns: b.Dx(), rows: b.Dy(), dark: func(x, y int) bool {
		r, _, _, _ := made.At(b.Min.X+x, b.Min.Y+y).RGBA()
		return r < 0x8000
	}}
	if k == Code128 {
		s.rows = 1
	}
	return s, nil
}

// Kind returns the kind of the symbol.
func (s *Symbol) Kind() Kind { return s.kind }

// Fit returns the largest symbol within a box, in points, with its quiet zone; an error that names what it needs where there is none.
func (s *Symbol) Fit(width, height float64) (*Placed, *SpaceError) {
	quiet, least, most := quietMatrix, leastMatrix, mostMatrix
	if s.kind == Code128 {
		quiet, least, most = quietBars, leastBar, mostBar
	}
	across, down := float64(s.columns+2*quiet), float64(s.rows+2*quiet)
	for dots := most; dots >= least; dots-- {
		module := float64(dots) * Dot
		switch {
		case s.kind == Code128 && across*module <= width && height >= leastBarHigh:
			return &Placed{s, module, across * module, height, float64(quiet) * module}, nil
		case s.kind == DataMatrix && across*module <= width && down*module <= height:
			return &Placed{s, module, across * module, down * module, float64(quiet) * module}, nil
		}
	}
	need := [2]float64{across * float64(least) * Dot, leastBarHigh}
	if s.kind == DataMatrix {
		need[1] = down * float64(least) * Dot
	}
	return nil, &SpaceError{Width: need[0], Height: need[1]}
}

// A SpaceError says that a symbol does not fit.
type SpaceError struct{ Width, Height float64 } // what it needs, in points

// Millimetres returns what it needs.
func (e *SpaceError) Millimetres() (width, height float64) {
	return e.Width / 72 * 25.4, e.Height / 72 * 25.4
}

// Error says how much it needs, in millimetres.
func (e *SpaceError) Error() string {
	width, height := e.Millimetres()
	return fmt.Sprintf("the symbol needs %.1f by %.1f mm", width, height)
}

// A Placed is a symbol in the size in which it is printed, its quiet zone included.
type Placed struct {
	symbol        *Symbol
	Module        float64 // points
	Width, Height float64
	quiet         float64
}

// Shapes draws the symbol with the top left of its quiet zone at a point.
func (p *Placed) Shapes(x, y float64) []draw.Shape {
	shapes := []draw.Shape{draw.Rect{X: x, Y: y, Width: p.Width, Height: p.Height, Fill: draw.White}}
	for row := range p.symbol.rows {
		for from := 0; from < p.symbol.columns; from++ {
			to := from
			for to < p.symbol.columns && p.symbol.dark(to, row) {
				to++
			}
			if to == from {
				continue
			}
			bar := draw.Rect{X: x + p.quiet + float64(from)*p.Module, Y: y, Width: float64(to-from) * p.Module, Height: p.Height, Fill: draw.Black}
			if p.symbol.kind == DataMatrix {
				bar.Y, bar.Height = y+p.quiet+float64(row)*p.Module, p.Module
			}
			shapes = append(shapes, bar)
			from = to
		}
	}
	return shapes
}
