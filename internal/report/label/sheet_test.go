package label

import (
	"errors"
	"testing"

	"pgregory.net/rapid"

	"suyuan/internal/i18n"
	"suyuan/internal/report/draw"
	"suyuan/internal/report/symbol"
)

func TestSheetsAreReadAndRefused(t *testing.T) {
	t.Parallel()
	for text, want := range map[[2]string]Sheet{
		{"8x3", ""}:        {Rows: 8, Columns: 3},
		{"20x5", "13.5x7"}: {Rows: 20, Columns: 5, Top: 13.5, Left: 7, Edges: true},
		{"1x1", "0x0"}:     {Rows: 1, Columns: 1, Edges: true},
		{"99x99", ""}:      {Rows: 99, Columns: 99},
	} {
		if got, err := ParseSheet(text[0], text[1]); err != nil || got != want {
			t.Errorf("%q: %+v, %v, want %+v", text, got, err, want)
		}
	}
	for _, bad := range [][2]string{{"", ""}, {"8", ""}, {"8x", ""}, {"0x3", ""}, {"8x0", ""}, {"100x1", ""}, {"-1x3", ""}, {"8×3", ""}, {"8x3 ", ""}, {"８x3", ""}, {"8x3", "1"}, {"8x3", "-1x2"}, {"8x3", "1,5x2"}, {"8x3", "1e3x2"}, {"8x3", "NaNx1"}} {
		if got, err := ParseSheet(bad[0], bad[1]); !errors.Is(err, ErrSheet) {
			t.Errorf("%q: %+v, %v", bad, got, err)
		}
	}
}

func FuzzParseSheet(f *testing.F) {
	f.Add("8x3", "13.5x7")
	f.Add("20x5", "")
	f.Fuzz(func(t *testing.T, grid, edges string) {
		s, err := ParseSheet(grid, edges)
		if (err == nil) == (s == Sheet{}) || err == nil && (s.Labels() < 1 || s.Labels() > 99*99 || s.Edges != (edges != "")) {
			t.Errorf("%q %q: %+v, %v", grid, edges, s, err)
		}
	})
}

// TestLabelsOnASheetLieInTheirPlaces goes by what a person sees: each label whole, none on another, row by row, the first places free, and the edges the
// same at both sides.
func TestLabelsOnASheetLieInTheirPlaces(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		size := rapid.SampledFrom(Sizes()).Draw(r, "size")
		s := Sheet{Rows: rapid.IntRange(1, 25).Draw(r, "rows"), Columns: rapid.IntRange(1, 10).Draw(r, "columns")}
		if s.Edges = rapid.Bool().Draw(r, "edges"); s.Edges {
			s.Top, s.Left = rapid.Float64Range(0, 30).Draw(r, "top"), rapid.Float64Range(0, 30).Draw(r, "left")
		}
		skip := rapid.IntRange(0, s.Labels()-1).Draw(r, "skip")
		labels := make([]*draw.Picture, rapid.IntRange(1, 60).Draw(r, "labels"))
		for i := range labels {
			// The height of the text tells one label from the other.
			labels[i] = &draw.Picture{Width: size.Width * point, Height: size.Height * point, Shapes: []draw.Shape{draw.Rect{Width: size.Width * point, Height: size.Height * point, Round: float64(i)}}}
		}
		pages, err := s.Pages(size, labels, skip)
		var small *SheetError
		fits := float64(s.Columns)*size.Width <= sheetWidth-2*s.Left+0.05 && float64(s.Rows)*size.Height <= sheetHeight-2*s.Top+0.05
		if errors.As(err, &small) != !fits {
			r.Fatalf("%+v with %s: %v", s, size.Name, err)
		}
		if err != nil {
			return
		}
		if want := (skip + len(labels) + s.Labels() - 1) / s.Labels(); len(pages) != want {
			r.Fatalf("%d pages, want %d", len(pages), want)
		}
		next := 0
		for n, page := range pages {
			var before *draw.Rect
			for _, shape := range page.Shapes {
				box := shape.(draw.Rect)
				if int(box.Round) != next {
					r.Fatalf("label %g comes where %d should", box.Round, next)
				}
				checkPlace(r, s, size, box, (skip+next)-n*s.Labels())
				if before != nil && box.X < before.X+before.Width-0.2 && box.Y < before.Y+before.Height-0.2 {
					r.Fatalf("%+v lies on %+v", box, *before)
				}
				before, next = &box, next+1
			}
		}
		if next != len(labels) {
			r.Fatalf("%d labels of %d", next, len(labels))
		}
	})
}

// checkPlace holds a label against the place of a sheet that it should have, counted from 0.
func checkPlace(r *rapid.T, s Sheet, size Size, box draw.Rect, place int) {
	if place < 0 || place >= s.Labels() {
		r.Fatalf("place %d of %d", place, s.Labels())
	}
	const slack = 0.06 // mm
	x, y := box.X/point, box.Y/point
	if s.Edges {
		if first, last := place%s.Columns == 0, place%s.Columns == s.Columns-1; first && off(x, s.Left) || last && !first && off(x+size.Width, sheetWidth-s.Left) {
			r.Fatalf("place %d of %+v is at %g mm across", place, s, x)
		}
		if first, last := place/s.Columns == 0, place/s.Columns == s.Rows-1; first && off(y, s.Top) || last && !first && off(y+size.Height, sheetHeight-s.Top) {
			r.Fatalf("place %d of %+v is at %g mm down", place, s, y)
		}
	} else {
		wide, high := sheetWidth/float64(s.Columns), sheetHeight/float64(s.Rows)
		if off(x+size.Width/2, wide*(float64(place%s.Columns)+0.5)) || off(y+size.Height/2, high*(float64(place/s.Columns)+0.5)) {
			r.Fatalf("place %d of %+v is at %g, %g mm", place, s, x, y)
		}
	}
	if x < -slack || y < -slack || x+size.Width > sheetWidth+slack || y+size.Height > sheetHeight+slack {
		r.Fatalf("place %d of %+v lies over the edge: %g, %g mm", place, s, x, y)
	}
}

func off(got, want float64) bool { return got < want-0.06 || got > want+0.06 }

func TestEverySymbolOfAPrintedSheetIsReadBack(t *testing.T) {
	t.Parallel()
	const dots = 300
	size, _ := ByName("33x13")
	sheet, err := ParseSheet("20x5", "13.5x10")
	if err != nil {
		t.Fatal(err)
	}
	var labels []*draw.Picture
	var want []string
	for range 45 {
		for _, content := range contents() {
			d, err := makerOf(t, i18n.Chinese).Draw(example(t, content), size, symbol.DataMatrix)
			if err != nil {
				t.Fatal(err)
			}
			labels, want = append(labels, d.Picture), append(want, content.Text)
		}
	}
	pages, err := sheet.Pages(size, labels, 7)
	if err != nil {
		t.Fatal(err)
	}
	next := 0
	for i, img := range printed(t, pages, dots) {
		for _, place := range symbolsOf(pages[i], dots) {
			if got, err := read(img.SubImage(place), symbol.DataMatrix); err != nil || got != want[next] {
				t.Errorf("label %d on sheet %d: read %q, %v, want %q", next, i, got, err, want[next])
			}
			next++
		}
	}
	if next != len(labels) {
		t.Errorf("%d symbols of %d", next, len(labels))
	}
}
