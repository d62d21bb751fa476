package logbook

import (
	"context"
	"errors"
	"io"
)

// FormatCSV is the audit trail as a table.
const FormatCSV Format = "csv"

// ExportOptions say what to export.
type ExportOptions struct {
	Format   Format // empty: FormatJSONL, the records' own bytes
	Mark     bool   // of a table: begin with a byte order mark
	Progress func(done, total uint64)
}

// Export writes the ledger as it is now to w.
func (b *Book) Export(ctx context.Context, w io.Writer, o ExportOptions) error {
	return errors.New("not yet")
}

// WriteFile makes the file at path from what write writes, all or nothing: it
// writes a temporary file beside it first. A file that is there is replaced.
func WriteFile(path string, write func(io.Writer) error) error {
	return errors.New("not yet")
}
