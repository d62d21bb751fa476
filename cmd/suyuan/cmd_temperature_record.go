package main

import (
	"context"
	"errors"
	"io/fs"
	"strings"

	"suyuan/internal/event"
	"suyuan/internal/i18n"
	"suyuan/internal/logbook"
	"suyuan/internal/original"
	"suyuan/internal/report/chart"
)

// recordedTemperature says again what a record says that a logger measured, from the file that was kept, and draws it with the marks of custody.
func (p *program) recordedTemperature(ctx context.Context, in *input) error {
	if len(in.args) > 0 {
		return usage("temperature-record", data{"Flag": "FILE"})
	}
	for _, f := range temperatureCommand().flags {
		switch f.name {
		case "seq", "parquet", "chart", "mark", "zone":
			continue
		}
		if in.given(f.name) {
			return usage("temperature-record", data{"Flag": "--" + f.name})
		}
	}
	seq, err := seqFlag(in, 0)
	if err != nil {
		return err
	}
	wish, err := p.chartFlags(in)
	if err != nil {
		return err
	}
	book, err := p.reader(ctx)
	if err != nil {
		return err
	}
	r, err := book.Relog(ctx, seq)
	if err != nil {
		return relogProblem(p.ledger, seq, err)
	}
	a := &temperatureAnswer{Judgement: r.Judgement()}
	a.take(r.Body.LogName, r.Log)
	if p.json {
		p.answerJSON(a.json())
	} else {
		p.printTemperature(a)
		for _, d := range r.Body.Doubts {
			p.line("%s", p.alarm(p.text("logger.doubt."+d)))
		}
	}
	if err := p.writeReadings(in, r); err != nil {
		return err
	}
	if wish != nil {
		wish.marks = append(p.custodyMarks(r.Custody), wish.marks...)
	}
	if err := p.drawChart(wish, r.Readings, r.Limits, nil, a); err != nil {
		return err
	}
	if a.bad() || len(r.Body.Doubts) > 0 {
		return answer(exitBadNews)
	}
	return nil
}

func (p *program) writeReadings(in *input, r *logbook.Relogged) error {
	if !in.given("parquet") {
		return nil
	}
	return p.writeOut(in.text("parquet"), r.WriteReadings)
}

// custodyMarks are the steps of a shipment's way, as its chart shows them.
func (p *program) custodyMarks(steps []logbook.Custody) []chart.Mark {
	marks := make([]chart.Mark, len(steps))
	for i := range steps {
		s := &steps[i]
		text := ""
		switch s.Type {
		case event.TypeShipment:
			text = p.text("chart.departure")
		case event.TypeArrival:
			text = p.text("chart.arrival")
		default:
			text = p.text("logger.handover")
		}
		marks[i] = chart.Mark{At: s.Time.Std(), Text: strings.Join(strings.Fields(text+" "+s.Site.ID()+" "+s.To), " ")}
	}
	return marks
}

// relogProblem says why what a logger measured cannot be read again.
func relogProblem(ledger string, seq uint64, err error) error {
	d := data{"Seq": seq, "File": ledger}
	var none *logbook.NoFileError
	var damage *original.DamageError
	switch {
	case errors.As(err, &none):
		return fail(exitFailed, "error.original-none", d)
	case errors.As(err, &damage):
		d["SHA256"] = damage.Sum
		return fail(exitBroken, "error.original-damaged", d)
	case errors.Is(err, fs.ErrNotExist):
		e := fail(exitFailed, "error.temperature-kept", d)
		e.hints = func(t *i18n.Texts) []string { return []string{t.Text("hint.error.original-absent")} }
		return e
	}
	return err
}
