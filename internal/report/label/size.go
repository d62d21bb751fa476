package label

// A Size is that of a label. Sides are in millimetres.
type Size struct {
	Name          string
	Width, Height float64
	symbol        float64 // side of the square for a DataMatrix
	text          float64 // size of text, in points
}

// Sizes returns the sizes that there are, the largest first: for the bag in its cassette, its tag, and vials of 2 mL.
func Sizes() []Size {
	return []Size{
		{"bag", 100, 100, 40, 12},
		{"tag", 75, 50, 22, 8},
		{"vial", 38, 13, 11, 4.2},
	}
}

// ByName returns a size.
func ByName(name string) (Size, bool) {
	for _, s := range Sizes() {
		if s.Name == name {
			return s, true
		}
	}
	return Size{}, false
}

const point = 72 / 25.4 // in a millimetre
