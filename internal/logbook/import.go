package logbook

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"suyuan/internal/event"
	"suyuan/internal/interchange/table"
	"suyuan/internal/ledger"
)

// A File is an input of an import: the regular file or pipe at Path, or else
// what Stream gives. Name is what errors and records call it.
type File struct {
	Name   string    // empty: the base name of Path
	Path   string    // a symbolic link is followed
	Stream io.Reader // standard input and the like; read once
}

// A Format is a format of input.
type Format string

// The formats.
const (
	FormatJSONL Format = "jsonl" // JSON Lines of events: one event a line
	FormatTable Format = "table" // CSV or a workbook, by a profile
)

// ImportOptions say how to import.
type ImportOptions struct {
	Format   Format // empty: FormatJSONL
	DryRun   bool   // check all, write nothing
	Progress func(done, total int64)

	Profile *table.Profile // of FormatTable
	Skip    bool           // leave out what is refused, and go on: of FormatTable alone
	Rows    Watcher        // of FormatTable; may be nil
}

// An ImportResult says what an import did; of a dry run, what it would do.
type ImportResult struct {
	Recorded     int
	Known        int      // events that were in the ledger before, or stood twice in the input
	Late         int      // of those recorded
	Rejected     int      // events of tables that were left out, or would be
	Empty        []string // tables that hold headings and no rows
	Size         uint64   // of the ledger afterwards
	Unregistered []Notice // what is named for the first time although nothing registers it
	Codes        CodeNotices
	Meant        int // events in which codes stood for things
}

// Import records the events of files, one file after the other. It checks all
// of them before it records the first, holding the ledger: an error that is
// neither a [*CutShortError] nor an [*OutcomeUnknownError] means that nothing was
// written. Then it commits in steps of about a thousand events. After a crash,
// a full disk or a cancelled ctx the ledger holds a prefix of the events, and
// the same import goes on where it stopped: what is there is known.
//
// Files are read twice and never held in memory; what cannot be read twice is
// copied to a temporary file first. What an event says is judged by the clock
// at the start of the import.
func (b *Book) Import(ctx context.Context, files []File, o ImportOptions) (result ImportResult, err error) {
	if o.Format != "" && o.Format != FormatJSONL && o.Format != FormatTable || (o.Format == FormatTable) != (o.Profile != nil) {
		return ImportResult{}, fmt.Errorf("format %q: want %q, or %q with a profile", o.Format, FormatJSONL, FormatTable)
	}
	b.sealNow = true
	defer func() { b.sealNow = false }()
	list, err := inputs(ctx, files)
	if err != nil {
		return ImportResult{}, err
	}
	defer func() { err = errors.Join(err, discard(list)) }()
	if o.Format == FormatTable {
		for _, in := range list {
			if err := in.convert(ctx, o.Profile, o.Skip || o.DryRun); err != nil {
				return ImportResult{}, err
			}
		}
	}
	var im *importing
	defer func() { im.end() }()
	judge := func(l *ledger.Ledger) error {
		im.end()
		im = newImporting(b, list, o) // where the index was damaged, all is judged anew
		if o.Rows != nil {
			o.Rows.Begin()
		}
		return im.check(ctx, l)
	}
	if o.DryRun {
		err = b.reading(ctx, judge)
	} else {
		err = b.writing(ctx, func(l *ledger.Ledger) error {
			if err := judge(l); err != nil {
				return err
			}
			if err := im.commit(ctx, l); err != nil {
				return err
			}
			im.adopt(l.Head())
			return nil
		})
	}
	if im == nil { // the ledger could not be opened
		return ImportResult{}, err
	}
	result, err = im.outcome(ctx, err)
	if result.Recorded >= indexAt && err == nil && !o.DryRun && b.state == nil {
		_, _ = b.load(ctx) // which keeps the index: else whoever asks next would wait for that
	}
	return result, err
}

func newImporting(b *Book, list []*input, o ImportOptions) *importing {
	im := &importing{book: b, options: o, inputs: list, signed: make(map[int][]byte), meant: make(map[int][]Meant), met: make(map[event.Ref]bool)}
	im.shelf = shelf{ledger: b.path, lost: o.DryRun || b.decodeTwice}
	for _, in := range list {
		in.marks = nil
		im.total += in.size
		if in.table != nil && len(in.table.spans)+len(in.table.bad) == 0 {
			im.result.Empty = append(im.result.Empty, in.name)
		}
	}
	if !o.DryRun {
		im.total *= 2
	}
	return im
}

// importing is one import under way.
type importing struct {
	book    *Book
	options ImportOptions
	inputs  []*input
	now     time.Time

	state  *state             // that judges: what the ledger says once all is recorded, but for when that was
	before int                // how many events that had before
	base   uint64             // size of the ledger before
	fresh  []origin           // events that are not in the ledger, in order: record base+i will be fresh[i]
	signed map[int][]byte     // their signatures, where they bear any: what was judged is recorded, and nobody is asked to sign twice
	meant  map[int][]Meant    // what codes in events that are not in the ledger mean
	shelf  shelf              // their bytes
	times  []event.Time       // when each step was recorded
	ends   []int              // how many events the state has up to the end of each step
	named  []event.Ref        // what wants registration, in the order of first mention
	met    map[event.Ref]bool // the same

	result      ImportResult
	committed   int
	done, total int64 // bytes
	told        int64
}

// An origin is where an event of the import stands first, and what it says.
type origin struct {
	position
	digest [sha256.Size]byte
}

type position struct{ file, line int32 }

// outcome says how an import ended.
func (im *importing) outcome(ctx context.Context, err error) (ImportResult, error) {
	total := max(len(im.fresh), im.committed) // what was recorded lets go of the list
	if err != nil && outcomeUnknown(err) {
		n, lookErr := im.settle(ctx)
		if lookErr != nil {
			return im.result, &OutcomeUnknownError{errors.Join(err, lookErr)}
		}
		if im.committed = n; n == total {
			err = nil
		}
	}
	im.result.Meant = len(im.meant)
	im.result.Size = im.base + uint64(im.committed) //nolint:gosec // a count
	switch {
	case err == nil && im.options.DryRun:
		im.result.Recorded, im.result.Size = total, im.base+uint64(total)
		return im.result, nil
	case err == nil:
		im.result.Recorded = total
		return im.result, nil
	case im.committed > 0:
		return im.result, &CutShortError{Recorded: im.committed, Size: im.result.Size, Err: err}
	default:
		return ImportResult{}, err
	}
}

// settle counts, after a commit of unknown outcome, how many events of the
// import are in the ledger: they lie one after the other, and where one is not
// what was to be there, none of those that follow is. It opens the ledger for
// writing, as [Book.settle] does.
func (im *importing) settle(ctx context.Context) (n int, err error) {
	ctx = context.WithoutCancel(ctx)
	err = im.book.writing(ctx, func(l *ledger.Ledger) error {
		for n = im.committed; n < len(im.fresh) && im.base+uint64(n) < l.Head().Size; n++ { //nolint:gosec // a count
			rec, err := l.Record(ctx, im.base+uint64(n)) //nolint:gosec // a count
			if err != nil {
				return err
			}
			if sha256.Sum256(rec.Event) != im.fresh[n].digest {
				break
			}
		}
		return nil
	})
	return n, err
}

// end lets go of what the import holds on the disk.
func (im *importing) end() {
	if im != nil {
		im.shelf.close()
	}
}

// tell reports progress, but not for every line.
func (im *importing) tell(done int64, end bool) {
	const often = 256 << 10
	if im.options.Progress == nil || !end && done-im.told < often {
		return
	}
	im.told = done
	im.options.Progress(done, im.total)
}

// notices lists what the import was the first to name and nothing registers.
func (im *importing) notices(ctx context.Context) ([]Notice, error) {
	g := im.book.state.graph
	return notices(ctx, g, slices.DeleteFunc(im.named, g.IsRegistered))
}
