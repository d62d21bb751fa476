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
	Findings   []findingJSON `json:"findings"`
	OK         bool          `json:"ok"`
	Root       string        `json:"root"`
	Sealed     *uint64       `json:"sealed,omitempty"` // with --signatures
	Signatures *int          `json:"signatures,omitempty"`
	Originals  int           `json:"originals,omitempty"`
	Since      *uint64       `json:"since,omitempty"` // where not everything was read
	Size       uint64        `json:"size"`
}

func verifyCommand() *command {
	return &command{
		name: "verify", act: runVerify,
		flags:    append([]flagSpec{{name: "signatures"}, {name: "key", takes: "KEY", list: true, text: "flag.ledger-key"}, {name: "bundle", takes: "FILE"}, {name: "rerun"}, {name: "since", takes: "SIZE|FILE", text: "flag.verify-since"}}, listFlags(verifyLists())...),
		examples: []string{"suyuan verify", "suyuan verify --signatures", "suyuan verify --since yesterday.checkpoint", "suyuan verify --ledger copy.db --key lc-h1.keys --json", "suyuan verify --bundle C-2026-1.bundle --rerun --key lc-h1.keys"},
		exits:    reading(),
	}
}

// runVerify checks every byte. Findings are an answer, on stdout, with exit code 3.
func runVerify(ctx context.Context, p *program, in *input) error {
	lo, err := p.listOut(in, verifyLists(), "bundle", "rerun")
	if err != nil {
		return err
	}
	keys, err := p.ledgerKeys(ctx, in.texts("key"))
	if err != nil {
		return err
	}
	since, given, err := p.sinceFlag(ctx, in)
	if err != nil {
		return err
	}
	switch {
	case in.given("bundle") && in.on("signatures"):
		return usage("bundle-signatures", nil)
	case in.given("bundle"):
		return p.verifyBundle(ctx, in, keys)
	case in.on("rerun"):
		return usage("rerun", nil)
	}
	bar := p.progress(p.text("progress.verify"))
	v, err := logbook.Verify(ctx, p.ledger, logbook.VerifyOptions{
		Wait: p.wait, Trust: p.trust(), Keys: keys, Signatures: in.on("signatures"), Since: since, Given: given, Progress: bar.count,
	})
	bar.done()
	if errors.Is(err, ledger.ErrNotLedger) || errors.Is(err, ledger.ErrVersion) {
		e := p.bookProblem(err)
		e.exit = exitBroken // nothing could be read, so nothing is vouched for
		return e
	}
	if err != nil {
		return err
	}
	if since > 0 && v.Since == 0 {
		p.say(p.text("verify.since-all", data{"Since": since}))
	}
	switch {
	case lo != nil:
		if err := p.writeLists(lo, p.verifyLists(&v, in.on("signatures"))); err != nil {
			return err
		}
	case p.json:
		p.answerJSON(verificationAnswer(&v, in.on("signatures")))
	default:
		p.printReport(v.Report, v.Since)
		p.printVouching(&v, in.on("signatures"))
	}
	if !v.OK {
		return answer(exitBroken)
	}
	return nil
}

func verificationAnswer(v *logbook.Verification, signatures bool) verifyJSON {
	answer := verifyAnswer(v.Report)
	answer.Originals = v.Originals
	if v.Since > 0 {
		answer.Since = &v.Since
	}
	if signatures {
		answer.Sealed, answer.Signatures = &v.Sealed, &v.Signatures
	}
	return answer
}

// printVouching says who vouches for the records, and what they still lack.
func (p *program) printVouching(v *logbook.Verification, signatures bool) {
	switch {
	case v.Sealed > 0:
		p.line("  %s", p.text("verify.sealed", data{"Sealed": v.Sealed, "Size": v.Size}))
	case v.Unknown > 0:
		p.line("  %s", p.texts.Count("verify.unknown-keys", v.Unknown))
	default:
		p.line("  %s", p.text("verify.unsealed"))
	}
	if v.Originals > 0 {
		p.line("  %s", p.texts.Count("verify.originals", v.Originals))
	}
	if !signatures {
		return
	}
	p.line("  %s", p.texts.Count("verify.signatures", v.Signatures))
	for _, f := range v.Open {
		p.line("  %s", visible(p.text("verify.open", p.lackData(f))))
	}
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

// printReport says what was found; since is 0 where everything was read.
func (p *program) printReport(r ledger.Report, since uint64) {
	d := data{"Size": r.Size, "File": p.ledger, "N": len(r.Findings)}
	if since > 0 {
		p.printPart(r, since)
	} else if r.OK {
		p.line("%s", visible(p.text("verify.ok", d)))
	}
	if r.OK {
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

// printPart says that not everything was verified, and what was.
func (p *program) printPart(r ledger.Report, since uint64) {
	d := data{"Size": r.Size, "File": p.ledger, "N": r.Size - since, "Since": since, "Last": since - 1}
	name := "verify.bad-since"
	if r.OK {
		name = "verify.ok-since"
	}
	p.line("%s", visible(p.text(name, d)))
}

// sinceFlag reads --since: a size, or a file with a checkpoint, which is returned too.
func (p *program) sinceFlag(ctx context.Context, in *input) (size uint64, given []byte, err error) {
	since := in.text("since")
	switch {
	case since == "":
		return 0, nil, nil
	case in.on("signatures"):
		return 0, nil, usage("since-whole", data{"Flag": "--signatures"})
	case in.text("bundle") != "":
		return 0, nil, usage("since-whole", data{"Flag": "--bundle"})
	}
	if size, err := strconv.ParseUint(since, 10, 53); err == nil {
		if size == 0 {
			return 0, nil, usage("since", data{"Found": since})
		}
		return size, nil, nil
	}
	given, c, err := checkpointFile(ctx, since)
	return c.Size, given, err
}
