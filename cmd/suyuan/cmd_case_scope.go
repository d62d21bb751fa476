package main

import (
	"context"
	"strings"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
	"suyuan/internal/logbook"
	"suyuan/internal/recall"
)

// caseWork are the subcommands that find and hold what is affected.
func caseWork() []*command {
	return []*command{
		caseStep(event.ActionScope, scopeFlags(), runCaseScope, writing(),
			"suyuan case scope C-2026-1 --as LC-H1/OP-9",
			"suyuan case scope C-2026-1 --grade probable --without room --as LC-H1/OP-9",
			"suyuan case scope C-2026-1 --format xlsx -o scope.xlsx --as LC-H1/OP-9"),
		caseStep(event.ActionHold, holdFlags(), runCaseHold, writing(),
			"suyuan case hold C-2026-1 --as LC-H1/OP-9",
			"suyuan case hold C-2026-1 --grade probable --shared --as LC-H1/OP-9"),
		caseStep(event.ActionLift, liftFlags(), runCaseLift, writing(),
			`suyuan case lift C-2026-1 --hold 57 --thing unit:NK-26-02-D07 --reason "retest negative" --signed-by LC-H1/OP-9 --as LC-H1/OP-9`),
	}
}

func scopeFlags() []flagSpec {
	return append([]flagSpec{
		{name: "source", takes: "REF", list: true, text: "flag.scope-source"},
		{name: "from", takes: "TIME"},
		{name: "to", takes: "TIME"},
		{name: "grade", takes: "GRADE"},
		{name: "with", takes: "VIA", list: true},
		{name: "without", takes: "VIA", list: true},
		{name: "at", takes: "TIME"},
		{name: "empty", text: "flag.scope-empty"},
	}, listFlags(scopeLists())...)
}

// A scoping is a trace that becomes a scope of a case, and how it differs from the one before.
type scoping struct {
	*caseInput
	stepLists
	query    recall.Query // as flags say
	answer   *recall.Answer
	scope    *event.CaseScope
	change   *recall.ScopeChange // nil where there is no scope before
	previous *uint64
}

// runCaseScope traces the sources of a case and records what came out.
func runCaseScope(ctx context.Context, p *program, in *input) error {
	lo, err := p.listOut(in, scopeLists())
	if err != nil {
		return err
	}
	c, err := p.caseInput(ctx, in, event.ActionScope)
	if err != nil {
		return err
	}
	s := scoping{caseInput: c, stepLists: stepLists{out: lo}}
	if s.query, _, err = p.query(in); err != nil {
		return err
	}
	if s.query.Sources, err = p.resolve(ctx, c.book, in.texts("source")); err != nil {
		return err
	}
	receipts, err := c.record(ctx, s.build)
	if err != nil {
		return err
	}
	switch {
	case lo != nil:
		return s.after(c, receipts)
	case p.json:
		p.answerJSON(s.json(receipts))
	default:
		s.print(receipts)
	}
	return nil
}

// ask is the case's own question, but for what the flags say.
func (s *scoping) ask(life *recall.CaseLife) recall.Query {
	q := s.query
	own := life.Query()
	if len(q.Sources) == 0 {
		q.Sources = own.Sources
	}
	if !s.given("from") && !s.given("to") {
		q.From, q.To = own.From, own.To
	}
	return q
}

func (s *scoping) build(ctx context.Context, d *logbook.CaseDesk) ([]event.Event, error) {
	q := s.ask(&d.Life)
	for _, r := range q.Sources {
		if recall.Gone(d.Graph, r) {
			return nil, sourceGone(r)
		}
	}
	var err error
	if s.answer, err = d.Trace(q); err != nil {
		return nil, err
	}
	if n := &s.answer.Counts; n.Units+n.Patients+n.Samples == 0 && !s.on("empty") {
		return nil, fail(exitFailed, "error.empty-scope", data{"Refs": joinRefs(q.Sources)})
	}
	before, err := d.Scope(ctx)
	if err != nil {
		return nil, err
	}
	if before != nil {
		s.previous = &d.Life.Scope.Seq
		if s.change, err = recall.ChangeOf(s.answer, before); err != nil {
			return nil, err
		}
	}
	e := event.Event{Body: &event.Case{Case: s.ref, Action: event.ActionScope, Scope: recall.ScopeOf(s.answer, before)}}
	s.scope = e.Body.(*event.Case).Scope
	if e.Common, err = s.common(); err != nil {
		return nil, err
	}
	return []event.Event{e}, s.before(s.p, s.scopeLists)
}

func (s *scoping) json(receipts []logbook.Receipt) caseScopeJSON {
	a := s.answer
	answer := caseScopeJSON{
		Action: string(s.action), Added: []changeJSON{}, Case: s.ref.ID(), Counts: s.scope.Counts, Previous: s.previous, Query: s.scope.Query,
		Records: recordsJSON(receipts), Removed: []changeJSON{}, Root: s.scope.Root, SHA256: s.scope.SHA256, Size: a.AsOf.Size, Lost: lostAnswer(a.AsOf.Lost),
		CountsByGrade: gradesJSON{
			Confirmed: a.ByGrade[genealogy.Confirmed].AppendJSON(nil), Probable: a.ByGrade[genealogy.Probable].AppendJSON(nil),
			Possible: a.ByGrade[genealogy.Possible].AppendJSON(nil),
		},
	}
	if s.change != nil {
		answer.Added, answer.Removed = changesJSON(s.change.Added), changesJSON(s.change.Removed)
	}
	return answer
}

func (s *scoping) print(receipts []logbook.Receipt) {
	s.title()
	s.printReceipts(receipts)
	s.p.line("")
	t := &tracePrinter{p: s.p, a: s.answer, summary: true}
	t.title()
	t.counts()
	if s.change == nil {
		s.p.line("")
		s.p.paragraph(s.p.text("case.first-scope"))
	} else {
		s.changes("case.added", s.change.Added)
		s.changes("case.removed", s.change.Removed)
	}
	s.p.line("")
	s.p.line("%s", s.p.text("case.scope-proof", data{"Size": s.answer.AsOf.Size}))
	s.p.line("  %s", s.scope.SHA256)
}

// changes lists the units and patients that joined or left, each with why, and counts the rest.
func (s *scoping) changes(head string, list []recall.Change) {
	p := s.p
	p.line("")
	p.line("%s", p.bold(p.text(head, data{"N": len(list)})))
	g := grid{heads: p.heads("thing", "grade", "case-why", "records")}
	others := 0
	for i := range list {
		c := &list[i]
		if k := c.Ref.Kind(); k != event.KindUnit && k != event.KindPatient {
			others++
			continue
		}
		g.add(visible(c.Ref.String()), p.text("grade."+c.Grade.String()), p.reasons(c.Codes), first(seqList(c.Seq), "-"))
	}
	if len(g.rows) > 0 {
		p.write(g.render(2, p.width, p.bold))
	}
	if others > 0 {
		p.line("  %s", p.texts.Count("case.others", others))
	}
}

func (p *program) reasons(codes []recall.ChangeCode) string {
	words := make([]string, len(codes))
	for i, code := range codes {
		words[i] = p.text("change." + string(code))
	}
	return strings.Join(words, "; ")
}
