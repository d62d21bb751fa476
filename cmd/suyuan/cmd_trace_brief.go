package main

import (
	"context"

	"suyuan/internal/recall"
)

// notBrief are the flags of trace that are about what a search does not look at: documents and counts of the whole answer, how units stand at
// a time, and what is missing.
func notBrief() []string {
	return []string{"html", "pdf", "xlsx", "summary", "what-if", "strict", "at"}
}

// runBrief answers by the search alone, for who needs the names before the whole answer is there.
func runBrief(ctx context.Context, p *program, in *input, q recall.Query, size uint64) error {
	for _, flag := range notBrief() {
		if in.given(flag) {
			return usage("brief", data{"Flag": "--" + flag})
		}
	}
	lo, err := p.listOut(in, briefLists())
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
	b, err := book.Brief(ctx, q, size)
	if err != nil {
		return err
	}
	switch {
	case lo != nil:
		return p.writeLists(lo, p.briefLists(b))
	case p.json:
		return b.WriteJSON(p.out)
	}
	printer := &briefPrinter{p: p, b: b}
	printer.print()
	return nil
}
