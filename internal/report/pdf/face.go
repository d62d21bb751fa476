package pdf

import (
	"fmt"
	"strings"

	"github.com/signintech/gopdf"

	"suyuan/internal/i18n"
	"suyuan/internal/report/font"
)

// A face measures text in one weight of the typeface.
type face struct {
	parsed gopdf.SubsetFontObj
	widths map[rune]float64 // of a text of size 1; negative where there is no glyph
}

func newFace(ttf []byte) (*face, error) {
	f := &face{widths: make(map[rune]float64)}
	f.parsed.SetTtfFontOption(gopdf.TtfOption{})
	if err := f.parsed.SetTTFData(ttf); err != nil {
		return nil, fmt.Errorf("typeface: %w", err)
	}
	return f, nil
}

// advance returns the width of a character in a text of size 1, and whether the typeface has it. The library itself says
// nothing of some characters that are missing and draws an empty box: a glyph of number 0 is none.
func (f *face) advance(r rune) (float64, bool) {
	w, known := f.widths[r]
	if !known {
		w = -1
		if glyph, err := f.parsed.CharCodeToGlyphIndex(r); err == nil && glyph != 0 {
			w = float64(f.parsed.GlyphIndexToPdfWidth(glyph)) / 1000
		}
		f.widths[r] = w
	}
	return max(0, w), w >= 0
}

// width returns how wide a text of a size is.
func (f *face) width(s string, size float64) float64 {
	w := 0.0
	for _, r := range s {
		a, _ := f.advance(r)
		w += a
	}
	return w * size
}

// missing returns the first character that has no glyph.
func (f *face) missing(s string) (rune, bool) {
	for _, r := range s {
		if _, ok := f.advance(r); !ok {
			return r, true
		}
	}
	return 0, false
}

// A typeface has two weights with the same characters.
type typeface struct{ regular, bold *face }

func newTypeface() (*typeface, error) {
	regular, err := newFace(font.Regular)
	if err != nil {
		return nil, err
	}
	bold, err := newFace(font.Bold)
	return &typeface{regular: regular, bold: bold}, err
}

func (t *typeface) of(bold bool) *face {
	if bold {
		return t.bold
	}
	return t.regular
}

// shown returns a text with everything that has no shape, or none in the typeface, written as its number.
func (t *typeface) shown(s string) string {
	s = i18n.Visible(s)
	if _, lacks := t.regular.missing(s); !lacks {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if _, ok := t.regular.advance(r); ok {
			b.WriteRune(r)
		} else {
			fmt.Fprintf(&b, "⟨%U⟩", r)
		}
	}
	return b.String()
}
