package main

import (
	"context"
	"io"

	"suyuan/internal/logbook"
)

// runExport writes the audit trail, to stdout or, all or nothing, to a file.
func runExport(ctx context.Context, p *program, in *input) error {
	format := logbook.Format(in.text("format"))
	switch format {
	case logbook.FormatJSONL, logbook.FormatCSV:
	case "":
		return usage("export-format", nil)
	default:
		return usage("format", data{"Found": string(format), "Want": "jsonl, csv"})
	}
	book, err := p.reader(ctx)
	if err != nil {
		return err
	}
	name := in.text("o")
	o := logbook.ExportOptions{Format: format}
	if name == "" || name == "-" {
		return book.Export(ctx, p.out, o)
	}
	// A table in a file is opened with a spreadsheet program, which knows UTF-8 by the mark.
	o.Mark = format == logbook.FormatCSV
	bar := p.progress(p.text("progress.export"))
	o.Progress = bar.count
	err = logbook.WriteFile(name, func(w io.Writer) error { return book.Export(ctx, w, o) })
	bar.done()
	if err != nil {
		if logbook.Code(err) != logbook.Failed {
			return err
		}
		return writeProblem(name, err)
	}
	p.say(visible(p.text("export.done", data{"File": name})))
	return nil
}
