package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"time"

	"suyuan/examples"
	"suyuan/internal/event"
	"suyuan/internal/logbook"
	"suyuan/internal/recall"
	"suyuan/internal/report"
	"suyuan/internal/report/csv"
)

// The demo's files, and what it asks about: the batch that the example finds contaminated.
const (
	demoDir    = "suyuan-demo"
	demoLedger = "suyuan.db"
	demoEvents = "events.jsonl"
	demoDrill  = "drill.json"
	demoPage   = "report.html"
	demoPlayed = "drill.html"
	demoJSONL  = "audit.jsonl"
	demoCSV    = "audit.csv"
	demoSource = "batch:MSC-26-02"
	demoOrigin = "demo.example/lecheng"
	demoBy     = "LC-ADM/OP-1"
)

// runDemo does the main job in one go, in a folder of its own.
func runDemo(ctx context.Context, p *program, in *input) error {
	dir := demoDir
	if len(in.args) == 1 {
		dir = in.args[0]
	}
	if err := emptyDir(dir); err != nil {
		return err
	}
	if p.as == "" {
		p.as = demoBy
	}
	d := &demo{p: p, dir: dir, began: p.env.Now()}
	p.ledger = d.file(demoLedger)
	d.settle()
	p.line("%s", visible(p.text("demo.start", data{"Dir": dir})))
	for _, step := range []func(context.Context) error{d.fill, d.verify, d.trace, d.drill, d.playCase, d.dossier, d.write, d.verify, d.bundle} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	d.close()
	return nil
}

// emptyDir makes the folder, and refuses one that holds anything.
func emptyDir(dir string) error {
	entries, err := os.ReadDir(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		err = os.MkdirAll(dir, 0o750)
	case err == nil && len(entries) > 0:
		return fail(exitFailed, "error.not-empty", data{"Dir": dir})
	}
	if err != nil {
		return fail(exitFailed, "error.file", data{"File": dir, "Err": bare(err)})
	}
	return nil
}

type demo struct {
	p      *program
	dir    string
	began  time.Time
	n      int
	book   *logbook.Book
	answer *recall.Answer
	played *logbook.Drill
}

func (d *demo) file(name string) string { return filepath.Join(d.dir, name) }

// step prints a step's head.
func (d *demo) step(what string) {
	d.p.flush()
	d.n++
	d.p.line("")
	d.p.line("%s", d.p.bold(visible(d.p.text("demo.step", data{"N": d.n, "What": what}))))
}

// fill copies the example's files and makes the ledger from its events.
func (d *demo) fill(ctx context.Context) error {
	for _, c := range []struct{ from, to string }{{examples.EventsFile, demoEvents}, {examples.DrillFile, demoDrill}, {examples.CaseFile, demoSteps}} {
		b, err := examples.FS.ReadFile(path.Join(examples.Lecheng, c.from))
		if err != nil {
			return err
		}
		if err := os.WriteFile(d.file(c.to), b, 0o600); err != nil {
			return writeProblem(d.file(c.to), err)
		}
	}
	_, err := logbook.Init(ctx, d.p.ledger, logbook.InitOptions{Origin: demoOrigin, By: d.p.as, Now: d.p.env.Now, Trust: d.p.trust()})
	if err != nil {
		return err
	}
	if d.book, err = d.p.open(ctx, false); err != nil {
		return err
	}
	bar := d.p.progress(d.p.text("progress.import"))
	r, err := d.book.Import(ctx, []logbook.File{{Path: d.file(demoEvents)}}, logbook.ImportOptions{Progress: bar.set})
	bar.done()
	if err != nil {
		return err
	}
	d.step(d.p.text("demo.import", data{"Recorded": r.Recorded, "Size": r.Size}))
	return nil
}

func (d *demo) verify(ctx context.Context) error {
	r, err := logbook.Verify(ctx, d.p.ledger, logbook.VerifyOptions{Wait: d.p.wait, Trust: d.p.trust(), Signatures: true})
	if err != nil {
		return err
	}
	if !r.OK {
		d.p.printReport(r.Report, 0)
		return answer(exitBroken)
	}
	d.step(d.p.text("demo.verify", data{"Size": r.Size}))
	d.p.line("  root %s", hexOf(r.Root))
	return nil
}

func (d *demo) trace(ctx context.Context) error {
	refs, err := d.p.resolve(ctx, d.book, []string{demoSource})
	if err != nil {
		return err
	}
	if d.answer, err = d.book.Trace(ctx, recall.NewQuery(refs...), 0); err != nil {
		return err
	}
	d.step(d.p.text("demo.trace", data{"Refs": demoSource}))
	t := &tracePrinter{p: d.p, a: d.answer}
	t.print()
	return nil
}

func (d *demo) drill(ctx context.Context) error {
	script, err := os.ReadFile(d.file(demoDrill))
	if err != nil {
		return err
	}
	if d.played, err = d.book.DrillRun(ctx, script, nil); err != nil {
		return drillProblem(demoDrill, err)
	}
	seqs, err := d.p.keepDrill(ctx, d.book, false, &d.played.Result)
	if err != nil {
		return err
	}
	d.step(d.p.text("demo.drill"))
	d.p.printDrill(&d.played.Timeline, true, seqs)
	return nil
}

// write makes the page and the audit exports.
func (d *demo) write(ctx context.Context) error {
	d.step(d.p.text("demo.page"))
	now := event.TimeOf(d.p.now())
	page := report.OfTrace(d.p.texts, d.answer, now)
	played := report.OfDrill(d.p.texts, &d.played.Timeline, d.played.Answer, now)
	for _, f := range []struct {
		name  string
		write func(io.Writer) error
	}{
		{demoPage, page.WriteHTML},
		{demoPlayed, played.WriteHTML},
		{demoJSONL, func(w io.Writer) error {
			return d.book.Export(ctx, w, logbook.ExportOptions{Format: logbook.FormatJSONL})
		}},
		{demoCSV, func(w io.Writer) error {
			return d.writeTrail(ctx, w)
		}},
	} {
		if err := logbook.WriteFile(d.file(f.name), f.write); err != nil {
			return writeProblem(d.file(f.name), err)
		}
		d.p.line("  %s", visible(d.file(f.name)))
	}
	return nil
}

func (d *demo) writeTrail(ctx context.Context, w io.Writer) error {
	of, err := d.p.asOf(ctx, d.book)
	if err != nil {
		return err
	}
	l := d.p.trailLists(d.p.text("list.title.trail"), &of, d.book.Trail(ctx, logbook.ExportOptions{}))
	_, err = csv.Write(w, l.Lists[0], true)
	return err
}

// close says where everything lies and what to try next.
func (d *demo) close() {
	p := d.p
	d.step(p.text("demo.files"))
	g := grid{}
	for _, f := range []struct{ name, text string }{
		{demoLedger, "demo.file-ledger"},
		{demoPage, "demo.file-page"},
		{demoPlayed, "demo.file-played"},
		{demoDossier, "demo.file-dossier"},
		{demoPDF, "demo.file-pdf"},
		{demoNotices, "demo.file-notices"},
		{demoJSONL, "demo.file-jsonl"},
		{demoCSV, "demo.file-csv"},
		{demoEvents, "demo.file-events"},
		{demoDrill, "demo.file-drill"},
		{demoSteps, "demo.file-steps"},
		{demoBundle, "demo.file-bundle"},
		{demoKeys, "demo.file-keys"},
		{demoHome, "demo.file-home"},
	} {
		g.add(visible(d.file(f.name)), p.text(f.text))
	}
	p.write(p.wrapped(g))
	d.step(p.text("demo.next"))
	for _, line := range []string{
		"cd " + d.dir, `export SUYUAN_HOME="$PWD/home"`, "suyuan show unit:MSC-26-02-D05", "suyuan trace aliquot:HSA-25117/A3 --summary",
		"suyuan trace unit:NK-26-02-D01 --backward", "suyuan log --type test", "suyuan balance batch:MSC-26-02", "suyuan case status " + demoCase, "suyuan drill list", "suyuan verify --signatures",
		"suyuan-verify case.bundle --key ledger.keys",
	} {
		p.line("  %s", visible(line))
	}
	p.line("")
	p.line("%s", p.text("demo.took", data{"Seconds": fmt.Sprintf("%.1f", p.env.Now().Sub(d.began).Seconds())}))
}

// writeProblem says which file could not be written.
func writeProblem(name string, err error) error {
	if errors.Is(err, logbook.ErrIsLedger) {
		return fail(exitFailed, "error.is-ledger", data{"File": name})
	}
	return fail(exitFailed, "error.write", data{"File": name, "Err": bare(err)})
}
