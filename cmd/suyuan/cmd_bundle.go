package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strconv"

	"suyuan/internal/event"
	"suyuan/internal/ledger"
	"suyuan/internal/logbook"
	"suyuan/internal/notary"
	"suyuan/internal/recall"
	"suyuan/internal/report"
)

// exportBundle writes one file for an auditor.
func (p *program) exportBundle(ctx context.Context, in *input, name string) error {
	asked := 0
	for _, flag := range []string{"case", "thing", "from-seq"} {
		if in.text(flag) != "" {
			asked++
		}
	}
	switch {
	case name == "" || name == "-":
		return usage("export-binary", data{"Format": logbook.FormatBundle})
	case asked > 1, asked == 0 && !in.on("whole"), in.text("to-seq") != "" && in.text("from-seq") == "":
		return usage("bundle-what", nil)
	case in.given("at") && in.text("case") == "" && in.text("thing") == "":
		return usage("export-at", nil)
	}
	if _, err := p.needTrust(); err != nil {
		return err
	}
	book, err := p.reader(ctx)
	if err != nil {
		return err
	}
	o, err := p.bundleOptions(ctx, in, book)
	if err != nil {
		return err
	}
	o.Lacks = func(err error) { p.say(visible(p.text("originals.lacks", data{"Err": err.Error()}))) }
	content, err := book.Bundle(ctx, o)
	if err != nil {
		return err
	}
	return p.writeOut(name, func(w io.Writer) error {
		_, err := w.Write(content)
		return err
	})
}

// bundleOptions puts together the report that a bundle is about, and which records show it.
func (p *program) bundleOptions(ctx context.Context, in *input, book *logbook.Book) (logbook.BundleOptions, error) {
	o := logbook.BundleOptions{Whole: in.on("whole")}
	var doc *report.Document
	var err error
	switch {
	case in.text("case") != "":
		doc, err = p.bundleCase(ctx, in, book, &o)
	case in.text("thing") != "":
		doc, err = p.bundleThing(ctx, in, book, &o)
	case in.text("from-seq") != "":
		o.Wanted, err = p.seqRange(ctx, in, book)
	}
	if err != nil || doc == nil {
		return o, err
	}
	var page bytes.Buffer
	err = doc.WriteHTML(&page)
	o.Pages = []notary.File{{Name: "report/report.html", Content: page.Bytes()}}
	return o, err
}

func (p *program) bundleCase(ctx context.Context, in *input, book *logbook.Book, o *logbook.BundleOptions) (*report.Document, error) {
	d, err := p.dossier(ctx, in, book)
	if err != nil {
		return nil, err
	}
	o.Dossier, o.Answer, o.Wanted = d, d.Answer, d.Trail()
	doc, err := p.dossierDocument(ctx, book, d, event.TimeOf(p.now()))
	if err != nil {
		return nil, tooLarge(err)
	}
	return doc, nil
}

func (p *program) bundleThing(ctx context.Context, in *input, book *logbook.Book, o *logbook.BundleOptions) (*report.Document, error) {
	refs, err := p.resolve(ctx, book, []string{in.text("thing")})
	if err != nil {
		return nil, err
	}
	q := recall.NewQuery(refs...)
	if q.At, err = p.timeFlag(in, "at"); err != nil {
		return nil, err
	}
	if o.Answer, err = book.Trace(ctx, q, 0); err != nil {
		return nil, err
	}
	if o.Wanted, err = book.Touching(ctx, o.Answer); err != nil {
		return nil, err
	}
	return report.OfTrace(p.texts, o.Answer, event.TimeOf(p.now())), nil
}

// seqRange reads the first and last record of a range, the last one of all where no other is named.
func (p *program) seqRange(ctx context.Context, in *input, book *logbook.Book) ([]uint64, error) {
	head, err := book.Head(ctx)
	if err != nil {
		return nil, err
	}
	from, to := uint64(0), head.Size-1
	for _, f := range []struct {
		flag string
		seq  *uint64
	}{{"from-seq", &from}, {"to-seq", &to}} {
		if text := in.text(f.flag); text != "" {
			if *f.seq, err = strconv.ParseUint(text, 10, 53); err != nil || *f.seq >= head.Size {
				return nil, usage("number-between", data{"Flag": "--" + f.flag, "Found": text, "Least": 0, "Most": head.Size - 1})
			}
		}
	}
	var seqs []uint64
	for seq := from; seq <= to; seq++ {
		seqs = append(seqs, seq)
	}
	if len(seqs) == 0 {
		return nil, usage("number-from", data{"Flag": "--to-seq", "Found": in.text("to-seq"), "Least": from})
	}
	return seqs, nil
}

type bundleJSON struct {
	Findings   []findingJSON `json:"findings"` // the first reason why it does not hold
	OK         bool          `json:"ok"`
	Origin     string        `json:"origin"`
	Originals  int           `json:"originals,omitempty"`
	Records    int           `json:"records"`
	Rerun      []string      `json:"rerun"`
	Root       string        `json:"root"`
	Signatures int           `json:"signatures"`
	Size       uint64        `json:"size"`
	Whole      bool          `json:"whole"`
}

// verifyBundle checks a bundle as suyuan-verify does, and with --rerun asks its report again of its own records.
func (p *program) verifyBundle(ctx context.Context, in *input, keys []notary.LedgerKey) error {
	if len(keys) == 0 {
		return usage("bundle-key", nil)
	}
	content, err := readFile(ctx, in.text("bundle"), notary.MaxBundle)
	if err != nil {
		return fail(exitFailed, "error.file", data{"File": in.text("bundle"), "Err": bare(err)})
	}
	b, err := notary.CheckBundle(content, keys)
	if err != nil {
		step := notary.StepContainer
		errors.As(err, &step)
		return p.refuseBundle(fail(exitBroken, "error.bundle", data{"File": in.text("bundle"), "Err": err.Error()}), string(step), err)
	}
	answer := bundleJSON{
		Findings: []findingJSON{}, OK: true, Origin: b.Checkpoint.Origin, Records: len(b.Records), Rerun: []string{}, Root: hexOf(b.Checkpoint.Root),
		Signatures: b.Signatures, Size: b.Checkpoint.Size, Whole: b.Whole,
	}
	if answer.Originals, err = logbook.CheckOriginals(b); err != nil {
		return p.rerunProblem(in.text("bundle"), err)
	}
	if in.on("rerun") {
		if answer.Rerun, err = logbook.Rerun(ctx, b, logbook.Options{Now: p.env.Now, Wait: p.wait}); err != nil {
			return p.rerunProblem(in.text("bundle"), err)
		}
	}
	if p.json {
		p.answerJSON(answer)
		return nil
	}
	p.line("%s", visible(p.text("bundle.holds", data{
		"File": in.text("bundle"), "Origin": answer.Origin, "Records": answer.Records, "Size": answer.Size, "Signatures": answer.Signatures, "Whole": answer.Whole,
	})))
	p.line("  root %s", answer.Root)
	if answer.Originals > 0 {
		p.line("  %s", p.texts.Count("verify.originals", answer.Originals))
	}
	for _, name := range answer.Rerun {
		p.line("  %s", visible(p.text("bundle.rerun", data{"Report": name})))
	}
	return nil
}

// refuseBundle says why a bundle does not hold. That is an answer, as what verify finds in a ledger is.
func (p *program) refuseBundle(e *problem, code string, err error) error {
	if p.json {
		p.answerJSON(bundleJSON{Findings: []findingJSON{{Code: code, What: err.Error()}}, Rerun: []string{}})
		return answer(e.exit)
	}
	p.line("%s", p.alarm(e.message(p.texts)))
	p.flush()
	for _, h := range e.hint(p.texts) {
		p.hint(h)
	}
	return answer(e.exit)
}

func (p *program) rerunProblem(file string, err error) error {
	d := data{"File": file, "Err": err.Error()}
	var differs *logbook.RerunError
	switch {
	case errors.As(err, &differs):
		id, code := "error.rerun", "rerun"
		if differs.Report == logbook.BundledOriginals {
			id, code = "error.bundle", string(ledger.CodeOriginal)
		}
		return p.refuseBundle(fail(exitBroken, id, d), code, err)
	case errors.Is(err, logbook.ErrNotWhole), errors.Is(err, logbook.ErrNoReport):
		return fail(exitFailed, "error.no-rerun", d)
	}
	return err
}
