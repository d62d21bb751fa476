package main

import (
	"context"
	"errors"
	"slices"

	"suyuan/internal/event"
	"suyuan/internal/logbook"
	"suyuan/internal/recall"
)

// caseAsking are the subcommands that say how cases stand.
func caseAsking() []*command {
	return []*command{
		{
			name: "status", args: "CASE", least: 1, most: 1, act: runCaseStatus, text: "command.case-status",
			flags:    standFlags(append(listFlags(caseStatusLists()), flagSpec{name: "strict", text: "flag.trace-strict"})...),
			examples: []string{"suyuan case status C-2026-1", "suyuan case status C-2026-1 --at 2026-03-06T16:00:00+08:00 --json", "suyuan case status C-2026-1 --format xlsx -o C-2026-1.xlsx"},
			exits:    reading(exitBadNews),
		},
		{
			name: "list", act: runCaseList, text: "command.case-list",
			flags:    append([]flagSpec{{name: "at", takes: "TIME", text: "flag.case-at"}}, listFlags(caseLists())...),
			examples: []string{"suyuan case list", "suyuan case list --json", "suyuan case list --format csv -o cases.csv"},
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
	lost  []recall.Lost
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
		s.life, s.lost = d.Life, d.Lost()
		if s.c, err = d.Status(ctx, profile); err != nil || s.c.Scope == nil {
			return err
		}
		now, err := d.Now(s.c.Scope)
		if err == nil {
			s.stale = joined(now, s.c.Scope)
		}
		return err
	})
	var early *recall.CaseStateError
	if errors.As(err, &early) && early.Later && early.By != nil {
		e := fail(exitFailed, "error.before-opening", data{"Case": c.ID(), "Opened": clock(early.By.Event.Time), "At": clock(at)})
		e.ref, e.seq = c.String(), &early.By.Seq
		return nil, e
	}
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
	profile, _, err := p.profileFlag(ctx, in.text("profile"))
	if err != nil {
		return err
	}
	lo, err := p.listOut(in, caseStatusLists())
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
	if err := p.tellStanding(ctx, book, s, lo); err != nil {
		return err
	}
	if s.bad || in.on("strict") && (len(s.lost) > 0 || s.c.Scope != nil && len(s.c.Scope.Missing) > 0) {
		return answer(exitBadNews)
	}
	return nil
}

func (p *program) tellStanding(ctx context.Context, book *logbook.Book, s *caseStanding, lo *listOut) error {
	switch {
	case lo != nil:
		of, err := p.asOf(ctx, book)
		if err != nil {
			return err
		}
		return p.writeLists(lo, p.caseStatusLists(s, &of))
	case p.json:
		p.answerJSON(caseStatusAnswer(s))
	default:
		p.printCase(s)
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
	lo, err := p.listOut(in, caseLists())
	if err != nil {
		return err
	}
	book, err := p.reader(ctx)
	if err != nil {
		return err
	}
	rows, err := caseRows(ctx, book, at)
	if err != nil {
		return err
	}
	switch {
	case lo != nil:
		of, err := p.asOf(ctx, book)
		if err != nil {
			return err
		}
		return p.writeLists(lo, p.caseLists(rows, &of))
	case p.json:
		p.listJSON(rows, book.Lost())
		return nil
	}
	p.printLost(book.Lost())
	p.printCases(rows)
	return nil
}

// caseRows are the cases in the order of the list.
func caseRows(ctx context.Context, book *logbook.Book, at event.Time) ([]caseRow, error) {
	lives, err := book.Cases(ctx, at)
	if err != nil {
		return nil, err
	}
	rows := make([]caseRow, len(lives))
	for i := range lives {
		c, err := book.CaseStatus(ctx, lives[i].Ref, nil, at)
		var unknown *logbook.UnknownProfileError
		if errors.As(err, &unknown) { // then nothing is due that anybody knows of
			c, err = book.CaseStatus(ctx, lives[i].Ref, &recall.Profile{Name: unknown.Name}, at)
		}
		if err != nil {
			return nil, err
		}
		rows[i] = caseRow{lives[i], c}
	}
	slices.SortStableFunc(rows, compareRows)
	return rows, nil
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

func (p *program) listJSON(rows []caseRow, lost []recall.Lost) {
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
	answer := map[string]any{"cases": list}
	if len(lost) > 0 {
		answer["lost"] = lostAnswer(lost)
	}
	p.answerJSON(answer)
}
