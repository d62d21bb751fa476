package main

import (
	"context"
	"strconv"
	"strings"

	"suyuan/internal/event"
	"suyuan/internal/recall"
)

// runDrillList lists the drills that were held, and what they have covered.
func runDrillList(ctx context.Context, p *program, in *input) error {
	at, err := p.timeFlag(in, "at")
	if err != nil {
		return err
	}
	lo, err := p.listOut(in, drillLists())
	if err != nil {
		return err
	}
	book, err := p.reader(ctx)
	if err != nil {
		return err
	}
	log, err := book.DrillLog(ctx, at)
	if err != nil {
		return err
	}
	switch {
	case lo != nil:
		return p.writeLists(lo, p.drillLists(log))
	case p.json:
		p.write(string(log.AppendJSON(nil)))
		return nil
	}
	p.printDrillLog(log)
	return nil
}

func (p *program) printDrillLog(l *recall.DrillLog) {
	p.printLost(l.AsOf.Lost)
	p.line("%s", p.bold(p.text("rehearsal.list", data{"N": len(l.Drills), "At": clock(l.At)})))
	for i := range l.Drills {
		p.printHeldDrill(&l.Drills[i])
	}
	p.line("")
	switch {
	case l.Due.IsZero():
		p.line("%s", p.alarm(p.text("rehearsal.never")))
	case l.Overdue():
		p.line("%s", p.alarm(p.text("rehearsal.overdue", data{"Due": clock(l.Due)})))
	default:
		p.line("%s", p.text("rehearsal.due", data{"Due": clock(l.Due)}))
	}
	p.printCoverage(l)
}

// printHeldDrill writes a drill in two lines: what it was, and what came of it.
func (p *program) printHeldDrill(d *recall.HeldDrill) {
	kind, seed := p.text("rehearsal.kind.other"), ""
	if d.Kept != nil {
		kind = p.text("rehearsal.kind." + string(d.Kept.Kind))
		if d.Kept.Seeded {
			seed = strconv.FormatUint(d.Kept.Seed, 10)
		}
	}
	p.indented(2, visible(p.text("rehearsal.held", data{"Time": clock(d.Time), "Case": d.Case.ID(), "Kind": kind, "Seed": seed, "By": d.By, "Seq": d.Seq})))
	p.indented(4, visible(p.verdict(d)))
}

// indented writes a text in lines that fit beside a margin.
func (p *program) indented(margin int, text string) {
	for _, line := range wrap(text, p.width-margin) {
		p.line("%*s%s", margin, "", line)
	}
}

// verdict says what came of a drill in the language asked for, where a program of ours kept it; otherwise in the words of who closed it.
func (p *program) verdict(d *recall.HeldDrill) string {
	if d.Closed == 0 {
		return p.text("rehearsal.open")
	}
	if d.Kept == nil {
		return d.Conclusion
	}
	if d.Kept.Barren {
		return p.text("rehearsal.none-positive")
	}
	kind := string(d.Kept.Kind)
	text := p.texts.Or("rehearsal.bad."+kind, d.Conclusion)
	if d.Kept.Good {
		text = p.texts.Or("rehearsal.good."+kind, d.Conclusion)
	}
	if len(d.Kept.Missed) == 0 {
		return text
	}
	goals := make([]string, len(d.Kept.Missed))
	for i, g := range d.Kept.Missed {
		goals[i] = p.text("goal." + string(g))
	}
	return p.text("rehearsal.missed-goals", data{"Text": text, "Goals": strings.Join(goals, p.text("list.comma"))})
}

func (p *program) printCoverage(l *recall.DrillLog) {
	p.line("")
	p.line("%s", p.bold(p.text("rehearsal.coverage")))
	g := grid{heads: []string{p.text("head.what"), p.text("rehearsal.head-total"), p.text("rehearsal.head-asked"), p.text("rehearsal.head-named"), p.text("rehearsal.head-never")}}
	for i := range l.Coverage {
		c := &l.Coverage[i]
		g.add(p.text("rehearsal.cover."+c.Kind.String()), strconv.Itoa(c.Total), strconv.Itoa(c.Asked), strconv.Itoa(c.Named), strconv.Itoa(len(c.Never)))
	}
	p.write(g.render(2, p.width, p.bold))
	p.printCovered(l)
	for i := range l.Coverage {
		p.printNever(&l.Coverage[i])
	}
}

// printCovered lists what drills were about; what they named on the way is a great deal.
func (p *program) printCovered(l *recall.DrillLog) {
	g := grid{heads: p.heads("thing", "rehearsed")}
	for i := range l.Covered {
		if c := &l.Covered[i]; !c.Asked.IsZero() {
			g.add(visible(c.Ref.String()), day(c.Asked))
		}
	}
	if len(g.rows) > 0 {
		p.line("")
		p.line("%s", p.bold(p.text("rehearsal.covered")))
		p.write(g.render(2, p.width, p.bold))
	}
	if more := len(l.Covered) - len(g.rows); more > 0 {
		p.line("  %s", p.text("rehearsal.covered-more", data{"N": more}))
	}
}

// printNever names the first of what no drill has covered.
func (p *program) printNever(c *recall.Coverage) {
	const most = 10
	if len(c.Never) == 0 {
		return
	}
	p.line("")
	p.line("%s", p.text("rehearsal.not-covered", data{"What": p.text("rehearsal.cover." + c.Kind.String()), "N": len(c.Never)}))
	for _, line := range fill(visibleAll(refStrings(c.Never[:min(len(c.Never), most)])), p.width-2) {
		p.line("  %s", line)
	}
	if more := len(c.Never) - most; more > 0 {
		p.line("  %s", p.text("rehearsal.more", data{"N": more}))
	}
}

// day writes the date of a time.
func day(t event.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.Std().Format("2006-01-02")
}
