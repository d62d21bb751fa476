package main

import (
	"context"

	"suyuan/internal/logbook"
	"suyuan/internal/recall"
)

// runCaseClose closes a case. Units that a site was to have and did not find do not keep it open, and are bad news all the same.
func runCaseClose(ctx context.Context, p *program, in *input) error {
	c, err := p.stepInput(ctx, in)
	if err != nil {
		return err
	}
	if err := c.want("conclusion", "signed-by"); err != nil {
		return err
	}
	var status *recall.Case
	err = c.plain(ctx, func(ctx context.Context, d *logbook.CaseDesk) (err error) {
		status, err = d.Status(ctx, nil)
		return err
	})
	if err != nil {
		return err
	}
	if p.sayMissing(status) {
		return answer(exitBadNews)
	}
	return nil
}

// sayMissing says which units the sites did not find, and whether there are any.
func (p *program) sayMissing(c *recall.Case) bool {
	missing := false
	for i := range c.Sites {
		if f := c.Sites[i].Found; f != nil && len(f.Missing) > 0 {
			missing = true
			p.say(p.alarm(visible(p.text("case.closed-missing", data{"Site": c.Sites[i].Site.ID(), "N": len(f.Missing), "Refs": joinRefs(f.Missing)}))))
		}
	}
	return missing
}
