package main

import (
	"context"
	"strconv"

	"suyuan/internal/event"
	"suyuan/internal/i18n"
	"suyuan/internal/logbook"
	"suyuan/internal/recall"
	"suyuan/internal/report"
)

// runDrill rehearses a script on a copy of the ledger and records the result. A deadline missed is bad news.
func runDrill(ctx context.Context, p *program, in *input) error {
	if err := eachItsFile(in); err != nil {
		return err
	}
	lo, err := p.listOut(in, drillRunLists())
	if err != nil {
		return err
	}
	script, err := readFile(ctx, in.args[0], recall.MaxFile)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		return fail(exitFailed, "error.file", data{"File": in.args[0], "Err": bare(err)})
	}
	profile, _, err := p.profileFlag(ctx, in.text("profile"))
	if err != nil {
		return err
	}
	book, err := p.drillBook(ctx, in)
	if err != nil {
		return err
	}
	dry := in.on("dry-run")
	if s, err := recall.ParseScript(script); err == nil && !dry {
		if err := book.CanKeepDrill(ctx, s.Case); err != nil {
			return drillError(err)
		}
	}
	d, err := book.DrillRun(ctx, script, profile)
	if err != nil {
		return drillProblem(in.args[0], err)
	}
	seqs, err := p.keepDrill(ctx, book, dry, &d.Result)
	if err != nil {
		return err
	}
	things := 0
	if d.Answer != nil {
		things = len(d.Answer.Things)
	}
	err = p.writeDocuments(in, things, func() *report.Document {
		return report.OfDrill(p.texts, &d.Timeline, d.Answer, event.TimeOf(p.now()))
	})
	if err != nil {
		return err
	}
	return p.answerDrill(lo, d, seqs)
}

// answerDrill says what a drill came to, in the form that is asked for.
func (p *program) answerDrill(lo *listOut, d *logbook.Drill, seqs []uint64) error {
	switch {
	case lo != nil:
		if err := p.writeLists(lo, p.drillRunLists(&d.Timeline, &d.AsOf)); err != nil {
			return err
		}
	case p.json:
		p.answerJSON(drillAnswer(d, seqs))
	default:
		p.printLost(d.AsOf.Lost)
		p.printDrill(&d.Timeline, false, seqs)
	}
	if d.Timeline.Case.BadNews() {
		return answer(exitBadNews)
	}
	return nil
}

// printDrill writes the time line, the milestones, what was done by when, and the records that keep it, under the mark of a drill.
func (p *program) printDrill(t *recall.Timeline, brief bool, seqs []uint64) {
	c := t.Case
	p.line("%s", p.bold(report.DrillMark))
	d := data{"Case": c.Ref.ID(), "Profile": c.Profile.Name, "Start": clock(t.Start)}
	p.line("%s", visible(p.text("drill.title", d)))
	p.printRows(t, brief)
	p.line("")
	p.line("%s", p.bold(p.text("drill.milestones")))
	g := grid{heads: p.heads("milestone", "limit", "met", "verdict", "records")}
	for i := range c.Milestones {
		g.add(report.MilestoneCells(p.texts, t, &c.Milestones[i])...)
	}
	p.write(g.render(2, p.width, p.bold))
	p.printDone(t)
	p.line("")
	if c.BadNews() {
		p.line("%s", p.alarm(p.text("drill.bad")))
	} else {
		p.line("%s", p.text("drill.good"))
	}
	p.printRecorded(seqs)
	p.line("%s", p.bold(report.DrillMark))
}

func (p *program) heads(ids ...string) []string {
	list := make([]string, len(ids))
	for i, id := range ids {
		list[i] = p.text("head." + id)
	}
	return list
}

// printRows lists the actions; in brief, actions alike that follow one another share a line.
func (p *program) printRows(t *recall.Timeline, brief bool) {
	p.line("")
	p.line("%s", p.bold(p.text("drill.timeline")))
	g := grid{heads: p.heads("clock", "action", "detail")}
	for i := 0; i < len(t.Rows); i++ {
		row, n := &t.Rows[i], 1
		for brief && i+n < len(t.Rows) && alike(row, &t.Rows[i+n]) {
			n++
		}
		detail := report.RowDetail(p.texts, row)
		if n > 1 {
			detail = p.text("drill.several", data{"N": n, "Result": p.word(row.Result), "Until": report.Since(t.Rows[i+n-1].At)})
		}
		g.add(report.Since(row.At), p.text("do."+string(row.Do)), detail)
		i += n - 1
	}
	p.write(g.render(2, p.width, p.bold))
}

func alike(a, b *recall.Row) bool {
	switch a.Do {
	case recall.DoNotice, recall.DoAcknowledge, recall.DoScreen:
		return a.Do == b.Do && a.Result == b.Result
	case recall.DoOpen, recall.DoTrace, recall.DoHold, recall.DoRecord, recall.DoReport, recall.DoClose:
	}
	return false
}

func (p *program) printDone(t *recall.Timeline) {
	p.line("")
	p.line("%s", p.bold(p.text("drill.done")))
	g := grid{heads: []string{p.text("head.what")}}
	var done []recall.Done
	for _, mark := range recall.Marks() {
		g.heads = append(g.heads, "T+"+report.Hours(mark))
		done = append(done, t.DoneBy(mark))
	}
	for _, line := range report.DoneLines() {
		row := []string{p.text("done." + line.ID)}
		for i := range done {
			row = append(row, strconv.Itoa(line.Of(&done[i])))
		}
		g.add(row...)
	}
	p.write(g.render(2, p.width, p.bold))
}

func drillProblem(file string, err error) error {
	return &problem{
		exit: exit(logbook.Code(err)), id: "drill.script", data: data{"File": file, "Err": err.Error()},
		hints: func(*i18n.Texts) []string { return nil },
	}
}
