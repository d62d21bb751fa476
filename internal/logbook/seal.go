package logbook

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"suyuan/internal/anchor"
	"suyuan/internal/event"
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

// seal signs the ledger's head. The order is that of docs/trust.md section 4:
// what is stored is hashed again, the anchor comes before the ledger, and the
// ledger before anybody sees the note.
func (b *Book) seal(ctx context.Context, l *ledger.Ledger) (Checkpoint, error) {
	fail := func(err error) (Checkpoint, error) { return Checkpoint{}, &SealError{b.path, err} }
	head := l.Head()
	rotated, err := b.rotated(ctx, l)
	if err != nil {
		return fail(err)
	}
	keys, all, err := b.o.Trust.ownKeys(head.Origin, rotated)
	if err != nil {
		return fail(err)
	}
	c := Checkpoint{Checkpoint: notary.Checkpoint{Origin: head.Origin, Size: head.Size, Root: head.Root}}
	from, root, newest, err := lastSealed(ctx, l, all)
	if err != nil {
		return fail(err)
	}
	if from < head.Size || root != head.Root {
		if err := l.Rehash(ctx, from, root); err != nil {
			return fail(err)
		}
		if newest, err = keys.SignCheckpoint(c.Checkpoint, b.o.Now()); err != nil {
			return fail(err)
		}
	}
	c.Note, err = b.o.Trust.Anchor.Swap(newest, all, func(old notary.Checkpoint) error { return extends(ctx, l, old) })
	if err != nil {
		return fail(err)
	}
	path, err := absolute(b.path)
	if err == nil {
		err = b.o.Trust.Anchor.Bind(path, head.Origin)
	}
	if err != nil {
		return fail(err)
	}
	// An earlier try may have left its note in the anchor, or in the ledger: there is one at a size.
	if err := l.PutNote(ctx, ledger.NoteCheckpoint, ledger.Note{Size: head.Size, Text: c.Note}); err != nil && !errors.Is(err, ledger.ErrConflict) {
		return fail(err)
	}
	return c, nil
}

// lastSealed returns the size and root of the newest note in the ledger that its
// own keys signed, and the note; zero where there is none.
func lastSealed(ctx context.Context, l *ledger.Ledger, keys []notary.LedgerKey) (uint64, ledger.Hash, []byte, error) {
	n, ok, err := l.NewestNote(ctx, ledger.NoteCheckpoint)
	if err != nil || !ok {
		return 0, ledger.Hash{}, nil, err
	}
	c, err := notary.OpenCheckpoint(n.Text, keys)
	if err != nil || c.Size != n.Size || c.Size > l.Head().Size {
		return 0, ledger.Hash{}, nil, nil //nolint:nilerr // a note that proves nothing spares no work
	}
	return c.Size, c.Root, n.Text, nil
}

// extends says whether the ledger goes on from a checkpoint.
func extends(ctx context.Context, l *ledger.Ledger, old notary.Checkpoint) error {
	root, err := l.RootAt(ctx, old.Size)
	if err == nil && root != old.Root {
		err = fmt.Errorf("at size %d the ledger has root %x, and the anchor knows %x: %w", old.Size, root[:], old.Root[:], anchor.ErrForked)
	}
	return err
}

// rotations returns those that the keys of both sides have signed, in order of
// records.
func (s *state) rotations() []*event.KeyRotation {
	var list []*event.KeyRotation
	for _, seq := range s.register.Rotated {
		if entry, ok := s.graph.BySeq(seq); ok {
			if k, ok := entry.Event.Body.(*event.Key); ok && k.Rotate != nil {
				list = append(list, k.Rotate)
			}
		}
	}
	return list
}

// rotated returns the rotations that the ledger records. Where the book's state
// is behind, as after an import, the records are looked through for them without
// reading all that they say.
func (b *Book) rotated(ctx context.Context, l *ledger.Ledger) ([]*event.KeyRotation, error) {
	if b.state != nil && b.state.head == l.Head() {
		return b.state.rotations(), nil
	}
	a := &audit{ledger: l, found: &Verification{}}
	err := a.records(ctx)
	return a.rotated, err
}

// ownKeys returns the keys that sign now, after the rotations that those at
// hand have signed, and all that the ledger ever signed with, each once. A
// rotation between keys that nobody here knows counts for nothing.
func (b *Book) ownKeys() (now *keyring.LedgerKeys, ever []notary.LedgerKey, err error) {
	return b.o.Trust.ownKeys(b.genesis.Origin, b.state.rotations())
}

func (t *Trust) ownKeys(origin string, rotations []*event.KeyRotation) (now *keyring.LedgerKeys, ever []notary.LedgerKey, err error) {
	if now, err = t.Keys.Load(origin); err != nil {
		return nil, nil, err
	}
	newest := texts(now.Verifiers())
	for _, r := range rotations {
		if overlap(r.Retires, newest) {
			newest = r.Keys
		}
	}
	if now, err = t.Keys.Settle(origin, parsedKeys(newest)); err != nil {
		return nil, nil, err
	}
	return now, parsedKeys(vouchedBack(texts(now.Verifiers()), rotations)), nil
}

// vouchedBack returns keys and those that handed over to them.
func vouchedBack(known []string, rotations []*event.KeyRotation) []string {
	for _, r := range slices.Backward(rotations) {
		if overlap(r.Keys, known) {
			known = append(known, r.Retires...)
		}
	}
	return known
}

func texts(keys []notary.LedgerKey) []string {
	list := make([]string, len(keys))
	for i, k := range keys {
		list[i] = k.String()
	}
	return list
}

func overlap(a, b []string) bool {
	return slices.ContainsFunc(a, func(s string) bool { return slices.Contains(b, s) })
}

func parsedKeys(texts []string) []notary.LedgerKey {
	var list []notary.LedgerKey
	met := make(map[string]bool)
	for _, text := range texts {
		if k, err := notary.ParseLedgerKey(text); err == nil && !met[text] {
			met[text] = true
			list = append(list, k)
		}
	}
	return list
}

// sealDue reports whether so much is not covered by a checkpoint that one has to
// be made.
func (b *Book) sealDue(ctx context.Context, l *ledger.Ledger) (bool, error) {
	n, ok, err := l.NewestNote(ctx, ledger.NoteCheckpoint)
	size := l.Head().Size
	switch {
	case err != nil || n.Size >= size:
		return false, err
	case !ok || size-n.Size >= sealRecords:
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
