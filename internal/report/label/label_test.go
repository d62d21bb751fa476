package label

import (
	"bytes"
	"encoding/xml"
	"errors"
	"image"
	"image/color"
	"io"
	"strconv"
	"strings"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/datamatrix"
	"github.com/makiuchi-d/gozxing/oned"
	"pgregory.net/rapid"

	"suyuan/internal/event"
	"suyuan/internal/i18n"
	"suyuan/internal/report/symbol"
)

const perPoint = 12.5 // pixels: three to a dot of 1/300 inch

// raster draws the black and white areas of an SVG that was really written, as a printer would, and returns the symbol with its quiet zone, at which a
// scanner is held.
func raster(t *testing.T, svg []byte) image.Image {
	t.Helper()
	d := xml.NewDecoder(bytes.NewReader(svg))
	var img *image.Gray
	var quiet image.Rectangle
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return img.SubImage(quiet)
		}
		if err != nil {
			t.Fatal(err)
		}
		e, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		number := func(name string) float64 {
			for _, a := range e.Attr {
				if a.Name.Local == name {
					f, err := strconv.ParseFloat(strings.TrimSuffix(a.Value, "pt"), 64)
					if err != nil {
						t.Fatal(err)
					}
					return f
				}
			}
			return 0
		}
		switch e.Name.Local {
		case "svg":
			img = image.NewGray(image.Rect(0, 0, int(number("width")*perPoint), int(number("height")*perPoint)))
			fill(img, img.Bounds(), 255)
		case "rect":
			tone, painted := uint8(0), false
			for _, a := range e.Attr {
				if a.Name.Local == "fill" {
					tone, painted = map[string]uint8{"#000000": 0, "#ffffff": 255}[a.Value], a.Value == "#000000" || a.Value == "#ffffff"
				}
			}
			if painted {
				x, y := number("x")*perPoint, number("y")*perPoint
				box := image.Rect(int(x+0.5), int(y+0.5), int(x+number("width")*perPoint+0.5), int(y+number("height")*perPoint+0.5))
				if tone == 255 {
					quiet = box
				}
				fill(img, box, tone)
			}
		}
	}
}

func fill(img *image.Gray, r image.Rectangle, tone uint8) {
	r = r.Intersect(img.Bounds())
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			img.SetGray(x, y, color.Gray{Y: tone})
		}
	}
}

// scanned is what a scanner reads of a label.
func scanned(t *testing.T, picture *Drawn, kind symbol.Kind) string {
	t.Helper()
	var svg bytes.Buffer
	if err := picture.WriteSized(&svg); err != nil {
		t.Fatal(err)
	}
	img := raster(t, svg.Bytes())
	source := gozxing.NewLuminanceSourceFromImage(img)
	bitmap, err := gozxing.NewBinaryBitmap(gozxing.NewHybridBinarizer(source))
	if err != nil {
		t.Fatal(err)
	}
	var reader gozxing.Reader = datamatrix.NewDataMatrixReader()
	if kind == symbol.Code128 {
		reader = oned.NewCode128Reader()
	}
	result, err := reader.Decode(bitmap, map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_TRY_HARDER: true, gozxing.DecodeHintType_PURE_BARCODE: kind == symbol.DataMatrix, gozxing.DecodeHintType_ASSUME_GS1: true})
	if err != nil {
		t.Fatalf("a scanner reads nothing: %v", err)
	}
	return result.GetText()
}

func made(t *testing.T, text string) event.Time {
	t.Helper()
	at, err := event.ParseTime(text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func example(t *testing.T, content symbol.Content) *Label {
	t.Helper()
	unit, err1 := event.ParseRef("unit:U-101-1")
	patient, err2 := event.ParseRef("patient:LC-H1/P-101")
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	return &Label{
		Unit: unit, Product: "CAR-T 注射液", Batch: "B-101", Origin: Made, Began: made(t, "2025-03-10T09:00:00+08:00"), Expires: made(t, "2026-03-09T23:59:59+08:00"), Patient: patient,
		Codes: []Code{{Content: content, Readable: "(01)09521141012345(21)0007-1"}}, Ledger: "labels.example", Records: 8, At: made(t, "2025-03-11T09:00:00+08:00"),
	}
}

func TestEveryLabelIsReadBack(t *testing.T) {
	t.Parallel()
	maker, err := NewMaker(i18n.Chinese, i18n.English)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		content symbol.Content
		matrix  string // as a scanner sends it
		bars    string
	}{
		"GS1":       {symbol.Content{Text: "\x1d0109521141012345" + "210007-1\x1d17260309", GS1: true}, "\x1d0109521141012345210007-1\x1d17260309", "]C10109521141012345210007-1\x1d17260309"},
		"ISBT 128":  {symbol.Content{Text: "=A99992612345600"}, "=A99992612345600", "=A99992612345600"},
		"reference": {symbol.Content{Text: "unit:U-101-1"}, "unit:U-101-1", "unit:U-101-1"},
	} {
		for _, size := range Sizes() {
			for _, state := range []State{NoState, OnHold, NotReleased} {
				l := example(t, c.content)
				l.State = state
				picture, err := maker.Draw(l, size, symbol.DataMatrix)
				if err != nil {
					t.Errorf("%s on %s: %v", name, size.Name, err)
					continue
				}
				if got := scanned(t, picture, symbol.DataMatrix); got != c.matrix {
					t.Errorf("%s on %s: read %q, want %q", name, size.Name, got, c.matrix)
				}
			}
		}
		picture, err := maker.Draw(example(t, c.content), Sizes()[0], symbol.Code128)
		if err != nil {
			t.Errorf("%s in bars: %v", name, err)
			continue
		}
		if got := scanned(t, picture, symbol.Code128); got != c.bars {
			t.Errorf("%s in bars: read %q, want %q", name, got, c.bars)
		}
	}
}

func TestAnySerialNumberIsReadBack(t *testing.T) {
	t.Parallel()
	maker, err := NewMaker(i18n.English)
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(r *rapid.T) {
		serial := rapid.StringMatching(`[!-~]{1,20}`).Draw(r, "serial")
		lot := rapid.StringMatching(`[0-9A-Z-]{1,20}`).Draw(r, "lot")
		want := "\x1d010952114101234521" + serial + "\x1d10" + lot
		picture, err := maker.Draw(example(t, symbol.Content{Text: want, GS1: true}), Sizes()[1], symbol.DataMatrix)
		if err != nil {
			r.Fatal(err)
		}
		if got := scanned(t, picture, symbol.DataMatrix); got != want {
			r.Fatalf("read %q, want %q", got, want)
		}
	})
}

func TestWhatDoesNotFitIsRefusedAndNotCut(t *testing.T) {
	t.Parallel()
	maker, err := NewMaker(i18n.Chinese, i18n.English)
	if err != nil {
		t.Fatal(err)
	}
	l := example(t, symbol.Content{Text: "unit:X"})
	if l.Unit, err = event.NewRef(event.KindUnit, strings.Repeat("W9", 100)); err != nil {
		t.Fatal(err)
	}
	var small *SpaceError
	if _, err := maker.Draw(l, Sizes()[2], symbol.DataMatrix); !errors.As(err, &small) {
		t.Errorf("an id of 200 bytes on a vial: %v", err)
	}
	if _, err := maker.Draw(l, Sizes()[0], symbol.DataMatrix); err != nil {
		t.Errorf("an id of 200 bytes on a bag: %v", err)
	}
	l.Codes[0].Text = strings.Repeat("A", 300)
	if _, err := maker.Draw(l, Sizes()[2], symbol.DataMatrix); !errors.As(err, &small) {
		t.Errorf("300 characters on a vial: %v", err)
	}
	for _, bad := range []symbol.Content{{}, {Text: "袋"}, {Text: "01", GS1: true}, {Text: "a\x1db"}, {Text: "a\nb"}} {
		l.Codes[0].Content = bad
		if _, err := maker.Draw(l, Sizes()[0], symbol.DataMatrix); !errors.Is(err, symbol.ErrContent) {
			t.Errorf("%+v: %v", bad, err)
		}
	}
}
