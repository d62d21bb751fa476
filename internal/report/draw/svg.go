package draw

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"suyuan/internal/i18n"
)

// families are asked for in this order; the last is whatever the reader's browser has.
const families = "Noto Sans SC, Noto Sans CJK SC, PingFang SC, Microsoft YaHei, sans-serif"

// WriteSVG writes the picture as a file of its own.
func (p *Picture) WriteSVG(w io.Writer) error {
	return p.write(w, ` xmlns="http://www.w3.org/2000/svg"`, "")
}

// WriteSized writes the picture as a file of its own that is printed in its real size.
func (p *Picture) WriteSized(w io.Writer) error {
	return p.write(w, ` xmlns="http://www.w3.org/2000/svg"`, "pt")
}

// WriteInline writes the picture as an element for an HTML page, which needs no name space and so names no address.
func (p *Picture) WriteInline(w io.Writer) error { return p.write(w, "", "") }

func (p *Picture) write(w io.Writer, space, unit string) error {
	if err := p.Check(); err != nil {
		return err
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, `<svg%[1]s role="img" width="%[2]s%[4]s" height="%[3]s%[4]s" viewBox="0 0 %[2]s %[3]s" font-family="%[5]s">`,
		space, number(p.Width), number(p.Height), unit, families)
	fmt.Fprintf(&b, "\n<title>%s</title>\n<desc>%s</desc>\n", escape(p.Title), escape(p.Alt))
	for _, s := range p.Shapes {
		writeShape(&b, s)
	}
	b.WriteString("</svg>\n")
	_, err := w.Write(b.Bytes())
	return err
}

func writeShape(b *bytes.Buffer, s Shape) {
	switch s := s.(type) {
	case Rect:
		fmt.Fprintf(b, `<rect x="%s" y="%s" width="%s" height="%s"`, number(s.X), number(s.Y), number(s.Width), number(s.Height))
		if s.Round > 0 {
			fmt.Fprintf(b, ` rx="%s"`, number(s.Round))
		}
		fmt.Fprintf(b, ` fill="%s"%s/>`+"\n", s.Fill, s.Stroke.attributes())
		for _, l := range s.Hatching() {
			writeShape(b, l)
		}
	case Line:
		fmt.Fprintf(b, `<polyline points="%s" fill="none"%s/>`+"\n", list(s.Through), s.Stroke.attributes())
	case Polygon:
		fmt.Fprintf(b, `<polygon points="%s" fill="%s"%s/>`+"\n", list(s.Corners), s.Fill, s.Stroke.attributes())
	case Text:
		writeText(b, s)
	}
}

func writeText(b *bytes.Buffer, t Text) {
	weight := ""
	if t.Bold {
		weight = ` font-weight="bold"`
	}
	fmt.Fprintf(b, `<text x="%s" y="%s" font-size="%s"%s text-anchor="%s" fill="%s">%s</text>`+"\n",
		number(t.X), number(t.Y), number(t.Size), weight, t.Anchor, t.Colour, escape(t.Words))
}

// String returns the anchor as SVG names it.
func (a Anchor) String() string {
	switch a {
	case Middle:
		return "middle"
	case End:
		return "end"
	case Start:
	}
	return "start"
}

func (s Stroke) attributes() string {
	if s.Colour == None || s.Width <= 0 {
		return ""
	}
	dash := ""
	if l := s.Dash.Lengths(); l != nil {
		dash = fmt.Sprintf(` stroke-dasharray="%s,%s"`, number(l[0]), number(l[1]))
	}
	return fmt.Sprintf(` stroke="%s" stroke-width="%s"%s`, s.Colour, number(s.Width), dash)
}

func list(points []Point) string {
	words := make([]string, len(points))
	for i, p := range points {
		words[i] = number(p.X) + "," + number(p.Y)
	}
	return strings.Join(words, " ")
}

// number writes a coordinate to a hundredth of a point; more is neither seen nor the same on every machine.
func number(f float64) string {
	r := math.Round(f * 100)
	if r == 0 { // not -0
		return "0"
	}
	return strconv.FormatFloat(r/100, 'f', -1, 64)
}

// escape makes text safe between tags, and characters that XML cannot hold visible.
func escape(s string) string {
	var b strings.Builder
	// EscapeText fails only when the writer does, and this one does not.
	_ = xml.EscapeText(&b, []byte(i18n.Visible(s)))
	return b.String()
}
