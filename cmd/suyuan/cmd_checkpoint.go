package main

import (
	"context"

	"suyuan/internal/ledger"
)

type checkpointJSON struct {
	Origin string `json:"origin"`
	Root   string `json:"root"`
	Size   uint64 `json:"size"`
}

func checkpointOf(h ledger.Head) checkpointJSON {
	return checkpointJSON{Origin: h.Origin, Root: hexOf(h.Root), Size: h.Size}
}

// runCheckpoint prints the head: as the body of a C2SP checkpoint, so that it can be kept elsewhere and compared.
func runCheckpoint(ctx context.Context, p *program, _ *input) error {
	book, err := p.reader(ctx)
	if err != nil {
		return err
	}
	body, head, err := book.Checkpoint(ctx)
	if err != nil {
		return err
	}
	if p.json {
		p.answerJSON(checkpointOf(head))
		return nil
	}
	_, err = p.out.Write(body)
	return err
}
