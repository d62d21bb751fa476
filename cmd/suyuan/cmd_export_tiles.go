package main

import (
	"context"
	"errors"
	"io/fs"

	"suyuan/internal/logbook"
)

// exportTiles makes a tlog-tiles folder of the whole ledger, as far as its newest signed checkpoint goes.
func (p *program) exportTiles(ctx context.Context, name string) error {
	if name == "" || name == "-" {
		return usage("export-folder", nil)
	}
	book, err := p.reader(ctx)
	if err != nil {
		return err
	}
	bar := p.progress(p.text("progress.export"))
	err = book.ExportTiles(ctx, name, bar.count)
	bar.done()
	switch {
	case errors.Is(err, logbook.ErrUnsigned):
		return fail(exitFailed, "error.unsigned", data{"File": p.ledger})
	case errors.Is(err, fs.ErrExist):
		return fail(exitFailed, "error.folder-exists", data{"File": name})
	case err != nil && logbook.Code(err) == logbook.Failed:
		return writeProblem(name, err)
	case err != nil:
		return err
	}
	p.say(visible(p.text("export.done", data{"File": name})))
	return nil
}
