package draw_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"math"
	"strings"
	"testing"
	"time"

	"suyuan/internal/report/draw"
)

func svg(t *testing.T, p *draw.Picture) string {
	t.Helper()
	var b bytes.Buffer
	if err := p.WriteSVG(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// contents returns the character data of each element with the name, and fails when the text is no XML.
func contents(t *testing.T, doc, element string) []string {
	t.Helper()
	var found []string
	inside := false
	for dec := xml.NewDecoder(strings.NewReader(doc)); ; {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return found
		}
		if err != nil {
			t.Fatalf("%v in %q", err, doc)
		}
		switch token := token.(type) {
		case xml.StartElement:
			if inside = token.Name.Local == element; inside {
				found = append(found, "")
			}
		case xml.EndElement:
			inside = false
		case xml.CharData:
			if inside {
				found[len(found)-1] += string(token)
			}
		}
	}
}

func TestPalettesGreysLieApart(t *testing.T) {
	t.Parallel()
	last := -1.0
	for c := draw.Ink; c <= draw.White; c++ {
		r, g, b := c.RGB()
		grey := (0.299*float64(r) + 0.587*float64(g) + 0.114*float64(b)) / 255
		if grey < last+0.07 {
			t.Errorf("%s has grey %.2f, the one before %.2f", c, grey, last)
		}
		last = grey
	}
}

// luminance is that of WCAG 2.
func luminance(c draw.Colour) float64 {
	part := func(v uint8) float64 {
		f := float64(v) / 255
		if f <= 0.04045 {
			return f / 12.92
		}
		return math.Pow((f+0.055)/1.055, 2.4)
	}
	r, g, b := c.RGB()
	return 0.2126*part(r) + 0.7152*part(g) + 0.0722*part(b)
}

func TestTextOnEveryColourHasContrast(t *testing.T) {
	t.Parallel()
	for c := draw.None; c <= draw.White; c++ {
		a, b := luminance(c), luminance(c.Over())
		if ratio := (max(a, b) + 0.05) / (min(a, b) + 0.05); ratio < 4.5 {
			t.Errorf("%s on %s has contrast %.1f, 4.5 is wanted", c.Over(), c, ratio)
		}
	}
}

func TestHatchingStaysInItsBox(t *testing.T) {
	t.Parallel()
	for _, r := range []draw.Rect{
		{X: 10, Y: 20, Width: 30, Height: 8, Hatch: true},
		{X: 10, Y: 20, Width: 3, Height: 50, Hatch: true},
		{X: -5, Y: 0, Width: 40, Height: 40, Hatch: true},
	} {
		lines := r.Hatching()
		if len(lines) == 0 {
			t.Errorf("%+v has no hatching", r)
		}
		for _, l := range lines {
			for _, p := range l.Through {
				if p.X < r.X || p.X > r.X+r.Width || p.Y < r.Y || p.Y > r.Y+r.Height {
					t.Errorf("%+v is hatched at %+v", r, p)
				}
			}
			if dx, dy := l.Through[0].X-l.Through[1].X, l.Through[1].Y-l.Through[0].Y; math.Abs(dx-dy) > 1e-9 {
				t.Errorf("%+v: a line goes %g across and %g down", r, dx, dy)
			}
		}
	}
	if plain := (draw.Rect{Width: 10, Height: 10}); plain.Hatching() != nil {
		t.Error("a plain box is hatched")
	}
}

func TestTextsComeBackOutOfTheSVG(t *testing.T) {
	t.Parallel()
	words := []string{`<script>alert("1")</script>`, "a & b", "乐城第一医院", "]]>", "U-1'--"}
	p := &draw.Picture{Width: 100, Height: 50, Title: "t<i>tle", Alt: "a & \"b\""}
	for _, w := range words {
		p.Shapes = append(p.Shapes, draw.Text{X: 5, Y: 5, Size: 8, Words: w})
	}
	doc := svg(t, p)
	if got := contents(t, doc, "text"); strings.Join(got, "|") != strings.Join(words, "|") {
		t.Errorf("texts %q, want %q", got, words)
	}
	if got := contents(t, doc, "title"); len(got) != 1 || got[0] != p.Title {
		t.Errorf("title %q", got)
	}
	if got := contents(t, doc, "desc"); len(got) != 1 || got[0] != p.Alt {
		t.Errorf("desc %q", got)
	}
	if !strings.Contains(doc, ` role="img"`) {
		t.Error("no role")
	}
}

func FuzzSVGTexts(f *testing.F) {
	for _, s := range []string{"", "<", "&#0;", "\x00", "\u202e<b>", "\xff", "\ufffe"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p := &draw.Picture{Width: 10, Height: 10, Title: s, Alt: s, Shapes: []draw.Shape{draw.Text{Size: 8, Words: s}}}
		doc := svg(t, p)
		if n := strings.Count(doc, "<"); n != 8 {
			t.Errorf("%d tags and ends, want 8: %q", n, doc)
		}
		if got := contents(t, doc, "text"); len(got) != 1 {
			t.Errorf("texts %q", got)
		}
	})
}

func TestInlinePicturesNameNoAddress(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	if err := (&draw.Picture{Width: 1, Height: 1}).WriteInline(&b); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(b.String(), "http") || !strings.HasPrefix(b.String(), "<svg ") {
		t.Errorf("inline: %q", b.String())
	}
}

func TestPicturesOutOfBoundsAreRefused(t *testing.T) {
	t.Parallel()
	for name, p := range map[string]*draw.Picture{
		"no size":     {},
		"no width":    {Height: 4},
		"NaN":         {Width: math.NaN(), Height: 4},
		"endless":     {Width: math.Inf(1), Height: 4},
		"NaN inside":  {Width: 4, Height: 4, Shapes: []draw.Shape{draw.Text{X: math.NaN()}}},
		"far outside": {Width: 4, Height: 4, Shapes: []draw.Shape{draw.Line{Through: []draw.Point{{X: 0, Y: 1e9}}}}},
	} {
		if err := p.WriteSVG(io.Discard); err == nil {
			t.Errorf("%s: drawn", name)
		}
	}
}

func timeline() *draw.Timeline {
	return &draw.Timeline{
		Title: "时限 / limits", Alt: "four milestones", Now: 80 * time.Hour,
		Rows: []draw.TimelineRow{
			{Label: "追溯完成 traced", Note: "T+1:00 #7", Until: time.Hour, Limited: true, Limit: 4 * time.Hour},
			{Label: "held", Note: "T+5:00 late", Until: 5 * time.Hour, Limited: true, Limit: 4 * time.Hour},
			{Label: "screened", Note: "missed", Until: 80 * time.Hour, Open: true, Limited: true, Limit: 72 * time.Hour, Marks: []time.Duration{30 * time.Hour}},
			{Label: "closed", Until: 80 * time.Hour, Open: true},
		},
	}
}

func TestOnlyWhatIsOverdueIsHatched(t *testing.T) {
	t.Parallel()
	var hatched, plain []draw.Rect
	for _, s := range timeline().Picture().Shapes {
		if r, ok := s.(draw.Rect); ok && r.Hatch {
			hatched = append(hatched, r)
		} else if ok {
			plain = append(plain, r)
		}
	}
	if len(hatched) != 2 || len(plain) != 4 {
		t.Fatalf("%d hatched and %d plain bars, want 2 and 4", len(hatched), len(plain))
	}
	if hatched[0].X != plain[1].X+plain[1].Width {
		t.Errorf("the hatched part begins at %g, the plain one ends at %g", hatched[0].X, plain[1].X+plain[1].Width)
	}
	if got, want := hatched[0].Width*8, hatched[1].Width; math.Abs(got-want) > 1e-6 {
		t.Errorf("one hour late is %g wide, eight hours %g", hatched[0].Width, hatched[1].Width)
	}
}

func TestTimelinesAreTheSameBytesEveryTime(t *testing.T) {
	t.Parallel()
	if a, b := svg(t, timeline().Picture()), svg(t, timeline().Picture()); a != b {
		t.Errorf("two writings differ:\n%s\n%s", a, b)
	}
}

func TestTimelinesOfAnyLengthHaveReadableAxes(t *testing.T) {
	t.Parallel()
	for _, length := range []time.Duration{0, time.Minute, 5 * time.Hour, 72 * time.Hour, 1000 * time.Hour, 20 * 365 * 24 * time.Hour, math.MaxInt64 / 4} {
		p := (&draw.Timeline{Now: length, Rows: []draw.TimelineRow{{Label: "a", Until: length}}}).Picture()
		if err := p.Check(); err != nil {
			t.Error(err)
		}
		ticks := 0
		for _, s := range p.Shapes {
			if x, ok := s.(draw.Text); ok && strings.HasPrefix(x.Words, "T+") {
				ticks++
			}
		}
		if ticks < 2 || ticks > 14 {
			t.Errorf("%s has %d marks on its axis", length, ticks)
		}
	}
}

func TestCutKeepsWhatFitsAndShowsThatItCut(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"short", strings.Repeat("长", 60), strings.Repeat("x", 200)} {
		got := draw.Cut(s, 8, 100)
		if draw.Width(got, 8) > 100 {
			t.Errorf("%q is %g wide", got, draw.Width(got, 8))
		}
		if got != s && !strings.HasSuffix(got, "…") {
			t.Errorf("%q was cut to %q", s, got)
		}
	}
}
