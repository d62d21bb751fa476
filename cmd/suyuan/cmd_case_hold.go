package main

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
	"suyuan/internal/logbook"
	"suyuan/internal/recall"
	"suyuan/internal/report"
)

func holdFlags() []flagSpec {
	return append([]flagSpec{
		{name: "grade", takes: "GRADE", text: "flag.hold-grade"},
		{name: "shared", text: "flag.hold-shared"},
		{name: "thing", takes: "REF", list: true, text: "flag.hold-thing"},
	}, listFlags(holdLists())...)
}

// A holding is what a case holds in one go.
type holding struct {
	*caseInput
	stepLists
	grade  genealogy.Grade
	graded bool
	more   []event.Ref
	things []event.Ref
	counts []recall.HoldCount
	// added is how many units and patients the scope's question finds by now that the scope has not.
	added int
}

// runCaseHold holds everything affected at a grade that is not used yet. It has no default: without a grade it says the numbers.
func runCaseHold(ctx context.Context, p *program, in *input) error {
	lo, err := p.listOut(in, holdLists())
	if err != nil {
		return err
	}
	c, err := p.caseInput(ctx, in, event.ActionHold)
	if err != nil {
		return err
	}
	h := holding{caseInput: c, stepLists: stepLists{out: lo}}
	if s := in.text("grade"); s != "" {
		if h.grade, h.graded = genealogy.ParseGrade(s); !h.graded {
			return usage("grade", data{"Found": s, "Want": strings.Join(gradeNames(), ", ")})
		}
	}
	if h.more, err = p.resolve(ctx, c.book, in.texts("thing")); err != nil {
		return err
	}
	if !h.graded && len(h.more) == 0 {
		return h.numbers(ctx)
	}
	receipts, err := c.record(ctx, h.build)
	if err != nil {
		return err
	}
	return h.answer(receipts)
}

// numbers says how many units each grade would hold, and that one has to be named.
func (h *holding) numbers(ctx context.Context) error {
	err := h.book.Desk(ctx, h.ref, h.at, func(d *logbook.CaseDesk) error {
		if err := recall.Admits(d.Graph, h.ref, h.action, h.at); err != nil {
			return err
		}
		scope, err := scopeOf(ctx, d)
		if err != nil {
			return err
		}
		h.counts = recall.HoldCounts(d.Graph, scope, h.at)
		return nil
	})
	if err != nil {
		return err
	}
	if h.p.json {
		h.p.answerJSON(h.json(nil))
	} else {
		h.printNumbers()
	}
	return usage("hold-grade", data{"Case": h.ref.ID()})
}

func (h *holding) printNumbers() {
	p := h.p
	p.line("%s", visible(p.text("case.hold-numbers", data{"Case": h.ref.ID()})))
	g := grid{heads: p.heads("case-to-grade", "case-units", "held", "case-booked", "case-shared")}
	for _, n := range h.counts {
		g.add(p.text("grade."+n.Grade.String()), strconv.Itoa(n.Units), strconv.Itoa(n.OnHold), strconv.Itoa(n.Booked), strconv.Itoa(n.Shared))
	}
	p.write(g.render(2, p.width, p.bold))
}

// build holds what the newest scope has and what its question finds by now, and leaves out what the case holds already.
func (h *holding) build(ctx context.Context, d *logbook.CaseDesk) ([]event.Event, error) {
	things := slices.Clone(h.more)
	if h.graded {
		scope, err := scopeOf(ctx, d)
		if err != nil {
			return nil, err
		}
		if h.grade > scope.Query.Grade {
			return nil, fail(exitFailed, "error.scope-grade", data{"Grade": h.grade.String(), "Scope": scope.Query.Grade.String(), "Case": h.ref.ID()})
		}
		now, err := d.Now(scope)
		if err != nil {
			return nil, err
		}
		h.added = joined(now, scope)
		h.counts = recall.HoldCounts(d.Graph, scope, h.at)
		for _, a := range []*recall.Answer{scope, now} {
			plan := recall.HoldPlanOf(d.Graph, a, h.grade, h.at, h.on("shared"))
			things = append(things, plan.All()...)
		}
	}
	held := recall.HeldBy(d.Graph, h.ref, h.at)
	slices.SortFunc(things, event.Ref.Compare)
	h.things = slices.DeleteFunc(slices.Compact(things), func(r event.Ref) bool { return held[r] })
	common, err := h.common()
	if err != nil {
		return nil, err
	}
	var events []event.Event
	for _, part := range recall.HoldParts(h.ref, h.things) {
		events = append(events, event.Event{Common: common, Body: part})
	}
	of := d.AsOf()
	return events, h.before(h.p, func() *report.Lists { return h.holdLists(&of) })
}

// joined counts the units and patients that one answer has and the other has not.
func joined(a, other *recall.Answer) int {
	n := 0
	for i := range a.Things {
		r := a.Things[i].Ref
		if k := r.Kind(); k != event.KindUnit && k != event.KindPatient {
			continue
		}
		if _, had := other.Find(r); !had {
			n++
		}
	}
	return n
}

func (h *holding) json(receipts []logbook.Receipt) caseHoldJSON {
	return caseHoldJSON{
		Action: string(h.action), ByGrade: holdCountsJSON(h.counts), Case: h.ref.ID(), Records: recordsJSON(receipts), Things: refStrings(h.things),
	}
}

func (h *holding) answer(receipts []logbook.Receipt) error {
	p := h.p
	if h.added > 0 {
		p.say(p.texts.Count("case.scope-stale", h.added))
		p.hint(visible(p.text("case.scope-again", data{"Case": h.ref.ID()})))
	}
	switch {
	case h.out != nil:
		return h.after(h.caseInput, receipts)
	case p.json:
		p.answerJSON(h.json(receipts))
		return nil
	case len(h.things) == 0:
		p.line("%s", visible(p.text("case.held-already", data{"Case": h.ref.ID()})))
		return nil
	}
	h.title()
	p.printLost(h.book.Lost())
	h.printReceipts(receipts)
	p.line("%s", p.texts.Count("case.holds", len(h.things)))
	names := make([]string, len(h.things))
	for i, r := range h.things {
		names[i] = visible(r.String())
	}
	for _, line := range fill(names, p.width-2) {
		p.line("  %s", line)
	}
	if event.IsDrill(h.ref) {
		p.line("%s", p.text("case.drill-hold"))
	}
	return nil
}

func liftFlags() []flagSpec {
	return append([]flagSpec{
		{name: "hold", takes: "ID|SEQ", list: true, text: "flag.lift-hold"},
		{name: "thing", takes: "REF", list: true, text: "flag.lift-thing"},
	}, memberFlagsOf(event.ActionLift, "reason", "evidence", "signed_by")...)
}

// runCaseLift ends holds, as a whole or for some things.
func runCaseLift(ctx context.Context, p *program, in *input) error {
	c, err := p.caseInput(ctx, in, event.ActionLift)
	if err != nil {
		return err
	}
	if err := c.want("hold", "reason", "signed-by"); err != nil {
		return err
	}
	things, err := p.resolve(ctx, c.book, in.texts("thing"))
	if err != nil {
		return err
	}
	receipts, err := c.record(ctx, func(_ context.Context, d *logbook.CaseDesk) ([]event.Event, error) {
		ids, err := holdIDs(d, in.texts("hold"))
		if err != nil {
			return nil, err
		}
		if err := c.canLift(d, ids, things); err != nil {
			return nil, err
		}
		more := map[string][]string{"holds": ids}
		if len(things) > 0 {
			more["things"] = refStrings(things)
		}
		e, err := c.event(more)
		return []event.Event{e}, err
	})
	if err != nil {
		return err
	}
	if p.json {
		p.answerJSON(caseStepJSON{Action: string(c.action), Case: c.ref.ID(), Records: recordsJSON(receipts)})
		return nil
	}
	c.title()
	c.printReceipts(receipts)
	return nil
}

// holdIDs turns the numbers of records into the ids of the events that they hold.
func holdIDs(d *logbook.CaseDesk, texts []string) ([]string, error) {
	ids := make([]string, len(texts))
	for i, s := range texts {
		ids[i] = s
		seq, err := strconv.ParseUint(s, 10, 64)
		if err != nil {
			continue
		}
		if seq == 0 {
			return nil, fail(exitFailed, "error.lift-genesis", nil)
		}
		id, err := d.EventID(seq)
		if err != nil {
			return nil, err
		}
		ids[i] = string(id)
	}
	return ids, nil
}
