package label

import (
	"image"
	"image/color"
	"image/draw"
	"math/rand/v2"
	"testing"

	"suyuan/internal/i18n"
	"suyuan/internal/report/symbol"
)

const pixels = 12 // of a module

// enlarged is a symbol of nothing but modules, of which some are turned from black to white or back.
func enlarged(modules *image.Gray) *image.Gray {
	b := modules.Bounds()
	img := image.NewGray(image.Rect(0, 0, b.Dx()*pixels, b.Dy()*pixels))
	for y := range b.Dy() {
		for x := range b.Dx() {
			box := image.Rect(x*pixels, y*pixels, (x+1)*pixels, (y+1)*pixels)
			draw.Draw(img, box, image.NewUniform(modules.GrayAt(x, y)), image.Point{}, draw.Src)
		}
	}
	return img
}

// modulesOf are the modules of a label's DataMatrix with its quiet zone, as the picture has them.
func modulesOf(t *testing.T, d *Drawn) *image.Gray {
	t.Helper()
	places := symbolsOf(d.Picture, 300)
	printed := printed(t, pagesOf(d), 300)[0]
	dots, at := 0, places[0] // of a module: the finder's lower left corner is black, and the quiet zone around it one module wide
	for printed.GrayAt(at.Min.X+dots, at.Max.Y-1-dots).Y > 127 {
		dots++
	}
	modules := image.NewGray(image.Rect(0, 0, places[0].Dx()/dots, places[0].Dy()/dots))
	for y := range modules.Bounds().Dy() {
		for x := range modules.Bounds().Dx() {
			modules.SetGray(x, y, printed.GrayAt(places[0].Min.X+x*dots+dots/2, places[0].Min.Y+y*dots+dots/2))
		}
	}
	return modules
}

// TestADamagedSymbolIsReadRightOrNotAtAll turns one module after the other, until its error correction is at its end: on the way there it is read as what
// it was, and in the end not at all, but never as something else.
func TestADamagedSymbolIsReadRightOrNotAtAll(t *testing.T) {
	t.Parallel()
	for name, content := range contents() {
		d, err := makerOf(t, i18n.English).Draw(example(t, content), Sizes()[1], symbol.DataMatrix)
		if err != nil {
			t.Fatal(err)
		}
		whole := modulesOf(t, d)
		for seed := range uint64(6) {
			modules := image.NewGray(whole.Bounds())
			copy(modules.Pix, whole.Pix)
			mended, lost := damage(t, modules, rand.New(rand.NewPCG(seed, 1)), d.Kind, content.Text)
			if mended < 3 || !lost {
				t.Errorf("%s, seed %d: read right with %d modules turned, and then unreadable: %t", name, seed, mended, lost)
			}
		}
	}
}

// damage turns modules within the finder and quiet zone until half of them are, and returns how many were turned when the symbol was last read, and
// whether it was unreadable in the end.
func damage(t *testing.T, modules *image.Gray, random *rand.Rand, kind symbol.Kind, want string) (mended int, lost bool) {
	t.Helper()
	side := modules.Bounds().Dx()
	order := random.Perm((side - 4) * (side - 4))
	for turned, n := range order[:len(order)/2] {
		x, y := 2+n%(side-4), 2+n/(side-4)
		modules.SetGray(x, y, color.Gray{Y: 255 - modules.GrayAt(x, y).Y})
		got, err := read(enlarged(modules), kind)
		switch {
		case err != nil:
			lost = true
		case got != want:
			t.Errorf("with %d modules turned it reads %q, want %q or nothing", turned+1, got, want)
		default:
			mended, lost = turned+1, false
		}
	}
	return mended, lost
}
