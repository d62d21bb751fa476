package logbook

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"suyuan/internal/anchor"
	"suyuan/internal/keyring"
	"suyuan/internal/ledger"
	"suyuan/internal/notary"
)

// An AnchorState is how a ledger stands to its anchor (docs/trust.md section 5).
type AnchorState string

// The states.
const (
	AnchorAgrees     AnchorState = "agrees"
	AnchorNone       AnchorState = "none"         // the ledger was never signed, and nothing is known of it here
	AnchorAbsent     AnchorState = "absent"       // it was signed, and nothing is known of it here
	AnchorUnreadable AnchorState = "unreadable"   // something is there and cannot be read
	RolledBack       AnchorState = "rolled-back"  // the anchor knows more records
	Forked           AnchorState = "forked"       // the anchor knows another history
	OtherLedger      AnchorState = "other-ledger" // another ledger was known at this path
)

// A Standing says how a ledger stands to its anchor.
type Standing struct {
	State  AnchorState
	Path   string            // of the ledger
	Origin string            // of the ledger
	Size   uint64            // of the ledger
	Folder string            // of the anchor; empty where the book knows none
	Anchor notary.Checkpoint // what it says, where there is one
	Known  string            // of OtherLedger: the origin that was known at this path
	Err    error             // of AnchorUnreadable, and of AnchorAbsent where the folder is not there
}

// Alarming reports whether the ledger is not what was signed here.
func (s *Standing) Alarming() bool {
	return s.State == RolledBack || s.State == Forked || s.State == OtherLedger
}

// Writable reports whether anything may be recorded.
func (s *Standing) Writable() bool { return s.State == AnchorAgrees || s.State == AnchorNone }

// A StandingError refuses to record in a ledger that does not stand as its anchor says. Nothing was written.
type StandingError struct{ Standing }

// Error says what is known elsewhere.
func (e *StandingError) Error() string {
	s := &e.Standing
	switch s.State {
	case RolledBack:
		return fmt.Sprintf("%q has %d records, its anchor knows %d: records %d to %d are missing", s.Path, s.Size, s.Anchor.Size, s.Size, s.Anchor.Size-1)
	case Forked:
		return fmt.Sprintf("%q is not the history that was signed: at size %d the anchor knows root %x", s.Path, s.Anchor.Size, s.Anchor.Root[:])
	case OtherLedger:
		return fmt.Sprintf("%q is ledger %q, and %q was known there", s.Path, s.Origin, s.Known)
	case AnchorUnreadable:
		return fmt.Sprintf("the anchor of %q cannot be read: %v", s.Path, s.Err)
	case AnchorAbsent:
		if s.Folder == "" {
			return fmt.Sprintf("%q was signed, and no folder for anchors is known", s.Path)
		}
		return fmt.Sprintf("%q was signed, and nothing is known of it in anchor %q", s.Path, s.Folder)
	case AnchorAgrees, AnchorNone:
	}
	return fmt.Sprintf("%q stands as its anchor says", s.Path)
}

// Unwrap returns ledger.ErrDamaged where the ledger is not what was signed.
func (e *StandingError) Unwrap() error {
	if e.Alarming() {
		return ledger.ErrDamaged
	}
	return e.Err
}

// standing holds the ledger against its anchor.
func (b *Book) standing(ctx context.Context, l *ledger.Ledger) (Standing, error) {
	head := l.Head()
	s := Standing{State: AnchorAgrees, Path: b.path, Origin: head.Origin, Size: head.Size}
	if b.o.Trust == nil {
		return b.unreadable(ctx, l, s, nil)
	}
	s.Folder = b.o.Trust.Anchor.Dir()
	path, err := absolute(b.path)
	if err != nil {
		return s, err
	}
	known, bound, err := b.o.Trust.Anchor.Bound(path)
	if err != nil {
		return b.unreadable(ctx, l, s, err)
	}
	if bound && known != head.Origin {
		s.State, s.Known = OtherLedger, known
		return s, nil
	}
	return b.againstAnchor(ctx, l, s)
}

// againstAnchor holds the ledger against what the anchor knows of its origin, whatever stood at its path before.
func (b *Book) againstAnchor(ctx context.Context, l *ledger.Ledger, s Standing) (Standing, error) {
	k, ok, err := b.o.Trust.Anchor.Read(s.Origin)
	if err != nil || !ok {
		return b.unreadable(ctx, l, s, err)
	}
	if s.Anchor = k.Checkpoint; s.Anchor.Size > s.Size {
		s.State = RolledBack
		return s, nil
	}
	s.State = AnchorAgrees
	root, err := l.RootAt(ctx, s.Anchor.Size)
	if err == nil && root != s.Anchor.Root {
		s.State = Forked
	}
	return s, err
}

// unreadable is the standing where the anchor said nothing: err, or that it knows nothing. A folder that is not there may be a disk that
// is not there.
func (b *Book) unreadable(ctx context.Context, l *ledger.Ledger, s Standing, err error) (Standing, error) {
	s.Err = err
	if err != nil && !errors.Is(err, anchor.ErrNoFolder) {
		s.State = AnchorUnreadable
		return s, nil
	}
	_, signed, err := l.NewestNote(ctx, ledger.NoteCheckpoint)
	s.State = AnchorNone
	if signed || b.o.Trust != nil && s.Size > 1 && !b.unborn && b.o.Trust.owns(s.Origin) {
		s.State = AnchorAbsent
	}
	return s, err
}

// owns reports whether the keys of a ledger are here: then init has signed it, whether or not anything still says so. Whoever took its notes and its
// anchor away must not get those keys to sign what is left.
func (t *Trust) owns(origin string) bool {
	_, err := t.Keys.Load(origin)
	return !errors.Is(err, keyring.ErrNoLedgerKeys)
}

// absolute returns the path under which a ledger is known, however it is reached.
func absolute(path string) (string, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	if file, err := filepath.EvalSymlinks(path); err == nil {
		return file, nil
	}
	return path, nil // where it is not there, or may not be looked at
}
