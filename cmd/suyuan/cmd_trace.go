package main

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
	"suyuan/internal/recall"
	"suyuan/internal/report"
)

// runTrace answers where contamination can have gone, or come from.
func runTrace(ctx context.Context, p *program, in *input) error {
	if err := eachItsFile(in); err != nil {
		return err
	}
	q, size, err := p.query(in)
	if err != nil {
		return err
	}
	switch {
	case in.on("brief"):
		return runBrief(ctx, p, in, q, size)
	case in.on("what-if"):
		return runWhatIf(ctx, p, in, q, size)
	}
	lo, err := p.listOut(in, traceLists(), "summary")
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
	a, err := book.Trace(ctx, q, size)
	if err != nil {
		return err
	}
	err = p.writeDocuments(in, len(a.Things), func() *report.Document { return report.OfTrace(p.texts, a, event.TimeOf(p.now())) })
	if err != nil {
		return err
	}
	if lo != nil {
		err = p.writeLists(lo, p.traceLists(a))
	} else {
		err = p.printAnswer(a, in.on("summary"), in.on("strict"))
	}
	if err != nil {
		return err
	}
	if a.Counts.Unaccounted > 0 || in.on("strict") && (len(a.Missing) > 0 || a.AsOf.LacksRecords()) {
		return answer(exitBadNews)
	}
	return nil
}

func (p *program) printAnswer(a *recall.Answer, summary, strict bool) error {
	if p.json {
		return a.WriteJSON(p.out, summary)
	}
	t := &tracePrinter{p: p, a: a, summary: summary, strict: strict}
	t.print()
	return nil
}

func (p *program) query(in *input) (recall.Query, uint64, error) {
	q := recall.NewQuery()
	q.Backward = in.on("backward")
	var err error
	if q.From, err = p.timeFlag(in, "from"); err != nil {
		return q, 0, err
	}
	if q.To, err = p.timeFlag(in, "to"); err != nil {
		return q, 0, err
	}
	if !q.From.IsZero() && q.To.Before(q.From) && !q.To.IsZero() {
		return q, 0, usage("window", data{"From": q.From, "To": q.To})
	}
	if q.At, err = p.timeFlag(in, "at"); err != nil {
		return q, 0, err
	}
	if s := in.text("grade"); s != "" {
		g, ok := genealogy.ParseGrade(s)
		if !ok {
			return q, 0, usage("grade", data{"Found": s, "Want": strings.Join(gradeNames(), ", ")})
		}
		q.Grade = g
	}
	if q.With, err = vias(in, "with"); err != nil {
		return q, 0, err
	}
	if q.Without, err = vias(in, "without"); err != nil {
		return q, 0, err
	}
	size, err := sizeFlag(in)
	return q, size, err
}

func vias(in *input, flag string) ([]genealogy.Via, error) {
	var list []genealogy.Via
	for _, s := range in.texts(flag) {
		v, ok := genealogy.ParseVia(s)
		if !ok {
			return nil, usage("via", data{"Flag": "--" + flag, "Found": s, "Want": strings.Join(viaNames(), ", ")})
		}
		list = append(list, v)
	}
	slices.Sort(list)
	return list, nil
}

// sizeFlag reads --as-of; 0 means the ledger as it is.
func sizeFlag(in *input) (uint64, error) {
	s := in.text("as-of")
	if s == "" {
		return 0, nil
	}
	size, err := strconv.ParseUint(s, 10, 64)
	if err != nil || size == 0 {
		return 0, usage("number-from", data{"Flag": "--as-of", "Found": s, "Least": 1})
	}
	return size, nil
}
