package anchor

import (
	"errors"
	"fmt"
	"io/fs"
	"syscall"

	"suyuan/internal/notary"
)

// What callers may branch on.
var (
	// ErrNoFolder says that the folder is not there. Its disk may be gone: it is never made anew where somebody named it.
	ErrNoFolder = errors.New("the anchor's folder is not there")
	// ErrNotWritable says that the folder or a file in it may not be written or read by this user.
	ErrNotWritable = errors.New("the anchor's folder cannot be written")
	// ErrFull says that there is no room left.
	ErrFull = errors.New("the anchor's disk is full")
	// ErrDamaged says that a file in the folder is not what this package wrote there.
	ErrDamaged = errors.New("the anchor is damaged")
	// ErrSmaller says that the anchor has a checkpoint of a larger ledger.
	ErrSmaller = errors.New("the anchor knows a larger ledger")
	// ErrForked says that the anchor has another root at the same size.
	ErrForked = errors.New("the anchor knows another history")
	// ErrOtherLedger says that another ledger stood at a path.
	ErrOtherLedger = errors.New("another ledger stood there")
)

// An Error says what is wrong with a file or folder of the anchor. It wraps one of the errors above, where one fits, and the cause.
type Error struct {
	Path string
	Kind error // one of the above; nil for what the system reports besides
	Err  error // the cause; may be nil
}

// Error says what is wrong, where, and why.
func (e *Error) Error() string {
	switch {
	case e.Kind == nil:
		return fmt.Sprintf("anchor %q: %v", e.Path, e.Err)
	case e.Err == nil:
		return fmt.Sprintf("%v: %q", e.Kind, e.Path)
	default:
		return fmt.Sprintf("%v: %q: %v", e.Kind, e.Path, e.Err)
	}
}

// Unwrap returns the kind and the cause.
func (e *Error) Unwrap() []error {
	var list []error
	for _, err := range []error{e.Kind, e.Err} {
		if err != nil {
			list = append(list, err)
		}
	}
	return list
}

// A ConflictError says why a checkpoint cannot follow the one that stands: it wraps ErrSmaller or ErrForked.
type ConflictError struct {
	Path      string // of the checkpoint that stands
	Old, Next notary.Checkpoint
	Kind      error
}

// Error names both sizes, and the roots where these are the difference.
func (e *ConflictError) Error() string {
	if errors.Is(e.Kind, ErrForked) {
		return fmt.Sprintf("%v: %q: at size %d it has the root %x, and not %x", e.Kind, e.Path, e.Old.Size, e.Old.Root[:], e.Next.Root[:])
	}
	return fmt.Sprintf("%v: %q: it has size %d, and not %d", e.Kind, e.Path, e.Old.Size, e.Next.Size)
}

// Unwrap returns the kind.
func (e *ConflictError) Unwrap() error { return e.Kind }

// An OtherLedgerError says which ledger was known at a path. It wraps ErrOtherLedger.
type OtherLedgerError struct {
	Path       string // of the ledger
	Known, Now string // origins; Known is empty where none was
}

// Error names both.
func (e *OtherLedgerError) Error() string {
	return fmt.Sprintf("%v: %q: found %q, and now it is %q", ErrOtherLedger, e.Path, e.Known, e.Now)
}

// Unwrap returns ErrOtherLedger.
func (e *OtherLedgerError) Unwrap() error { return ErrOtherLedger }

// failed names what the system says about a path of the anchor.
func failed(path string, err error) error {
	var kind error
	switch {
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT), full(err):
		kind = ErrFull
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS), protected(err):
		kind = ErrNotWritable
	}
	return &Error{Path: path, Kind: kind, Err: err}
}

func damaged(path, format string, args ...any) error {
	return &Error{Path: path, Kind: ErrDamaged, Err: fmt.Errorf(format, args...)}
}
