package main

import (
	"context"
	"maps"
	"slices"
	"strings"

	"suyuan/internal/event"
	"suyuan/internal/i18n"
	"suyuan/internal/logbook"
	"suyuan/internal/recall"
	"suyuan/internal/rules"
)

// caseCommand has one subcommand for each step of a case, and those that say how cases stand.
func caseCommand() *command {
	c := &command{
		name: "case", args: "ACTION CASE",
		examples: []string{
			"suyuan case open C-2026-1 --source batch:MSC-26-02 --class 1 --as LC-H1/OP-9",
			"suyuan case scope C-2026-1 --as LC-H1/OP-9",
			"suyuan case status C-2026-1",
		},
		exits: writing(),
	}
	c.subs = slices.Concat(caseOpenings(), caseWork(), caseAnswers(), caseAsking(), []*command{suggestCommand()})
	return c
}

// caseStep is a subcommand that records a step of a case.
func caseStep(a event.Action, own []flagSpec, act func(context.Context, *program, *input) error, exits codes, examples ...string) *command {
	flags := append(own, memberFlagsOf(a, "time", "note", "deviation")...)
	return &command{
		name: string(a), args: "CASE", least: 1, most: 1, act: act, text: "command.case-" + string(a),
		flags: append(append(flags, clockOK()), signFlags()...), examples: examples, exits: exits,
	}
}

// memberFlagsOf are the flags of some members that an action has.
func memberFlagsOf(a event.Action, names ...string) []flagSpec {
	var flags []flagSpec
	for _, m := range event.DescribeCase(a) {
		if slices.Contains(names, m.Name) {
			f := flagSpec{name: flagName(m), text: "member." + m.Name, member: &m, list: many(m.Kind)}
			if m.Kind != event.MemberFlag {
				f.takes = placeholder(m)
			}
			flags = append(flags, f)
		}
	}
	return flags
}

// caseOf reads the id of a case, with its kind or without.
func caseOf(in *input) (event.Ref, error) {
	id := strings.TrimPrefix(in.args[0], event.KindCase.String()+":")
	c, err := event.NewRef(event.KindCase, id)
	if err != nil {
		return event.Ref{}, usage("case-id", data{"Found": id, "Err": err.Error()})
	}
	return c, nil
}

// A caseInput is what every step of a case was called with.
type caseInput struct {
	*input
	p      *program
	book   *logbook.Book
	ref    event.Ref
	action event.Action
	at     event.Time
}

// caseInput reads case and time, and opens the ledger to record.
func (p *program) caseInput(ctx context.Context, in *input, a event.Action) (*caseInput, error) {
	c := &caseInput{input: in, p: p, action: a}
	if err := p.needOperator(); err != nil {
		return nil, err
	}
	var err error
	if c.ref, err = caseOf(in); err != nil {
		return nil, err
	}
	if c.at, err = p.timeFlag(in, "time"); err != nil {
		return nil, err
	}
	if c.at.IsZero() {
		c.at = event.TimeOf(p.now())
	}
	c.book, err = p.open(ctx, in.on("clock-ok"))
	return c, err
}

// want refuses a step without the flags that it cannot do without.
func (c *caseInput) want(flags ...string) error {
	var missing []string
	for _, f := range flags {
		if !c.given(f) {
			missing = append(missing, "--"+f)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	return usage("missing", data{"Command": "suyuan case " + string(c.action), "Flags": strings.Join(missing, ", ")})
}

// event makes the event of the step from flags; more are members that no flag gives as they are.
func (c *caseInput) event(more map[string][]string) (event.Event, error) {
	return c.build(c.action, event.DescribeCase(c.action), more)
}

// common makes what every event of the step has, for events whose own members are made elsewhere: of the flags, only these.
func (c *caseInput) common() (event.Common, error) {
	members := slices.DeleteFunc(event.DescribeCase(event.ActionReport), func(m event.Member) bool { return m.Name != "note" && m.Name != "deviation" })
	e, err := c.build(event.ActionReport, members, map[string][]string{"kind": {"plan"}})
	return e.Common, err
}

func (c *caseInput) build(a event.Action, members []event.Member, more map[string][]string) (event.Event, error) {
	given := map[string][]string{}
	for _, m := range members {
		if values, ok := flagValues(c.input, m); ok {
			given[m.Name] = values
		}
	}
	for name, values := range more {
		given[name] = values
	}
	given["case"], given["action"], given["time"] = []string{c.ref.ID()}, []string{string(a)}, []string{c.at.String()}
	return c.p.buildEvent(event.TypeCase, given)
}

// record records the step: build makes its events from what the ledger says under the lock.
func (c *caseInput) record(ctx context.Context, build func(context.Context, *logbook.CaseDesk) ([]event.Event, error)) ([]logbook.Receipt, error) {
	receipts, err := c.book.CaseStep(ctx, c.ref, c.action, c.at, func(d *logbook.CaseDesk) ([]event.Event, error) { return build(ctx, d) })
	for i := range receipts {
		c.p.sayNotices(receipts[i].Unregistered)
	}
	return receipts, err
}

// plain records a step that its flags say in full.
func (c *caseInput) plain(ctx context.Context, look func(context.Context, *logbook.CaseDesk) error) error {
	e, err := c.event(nil)
	if err != nil {
		return err
	}
	receipts, err := c.record(ctx, func(ctx context.Context, d *logbook.CaseDesk) ([]event.Event, error) {
		if look != nil {
			if err := look(ctx, d); err != nil {
				return nil, err
			}
		}
		return []event.Event{e}, nil
	})
	if err != nil {
		return err
	}
	if c.p.json {
		c.p.answerJSON(caseStepJSON{Action: string(c.action), Case: c.ref.ID(), Records: recordsJSON(receipts)})
		return nil
	}
	c.title()
	c.printReceipts(receipts)
	return nil
}

// title leads what a step answers; a drill says so at once.
func (c *caseInput) title() {
	if event.IsDrill(c.ref) {
		c.p.line("%s", c.p.bold(drillMark))
	}
	c.p.line("%s", visible(c.p.text("case.done."+string(c.action), data{"Case": c.ref.ID()})))
}

func (c *caseInput) printReceipts(receipts []logbook.Receipt) {
	for _, r := range receipts {
		id := "case.record"
		if r.Known {
			id = "case.known"
		}
		c.p.line("%s", c.p.text(id, data{"Seq": r.Seq, "ID": string(r.ID)}))
	}
	if len(receipts) > 0 && receipts[0].Late {
		c.p.say(c.p.text("record.late", data{"Seq": receipts[0].Seq}))
	}
}

// scopeOf returns the newest scope of a case, and refuses where there is none.
func scopeOf(ctx context.Context, d *logbook.CaseDesk) (*recall.Answer, error) {
	a, err := d.Scope(ctx)
	if err == nil && a == nil {
		err = fail(exitFailed, "error.no-scope", data{"Case": d.Life.Ref.ID()})
	}
	return a, err
}

// caseProblem says why an action does not fit the state of a case.
func caseProblem(e *recall.CaseStateError) *problem {
	d := data{"Case": e.Case.ID(), "Seq": uint64(0), "Time": ""}
	if e.By != nil {
		d["Seq"], d["Time"] = e.By.Seq, clock(e.By.Event.Time)
	}
	id := "error.case-open"
	switch {
	case e.Later:
		id = "error.case-later"
	case e.State == recall.CaseClosed:
		id = "error.case-closed"
	}
	p := &problem{exit: exitFailed, id: id, ref: e.Case.String(), data: spoken(func(t *i18n.Texts) any {
		said := maps.Clone(d)
		said["Action"] = t.Text("action." + string(e.Action))
		return said
	})}
	if e.By != nil {
		p.seq = &e.By.Seq
	}
	return p
}

// goalNames are the milestones that keep a case from being closed.
func goalNames(t *i18n.Texts, unmet []rules.Violation) string {
	var names []string
	for _, v := range unmet {
		if v.Rule == rules.CaseOpen {
			names = append(names, t.Text("goal."+v.Name))
		}
	}
	return strings.Join(names, ", ")
}
