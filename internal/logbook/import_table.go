package logbook

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"

	"suyuan/internal/event"
	"suyuan/internal/interchange/sheet"
	"suyuan/internal/interchange/table"
	"suyuan/internal/rules"
)

// A Watcher follows the rows of tables as they are judged.
type Watcher interface {
	Begin()        // judging begins; perhaps anew, and what was reported before does not count
	Row(RowReport) // of each event in order, and of what is none
	// LeftOut is told of each table from which rows are left out, once all is judged and before anything is recorded: what is left out can be
	// kept before the rest is in the ledger. Its error ends the import.
	LeftOut(name string, t *sheet.Table) error
}

// A RowReport says what became of one row of a table, or of the rows of one group.
type RowReport struct {
	File        string
	First, Last int          // rows of the table, from 1
	Event       *event.Event // nil where the rows give none; valid until the call returns
	Known       bool         // it is in the ledger, or stood earlier in the input
	Err         error        // why it is refused: a [*Refusal], or an [*InputError] about a code of several things; nil where it is not
}

// A tabled is what is known of the table that an input's lines were made of.
type tabled struct {
	sum   [sha256.Size]byte // of the table's file
	copy  string            // of the file, which is removed afterwards
	out   bool              // rows of it are left out
	spans []span            // the rows of each line
	bad   []badRows         // rows that give no line, in order
}

// maxRejected is how many rejected rows an import goes on past: each takes a kilobyte, and where there are more, the profile is not the table's.
const maxRejected = 20_000

type span struct{ first, last int32 }

type badRows struct {
	span
	err *event.Error
}

// convert makes JSON Lines of a table, in a temporary file that takes the place of the input's own. The table is copied first, so that what is read
// is what the digest is of. Unless bad rows are wanted one by one, the first ends it.
func (in *input) convert(ctx context.Context, p *table.Profile, all bool) (err error) {
	original, sum, err := in.copied(ctx)
	if err != nil {
		return inFile(in.name, err)
	}
	made := &tabled{sum: sum, copy: original.Name()}
	defer func() {
		err = errors.Join(err, original.Close())
		if in.table == nil {
			err = errors.Join(err, os.Remove(made.copy))
		}
	}()
	size, err := original.Seek(0, io.SeekEnd)
	if err != nil {
		return err
	}
	t, err := sheet.Open(original, size, p.Sheet())
	if err != nil {
		return in.ofSheet(err)
	}
	lines, err := os.CreateTemp("", "suyuan-import-")
	if err != nil {
		return err
	}
	if in.temp { // a copy of a stream, which is not needed any more
		err = os.Remove(in.path)
	}
	in.path, in.temp, in.table = lines.Name(), true, made
	out := bufio.NewWriter(lines)
	err = errors.Join(err, in.write(ctx, out, p.Events(t), all), out.Flush())
	if info, statErr := lines.Stat(); statErr == nil {
		in.size = info.Size()
	}
	return errors.Join(err, lines.Close())
}

// copied returns a copy of the input and its digest.
func (in *input) copied(ctx context.Context) (copied *os.File, sum [sha256.Size]byte, err error) {
	from, err := os.Open(in.path)
	if err != nil {
		return nil, sum, reason(err)
	}
	defer from.Close() //nolint:errcheck // it was only read
	if copied, err = os.CreateTemp("", "suyuan-import-"); err != nil {
		return nil, sum, err
	}
	digest := sha256.New()
	if _, err := io.Copy(io.MultiWriter(copied, digest), &cancelable{ctx, from}); err != nil {
		return nil, sum, errors.Join(reason(err), copied.Close(), os.Remove(copied.Name()))
	}
	return copied, [sha256.Size]byte(digest.Sum(nil)), nil
}

// write writes the events of a table as lines, and keeps which rows they are of.
func (in *input) write(ctx context.Context, out io.Writer, events func(func(table.Event, error) bool), all bool) error {
	for e, err := range events {
		if err = errors.Join(err, ctx.Err()); err != nil {
			return in.ofSheet(err)
		}
		rows := span{int32(e.Line()), int32(e.Rows[len(e.Rows)-1].Line)} //nolint:gosec // more rows than 2^31 do not fit in the graph
		if e.Err != nil {
			if !all || len(in.table.bad) == maxRejected {
				return in.refused(rows, e.Err.AsEventError())
			}
			in.table.bad = append(in.table.bad, badRows{rows, e.Err.AsEventError()})
			continue
		}
		if _, err := fmt.Fprintf(out, "%s\n", e.Event.Bytes()); err != nil {
			return err
		}
		in.table.spans = append(in.table.spans, rows)
	}
	return nil
}

// refused is a refusal of rows.
func (in *input) refused(rows span, err *event.Error) error {
	r := refusal([]rules.Violation{rules.Refused(err)})
	r.File, r.Line = in.name, int(rows.first)
	return r
}

// ofSheet says where in the table an error lies.
func (in *input) ofSheet(err error) error {
	var cell *table.CellError
	var bad *sheet.Error
	switch {
	case errors.As(err, &cell):
		return in.refused(span{first: int32(cell.Line)}, cell.AsEventError()) //nolint:gosec // a row
	case errors.As(err, &bad):
		return &InputError{File: in.name, Line: bad.Line, Err: bad}
	default:
		return inFile(in.name, err)
	}
}

// row returns the row of the table of which a line was made; of other inputs, the line.
func (in *input) row(line int) int {
	if in.table == nil || line == 0 {
		return line
	}
	return int(in.table.spans[line-1].first)
}

// digest is that of the file as it came, in hexadecimal.
func (in *input) digest() string {
	if in.table != nil {
		return hex.EncodeToString(in.table.sum[:])
	}
	return hex.EncodeToString(in.sum[:])
}

// isRejection reports whether an error is about one event, so that others can go on.
func isRejection(err error) bool {
	var refused *Refusal
	var ambiguous *AmbiguousCodeError
	return errors.As(err, &refused) && refused.Rule() != rules.Clock || errors.As(err, &ambiguous)
}

// reporter returns what tells of the rows of an input as they are judged: it takes the number of a line, or 0 at the end, and returns the error that
// ends the import. Rows that give no line are told of in their place.
func (im *importing) reporter(in *input) func(line int, e *event.Event, known bool, err error) error {
	if in.table == nil {
		return func(_ int, _ *event.Event, _ bool, err error) error { return err }
	}
	in.table.out = false
	tell := func(r RowReport) {
		in.table.out = in.table.out || r.Err != nil
		if im.options.Rows != nil {
			im.options.Rows.Row(r)
		}
	}
	next := 0
	return func(line int, e *event.Event, known bool, err error) error {
		for ; next < len(in.table.bad) && (line == 0 || in.table.bad[next].first < in.table.spans[line-1].first); next++ {
			bad := &in.table.bad[next]
			im.result.Rejected++
			tell(RowReport{File: in.name, First: int(bad.first), Last: int(bad.last), Err: in.refused(bad.span, bad.err)})
		}
		if line == 0 {
			return err
		}
		report := RowReport{File: in.name, First: int(in.table.spans[line-1].first), Last: int(in.table.spans[line-1].last), Event: e, Known: known}
		if err = Refuse(err); (im.options.Skip || im.options.DryRun) && isRejection(err) && im.result.Rejected < maxRejected {
			im.result.Rejected++
			report.Err, err = in.at(line, err), nil
		}
		if err == nil {
			tell(report)
		}
		return err
	}
}

// tellLeftOut tells of the tables from which rows are left out.
func (im *importing) tellLeftOut() error {
	for _, in := range im.inputs {
		if im.options.Rows == nil || in.table == nil || !in.table.out {
			continue
		}
		if err := in.leftOut(im.options); err != nil {
			return err
		}
	}
	return nil
}

func (in *input) leftOut(o ImportOptions) (err error) {
	f, err := os.Open(in.table.copy)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	t, err := sheet.Open(f, info.Size(), o.Profile.Sheet())
	if err != nil {
		return in.ofSheet(err)
	}
	return o.Rows.LeftOut(in.name, t)
}
