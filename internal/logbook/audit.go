package logbook

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"sync"

	"suyuan/internal/event"
	"suyuan/internal/keyring"
	"suyuan/internal/ledger"
	"suyuan/internal/notary"
)

// An audit reads the records for what they say of keys and signatures.
type audit struct {
	ledger     *ledger.Ledger
	found      *Verification
	signatures bool   // judge all of them; otherwise only those of the ledger's own keys
	marks      []byte // of the records, by marker; nil where nobody has looked through them
	register   *notary.Register
	handovers  []handover
	known      sync.Map  // id of a key to its notary.Public, as far as workers have met them
	checked    []checked // signatures of the record that the register sees now
}

func (a *audit) records(ctx context.Context) error {
	a.register = notary.NewRegister(a.ledger.Head().Origin, func(id string) ([sha256.Size]byte, bool) { return a.digest(ctx, id) })
	for before := a.ledger.Genesis().Succeeds; before != nil; before = before.Succeeds {
		a.register.Carried(before.Origin, before.Kept)
	}
	look := a.all
	if a.marks != nil {
		look = a.marked
	}
	if err := look(ctx); err != nil {
		return err
	}
	if a.signatures {
		a.found.Open = OpenDuties(a.register)
	}
	return nil
}

// all reads every record.
func (a *audit) all(ctx context.Context) error {
	for rec, err := range a.ledger.Records(ctx, 0, a.ledger.Head().Size) {
		if err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if rec.Genesis == nil && a.concerned(&rec) {
			a.record(&rec)
		}
	}
	return nil
}

// concerned is quick and may say yes to a record that is not: the register reads it.
func (a *audit) concerned(rec *ledger.Record) bool {
	is := func(typ string) bool { return bytes.Contains(rec.Event, []byte(`"type":"`+typ+`"`)) }
	replaces := bytes.Contains(rec.Event, []byte(`"replaces":"`))
	if is("key") || a.signatures && (rec.Sig != nil || replaces || is("policy") || is("signature") || is("correction")) {
		return true
	}
	if a.signatures {
		for typ := range a.register.Policies {
			if is(typ) {
				return true
			}
		}
	}
	return false
}

func (a *audit) record(rec *ledger.Record) {
	rotations := len(a.register.Rotated)
	faults := a.register.Add(notary.Entry{Seq: rec.Seq, Event: rec.Event, Sig: rec.Sig})
	if len(a.register.Rotated) > rotations {
		if e, err := event.ParseStored(rec.Event); err == nil {
			if h, ok := handoverIn(rec.Seq, &e); ok {
				a.handovers = append(a.handovers, h)
			}
		}
	}
	if !a.signatures {
		return
	}
	for _, f := range faults {
		code := ledger.CodeSignature
		if f.Kind == notary.Unsigned {
			code = ledger.CodePolicy
		}
		a.found.add(code, rec.Seq, "%s", f)
	}
	if list, err := notary.ParseSignatures(rec.Sig); err == nil && len(faults) == 0 {
		a.found.Signatures += len(list)
	}
}

func (a *audit) digest(ctx context.Context, id string) ([sha256.Size]byte, bool) {
	key, err := ledger.ParseID(id)
	if err != nil {
		return [sha256.Size]byte{}, false
	}
	seq, ok, err := a.ledger.Lookup(ctx, key)
	if err != nil || !ok {
		return [sha256.Size]byte{}, false
	}
	rec, err := a.ledger.Record(ctx, seq)
	return sha256.Sum256(rec.Event), err == nil
}

// keys returns the verifier keys by which checkpoints are checked: those given, or where none are those at hand, and whoever vouches for them or
// is vouched for by them. Who gives keys does not trust this machine: its own count for nothing then.
func (a *audit) keys(b *Book, o VerifyOptions) (lineage, error) {
	if len(o.Keys) > 0 || o.Trust == nil {
		return lineageOf(o.Keys, a.handovers), nil
	}
	// A rotation that was cut short is not for who looks to settle: the keys at hand vouch for those that take their place.
	own, err := o.Trust.Keys.Load(b.genesis.Origin)
	if errors.Is(err, keyring.ErrNoLedgerKeys) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return lineageOf(own.Verifiers(), a.handovers), nil
}
