package logbook

import (
	"context"
	"fmt"

	"suyuan/internal/event"
	"suyuan/internal/ledger"
)

// A DamageError says which record is not the one that was written. It is a
// [ledger.ErrDamaged], and never a refusal: what stands in a ledger was judged
// when it was recorded.
type DamageError struct {
	Seq  uint64
	What string
}

// Error names the record and what is wrong with it.
func (e *DamageError) Error() string { return fmt.Sprintf("record %d: %s", e.Seq, e.What) }

// Unwrap returns ledger.ErrDamaged.
func (e *DamageError) Unwrap() error { return ledger.ErrDamaged }

// stored reads the event of a record.
func stored(rec *ledger.Record) (event.Event, error) {
	e, err := event.ParseStored(rec.Event)
	if err != nil {
		return e, &DamageError{rec.Seq, "its event cannot be read: " + err.Error()}
	}
	return e, nil
}

// A chain follows records from one to the next (format section 3): each must
// name the leaf hash of the one before it, and the last must be the head's.
type chain struct {
	next uint64      // number of the record that comes
	last ledger.Hash // leaf hash of the one before; zeros before record 0
}

// follow takes the next record.
func (c *chain) follow(rec *ledger.Record) error { return c.followHashed(rec, rec.Leaf()) }

// followHashed is follow where the record's leaf hash was made already.
func (c *chain) followHashed(rec *ledger.Record, leaf ledger.Hash) error {
	switch {
	case rec.Seq != c.next:
		return &DamageError{c.next, fmt.Sprintf("record %d stands there", rec.Seq)}
	case rec.Prev != c.last && rec.Seq == 0:
		return &DamageError{0, "it names a record before it"}
	case rec.Prev != c.last:
		return &DamageError{rec.Seq - 1, fmt.Sprintf("its hash is not the one that record %d names", rec.Seq)}
	}
	c.next, c.last = rec.Seq+1, leaf
	return nil
}

// end checks that the records followed are those of a head.
func (c *chain) end(head ledger.Head) error {
	switch {
	case c.next != head.Size:
		return &DamageError{c.next, fmt.Sprintf("it is not there, the head says %d records", head.Size)}
	case c.last != head.Last:
		return &DamageError{head.Size - 1, "its hash is not the one that the ledger says"}
	}
	return nil
}

// headAt returns the head that the ledger had after its first size records.
// What the last of them should be, the record after it says.
func headAt(ctx context.Context, l *ledger.Ledger, size uint64) (ledger.Head, error) {
	head := l.Head()
	if size == head.Size {
		return head, nil
	}
	root, err := l.RootAt(ctx, size)
	if err != nil {
		return head, err
	}
	last, err := l.Record(ctx, size-1)
	if err != nil {
		return head, err
	}
	after, err := l.Record(ctx, size)
	if err != nil {
		return head, err
	}
	head.Size, head.Root, head.Last, head.Recorded = size, root, after.Prev, last.Recorded
	return head, nil
}
