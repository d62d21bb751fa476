package logbook

import (
	"context"
	"errors"
	"fmt"
	"time"

	"suyuan/internal/anchor"
	"suyuan/internal/ledger"
	"suyuan/internal/ledger/boltstore"
	"suyuan/internal/notary"
)

// VerifyOptions say what a ledger is held against besides itself.
type VerifyOptions struct {
	Wait       time.Duration
	Trust      *Trust             // its anchor and its own keys, where they are here; may be nil
	Keys       []notary.LedgerKey // verifier keys that the caller trusts, in place of those at hand; a checkpoint that none of them signed vouches for nothing
	Signatures bool               // check those of people, and the policies; of all records, whatever Since says
	Since      uint64             // read only the records after the newest signed checkpoint of at most this size, if there is one; 0 for all
	Given      []byte             // a checkpoint from elsewhere that the ledger is held against too; may be nil
	Progress   func(done, total uint64)
}

// A Verification is what Verify found.
type Verification struct {
	ledger.Report
	Since      uint64         // records before are vouched for by a checkpoint of this size and were not read, but for the last few; 0 where all were
	Sealed     uint64         // the size of the newest checkpoint that a known key has signed; 0 where there is none
	Notes      int            // checkpoints in the ledger
	Unknown    int            // of these, signed by no key that is known here
	Originals  int            // files that records name, read back and sound
	Signatures int            // of people and devices that hold
	Open       []notary.Fault // what policies that let a record in still want
}

// Verify re-reads and re-hashes every stored byte of the ledger at path and
// reports all that does not fit: the records among themselves, the checkpoints
// in the file, the anchor, and the signatures where these are asked for. An
// error says that it could not look: where it wraps [ledger.ErrDamaged],
// because nothing could be read.
func Verify(ctx context.Context, path string, o VerifyOptions) (Verification, error) {
	s, err := boltstore.Open(ctx, path, boltstore.Options{ReadOnly: true, Wait: o.Wait})
	if err != nil {
		return Verification{}, noLedger(path, err)
	}
	var v Verification
	done, err := v.later(ctx, path, s, o)
	if err == nil && !done {
		err = v.whole(ctx, path, s, o)
	}
	return v, errors.Join(err, s.Close())
}

// whole reads everything.
func (v *Verification) whole(ctx context.Context, path string, s *boltstore.Store, o VerifyOptions) (err error) {
	v.Report, err = ledger.VerifyWith(ctx, s, ledger.VerifyOptions{Progress: o.Progress, Mark: marker(o.Signatures)})
	if err == nil {
		err = v.vouch(ctx, path, s, o)
	}
	return err
}

// vouch looks at what others say of the records. Where the ledger cannot even be
// opened the findings say why, and there is nothing to hold against.
func (v *Verification) vouch(ctx context.Context, path string, s *boltstore.Store, o VerifyOptions) error {
	l, err := ledger.Open(ctx, s)
	if err != nil {
		if v.OK {
			return err
		}
		return nil
	}
	b := &Book{path: path, o: Options{Trust: o.Trust}, genesis: l.Genesis()}
	stands, err := b.standing(ctx, l)
	if err != nil {
		return err
	}
	v.stand(stands)
	if err := v.files(ctx, path, l, 0, v.Marks); err != nil {
		return v.unlessDamaged(err)
	}
	a := &audit{ledger: l, found: v, signatures: o.Signatures, marks: v.Marks}
	v.Marks = nil
	if err := a.records(ctx); err != nil {
		return v.unlessDamaged(err)
	}
	keys, err := a.keys(b, o)
	if err != nil {
		return err
	}
	return v.vouchBy(ctx, l, stands, keys, o)
}

// vouchBy holds the ledger against its anchor and its checkpoints, as far as these keys have signed them.
func (v *Verification) vouchBy(ctx context.Context, l *ledger.Ledger, stands Standing, keys lineage, o VerifyOptions) error {
	if err := v.anchored(stands, o.Trust, keys); err != nil {
		return err
	}
	if err := v.given(ctx, l, keys, o.Given); err != nil {
		return v.unlessDamaged(err)
	}
	if err := v.notes(ctx, l, keys); err != nil {
		return v.unlessDamaged(err)
	}
	// Without keys at hand nobody can tell a ledger that was never signed from one whose notes were taken out. A new one has one record before it
	// has a note.
	if v.Notes == 0 && v.Sealed == 0 && (len(o.Keys) > 0 || len(keys) > 0 && l.Head().Size > 1) {
		v.add(ledger.CodeCheckpoint, ledger.NoSeq, "there is none, in the ledger or in its anchor, that a key known here has signed")
	}
	return nil
}

// unlessDamaged passes over what the findings have already said.
func (v *Verification) unlessDamaged(err error) error {
	if (errors.Is(err, ledger.ErrDamaged) || errors.Is(err, ledger.ErrVersion)) && !v.OK {
		return nil
	}
	return err
}

func (v *Verification) add(code ledger.Code, seq uint64, format string, args ...any) {
	v.OK = false
	v.Findings = append(v.Findings, ledger.Finding{Code: code, Seq: seq, What: fmt.Sprintf(format, args...)})
}

func (v *Verification) stand(s Standing) {
	e := &StandingError{s}
	switch s.State {
	case RolledBack:
		v.add(ledger.CodeRolledBack, s.Size, "%v", e)
	case Forked:
		v.add(ledger.CodeForked, ledger.NoSeq, "%v", e)
	case OtherLedger:
		v.add(ledger.CodeOther, ledger.NoSeq, "%v", e)
	case AnchorAgrees, AnchorNone, AnchorAbsent, AnchorUnreadable:
	}
}

// anchored checks who signed what the anchor says. How the ledger stands to it is told already, whoever signed it.
func (v *Verification) anchored(s Standing, t *Trust, keys lineage) error {
	if s.State == AnchorUnreadable && errors.Is(s.Err, anchor.ErrDamaged) {
		v.add(ledger.CodeAnchor, ledger.NoSeq, "%v", s.Err)
	}
	if s.Anchor.Origin == "" || len(keys) == 0 {
		return nil
	}
	k, ok, err := t.Anchor.Read(s.Origin)
	if err != nil || !ok {
		return err
	}
	c, err := notary.OpenCheckpoint(k.Note, keys.at(s.Anchor.Size))
	switch {
	case err != nil:
		v.add(ledger.CodeAnchor, ledger.NoSeq, "the anchor in %q: %v", s.Folder, err)
	case s.State == AnchorAgrees && c == s.Anchor:
		v.Sealed = max(v.Sealed, c.Size)
	}
	return nil
}

// notes holds the checkpoints in the ledger against its records: those that are not about unread ones alone.
func (v *Verification) notes(ctx context.Context, l *ledger.Ledger, keys lineage) error {
	list, err := l.Notes(ctx, ledger.NoteCheckpoint)
	if err != nil {
		return err
	}
	v.Notes = len(list)
	for _, n := range list {
		if n.Size < v.Since {
			continue
		}
		if err := v.note(ctx, l, n, keys); err != nil {
			return err
		}
	}
	return nil
}

// given holds a checkpoint from elsewhere against the records.
func (v *Verification) given(ctx context.Context, l *ledger.Ledger, keys lineage, text []byte) error {
	if text == nil {
		return nil
	}
	n := ledger.Note{Text: text}
	if c, err := notary.ReadCheckpoint(text); err == nil {
		n.Size = c.Size
	}
	return v.note(ctx, l, n, keys)
}

func (v *Verification) note(ctx context.Context, l *ledger.Ledger, n ledger.Note, keys lineage) error {
	c, err := notary.ReadCheckpoint(n.Text)
	switch {
	case err != nil:
		v.add(ledger.CodeCheckpoint, ledger.NoSeq, "the note of size %d: %v", n.Size, err)
		return nil
	case c.Size != n.Size || c.Origin != l.Head().Origin:
		v.add(ledger.CodeCheckpoint, ledger.NoSeq, "the note of size %d is a checkpoint of %q at size %d", n.Size, c.Origin, c.Size)
		return nil
	case c.Size > l.Head().Size:
		v.add(ledger.CodeCheckpoint, l.Head().Size, "a checkpoint says %d records, there are %d", c.Size, l.Head().Size)
		return nil
	}
	root, err := l.RootAt(ctx, c.Size)
	if err != nil {
		return err
	}
	if root != c.Root {
		v.add(ledger.CodeCheckpoint, ledger.NoSeq, "at size %d the records give root %x, the checkpoint says %x", c.Size, root[:], c.Root[:])
		return nil
	}
	v.sealed(n, c, keys)
	return nil
}

// sealed checks who signed a note that is of these records.
func (v *Verification) sealed(n ledger.Note, c notary.Checkpoint, keys lineage) {
	_, err := notary.OpenCheckpoint(n.Text, keys.at(c.Size))
	switch {
	case err == nil:
		v.Sealed = max(v.Sealed, c.Size)
	case len(keys) == 0:
		v.Unknown++
	default:
		v.add(ledger.CodeCheckpoint, ledger.NoSeq, "the note of size %d: %v", n.Size, err)
	}
}
