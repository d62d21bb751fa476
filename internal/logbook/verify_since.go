package logbook

import (
	"bytes"
	"context"
	"errors"

	"suyuan/internal/event"
	"suyuan/internal/ledger"
	"suyuan/internal/ledger/boltstore"
	"suyuan/internal/notary"
)

// later verifies what came after a signed checkpoint. It returns false where none stands for what came before, or where what came after has to be judged
// by what came before: then everything has to be read.
func (v *Verification) later(ctx context.Context, path string, s *boltstore.Store, o VerifyOptions) (bool, error) {
	if o.Since == 0 || o.Signatures {
		return false, nil
	}
	l, err := ledger.Open(ctx, s)
	if err != nil {
		return false, ctx.Err() // the thorough way says what is wrong
	}
	b := &Book{path: path, o: Options{Trust: o.Trust}, genesis: l.Genesis()}
	keys, err := new(audit).keys(b, o)
	if err != nil {
		return false, err
	}
	base, ok, err := vouched(ctx, l, keys, o)
	if !ok || err != nil {
		return false, err
	}
	report, ok, err := ledger.VerifySince(ctx, s, base.Size, base.Root, o.Progress)
	if !ok || err != nil {
		return false, err
	}
	if report.OK {
		// Whether a handover counts depends on keys and policies from before.
		if over, err := handedOver(ctx, l, base.Size); over || err != nil {
			return false, err
		}
	}
	stands, err := b.standing(ctx, l)
	if err != nil {
		return false, err
	}
	v.Report, v.Since = report, base.Size
	v.stand(stands)
	if err := v.unlessDamaged(v.files(ctx, path, l, base.Size, nil)); err != nil {
		return true, err
	}
	return true, v.vouchBy(ctx, l, stands, keys, o)
}

// vouched returns the newest checkpoint of at most o.Since records that a known key has signed: that which was given, or one in the ledger. One that is
// not of these records is passed over; reading everything names it.
func vouched(ctx context.Context, l *ledger.Ledger, keys lineage, o VerifyOptions) (best notary.Checkpoint, ok bool, err error) {
	list, err := l.Notes(ctx, ledger.NoteCheckpoint)
	if err != nil {
		return best, false, ctx.Err()
	}
	head := l.Head()
	for _, n := range append(list, ledger.Note{Text: o.Given}) {
		c, err := notary.ReadCheckpoint(n.Text)
		if err != nil || c.Origin != head.Origin || c.Size > min(o.Since, head.Size) || c.Size <= best.Size {
			continue
		}
		if c, err = notary.OpenCheckpoint(n.Text, keys.at(c.Size)); err == nil {
			best, ok = c, true
		}
	}
	return best, ok, nil
}

// handedOver reports whether a record from a number on says that keys of the ledger gave way to others; it may say so of one that does not.
func handedOver(ctx context.Context, l *ledger.Ledger, from uint64) (bool, error) {
	for rec, err := range l.Records(ctx, from, l.Head().Size) {
		if err := errors.Join(err, ctx.Err()); err != nil {
			return false, err
		}
		if string(rec.Type) == string(event.TypeKey) && bytes.Contains(rec.Event, []byte(`"action":"rotate"`)) {
			return true, nil
		}
	}
	return false, nil
}
