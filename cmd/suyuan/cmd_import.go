package main

import (
	"context"

	"github.com/schollz/progressbar/v3"

	"suyuan/internal/logbook"
)

// codes and meant are there only where there is something to say of codes.
type importJSON struct {
	Codes    []codeNoticeJSON `json:"codes,omitempty"`
	Known    int              `json:"known"`
	Meant    int              `json:"meant,omitempty"`
	Recorded int              `json:"recorded"`
	Size     uint64           `json:"size"`
}

// runImport records the events of files, all checked before the first is written.
func runImport(ctx context.Context, p *program, in *input) error {
	if err := p.needOperator(); err != nil {
		return err
	}
	if f := in.text("format"); f != "" && f != string(logbook.FormatJSONL) {
		return usage("format", data{"Found": f, "Want": "jsonl"})
	}
	files := make([]logbook.File, len(in.args))
	for i, name := range in.args {
		files[i] = logbook.File{Path: name}
		if name == "-" {
			p.heard = true
			files[i] = logbook.File{Name: "stdin", Stream: p.in}
		}
	}
	book, err := p.open(ctx, in.on("clock-ok"))
	if err != nil {
		return err
	}
	bar := p.progress(p.text("progress.import"))
	r, err := book.Import(ctx, files, logbook.ImportOptions{DryRun: in.on("dry-run"), Progress: bar.set})
	bar.done()
	if err != nil {
		return err
	}
	p.sayCodes(&r.Codes)
	p.sayNotices(r.Unregistered)
	if p.json {
		p.answerJSON(importJSON{Codes: codeNoticesAnswer(&r.Codes), Known: r.Known, Meant: r.Meant, Recorded: r.Recorded, Size: r.Size})
		return nil
	}
	id := "import.done"
	if in.on("dry-run") {
		id = "import.dry"
	}
	p.line("%s", p.text(id, data{"Recorded": r.Recorded, "Known": r.Known, "Size": r.Size}))
	if r.Meant > 0 {
		p.say(p.texts.Count("import.meant", r.Meant))
	}
	if r.Late > 0 {
		p.say(p.texts.Count("import.late", r.Late))
	}
	return nil
}

// A bar shows how far long work has come, on a terminal's stderr only.
type bar struct {
	shown *progressbar.ProgressBar // nil where nobody looks
}

func (p *program) progress(what string) *bar {
	if p.json || !p.env.IsTerminal(p.err) {
		return &bar{}
	}
	return &bar{progressbar.NewOptions64(1,
		progressbar.OptionSetWriter(p.err), progressbar.OptionSetDescription(what), progressbar.OptionClearOnFinish(),
		progressbar.OptionSetWidth(30), progressbar.OptionSetElapsedTime(false))}
}

func (b *bar) set(done, total int64) {
	if b.shown == nil || total <= 0 {
		return
	}
	b.shown.ChangeMax64(total)
	_ = b.shown.Set64(done) // a bar that cannot be drawn is no reason to stop
}

func (b *bar) count(done, total uint64) { b.set(int64(done), int64(total)) } //nolint:gosec // records of one file

func (b *bar) done() {
	if b.shown != nil {
		_ = b.shown.Clear()
	}
}
