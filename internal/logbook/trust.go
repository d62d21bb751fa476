package logbook

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"

	"suyuan/internal/keyring"
	"suyuan/internal/ledger"
	"suyuan/internal/notary"
)

// An OriginUsedError says that a ledger of that name was signed here before.
type OriginUsedError struct {
	Origin string
	Anchor notary.Checkpoint
}

// Error names the origin and how far that ledger had come.
func (e *OriginUsedError) Error() string {
	return fmt.Sprintf("the anchor knows a ledger %q with %d records", e.Origin, e.Anchor.Size)
}

// prepareKeys makes the keys of a new ledger before the ledger itself: a ledger without keys would be one that nobody signs. Keys that an
// earlier try left without a ledger are taken.
func prepareKeys(path string, o InitOptions) error {
	if o.Trust == nil {
		return nil
	}
	if _, err := os.Lstat(path); err == nil {
		return fmt.Errorf("%q: %w", path, ErrExists)
	}
	if err := ledger.CheckOrigin(o.Origin); err != nil {
		return err
	}
	k, used, err := o.Trust.Anchor.Read(o.Origin)
	if err != nil {
		return err
	}
	if used {
		return &OriginUsedError{o.Origin, k.Checkpoint}
	}
	_, err = o.Trust.Keys.Make(o.Origin)
	if errors.Is(err, fs.ErrExist) {
		_, err = o.Trust.Keys.Load(o.Origin)
	}
	return err
}

// settleHere lets the anchor know that from now on this ledger stands at the path, whatever stood there before.
func (b *Book) settleHere(origin string) error {
	path, err := absolute(b.path)
	if err != nil {
		return err
	}
	known, _, err := b.o.Trust.Anchor.Bound(path)
	if err != nil {
		return err
	}
	return b.o.Trust.Anchor.Rebind(path, known, origin)
}

// firstSeal makes a new ledger known to the anchor and signs it.
func firstSeal(ctx context.Context, path, origin string, o Options) error {
	b := &Book{path: path, o: o, step: stepEvents, unborn: true}
	err := b.settleHere(origin)
	if err == nil {
		_, err = b.signNow(ctx)
	}
	if err != nil {
		return &UnfinishedError{&SealError{path, bareSeal(err)}} // the ledger is there
	}
	return nil
}

// bareSeal is why no checkpoint could be made, without the words that say that much.
func bareSeal(err error) error {
	var (
		seal *SealError
		part *UnfinishedError
	)
	if errors.As(err, &seal) {
		err = seal.Err
	}
	if errors.As(err, &part) {
		err = part.Err
	}
	return err
}

// ErrNotVouched says that nobody whose key is at hand has signed a ledger.
var ErrNotVouched = errors.New("no checkpoint in the ledger is signed by a key that is known here")

// TrustAnchor takes a ledger on as it is: a copy that came from elsewhere, or one whose anchor is lost. Its newest checkpoint must be signed
// by one of the keys, or by the ledger's own where these are here, and the ledger must be what it says. Where the file holds none, as one made from
// an export, the ledger's own keys sign it now: who asks for it vouches. An anchor that knows more, or another history, stays: that is a
// [*StandingError].
func (b *Book) TrustAnchor(ctx context.Context, keys []notary.LedgerKey) (notary.Checkpoint, error) {
	if b.o.Trust == nil {
		return notary.Checkpoint{}, ErrNoTrust
	}
	var c notary.Checkpoint
	err := b.reading(ctx, func(l *ledger.Ledger) (err error) {
		s := b.stands
		if s.State == OtherLedger { // who asks knows of the other one: what counts is what the anchor knows of this one
			if s, err = b.againstAnchor(ctx, l, s); err != nil {
				return err
			}
		}
		if s.Alarming() || s.State == AnchorUnreadable {
			return &StandingError{s}
		}
		if err := b.catchUp(ctx, l); err != nil {
			return err
		}
		c, err = b.takeOn(ctx, l, keys)
		return err
	})
	return c, err
}

// takeOn lets the anchor know the ledger by its newest checkpoint.
func (b *Book) takeOn(ctx context.Context, l *ledger.Ledger, keys []notary.LedgerKey) (notary.Checkpoint, error) {
	n, ok, err := l.NewestNote(ctx, ledger.NoteCheckpoint)
	if err != nil {
		return notary.Checkpoint{}, err
	}
	if h := l.Head(); !ok && b.stands.State == OtherLedger {
		// Never signed: there is nothing to vouch for it anywhere.
		return notary.Checkpoint{Origin: h.Origin, Size: h.Size, Root: h.Root}, b.settleHere(h.Origin)
	}
	now, own, err := b.ownKeys(ctx)
	switch {
	case errors.Is(err, keyring.ErrNoLedgerKeys), errors.Is(err, keyring.ErrNotInForce):
		// The ledger's keys are not here: who asks has to bring some.
	case err != nil:
		return notary.Checkpoint{}, err
	default:
		keys = append(slices.Clone(keys), own.ever()...)
		if !ok {
			if n, err = b.firstNote(ctx, l, now); err != nil {
				return notary.Checkpoint{}, err
			}
			ok = true
		}
	}
	handovers, err := b.state.handovers(ctx)
	if err != nil {
		return notary.Checkpoint{}, err
	}
	all := lineageOf(keys, handovers)
	c, err := notary.OpenCheckpoint(n.Text, all.at(n.Size))
	if !ok || err != nil || c.Size != n.Size {
		return c, errors.Join(ErrNotVouched, err)
	}
	goesOn := func(old notary.Checkpoint) error { return extends(ctx, l, old) }
	if err := goesOn(c); err != nil {
		return c, err
	}
	if _, err := b.o.Trust.Anchor.Swap(n.Text, all.ever(), goesOn); err != nil {
		return c, err
	}
	return c, b.settleHere(c.Origin)
}

// TakePlace lets the anchor know that the ledger at this path is the one that is meant from now on, where another one was known there, and
// returns how it stands then.
func (b *Book) TakePlace(ctx context.Context) (Standing, error) {
	if b.o.Trust == nil {
		return b.stands, nil
	}
	if b.stands.State == OtherLedger {
		if err := b.settleHere(b.genesis.Origin); err != nil {
			return b.stands, err
		}
	}
	err := b.reading(ctx, func(*ledger.Ledger) error { return nil })
	return b.stands, err
}

// firstNote signs a ledger that holds no checkpoint, once all of it was hashed again.
func (b *Book) firstNote(ctx context.Context, l *ledger.Ledger, keys *keyring.LedgerKeys) (ledger.Note, error) {
	if err := l.Rehash(ctx, 0, ledger.Hash{}); err != nil {
		return ledger.Note{}, err
	}
	head := l.Head()
	text, err := keys.SignCheckpoint(notary.Checkpoint{Origin: head.Origin, Size: head.Size, Root: head.Root}, b.o.Now())
	return ledger.Note{Size: head.Size, Text: text}, err
}

// VerifierKeys returns the keys that those are given who check what the ledger signed: the ones in force, Ed25519 first.
func (b *Book) VerifierKeys(ctx context.Context) ([]notary.LedgerKey, error) {
	now, err := b.keysNow(ctx)
	if err != nil {
		return nil, err
	}
	return now.Verifiers(), nil
}

// keysNow returns the keys that the ledger signs with, once the book's state is that of its head.
func (b *Book) keysNow(ctx context.Context) (now *keyring.LedgerKeys, err error) {
	err = b.reading(ctx, func(l *ledger.Ledger) (err error) {
		if err = b.catchUp(ctx, l); err != nil {
			return err
		}
		now, _, err = b.ownKeys(ctx)
		return err
	})
	return now, err
}
