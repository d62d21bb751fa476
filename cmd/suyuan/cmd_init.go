package main

import (
	"context"

	"suyuan/internal/logbook"
)

// runInit makes a ledger. It may go without --as: nobody has entered anything yet.
func runInit(ctx context.Context, p *program, in *input) error {
	trust, err := p.trustFor(in)
	if err != nil {
		return err
	}
	head, err := logbook.Init(ctx, p.ledger, logbook.InitOptions{
		Origin: in.text("origin"), By: p.as, Strict: in.on("strict"), Now: p.env.Now, Wait: p.wait, Trust: trust,
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
	if trust != nil {
		p.line("  %s", visible(p.text("init.anchor", data{"Folder": trust.Anchor.Dir()})))
		p.line("  %s", visible(p.text("init.keys", data{"File": trust.Keys.Path(head.Origin)})))
	}
	return nil
}

// trustFor is who signs the new ledger: nobody where that was asked for. Where the system names no folder for keys it has to be.
func (p *program) trustFor(in *input) (*logbook.Trust, error) {
	if in.on("unsigned") {
		return nil, nil //nolint:nilnil // nobody
	}
	return p.needTrust()
}
