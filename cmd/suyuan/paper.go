package main

import (
	"context"

	"suyuan/internal/event"
	"suyuan/internal/logbook"
	"suyuan/internal/recall"
	"suyuan/internal/report"
)

// A paper is an answer about one thing that goes out to others, with the short code by which they can ask whether the ledger still says so.
type paper struct {
	of       *recall.AsOf
	things   int // that the document lists
	document func(report.Issue) *report.Document
	lists    func() *report.Lists
	json     func(logbook.ShortCode) any
	print    func(logbook.ShortCode)
	bad      bool
}

// A paperAsked is what a paper is asked about.
type paperAsked struct {
	book *logbook.Book
	ref  event.Ref
	at   event.Time
	size uint64
	lo   *listOut // nil where no list is asked for
}

// paperFlags are the flags of a command that issues papers and has these lists.
func paperFlags(lists []string) []flagSpec {
	return append([]flagSpec{
		{name: "at", takes: "TIME"},
		{name: "as-of", takes: "SIZE"},
		{name: "html", takes: "FILE"},
		{name: "pdf", takes: "FILE"},
		{name: "xlsx", takes: "FILE"},
	}, listFlags(lists)...)
}

// paperAsked reads what a paper is asked about.
func (p *program) paperAsked(ctx context.Context, in *input, lists []string) (*paperAsked, error) {
	at, err := p.timeFlag(in, "at")
	if err != nil {
		return nil, err
	}
	size, err := sizeFlag(in)
	if err != nil {
		return nil, err
	}
	if err := eachItsFile(in); err != nil {
		return nil, err
	}
	lo, err := p.listOut(in, lists)
	if err != nil {
		return nil, err
	}
	book, err := p.reader(ctx)
	if err != nil {
		return nil, err
	}
	refs, err := p.resolveAt(ctx, book, in.args, size)
	if err != nil {
		return nil, err
	}
	return &paperAsked{book, refs[0], at, size, lo}, nil
}

// issue writes a paper in the forms that are asked for. A document speaks one language where --lang asks for it; the language of the surroundings asks
// for nothing, and a hospital may read another.
func (p *program) issue(ctx context.Context, in *input, asked *paperAsked, a *paper) error {
	short, err := asked.book.ShortCode(ctx, a.of.Size)
	if err != nil {
		return err
	}
	document := func() *report.Document {
		return a.document(report.Issue{Lang: p.lang, Short: string(short), Made: event.TimeOf(p.now())})
	}
	if err := p.writeDocuments(in, a.things, document); err != nil {
		return err
	}
	switch {
	case asked.lo != nil:
		if err := p.writeLists(asked.lo, a.lists()); err != nil {
			return err
		}
	case p.json:
		p.answerJSON(a.json(short))
	default:
		a.print(short)
	}
	if a.bad {
		return answer(exitBadNews)
	}
	return nil
}

// asOfAnswer says of which state of a ledger an answer is.
func asOfAnswer(of *recall.AsOf) checkpointJSON {
	return checkpointJSON{Lost: lostAnswer(of.Lost), Origin: of.Origin, Root: of.Root, Size: of.Size}
}

// printAsOf says the same at the end of an answer for people.
func (p *program) printAsOf(of *recall.AsOf) {
	p.line("%s", visible(p.text("trace.as-of", data{"Origin": of.Origin, "Size": of.Size})))
	p.line("  root %s", of.Root)
}
