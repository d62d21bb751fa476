package label

import (
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"suyuan/internal/event"
	"suyuan/internal/i18n"
	"suyuan/internal/report/draw"
	"suyuan/internal/report/symbol"
)

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

// languages are those that labels of a size have room for.
func languages(size Size) [][]i18n.Lang {
	list := [][]i18n.Lang{{i18n.Chinese}, {i18n.English}}
	if size.Width > 30 {
		list = append(list, []i18n.Lang{i18n.Chinese, i18n.English})
	}
	return list
}

func makerOf(t *testing.T, langs ...i18n.Lang) *Maker {
	t.Helper()
	maker, err := NewMaker(langs...)
	if err != nil {
		t.Fatal(err)
	}
	return maker
}

// contents are what symbols say, one of each kind.
func contents() map[string]symbol.Content {
	return map[string]symbol.Content{
		"GS1":       {Text: "\x1d0109521141012345" + "210007-1\x1d17260309", GS1: true},
		"GS1, lot":  {Text: "\x1d0109521141012345" + "210007-1\x1d1726030910B-101", GS1: true},
		"ISBT 128":  {Text: "=A99992612345600"},
		"reference": {Text: "unit:U-101-1"},
	}
}

func TestEveryLabelIsReadBack(t *testing.T) {
	t.Parallel()
	for name, content := range contents() {
		for _, size := range Sizes() {
			for _, langs := range languages(size) {
				maker := makerOf(t, langs...)
				for _, state := range []State{NoState, NotReleased} {
					l := example(t, content)
					l.State = state
					picture, err := maker.Draw(l, size, symbol.DataMatrix)
					if err != nil {
						t.Errorf("%s on %s in %v, %q: %v", name, size.Name, langs, state, err)
						continue
					}
					if got := scanned(t, picture); got != content.Text {
						t.Errorf("%s on %s: read %q, want %q", name, size.Name, got, content.Text)
					}
				}
			}
		}
		picture, err := makerOf(t, i18n.Chinese, i18n.English).Draw(example(t, content), Sizes()[0], symbol.Code128)
		if err != nil {
			t.Errorf("%s in bars: %v", name, err)
			continue
		}
		if got, want := scanned(t, picture), asRead(content, symbol.Code128); got != want {
			t.Errorf("%s in bars: read %q, want %q", name, got, want)
		}
	}
}

// TestLabelsAreReadBackFromThePDF prints whole labels, text and all, as a printer of 300 dots an inch does.
func TestLabelsAreReadBackFromThePDF(t *testing.T) {
	t.Parallel()
	const dots = 300
	var pages []*draw.Picture
	var drawn []*Drawn
	for _, name := range []string{"GS1, lot", "reference"} {
		for _, size := range Sizes() {
			for _, langs := range languages(size) {
				for _, kind := range []symbol.Kind{symbol.DataMatrix, symbol.Auto} {
					l := example(t, contents()[name])
					l.State, l.Autologous, l.Biohazard, l.Reactive = OnHold, true, !size.small(), []string{"HBV"}
					d, err := makerOf(t, langs...).Draw(l, size, kind)
					if err != nil {
						t.Fatal(err)
					}
					pages, drawn = append(pages, d.Picture), append(drawn, d)
				}
			}
		}
	}
	for i, img := range printed(t, pages, dots) {
		d := drawn[i]
		places := symbolsOf(d.Picture, dots)
		if len(places) != 1 {
			t.Fatalf("label %d has symbols at %v", i, places)
		}
		got, err := read(img.SubImage(places[0]), d.Kind)
		if want := asRead(d.Code.Content, d.Kind); err != nil || got != want {
			t.Errorf("label %d, %s of %g by %g points: read %q, %v, want %q", i, d.Kind, d.Width, d.Height, got, err, want)
		}
	}
	if len(pages) == 0 {
		t.Fatal("nothing was printed")
	}
}

func TestAnySerialNumberIsReadBack(t *testing.T) {
	t.Parallel()
	maker := makerOf(t, i18n.English)
	rapid.Check(t, func(r *rapid.T) {
		serial := rapid.StringMatching(`[!-~]{1,20}`).Draw(r, "serial")
		lot := rapid.StringMatching(`[0-9A-Z-]{1,20}`).Draw(r, "lot")
		want := "\x1d010952114101234521" + serial + "\x1d10" + lot
		picture, err := maker.Draw(example(t, symbol.Content{Text: want, GS1: true}), Sizes()[1], symbol.DataMatrix)
		if err != nil {
			r.Fatal(err)
		}
		if got := scanned(t, picture); got != want {
			r.Fatalf("read %q, want %q", got, want)
		}
	})
}

func TestWhatDoesNotFitIsRefusedAndNotCut(t *testing.T) {
	t.Parallel()
	maker := makerOf(t, i18n.Chinese, i18n.English)
	l := example(t, symbol.Content{Text: "unit:X"})
	var err error
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
	l.Codes = nil
	for _, kind := range []symbol.Kind{symbol.DataMatrix, symbol.Auto} {
		if _, err := maker.Draw(l, Sizes()[0], kind); !errors.Is(err, symbol.ErrContent) {
			t.Errorf("no code: %v", err)
		}
	}
}
