package main

import (
	"strings"

	"suyuan/internal/event"
	"suyuan/internal/recall"
	"suyuan/internal/report"
)

// printCase writes how a case stands: what is overdue first, then sites and patients.
func (p *program) printCase(s *caseStanding) {
	c := s.c
	if c.Drill {
		p.line("%s", p.bold(drillMark))
	}
	d := data{"Case": c.Ref.ID(), "State": p.text("case-state." + string(s.life.State)), "Profile": c.Profile.Name, "Class": first(report.RecallClass(p.texts, s.life.Class), "-")}
	p.line("%s", p.bold(visible(p.text("case.title", d))))
	p.printLost(s.lost)
	p.paragraph(p.text("case.sources", data{"Refs": joinRefs(s.life.Sources)}))
	p.paragraph(p.text("case.since", data{"Aware": caseClock(c, c.Aware), "Opened": caseClock(c, c.Opened), "Ago": p.span(c.Now.Sub(c.Aware)), "Now": caseClock(c, c.Now)}))
	p.printScope(s)
	p.line("")
	p.line("%s", p.bold(p.text("drill.milestones")))
	g := grid{heads: p.heads("milestone", "limit", "case-due", "case-stands")}
	for _, m := range c.ByUrgency() {
		g.add(p.milestoneCells(c, m)...)
	}
	p.write(g.render(2, p.width, p.bold))
	p.printSites(c)
	p.printScreening(c)
	p.line("")
	if s.bad {
		p.line("%s", p.alarm(p.text("case.bad")))
	} else {
		p.line("%s", p.text("case.good"))
	}
}

func (p *program) printScope(s *caseStanding) {
	if s.c.Scope == nil {
		p.line("%s", p.alarm(visible(p.text("case.no-scope", data{"Case": s.c.Ref.ID()}))))
		return
	}
	n := &s.c.Scope.Counts
	t := &tracePrinter{p: p, a: s.c.Scope}
	p.paragraph(p.text("case.scope", data{"Seq": s.life.Scope.Seq, "Grade": p.text("grade." + s.c.Scope.Query.Grade.String()), "What": t.countText(n, &recall.Balance{})}))
	if s.stale > 0 {
		p.paragraph(p.texts.Count("case.scope-stale", s.stale))
	}
}

// caseClock writes a time with the offset of the case's opening: two offsets side by side are misread.
func caseClock(c *recall.Case, t event.Time) string {
	if t.IsZero() {
		return clock(t)
	}
	return clock(event.TimeOf(t.Std().In(c.Opened.Std().Location())))
}

// milestoneCells are name, limit, due time, and how it stands, with the record that proves it.
func (p *program) milestoneCells(c *recall.Case, m *recall.Milestone) []string {
	limit, due := "-", "-"
	if m.Limited {
		limit, due = report.Hours(m.Limit), caseClock(c, m.Due)
	}
	words := []string{p.milestoneWord(c, m)}
	if m.Met {
		words[0] += " " + seqList([]uint64{m.Seq})
	}
	if len(m.Lacking) > 0 {
		words = append(words, visible(p.text("case.lacks", data{"N": len(m.Lacking), "Refs": someRefs(m.Lacking)})))
	}
	if len(m.Bad) > 0 {
		words = append(words, p.alarm(visible(p.text("case.bad-results", data{"N": len(m.Bad), "Refs": someRefs(m.Bad)}))))
	}
	return []string{p.text("goal." + string(m.Goal)), limit, due, strings.Join(words, "; ")}
}

func (p *program) milestoneWord(c *recall.Case, m *recall.Milestone) string {
	d := data{"Left": "", "At": caseClock(c, m.MetAt)}
	if m.Limited {
		left := m.Remaining(c.Now)
		d["Left"] = p.span(max(left, -left))
	}
	switch {
	case m.Overdue(c.Now):
		return p.alarm(p.text("case.overdue", d))
	case m.Missed(c.Now):
		return p.alarm(p.text("case.late", d))
	case m.Met && !m.Still:
		return p.text("case.no-longer", d)
	case m.Met && m.Limited:
		return p.text("case.in-time", d)
	case m.Met:
		return p.text("case.met", d)
	case m.Limited:
		return p.text("case.left", d)
	default:
		return p.text("case.open-yet")
	}
}

// someRefs names a few of many things.
func someRefs(refs []event.Ref) string {
	const most = 8
	if len(refs) <= most {
		return joinRefs(refs)
	}
	return joinRefs(refs[:most]) + ", …"
}

func (p *program) printSites(c *recall.Case) {
	if len(c.Sites) == 0 {
		return
	}
	p.line("")
	concerned := 0
	for i := range c.Sites {
		if c.Sites[i].Concerned {
			concerned++
		}
	}
	p.line("%s", p.bold(p.text("case.sites", data{"N": concerned})))
	g := grid{heads: p.heads("site", "case-told", "case-answered", "case-found")}
	for i := range c.Sites {
		s := &c.Sites[i]
		g.add(visible(s.Site.ID()), caseClock(c, s.Notified), caseClock(c, s.Acknowledged), p.siteText(c, s))
	}
	p.write(g.render(2, p.width, p.bold))
}

// siteText is what a site found, and that it was told although nothing brings it into the case.
func (p *program) siteText(c *recall.Case, s *recall.SiteStand) string {
	found := p.foundText(s.Found)
	if s.Concerned || c.Scope == nil {
		return found
	}
	return p.text("case.not-concerned") + p.text("list.comma") + found
}

func (p *program) foundText(f *recall.Reconciliation) string {
	if f == nil {
		return "-"
	}
	words := []string{p.text("case.found", data{"N": len(f.Matching)})}
	if len(f.Missing) > 0 {
		words = append(words, p.alarm(visible(p.text("case.found-missing", data{"N": len(f.Missing), "Refs": someRefs(f.Missing)}))))
	}
	if affected := f.Affected(); len(affected) > 0 {
		words = append(words, p.alarm(visible(p.text("case.found-affected", data{"N": len(affected), "Refs": someRefs(affected)}))))
	}
	if n := len(f.Unexpected) - len(f.Affected()); n > 0 {
		words = append(words, p.text("case.found-unexpected", data{"N": n}))
	}
	return strings.Join(words, p.text("list.comma"))
}

func (p *program) printScreening(c *recall.Case) {
	if len(c.Patients) == 0 {
		return
	}
	p.line("")
	p.line("%s", p.bold(p.text("case.patients", data{"N": len(c.Patients)})))
	g := grid{heads: p.heads("case-patient", "grade", "case-result", "seq")}
	for i := range c.Patients {
		s := &c.Patients[i]
		result, seq := p.alarm(p.text("case.unscreened")), "-"
		if s.Result != "" {
			result, seq = p.word(s.Result), seqList([]uint64{s.Seq})
		}
		grade := ""
		if t, ok := c.Scope.Find(s.Patient); ok {
			grade = p.text("grade." + t.Grade.String())
		}
		g.add(visible(s.Patient.ID()), grade, result, seq)
	}
	p.write(g.render(2, p.width, p.bold))
}

func (p *program) printCases(rows []caseRow) {
	if len(rows) == 0 {
		p.say(p.text("case.none"))
		return
	}
	g := grid{heads: p.heads("case-case", "state", "case-next", "case-due", "case-sources")}
	for i := range rows {
		r := &rows[i]
		name, next, due := r.life.Ref.ID(), "-", "-"
		if r.life.Drill {
			name += " (" + drillMark + ")"
		}
		if m := r.next(); m != nil {
			next, due = p.text("goal."+string(m.Goal)), clock(m.Due)
			if m.Overdue(r.c.Now) {
				due = p.alarm(p.text("case.overdue-mark", data{"Due": due}))
			}
		}
		g.add(visible(name), p.text("case-state."+string(r.life.State)), next, due, visible(joinRefs(r.life.Sources)))
	}
	p.write(g.render(0, p.width, p.bold))
}
