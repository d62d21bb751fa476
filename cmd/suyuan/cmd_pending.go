package main

import (
	"context"

	"suyuan/internal/event"
	"suyuan/internal/recall"
)

func commandPending() *command {
	return &command{
		name: "pending", act: runPending,
		flags:    append([]flagSpec{{name: "at", takes: "TIME", text: "flag.pending-at"}}, listFlags(pendingLists())...),
		examples: []string{"suyuan pending", "suyuan pending --at 2026-04-01T00:00:00+08:00 --json", "suyuan pending --format xlsx -o pending.xlsx"},
		exits:    reading(exitBadNews),
	}
}

// runPending lists the tests that conditional releases left to come. One that is overdue or came out bad is bad news. What is overdue
// hangs on the day, not on the ledger's newest event.
func runPending(ctx context.Context, p *program, in *input) error {
	at, err := p.timeFlag(in, "at")
	if err != nil {
		return err
	}
	if at.IsZero() {
		at = event.TimeOf(p.now())
	}
	lo, err := p.listOut(in, pendingLists())
	if err != nil {
		return err
	}
	book, err := p.reader(ctx)
	if err != nil {
		return err
	}
	list, err := book.Pending(ctx, at)
	if err != nil {
		return err
	}
	switch {
	case lo != nil:
		if err := p.writeLists(lo, p.pendingLists(list)); err != nil {
			return err
		}
	case p.json:
		p.answerJSON(pendingAnswer(list))
	default:
		p.printPending(list)
	}
	if list.BadNews() {
		return answer(exitBadNews)
	}
	return nil
}

func (p *program) printPending(list *recall.PendingTests) {
	p.line("%s", p.bold(p.text("pending.title", data{"N": len(list.List), "At": clock(list.At)})))
	p.printLost(list.AsOf.Lost)
	for i := range list.List {
		p.printPendingTest(&list.List[i])
	}
	p.printAsOf(&list.AsOf)
}

func (p *program) printPendingTest(t *recall.PendingTest) {
	p.line("")
	p.line("%s", p.bold(visible(p.text("pending.test", data{"Assay": t.Assay, "Days": t.Days, "Released": clock(t.Released), "Seq": t.Release}))))
	switch {
	case t.Bad():
		p.line("  %s", p.alarm(visible(p.text("pending.bad", data{"Result": t.Result.Test().Result, "Seq": t.Result.Entry.Seq, "Of": t.Result.Of}))))
	case t.Result != nil:
		p.line("  %s", visible(p.text("pending.inconclusive", data{"Seq": t.Result.Entry.Seq, "Of": t.Result.Of})))
	}
	switch {
	case t.Overdue:
		p.line("  %s", p.alarm(p.text("pending.overdue", data{"Due": clock(t.Due)})))
	case t.Due.IsZero():
		p.line("  %s", p.text("pending.no-due"))
	default:
		p.line("  %s", p.text("pending.due", data{"Due": clock(t.Due)}))
	}
	g := grid{heads: p.heads("unit", "state", "site", "held")}
	for i := range t.Units {
		u := &t.Units[i]
		state := p.text("state." + u.State.String())
		if u.Given {
			state = p.text("state.infused")
		}
		held := "-"
		if len(u.Holding) > 0 {
			held = seqList(u.Holding)
		}
		unit := u.Unit.ID()
		if !u.From.IsZero() {
			unit = p.text("pending.made-of", data{"Unit": unit, "From": u.From.ID()})
		}
		g.add(visible(unit), state, visible(u.Place.String()), held)
	}
	p.write(g.render(2, p.width, p.bold))
}

type pendingJSON struct {
	AsOf  checkpointJSON    `json:"as_of"`
	At    string            `json:"at"`
	Tests []pendingTestJSON `json:"tests"`
}

type pendingTestJSON struct {
	Assay    string            `json:"assay"`
	Bad      bool              `json:"bad"`
	Batch    string            `json:"batch,omitempty"`
	Days     int               `json:"days_open"`
	Due      string            `json:"due,omitempty"`
	Overdue  bool              `json:"overdue"`
	Release  uint64            `json:"release"`
	Released string            `json:"released"`
	Result   string            `json:"result,omitempty"`
	Test     uint64            `json:"test,omitempty"`
	Units    []pendingUnitJSON `json:"units"`
}

type pendingUnitJSON struct {
	Given   bool     `json:"given"`
	Holding []uint64 `json:"held_by"`
	MadeOf  string   `json:"made_of,omitempty"`
	Place   string   `json:"place"`
	State   string   `json:"state"`
	Unit    string   `json:"unit"`
}

func pendingAnswer(list *recall.PendingTests) pendingJSON {
	j := pendingJSON{
		AsOf: asOfAnswer(&list.AsOf), At: list.At.String(), Tests: []pendingTestJSON{},
	}
	for i := range list.List {
		t := &list.List[i]
		test := pendingTestJSON{
			Assay: t.Assay, Bad: t.Bad(), Batch: t.Batch.ID(), Days: t.Days, Overdue: t.Overdue, Release: t.Release, Released: t.Released.String(),
			Units: []pendingUnitJSON{},
		}
		if !t.Due.IsZero() {
			test.Due = t.Due.String()
		}
		if t.Result != nil {
			test.Result, test.Test = t.Result.Test().Result, t.Result.Entry.Seq
		}
		for k := range t.Units {
			u := &t.Units[k]
			test.Units = append(test.Units, pendingUnitJSON{u.Given, append([]uint64{}, u.Holding...), u.From.ID(), u.Place.String(), u.State.String(), u.Unit.ID()})
		}
		j.Tests = append(j.Tests, test)
	}
	return j
}
