package label

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"suyuan/internal/event"
	"suyuan/internal/i18n"
	"suyuan/internal/report/draw"
	"suyuan/internal/report/symbol"
)

func pagesOf(list ...*Drawn) []*draw.Picture {
	var pages []*draw.Picture
	for _, d := range list {
		pages = append(pages, d.Picture)
	}
	return pages
}

// wrote is what a label says, without the blanks at which lines end.
func wrote(d *Drawn) string {
	var b strings.Builder
	for _, s := range d.Shapes {
		if text, ok := s.(draw.Text); ok {
			b.WriteString(strings.ReplaceAll(text.Words, " ", ""))
		}
	}
	return b.String()
}

// unsaid are the parts that a label neither says nor names as left out.
func unsaid(m *Maker, l *Label, size Size, d *Drawn) []string {
	said := wrote(d)
	var list []string
	for _, line := range m.lines(l, size, d.Code) {
		text := strings.Join(m.measure.Lines(line.text(), false, 1, 1e6), "") // what the typeface lacks is written as its number
		if !strings.Contains(said, strings.ReplaceAll(text, " ", "")) && !slices.Contains(d.LeftOut, line.part) {
			list = append(list, line.text())
		}
	}
	return list
}

// outside are the texts that lie outside a label, or on its symbol.
func outside(m *Maker, d *Drawn) []string {
	var list []string
	quiet := d.Shapes[slices.IndexFunc(d.Shapes, func(s draw.Shape) bool { r, ok := s.(draw.Rect); return ok && r.Fill == draw.White })].(draw.Rect)
	for _, s := range d.Shapes {
		text, ok := s.(draw.Text)
		if !ok {
			continue
		}
		left, top := text.X, text.Y-text.Size*0.88
		wide := m.measure.Width(text.Words, text.Bold, text.Size)
		if text.Anchor == draw.Middle {
			left -= wide / 2
		}
		const slack = 0.05
		over := left < quiet.X+quiet.Width-slack && left+wide > quiet.X+slack && top < quiet.Y+quiet.Height-slack && text.Y > quiet.Y+slack
		if left < 0 || top < -slack || left+wide > d.Width+slack || text.Y+text.Size*0.12 > d.Height+slack || over {
			list = append(list, text.Words)
		}
	}
	return list
}

func longest(t *testing.T) *Label {
	t.Helper()
	l := example(t, symbol.Content{Text: "unit:U-101-1"})
	l.Role, l.Collected, l.Donor, l.State = event.RoleSample, l.Began, l.Patient, Conditional
	l.Product = "瑞基奥仑赛注射液（靶向人CD19基因修饰的自体T细胞） Relmacabtagene autoleucel injection, CD19-directed genetically modified autologous T cells"
	l.Storage = "低于 −150 °C 液氮气相中贮藏，不得复冻 Store below −150 °C in the vapour phase of liquid nitrogen; do not refreeze"
	l.Quantity, l.Site = "1.0 × 10⁸ CAR+ cells in 68 mL", "海南博鳌乐城国际医疗旅游先行区细胞制备中心 Hainan Boao Lecheng Cell Processing Centre (LC-F1)"
	l.Reactive, l.Positive, l.NotEvaluated, l.Advise = []string{"HBV", "梅毒螺旋体 Treponema pallidum"}, []string{"Staphylococcus epidermidis"}, true, true
	return l
}

func TestEverythingIsOnTheLabelOrNamedAsLeftOut(t *testing.T) {
	t.Parallel()
	for _, size := range Sizes() {
		for _, langs := range languages(size) {
			maker := makerOf(t, langs...)
			for _, kind := range []symbol.Kind{symbol.DataMatrix, symbol.Auto} {
				l := longest(t)
				if size.small() { // where a longer state would leave no room for the patient
					l.State = NotReleased
				}
				d, err := maker.Draw(l, size, kind)
				if err != nil {
					t.Errorf("%s in %v: %v", size.Name, langs, err)
					continue
				}
				if found := unsaid(maker, l, size, d); len(found) > 0 {
					t.Errorf("%s in %v says nothing of %q and names as left out only %q", size.Name, langs, found, d.LeftOut)
				}
				if found := outside(maker, d); len(found) > 0 {
					t.Errorf("%s in %v: outside are %q", size.Name, langs, found)
				}
				if len(d.LeftOut) == 0 && size.small() {
					t.Errorf("%s in %v has room for all of it", size.Name, langs)
				}
			}
		}
	}
}

// TestALineThatIsCutIsFound is the twin: without one of its lines a label does not pass, nor with one that is too long.
func TestALineThatIsCutIsFound(t *testing.T) {
	t.Parallel()
	maker, size := makerOf(t, i18n.Chinese), Sizes()[0]
	l := longest(t)
	for i := range len(mustDraw(t, maker, l, size).Shapes) {
		d := mustDraw(t, maker, l, size)
		text, ok := d.Shapes[i].(draw.Text)
		if !ok || text.Colour == draw.White { // the band stands in no line
			continue
		}
		whole := d.Shapes
		d.Shapes = slices.Delete(slices.Clone(whole), i, i+1)
		if len(unsaid(maker, l, size, d)) == 0 {
			t.Errorf("without %q nothing is missed", text.Words)
		}
		d.Shapes = slices.Clone(whole)
		text.Words += strings.Repeat("超", 60)
		if d.Shapes[i] = text; len(outside(maker, d)) == 0 {
			t.Errorf("%q lies inside", text.Words)
		}
	}
}

func mustDraw(t *testing.T, maker *Maker, l *Label, size Size) *Drawn {
	t.Helper()
	d, err := maker.Draw(l, size, symbol.DataMatrix)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestNoTextIsEverCut(t *testing.T) {
	t.Parallel()
	maker := makerOf(t, i18n.Chinese, i18n.English)
	rapid.Check(t, func(r *rapid.T) {
		l := example(t, symbol.Content{Text: "unit:U-101-1"})
		text := func(name string) string {
			return rapid.StringOfN(rapid.RuneFrom([]rune("乐城制备中心 abc-W/1.")), 0, 90, -1).Draw(r, name)
		}
		l.Product, l.Batch, l.Site, l.Storage, l.Quantity = text("product"), text("batch"), text("site"), text("storage"), text("quantity")
		l.State = rapid.SampledFrom([]State{NoState, OnHold, Rejected, NotReleased, Conditional, Exceptional, Expired, Ended, Gone}).Draw(r, "state")
		l.Biohazard, l.NotEvaluated = rapid.Bool().Draw(r, "biohazard"), rapid.Bool().Draw(r, "evaluated")
		size := rapid.SampledFrom(Sizes()).Draw(r, "size")
		d, err := maker.Draw(l, size, rapid.SampledFrom([]symbol.Kind{symbol.DataMatrix, symbol.Code128, symbol.Auto}).Draw(r, "kind"))
		var small *SpaceError
		if errors.As(err, &small) {
			return
		}
		if err != nil {
			r.Fatal(err)
		}
		if found := unsaid(maker, l, size, d); len(found) > 0 {
			r.Fatalf("says nothing of %q", found)
		}
		if found := outside(maker, d); len(found) > 0 {
			r.Fatalf("outside are %q", found)
		}
	})
}

func TestBarsAreChosenWhereTheyAreAsGood(t *testing.T) {
	t.Parallel()
	maker := makerOf(t, i18n.Chinese, i18n.English)
	for name, c := range map[string]struct {
		size  string
		text  string
		label *Label
		want  symbol.Kind
	}{
		"short on a bag":       {"bag", "unit:U-101-1", example(t, symbol.Content{}), symbol.Code128},
		"short on a wide bag":  {"4x2", "unit:U-101-1", example(t, symbol.Content{}), symbol.Code128},
		"long on a bag":        {"bag", "unit:LC-H1/U-2026-000101-1", example(t, symbol.Content{}), symbol.DataMatrix},
		"short on a vial":      {"vial", "unit:U-101-1", example(t, symbol.Content{}), symbol.DataMatrix},
		"bars would crowd out": {"4x2", "unit:U-101-1", longest(t), symbol.DataMatrix},
	} {
		size, ok := ByName(c.size)
		if !ok {
			t.Fatalf("no size %q", c.size)
		}
		c.label.Codes[0].Text = c.text
		d, err := maker.Draw(c.label, size, symbol.Auto)
		if err != nil {
			t.Fatal(err)
		}
		if d.Kind != c.want {
			t.Errorf("%s: %s, want %s", name, d.Kind, c.want)
		}
		if got := scanned(t, d); got != c.text {
			t.Errorf("%s: read %q, want %q", name, got, c.text)
		}
	}
}

func TestAShorterCodeIsTakenWhereAFullerDoesNotFit(t *testing.T) {
	t.Parallel()
	l := example(t, symbol.Content{Text: "\x1d0109521141012345" + "210007-1\x1d10" + strings.Repeat("A", 200), GS1: true})
	l.Codes = append(l.Codes, Code{Content: symbol.Content{Text: "\x1d0109521141012345210007-1", GS1: true}, Readable: "(01)09521141012345(21)0007-1", Lacks: []string{"10"}})
	d, err := makerOf(t, i18n.English).Draw(l, Sizes()[2], symbol.DataMatrix)
	if err != nil {
		t.Fatal(err)
	}
	if got := scanned(t, d); got != l.Codes[1].Text || !slices.Equal(d.Code.Lacks, []string{"10"}) {
		t.Errorf("read %q without %q", got, d.Code.Lacks)
	}
}
