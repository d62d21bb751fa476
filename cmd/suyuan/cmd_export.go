package main

import (
	"context"
	"io"
	"slices"
	"strings"

	"suyuan/internal/event"
	"suyuan/internal/logbook"
	"suyuan/internal/recall"
	"suyuan/internal/report"
)

// formatJSON is a case's dossier for programs.
const formatJSON = "json"

func exportCommand() *command {
	return &command{
		name: "export", act: runExport,
		flags: []flagSpec{
			{name: "format", takes: strings.Join(exportFormats(), "|"), text: "flag.export-format"},
			{name: "case", takes: "CASE", text: "flag.export-case"},
			{name: "trail", text: "flag.export-trail"},
			{name: "thing", takes: "REF", text: "flag.export-thing"},
			{name: "from-seq", takes: "N"},
			{name: "to-seq", takes: "N"},
			{name: "whole"},
			{name: "at", takes: "TIME", text: "flag.export-at"},
			{name: "o", aliases: []string{"out"}, takes: "FILE"},
		},
		examples: []string{
			"suyuan export --format jsonl > ledger.jsonl", "suyuan export --format csv -o audit.csv", "suyuan export --format xlsx -o audit.xlsx --lang zh",
			"suyuan export --format html --case C-2026-1 -o dossier.html --lang zh", "suyuan export --format jsonl --case C-2026-1 -o case.jsonl",
			"suyuan export --format bundle --case C-2026-1 -o C-2026-1.bundle", "suyuan export --format bundle --whole -o all.bundle",
			"suyuan export --format tiles -o tiles",
		},
		exits: reading(),
	}
}

// runExport writes the audit trail or the dossier of a case, to stdout or, all or nothing, to a file.
func runExport(ctx context.Context, p *program, in *input) error {
	format, name := in.text("format"), in.text("o")
	switch {
	case format == "":
		return usage("export-format", data{"Want": strings.Join(exportFormats(), ", ")})
	case !slices.Contains(exportFormats(), format):
		return usage("format", data{"Found": format, "Want": strings.Join(exportFormats(), ", ")})
	case idleFlag(in, format) != "":
		return usage("export-idle", data{"Format": format, "Flag": idleFlag(in, format)})
	case format == string(logbook.FormatTiles):
		return p.exportTiles(ctx, name)
	case format == string(logbook.FormatBundle):
		return p.exportBundle(ctx, in, name)
	case !trails(in, format) && in.text("case") == "":
		return usage("export-case", data{"Format": format})
	case in.on("trail") && !trails(in, format):
		return usage("export-idle", data{"Format": format, "Flag": "trail"})
	case docFormat(format).binary() && slices.Contains(docFormats(), docFormat(format)) && name == "":
		return usage("export-binary", data{"Format": format})
	case in.given("at") && in.text("case") == "":
		return usage("export-at", nil)
	}
	book, err := p.reader(ctx)
	if err != nil {
		return err
	}
	var d *recall.Dossier
	if in.text("case") != "" {
		if d, err = p.dossier(ctx, in, book); err != nil {
			return err
		}
	}
	if trails(in, format) {
		return p.exportTrail(ctx, book, d, format, name)
	}
	return p.exportDossier(ctx, in, book, d, format, name)
}

func exportFormats() []string {
	list := []string{string(logbook.FormatJSONL), string(listCSV), formatJSON}
	for _, f := range docFormats() {
		list = append(list, string(f))
	}
	return append(list, string(logbook.FormatTiles), string(logbook.FormatBundle))
}

// idleFlag returns a flag that was given and means nothing to the format: who asks for a part must not get the whole. It is empty where
// there is none.
func idleFlag(in *input, format string) string {
	var idle []string
	switch format {
	case string(logbook.FormatBundle):
	case string(logbook.FormatTiles):
		idle = []string{"case", "thing", "from-seq", "to-seq", "whole", "at"}
	default:
		idle = []string{"thing", "from-seq", "to-seq", "whole"}
	}
	if i := slices.IndexFunc(idle, in.given); i >= 0 {
		return idle[i]
	}
	return ""
}

// trails reports whether the audit trail is asked for. Of a case, a workbook is its dossier where nothing else is said.
func trails(in *input, format string) bool {
	switch format {
	case string(logbook.FormatJSONL), string(listCSV):
		return true
	case string(listXLSX):
		return in.text("case") == "" || in.on("trail")
	default:
		return false
	}
}

// dossier puts together what the ledger says of a case.
func (p *program) dossier(ctx context.Context, in *input, book *logbook.Book) (*recall.Dossier, error) {
	at, err := p.timeFlag(in, "at")
	if err != nil {
		return nil, err
	}
	id := strings.TrimPrefix(in.text("case"), event.KindCase.String()+":")
	refs, err := p.resolve(ctx, book, []string{event.KindCase.String() + ":" + id})
	if err != nil {
		return nil, err
	}
	return book.Dossier(ctx, refs[0], nil, at)
}

// exportTrail writes records, all of the ledger's or those that an audit of the case wants.
func (p *program) exportTrail(ctx context.Context, book *logbook.Book, d *recall.Dossier, format, name string) error {
	var o logbook.ExportOptions
	title := p.text("list.title.trail")
	if d != nil {
		o.Only = d.Trail()
		title += " " + d.Case.Ref.String()
	}
	lo := &listOut{format: listFormat(format), file: name}
	done := func() {}
	if !lo.stdout() {
		bar := p.progress(p.text("progress.export"))
		o.Progress, done = bar.count, bar.done
	}
	if format != string(logbook.FormatJSONL) {
		of, err := p.asOf(ctx, book)
		if err != nil {
			return err
		}
		l := p.trailLists(title, &of, func(yield func(logbook.TrailRow, error) bool) {
			defer done()
			book.Trail(ctx, o)(yield)
		})
		if d != nil && d.Case.Drill {
			l.Mark = report.DrillMark
		}
		return p.writeLists(lo, l)
	}
	if lo.stdout() {
		return book.Export(ctx, p.out, o)
	}
	return p.writeOut(name, func(w io.Writer) error {
		defer done()
		return book.Export(ctx, w, o)
	})
}

func (p *program) exportDossier(ctx context.Context, in *input, book *logbook.Book, d *recall.Dossier, format, name string) error {
	write := d.WriteJSON
	if format != formatJSON {
		// Asked of one time, the ledger gives the same bytes whenever it is asked.
		made := event.TimeOf(p.now())
		if in.text("at") != "" {
			made = d.Case.Now
		}
		doc, err := p.dossierDocument(ctx, book, d, made)
		if err != nil {
			return tooLarge(err)
		}
		write = docFormat(format).writer(doc)
	}
	if name == "" || name == "-" {
		return write(p.out)
	}
	return p.writeOut(name, write)
}
