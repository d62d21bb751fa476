package label

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"image"
	"image/color"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/datamatrix"
	"github.com/makiuchi-d/gozxing/oned"

	"suyuan/internal/report/draw"
	"suyuan/internal/report/pdf"
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
func scanned(t *testing.T, picture *Drawn) string {
	t.Helper()
	var svg bytes.Buffer
	if err := picture.WriteSized(&svg); err != nil {
		t.Fatal(err)
	}
	text, err := read(raster(t, svg.Bytes()), picture.Kind)
	if err != nil {
		t.Fatalf("a scanner reads nothing: %v", err)
	}
	return text
}

// read is what a scanner reads that is held at a symbol.
func read(img image.Image, kind symbol.Kind) (string, error) {
	bitmap, err := gozxing.NewBinaryBitmap(gozxing.NewHybridBinarizer(gozxing.NewLuminanceSourceFromImage(img)))
	if err != nil {
		return "", err
	}
	var reader gozxing.Reader = datamatrix.NewDataMatrixReader()
	if kind == symbol.Code128 {
		reader = oned.NewCode128Reader()
	}
	result, err := reader.Decode(bitmap, map[gozxing.DecodeHintType]any{
		gozxing.DecodeHintType_TRY_HARDER: true, gozxing.DecodeHintType_PURE_BARCODE: kind == symbol.DataMatrix, gozxing.DecodeHintType_ASSUME_GS1: true,
	})
	if err != nil {
		return "", err
	}
	return result.GetText(), nil
}

// asRead is how a scanner sends a content.
func asRead(c symbol.Content, kind symbol.Kind) string {
	if c.GS1 && kind == symbol.Code128 {
		return "]C1" + strings.TrimPrefix(c.Text, "\x1d")
	}
	return c.Text
}

// printed is a label out of a PDF as another program prints it, in grey at so many dots an inch.
func printed(t *testing.T, pages []*draw.Picture, dots int) []*image.Gray {
	t.Helper()
	const printer = "pdftoppm"
	if _, err := exec.LookPath(printer); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("%s is not installed: poppler-utils is needed", printer)
		}
		t.Skipf("%s is not installed: scripts/test-deps says how to get it", printer)
	}
	var file bytes.Buffer
	if err := pdf.WritePictures(&file, "labels", time.Unix(0, 0), pages); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), printer, "-r", strconv.Itoa(dots), "-gray", "-")
	cmd.Stdin = &file
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var images []*image.Gray
	for r := bytes.NewReader(out); r.Len() > 0; {
		var width, height, most int
		if _, err := fmt.Fscanf(r, "P5\n%d %d\n%d\n", &width, &height, &most); err != nil || most != 255 {
			t.Fatalf("grey map of %d levels: %v", most, err)
		}
		img := image.NewGray(image.Rect(0, 0, width, height))
		if _, err := io.ReadFull(r, img.Pix); err != nil {
			t.Fatal(err)
		}
		images = append(images, img)
	}
	return images
}

// symbolsOf are the places of the symbols in a picture with their quiet zones: its white areas.
func symbolsOf(picture *draw.Picture, dots int) []image.Rectangle {
	var found []image.Rectangle
	for _, s := range picture.Shapes {
		if r, ok := s.(draw.Rect); ok && r.Fill == draw.White {
			scale := float64(dots) / 72
			found = append(found, image.Rect(int(r.X*scale+0.5), int(r.Y*scale+0.5), int((r.X+r.Width)*scale+0.5), int((r.Y+r.Height)*scale+0.5)))
		}
	}
	return found
}
