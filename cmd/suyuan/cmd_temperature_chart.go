package main

import (
	"io"
	"math"
	"path/filepath"
	"strings"
	"time"

	"suyuan/internal/event"
	"suyuan/internal/interchange/temperature"
	"suyuan/internal/report/chart"
	"suyuan/internal/report/draw"
	"suyuan/internal/report/pdf"
)

// chartFlagSpecs are the flags of a command that draws what loggers measured.
func chartFlagSpecs() []flagSpec {
	return []flagSpec{
		{name: "chart", takes: "FILE", text: "flag.temperature-chart"},
		{name: "mark", takes: "TIME=TEXT", list: true, text: "flag.temperature-mark"},
		{name: "zone", takes: "NAME", text: "flag.temperature-zone"},
	}
}

// A chartWish is a chart that is wanted.
type chartWish struct {
	file  string
	pdf   bool
	marks []chart.Mark
	zone  *time.Location
}

// chartFlags reads what chart is wanted; nil is none.
func (p *program) chartFlags(in *input) (*chartWish, error) {
	w := &chartWish{file: in.text("chart"), zone: p.env.Now().Location()}
	if !in.given("chart") {
		if in.given("mark") || in.given("zone") {
			return nil, usage("temperature-chart-alone", nil)
		}
		return nil, nil //nolint:nilnil // none is wanted
	}
	switch ext := strings.ToLower(filepath.Ext(w.file)); ext {
	case ".pdf":
		w.pdf = true
	case ".svg":
	default:
		return nil, usage("temperature-chart", data{"Found": w.file})
	}
	if name := in.text("zone"); in.given("zone") {
		zone, err := time.LoadLocation(name)
		if err != nil || name == "" || name == "Local" {
			return nil, usage("temperature-zone", data{"Found": name})
		}
		w.zone = zone
	}
	for _, s := range in.texts("mark") {
		when, text, ok := strings.Cut(s, "=")
		at, err := event.ParseTime(when)
		if !ok || err != nil || strings.TrimSpace(text) == "" {
			return nil, usage("temperature-mark", data{"Found": s})
		}
		w.marks = append(w.marks, chart.Mark{At: at.Std(), Text: strings.TrimSpace(text)})
	}
	return w, nil
}

// drawChart writes the chart that is wanted, if one is.
func (p *program) drawChart(w *chartWish, readings []temperature.Reading, l temperature.Limits, period *temperature.Period, a *temperatureAnswer) error {
	if w == nil {
		return nil
	}
	measure, err := pdf.NewMeasurer()
	if err != nil {
		return err
	}
	picture, err := chart.New(p.printableSpec(measure, w, readings, l, period, a))
	if err != nil {
		return fail(exitFailed, "error.chart", data{"Err": err.Error()})
	}
	write := picture.WriteSized
	if w.pdf {
		write = func(out io.Writer) error {
			return pdf.WritePictures(out, picture.Title, a.To, []*draw.Picture{picture})
		}
	}
	return p.writeOut(w.file, write)
}

// printableSpec is what a chart shows, with the marks that are wanted.
func (p *program) printableSpec(measure *pdf.Measurer, w *chartWish, readings []temperature.Reading, l temperature.Limits, period *temperature.Period, a *temperatureAnswer) *chart.Spec {
	spec := p.chartSpec(w, readings, l, a)
	if period != nil {
		spec.From, spec.To = period.From, period.To
		spec.Marks = append(spec.Marks, chart.Mark{At: period.From, Text: p.text("chart.departure")}, chart.Mark{At: period.To, Text: p.text("chart.arrival")})
	}
	spec.Marks = append(spec.Marks, w.marks...)
	// Measured as they are drawn: what the typeface of a PDF lacks is a number in both forms.
	for i := range spec.Lines {
		spec.Lines[i] = printable(measure, spec.Lines[i])
	}
	for i := range spec.Marks {
		spec.Marks[i].Text = printable(measure, spec.Marks[i].Text)
	}
	return spec
}

func printable(m *pdf.Measurer, s string) string {
	return strings.Join(m.Lines(s, false, 1, math.Inf(1)), " ")
}

// chartSpec is what the chart of readings shows, on a page of A4.
func (p *program) chartSpec(w *chartWish, readings []temperature.Reading, l temperature.Limits, a *temperatureAnswer) *chart.Spec {
	spec := &chart.Spec{
		Width: 842, Height: 595, Margin: 28, Lines: p.chartLines(w.zone, l, a), Low: l.Low, High: l.High, Zone: w.zone,
		Readings: func(yield func(int64, int32) bool) {
			for _, r := range readings {
				if !yield(r.At, r.Milli) {
					return
				}
			}
		},
		Excursions: chartSpans(a.Excursions), Brief: chartSpans(a.Brief),
		Words: chart.Words{
			Highest: p.text("chart.highest"), Lowest: p.text("chart.lowest"), Limit: p.text("chart.limit"), Excursion: p.text("chart.excursion"),
			Brief: p.text("chart.brief"), Gap: p.text("chart.gap"), Times: p.text("chart.times"), None: p.text("chart.none"),
		},
	}
	for _, g := range a.Gaps {
		spec.Gaps = append(spec.Gaps, chart.Span{From: g.From, To: g.To})
	}
	return spec
}

func chartSpans(list []temperature.Excursion) []chart.Span {
	out := make([]chart.Span, len(list))
	for i := range list {
		out[i] = chart.Span{From: list[i].From, To: list[i].To}
	}
	return out
}

// chartLines stand above a chart: what the command says of its files and readings, save for what is drawn.
func (p *program) chartLines(zone *time.Location, l temperature.Limits, a *temperatureAnswer) []string {
	shown := func(t time.Time) string { return clock(event.TimeOf(t.In(zone))) }
	celsius := func(milli int32) string { return strings.Replace(celsius(milli), "-", "−", 1) } // as at the axis
	lines := []string{p.text("chart.title")}
	for i := range a.loggers {
		j := &a.loggers[i]
		lines = append(lines, p.text("temperature.logger", data{"File": j.File, "Serial": j.Serial, "N": j.Readings, "Failed": j.Failed}))
		if j.Wrong {
			lines = append(lines, p.text("temperature.wrong", data{"Found": j.Serial, "Want": a.wanted}))
		}
		if j.Back > 0 {
			lines = append(lines, p.text("temperature.back", data{"N": j.Back, "Row": j.BackRows[0]}))
		}
	}
	lines = append(lines, p.text("temperature.span", data{"From": shown(a.From), "To": shown(a.To), "N": a.Readings})+"; "+
		p.text("temperature.range", data{"Min": celsius(a.Min), "Max": celsius(a.Max), "Mean": celsius(a.Mean)}))
	if a.HasKinetic {
		lines = append(lines, p.text("temperature.kinetic", data{"MKT": celsius(a.Kinetic)}))
	}
	if a.Uncovered {
		lines = append(lines, p.text("temperature.uncovered"))
	}
	return append(lines, p.chartRule(l))
}

// chartRule says what the readings were judged against, besides the limits that are drawn.
func (p *program) chartRule(l temperature.Limits) string {
	d := data{"Allowance": span(l.Allowance), "Interval": "", "Outside": ""}
	if l.Interval > 0 {
		d["Interval"] = span(l.Interval)
	}
	if l.Outside > 0 && l.Outside != l.Interval {
		d["Outside"] = span(l.Outside)
	}
	return p.text("chart.rule", d)
}

// span writes a duration as flags take it, 5m and not 5m0s.
func span(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}
