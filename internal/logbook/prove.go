package logbook

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"

	"github.com/transparency-dev/formats/proof"

	"suyuan/internal/ledger"
	"suyuan/internal/notary"
)

// ErrUnsealed says that no signed checkpoint covers what is to be proved.
var ErrUnsealed = errors.New("no signed checkpoint covers it")

// Prove returns a C2SP tlog-proof that record seq is in the ledger: its place, the hashes of the proof, and the newest signed checkpoint. Where
// none covers the record yet, one is made, if the ledger's keys are here.
func (b *Book) Prove(ctx context.Context, seq uint64) ([]byte, error) {
	c, err := b.covering(ctx, seq+1)
	if err != nil {
		return nil, err
	}
	var text []byte
	err = b.reading(ctx, func(l *ledger.Ledger) error {
		p, err := l.Prove(ctx, seq, c.Size)
		if err != nil {
			return err
		}
		out := proof.TLogProof{Index: seq, Checkpoint: c.Note}
		for _, h := range p.Hashes {
			out.Hashes = append(out.Hashes, h)
		}
		text = out.Marshal()
		return nil
	})
	return text, err
}

// covering returns the newest signed checkpoint, which has to be of at least this size.
func (b *Book) covering(ctx context.Context, size uint64) (Checkpoint, error) {
	head, err := b.Head(ctx)
	if err != nil {
		return Checkpoint{}, err
	}
	if size > head.Size {
		return Checkpoint{}, &BeyondError{Asked: size - 1, Size: head.Size, Record: true}
	}
	c, err := b.newestSealed(ctx)
	if err != nil || c.Note != nil && c.Size >= size {
		return c, err
	}
	if c, err = b.Checkpoint(ctx); err != nil || c.Note != nil {
		return c, err
	}
	return c, fmt.Errorf("record %d: %w", size-1, ErrUnsealed)
}

// newestSealed returns the newest note of the ledger; the zero Checkpoint where there is none. One that is not of the ledger that keeps it, or
// of another history, is damage.
func (b *Book) newestSealed(ctx context.Context) (Checkpoint, error) {
	var c Checkpoint
	err := b.reading(ctx, func(l *ledger.Ledger) error {
		n, ok, err := l.NewestNote(ctx, ledger.NoteCheckpoint)
		if err != nil || !ok {
			return err
		}
		if c.Checkpoint, err = notary.ReadCheckpoint(n.Text); err != nil {
			return fmt.Errorf("%w: the newest note: %w", ledger.ErrDamaged, err)
		}
		if origin := l.Head().Origin; c.Origin != origin || c.Size != n.Size {
			return fmt.Errorf("%w: a checkpoint of %q and %d records is kept for %q and %d", ledger.ErrDamaged, c.Origin, c.Size, origin, n.Size)
		}
		c.Note = n.Text
		return extends(ctx, l, c.Checkpoint)
	})
	return c, err
}

// An EarlierError says why there is no proof from an earlier checkpoint: it is not of this ledger's history.
type EarlierError struct {
	Earlier notary.Checkpoint
	Now     notary.Checkpoint
	Root    ledger.Hash // that the ledger has at the earlier size; zero where that is larger than the ledger
}

// Error says what was found and what was wanted.
func (e *EarlierError) Error() string {
	switch {
	case e.Earlier.Origin != e.Now.Origin:
		return fmt.Sprintf("the earlier checkpoint is of %q, the ledger is %q", e.Earlier.Origin, e.Now.Origin)
	case e.Earlier.Size > e.Now.Size:
		return fmt.Sprintf("the earlier checkpoint is of size %d, the ledger has %d records", e.Earlier.Size, e.Now.Size)
	default:
		return fmt.Sprintf("at size %d the ledger has root %x, the earlier checkpoint says %x", e.Earlier.Size, e.Root[:], e.Earlier.Root[:])
	}
}

// Unwrap returns ledger.ErrDamaged: one of the two is not the history that was signed.
func (e *EarlierError) Unwrap() error { return ledger.ErrDamaged }

// Since returns a proof that an earlier checkpoint is of a prefix of what c says, as the body of a C2SP tlog-witness request: the old size,
// the hashes, an empty line, the note. Who has seen nothing yet asks from size 0.
func (b *Book) Since(ctx context.Context, earlier notary.Checkpoint, c Checkpoint) ([]byte, error) {
	var text []byte
	err := b.reading(ctx, func(l *ledger.Ledger) error {
		wrong := &EarlierError{Earlier: earlier, Now: c.Checkpoint}
		if earlier.Origin != c.Origin || earlier.Size > c.Size {
			return wrong
		}
		root, err := l.RootAt(ctx, earlier.Size)
		if err != nil {
			return err
		}
		if wrong.Root = root; root != earlier.Root {
			return wrong
		}
		var hashes []ledger.Hash
		if earlier.Size > 0 { // anything goes on from nothing
			if hashes, err = l.Extend(ctx, earlier.Size, c.Size); err != nil {
				return err
			}
		}
		text = fmt.Appendf(nil, "old %d\n", earlier.Size)
		for _, h := range hashes {
			text = append(base64.StdEncoding.AppendEncode(text, h[:]), '\n')
		}
		text = append(append(text, '\n'), c.Body()...)
		return nil
	})
	return text, err
}

// At returns what the ledger was at a size, unsigned.
func (b *Book) At(ctx context.Context, size uint64) (notary.Checkpoint, error) {
	var c notary.Checkpoint
	err := b.reading(ctx, func(l *ledger.Ledger) error {
		head := l.Head()
		if size > head.Size {
			return &BeyondError{Asked: size, Size: head.Size}
		}
		root, err := l.RootAt(ctx, size)
		c = notary.Checkpoint{Origin: head.Origin, Size: size, Root: root}
		return err
	})
	return c, err
}
