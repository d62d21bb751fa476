package logbook

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"suyuan/internal/anchor"
	"suyuan/internal/keyring"
	"suyuan/internal/ledger"
	"suyuan/internal/notary"
)

// newTrust is a user's folder with nothing in it.
func newTrust(tb testing.TB) *Trust {
	tb.Helper()
	home := tb.TempDir()
	return &Trust{Keys: keyring.LedgersIn(home), Anchor: anchor.Own(filepath.Join(home, "anchor"))}
}

// A watch is a clock that a test sets.
type watch struct{ time time.Time }

func (w *watch) now() time.Time { return w.time }

// A signedLedger is a ledger that signs, and a book on it.
type signedLedger struct {
	*Book
	trust *Trust
	watch *watch
}

const signedOrigin = "test.example/signed"

// newSigned makes a ledger with keys, a first checkpoint and an anchor.
func newSigned(tb testing.TB) *signedLedger {
	tb.Helper()
	return newSignedIn(tb, newTrust(tb))
}

func newSignedIn(tb testing.TB, trust *Trust) *signedLedger {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), "suyuan.db")
	if _, err := Init(tb.Context(), path, InitOptions{Origin: signedOrigin, By: "F/OP-1", Now: clock, Trust: trust, Wait: waitForOthers}); err != nil {
		tb.Fatal(err)
	}
	w := &watch{testNow}
	return &signedLedger{openSigned(tb, path, trust, w.now), trust, w}
}

func openSigned(tb testing.TB, path string, trust *Trust, now func() time.Time) *Book {
	tb.Helper()
	b, err := Open(tb.Context(), path, Options{Now: now, By: "F/OP-1", Trust: trust, Wait: waitForOthers})
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

// again opens another book on the ledger.
func (s *signedLedger) again(tb testing.TB) *Book {
	tb.Helper()
	return openSigned(tb, s.path, s.trust, s.watch.now)
}

// elsewhere opens a book on the ledger, or on a copy, as on another machine: with an anchor of its own and without the ledger's keys.
func (s *signedLedger) elsewhere(tb testing.TB, path string) *Book {
	tb.Helper()
	b := openSigned(tb, path, newTrust(tb), clock)
	if _, err := b.TrustAnchor(tb.Context(), s.keys(tb)); err != nil {
		tb.Fatal(err)
	}
	return b
}

// notes returns the checkpoints in the ledger.
func notes(tb testing.TB, b *Book) (list []ledger.Note) {
	tb.Helper()
	err := b.reading(tb.Context(), func(l *ledger.Ledger) (err error) {
		list, err = l.Notes(tb.Context(), ledger.NoteCheckpoint)
		return err
	})
	if err != nil {
		tb.Fatal(err)
	}
	return list
}

// sealed returns the size of the newest checkpoint in the ledger, which must be in the anchor too.
func (s *signedLedger) sealed(tb testing.TB) uint64 {
	tb.Helper()
	list := notes(tb, s.Book)
	last := list[len(list)-1]
	k, ok, err := s.trust.Anchor.Read(signedOrigin)
	if err != nil || !ok || !bytes.Equal(k.Note, last.Text) {
		tb.Fatalf("the anchor has %q, %v, %v; the ledger has %q", k.Note, ok, err, last.Text)
	}
	return last.Size
}

func (s *signedLedger) keys(tb testing.TB) []notary.LedgerKey {
	tb.Helper()
	keys, err := s.VerifierKeys(tb.Context())
	if err != nil {
		tb.Fatal(err)
	}
	return keys
}

func (s *signedLedger) verified(tb testing.TB, o VerifyOptions) Verification {
	tb.Helper()
	o.Wait = waitForOthers
	v, err := Verify(tb.Context(), s.path, o)
	if err != nil {
		tb.Fatal(err)
	}
	wantUnmarked(tb, s.path, o, v)
	return v
}

// codes are the findings of a verification.
func codes(v *Verification) (list []ledger.Code) {
	for _, f := range v.Findings {
		list = append(list, f.Code)
	}
	return list
}

func TestInitMakesKeysAFirstCheckpointAnAnchorAndABinding(t *testing.T) {
	t.Parallel()
	s := newSigned(t)
	keys := s.keys(t)
	if len(keys) != 2 || !keys[0].Ed25519() || keys[1].Ed25519() || keys[0].Name() != signedOrigin {
		t.Errorf("keys %v", keys)
	}
	list := notes(t, s.Book)
	c, err := notary.OpenCheckpoint(list[0].Text, keys)
	head, headErr := s.Head(t.Context())
	if len(list) != 1 || err != nil || headErr != nil || c != (notary.Checkpoint{Origin: signedOrigin, Size: 1, Root: head.Root}) || s.sealed(t) != 1 {
		t.Errorf("%d notes, %+v, %v, %v", len(list), c, err, headErr)
	}
	path, err := absolute(s.path)
	if err != nil {
		t.Fatal(err)
	}
	if known, ok, err := s.trust.Anchor.Bound(path); known != signedOrigin || !ok || err != nil {
		t.Errorf("at its path %q is known, %v, %v", known, ok, err)
	}
	if s := s.Standing(); s.State != AnchorAgrees || s.Anchor.Size != 1 {
		t.Errorf("%+v", s)
	}
}

func TestAnUnsignedLedgerHasNoKeysNoNotesAndNoAnchor(t *testing.T) {
	t.Parallel()
	trust := newTrust(t)
	b := openSigned(t, newLedger(t), trust, clock)
	record(t, b, onePatient)
	if err := b.Unsealed(); err != nil {
		t.Errorf("it says %v", err)
	}
	if list := notes(t, b); len(list) != 0 {
		t.Errorf("%d notes", len(list))
	}
	c, err := b.Checkpoint(t.Context())
	if head, _ := b.Head(t.Context()); err != nil || c.Note != nil || c.Size != 2 || c.Root != head.Root || !bytes.Equal(c.Body(), head.Checkpoint()) {
		t.Errorf("%+v, %v", c, err)
	}
	if _, err := os.Stat(trust.Anchor.Dir()); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("an anchor: %v", err)
	}
	if _, err := b.VerifierKeys(t.Context()); !errors.Is(err, keyring.ErrNoLedgerKeys) {
		t.Errorf("keys: %v", err)
	}
}

const onePatient = `{'type':'followup','time':'2026-05-30T08:00:00Z','patient':'P-1'}`

func TestInitRefusesAnOriginThatTheAnchorKnows(t *testing.T) {
	t.Parallel()
	s := newSigned(t)
	record(t, s.Book, onePatient)
	if _, err := s.Checkpoint(t.Context()); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "suyuan.db")
	_, err := Init(t.Context(), path, InitOptions{Origin: signedOrigin, Now: clock, Trust: s.trust, Wait: waitForOthers})
	var used *OriginUsedError
	if !errors.As(err, &used) || used.Origin != signedOrigin || used.Anchor.Size != 2 {
		t.Errorf("got %v", err)
	}
	if _, err := os.Lstat(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a ledger was made: %v", err)
	}
	if _, err := Init(t.Context(), path, InitOptions{Origin: signedOrigin + "-2", Now: clock, Trust: s.trust, Wait: waitForOthers}); err != nil {
		t.Errorf("another origin: %v", err)
	}
	if _, err := Init(t.Context(), path, InitOptions{Origin: signedOrigin + "-3", Now: clock, Trust: s.trust, Wait: waitForOthers}); !errors.Is(err, ErrExists) {
		t.Errorf("over another ledger: %v", err)
	}
	if _, err := s.trust.Keys.Load(signedOrigin + "-3"); !errors.Is(err, keyring.ErrNoLedgerKeys) {
		t.Errorf("keys of a ledger that was not made: %v", err)
	}
}

func TestACrashBetweenKeysAndLedgerIsNoObstacle(t *testing.T) {
	t.Parallel()
	trust := newTrust(t)
	made, err := trust.Keys.Make(signedOrigin)
	if err != nil {
		t.Fatal(err)
	}
	if s := newSignedIn(t, trust); s.keys(t)[0].String() != made.Verifiers()[0].String() {
		t.Error("the ledger has other keys than those that were made")
	}
}

func TestACrashBetweenLedgerAndAnchorIsMendedByACheckpoint(t *testing.T) {
	t.Parallel()
	trust := newTrust(t)
	anchored := trust.Anchor
	trust.Anchor = anchor.Own(filepath.Join(writeFile(t, ""), "anchor")) // a file is where its folder should be
	path := filepath.Join(t.TempDir(), "suyuan.db")
	_, err := Init(t.Context(), path, InitOptions{Origin: signedOrigin, Now: clock, Trust: trust, Wait: waitForOthers})
	if err == nil {
		t.Fatal("an anchor was made in a file")
	}
	if _, err := os.Lstat(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a ledger that could not be anchored was made: %v", err)
	}
	// As if the process had ended right after the ledger was made.
	if _, err := trust.Keys.Make(signedOrigin); err != nil {
		t.Fatal(err)
	}
	if _, err := Init(t.Context(), path, InitOptions{Origin: signedOrigin, Now: clock}); err != nil {
		t.Fatal(err)
	}
	trust.Anchor = anchored
	b := openSigned(t, path, trust, clock)
	if c, err := b.Checkpoint(t.Context()); err != nil || c.Note == nil || c.Size != 1 || b.Standing().State != AnchorNone {
		t.Errorf("%+v, %v, %+v", c, err, b.Standing())
	}
	if b := openSigned(t, path, trust, clock); b.Standing().State != AnchorAgrees {
		t.Errorf("%+v", b.Standing())
	}
}

func TestALedgerThatIsMadeAndCannotBeSealedIsSaidToBeThere(t *testing.T) {
	t.Parallel()
	for name, breaks := range map[string]func(*Trust) error{
		"no anchor": func(trust *Trust) error { block(t, trust.Anchor.Dir()); return nil },
		"no keys":   func(trust *Trust) error { return os.Remove(trust.Keys.Path(signedOrigin)) },
	} {
		trust := newTrust(t)
		path := filepath.Join(t.TempDir(), "suyuan.db")
		var once sync.Once
		broken := func() time.Time {
			once.Do(func() {
				if err := breaks(trust); err != nil {
					t.Error(name, err)
				}
			})
			return testNow
		}
		_, err := Init(t.Context(), path, InitOptions{Origin: signedOrigin, Now: broken, Trust: trust, Wait: waitForOthers})
		var seal *SealError
		if !errors.As(err, &seal) || seal.Path != path || Code(err) != Unfinished {
			t.Fatalf("%s: got %v", name, err)
		}
		if said := err.Error(); strings.Count(said, "no checkpoint of") != 1 || strings.Count(said, "done in part") != 1 {
			t.Errorf("%s: it is said twice: %s", name, said)
		}
		if _, err := Open(t.Context(), path, options()); err != nil {
			t.Errorf("%s: the ledger: %v", name, err)
		}
	}
}

// block puts a file where a folder is, or should be, and keeps the folder beside it.
func block(tb testing.TB, dir string) {
	tb.Helper()
	if err := os.Rename(dir, dir+".kept"); err != nil && !errors.Is(err, os.ErrNotExist) {
		tb.Error(err)
	}
	if err := os.WriteFile(dir, nil, 0o600); err != nil {
		tb.Error(err)
	}
}

func unblock(tb testing.TB, dir string) {
	tb.Helper()
	if err := errors.Join(os.Remove(dir), os.Rename(dir+".kept", dir)); err != nil {
		tb.Fatal(err)
	}
}

func TestWithoutTrustNobodySigns(t *testing.T) {
	t.Parallel()
	b := newBook(t)
	if _, err := b.VerifierKeys(t.Context()); !errors.Is(err, ErrNoTrust) {
		t.Errorf("keys: %v", err)
	}
	if _, _, err := b.RotateKeys(t.Context()); !errors.Is(err, ErrNoTrust) {
		t.Errorf("rotation: %v", err)
	}
	if _, err := b.TrustAnchor(t.Context(), nil); !errors.Is(err, ErrNoTrust) {
		t.Errorf("anchor: %v", err)
	}
	if _, err := b.Bundle(t.Context(), BundleOptions{Whole: true}); !errors.Is(err, ErrNoTrust) {
		t.Errorf("bundle: %v", err)
	}
	if s := b.Standing(); s.State != AnchorNone || s.Folder != "" || !s.Writable() {
		t.Errorf("%+v", s)
	}
	if s, err := b.TakePlace(t.Context()); err != nil || s.State != AnchorNone {
		t.Errorf("%+v, %v", s, err)
	}
	signed := openBook(t, newSigned(t).path)
	_, err := signed.Record(t.Context(), parse(t, onePatient), nil)
	if stands := new(StandingError); !errors.As(err, &stands) || stands.State != AnchorAbsent || !strings.Contains(err.Error(), "no folder for anchors") {
		t.Errorf("in a ledger that was signed: %v", err)
	}
}

func TestTheVerifierKeysAreTheOnesInForce(t *testing.T) {
	t.Parallel()
	s := newSigned(t)
	first := texts(s.keys(t))
	_, next, err := s.RotateKeys(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if got := texts(s.keys(t)); !slices.Equal(got, texts(next)) || slices.Equal(got, first) {
		t.Errorf("%v after %v", got, first)
	}
}
