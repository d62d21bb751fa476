package logbook

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"suyuan/internal/event"
)

// An input is a file that can be read twice.
type input struct {
	name  string // as errors and records call it
	path  string
	temp  bool // path is a copy that is removed afterwards
	size  int64
	sum   [sha256.Size]byte // of the whole file, once it was checked
	marks []mark            // of the file up to the end of each step
	table *tabled           // where the lines at path were made of a table
}

// A mark says what the file was like up to the end of a step.
type mark struct {
	sum   [sha256.Size]byte
	read  int64 // bytes
	fresh int   // events that were to be recorded by then
}

// inputs makes files readable twice. What cannot be is copied, which is why
// this comes before the ledger is held: a pipe takes its time.
func inputs(ctx context.Context, files []File) ([]*input, error) {
	var list []*input
	for _, f := range files {
		in, err := newInput(ctx, f)
		if err != nil {
			name := f.Path
			if name == "" {
				name = f.name()
			}
			return nil, errors.Join(inFile(name, err), discard(list))
		}
		list = append(list, in)
	}
	return list, nil
}

func newInput(ctx context.Context, f File) (*input, error) {
	if err := checkName(f.name()); err != nil {
		return nil, err
	}
	if f.Stream != nil {
		return spool(ctx, f.name(), f.Stream)
	}
	info, err := os.Stat(f.Path)
	if err != nil {
		return nil, reason(err)
	}
	switch mode := info.Mode(); {
	case mode.IsRegular():
		return &input{name: f.name(), path: f.Path, size: info.Size()}, nil
	case mode.IsDir():
		return nil, fmt.Errorf("it is a directory: %w", ErrNotFile)
	case mode&fs.ModeNamedPipe == 0:
		return nil, fmt.Errorf("it is a device or a socket: %w", ErrNotFile)
	}
	pipe, err := os.Open(f.Path)
	if err != nil {
		return nil, reason(err)
	}
	in, err := spool(ctx, f.name(), pipe)
	return in, errors.Join(err, pipe.Close())
}

// name returns what records call the file: a base name of valid UTF-8.
func (f *File) name() string {
	switch {
	case f.Name != "":
		return strings.ToValidUTF8(f.Name, "\ufffd")
	case f.Path != "":
		return strings.ToValidUTF8(filepath.Base(f.Path), "\ufffd")
	default:
		return "-"
	}
}

// maxName is the longest name that a record can hold (format section 3).
const maxName = 255

// checkName refuses a name that a record must not hold for ever: what holds for
// texts of events holds for it.
func checkName(name string) error {
	if len(name) > maxName {
		return nameError(&event.Error{Rule: event.RuleTooLarge, Found: fmt.Sprintf("a file name of %d bytes", len(name)), Want: fmt.Sprintf("at most %d", maxName)})
	}
	var e *event.Error
	if err := event.CheckText(name); errors.As(err, &e) {
		e.Found = "a file name with " + e.Found
		return nameError(e)
	}
	return nil
}

// nameError says that every record would hold the name, and what to do.
func nameError(e *event.Error) *event.Error {
	e.Path, e.Offset = "source.name", -1
	e.Want += ": rename the file, each record names it"
	return e
}

// inFile says which input an error is about.
func inFile(name string, err error) error {
	var refused *Refusal
	if err = Refuse(err); errors.As(err, &refused) {
		refused.File = name
		return refused
	}
	return &InputError{File: name, Err: err}
}

// reason takes the path off an error that will be told with the file's name.
func reason(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}

// spool copies a stream to a temporary file.
func spool(ctx context.Context, name string, r io.Reader) (*input, error) {
	f, err := os.CreateTemp("", "suyuan-import-")
	if err != nil {
		return nil, err
	}
	n, err := io.Copy(f, &cancelable{ctx, r})
	err = errors.Join(err, f.Close())
	if err != nil {
		return nil, errors.Join(err, os.Remove(f.Name()))
	}
	return &input{name: name, path: f.Name(), temp: true, size: n}, nil
}

// A cancelable reader ends with its context, between two reads.
type cancelable struct {
	ctx context.Context //nolint:containedctx // lives as long as one copy
	r   io.Reader
}

func (c *cancelable) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(p)
}

// discard removes the copies.
func discard(list []*input) error {
	var errs []error
	for _, in := range list {
		if in.temp {
			errs = append(errs, os.Remove(in.path))
		}
		if in.table != nil {
			errs = append(errs, os.Remove(in.table.copy))
		}
	}
	return errors.Join(errs...)
}
