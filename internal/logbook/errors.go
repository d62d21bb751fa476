package logbook

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"syscall"

	"suyuan/internal/event"
	"suyuan/internal/ledger"
	"suyuan/internal/ledger/boltstore"
	"suyuan/internal/rules"
)

// What callers may branch on, besides the errors of package ledger.
var (
	// ErrNoLedger says that there is no file where the ledger should be.
	ErrNoLedger = errors.New("no ledger there")
	// ErrExists says that something stands where a ledger should be made.
	ErrExists = errors.New("something is there already")
	// ErrBusy says that another process holds the ledger.
	ErrBusy = ledger.ErrBusy
	// ErrNetwork says that a folder is on a file system of another machine.
	ErrNetwork = boltstore.ErrNetwork
	// ErrNoOperator says that nobody was named who enters what is recorded.
	ErrNoOperator = errors.New("recording needs the operator who enters it")
	// ErrChanged says that an input file changed while it was being imported.
	ErrChanged = errors.New("the file changed while it was being read")
	// ErrNotFile says that an input is neither a file nor a pipe.
	ErrNotFile = errors.New("want a file or a pipe")
)

// A Refusal says which rules an event breaks: the first in the table is the one
// to name. Nothing was written.
type Refusal struct { //nolint:errname // what it is called everywhere: nothing has failed
	Violations []rules.Violation // at least one
	File       string            // where it was imported from; empty where it was not
	Line       int               // from 1; 0 where it was not imported
	Member     string            // path of the member that names the thing; empty where none does
	// SaidBy stands in place of the first violation's record where that is an
	// event of the same import, not recorded yet.
	SaidBy *Position
}

// A Position is a line of an input file.
type Position struct {
	File string
	Line int
}

// Refuse turns what package event says of bytes or of a built event into a
// refusal; other errors stay what they are.
func Refuse(err error) error {
	var e *event.Error
	if errors.As(err, &e) {
		return refusal([]rules.Violation{rules.Refused(e)})
	}
	return err
}

func refusal(v []rules.Violation) *Refusal { return &Refusal{Violations: v, Member: v[0].Path} }

// Rule returns the id of the rule to name.
func (r *Refusal) Rule() rules.ID { return r.Violations[0].Rule }

// Error says where, which rule, and what it is about.
func (r *Refusal) Error() string {
	v := &r.Violations[0]
	s := place(r.File, r.Line) + string(v.Rule)
	switch {
	case v.Variant == rules.Invalid:
		s += fmt.Sprintf(": %s: found %s, want %s", v.Path, v.Found, v.Want)
	case !v.Ref.IsZero():
		s += fmt.Sprintf(": %q", v.Ref)
	}
	switch {
	case r.SaidBy != nil:
		s += fmt.Sprintf(" (%s line %d)", r.SaidBy.File, r.SaidBy.Line)
	case v.HasSeq:
		s += fmt.Sprintf(" (record %d)", v.Seq)
	}
	return s
}

func place(file string, line int) string {
	switch {
	case file == "":
		return ""
	case line == 0:
		return file + ": "
	default:
		return fmt.Sprintf("%s line %d: ", file, line)
	}
}

// An InputError says where in the input an error lies that is no refusal.
type InputError struct {
	File string
	Line int // from 1; 0 where it is about the whole file
	Err  error
}

// Error begins with file and line.
func (e *InputError) Error() string { return place(e.File, e.Line) + e.Err.Error() }

// Unwrap returns what is wrong there.
func (e *InputError) Unwrap() error { return e.Err }

// An OperatorError says that what the caller gave for who enters is no operator's
// pseudonym.
type OperatorError struct{ Err error }

// Error says what was given and what was wanted.
func (e *OperatorError) Error() string { return byFlag + ": " + e.Err.Error() }

// Unwrap returns why it is none.
func (e *OperatorError) Unwrap() error { return e.Err }

// byFlag is how a caller gives the operator.
const byFlag = "--as"

// A WriteError says that the ledger's file could not be written to, and not that
// anything is wrong with what was to be recorded.
type WriteError struct {
	Path string // of the ledger
	Err  error
}

// Error names the ledger, and says what to do where its disk is full.
func (e *WriteError) Error() string {
	s := fmt.Sprintf("write the ledger %q: %v", e.Path, reason(e.Err))
	if errors.Is(e.Err, syscall.ENOSPC) {
		s += ": free space on its disk, nothing recorded is lost"
	}
	return s
}

// Unwrap returns the system's error.
func (e *WriteError) Unwrap() error { return e.Err }

// An UnknownThingError says that the ledger names no such thing.
type UnknownThingError struct {
	Text string      // as it was asked for
	Ref  event.Ref   // zero where the text is no reference
	Near []event.Ref // things with an id much like it, or that share a broader name with it

	Related bool    // more share a broader name than are near
	Reading Reading // of a code
}

// Error repeats what was asked for.
func (e *UnknownThingError) Error() string {
	return fmt.Sprintf("%q is nothing that the ledger names", e.Text)
}

// A BeyondError says that a record or a size was asked for that the ledger does
// not have yet. It is a [ledger.ErrNoRecord].
type BeyondError struct {
	Asked  uint64
	Size   uint64 // of the ledger
	Record bool   // a record was asked for, and not a size
}

// Error says what was asked for and how much there is.
func (e *BeyondError) Error() string {
	what := "size"
	if e.Record {
		what = "record"
	}
	return fmt.Sprintf("%s %d of a ledger with %d records", what, e.Asked, e.Size)
}

// Unwrap returns ledger.ErrNoRecord.
func (e *BeyondError) Unwrap() error { return ledger.ErrNoRecord }

// An AmbiguousCodeError says that a code can mean several things.
type AmbiguousCodeError struct {
	Code       string
	Candidates []Candidate // at most [MostCandidates]
	Total      int         // how many there are
	Cut        bool        // or more than that
	Reading    Reading
	Member     string // of an event, that the code stands in
}

// Error lists the things.
func (e *AmbiguousCodeError) Error() string {
	return fmt.Sprintf("code %q can mean %d things: %v", e.Code, e.Total, e.Refs())
}

// Refs returns the candidates' references.
func (e *AmbiguousCodeError) Refs() []event.Ref {
	refs := make([]event.Ref, len(e.Candidates))
	for i := range e.Candidates {
		refs[i] = e.Candidates[i].Ref
	}
	return refs
}

// A CutShortError says that an import ended between two commits: what was
// recorded stays, and the same import goes on where this one stopped.
type CutShortError struct {
	Recorded int    // events of this call that are in the ledger
	Size     uint64 // of the ledger
	Err      error
}

// Error says how far it came.
func (e *CutShortError) Error() string {
	return fmt.Sprintf("cut short after %d events: %v", e.Recorded, e.Err)
}

// Unwrap returns what cut it short.
func (e *CutShortError) Unwrap() error { return e.Err }

// An OutcomeUnknownError says that it could not be found out whether the last
// commit is in the ledger. The same call again settles it.
type OutcomeUnknownError struct {
	Err error
}

// Error repeats the error of the commit.
func (e *OutcomeUnknownError) Error() string { return "outcome unknown: " + e.Err.Error() }

// Unwrap returns the error of the commit.
func (e *OutcomeUnknownError) Unwrap() error { return e.Err }

// An UnfinishedError says that a part of what was asked for is done and stays:
// the ledger was made, or the anchor knows the checkpoint, and what follows
// failed.
type UnfinishedError struct {
	Err error
}

// Error says what failed.
func (e *UnfinishedError) Error() string { return "done in part: " + e.Err.Error() }

// Unwrap returns what failed.
func (e *UnfinishedError) Unwrap() error { return e.Err }

// An Exit is what an error means to the caller of a program; the values are
// the exit codes of contract section 7.
type Exit int

// The exits that errors lead to. BadNews is an answer and comes with no error;
// Usage is for callers.
const (
	Done        Exit = 0
	Failed      Exit = 1 // nothing was written
	Usage       Exit = 2
	Unverified  Exit = 3 // the ledger is damaged
	BadNews     Exit = 4
	Refused     Exit = 5 // by a rule; nothing was written
	Busy        Exit = 6
	Unfinished  Exit = 7 // outcome unknown or cut short: do the same again
	Interrupted Exit = 130
)

// Code returns what err means.
func Code(err error) Exit {
	var (
		cut     *CutShortError
		unknown *OutcomeUnknownError
		part    *UnfinishedError
		by      *OperatorError
	)
	switch {
	case err == nil:
		return Done
	case errors.As(err, &by):
		return Usage
	case errors.As(err, &cut), errors.As(err, &unknown), errors.As(err, &part):
		return Unfinished
	case errors.Is(err, ledger.ErrVersion):
		return Failed
	case errors.Is(err, ledger.ErrDamaged), errors.Is(err, ErrNotVouched):
		return Unverified
	case refused(err):
		return Refused
	case errors.Is(err, ErrBusy):
		return Busy
	case errors.Is(err, context.Canceled):
		return Interrupted
	default:
		return Failed
	}
}

func refused(err error) bool {
	var (
		rule  *Refusal
		entry *event.Error
	)
	return errors.As(err, &rule) || errors.As(err, &entry)
}

// noLedger names a missing file as what it is.
func noLedger(path string, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%q: %w", path, ErrNoLedger)
	}
	return err
}
