package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"suyuan/internal/event"
	"suyuan/internal/logbook"
	"suyuan/internal/recall"
	"suyuan/internal/report"
)

// caseAsking are the subcommands that say how cases stand.
func caseAsking() []*command {
	return []*command{
		{
			name: "status", args: "CASE", least: 1, most: 1, act: runCaseStatus, text: "command.case-status",
			flags:    standFlags(flagSpec{name: "strict", text: "flag.trace-strict"}),
			examples: []string{"suyuan case status C-2026-1", "suyuan case status C-2026-1 --at 2026-03-06T16:00:00+08:00 --json"},
			exits:    reading(exitBadNews),
		},
		{
			name: "list", act: runCaseList, text: "command.case-list",
			flags:    []flagSpec{{name: "at", takes: "TIME", text: "flag.case-at"}},
			examples: []string{"suyuan case list", "suyuan case list --json"},
			exits:    reading(),
		},
		{
			name: "watch", args: "CASE", least: 1, most: 1, act: runCaseWatch, text: "command.case-watch",
			flags:    []flagSpec{{name: "every", takes: "DURATION", text: "flag.case-every"}, {name: "profile", takes: "NAME|FILE", text: "flag.status-profile"}},
			examples: []string{"suyuan case watch C-2026-1", "suyuan case watch C-2026-1 --every 30s"},
			exits:    reading(exitBadNews),
		},
	}
}

func standFlags(more ...flagSpec) []flagSpec {
	return append([]flagSpec{
		{name: "at", takes: "TIME", text: "flag.case-at"},
		{name: "profile", takes: "NAME|FILE", text: "flag.status-profile"},
	}, more...)
}

// A caseStanding is how a case stands at one moment, and what else is said of it.
type caseStanding struct {
	c     *recall.Case
	life  recall.CaseLife
	stale int // units and patients that the scope's question finds by now and the scope has not
	bad   bool
}

// standing asks how a case stands; a zero time is now.
func (p *program) standing(ctx context.Context, book *logbook.Book, c event.Ref, profile *recall.Profile, at event.Time) (*caseStanding, error) {
	if at.IsZero() {
		at = event.TimeOf(p.now())
	}
	var s caseStanding
	err := book.Desk(ctx, c, at, func(d *logbook.CaseDesk) (err error) {
		s.life = d.Life
		if s.c, err = d.Status(ctx, profile); err != nil || s.c.Scope == nil {
			return err
		}
		now, err := d.Now(s.c.Scope)
		if err == nil {
			s.stale = joined(now, s.c.Scope)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	s.bad = s.c.BadNews()
	return &s, nil
}

// runCaseStatus says how far a case is, overdue first. A limit that was missed is bad news.
func runCaseStatus(ctx context.Context, p *program, in *input) error {
	c, err := caseOf(in)
	if err != nil {
		return err
	}
	at, err := p.timeFlag(in, "at")
	if err != nil {
		return err
	}
	profile, _, err := p.profileFlag(in.text("profile"))
	if err != nil {
		return err
	}
	book, err := p.reader(ctx)
	if err != nil {
		return err
	}
	s, err := p.standing(ctx, book, c, profile, at)
	if err != nil {
		return err
	}
	if p.json {
		p.answerJSON(caseStatusAnswer(s))
	} else {
		p.printCase(s)
	}
	if s.bad || in.on("strict") && s.c.Scope != nil && len(s.c.Scope.Missing) > 0 {
		return answer(exitBadNews)
	}
	return nil
}

// A caseRow is one case of the list.
type caseRow struct {
	life recall.CaseLife
	c    *recall.Case
}

// runCaseList lists the cases: open ones first, those whose time is up in front.
func runCaseList(ctx context.Context, p *program, in *input) error {
	at, err := p.timeFlag(in, "at")
	if err != nil {
		return err
	}
	if at.IsZero() {
		at = event.TimeOf(p.now())
	}
	book, err := p.reader(ctx)
	if err != nil {
		return err
	}
	lives, err := book.Cases(ctx, at)
	if err != nil {
		return err
	}
	rows := make([]caseRow, len(lives))
	for i := range lives {
		c, err := book.CaseStatus(ctx, lives[i].Ref, nil, at)
		var unknown *logbook.UnknownProfileError
		if errors.As(err, &unknown) { // then nothing is due that anybody knows of
			c, err = book.CaseStatus(ctx, lives[i].Ref, &recall.Profile{Name: unknown.Name}, at)
		}
		if err != nil {
			return err
		}
		rows[i] = caseRow{lives[i], c}
	}
	slices.SortStableFunc(rows, compareRows)
	if p.json {
		p.listJSON(rows)
		return nil
	}
	p.printCases(rows)
	return nil
}

func compareRows(a, b caseRow) int {
	if a.life.State != b.life.State {
		if a.life.State == recall.CaseOpened {
			return -1
		}
		return 1
	}
	x, y := a.next(), b.next()
	switch {
	case x == nil && y == nil:
		return 0
	case x == nil:
		return 1
	case y == nil:
		return -1
	}
	return x.Due.Compare(y.Due)
}

// next is the milestone to be met next; a closed case has none.
func (r *caseRow) next() *recall.Milestone {
	if r.life.State != recall.CaseOpened {
		return nil
	}
	return r.c.Next()
}

func (p *program) listJSON(rows []caseRow) {
	list := []caseRowJSON{}
	for i := range rows {
		r := &rows[i]
		j := caseRowJSON{
			Aware: r.c.Aware.String(), BadNews: r.c.BadNews(), Case: r.life.Ref.ID(), Drill: r.life.Drill, Profile: r.c.Profile.Name,
			Sources: refStrings(r.life.Sources), State: string(r.life.State),
		}
		if m := r.next(); m != nil {
			j.Due, j.Next, j.Overdue = optionalTime(m.Due), optional(string(m.Goal)), m.Overdue(r.c.Now)
		}
		list = append(list, j)
	}
	p.answerJSON(map[string]any{"cases": list})
}

// runCaseWatch shows how a case stands until it is told to stop, on a terminal; anywhere else, once.
func runCaseWatch(ctx context.Context, p *program, in *input) error {
	every := 5 * time.Second
	if s := in.text("every"); s != "" {
		d, err := time.ParseDuration(s)
		if err != nil || d < time.Second {
			return usage("every", data{"Found": s})
		}
		every = d
	}
	if !p.terminal || p.json {
		return runCaseStatus(ctx, p, in)
	}
	c, err := caseOf(in)
	if err != nil {
		return err
	}
	profile, _, err := p.profileFlag(in.text("profile"))
	if err != nil {
		return err
	}
	book, err := p.reader(ctx)
	if err != nil {
		return err
	}
	show := func() error {
		s, err := p.standing(ctx, book, c, profile, event.Time{})
		if err != nil {
			return err
		}
		p.screen(p.text("case.watching", data{"Now": clock(event.TimeOf(p.now())), "Every": every.String()}), func() { p.printCase(s) })
		return nil
	}
	if _, err := p.standing(ctx, book, c, profile, event.Time{}); err != nil {
		return err // said where it stays
	}
	return p.watch(ctx, every, show)
}

// screen shows a head and as much of what is printed as the terminal has lines: what is overdue leads, and must not roll away.
func (p *program) screen(head string, show func()) {
	var page bytes.Buffer
	out := p.out
	p.out = bufio.NewWriter(&page)
	show()
	p.flush()
	p.out = out
	lines := strings.SplitAfter(page.String(), "\n")
	if rows := p.env.Height(); rows > 2 && len(lines) > rows-2 {
		lines = append(lines[:rows-3:rows-3], "…\n")
	}
	p.line("\x1b[H\x1b[2J%s", head)
	p.write(strings.Join(lines, ""))
	p.flush()
}

// watch shows on the terminal's other screen, and gives the first one back however it ends.
func (p *program) watch(ctx context.Context, every time.Duration, show func() error) error {
	p.line("\x1b[?1049h\x1b[?25l")
	defer func() {
		p.line("\x1b[?25h\x1b[?1049l")
		p.flush()
	}()
	for {
		if err := show(); err != nil {
			return err
		}
		if err := p.env.Pause(ctx, every); err != nil {
			return err
		}
	}
}

// pause waits, or returns why it could not.
func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

// printCase writes how a case stands: what is overdue first, then sites and patients.
func (p *program) printCase(s *caseStanding) {
	c := s.c
	if c.Drill {
		p.line("%s", p.bold(drillMark))
	}
	d := data{"Case": c.Ref.ID(), "State": p.text("case-state." + string(s.life.State)), "Profile": c.Profile.Name, "Class": first(s.life.Class, "-")}
	p.line("%s", p.bold(visible(p.text("case.title", d))))
	p.paragraph(visible(p.text("case.sources", data{"Refs": joinRefs(s.life.Sources)})))
	p.paragraph(p.text("case.since", data{"Aware": clock(c.Aware), "Opened": clock(c.Opened), "Ago": p.span(c.Now.Sub(c.Aware)), "Now": clock(c.Now)}))
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

// paragraph writes a text in lines that fit.
func (p *program) paragraph(text string) {
	for _, line := range wrap(text, p.width) {
		p.line("%s", line)
	}
}

// milestoneCells are name, limit, due time, and how it stands, with the record that proves it.
func (p *program) milestoneCells(c *recall.Case, m *recall.Milestone) []string {
	limit, due := "-", "-"
	if m.Limited {
		limit, due = report.Hours(m.Limit), clock(m.Due)
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
	d := data{"Left": "", "At": clock(m.MetAt)}
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
	p.line("%s", p.bold(p.text("case.sites", data{"N": len(c.Sites)})))
	g := grid{heads: p.heads("site", "case-told", "case-answered", "case-found")}
	for i := range c.Sites {
		s := &c.Sites[i]
		g.add(visible(s.Site.ID()), clock(s.Notified), clock(s.Acknowledged), p.foundText(s.Found))
	}
	p.write(g.render(2, p.width, p.bold))
}

func (p *program) foundText(f *recall.Reconciliation) string {
	if f == nil {
		return "-"
	}
	words := []string{p.text("case.found", data{"N": len(f.Matching)})}
	if len(f.Missing) > 0 {
		words = append(words, p.alarm(visible(p.text("case.found-missing", data{"N": len(f.Missing), "Refs": someRefs(f.Missing)}))))
	}
	if n := len(f.Unexpected); n > 0 {
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
