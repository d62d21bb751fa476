package main

import (
	"iter"
	"strconv"
	"strings"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
	"suyuan/internal/logbook"
	"suyuan/internal/recall"
	"suyuan/internal/report"
)

func thingLists() []string { return []string{"history", "tests", "holds", "thing"} }

// thingLists are what the ledger says of a thing as lists.
func (p *program) thingLists(t *logbook.Thing, of *recall.AsOf) *report.Lists {
	l := p.lists(p.text("kind."+t.Ref.Kind().String())+" "+t.Ref.String(), of,
		p.recordList("history", of.Size, each(t.History)), p.testList(t),
		&report.List{
			ID: "holds", Title: p.text("list.title.holds"), Columns: p.columns("seq#", "cause", "thing", "since", "id"),
			Rows: report.Each(t.Holds, func(h *genealogy.Held) []string {
				e := &h.Entry.Event
				return []string{strconv.FormatUint(h.Entry.Seq, 10), p.text("cause." + h.Hold.Cause.String()), h.On.String(), e.Time.String(), string(e.ID)}
			}),
		},
		p.fieldList("thing", func(f *fields) { p.thingFields(f, t) }))
	l.Facts = append(l.Facts, report.Fact{Name: p.text("list.fact.at"), Value: t.At.String()})
	return l
}

func each(rows []logbook.Row) iter.Seq2[logbook.Row, error] {
	return func(yield func(logbook.Row, error) bool) {
		for _, row := range rows {
			if !yield(row, nil) {
				return
			}
		}
	}
}

func (p *program) testList(t *logbook.Thing) *report.List {
	return &report.List{
		ID: "tests", Title: p.text("list.title.tests"), Columns: p.columns("seq#", "thing", "result", "assay", "organism", "sampled", "time", "recorded", "id"),
		Rows: func(yield func([]string, error) bool) {
			for i := range t.Tests {
				r, e := &t.Tests[i].Record, &t.Tests[i].Event
				b, ok := e.Body.(*event.Test)
				if ok && !yield([]string{
					strconv.FormatUint(r.Seq, 10), b.Subject.String(), p.word(b.Result), b.Assay, b.Organism, b.Sampled.String(), e.Time.String(),
					recordedText(r.Recorded), string(e.ID),
				}, nil) {
					return
				}
			}
		},
	}
}

// fieldList is a list of names and values, those that the text shows one below the other.
func (p *program) fieldList(id string, write func(*fields)) *report.List {
	return &report.List{
		ID: id, Title: p.text("list.title." + id), Columns: p.columns("what", "value"),
		Rows: func(yield func([]string, error) bool) {
			f := &fields{p: p, kept: [][]string{}}
			write(f)
			for _, cells := range f.kept {
				if !yield(cells, nil) {
					return
				}
			}
		},
	}
}

func recordLists() []string { return []string{"record"} }

// recordLists are a record, member by member.
func (p *program) recordLists(row *logbook.Row, of *recall.AsOf) *report.Lists {
	list := p.fieldList("record", nil)
	list.Rows = func(yield func([]string, error) bool) {
		f := &fields{p: p, kept: [][]string{}}
		if err := p.recordFields(f, row); err != nil {
			yield(nil, err)
			return
		}
		for _, cells := range f.kept {
			if !yield(cells, nil) {
				return
			}
		}
	}
	title := strings.TrimSpace(p.text("show.record", data{"Seq": row.Record.Seq}))
	return p.lists(title, of, list)
}
