package label

import (
	"fmt"
	"strconv"
	"strings"

	"suyuan/internal/event"
	"suyuan/internal/i18n"
	"suyuan/internal/report/draw"
	"suyuan/internal/report/pdf"
	"suyuan/internal/report/symbol"
)

// A State is what stands in the way of using a unit. A label never says that nothing does.
type State string

// The states.
const (
	NoState     State = ""
	OnHold      State = "hold"
	Rejected    State = "rejected"
	NotReleased State = "not-released"
	Conditional State = "conditional"
	Exceptional State = "exceptional" // out of specification
	Expired     State = "expired"
	Ended       State = "ended" // infused, or used up
	Gone        State = "gone"  // disposed of, returned, lost, not found
)

// An Origin is how a unit came to be.
type Origin string

// The origins.
const (
	Made      Origin = "made"
	Collected Origin = "collected"
	Received  Origin = "received"
)

// A Label is what is said of one unit, at a size of its ledger. What is empty is not said.
type Label struct {
	Unit      event.Ref
	Role      event.Role
	Product   string
	Batch     string
	Quantity  string // as it was when the unit was made
	Storage   string
	Site      string // that made it, collected it or received it
	Donor     event.Ref
	Origin    Origin
	Began     event.Time // when it was made, collected or received
	Collected event.Time // when that was collected which it was made of
	Expires   event.Time
	Patient   event.Ref
	State     State
	Warnings
	Codes   []Code // what the symbol may say, the fullest first: the first that fits is taken
	Ledger  string // its origin
	Records uint64
	At      event.Time
}

// Warnings are what must be known of a unit whatever its state is; docs/labels.md says from which records each follows.
type Warnings struct {
	Autologous   bool     // donor and patient were declared the same, and nobody else gave to it
	Biohazard    bool     // a donor is not eligible, or a test was positive
	Reactive     []string // for what a test of a donor was positive
	Positive     []string // for what a test of the unit or of what it was made from was, while its hold lasts
	NotEvaluated bool     // nothing says that the donor was found eligible or not
	Advise       bool     // of risks of disease: another than the donor gets it
}

// A Code is what a symbol says, and as people read it.
type Code struct {
	symbol.Content
	Readable string
	Lacks    []string // application identifiers of what a fuller code says besides
}

// A SpaceError says that a label does not hold what it must.
type SpaceError struct {
	Size   Size
	Text   string             // that does not fit, or
	Symbol *symbol.SpaceError // how much room the symbol needs
}

// Error says what does not fit.
func (e *SpaceError) Error() string {
	on := fmt.Sprintf("no room on a label %q of %g by %g mm: ", e.Size.Name, e.Size.Width, e.Size.Height)
	if e.Symbol != nil {
		return on + e.Symbol.Error()
	}
	return on + strconv.Quote(e.Text)
}

// A Maker draws labels.
type Maker struct {
	measure *pdf.Measurer
	texts   []*i18n.Texts
}

// NewMaker returns a maker of labels in these languages, which stand side by side.
func NewMaker(langs ...i18n.Lang) (*Maker, error) {
	m, err := pdf.NewMeasurer()
	if err != nil {
		return nil, err
	}
	maker := &Maker{measure: m}
	for _, l := range langs {
		maker.texts = append(maker.texts, i18n.New(l))
	}
	return maker, nil
}

// text says something in the maker's languages.
func (m *Maker) text(id string) string {
	var words []string
	for _, t := range m.texts {
		words = append(words, t.Text(id))
	}
	return strings.Join(words, " ")
}

// A Drawn is a label as it is printed.
type Drawn struct {
	*draw.Picture
	Kind    symbol.Kind
	Code    Code
	LeftOut []Part // what there was no room for, what is dearest first
}

// Draw draws a label with the kind of symbol that is wanted. The text is as large as the size of the label allows with everything on it, and otherwise
// with the most. A [SpaceError] says what does not fit.
func (m *Maker) Draw(l *Label, size Size, kind symbol.Kind) (*Drawn, error) {
	if len(l.Codes) == 0 {
		return nil, fmt.Errorf("%w: no code for %s", symbol.ErrContent, l.Unit)
	}
	if kind != symbol.Auto {
		return m.draw(l, size, kind)
	}
	matrix, err := m.draw(l, size, symbol.DataMatrix)
	if size.Width < widthOfBars || len(l.Codes[0].Text) > shortInBars {
		return matrix, err
	}
	bars, noBars := m.draw(l, size, symbol.Code128)
	if noBars != nil || err == nil && (len(bars.LeftOut) > len(matrix.LeftOut) || bars.Code.Text != matrix.Code.Text) {
		return matrix, err
	}
	return bars, nil
}

// Where the choice is left to the maker, bars are for short contents on labels that are wide enough: every scanner reads them, and a DataMatrix needs a
// camera.
const (
	widthOfBars = 75 // mm
	shortInBars = 20 // characters
)

// draw draws a label with the fullest code that fits.
func (m *Maker) draw(l *Label, size Size, kind symbol.Kind) (*Drawn, error) {
	var err error
	for _, code := range l.Codes {
		var s *symbol.Symbol
		if s, err = symbol.Encode(kind, code.Content); err != nil {
			continue
		}
		var best *Drawn
		for text := size.text; text >= size.least && (best == nil || len(best.LeftOut) > 0); text -= 0.25 {
			var made *Drawn
			if made, err = m.lay(l, size, text, s, code); err == nil && (best == nil || len(made.LeftOut) < len(best.LeftOut)) {
				best = made
			}
		}
		if best != nil {
			return best, nil
		}
	}
	return nil, err
}

// lay lays a label out in one size of text.
func (m *Maker) lay(l *Label, size Size, text float64, s *symbol.Symbol, code Code) (*Drawn, error) {
	p := newPage(m, size, text)
	if l.State != NoState {
		p.band(m.text("on-label.state-" + string(l.State)))
	}
	if small := p.symbol(s); small != nil {
		return nil, &SpaceError{Size: size, Symbol: small}
	}
	made := &Drawn{Kind: s.Kind(), Code: code}
	for _, line := range m.lines(l, size, code) {
		switch {
		case p.set(&line):
		case line.must || line.warn && !size.small():
			return nil, &SpaceError{Size: size, Text: line.text()}
		default:
			made.LeftOut = append(made.LeftOut, line.part)
		}
	}
	p.shapes = append(p.shapes, draw.Rect{Width: p.width, Height: p.height, Stroke: draw.Stroke{Colour: draw.Light, Width: 0.4}})
	title := m.text("on-label.title") + " " + i18n.Visible(l.Unit.ID())
	made.Picture = &draw.Picture{Width: p.width, Height: p.height, Title: title, Alt: title + ": " + i18n.Visible(code.Readable), Shapes: p.shapes}
	return made, nil
}
