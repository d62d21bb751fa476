package label

import (
	"errors"
	"fmt"
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
	Expired     State = "expired"
	Ended       State = "ended" // infused, or used up
	Gone        State = "gone"  // disposed of, returned, lost, not found
)

// A Label is what is said of one unit, at a size of its ledger.
type Label struct {
	Unit       event.Ref
	Product    string
	Batch      string
	Quantity   string
	Made       event.Time
	Expires    event.Time
	Patient    event.Ref
	Autologous bool // donor and patient were declared the same
	State      State
	Content    symbol.Content
	Readable   string // the content as people read it
	Ledger     string // its origin
	Records    uint64
	At         event.Time
}

// ErrSpace says that a label does not hold what it must.
var ErrSpace = errors.New("does not fit")

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

// Draw draws a label with the kind of symbol that is wanted. An error that wraps [ErrSpace] says what does not fit.
func (m *Maker) Draw(l *Label, size Size, kind symbol.Kind) (*draw.Picture, error) {
	s, err := symbol.Encode(kind, l.Content)
	if err != nil {
		return nil, err
	}
	p := &page{Maker: m, size: size, width: size.Width * point, height: size.Height * point, margin: margin}
	if p.leading = 1.28; size.Height < 20 {
		p.margin, p.leading = margin/2, 1.18
	}
	p.right, p.left, p.y = p.width-p.margin, p.margin, p.margin
	if l.State != NoState {
		p.band(m.text("on-label.state-" + string(l.State)))
	}
	if err := p.symbol(s, kind); err != nil {
		return nil, fmt.Errorf("%w on a label %q of %g by %g mm: %w", ErrSpace, size.Name, size.Width, size.Height, err)
	}
	for _, line := range m.lines(l) {
		if !p.set(line) && line.must {
			return nil, fmt.Errorf("%w on a label %q of %g by %g mm: %q", ErrSpace, size.Name, size.Width, size.Height, line.value)
		}
	}
	p.shapes = append(p.shapes, draw.Rect{Width: p.width, Height: p.height, Stroke: draw.Stroke{Colour: draw.Light, Width: 0.4}})
	title := m.text("on-label.title") + " " + i18n.Visible(l.Unit.ID())
	return &draw.Picture{Width: p.width, Height: p.height, Title: title, Alt: title + ": " + i18n.Visible(l.Readable), Shapes: p.shapes}, nil
}

// A line is one thing that a label says.
type line struct {
	name, value string
	must        bool
	large       bool
}

// lines are what a label says, what is dearest first.
func (m *Maker) lines(l *Label) []line {
	list := []line{{value: l.Unit.ID(), must: true, large: true}}
	add := func(id, value string, must bool) {
		if value != "" {
			list = append(list, line{m.text("on-label." + id), value, must, false})
		}
	}
	if !l.Expires.IsZero() {
		add("expires", moment(l.Expires), true)
	}
	if !l.Patient.IsZero() {
		only := "only-patient"
		if l.Autologous {
			only = "autologous"
		}
		add("patient", l.Patient.ID(), true)
		list = append(list, line{value: m.text("on-label." + only), must: true})
	}
	add("product", l.Product, false)
	add("batch", l.Batch, false)
	add("quantity", l.Quantity, false)
	if !l.Made.IsZero() {
		add("made", moment(l.Made), false)
	}
	if l.Readable != l.Unit.String() {
		add("code", l.Readable, false)
	}
	add("ledger", fmt.Sprintf("%s, %d, %s", l.Ledger, l.Records, moment(l.At)), false)
	return list
}

// moment is a time that is read in one way everywhere.
func moment(t event.Time) string {
	std := t.Std()
	return std.Format("2006-01-02 15:04-07:00")
}

const margin = 2 * point // points

// A page is a label being laid out.
type page struct {
	*Maker
	size           Size
	width, height  float64
	margin         float64
	leading        float64 // in times the size of text
	left, right, y float64
	below          float64 // where the symbol ends, and lines go over the whole width
	shapes         []draw.Shape
}

// band says in white on black what stands in the way.
func (p *page) band(text string) {
	size := p.size.text * 1.25
	high := size * (p.leading + 0.2)
	for draw.Width(text, size) > p.width-2*p.margin && size > 3 {
		size *= 0.95
	}
	p.shapes = append(p.shapes,
		draw.Rect{Width: p.width, Height: high, Fill: draw.Black},
		draw.Text{X: p.width / 2, Y: high * 0.72, Size: size, Anchor: draw.Middle, Bold: true, Colour: draw.White, Words: text})
	p.y = high + 1
}

// symbol places the symbol: a DataMatrix at the left with lines beside it, bars over the whole width with lines below.
func (p *page) symbol(s *symbol.Symbol, kind symbol.Kind) error {
	room := p.size.symbol * point
	if kind == symbol.Code128 {
		high := min(room, p.height*0.3)
		placed, err := s.Fit(p.width-2*p.margin, high)
		if err != nil {
			return err
		}
		p.shapes = append(p.shapes, placed.Shapes((p.width-placed.Width)/2, p.y)...)
		p.y += placed.Height + 2
		p.below = p.y
		return nil
	}
	placed, err := s.Fit(room, min(room, p.height-p.margin-p.y))
	if err != nil {
		return err
	}
	p.shapes = append(p.shapes, placed.Shapes(p.margin, p.y)...)
	p.left, p.below = p.margin+placed.Width+3, p.y+placed.Height
	return nil
}

// set sets one line, name and value, and reports whether there was room.
func (p *page) set(l line) bool {
	size := p.size.text
	const longID = 24
	if l.large && len(l.value) <= longID {
		size *= 1.45
	}
	leading := size * p.leading
	text := l.value
	if l.name != "" {
		text = l.name + ": " + text
	}
	left, y := p.left, p.y
	if y >= p.below-size/4 {
		left, y = p.margin, max(y, p.below)
	}
	lines := p.measure.Lines(text, l.large, size, p.right-left)
	if bottom := y + leading*float64(len(lines)); bottom > p.height-p.margin*0.5 {
		return false
	}
	for _, words := range lines {
		p.shapes = append(p.shapes, draw.Text{X: left, Y: y + size, Size: size, Bold: l.large, Colour: draw.Black, Words: words})
		y += leading
	}
	p.y = y
	return true
}
