package pdf

import (
	"bytes"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"

	"suyuan/internal/i18n"
	"suyuan/internal/report"
	"suyuan/internal/report/draw"
)

func faces(tb testing.TB) *typeface {
	tb.Helper()
	f, err := newTypeface()
	if err != nil {
		tb.Fatal(err)
	}
	return f
}

func TestEveryMessageOfBothLanguagesHasItsGlyphs(t *testing.T) {
	t.Parallel()
	f := faces(t)
	names, err := filepath.Glob(filepath.Join("..", "..", "i18n", "*.json"))
	if err != nil || len(names) < 4 {
		t.Fatalf("message files %q: %v", names, err)
	}
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var texts map[string]any
		if err := json.Unmarshal(b, &texts); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for id, text := range texts {
			for _, s := range words(text) {
				for _, face := range []*face{f.regular, f.bold} {
					if r, lacks := face.missing(strings.ReplaceAll(s, "\n", " ")); lacks {
						t.Errorf("%s: %s: no glyph for %q (%U); scripts/fonts cuts the typeface", name, id, r, r)
					}
				}
			}
		}
	}
}

// words are the strings of a message, which has forms where it counts something.
func words(message any) []string {
	switch m := message.(type) {
	case string:
		return []string{m}
	case map[string]any:
		var all []string
		for _, form := range m {
			all = append(all, words(form)...)
		}
		return all
	}
	return nil
}

func TestMarksHaveTheirGlyphs(t *testing.T) {
	t.Parallel()
	if r, lacks := faces(t).bold.missing(report.DrillMark + report.UrgentMark + "⟨⟩–→#…·≥≤±−µ℃"); lacks {
		t.Errorf("no glyph for %q", r)
	}
}

func TestBothWeightsHaveTheSameCharacters(t *testing.T) {
	t.Parallel()
	f := faces(t)
	n := 0
	for r := rune(0); r < 0x20000; r++ {
		_, regular := f.regular.advance(r)
		if _, bold := f.bold.advance(r); bold != regular {
			t.Errorf("%U: regular %v, bold %v", r, regular, bold)
		}
		if regular {
			n++
		}
	}
	if n < 7700 {
		t.Errorf("%d characters, GB 2312 alone has 7445", n)
	}
}

func TestATextWithoutGlyphIsAnErrorThatNamesTheCharacter(t *testing.T) {
	t.Parallel()
	f := newFlow(faces(t))
	f.draw(draw.Text{X: 1, Y: 1, Size: 8, Words: "a\u4daeb"})
	err := f.render(&bytes.Buffer{})
	if err == nil || !strings.Contains(err.Error(), "U+4DAE") {
		t.Errorf("error %v", err)
	}
}

func TestShownLeavesNothingThatHasNoGlyph(t *testing.T) {
	t.Parallel()
	f := faces(t)
	rapid.Check(t, func(t *rapid.T) {
		s := f.shown(rapid.String().Draw(t, "s"))
		if r, lacks := f.regular.missing(s); lacks {
			t.Fatalf("%q lacks %q", s, r)
		}
		if again := f.shown(s); again != s {
			t.Fatalf("%q shown again is %q", s, again)
		}
	})
}

// mixed is text as ledgers hold it: Chinese, ids, blanks, punctuation.
func mixed() *rapid.Generator[string] {
	return rapid.StringOfN(rapid.SampledFrom([]rune("通知主治医师（，。；）《》abcXYZ0189-/:#_  .,“”…–")), 0, 200, -1)
}

func TestLinesJoinedAreTheTextAndFit(t *testing.T) {
	t.Parallel()
	f := faces(t)
	rapid.Check(t, func(t *rapid.T) {
		s, width := mixed().Draw(t, "s"), rapid.Float64Range(12, 300).Draw(t, "width")
		lines := f.regular.wrap(s, 8, width)
		if got := strings.Join(lines, ""); got != s {
			t.Fatalf("joined %q, want %q", got, s)
		}
		for _, l := range lines {
			// One character that is wider than a line stands alone; blanks hang over the edge.
			if w := f.regular.width(strings.TrimRight(l, " "), 8); w > width+1e-9 && utf8.RuneCountInString(strings.TrimSpace(l)) > 1 {
				t.Fatalf("%q is %g wide, %g is wanted: %q", l, w, width, lines)
			}
		}
	})
}

func TestLinesDoNotBeginWithClosingPunctuation(t *testing.T) {
	t.Parallel()
	f := faces(t)
	s := strings.Repeat("通知主治医师（隔离），再追溯。", 30)
	for width := 30.0; width < 200; width += 3 {
		for _, l := range f.regular.wrap(s, 8, width) {
			if strings.ContainsAny(l[:min(3, len(l))], "），。") {
				t.Fatalf("at %g a line begins %.30q", width, l)
			}
		}
	}
}

func FuzzWrap(f *testing.F) {
	for _, s := range []string{"", " ", "通知主治医师", "a\nb", "\r\n", "\u0301\u0301", strings.Repeat("x", 500), "\xff"} {
		f.Add(s, 40.0)
	}
	faces := faces(f)
	f.Fuzz(func(t *testing.T, s string, width float64) {
		if got := strings.Join(faces.regular.wrap(s, 8, width), ""); got != s {
			t.Errorf("joined %q, want %q", got, s)
		}
	})
}

func TestColumnsFillTheWidthAndKeepShortOnesWhole(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 12).Draw(t, "n")
		whole, least := make([]float64, n), make([]float64, n)
		for i := range n {
			whole[i] = rapid.Float64Range(1, 2000).Draw(t, "whole")
			least[i] = min(whole[i], rapid.Float64Range(1, narrow).Draw(t, "least"))
		}
		got := share(whole, least, 500)
		total, wanted, needed := 0.0, 0.0, 0.0
		for i := range n {
			total += got[i]
			wanted += whole[i]
			needed += least[i]
		}
		if math.Abs(total-500) > 1e-6 {
			t.Fatalf("columns %v of %v are %g together", got, whole, total)
		}
		for i := range n {
			if needed <= 500 && got[i] < least[i]-1e-6 {
				t.Fatalf("column %d of %v has %g, at least %g is wanted", i, got, got[i], least[i])
			}
			if wanted <= 500 && got[i] < whole[i]-1e-6 {
				t.Fatalf("column %d of %v has %g, %g would fit", i, got, got[i], whole[i])
			}
		}
	})
}

func TestDashesFollowTheLineAroundItsBends(t *testing.T) {
	t.Parallel()
	through := []draw.Point{{X: 0, Y: 0}, {X: 3, Y: 0}, {X: 3, Y: 3}, {X: 0, Y: 3}}
	drawn := 0.0
	for _, p := range dashes(through, []float64{2, 1}) {
		drawn += math.Hypot(p[1].X-p[0].X, p[1].Y-p[0].Y)
	}
	if math.Abs(drawn-6) > 1e-9 {
		t.Errorf("%g of 9 are drawn, want 6", drawn)
	}
	if got := dashes(through, nil); len(got) != 3 {
		t.Errorf("a solid line has %d pieces", len(got))
	}
}

func TestAnotherFormOfFileIsRefused(t *testing.T) {
	t.Parallel()
	if err := describe(bytes.NewBufferString("%PDF-1.7\ntrailer\n"), &report.Document{Lang: i18n.English}); err == nil {
		t.Error("described")
	}
}

func TestPicturesAreMadeSmallerToFit(t *testing.T) {
	t.Parallel()
	f := newFlow(faces(t))
	p := &draw.Picture{Width: 4000, Height: 3000, Shapes: []draw.Shape{
		draw.Rect{X: 0, Y: 0, Width: 4000, Height: 3000, Stroke: draw.Stroke{Colour: draw.Ink, Width: 1}}, draw.Text{X: 4000, Y: 3000, Size: 8, Words: "x"},
	}}
	if err := f.picture(p); err != nil {
		t.Fatal(err)
	}
	box, text := f.sheet().shapes[0].(draw.Rect), f.sheet().shapes[1].(draw.Text)
	if math.Abs(box.Width-textWidth) > 1e-6 || math.Abs(text.X-left-textWidth) > 1e-6 || f.y > bottom {
		t.Errorf("box %+v, text %+v, y %g", box, text, f.y)
	}
	if err := f.picture(&draw.Picture{}); err == nil {
		t.Error("a picture without a size was set")
	}
}

func BenchmarkWrite(b *testing.B) {
	s := &report.Section{ID: "s", Title: "s", Heads: []string{"a", "b"}}
	for range 200 {
		s.Rows = append(s.Rows, []string{"unit:LC-H1/U-0001", "通知主治医师并隔离所有受影响的单位。"})
	}
	d := &report.Document{Lang: i18n.Chinese, Title: "t", Sections: []*report.Section{s}}
	for b.Loop() {
		if err := Write(&bytes.Buffer{}, d); err != nil {
			b.Fatal(err)
		}
	}
}

func TestWidthGoesToTheColumnThatNeedsItInEveryRow(t *testing.T) {
	t.Parallel()
	m := &measure{whole: []float64{60, 300, 900}, least: []float64{40, 40, 40}}
	m.rows = append(m.rows, []float64{60, 300, 900})
	for range 50 {
		m.rows = append(m.rows, []float64{60, 20, 900})
	}
	list := share(m.whole, m.least, 400)
	even := m.height(list)
	m.shorten(list)
	if after := m.height(list); after >= even || list[2] < 1.5*list[1] {
		t.Errorf("columns %v give %g lines, evenly shared %g", list, after, even)
	}
	if total := list[0] + list[1] + list[2]; math.Abs(total-400) > 1e-6 {
		t.Errorf("columns %v are %g together", list, total)
	}
}

func TestPicturesReserveEnoughRoomForTheirTexts(t *testing.T) {
	t.Parallel()
	f := faces(t)
	for r := rune(' '); r < 0x10000; r++ {
		w, ok := f.bold.advance(r)
		if reserved := draw.Width(string(r), 1); ok && unicode.IsPrint(r) && w > reserved+0.08 {
			t.Errorf("%q (%U) is %g wide, %g is reserved", r, r, w, reserved)
		}
	}
	for _, s := range []string{"unit:MSC-26-02-D05", "equipment:OV-F1/TANK-1", "patient:LC-H1/P-04", "in stock, on hold", "site:MMMWWW", "T+72 h"} {
		if w, reserved := f.bold.width(s, 8), draw.Width(s, 8); w > reserved {
			t.Errorf("%q is %g wide, %g is reserved", s, w, reserved)
		}
	}
}
