package main

import (
	"context"
	"strconv"
	"strings"

	"suyuan/internal/genealogy"
	"suyuan/internal/recall"
)

// runWhatIf says what each assumption behind a trace adds to it or takes from it, so that someone can choose the assumptions and
// answer for them.
func runWhatIf(ctx context.Context, p *program, in *input, q recall.Query, size uint64) error {
	for _, flag := range []string{"html", "pdf", "xlsx"} {
		if in.text(flag) != "" {
			return usage("what-if", data{"Flag": "--" + flag})
		}
	}
	lo, err := p.listOut(in, whatIfLists())
	if err != nil {
		return err
	}
	book, err := p.reader(ctx)
	if err != nil {
		return err
	}
	if q.Sources, err = p.resolve(ctx, book, in.args); err != nil {
		return err
	}
	w, err := book.WhatIf(ctx, q, size)
	if err != nil {
		return err
	}
	switch {
	case lo != nil:
		return p.writeLists(lo, p.whatIfLists(w))
	case p.json:
		put(p.out, "%s\n", w.AppendJSON(nil))
		return nil
	}
	p.printWhatIf(w)
	return nil
}

// printWhatIf lists the assumptions that change something, and names the others.
func (p *program) printWhatIf(w *recall.WhatIf) {
	q := &w.Query
	p.line("%s", p.bold(visible(p.text("whatif.title", data{"Refs": joinRefs(q.Sources), "Grade": p.text("grade." + q.Grade.String())}))))
	if !q.From.IsZero() || !q.To.IsZero() {
		p.line("%s", p.text("trace.window", data{"From": clock(q.From), "To": clock(q.To)}))
	}
	p.printLost(w.AsOf.Lost)
	p.line("%s", p.text("whatif.base", data{"Patients": p.texts.Count("count.patients", w.Patients), "Units": p.texts.Count("count.units", w.Units)}))
	g := grid{heads: p.heads("assumption", "change-patients", "change-units")}
	var same []string
	for i := range w.Assumptions {
		a := &w.Assumptions[i]
		if a.PatientsAdded+a.PatientsRemoved+a.UnitsAdded+a.UnitsRemoved == 0 {
			same = append(same, p.assumption(a))
			continue
		}
		g.add(p.assumption(a), changed(a.Patients, a.PatientsAdded, a.PatientsRemoved), changed(a.Units, a.UnitsAdded, a.UnitsRemoved))
	}
	p.line("")
	if len(g.rows) == 0 {
		p.line("%s", p.text("whatif.none"))
		return
	}
	p.write(g.render(2, p.width, p.bold))
	if len(same) > 0 {
		p.line("")
		for _, line := range wrap(p.text("whatif.same", data{"What": strings.Join(same, p.text("list.comma"))}), p.width) {
			p.line("%s", line)
		}
	}
}

func (p *program) assumption(a *recall.Assumption) string {
	if a.Via != genealogy.ViaNone {
		return p.text("whatif."+string(a.Change), data{"Via": p.text("via." + a.Via.String())})
	}
	if a.Days < 0 {
		return p.text("whatif." + string(a.Change) + ".earlier")
	}
	return p.text("whatif." + string(a.Change) + ".later")
}

// changed writes a number and how it came about: 12 (+3 -1).
func changed(n, added, removed int) string {
	var parts []string
	if added > 0 {
		parts = append(parts, "+"+strconv.Itoa(added))
	}
	if removed > 0 {
		parts = append(parts, "-"+strconv.Itoa(removed))
	}
	if len(parts) == 0 {
		return strconv.Itoa(n)
	}
	return strconv.Itoa(n) + " (" + strings.Join(parts, " ") + ")"
}
