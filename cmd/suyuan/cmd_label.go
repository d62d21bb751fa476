package main

import (
	"context"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
	"suyuan/internal/i18n"
	"suyuan/internal/ledger"
	"suyuan/internal/logbook"
	"suyuan/internal/report/draw"
	"suyuan/internal/report/label"
	"suyuan/internal/report/pdf"
	"suyuan/internal/report/symbol"
)

// commandLabel prints labels.
func commandLabel() *command {
	return &command{
		name: "label", args: "REF...", least: 1, most: -1, act: runLabel,
		flags: []flagSpec{
			{name: "size", takes: strings.Join(label.Names(), "|"), text: "flag.label-size"},
			{name: "symbol", takes: "datamatrix|code128|auto", text: "flag.label-symbol"},
			{name: "format", takes: "pdf|svg", text: "flag.label-format"},
			{name: "text", takes: "zh|en|both", text: "flag.label-text"},
			{name: "storage", takes: "TEXT", text: "flag.label-storage"},
			{name: "copies", takes: "N", text: "flag.label-copies"},
			{name: "sheet", takes: "ROWSxCOLUMNS", text: "flag.label-sheet"},
			{name: "sheet-edges", takes: "TOPxLEFT", text: "flag.label-sheet-edges"},
			{name: "skip", takes: "N", text: "flag.label-skip"},
			{name: "o", takes: "FILE", text: "flag.label-o"},
		},
		examples: []string{
			"suyuan label unit:U-1 -o u1.pdf",
			"suyuan label batch:B-101 --size vial --copies 2 -o vials.pdf",
			"suyuan label batch:B-101 --size 33x13 --sheet 20x5 --skip 12 -o sheet.pdf",
			"suyuan label unit:U-1 --format svg --symbol code128 -o u1.svg",
		},
		exits: reading(),
	}
}

const mostCopies = 500

// A labelJob is what the flags of a label ask for.
type labelJob struct {
	size     label.Size
	symbol   symbol.Kind
	langs    []i18n.Lang
	svg      bool
	copies   int
	sheet    label.Sheet
	onSheets bool
	skip     int
	storage  string
	file     string // "-" for stdout
}

func runLabel(ctx context.Context, p *program, in *input) error {
	job, err := labelJobOf(p, in)
	if err != nil {
		return err
	}
	head, labels, err := p.labels(ctx, in.args)
	if err != nil {
		return err
	}
	if job.svg && len(labels)*job.copies > 1 {
		return usage("label-svg", nil)
	}
	drawn, err := job.draw(labels)
	if err != nil {
		return err
	}
	pages, err := job.pages(drawn)
	if err != nil {
		return err
	}
	write := pages[0].WriteSized
	if !job.svg {
		made := labels[0].At.Std()
		write = func(w io.Writer) error { return pdf.WritePictures(w, p.text("on-label.title"), made, pages) }
	}
	if job.file == "-" {
		err = write(p.out)
	} else {
		err = p.writeOut(job.file, write)
	}
	if err != nil {
		return err
	}
	p.tellLabels(head, labels, drawn, job)
	return nil
}

// labelJobOf reads the flags.
func labelJobOf(p *program, in *input) (*labelJob, error) {
	job := &labelJob{copies: 1, storage: in.text("storage"), svg: in.text("format") == "svg", file: first(in.text("o"), "-")}
	var ok bool
	if job.size, ok = label.ByName(first(in.text("size"), "tag")); !ok {
		return nil, usage("format", data{"Found": in.text("size"), "Want": strings.Join(label.Names(), ", ")})
	}
	kinds := []symbol.Kind{symbol.DataMatrix, symbol.Code128, symbol.Auto}
	if job.symbol = symbol.Kind(first(in.text("symbol"), string(symbol.DataMatrix))); !slices.Contains(kinds, job.symbol) {
		return nil, usage("format", data{"Found": string(job.symbol), "Want": "datamatrix, code128, auto"})
	}
	if job.langs, ok = map[string][]i18n.Lang{"": {i18n.Chinese, i18n.English}, "both": {i18n.Chinese, i18n.English}, "zh": {i18n.Chinese}, "en": {i18n.English}}[in.text("text")]; !ok {
		return nil, usage("format", data{"Found": in.text("text"), "Want": "zh, en, both"})
	}
	switch format := first(in.text("format"), "pdf"); {
	case format != "pdf" && format != "svg":
		return nil, usage("format", data{"Found": format, "Want": "pdf, svg"})
	case !job.svg && in.text("o") == "":
		return nil, usage("label-o", nil)
	case p.json && job.file == "-":
		return nil, usage("label-json", nil)
	}
	return job, job.readSheet(in)
}

// readSheet reads the flags that count labels and say where on a sheet they go.
func (job *labelJob) readSheet(in *input) error {
	count := func(flag string, least, most int, to *int) error {
		if !in.given(flag) {
			return nil
		}
		n, err := strconv.Atoi(in.text(flag))
		if err != nil || n < least || n > most {
			return usage("number", data{"Flag": "--" + flag, "Found": in.text(flag)})
		}
		*to = n
		return nil
	}
	if err := count("copies", 1, mostCopies, &job.copies); err != nil {
		return err
	}
	if job.onSheets = in.given("sheet"); !job.onSheets {
		if in.given("skip") || in.given("sheet-edges") {
			return usage("label-no-sheet", nil)
		}
		return nil
	}
	if job.svg {
		return usage("label-svg", nil)
	}
	var err error
	if job.sheet, err = label.ParseSheet(in.text("sheet"), in.text("sheet-edges")); err != nil {
		return usage("label-sheet", data{"Found": strings.TrimSpace(in.text("sheet") + " " + in.text("sheet-edges"))})
	}
	return count("skip", 0, job.sheet.Labels()-1, &job.skip)
}

// draw draws each label once.
func (job *labelJob) draw(labels []*label.Label) ([]*label.Drawn, error) {
	maker, err := label.NewMaker(job.langs...)
	if err != nil {
		return nil, err
	}
	drawn := make([]*label.Drawn, len(labels))
	for i, l := range labels {
		l.Storage = first(job.storage, l.Storage)
		if drawn[i], err = maker.Draw(l, job.size, job.symbol); err != nil {
			return nil, labelProblem(l, err)
		}
	}
	return drawn, nil
}

func labelProblem(l *label.Label, err error) error {
	var small *label.SpaceError
	if !errors.As(err, &small) {
		return fail(exitFailed, "error.label", data{"Ref": l.Unit, "Err": err.Error()})
	}
	d := data{"Ref": l.Unit, "Size": small.Size.Name, "Side": millimetres(small.Size.Width), "High": millimetres(small.Size.Height), "Text": small.Text}
	if small.Symbol == nil {
		return fail(exitFailed, "error.label-space", d)
	}
	across, down := small.Symbol.Millimetres()
	d["Wide"], d["Down"] = millimetres(across), millimetres(down)
	return fail(exitFailed, "error.label-symbol-space", d)
}

// millimetres writes a length in millimetres.
func millimetres(f float64) string { return strconv.FormatFloat(f, 'g', 4, 64) }

// pages are the labels in as many copies as are wanted, each on its own or many on a sheet.
func (job *labelJob) pages(drawn []*label.Drawn) ([]*draw.Picture, error) {
	var pictures []*draw.Picture
	for _, d := range drawn {
		pictures = append(pictures, slices.Repeat([]*draw.Picture{d.Picture}, job.copies)...)
	}
	if !job.onSheets {
		return pictures, nil
	}
	pages, err := job.sheet.Pages(job.size, pictures, job.skip)
	var small *label.SheetError
	if errors.As(err, &small) {
		return nil, usage("label-sheet-space", data{"Count": small.Labels, "Side": millimetres(small.Side), "Whole": millimetres(small.Whole)})
	}
	return pages, err
}

// labels gathers what labels say of units, and of the units of batches.
func (p *program) labels(ctx context.Context, args []string) (head ledger.Head, labels []*label.Label, err error) {
	book, err := p.reader(ctx)
	if err != nil {
		return head, nil, err
	}
	refs, err := p.resolve(ctx, book, args)
	if err != nil {
		return head, nil, err
	}
	graph, err := book.Graph(ctx)
	if err != nil {
		return head, nil, err
	}
	if head, err = book.Head(ctx); err != nil {
		return head, nil, err
	}
	for _, ref := range refs {
		units := []event.Ref{ref}
		switch ref.Kind() {
		case event.KindUnit:
		case event.KindBatch:
			units = graph.UnitsOf(ref, graph.Latest())
		default:
			return head, nil, fail(exitFailed, "error.label-kind", data{"Ref": ref})
		}
		for _, unit := range units {
			l, err := p.label(ctx, book, graph, unit)
			if err != nil {
				return head, nil, err
			}
			l.Ledger, l.Records = head.Origin, head.Size
			labels = append(labels, l)
		}
	}
	if len(labels) == 0 {
		return head, nil, fail(exitFailed, "error.label-none", data{"Refs": joinRefs(refs)})
	}
	return head, labels, nil
}

// label gathers what a label says of a unit.
func (p *program) label(ctx context.Context, book *logbook.Book, graph *genealogy.Graph, unit event.Ref) (*label.Label, error) {
	thing, err := book.Show(ctx, unit, event.Time{})
	if err != nil {
		return nil, err
	}
	l := labelOf(graph, thing)
	var registered []uint64
	l.Product, registered = productOf(graph, thing.Status.Product, thing.At)
	if l.Storage, err = storageOf(ctx, book, registered); err != nil {
		return nil, err
	}
	l.Codes, err = p.contentsOf(ctx, book, thing)
	return l, err
}

type labelsJSON struct {
	AsOf   checkpointJSON `json:"as_of"`
	Labels []labelJSON    `json:"labels"`
}

type labelJSON struct {
	Content string   `json:"content"`
	Lacks   []string `json:"lacks"`
	LeftOut []string `json:"left_out"`
	Ref     string   `json:"ref"`
	Size    string   `json:"size"`
	State   string   `json:"state"`
	Symbol  string   `json:"symbol"`
}

// tellLabels says what the labels do not say for want of room, and which symbol was chosen.
func (p *program) tellLabels(head ledger.Head, labels []*label.Label, drawn []*label.Drawn, job *labelJob) {
	answer := labelsJSON{AsOf: checkpointOf(head)}
	for i, d := range drawn {
		l := labels[i]
		a := labelJSON{Content: d.Code.Readable, Lacks: append([]string{}, d.Code.Lacks...), LeftOut: []string{}, Ref: l.Unit.String(), Size: job.size.Name, State: string(l.State), Symbol: string(d.Kind)}
		var names []string
		for _, part := range d.LeftOut {
			a.LeftOut = append(a.LeftOut, string(part))
			names = append(names, p.text("label.part."+string(part)))
		}
		if job.symbol == symbol.Auto {
			p.say(visible(p.text("label.symbol", data{"Ref": l.Unit, "Symbol": a.Symbol})))
		}
		if len(names) > 0 {
			p.say(visible(p.text("label.left-out", data{"Ref": l.Unit, "Parts": strings.Join(names, p.text("label.comma"))})))
		}
		if len(a.Lacks) > 0 {
			p.say(visible(p.text("label.lacks", data{"Ref": l.Unit, "Elements": "(" + strings.Join(a.Lacks, ") (") + ")"})))
		}
		answer.Labels = append(answer.Labels, a)
	}
	if p.json {
		p.answerJSON(answer)
	}
}
