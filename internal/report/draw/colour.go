package draw

import "fmt"

// A Colour is one of a closed palette. The zero Colour is none at all.
type Colour uint8

// The palette, from dark to light as grey print shows it.
const (
	None Colour = iota
	Ink
	Red
	Grey
	Blue
	Green
	Amber
	Light
	White
	Black // of bar codes: thermal printers make dots of any other dark
)

// RGB returns the colour's parts. None has those of White.
func (c Colour) RGB() (r, g, b uint8) {
	switch c {
	case Ink:
		return 0x1b, 0x1f, 0x24
	case Black:
		return 0, 0, 0
	case Red:
		return 0xb3, 0x26, 0x1e
	case Grey:
		return 0x5f, 0x6b, 0x76
	case Blue:
		return 0x52, 0x8e, 0xcd
	case Green:
		return 0x76, 0xb5, 0x7e
	case Amber:
		return 0xf0, 0xb4, 0x29
	case Light:
		return 0xd9, 0xdd, 0xe2
	case None, White:
	}
	return 0xff, 0xff, 0xff
}

// Over returns the colour in which text and hatching can be read on c.
func (c Colour) Over() Colour {
	switch c {
	case Ink, Red, Grey, Black:
		return White
	case None, Blue, Green, Amber, Light, White:
	}
	return Ink
}

// String returns the colour as #rrggbb, or none.
func (c Colour) String() string {
	if c == None {
		return "none"
	}
	r, g, b := c.RGB()
	return fmt.Sprintf("#%02x%02x%02x", r, g, b)
}
