package logbook

import (
	"context"
	"errors"
	"fmt"
	"time"

	"suyuan/internal/anchor"
	"suyuan/internal/durable"
	"suyuan/internal/keyring"
	"suyuan/internal/ledger"
	"suyuan/internal/notary"
)

// When a checkpoint is made without being asked for: docs/trust.md section 4.
const (
	sealRecords = 256
	sealAge     = 5 * time.Minute
)

// A Trust is where the private keys of ledgers and their anchors lie.
type Trust struct {
	Keys   keyring.Ledgers
	Anchor anchor.Folder
}

// A SealError says why no checkpoint could be made. What was recorded before
// stays recorded.
type SealError struct {
	Path string // of the ledger
	Err  error
}

// Error says why.
func (e *SealError) Error() string { return fmt.Sprintf("no checkpoint of %q: %v", e.Path, e.Err) }

// Unwrap returns why.
func (e *SealError) Unwrap() error { return e.Err }

// A Checkpoint is what a ledger was at a size, and the signed note that says so.
type Checkpoint struct {
	notary.Checkpoint
	Note []byte // nil where nobody has signed it
}

// Body returns the note, or the unsigned text where there is none.
func (c *Checkpoint) Body() []byte {
	if c.Note != nil {
		return c.Note
	}
	return ledger.Head{Origin: c.Origin, Size: c.Size, Root: c.Root}.Checkpoint()
}

// Checkpoint signs the ledger as it is now with its own keys, keeps the note in
// the anchor and in the ledger, and returns it; where that was done before, the
// same note again. Where the keys are not here it returns what is there: the
// newest note, if that is of the ledger as it is, and otherwise the unsigned
// text.
func (b *Book) Checkpoint(ctx context.Context) (Checkpoint, error) {
	if b.o.Trust != nil {
		if _, err := b.o.Trust.Keys.Load(b.genesis.Origin); err == nil || !errors.Is(err, keyring.ErrNoLedgerKeys) {
			return b.signNow(ctx)
		}
	}
	var c Checkpoint
	err := b.reading(ctx, func(l *ledger.Ledger) error {
		h := l.Head()
		c.Checkpoint = notary.Checkpoint{Origin: h.Origin, Size: h.Size, Root: h.Root}
		n, ok, err := l.NewestNote(ctx, ledger.NoteCheckpoint)
		if said, readErr := notary.ReadCheckpoint(n.Text); ok && readErr == nil && said == c.Checkpoint {
			c.Note = n.Text
		}
		return err
	})
	return c, err
}

func (b *Book) signNow(ctx context.Context) (Checkpoint, error) {
	var c Checkpoint
	err := b.transact(ctx, false, func(l *ledger.Ledger) (err error) {
		c, err = b.seal(ctx, l)
		return err
	})
	return c, err
}

// seal signs the ledger's head.
func (b *Book) seal(ctx context.Context, l *ledger.Ledger) (Checkpoint, error) {
	c, err := b.signHead(ctx, l)
	if err != nil {
		return Checkpoint{}, &SealError{b.path, err}
	}
	return c, nil
}

// signHead goes by the order of docs/trust.md section 4: what is stored is hashed again, the anchor comes before the ledger, and the ledger
// before anybody sees the note.
func (b *Book) signHead(ctx context.Context, l *ledger.Ledger) (Checkpoint, error) {
	head := l.Head()
	handovers, err := b.handoversIn(ctx, l)
	if err != nil {
		return Checkpoint{}, err
	}
	keys, all, err := b.o.Trust.ownKeys(head.Origin, handovers)
	if err != nil {
		return Checkpoint{}, err
	}
	c := Checkpoint{Checkpoint: notary.Checkpoint{Origin: head.Origin, Size: head.Size, Root: head.Root}}
	last, note, err := lastSealed(ctx, l, all)
	if err != nil {
		return Checkpoint{}, err
	}
	kept := note != nil && last.Size == head.Size
	if err := l.Rehash(ctx, last.Size, last.Root); err != nil {
		return Checkpoint{}, err
	}
	if !kept {
		if note, err = keys.SignCheckpoint(c.Checkpoint, b.o.Now()); err != nil {
			return Checkpoint{}, err
		}
	}
	if c.Note, err = b.anchorNote(ctx, l, note, all); err != nil {
		return Checkpoint{}, err
	}
	if kept {
		c.Note = note
		return c, nil
	}
	if err := l.PutNote(ctx, ledger.NoteCheckpoint, ledger.Note{Size: head.Size, Text: c.Note}); err != nil {
		return Checkpoint{}, &UnfinishedError{err} // the anchor knows it
	}
	return c, nil
}

// anchorNote lets the anchor keep a note and know the ledger's path. It returns the note that the anchor has then: the one that an earlier try
// left there before it could be kept in the ledger, or this one.
func (b *Book) anchorNote(ctx context.Context, l *ledger.Ledger, note []byte, all lineage) ([]byte, error) {
	note, err := b.o.Trust.Anchor.Swap(note, all.ever(), func(old notary.Checkpoint) error { return extends(ctx, l, old) })
	if errors.Is(err, durable.ErrNamed) {
		return nil, &UnfinishedError{err}
	}
	if err != nil {
		return nil, err
	}
	path, err := absolute(b.path)
	if err == nil {
		err = b.o.Trust.Anchor.Bind(path, l.Head().Origin)
	}
	if err != nil {
		return nil, &UnfinishedError{err} // the anchor knows it
	}
	return note, nil
}

// lastSealed returns the newest checkpoint in the ledger that its own keys signed, and the note; the zero one where there is none. It refuses a
// note that says more than the ledger holds, and one of the ledger as it is by other keys: in its place no other could be kept.
func lastSealed(ctx context.Context, l *ledger.Ledger, all lineage) (notary.Checkpoint, []byte, error) {
	n, ok, err := l.NewestNote(ctx, ledger.NoteCheckpoint)
	if err != nil || !ok {
		return notary.Checkpoint{}, nil, err
	}
	c, err := notary.OpenCheckpoint(n.Text, all.at(n.Size))
	switch size := l.Head().Size; {
	case n.Size > size:
		return notary.Checkpoint{}, nil, extends(ctx, l, notary.Checkpoint{Size: n.Size})
	case err == nil && c.Size == n.Size:
		return c, n.Text, nil
	case n.Size == size:
		return notary.Checkpoint{}, nil, fmt.Errorf("the file holds a note of size %d that the ledger's keys have not signed: %w", n.Size, ledger.ErrDamaged)
	}
	return notary.Checkpoint{}, nil, nil // a note that proves nothing spares no work
}

// extends says whether the ledger goes on from a checkpoint.
func extends(ctx context.Context, l *ledger.Ledger, old notary.Checkpoint) error {
	if size := l.Head().Size; old.Size > size {
		return fmt.Errorf("a checkpoint says %d records, the ledger has %d: %w", old.Size, size, ledger.ErrDamaged)
	}
	root, err := l.RootAt(ctx, old.Size)
	if err == nil && root != old.Root {
		err = &ForkError{Size: old.Size, Found: root, Signed: old.Root}
	}
	return err
}

// sealDue reports whether so much is not covered by a checkpoint that one has to
// be made.
func (b *Book) sealDue(ctx context.Context, l *ledger.Ledger) (bool, error) {
	n, ok, err := l.NewestNote(ctx, ledger.NoteCheckpoint)
	size := l.Head().Size
	switch {
	case err != nil || ok && n.Size == size:
		return false, err
	case !ok || n.Size > size || size-n.Size >= sealRecords:
		return true, nil
	}
	first, err := l.Record(ctx, n.Size)
	return b.o.Now().Sub(first.Recorded) >= sealAge, err
}

// sealAfter makes a checkpoint after something was recorded, where one is due.
// Who has no key for the ledger goes on without, unless the ledger has ever been
// signed: then that is said.
func (b *Book) sealAfter(ctx context.Context, l *ledger.Ledger, before uint64) {
	b.unsealed = nil
	if b.o.Trust == nil || l.Head().Size == before {
		return
	}
	ctx = context.WithoutCancel(ctx)
	due, err := b.sealDue(ctx, l)
	if err == nil && (due || b.sealNow) {
		_, err = b.seal(ctx, l)
	}
	if errors.Is(err, keyring.ErrNoLedgerKeys) {
		if _, signed, noteErr := l.NewestNote(ctx, ledger.NoteCheckpoint); noteErr == nil && !signed {
			return
		}
	}
	b.unsealed = err
}

// Unsealed returns why the checkpoint could not be made that was due after the
// last recording; nil where none was due or it was made.
func (b *Book) Unsealed() error { return b.unsealed }
