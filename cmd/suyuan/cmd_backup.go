package main

import (
	"context"
	"errors"
	"io/fs"
	"os"

	"suyuan/internal/ledger"
	"suyuan/internal/logbook"
)

type madeJSON struct {
	Bytes  int64  `json:"bytes"`
	File   string `json:"file"`
	Origin string `json:"origin"`
	Root   string `json:"root"`
	SHA256 string `json:"sha256"`
	Size   uint64 `json:"size"`

	Damaged   []string `json:"damaged,omitempty"` // originals, by SHA-256
	Lacking   []uint64 `json:"lacking,omitempty"` // records whose files are not there
	Originals int      `json:"originals,omitempty"`
}

func madeAnswer(file string, m *logbook.Made) madeJSON {
	var lacking []uint64
	for _, f := range m.Lacking {
		lacking = append(lacking, f.Seq)
	}
	return madeJSON{Bytes: m.Bytes, File: file, Origin: m.Head.Origin, Root: hexOf(m.Head.Root), SHA256: m.SHA256, Size: m.Head.Size, Damaged: m.Damaged, Lacking: lacking, Originals: m.Originals}
}

// runBackup makes a verified copy of the ledger.
func runBackup(ctx context.Context, p *program, in *input) error {
	file := in.args[0]
	m, err := p.making(func(o logbook.MakeOptions) (logbook.Made, error) { return logbook.Copy(ctx, p.ledger, file, o) })
	if err != nil {
		return makeProblem(p.ledger, file, err)
	}
	p.printMade("backup.done", p.ledger, file, &m)
	return soundOriginals(&m)
}

// soundOriginals says whether all files as they came were copied: that some are damaged is bad news.
func soundOriginals(m *logbook.Made) error {
	if len(m.Damaged)+len(m.Lacking) > 0 {
		return answer(exitBadNews)
	}
	return nil
}

// making makes a file, and shows how far the verifying has come.
func (p *program) making(f func(logbook.MakeOptions) (logbook.Made, error)) (logbook.Made, error) {
	bar := p.progress(p.text("progress.verify"))
	defer bar.done()
	return f(logbook.MakeOptions{Wait: p.wait, Progress: bar.count})
}

func (p *program) printMade(id, from, file string, m *logbook.Made) {
	if p.json {
		p.answerJSON(madeAnswer(file, m))
		return
	}
	p.line("%s", visible(p.text(id, data{"From": from, "File": file, "Origin": m.Head.Origin, "Size": m.Head.Size})))
	p.printProof(m)
}

// printProof gives what a person can compare: root and digest.
func (p *program) printProof(m *logbook.Made) {
	p.line("  root   %s", hexOf(m.Head.Root))
	p.line("  sha256 %s", m.SHA256)
	if m.Originals > 0 {
		p.line("  %s", p.texts.Count("originals.copied", m.Originals))
	}
	for _, sum := range m.Damaged {
		p.line("  %s", p.alarm(p.text("originals.damaged", data{"SHA256": sum})))
	}
	for _, f := range m.Lacking {
		p.line("  %s", p.alarm(visible(p.text("originals.lacking", data{"Seq": f.Seq, "What": f.What}))))
	}
}

// makeProblem says why no ledger file was made at to from what is at from.
func makeProblem(from, to string, err error) error {
	id, d := describeMaking(from, to, err)
	if id == "" {
		return err
	}
	e := fail(exit(logbook.Code(err)), id, d)
	var in *logbook.InputError
	if errors.As(err, &in) {
		e.file, e.line = in.File, in.Line
	}
	return e
}

// describeMaking returns the text, with its facts, for what went wrong; no text where there is no other than everywhere.
func describeMaking(from, to string, err error) (id string, d data) {
	var (
		unknown *logbook.OutcomeUnknownError
		taken   *logbook.TakenError
		input   *logbook.InputError
		path    *os.PathError
	)
	switch {
	case errors.As(err, &unknown):
		return "", nil
	case errors.As(err, &taken) && taken.Itself:
		return "error.make-itself", data{"File": to, "From": from}
	case errors.As(err, &taken):
		return "error.make-taken", data{"File": to}
	case errors.As(err, &input):
		return "error.make-input", data{"Err": bare(input.Err)}
	case errors.Is(err, logbook.ErrNoLedger):
		return "error.make-nothing", data{"File": from}
	case errors.Is(err, logbook.ErrBusy):
		return "error.busy", data{"File": from}
	case errors.Is(err, logbook.ErrNetwork):
		return "error.make-network", data{"From": from, "File": to, "Err": err.Error()}
	case errors.Is(err, ledger.ErrVersion):
		return "error.version", data{"File": from, "Err": err.Error()}
	case errors.Is(err, ledger.ErrNotLedger):
		return "error.not-ledger", data{"File": from}
	case errors.Is(err, ledger.ErrDamaged):
		return "error.make-unsound", data{"File": from, "Err": err.Error()}
	case errors.Is(err, fs.ErrNotExist):
		return "error.make-folder", data{"File": to}
	case errors.As(err, &path) && path.Path == from:
		return "error.file", data{"File": from, "Err": path.Err.Error()}
	case errors.As(err, &path):
		return "error.write", data{"File": to, "Err": path.Err.Error()}
	}
	return "", nil
}
