package logbook

import (
	"bufio"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"time"

	"suyuan/internal/ledger"
	"suyuan/internal/ledger/boltstore"
)

// MakeOptions say how a ledger file is made from another or from records.
type MakeOptions struct {
	Wait     time.Duration            // how long to wait for a process that writes to the file that is read
	Progress func(done, total uint64) // of the verifying; may be nil
}

// A Made is a ledger file that was made whole: every byte was read back and
// verified before it got its name.
type Made struct {
	Head   ledger.Head
	Bytes  int64
	SHA256 string // of the file, in lower-case hex

	Originals int      // files as they came, beside it
	Damaged   []string // those that are damaged where they were copied from, and are not here; by SHA-256

	Lacking []ledger.Finding // files that records name, and that are not here
}

// A TakenError says that something stands where a ledger should be made. It is
// an [ErrExists].
type TakenError struct {
	Path   string
	Itself bool // it is the ledger that was to be copied, perhaps by another name
}

// Error names the file.
func (e *TakenError) Error() string {
	if e.Itself {
		return fmt.Sprintf("%q is the ledger itself", e.Path)
	}
	return fmt.Sprintf("%q: %v", e.Path, ErrExists)
}

// Unwrap returns ErrExists.
func (e *TakenError) Unwrap() error { return ErrExists }

// Copy makes a copy of the ledger at from, notes included, under the name to,
// which must be free: a backup of a ledger, or the ledger again from a backup.
// Readers go on meanwhile, writers wait. What does not verify is not copied.
func Copy(ctx context.Context, from, to string, o MakeOptions) (Made, error) {
	if _, err := os.Stat(from); err != nil {
		return Made{}, noLedger(from, err)
	}
	var beside Made
	c, err := boltstore.Copy(ctx, from, to, boltstore.CopyOptions{Wait: o.Wait, Progress: o.Progress, Mark: marker(false), Beside: func() (err error) {
		beside.Originals, beside.Damaged, err = copyOriginals(ctx, from, to)
		return err
	}})
	m := made(c)
	m.Originals, m.Damaged = beside.Originals, beside.Damaged
	if err == nil {
		if m.Lacking, err = lacking(ctx, to, c.Marks, o.Wait); err != nil {
			return m, &UnfinishedError{Err: err}
		}
	}
	return m, taken(to, err)
}

func made(c boltstore.Copied) Made {
	return Made{Head: c.Head, Bytes: c.Bytes, SHA256: hex.EncodeToString(c.SHA256[:])}
}

// taken says which file is in the way, and of a file that may be there or not
// that it is so.
func taken(path string, err error) error {
	switch {
	case err != nil && outcomeUnknown(err):
		return &OutcomeUnknownError{err}
	case !errors.Is(err, fs.ErrExist):
		return err
	}
	return &TakenError{Path: path, Itself: errors.Is(err, boltstore.ErrItself)}
}

// RestoreFrom makes the ledger at path, which must be free, from the records of
// an export, one a line: the same bytes, the same root. A line that is not the
// next record is an [*InputError] that names it; nothing is made then. Files as
// they came are taken along from a folder beside the export, if there is one.
func RestoreFrom(ctx context.Context, export, path string, o MakeOptions) (Made, error) {
	file, err := os.Open(export)
	if err != nil {
		return Made{}, &InputError{File: export, Err: err}
	}
	defer file.Close() //nolint:errcheck // it was only read
	copied, damaged, err := originalsBeside(ctx, export, path)
	if err != nil {
		return Made{}, err
	}
	c, err := boltstore.Build(ctx, path, o.Progress, func(s ledger.Store) error {
		_, err := ledger.Rebuild(ctx, s, recordLines(ctx, file, export))
		return atLine(export, err)
	})
	m := made(c)
	m.Originals, m.Damaged = copied, damaged
	if err == nil {
		if m.Lacking, err = lacking(ctx, path, nil, o.Wait); err != nil {
			return m, &UnfinishedError{Err: err}
		}
	}
	return m, taken(path, err)
}

// atLine names the line of the record that does not fit: in an export, record n
// stands in line n+1.
func atLine(name string, err error) error {
	var misfit *ledger.FitError
	switch {
	case errors.As(err, &misfit):
		return &InputError{File: filepath.Base(name), Line: int(misfit.Seq) + 1, Err: misfit} //nolint:gosec // no file has so many lines
	case errors.Is(err, ledger.ErrNotLedger):
		return &InputError{File: filepath.Base(name), Err: errNoRecord}
	}
	return err
}

// recordLines yields the lines of an export, without their ends, in memory that
// is used again. A line without its end, one that ends as on another system, and
// one that is too long for a record end it with an error.
func recordLines(ctx context.Context, file io.Reader, name string) iter.Seq2[[]byte, error] {
	in := bufio.NewReaderSize(file, ledger.MaxRecord+2)
	return func(yield func([]byte, error) bool) {
		for n := 1; ; n++ {
			line, err := nextLine(ctx, in)
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				yield(nil, &InputError{File: filepath.Base(name), Line: n, Err: err})
				return
			}
			if !yield(line, nil) {
				return
			}
		}
	}
}

// What a line of an export can be that is none.
const (
	errCutLine  = brokenLine("the file is cut short: its last line has no end")
	errCRLF     = brokenLine("the line ends with CR LF, those of an export with LF alone: fetch the file again as it was written")
	errLongLine = brokenLine("the line is longer than any record")
	errNoRecord = brokenLine("there is no record in it")
)

// A brokenLine says what is wrong with a line. It is a [ledger.ErrDamaged].
type brokenLine string //nolint:errname // as the constants read

// Error says what is wrong.
func (e brokenLine) Error() string { return string(e) }

// Unwrap returns ledger.ErrDamaged.
func (e brokenLine) Unwrap() error { return ledger.ErrDamaged }

func nextLine(ctx context.Context, in *bufio.Reader) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	line, err := in.ReadSlice('\n')
	switch {
	case errors.Is(err, bufio.ErrBufferFull):
		return nil, errLongLine
	case errors.Is(err, io.EOF) && len(line) > 0:
		return nil, errCutLine
	case err != nil:
		return nil, err
	}
	line = line[:len(line)-1]
	if n := len(line); n > 0 && line[n-1] == '\r' {
		return nil, errCRLF
	}
	return line, nil
}
