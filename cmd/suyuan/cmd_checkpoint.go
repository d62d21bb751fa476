package main

import (
	"context"

	"suyuan/internal/ledger"
	"suyuan/internal/notary"
)

type checkpointJSON struct {
	Lost   []lostJSON `json:"lost,omitempty"` // in answers about what the ledger says
	Note   *string    `json:"note,omitempty"`
	Origin string     `json:"origin"`
	Root   string     `json:"root"`
	Size   uint64     `json:"size"`
}

func checkpointOf(h ledger.Head) checkpointJSON {
	return checkpointJSON{Origin: h.Origin, Root: hexOf(h.Root), Size: h.Size}
}

// runCheckpoint signs the ledger as it is, and prints the note: so that it can be kept elsewhere and compared.
func runCheckpoint(ctx context.Context, p *program, in *input) error {
	if in.on("short") || in.given("compare") {
		return p.shortCheckpoint(ctx, in)
	}
	book, err := p.reader(ctx)
	if err != nil {
		return err
	}
	c, err := book.Checkpoint(ctx)
	if err != nil {
		return err
	}
	if c.Note == nil && !p.json {
		p.say(p.text("checkpoint.unsigned"))
	}
	if since := in.text("since"); since != "" {
		return p.proveSince(ctx, in, book, c, since)
	}
	if !p.json {
		return p.deliver(in, c.Body())
	}
	if in.text("o") != "" {
		if err := p.deliver(in, c.Body()); err != nil {
			return err
		}
	}
	p.answerJSON(checkpointAnswer(c.Checkpoint, c.Note))
	return nil
}

func checkpointAnswer(c notary.Checkpoint, note []byte) checkpointJSON {
	answer := checkpointJSON{Origin: c.Origin, Root: hexOf(c.Root), Size: c.Size}
	if note != nil {
		text := string(note)
		answer.Note = &text
	}
	return answer
}
