package logbook

import (
	"context"
	"errors"
	"fmt"
	"io"

	"suyuan/internal/event"
	"suyuan/internal/ledger"
)

// A File is an input of an import: the regular file or pipe at Path, or else
// what Stream gives. Name is what errors call it.
type File struct {
	Name   string    // empty: the base name of Path
	Path   string    // a symbolic link is followed
	Stream io.Reader // standard input and the like; read once
}

// A Format is a format of input.
type Format string

// FormatJSONL is JSON Lines of events: one event a line.
const FormatJSONL Format = "jsonl"

// ImportOptions say how to import.
type ImportOptions struct {
	Format   Format // empty: FormatJSONL
	DryRun   bool   // check all, write nothing
	Progress func(done, total int64)
}

// An ImportResult says what an import did; of a dry run, what it would do.
type ImportResult struct {
	Recorded     int
	Known        int      // events that were in the ledger before, or stood twice in the input
	Late         int      // of those recorded
	Size         uint64   // of the ledger afterwards
	Unregistered []Notice // what is named for the first time although nothing registers it
}

// Import records the events of files, one file after the other. It checks all
// of them before it records the first, holding the ledger: an error that is
// neither a [*CutShortError] nor an [*OutcomeUnknownError] means that nothing was
// written. Then it commits in steps of about a thousand events. After a crash,
// a full disk or a cancelled ctx the ledger holds a prefix of the events, and
// the same import goes on where it stopped: what is there is known.
//
// Files are read twice and never held in memory; what cannot be read twice is
// copied to a temporary file first.
func (b *Book) Import(ctx context.Context, files []File, o ImportOptions) (ImportResult, error) {
	return ImportResult{}, errors.New("not yet")
}

var (
	_ = fmt.Sprint
	_ event.Ref
	_ ledger.Head
)
