package main

import (
	"context"
	"errors"
	"strconv"

	"suyuan/internal/ledger"
	"suyuan/internal/logbook"
)

type findingJSON struct {
	Code string  `json:"code"`
	Seq  *uint64 `json:"seq"`
	What string  `json:"what"`
}

type verifyJSON struct {
	Findings []findingJSON `json:"findings"`
	OK       bool          `json:"ok"`
	Root     string        `json:"root"`
	Size     uint64        `json:"size"`
}

// runVerify checks every byte. Findings are an answer, on stdout, with exit code 3.
func runVerify(ctx context.Context, p *program, _ *input) error {
	bar := p.progress(p.text("progress.verify"))
	report, err := logbook.Verify(ctx, p.ledger, p.wait, bar.count)
	bar.done()
	if errors.Is(err, ledger.ErrNotLedger) || errors.Is(err, ledger.ErrVersion) {
		e := p.bookProblem(err)
		e.exit = exitBroken // nothing could be read, so nothing is vouched for
		return e
	}
	if err != nil {
		return err
	}
	if p.json {
		p.answerJSON(verifyAnswer(report))
	} else {
		p.printReport(report)
	}
	if !report.OK {
		return answer(exitBroken)
	}
	return nil
}

func verifyAnswer(r ledger.Report) verifyJSON {
	v := verifyJSON{OK: r.OK, Size: r.Size, Root: hexOf(r.Root), Findings: []findingJSON{}}
	for _, f := range r.Findings {
		found := findingJSON{Code: string(f.Code), What: f.What}
		if f.Seq != ledger.NoSeq {
			found.Seq = &f.Seq
		}
		v.Findings = append(v.Findings, found)
	}
	return v
}

func (p *program) printReport(r ledger.Report) {
	d := data{"Size": r.Size, "File": p.ledger, "N": len(r.Findings)}
	if r.OK {
		p.line("%s", visible(p.text("verify.ok", d)))
		p.line("  root %s", hexOf(r.Root))
		return
	}
	p.line("%s", p.alarm(visible(p.text("verify.bad", d))))
	g := grid{heads: []string{p.text("head.seq"), p.text("head.code"), p.text("head.what")}}
	for _, f := range r.Findings {
		seq := "-"
		if f.Seq != ledger.NoSeq {
			seq = strconv.FormatUint(f.Seq, 10)
		}
		g.add(seq, string(f.Code), visible(f.What))
	}
	p.line("%s", g.render(2, p.width, p.bold))
}
