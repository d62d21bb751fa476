package main

import (
	"iter"
	"strconv"
	"strings"

	"suyuan/internal/event"
	"suyuan/internal/recall"
	"suyuan/internal/report"
)

func caseStatusLists() []string { return []string{"milestones", "sites", "patients", "case"} }

// caseStatusLists are how a case stands as lists: whoever works it off ticks off its rows.
func (p *program) caseStatusLists(s *caseStanding, of *recall.AsOf) *report.Lists {
	c := s.c
	d := data{"Case": c.Ref.ID(), "State": p.text("case-state." + string(s.life.State)), "Profile": c.Profile.Name, "Class": first(report.RecallClass(p.texts, s.life.Class), "-")}
	l := p.lists(p.text("case.title", d), of,
		p.milestoneList(c), p.caseSiteList(c), p.casePatientList(c), p.caseFacts(s))
	if c.Drill {
		l.Mark = report.DrillMark
	}
	l.Facts = append(l.Facts, report.Fact{Name: p.text("list.fact.at"), Value: c.Now.String()})
	return l
}

func (p *program) milestoneList(c *recall.Case) *report.List {
	return &report.List{
		ID: "milestones", Title: p.text("list.title.milestones"),
		Columns: p.columns("milestone", "limit", "case-due", "case-stands", "met-at", "met-by#", "lacking", "bad"),
		Rows:    report.Each(c.ByUrgency(), func(m **recall.Milestone) []string { return p.milestoneRow(c, *m) }),
	}
}

func (p *program) casePatientList(c *recall.Case) *report.List {
	return &report.List{
		ID: "patients", Title: p.text("list.title.patients"), Columns: p.columns("case-patient", "grade", "case-result", "met-at", "seq#"),
		Rows: report.Each(c.Patients, func(x *recall.PatientStand) []string { return p.patientRow(c, x) }),
	}
}

func (p *program) milestoneRow(c *recall.Case, m *recall.Milestone) []string {
	limit, met, by := "", "", ""
	if m.Limited {
		limit = report.Hours(m.Limit)
	}
	if m.Met {
		met, by = m.MetAt.String(), strconv.FormatUint(m.Seq, 10)
	}
	return []string{p.text("goal." + string(m.Goal)), limit, m.Due.String(), p.milestoneWord(c, m), met, by, refWords(m.Lacking), refWords(m.Bad)}
}

func (p *program) patientRow(c *recall.Case, s *recall.PatientStand) []string {
	result, seq, grade := p.text("case.unscreened"), "", ""
	if s.Result != "" {
		result, seq = p.word(s.Result), strconv.FormatUint(s.Seq, 10)
	}
	if t, ok := c.Scope.Find(s.Patient); ok {
		grade = p.text("grade." + t.Grade.String())
	}
	return []string{s.Patient.String(), grade, result, s.At.String(), seq}
}

func (p *program) caseSiteList(c *recall.Case) *report.List {
	return &report.List{
		ID: "sites", Title: p.text("list.title.sites"),
		Columns: p.columns("site", "concerned", "case-told", "told-by#", "case-answered", "answered-by#", "found-matching", "found-missing", "found-affected", "found-others"),
		Rows: report.Each(c.Sites, func(s *recall.SiteStand) []string {
			cells := []string{
				s.Site.String(), p.yesNo(s.Concerned), s.Notified.String(), seqOf(s.NoticeSeq), s.Acknowledged.String(), seqOf(s.AckSeq), "", "", "", "",
			}
			if f := s.Found; f != nil {
				var others []event.Ref
				for i := range f.Unexpected {
					if !f.Unexpected[i].Affected {
						others = append(others, f.Unexpected[i].Unit)
					}
				}
				copy(cells[6:], []string{refWords(f.Matching), refWords(f.Missing), refWords(f.Affected()), refWords(others)})
			}
			return cells
		}),
	}
}

// caseFacts are what is said of the case as a whole.
func (p *program) caseFacts(s *caseStanding) *report.List {
	return p.fieldList("case", func(f *fields) {
		c := s.c
		f.add("case", c.Ref.String())
		f.add("state", p.text("case-state."+string(s.life.State)))
		f.add("class", report.RecallClass(p.texts, s.life.Class))
		f.add("profile", c.Profile.Name)
		f.add("sources", refWords(s.life.Sources))
		f.add("aware", c.Aware.String())
		f.add("opened", c.Opened.String())
		if c.Scope == nil {
			f.add("scope", p.text("case.no-scope", data{"Case": c.Ref.ID()}))
		} else {
			f.add("scope", seqList([]uint64{s.life.Scope.Seq}))
		}
		if s.stale > 0 {
			f.add("change", p.texts.Count("case.scope-stale", s.stale))
		}
		f.add("result", p.text(map[bool]string{true: "case.bad", false: "case.good"}[s.bad]))
	})
}

// seqOf is a record's number, empty for record 0, which tells of no deed.
func seqOf(seq uint64) string {
	if seq == 0 {
		return ""
	}
	return strconv.FormatUint(seq, 10)
}

func caseLists() []string { return []string{"cases"} }

func (p *program) caseLists(rows []caseRow, of *recall.AsOf) *report.Lists {
	return p.lists(p.text("list.title.cases"), of, &report.List{
		ID: "cases", Title: p.text("list.title.cases"),
		Columns: p.columns("case-case", "drill", "state", "case-next", "case-due", "overdue", "bad-news", "aware", "profile", "case-sources"),
		Rows: report.Each(rows, func(r *caseRow) []string {
			next, due, overdue := "", "", ""
			if m := r.next(); m != nil {
				next, due, overdue = p.text("goal."+string(m.Goal)), m.Due.String(), p.yesNo(m.Overdue(r.c.Now))
			}
			return []string{
				r.life.Ref.String(), p.yesNo(r.life.Drill), p.text("case-state." + string(r.life.State)), next, due, overdue, p.yesNo(r.c.BadNews()),
				r.c.Aware.String(), r.c.Profile.Name, refWords(r.life.Sources),
			}
		}),
	})
}

func suggestLists() []string { return []string{"suggestions", "given"} }

// suggestLists are what should be opened as a case, and who was given what it is about.
func (p *program) suggestLists(list []recall.Suggestion, lines []string, of *recall.AsOf) *report.Lists {
	return p.lists(p.text("list.title.suggestions"), of,
		&report.List{
			ID: "suggestions", Title: p.text("list.title.suggestions"), Rows: p.suggestionRows(list, lines),
			Columns: p.columns("number#", "why", "thing", "time", "records", "organism", "rules", "case-sources", "from", "to", "given-units#", "given-patients#", "case-case", "next-command"),
		},
		&report.List{
			ID: "given", Title: p.text("list.title.given"), Rows: p.givenRows(list), Columns: p.columns("number#", "unit", "case-patient", "time", "seq#"),
		})
}

func (p *program) suggestionRows(list []recall.Suggestion, lines []string) iter.Seq2[[]string, error] {
	return func(yield func([]string, error) bool) {
		for i := range list {
			s := &list[i]
			cells := []string{
				strconv.Itoa(i + 1), p.text("list.reason." + string(s.Reason)), s.Subject.String(), s.Time.String(), numbers(s.Seq), s.Organism,
				strings.Join(s.Rules, " "), refWords(s.Sources), s.From.String(), s.To.String(), strconv.Itoa(len(s.Infused)), strconv.Itoa(len(s.Patients)),
				s.Case.String(), lines[i],
			}
			if !yield(cells, nil) {
				return
			}
		}
	}
}

func (p *program) givenRows(list []recall.Suggestion) iter.Seq2[[]string, error] {
	return func(yield func([]string, error) bool) {
		for i := range list {
			for _, g := range list[i].Infused {
				if !yield([]string{strconv.Itoa(i + 1), g.Unit.String(), g.Patient.String(), g.Time.String(), strconv.FormatUint(g.Seq, 10)}, nil) {
					return
				}
			}
		}
	}
}
