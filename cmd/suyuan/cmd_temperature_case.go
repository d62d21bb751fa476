package main

import (
	"context"
	"errors"
	"strconv"
	"time"

	"suyuan/internal/event"
	"suyuan/internal/i18n"
	"suyuan/internal/logbook"
	"suyuan/internal/recall"
	"suyuan/internal/report"
	"suyuan/internal/report/chart"
	"suyuan/internal/report/pdf"
)

// mostCharts is how many charts a dossier has; the table before them has all.
const mostCharts = 12

// dossierDocument is the document of a case, with what loggers measured of it. Pictures are laid out until ctx ends.
func (p *program) dossierDocument(ctx context.Context, book *logbook.Book, d *recall.Dossier, made event.Time) (*report.Document, error) {
	doc, err := report.OfDossier(ctx, p.texts, d, made)
	if err != nil {
		return nil, err
	}
	seqs := d.Measured()
	if len(seqs) == 0 {
		return doc, nil
	}
	zone := d.Case.Opened.Std().Location()
	table := &report.Section{ID: "temperatures", Title: p.text("dossier.temperatures"), Heads: []string{
		p.text("head.seq"), p.text("dossier.temperature.of"), p.text("dossier.temperature.from"), p.text("dossier.temperature.to"),
		p.text("dossier.temperature.lowest"), p.text("dossier.temperature.highest"), p.text("dossier.temperature.excursions"), p.text("dossier.temperature.logger"),
	}}
	sections := []*report.Section{table}
	charts := 0
	for _, seq := range seqs {
		row, err := book.ShowSeq(ctx, seq)
		if err != nil {
			return nil, err
		}
		b, ok := row.Event.Body.(*event.Temperature)
		if !ok {
			continue
		}
		excursions := b.Times()
		table.Alarm = table.Alarm || excursions > 0
		table.Rows = append(table.Rows, []string{
			"#" + strconv.FormatUint(seq, 10), i18n.Visible(measuredOf(b).String()), clockIn(b.From, zone), clockIn(b.To, zone),
			string(b.Min), string(b.Max), strconv.FormatInt(excursions, 10), i18n.Visible(b.Logger),
		})
		if charts == mostCharts {
			continue
		}
		charts++
		s, err := p.chartSection(ctx, book, seq, b, zone)
		if err != nil {
			return nil, err
		}
		sections = append(sections, s)
	}
	if n := len(table.Rows); n > mostCharts {
		table.Text = append(table.Text, p.text("dossier.temperature.more", data{"N": n, "Most": mostCharts}))
	}
	doc.Sections = append(doc.Sections, sections...)
	return doc, nil
}

func measuredOf(b *event.Temperature) event.Ref {
	if b.Shipment.IsZero() {
		return b.Equipment
	}
	return b.Shipment
}

func clockIn(t event.Time, zone *time.Location) string { return clock(event.TimeOf(t.Std().In(zone))) }

// chartSection is the chart of what one record says, or why there is none.
func (p *program) chartSection(ctx context.Context, book *logbook.Book, seq uint64, b *event.Temperature, zone *time.Location) (*report.Section, error) {
	s := &report.Section{
		ID:    "temperature-" + strconv.FormatUint(seq, 10),
		Title: p.text("dossier.temperature.chart", data{"Seq": seq, "Of": i18n.Visible(measuredOf(b).String())}),
		Alarm: b.Times() > 0,
	}
	r, err := book.Relog(ctx, seq)
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil:
		var e *problem
		if errors.As(relogProblem(p.ledger, seq, err), &e) {
			s.Text = append(s.Text, e.message(p.texts))
		} else {
			s.Text = append(s.Text, i18n.Visible(err.Error()))
		}
		return s, nil
	}
	a := &temperatureAnswer{Judgement: r.Judgement()}
	a.take(r.Body.LogName, r.Log)
	wish := &chartWish{zone: zone, marks: p.custodyMarks(r.Custody)}
	measure, err := pdf.NewMeasurer()
	if err != nil {
		return nil, err
	}
	if s.Picture, err = chart.New(p.printableSpec(measure, wish, r.Readings, r.Limits, nil, a)); err != nil {
		return nil, err
	}
	return s, nil
}
