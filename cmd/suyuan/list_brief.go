package main

import (
	"strconv"

	"suyuan/internal/genealogy"
	"suyuan/internal/recall"
	"suyuan/internal/report"
)

func briefLists() []string { return []string{"things"} }

// briefLists are what a search reached. That it is no whole answer stands in every row: rows are sorted, filtered and sent on.
func (p *program) briefLists(b *recall.Brief) *report.Lists {
	since, from, title := "since", "reached-from", "brief.forward"
	if b.Query.Backward {
		since, from, title = "until", "passed-on-to", "brief.backward"
	}
	alone := p.text("list.alone")
	columns := p.columns("thing", "kind", "grade", since, from, "source-via", "answer")
	l := p.lists(p.text(title, data{"Refs": joinRefs(b.Query.Sources), "Grade": p.text("grade." + b.Query.Grade.String())}), &b.AsOf, &report.List{
		ID: "things", Title: p.text("list.title.things"), Columns: columns,
		Rows: both(p.lostRows(&b.AsOf, len(columns)), func(yield func([]string, error) bool) {
			for ref, t := range b.Reached.Sorted() {
				parent, via := "", ""
				if t.Via != genealogy.ViaNone {
					parent, via = t.Parent().String(), p.text("via."+t.Via.String())
				}
				cells := []string{
					ref.String(), p.text("kind." + t.Kind.String()), p.text("grade." + t.Grade.String()), first(t.Since.String(), p.text("trace.always")),
					parent, via, alone,
				}
				if !yield(cells, nil) {
					return
				}
			}
		}),
	})
	l.Facts = append(l.Facts, report.Fact{Name: p.text("list.fact.lost"), Value: p.text("brief.alone")})
	if len(b.UnknownTypes) > 0 {
		text := p.text("brief.unknown", data{"N": len(b.UnknownTypes), "Seqs": seqList(b.UnknownTypes)})
		l.Facts = append(l.Facts, report.Fact{Name: p.text("list.fact.lost"), Value: text})
	}
	return l
}

func whatIfLists() []string { return []string{"assumptions"} }

// whatIfLists are all assumptions, those that change nothing among them.
func (p *program) whatIfLists(w *recall.WhatIf) *report.Lists {
	base := recall.Assumption{Patients: w.Patients, Units: w.Units}
	rows := append([]recall.Assumption{base}, w.Assumptions...)
	title := p.text("whatif.title", data{"Refs": joinRefs(w.Query.Sources), "Grade": p.text("grade." + w.Query.Grade.String())})
	return p.lists(title, &w.AsOf, &report.List{
		ID: "assumptions", Title: p.text("list.title.assumptions"),
		Columns: p.columns("assumption", "patients#", "patients-added#", "patients-removed#", "units#", "units-added#", "units-removed#"),
		Rows: report.Each(rows, func(a *recall.Assumption) []string {
			name := p.text("list.as-asked")
			if a.Change != "" {
				name = p.assumption(a)
			}
			return []string{
				name, strconv.Itoa(a.Patients), strconv.Itoa(a.PatientsAdded), strconv.Itoa(a.PatientsRemoved),
				strconv.Itoa(a.Units), strconv.Itoa(a.UnitsAdded), strconv.Itoa(a.UnitsRemoved),
			}
		}),
	})
}
