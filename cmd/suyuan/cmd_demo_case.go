package main

import (
	"bytes"
	"context"
	"io"
	"strings"

	"suyuan/internal/event"
	"suyuan/internal/logbook"
	"suyuan/internal/recall"
	"suyuan/internal/report"
)

// The demo's case: its files, and when it was closed.
const (
	demoSteps   = "case.jsonl"
	demoNotices = "notices"
	demoDossier = "dossier.html"
	demoPDF     = "dossier.pdf"
	demoCase    = "CASE-2026-02"
	demoClosed  = "2026-03-06T15:40:00+08:00"
)

// steps are the commands of the case that depend on the ledger, each with its time: those before the sites answer, and the closing.
func (d *demo) steps() (first [][]string, last []string) {
	step := func(action, at string, args ...string) []string {
		return append([]string{"case", action, demoCase, "--time", at}, args...)
	}
	first = [][]string{
		step("open", "2026-03-03T16:10:00+08:00", "--source", demoSource, "--source", "aliquot:HSA-25117/A3", "--class", "1",
			"--trigger", "019cb2bf-2fc0-8190-a4c0-084e66742a49"),
		step("scope", "2026-03-03T16:15:00+08:00"),
		step("hold", "2026-03-03T16:30:00+08:00", "--grade", "confirmed"),
		step("notice", "2026-03-03T16:50:00+08:00", "--all", "--to", "quality and duty desk", "--channel", "telephone", "-o", d.file(demoNotices)),
		step("hold", "2026-03-03T17:25:00+08:00", "--grade", "possible"),
	}
	last = step("close", demoClosed, "--conclusion", "30 patients screened within 72 hours, one infected; the aliquot is the likely source",
		"--signed-by", d.p.as, "--signed-by", "LC-ADM/OP-2")
	return first, last
}

// playCase takes the same recall in earnest, from alert to close, and says how it stands.
func (d *demo) playCase(ctx context.Context) error {
	d.step(d.p.text("demo.case"))
	first, last := d.steps()
	for _, args := range first {
		if err := d.say(ctx, args); err != nil {
			return err
		}
	}
	r, err := d.book.Import(ctx, []logbook.File{{Path: d.file(demoSteps)}}, logbook.ImportOptions{})
	if err != nil {
		return err
	}
	d.p.line("  %s", visible(d.p.text("demo.answers", data{"Recorded": r.Recorded, "File": demoSteps})))
	if err := d.signers(ctx); err != nil {
		return err
	}
	if err := d.sayWith(ctx, strings.Repeat(demoPhrase, len(demoSigners())), append(last, d.signing()...)); err != nil {
		return err
	}
	d.p.line("")
	d.p.flush()
	return d.call(ctx, d.p.out, "case", "status", demoCase, "--at", demoClosed)
}

// dossier writes everything about the case, as a page and for paper.
func (d *demo) dossier(ctx context.Context) error {
	d.step(d.p.text("demo.dossier"))
	_, doc, err := d.whole(ctx)
	if err != nil {
		return err
	}
	for _, f := range []struct {
		format docFormat
		name   string
	}{{docHTML, demoDossier}, {docPDF, demoPDF}} {
		if err := logbook.WriteFile(d.file(f.name), f.format.writer(doc)); err != nil {
			return writeProblem(d.file(f.name), err)
		}
		d.p.line("  %s", visible(d.file(f.name)))
	}
	return nil
}

// whole is the case as it stood when it was closed.
func (d *demo) whole(ctx context.Context) (*recall.Dossier, *report.Document, error) {
	c, err := event.NewRef(event.KindCase, demoCase)
	if err != nil {
		return nil, nil, err
	}
	at, err := event.ParseTime(demoClosed)
	if err != nil {
		return nil, nil, err
	}
	all, err := d.book.Dossier(ctx, c, nil, at)
	if err != nil {
		return nil, nil, err
	}
	doc, err := d.p.dossierDocument(ctx, d.book, all, event.TimeOf(d.p.now()))
	return all, doc, err
}

// say shows a command as a shell takes it and runs it.
func (d *demo) say(ctx context.Context, args []string) error { return d.sayWith(ctx, "", args) }

// sayWith is say with something on standard input.
func (d *demo) sayWith(ctx context.Context, stdin string, args []string) error {
	line := "  suyuan"
	for _, word := range flagsWithValues(args) {
		// The backslash of a line that goes on needs room too.
		if columns(line+" "+word) > d.p.width-2 {
			d.p.line("%s \\", visible(line))
			line = "   "
		}
		line += " " + word
	}
	d.p.line("%s", visible(line))
	return d.callWith(ctx, stdin, io.Discard, args...)
}

// flagsWithValues quotes what needs it, and keeps a flag and its value together.
func flagsWithValues(args []string) []string {
	var words []string
	for i, a := range args {
		if strings.Contains(a, " ") {
			a = `"` + a + `"`
		}
		if i > 0 && strings.HasPrefix(args[i-1], "-") && !strings.HasPrefix(a, "-") {
			words[len(words)-1] += " " + a
		} else {
			words = append(words, a)
		}
	}
	return words
}

// call runs another command of this program on the demo's ledger; what it says on the side is shown only if it fails.
func (d *demo) call(ctx context.Context, out io.Writer, args ...string) error {
	return d.callWith(ctx, "", out, args...)
}

func (d *demo) callWith(ctx context.Context, stdin string, out io.Writer, args ...string) error {
	var side bytes.Buffer
	frame := []string{"--ledger", d.p.ledger, "--as", d.p.as, "--lang", string(d.p.texts.Lang())}
	if code := exit(run(ctx, d.p.env, append(frame, args...), strings.NewReader(stdin), out, &side)); code != exitDone {
		d.p.flush()
		_, _ = d.p.err.Write(side.Bytes())
		return answer(code)
	}
	return nil
}
