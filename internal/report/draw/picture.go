// Package draw holds pictures of reports as plain shapes, which every form of a report draws alike.
package draw

import "io"

// A Picture is a drawing of Width by Height points, with a text that says what it shows to those who cannot see it.
type Picture struct {
	Width, Height float64
	Alt           string
}

// WriteSVG writes the picture as an SVG element that can stand within a page.
func (p *Picture) WriteSVG(w io.Writer) error {
	_, err := io.WriteString(w, `<svg role="img"></svg>`)
	return err
}
