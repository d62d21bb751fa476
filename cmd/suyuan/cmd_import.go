package main

import (
	"context"

	"github.com/schollz/progressbar/v3"

	"suyuan/internal/logbook"
)

// codes and meant are there only where there is something to say of codes.
type importJSON struct {
	Codes    []codeNoticeJSON `json:"codes,omitempty"`
	Empty    []string         `json:"empty,omitempty"`
	Known    int              `json:"known"`
	Meant    int              `json:"meant,omitempty"`
	Recorded int              `json:"recorded"`
	Rejected []rejectedJSON   `json:"rejected,omitempty"`
	Size     uint64           `json:"size"`
}

// runImport records the events of files, all checked before the first is written.
func runImport(ctx context.Context, p *program, in *input) error {
	switch {
	case in.on("profiles"):
		return p.listProfiles(in.args)
	case len(in.args) == 0:
		return usage("missing", data{"Command": "suyuan import", "Flags": "FILE"})
	case in.on("suggest"):
		return p.suggestProfile(in)
	}
	if err := p.needOperator(); err != nil {
		return err
	}
	if in.text("format") == formatTemperature {
		return p.importTemperature(ctx, in)
	}
	if err := ofLogger(in); err != nil {
		return err
	}
	o, err := p.importOptions(in)
	if err != nil {
		return err
	}
	book, err := p.open(ctx, in.on("clock-ok"))
	if err != nil {
		return err
	}
	rows := &rowReports{p: p, profile: o.Profile, file: in.text("rejects"), shown: in.on("dry-run")}
	if o.Profile != nil {
		o.Rows = rows
	}
	bar := p.progress(p.text("progress.import"))
	o.Progress = bar.set
	r, err := book.Import(ctx, p.inputFiles(in.args), o)
	bar.done()
	if err != nil {
		return err
	}
	p.sayImported(in, &r, rows)
	return rows.end(in)
}

// inputFiles are the files of these names; - is standard input.
func (p *program) inputFiles(names []string) []logbook.File {
	files := make([]logbook.File, len(names))
	for i, name := range names {
		files[i] = logbook.File{Path: name}
		if name == "-" {
			p.heard = true
			files[i] = logbook.File{Name: "stdin", Stream: p.in}
		}
	}
	return files
}

// sayImported says what an import did, or would do.
func (p *program) sayImported(in *input, r *logbook.ImportResult, rows *rowReports) {
	p.sayCodes(&r.Codes)
	p.sayNotices(r.Unregistered)
	for _, name := range r.Empty {
		p.say(visible(p.text("import.empty", data{"File": name})))
	}
	if p.json {
		p.answerJSON(importJSON{
			Codes: codeNoticesAnswer(&r.Codes), Empty: r.Empty, Known: r.Known, Meant: r.Meant, Recorded: r.Recorded, Rejected: rows.rejected, Size: r.Size,
		})
		return
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
