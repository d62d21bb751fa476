package main

import (
	"strconv"
	"strings"

	"suyuan/internal/event"
	"suyuan/internal/logbook"
	"suyuan/internal/recall"
	"suyuan/internal/report"
)

// A stepLists writes the lists of a step of a case. A file is written before the step is recorded: where it cannot be, nothing is. What goes to
// stdout goes there afterwards, since it cannot be taken back.
type stepLists struct {
	out  *listOut // nil where no lists are asked for
	made *report.Lists
}

// before takes the lists of a step that is about to be recorded.
func (s *stepLists) before(p *program, made func() *report.Lists) error {
	if s.out == nil {
		return nil
	}
	s.made = made()
	if s.out.stdout() {
		return nil
	}
	return p.writeLists(s.out, s.made)
}

// after writes what goes to stdout, and says which records were made.
func (s *stepLists) after(c *caseInput, receipts []logbook.Receipt) error {
	for _, r := range receipts {
		id := "case.record"
		if r.Known {
			id = "case.known"
		}
		c.p.say(strings.TrimSpace(c.p.text(id, data{"Seq": r.Seq, "ID": string(r.ID)})))
	}
	if len(receipts) > 0 && receipts[0].Late {
		c.p.say(c.p.text("record.late", data{"Seq": receipts[0].Seq}))
	}
	if !s.out.stdout() {
		return nil
	}
	return c.p.writeLists(s.out, s.made)
}

func scopeLists() []string { return append(traceLists(), "added", "removed") }

// scopeLists are what a scope has found, as of a trace, and how it differs from the one before.
func (s *scoping) scopeLists() *report.Lists {
	p := s.p
	change := s.change
	if change == nil {
		change = new(recall.ScopeChange)
	}
	list := func(id string, changes []recall.Change) *report.List {
		return &report.List{
			ID: id, Title: p.text("list.title." + id), Columns: p.columns("thing", "grade", "case-why", "records"),
			Rows: report.Each(changes, func(c *recall.Change) []string {
				return []string{c.Ref.String(), p.text("grade." + c.Grade.String()), p.reasons(c.Codes), numbers(c.Seq)}
			}),
		}
	}
	l := p.traceLists(s.answer)
	l.Lists = append(l.Lists, list("added", change.Added), list("removed", change.Removed))
	l.Facts = append(l.Facts, report.Fact{Name: p.text("list.head.scope-sha256"), Value: s.scope.SHA256})
	if event.IsDrill(s.ref) {
		l.Mark = report.DrillMark
	}
	return l
}

func holdLists() []string { return []string{"held", "by-grade"} }

// holdLists are the things that a step holds, and what each grade would hold.
func (h *holding) holdLists(of *recall.AsOf) *report.Lists {
	p := h.p
	l := p.lists(p.text("list.title.held"), of,
		&report.List{
			ID: "held", Title: p.text("list.title.held"), Columns: p.columns("thing", "kind"),
			Rows: report.Each(h.things, func(r *event.Ref) []string { return []string{r.String(), p.text("kind." + r.Kind().String())} }),
		},
		&report.List{
			ID: "by-grade", Title: p.text("list.title.by-grade"), Columns: p.columns("case-to-grade", "case-units#", "held#", "case-booked#", "case-shared#"),
			Rows: report.Each(h.counts, func(n *recall.HoldCount) []string {
				return []string{p.text("grade." + n.Grade.String()), strconv.Itoa(n.Units), strconv.Itoa(n.OnHold), strconv.Itoa(n.Booked), strconv.Itoa(n.Shared)}
			}),
		})
	if event.IsDrill(h.ref) {
		l.Mark = report.DrillMark
	}
	return l
}

func drillRunLists() []string { return []string{"timeline", "milestones", "sites", "patients"} }

// drillRunLists are a drill as it was carried out, and how its case stood at the end.
func (p *program) drillRunLists(t *recall.Timeline, of *recall.AsOf) *report.Lists {
	c := t.Case
	l := p.lists(p.text("drill.title", data{"Case": c.Ref.ID(), "Profile": c.Profile.Name, "Start": clock(t.Start)}), of,
		&report.List{
			ID: "timeline", Title: p.text("drill.timeline"), Columns: p.columns("clock", "time", "action", "detail", "records"),
			Rows: report.Each(t.Rows, func(r *recall.Row) []string {
				return []string{report.Since(r.At), r.Time.String(), p.text("do." + string(r.Do)), report.RowDetail(p.texts, r), numbers(r.Seq)}
			}),
		},
		p.milestoneList(c), p.caseSiteList(c), p.casePatientList(c))
	l.Mark = report.DrillMark
	return l
}
