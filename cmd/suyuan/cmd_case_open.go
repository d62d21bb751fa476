package main

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"suyuan/internal/event"
	"suyuan/internal/logbook"
	"suyuan/internal/recall"
	"suyuan/internal/report"
)

const drillMark = report.DrillMark

// caseOpenings are the subcommands that open a case.
func caseOpenings() []*command {
	return []*command{
		caseStep(event.ActionOpen, openFlags(), runCaseOpen(event.ActionOpen), writing(),
			"suyuan case open C-2026-1 --source batch:MSC-26-02 --class 1 --as LC-H1/OP-9",
			`suyuan case open DRILL-2026-1 --drill --source lot:ALB-1 --profile ours.json --trigger "yearly drill" --as LC-H1/OP-9`),
		caseStep(event.ActionReopen, openFlags(), runCaseOpen(event.ActionReopen), writing(),
			`suyuan case reopen C-2026-1 --trigger "a second lot is suspected" --source lot:ALB-2 --as LC-H1/OP-9`),
	}
}

func openFlags() []flagSpec {
	return []flagSpec{
		{name: "source", takes: "REF", list: true, text: "flag.case-source"},
		{name: "from", takes: "TIME"},
		{name: "to", takes: "TIME"},
		{name: "class", takes: "CLASS", text: "flag.case-class"},
		{name: "profile", takes: "NAME|FILE", text: "flag.case-profile"},
		{name: "trigger", takes: "TEXT", list: true, text: "flag.case-trigger"},
		{name: "aware", takes: "TIME", text: "flag.case-aware"},
		{name: "drill", text: "flag.case-drill"},
	}
}

// runCaseOpen opens a case, or opens it again.
func runCaseOpen(a event.Action) func(context.Context, *program, *input) error {
	return func(ctx context.Context, p *program, in *input) error {
		c, err := p.caseInput(ctx, in, a)
		if err != nil {
			return err
		}
		o := opening{caseInput: c}
		if err := o.read(ctx); err != nil {
			return err
		}
		receipts, err := c.record(ctx, o.build)
		if err != nil {
			return err
		}
		if a == event.ActionOpen {
			if err := o.remarks(ctx); err != nil {
				return err
			}
		}
		return o.answer(ctx, receipts)
	}
}

// remarks says on stderr what whoever opens a case may not have meant: limits of another class, neither class nor trigger, or a
// source that another open case has already.
func (o *opening) remarks(ctx context.Context) error {
	p := o.p
	class, ok := recall.ParseClass(o.text("class"))
	switch {
	case ok && o.profile == nil:
		p.say(p.text("case.default-limits", data{"Class": class}))
	case !o.given("class") && !o.given("trigger"):
		p.say(p.text("case.no-class"))
	}
	lives, err := o.book.Cases(ctx, event.Time{})
	if err != nil {
		return err
	}
	for i := range lives {
		l := &lives[i]
		if l.Ref == o.ref || l.State != recall.CaseOpened || l.Drill != event.IsDrill(o.ref) {
			continue
		}
		for _, r := range o.sources {
			if slices.Contains(l.Sources, r) {
				p.say(visible(p.text("case.same-source", data{"Case": l.Ref.ID(), "Ref": r})))
			}
		}
	}
	return nil
}

// An opening is what a case is opened with.
type opening struct {
	*caseInput
	sources  []event.Ref
	from, to event.Time
	aware    event.Time
	profile  *recall.Profile // nil where none is named
	own      bool            // it is none of the built-in ones
	event    event.Event
}

// read reads the flags that need no look at the case.
func (o *opening) read(ctx context.Context) error {
	p := o.p
	if o.action == event.ActionOpen {
		if err := o.want("source"); err != nil {
			return err
		}
	}
	if o.on("drill") && !event.IsDrill(o.ref) {
		return usage("drill-id", data{"Found": o.ref.ID(), "Prefix": event.DrillPrefix})
	}
	if s := o.text("class"); o.given("class") {
		if _, ok := recall.ParseClass(s); !ok {
			return usage("recall-class", data{"Found": s})
		}
	}
	var err error
	if o.sources, err = p.resolve(ctx, o.book, o.texts("source")); err != nil {
		return err
	}
	if o.from, err = p.timeFlag(o.input, "from"); err != nil {
		return err
	}
	if o.to, err = p.timeFlag(o.input, "to"); err != nil {
		return err
	}
	if !o.from.IsZero() && !o.to.IsZero() && o.to.Before(o.from) {
		return usage("window", data{"From": o.from, "To": o.to})
	}
	if o.aware, err = p.timeFlag(o.input, "aware"); err != nil {
		return err
	}
	if o.aware.After(o.at) {
		return usage("aware-later", data{"Aware": o.aware, "Time": o.at})
	}
	o.profile, o.own, err = p.profileFlag(ctx, o.text("profile"))
	return err
}

// profileFlag reads a profile by the name of a built-in one, or from a file.
func (p *program) profileFlag(ctx context.Context, s string) (profile *recall.Profile, own bool, err error) {
	if s == "" {
		return nil, false, nil
	}
	if builtIn, ok := recall.BuiltIn(s); ok {
		return &builtIn, false, nil
	}
	names := strings.Join(recall.ProfileNames(), ", ")
	b, err := readFile(ctx, s, recall.MaxFile)
	if ctx.Err() != nil {
		return nil, false, ctx.Err()
	}
	if err != nil {
		return nil, false, fail(exitFailed, "error.profile-file", data{"File": s, "Err": bare(err), "Names": names})
	}
	parsed, err := recall.ParseProfile(b)
	if err != nil {
		return nil, false, fail(exitFailed, "error.profile-file", data{"File": s, "Err": err.Error(), "Names": names})
	}
	if _, taken := recall.BuiltIn(parsed.Name); taken {
		return nil, false, fail(exitFailed, "error.profile-name", data{"File": s, "Name": parsed.Name})
	}
	return &parsed, true, nil
}

// build makes the event from the flags and, when a case is opened again, from what it was opened with before.
func (o *opening) build(_ context.Context, d *logbook.CaseDesk) ([]event.Event, error) {
	if o.action == event.ActionReopen {
		o.inherit(&d.Life)
	}
	for _, r := range o.sources {
		if recall.Gone(d.Graph, r) {
			return nil, sourceGone(r)
		}
	}
	if err := o.triggers(d); err != nil {
		return nil, err
	}
	more := map[string][]string{"sources": refStrings(o.sources)}
	for name, t := range map[string]event.Time{"from": o.from, "to": o.to, "aware": o.aware} {
		if !t.IsZero() {
			more[name] = []string{t.String()}
		}
	}
	if event.IsDrill(o.ref) {
		more["drill"] = []string{"true"}
	}
	if o.profile != nil {
		more["profile"] = []string{o.profile.Name}
	}
	e, err := o.caseInput.event(more)
	if err != nil {
		return nil, err
	}
	if o.own {
		if e.Ext, err = extOf(recall.ProfileExt, o.profile.JSON()); err != nil {
			return nil, err
		}
	}
	o.event = e
	return []event.Event{e}, nil
}

// extOf makes the member ext of one value.
func extOf(name string, value []byte) ([]byte, error) {
	return json.Marshal(map[string]json.RawMessage{name: value})
}

func (o *opening) inherit(life *recall.CaseLife) {
	if len(o.sources) == 0 {
		o.sources = life.Sources
	}
	if !o.given("from") && !o.given("to") {
		o.from, o.to = life.From, life.To
	}
}

func sourceGone(r event.Ref) *problem {
	e := fail(exitFailed, "error.source-gone", data{"Ref": r})
	e.ref = r.String()
	return e
}

// triggers looks at the records that gave the case its cause: the clock starts with the first of them unless something else is
// said, and not before it without a reason.
func (o *opening) triggers(d *logbook.CaseDesk) error {
	first, err := firstOf(d, o.texts("trigger"))
	if err != nil {
		return err
	}
	switch {
	case first.IsZero():
	case o.aware.IsZero():
		if o.aware = first; first.After(o.at) {
			o.aware = o.at
		}
	case o.aware.Before(first) && o.text("note") == "":
		return fail(exitFailed, "error.aware-before", data{"Aware": o.aware, "First": first})
	}
	return nil
}

// firstOf returns when the first of some records happened; nothing where the trigger is a text.
func firstOf(d *logbook.CaseDesk, trigger []string) (event.Time, error) {
	var first event.Time
	isText := func(s string) bool {
		_, err := event.ParseID(s)
		return err != nil
	}
	if slices.ContainsFunc(trigger, isText) {
		return first, nil
	}
	for _, s := range trigger {
		e, ok := d.Graph.ByID(event.ID(s))
		if !ok {
			return first, fail(exitFailed, "error.no-trigger", data{"ID": s})
		}
		if first.IsZero() || e.Event.Time.Before(first) {
			first = e.Event.Time
		}
	}
	return first, nil
}

func (o *opening) answer(ctx context.Context, receipts []logbook.Receipt) error {
	c, err := o.book.CaseStatus(ctx, o.ref, o.profile, o.at)
	if err != nil {
		return err
	}
	if o.p.json {
		answer := caseOpenJSON{
			Action: string(o.action), Aware: c.Aware.String(), Case: o.ref.ID(), Drill: c.Drill, Limits: []limitJSON{},
			Profile: c.Profile.Name, Records: recordsJSON(receipts),
		}
		for i := range c.Milestones {
			if m := &c.Milestones[i]; m.Limited {
				answer.Limits = append(answer.Limits, limitJSON{Due: m.Due.String(), Milestone: string(m.Goal)})
			}
		}
		o.p.answerJSON(answer)
		return nil
	}
	o.title()
	o.printReceipts(receipts)
	o.p.line("%s", o.p.text("case.clock", data{"Aware": clock(c.Aware), "Profile": visible(c.Profile.Name)}))
	g := grid{}
	for i := range c.Milestones {
		if m := &c.Milestones[i]; m.Limited {
			g.add(o.p.text("goal."+string(m.Goal)), report.Hours(m.Limit), clock(m.Due))
		}
	}
	o.p.write(g.render(2, o.p.width, o.p.bold))
	return nil
}
