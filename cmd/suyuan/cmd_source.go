package main

import (
	"context"
	"errors"
	"strconv"

	"suyuan/internal/recall"
)

// runSource ranks what can have caused some positives.
func runSource(ctx context.Context, p *program, in *input) error {
	most, err := limitFlag(in, defaultSources)
	if err != nil {
		return err
	}
	lo, err := p.listOut(in, sourceLists(), "limit")
	if err != nil {
		return err
	}
	a, err := p.sources(ctx, in)
	if err != nil {
		return sourceProblem(err)
	}
	if len(a.Dropped) > 0 {
		p.say(visible(p.text("source.dropped", data{"Refs": joinRefs(a.Dropped)})))
	}
	switch {
	case lo != nil:
		err = p.writeLists(lo, p.sourceLists(a))
	case p.json:
		err = a.WriteJSON(p.out)
	default:
		s := &sourcePrinter{p: p, a: a, most: most}
		s.print()
	}
	if err != nil {
		return err
	}
	if in.on("strict") && (len(a.Missing) > 0 || a.AsOf.LacksRecords()) {
		return answer(exitBadNews)
	}
	return nil
}

func (p *program) sources(ctx context.Context, in *input) (*recall.SourceAnswer, error) {
	var q recall.SourceQuery
	var err error
	if q.At, err = p.timeFlag(in, "at"); err != nil {
		return nil, err
	}
	size, err := sizeFlag(in)
	if err != nil {
		return nil, err
	}
	book, err := p.reader(ctx)
	if err != nil {
		return nil, err
	}
	if q.Positives, err = p.resolve(ctx, book, in.texts("positive")); err != nil {
		return nil, err
	}
	if q.Negatives, err = p.resolve(ctx, book, in.texts("negative")); err != nil {
		return nil, err
	}
	return book.Sources(ctx, q, size)
}

// limitFlag reads how many lines a list of the text has at most.
func limitFlag(in *input, otherwise int) (int, error) {
	s := in.text("limit")
	if s == "" {
		return otherwise, nil
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 {
		return 0, usage("number-from", data{"Flag": "--limit", "Found": s, "Least": 1})
	}
	return n, nil
}

// sourceProblem says why sources could not be ranked.
func sourceProblem(err error) error {
	var subject *recall.SubjectError
	var untested *recall.UntestedError
	switch {
	case errors.Is(err, recall.ErrNoPositive):
		return fail(exitFailed, "error.source-nobody", nil)
	case errors.As(err, &subject):
		e := fail(exitFailed, "error.source-subject", data{"Ref": subject.Ref})
		e.ref = subject.Ref.String()
		return e
	case errors.As(err, &untested):
		e := fail(exitFailed, "error.source-untested", data{"Ref": untested.Ref})
		e.ref = untested.Ref.String()
		return e
	default:
		return err
	}
}
