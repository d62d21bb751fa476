package chart

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"suyuan/internal/report/draw"
)

func words() Words {
	return Words{"highest", "lowest", "limit", "excursion", "brief", "no readings", "times: ", "nothing measured"}
}

func milli(v int32) *int32 { return &v }

func zoneOf(tb testing.TB, name string) *time.Location {
	tb.Helper()
	zone, err := time.LoadLocation(name)
	if err != nil {
		tb.Fatal(err)
	}
	return zone
}

// picture draws a chart, which must succeed, and looks at what holds for every one.
func picture(tb rapid.TB, s *Spec) (*draw.Picture, *chart) {
	tb.Helper()
	p, err := New(s)
	if err != nil {
		tb.Fatalf("%+v: %v", s, err)
	}
	if err := p.Check(); err != nil {
		tb.Fatal(err)
	}
	c := &chart{Spec: s}
	if err := c.read(); err != nil {
		tb.Fatal(err)
	}
	c.sides()
	return p, c
}

func shapes[S draw.Shape](p *draw.Picture, is func(S) bool) []S {
	var list []S
	for _, s := range p.Shapes {
		if s, ok := s.(S); ok && is(s) {
			list = append(list, s)
		}
	}
	return list
}

// box returns where a text lies at most.
func box(t draw.Text) draw.Rect {
	w := draw.Width(t.Words, t.Size)
	x := t.X
	switch t.Anchor {
	case draw.Middle:
		x -= w / 2
	case draw.End:
		x -= w
	case draw.Start:
	}
	return draw.Rect{X: x, Y: t.Y - t.Size*0.75, Width: w, Height: t.Size * 0.95}
}

func overlap(a, b draw.Rect) bool {
	const slack = 0.01
	return a.X+slack < b.X+b.Width && b.X+slack < a.X+a.Width && a.Y+slack < b.Y+b.Height && b.Y+slack < a.Y+a.Height
}

// drawnSpec draws any chart, with readings of a few columns or of many.
func drawnSpec(t *rapid.T) *Spec {
	list := drawnReadings(t)
	from, to := list[0].at, list[len(list)-1].at
	if rapid.IntRange(0, 9).Draw(t, "empty") == 0 {
		list = nil
	}
	moment := func(label string) time.Time {
		return time.Unix(0, rapid.Int64Range(from-int64(time.Hour), to+int64(time.Hour)).Draw(t, label))
	}
	spans := func(label string) []Span {
		return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Span {
			a, b := moment("a"), moment("b")
			if b.Before(a) {
				a, b = b, a
			}
			return Span{a, b}
		}), 0, 4).Draw(t, label)
	}
	s := &Spec{
		Width: float64(rapid.IntRange(440, 900).Draw(t, "width")), Height: float64(rapid.IntRange(0, 600).Draw(t, "height")), Margin: 10,
		Lines: rapid.SliceOfN(rapid.StringN(0, 200, -1), 0, 3).Draw(t, "lines"), Readings: seq(list),
		From: time.Unix(0, from), To: time.Unix(0, to), Excursions: spans("excursions"), Brief: spans("brief"), Gaps: spans("gaps"),
		Zone: rapid.SampledFrom([]*time.Location{nil, time.UTC, time.FixedZone("", 5*3600+45*60)}).Draw(t, "zone"), Words: words(),
	}
	limits := rapid.SliceOfN(rapid.Int32(), 2, 2).Draw(t, "limits")
	slices.Sort(limits)
	if rapid.Bool().Draw(t, "low") {
		s.Low = &limits[0]
	}
	if rapid.Bool().Draw(t, "high") {
		s.High = &limits[1]
	}
	for range rapid.IntRange(0, 12).Draw(t, "marks") {
		s.Marks = append(s.Marks, Mark{moment("mark"), rapid.StringN(0, 30, -1).Draw(t, "text")})
	}
	return s
}

func isCurve(l draw.Line) bool { return l.Stroke.Colour == draw.Ink && len(l.Through) > 1 }

// TestNothingThatDecidesIsLostFromAChart holds whatever the thinning: extremes, excursions and gaps are there to be seen, and no line leads through a gap.
func TestNothingThatDecidesIsLostFromAChart(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := drawnSpec(t)
		p, c := picture(t, s)
		for _, k := range c.kinds() {
			boxes := shapes(p, func(r draw.Rect) bool {
				return r.Fill == k.box.Fill && r.Hatch == k.box.Hatch && r.Stroke == k.box.Stroke && r.Height == laneHeight-1
			})
			for _, i := range k.list {
				if !slices.ContainsFunc(boxes, func(r draw.Rect) bool {
					return r.X <= c.x(i.from)+0.01 && r.X+r.Width >= c.x(i.to)-0.01 && r.Width > 2.9
				}) {
					t.Fatalf("%s from %d to %d has no box among %+v", k.word, i.from, i.to, boxes)
				}
			}
		}
		curve := shapes(p, isCurve)
		for _, l := range curve {
			for i := 1; i < len(l.Through); i++ {
				for _, g := range c.gaps {
					if a, b := l.Through[i-1].X, l.Through[i].X; c.x(g.to)-c.x(g.from) > 1e-6 && a < c.x(g.to)-1e-6 && b > c.x(g.from)+1e-6 {
						t.Fatalf("the line goes from %g to %g, through the gap from %g to %g", a, b, c.x(g.from), c.x(g.to))
					}
				}
			}
		}
		if c.survey.n == 0 {
			return
		}
		for _, want := range []string{c.extreme("highest", c.survey.high), c.extreme("lowest", c.survey.low)} {
			if len(shapes(p, func(x draw.Text) bool { return x.Words == want })) != 1 || !strings.Contains(p.Alt, want) {
				t.Fatalf("nothing says %q", want)
			}
		}
	})
}

// TestTextsOfAChartLieApart holds every text against every other, and the lines of marks against the texts above the plot.
func TestTextsOfAChartLieApart(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p, c := picture(t, drawnSpec(t))
		texts := shapes(p, func(x draw.Text) bool { return x.Words != "" })
		for i, a := range texts {
			at := box(a)
			if at.X < 0 || at.X+at.Width > p.Width+0.01 || at.Y < 0 || at.Y+at.Height > p.Height {
				t.Fatalf("%q lies outside of the picture, at %+v", a.Words, at)
			}
			for _, b := range texts[:i] {
				if overlap(at, box(b)) {
					t.Fatalf("%q lies on %q", a.Words, b.Words)
				}
			}
		}
		lines := shapes(p, func(l draw.Line) bool { return l.Stroke.Colour == draw.Blue })
		if len(lines) != len(c.marks) {
			t.Fatalf("%d lines of %d marks", len(lines), len(c.marks))
		}
		for _, l := range lines {
			for _, x := range texts {
				if x.Size == bannerSize && overlap(box(x), draw.Rect{X: l.Through[0].X - 0.5, Y: l.Through[0].Y, Width: 1, Height: l.Through[1].Y - l.Through[0].Y}) {
					t.Fatalf("a mark's line at %g crosses %q", l.Through[0].X, x.Words)
				}
			}
		}
	})
}

// TestEveryMarkIsSaidWhole finds the text of each mark, beside its line or below the chart.
func TestEveryMarkIsSaidWhole(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	for _, n := range []int{1, 3, 6, 40, 300} {
		s := &Spec{Width: 515, Margin: 8, From: start, To: start.Add(24 * time.Hour), Words: words()}
		for i := range n {
			s.Marks = append(s.Marks, Mark{start.Add(time.Duration(i*i%1440) * time.Minute), fmt.Sprintf("交接 handover %d", i)})
		}
		p, _ := picture(t, s)
		for _, m := range s.Marks {
			if len(shapes(p, func(x draw.Text) bool { return strings.HasSuffix(x.Words, m.Text) })) == 0 {
				t.Errorf("of %d marks %q is not said", n, m.Text)
			}
		}
	}
}

func TestAMarksTimeLeavesNoDoubt(t *testing.T) {
	t.Parallel()
	zone := zoneOf(t, "Europe/Berlin")
	for _, c := range []struct {
		from, at time.Time
		want     string
	}{
		{time.Date(2026, 6, 1, 0, 0, 0, 0, zone), time.Date(2026, 6, 1, 2, 30, 0, 0, zone), "06-01 02:30 x"},
		{time.Date(2026, 10, 25, 0, 0, 0, 0, zone), time.Date(2026, 10, 25, 1, 30, 0, 0, time.UTC), "10-25 02:30+01:00 x"},
		{time.Date(2026, 12, 31, 0, 0, 0, 0, zone), time.Date(2027, 1, 1, 0, 0, 0, 0, zone), "2027-01-01 00:00 x"},
	} {
		p, _ := picture(t, &Spec{Width: 515, From: c.from, Marks: []Mark{{c.at, "x"}}, Zone: zone, Words: words()})
		if len(shapes(p, func(x draw.Text) bool { return x.Words == c.want })) != 1 {
			t.Errorf("%q is not there", c.want)
		}
	}
}

func TestOneReadingOutsideAmongFiveMillionIsSeen(t *testing.T) {
	t.Parallel()
	const n, odd = 5_000_000, 3_141_592
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	at := func(i int) time.Time { return start.Add(time.Duration(i) * time.Second) }
	s := &Spec{Width: 515, Height: 300, Margin: 8, Low: milli(2000), High: milli(8000), Excursions: []Span{{at(odd - 1), at(odd + 1)}}, Words: words()}
	s.Readings = million(n, odd, start)
	p, c := picture(t, s)
	y := c.y // before there is a plot its height is not known: found again in the picture
	frame := shapes(p, func(r draw.Rect) bool { return r.Fill == draw.None && r.Stroke.Colour == draw.Grey })
	c.top, c.bottom = frame[0].Y, frame[0].Y+frame[0].Height
	want := draw.Point{X: c.x(at(odd).UnixNano()), Y: y(25_000)}
	points := 0
	seen := false
	for _, l := range shapes(p, isCurve) {
		points += len(l.Through)
		seen = seen || slices.Contains(l.Through, want)
	}
	if !seen || points > 8000 {
		t.Errorf("seen %v, with %d points", seen, points)
	}
	boxes := shapes(p, func(r draw.Rect) bool { return r.Hatch && r.Y < c.top })
	if len(boxes) != 1 || boxes[0].X > want.X || boxes[0].X+boxes[0].Width < want.X || boxes[0].Width < 2.9 {
		t.Errorf("%+v, want a box at %g", boxes, want.X)
	}
	if len(shapes(p, func(x draw.Text) bool { return x.Words == "highest 25 °C, 2026-02-06 08:39:52Z" })) != 1 {
		t.Error("its time and value are not said")
	}
}

// million are readings of a second each about 5 °C, and one of 25 °C.
func million(n, odd int, start time.Time) func(func(int64, int32) bool) {
	return func(yield func(int64, int32) bool) {
		at, v := start.UnixNano(), uint32(1)
		for i := range n {
			v = v*1_664_525 + 1_013_904_223
			m := 5000 + int32(v>>23)
			if i == odd {
				m = 25_000
			}
			if !yield(at, m) {
				return
			}
			at += int64(time.Second)
		}
	}
}

// FuzzCharts draws charts from bytes: none fails, and each is a picture that can be written.
func FuzzCharts(f *testing.F) {
	f.Fuzz(rapid.MakeFuzz(func(t *rapid.T) {
		p, _ := picture(t, drawnSpec(t))
		if err := p.WriteSVG(io.Discard); err != nil {
			t.Fatal(err)
		}
	}))
}

var update = flag.Bool("update", false, "write the pictures in testdata anew")

// TestChartsLookAsTheyDid holds two charts against those that were looked at: in colour and in grey, in Chinese and in English.
func TestChartsLookAsTheyDid(t *testing.T) {
	t.Parallel()
	for name, s := range map[string]*Spec{"zh": fridge(t), "en": shipper(t)} {
		p, _ := picture(t, s)
		var got bytes.Buffer
		if err := p.WriteSVG(&got); err != nil {
			t.Fatal(err)
		}
		file := filepath.Join("testdata", name+".svg")
		if *update {
			if err := os.WriteFile(file, got.Bytes(), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got.Bytes(), bytes.ReplaceAll(want, []byte("\r\n"), []byte("\n"))) {
			t.Errorf("%s is not what is drawn now: look at it, then run go test ./internal/report/chart -run Look -update", file)
		}
	}
}

// fridge is a journey at 2-8 °C: an excursion, a short one, a gap, five marks.
func fridge(tb testing.TB) *Spec {
	tb.Helper()
	zone := zoneOf(tb, "Asia/Shanghai")
	at := func(i int) time.Time {
		return time.Date(2026, 3, 1, 8, 0, 0, 0, zone).Add(time.Duration(i) * 5 * time.Minute)
	}
	var list []reading
	for i := range 600 {
		m := 3500 + int32(min(i%150, 150-i%150))*35 + int32(i*7919%400)
		switch {
		case i >= 300 && i < 318:
			m += 5200
		case i == 450:
			m = 1100
		case i >= 380 && i < 410:
			continue
		}
		list = append(list, reading{at: at(i).UnixNano(), milli: m})
	}
	return &Spec{
		Width: 842, Height: 595, Margin: 28, Lines: []string{"温度记录 S-2026-0301", "记录仪 PL-20417，读数 570 个"}, Readings: seq(list), Low: milli(2000), High: milli(8000), Zone: zone,
		Excursions: []Span{{at(299), at(318)}}, Brief: []Span{{at(449), at(451)}}, Gaps: []Span{{at(379), at(410)}},
		Marks: []Mark{{at(580), "到达 乐城第一医院"}, {at(2), "发运 海口生产中心"}, {at(150), "交接 海汽冷链 → 琼州物流"}, {at(165), "交接 琼州物流 → 博鳌转运站"}, {at(594), "入库"}},
		Words: Words{"最高", "最低", "限度", "超温", "短时超限", "记录中断", "时间：", "无读数"},
	}
}

// shipper is a night in which a dry shipper grows warm and clocks are set back, with more marks than there is room for.
func shipper(tb testing.TB) *Spec {
	tb.Helper()
	zone := zoneOf(tb, "Europe/Berlin")
	at := func(i int) time.Time {
		return time.Date(2026, 10, 25, 0, 10, 0, 0, zone).Add(time.Duration(i) * 5 * time.Minute)
	}
	var list []reading
	for i := range 73 {
		list = append(list, reading{at: at(i).UnixNano(), milli: -196_000 + int32(i*7919%1700) + int32(i*i*9)})
	}
	s := &Spec{
		Width: 515, Height: 300, Margin: 8, Lines: []string{"Dry shipper KW7", "73 readings"}, Readings: seq(list), High: milli(-150_000), Excursions: []Span{{at(70), at(72)}},
		Marks: []Mark{{at(0), "departure"}, {at(72), "arrival"}}, Zone: zone, Words: words(),
	}
	for i := range 12 {
		s.Marks = append(s.Marks, Mark{at(20 + i), fmt.Sprintf("handover at depot %d", i+1)})
	}
	return s
}

func TestAChartIsTheSameBytesEveryTime(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := drawnSpec(t)
		var a, b bytes.Buffer
		p, _ := picture(t, s)
		q, _ := picture(t, s)
		if err := errors.Join(p.WriteSVG(&a), q.WriteSVG(&b)); err != nil || !bytes.Equal(a.Bytes(), b.Bytes()) {
			t.Fatalf("two charts of the same differ, or %v", err)
		}
	})
}

func TestChartsOfNothingAndOfNonsenseAreRefused(t *testing.T) {
	t.Parallel()
	at := moment(1)
	good := func() *Spec { return &Spec{Width: 515, Margin: 8, From: at, To: at, Words: words()} }
	picture(t, good())
	if _, err := New(&Spec{Width: 515, Low: milli(1)}); !errors.Is(err, ErrNothing) {
		t.Errorf("nothing: %v", err)
	}
	for name, spoil := range map[string]func(*Spec){
		"narrow":          func(s *Spec) { s.Width = 200 },
		"no width":        func(s *Spec) { s.Width = math.NaN() },
		"endless":         func(s *Spec) { s.Width = math.Inf(1) },
		"negative margin": func(s *Spec) { s.Margin = -1 },
		"crossed limits":  func(s *Spec) { s.Low, s.High = milli(3), milli(2) },
		"reversed gap":    func(s *Spec) { s.Gaps = []Span{{moment(2), at}} },
		"year of a mark":  func(s *Spec) { s.Marks = []Mark{{time.Date(2300, 1, 1, 0, 0, 0, 0, time.UTC), "x"}} },
		"year of the end": func(s *Spec) { s.To = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC) },
		"marks":           func(s *Spec) { s.Marks = slices.Repeat([]Mark{{at, "x"}}, mostMarks+1) },
		"order":           func(s *Spec) { s.Readings = seq([]reading{{at: 2}, {at: 1}}) },
	} {
		s := good()
		spoil(s)
		if _, err := New(s); err == nil || errors.Is(err, ErrNothing) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func BenchmarkFiveMillionReadings(b *testing.B) {
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	s := &Spec{Width: 842, Height: 595, Margin: 28, Readings: million(5_000_000, 4_000_000, start), Words: words()}
	for b.Loop() {
		if _, err := New(s); err != nil {
			b.Fatal(err)
		}
	}
}
