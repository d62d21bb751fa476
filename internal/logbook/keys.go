package logbook

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"suyuan/internal/event"
	"suyuan/internal/keyring"
	"suyuan/internal/ledger"
	"suyuan/internal/notary"
)

// RecordSigned records one event as Record does, with further signatures than
// the book's own.
func (b *Book) RecordSigned(ctx context.Context, e event.Event, also ...Signing) (Receipt, error) {
	own := b.o.Sign
	defer func() { b.o.Sign = own }()
	b.o.Sign = append(slices.Clone(own), also...)
	return b.Record(ctx, e, nil)
}

// A KeyOwner says whose key is registered, and what for.
type KeyOwner struct {
	Holder event.Ref
	Role   string // empty: none
	Use    string // event.UsePerson or event.UseDevice
}

// RegisterKey records that from now on a key is somebody's. It signs the record
// itself, which proves that its owner has it.
func (b *Book) RegisterKey(ctx context.Context, key keyring.Signer, owner KeyOwner) (Receipt, error) {
	public := key.Public()
	e := b.now(event.TypeKey, &event.Key{Action: event.KeyRegister, Register: &event.KeyRegistration{
		Key: public.ID(), Public: public.String(), Holder: owner.Holder, Use: owner.Use, Role: owner.Role,
	}})
	return b.RecordSigned(ctx, e, Signing{Signer: key, Meaning: "performed"})
}

// RevokeKey records that from now on a key signs nothing.
func (b *Book) RevokeKey(ctx context.Context, id, reason string, since event.Time) (Receipt, error) {
	return b.Record(ctx, b.now(event.TypeKey, &event.Key{
		Action: event.KeyRevoke, Revoke: &event.KeyRevocation{Key: id, Reason: reason, Since: since},
	}), nil)
}

// RotateKeys makes new keys for the ledger itself and records that they take the
// place of the old ones, signed by both; the checkpoint after it is signed with
// the new ones. Cut short at any point, the same call goes on.
func (b *Book) RotateKeys(ctx context.Context) (Receipt, []notary.LedgerKey, error) {
	own := b.o.Sign
	b.sealNow = true
	defer func() { b.sealNow, b.o.Sign = false, own }()
	var next *keyring.LedgerKeys
	r, err := b.recordWhat(ctx, nil, func(*ledger.Ledger) (e event.Event, err error) {
		if _, _, err = b.ownKeys(ctx); err != nil { // settles a rotation that was cut short after its record
			return e, err
		}
		var current *keyring.LedgerKeys
		if current, next, err = b.o.Trust.Keys.Stage(b.genesis.Origin); err != nil {
			return e, err
		}
		b.o.Sign = append(slices.Clone(own), Signing{ledger: current}, Signing{ledger: next})
		e = b.now(event.TypeKey, &event.Key{Action: event.KeyRotate, Rotate: &event.KeyRotation{
			Keys: texts(next.Verifiers()), Retires: texts(current.Verifiers()),
		}})
		err = e.Validate()
		e.Identify()
		return e, err
	})
	if next == nil {
		return r, nil, err
	}
	return r, next.Verifiers(), err
}

// SignRecord adds signatures to a record by a later one, which names the digest
// of what it signs.
func (b *Book) SignRecord(ctx context.Context, seq uint64, meaning string, by ...Signing) (Receipt, error) {
	var signed ledger.Record
	err := b.reading(ctx, func(l *ledger.Ledger) (err error) {
		if size := l.Head().Size; seq >= size || seq == 0 {
			return &BeyondError{Asked: seq, Size: size, Record: true}
		}
		signed, err = l.Record(ctx, seq)
		return err
	})
	if err != nil {
		return Receipt{}, err
	}
	sum := sha256.Sum256(signed.Event)
	e := b.now(event.TypeSignature, &event.Signature{
		Signs: event.ID(signed.ID.String()), Meaning: meaning, SHA256: hex.EncodeToString(sum[:]),
	})
	r, err := b.RecordSigned(ctx, e, by...)
	for errors.As(err, new(*UnsignedError)) { // two sign the same at one tick of the clock
		e.N = max(1, e.N) + 1
		r, err = b.RecordSigned(ctx, e, by...)
	}
	return r, err
}

// now is an event of this moment.
func (b *Book) now(t event.Type, body event.Body) event.Event {
	return event.Event{Common: event.Common{Type: t, Time: event.TimeOf(b.o.Now().UTC())}, Body: body}
}

// Register returns what the ledger says of keys, policies and signatures. It is
// for reading, until the book is next used.
func (b *Book) Register(ctx context.Context) (*notary.Register, error) {
	var r *notary.Register
	err := b.reading(ctx, func(l *ledger.Ledger) (err error) {
		if err = b.catchUp(ctx, l); err != nil {
			return err
		}
		r, err = b.state.notaries(ctx)
		return err
	})
	return r, err
}

// leastDigits is how much of a key's id is wanted to name it.
const leastDigits = 8

// A NoSuchKeyError says why digits name no key.
type NoSuchKeyError struct {
	Digits string
	Few    bool     // too few digits to name one
	Found  []string // where several begin with them: their ids
}

// Error says why.
func (e *NoSuchKeyError) Error() string {
	switch {
	case e.Few:
		return fmt.Sprintf("key %q: want the first %d digits of its id or more", e.Digits, leastDigits)
	case len(e.Found) > 1:
		return fmt.Sprintf("key %q: %d begin so: %s", e.Digits, len(e.Found), strings.Join(e.Found, ", "))
	}
	return fmt.Sprintf("key %q: no record registers such a key", e.Digits)
}

// FindKey returns the id of the registered key that begins with these digits; where there is not one, the error is a [*NoSuchKeyError].
func (b *Book) FindKey(ctx context.Context, digits string) (string, error) {
	if len(digits) < leastDigits {
		return "", &NoSuchKeyError{Digits: digits, Few: true}
	}
	r, err := b.Register(ctx)
	if err != nil {
		return "", err
	}
	var found []string
	for _, id := range slices.Sorted(maps.Keys(r.Keys)) {
		if strings.HasPrefix(id, digits) {
			found = append(found, id)
		}
	}
	if len(found) != 1 {
		return "", &NoSuchKeyError{Digits: digits, Found: found}
	}
	return found[0], nil
}
