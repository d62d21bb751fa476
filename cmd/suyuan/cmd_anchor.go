package main

import (
	"context"

	"suyuan/internal/logbook"
)

type anchorJSON struct {
	Anchor *checkpointJSON `json:"anchor"`
	Folder string          `json:"folder"`
	Origin string          `json:"origin"`
	Size   uint64          `json:"size"`
	State  string          `json:"state"`
}

// runAnchorStatus says how the ledger stands to its anchor.
func runAnchorStatus(ctx context.Context, p *program, _ *input) error {
	if _, err := p.needTrust(); err != nil {
		return err
	}
	book, err := p.opened(ctx, logbook.Options{})
	if err != nil {
		return err
	}
	s := book.Standing()
	if p.json {
		answer := anchorJSON{Folder: s.Folder, Origin: s.Origin, Size: s.Size, State: string(s.State)}
		if s.Anchor.Origin != "" {
			c := checkpointAnswer(s.Anchor, nil)
			answer.Anchor = &c
		}
		p.answerJSON(answer)
	} else {
		e := standingProblem(&s)
		p.line("%s", e.message(p.texts))
		p.line("  %s", visible(p.text("anchor.folder", data{"Folder": s.Folder})))
	}
	if s.Alarming() {
		return answer(exitBroken)
	}
	return nil
}

// runAnchorTrust takes the ledger on as it is.
func runAnchorTrust(ctx context.Context, p *program, in *input) error {
	keys, err := p.ledgerKeys(ctx, in.texts("key"))
	if err != nil {
		return err
	}
	trust, err := p.needTrust()
	if err != nil {
		return err
	}
	book, err := p.opened(ctx, logbook.Options{})
	if err != nil {
		return err
	}
	c, err := book.TrustAnchor(ctx, keys)
	if err != nil {
		return err
	}
	if p.json {
		p.answerJSON(checkpointAnswer(c, nil))
		return nil
	}
	p.line("%s", visible(p.text("anchor.trusted", data{"Origin": c.Origin, "Size": c.Size, "Folder": trust.Anchor.Dir()})))
	return nil
}
