package main

import (
	"context"

	"suyuan/internal/logbook"
)

// runInit makes a ledger. It may go without --as: nobody has entered anything yet.
func runInit(ctx context.Context, p *program, in *input) error {
	head, err := logbook.Init(ctx, p.ledger, logbook.InitOptions{
		Origin: in.text("origin"), By: p.as, Strict: in.on("strict"), Now: p.env.Now,
	})
	if err != nil {
		return err
	}
	if p.json {
		p.answerJSON(checkpointOf(head))
		return nil
	}
	p.line("%s", visible(p.text("init.done", data{"File": p.ledger, "Origin": head.Origin})))
	p.line("  root %s", hexOf(head.Root))
	return nil
}
