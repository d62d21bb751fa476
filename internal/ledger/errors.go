package ledger

import (
	"errors"
	"fmt"
	"time"
)

// What a caller may branch on. A store's errors wrap these where they apply.
var (
	// ErrConflict says that the store did not stand where the append began: nothing was changed.
	ErrConflict = errors.New("the ledger has moved on since it was read")
	// ErrPoisoned says that an earlier append failed with an unknown outcome: close, open again, look the ids up.
	ErrPoisoned = errors.New("an earlier write failed, the ledger must be opened again")
	// ErrVersion says that a record, a head or a file is of a version that this program does not know.
	ErrVersion = errors.New("unknown format version")
	// ErrNotLedger says that a store holds no ledger.
	ErrNotLedger = errors.New("not a ledger")
	// ErrBusy says that another process holds the ledger.
	ErrBusy = errors.New("the ledger is in use by another process")
	// ErrReadOnly says that the store was opened for reading only.
	ErrReadOnly = errors.New("the ledger is open for reading only")
	// ErrClosed says that the ledger was closed.
	ErrClosed = errors.New("the ledger is closed")
	// ErrNoRecord says that a number or a size lies beyond the ledger's end.
	ErrNoRecord = errors.New("no such record")
	// ErrDamaged says that stored bytes are not what was written; Verify says which.
	ErrDamaged = errors.New("the ledger is damaged")
)

// A ClockError refuses an append whose time does not fit the last record's.
type ClockError struct {
	Now, Last time.Time
}

// Error names both times.
func (e *ClockError) Error() string {
	const form = "2006-01-02T15:04:05.000Z"
	side := "behind"
	if e.Now.After(e.Last) {
		side = "ahead of"
	}
	return fmt.Sprintf("clock: now is %s, too far %s the last record's %s", e.Now.UTC().Format(form), side, e.Last.UTC().Format(form))
}

// An IDConflictError refuses an event whose id record Seq already holds with other bytes.
type IDConflictError struct {
	ID  ID
	Seq uint64
}

// Error names the id and the record.
func (e *IDConflictError) Error() string {
	return fmt.Sprintf("event id %s: record %d holds it with other content", e.ID, e.Seq)
}

// A TooLargeError refuses an entry whose record would be longer than the format allows.
type TooLargeError struct {
	Entry       int // index among the entries of the call
	Size, Limit int // bytes of the record
}

// Error names the entry and both sizes.
func (e *TooLargeError) Error() string {
	return fmt.Sprintf("entry %d: a record of %d bytes, want at most %d", e.Entry, e.Size, e.Limit)
}

// An UnknownOutcomeError says that the store failed while it was writing: the records may be in the ledger or not. Open it
// again and look the ids up.
type UnknownOutcomeError struct {
	Err error
}

// Error repeats the store's error.
func (e *UnknownOutcomeError) Error() string { return "outcome unknown: " + e.Err.Error() }

// Unwrap returns the store's error.
func (e *UnknownOutcomeError) Unwrap() error { return e.Err }
