package label

// A Size is that of a label. Sides are in millimetres.
type Size struct {
	Name          string
	Width, Height float64
	symbol        float64 // side of the square for a DataMatrix
	text, least   float64 // size of text, in points, and the smallest that it is set in to make room
}

// Sizes returns the sizes that there are: for the bag in its cassette, its tag, and vials, around which they go.
func Sizes() []Size {
	return []Size{
		{"bag", 100, 100, 40, 12, 7},
		{"tag", 75, 50, 22, 8, 6},
		{"vial", 38, 13, 11, 4.25, 3.5},
		{"4x4", 101.6, 101.6, 40, 12, 7},
		{"4x2", 101.6, 50.8, 26, 9, 6},
		{"33x13", 33, 13, 10, 4.25, 3.5},
		{"24x13", 24, 13, 9, 4.25, 3.5},
	}
}

// small says that a label goes on a vial, where there is no room for every warning.
func (s Size) small() bool { return s.Height < 20 }

// ByName returns a size.
func ByName(name string) (Size, bool) {
	for _, s := range Sizes() {
		if s.Name == name {
			return s, true
		}
	}
	return Size{}, false
}

// Names are those of the sizes.
func Names() []string {
	var names []string
	for _, s := range Sizes() {
		names = append(names, s.Name)
	}
	return names
}

const point = 72 / 25.4 // in a millimetre
