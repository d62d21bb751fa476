package main

import (
	"context"
	"errors"

	"suyuan/internal/logbook"
	"suyuan/internal/recall"
)

// runRestore makes the ledger from a backup, from an export, or in the place of one that was lost.
func runRestore(ctx context.Context, p *program, in *input) error {
	export, successor := in.text("from"), in.on("successor")
	switch {
	case (export == "") == (len(in.args) == 0):
		return usage("restore-what", nil)
	case successor && export != "":
		return usage("restore-both", nil)
	case successor && in.text("origin") == "":
		return usage("missing", data{"Command": "suyuan restore --successor", "Flags": "--origin"})
	case !successor && in.given("origin"):
		return usage("restore-origin", nil)
	case successor:
		return p.succeed(ctx, in.args[0], in.text("origin"))
	}
	from := export
	m, err := p.making(func(o logbook.MakeOptions) (logbook.Made, error) {
		if export != "" {
			return logbook.RestoreFrom(ctx, export, p.ledger, o)
		}
		from = in.args[0]
		return logbook.Copy(ctx, from, p.ledger, o)
	})
	if err != nil {
		return makeProblem(from, p.ledger, err)
	}
	p.printMade("restore.done", from, p.ledger, &m)
	err = p.restored(ctx)
	if bad := answer(exitBadNews); err != nil && !errors.As(err, &bad) {
		err = &logbook.UnfinishedError{Err: err}
	}
	if err == nil {
		err = soundOriginals(&m)
	}
	return err
}

// restored holds the ledger that was brought back against its anchor: that an older backup came back is bad news.
func (p *program) restored(ctx context.Context) error {
	book, err := p.opened(ctx, logbook.Options{})
	if err != nil {
		return err
	}
	if _, err := book.TakePlace(ctx); err != nil {
		return err
	}
	p.sayStanding(book)
	if s := book.Standing(); s.Alarming() {
		return answer(exitBadNews)
	}
	return nil
}

type successorJSON struct {
	Bytes    int64        `json:"bytes"`
	File     string       `json:"file"`
	Kept     uint64       `json:"kept"`
	Lost     []lostJSON   `json:"lost"`
	Origin   string       `json:"origin"`
	Root     string       `json:"root"`
	SHA256   string       `json:"sha256"`
	Size     uint64       `json:"size"`
	Succeeds succeedsJSON `json:"succeeds"`
	Why      *string      `json:"why"` // what ended the reading of the old records; null where they were read to their end
}

type succeedsJSON struct {
	Checkpoint *string `json:"checkpoint"`
	Origin     string  `json:"origin"`
	Root       string  `json:"root"`
	Size       uint64  `json:"size"`
}

// succeed makes a ledger in the place of one that was lost.
func (p *program) succeed(ctx context.Context, old, origin string) error {
	var s logbook.Succession
	_, err := p.making(func(o logbook.MakeOptions) (logbook.Made, error) {
		var err error
		s, err = logbook.Successor(ctx, old, p.ledger, logbook.SuccessorOptions{MakeOptions: o, Origin: origin, By: p.as, Now: p.env.Now, Trust: p.trust()})
		return s.Made, err
	})
	if err != nil {
		return makeProblem(old, p.ledger, err)
	}
	if p.json {
		p.answerJSON(successorAnswer(p.ledger, &s))
		return nil
	}
	d := data{"File": p.ledger, "Origin": s.Head.Origin, "Old": s.Succeeds.Origin, "Kept": s.Succeeds.Kept, "Why": ""}
	p.paragraph(p.text("successor.done", d))
	p.printLost(lostIn(&s))
	if s.Why != nil {
		d["Why"] = bare(s.Why)
		p.paragraph(p.text("successor.why", d))
	}
	id := "successor.checkpoint"
	if s.Succeeds.Checkpoint == nil {
		id = "successor.no-checkpoint"
	}
	p.paragraph(p.text(id))
	p.printProof(&s.Made)
	return nil
}

// lostIn is what this loss has cost; what earlier ones did stands in every answer of the new ledger.
func lostIn(s *logbook.Succession) []recall.Lost {
	if !s.Succeeds.Lost() {
		return nil
	}
	return []recall.Lost{{From: s.Succeeds.Kept, To: s.Succeeds.Size - 1, Origin: s.Succeeds.Origin}}
}

func successorAnswer(file string, s *logbook.Succession) successorJSON {
	m := madeAnswer(file, &s.Made)
	answer := successorJSON{
		Bytes: m.Bytes, File: m.File, Kept: s.Succeeds.Kept, Lost: []lostJSON{}, Origin: m.Origin, Root: m.Root, SHA256: m.SHA256, Size: m.Size,
		Succeeds: succeedsJSON{
			Checkpoint: optional(string(s.Succeeds.Checkpoint)), Origin: s.Succeeds.Origin, Root: hexOf(s.Succeeds.Root), Size: s.Succeeds.Size,
		},
	}
	answer.Lost = append(answer.Lost, lostAnswer(lostIn(s))...)
	if s.Why != nil {
		answer.Why = optional(s.Why.Error())
	}
	return answer
}
