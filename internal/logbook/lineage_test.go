package logbook

import (
	"errors"
	"os"
	"slices"
	"testing"

	"suyuan/internal/event"
	"suyuan/internal/keyring"
	"suyuan/internal/ledger"
	"suyuan/internal/notary"
	"suyuan/internal/notary/notarytest"
)

func (s *signedLedger) rotate(t *testing.T) Receipt {
	t.Helper()
	r, next, err := s.RotateKeys(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if got := texts(s.keys(t)); !slices.Equal(got, texts(next)) {
		t.Fatalf("in force are %v, want %v", got, texts(next))
	}
	return r
}

func TestAfterRotationsOldNotesVerifyAndNewOnesAreByNewKeys(t *testing.T) {
	t.Parallel()
	s := newSigned(t)
	keys := [][]notary.LedgerKey{s.keys(t)}
	for i := range 3 {
		must(t, s.Book, stream(collections(3*i, 3)), ImportOptions{})
		s.rotate(t)
		keys = append(keys, s.keys(t))
	}
	for _, n := range notes(t, s.Book) {
		era := int(n.Size-1) / 4 // of three records and a rotation
		for i := range keys {
			if _, err := notary.OpenCheckpoint(n.Text, keys[i]); (err == nil) != (i == era) {
				t.Errorf("the note of size %d and the keys after %d rotations: %v", n.Size, i, err)
			}
		}
	}
	for i := range keys {
		for name, o := range map[string]VerifyOptions{"given": {Keys: keys[i]}, "the Ed25519 one": {Keys: keys[i][:1]}, "at hand": {Trust: s.trust}} {
			if v := s.verified(t, o); !v.OK || v.Sealed != 13 || v.Notes != 7 || v.Unknown != 0 {
				t.Errorf("keys %d, %s: %+v", i, name, v)
			}
		}
		for _, whole := range []bool{true, false} {
			content, err := s.Bundle(t.Context(), BundleOptions{Whole: whole, Wanted: []uint64{2}})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := notary.CheckBundle(content, keys[i]); err != nil {
				t.Errorf("a bundle with keys %d: %v", i, err)
			}
		}
	}
	if v := s.verified(t, VerifyOptions{Keys: newSigned(t).keys(t)}); v.OK || v.Sealed != 0 {
		t.Errorf("by keys of nobody: %+v", v)
	}
}

func TestARotationThatIsOnlyStagedGoesOnWithTheSameKeys(t *testing.T) {
	t.Parallel()
	s := newSigned(t)
	_, staged, err := s.trust.Keys.Stage(signedOrigin)
	if err != nil {
		t.Fatal(err)
	}
	first := s.keys(t)
	patients(t, s.Book, 0, 1)
	c, err := s.Checkpoint(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := notary.OpenCheckpoint(c.Note, first); err != nil {
		t.Errorf("until it is recorded the old keys sign: %v", err)
	}
	s.rotate(t)
	if got := texts(s.keys(t)); !slices.Equal(got, texts(staged.Verifiers())) {
		t.Errorf("in force are %v, want the staged ones", got)
	}
}

func TestARotationThatIsRecordedIsSettledByWhoeverSignsNext(t *testing.T) {
	t.Parallel()
	s := newSigned(t)
	path := s.trust.Keys.Path(signedOrigin)
	old := read(t, path)
	s.rotate(t)
	// As if the process had ended right after the record.
	if err := os.Rename(path, s.trust.Keys.StagedPath(signedOrigin)); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(old), 0o600); err != nil {
		t.Fatal(err)
	}
	next, err := s.trust.Keys.Load(signedOrigin)
	if err != nil {
		t.Fatal(err)
	}
	if v := s.verified(t, VerifyOptions{Trust: s.trust}); !v.OK || v.Sealed != 2 || read(t, path) != old {
		t.Errorf("who looks settles nothing, and knows the new keys: %+v", v)
	}
	patients(t, s.Book, 0, 1)
	c, err := s.again(t).Checkpoint(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := notary.OpenCheckpoint(c.Note, s.keys(t)); err != nil || read(t, path) == old {
		t.Errorf("the new keys sign: %v", err)
	}
	if _, err := notary.OpenCheckpoint(c.Note, next.Verifiers()); err == nil {
		t.Error("the old keys sign on")
	}
	if _, err := os.Stat(s.trust.Keys.StagedPath(signedOrigin)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("staged is still %v", err)
	}
}

func TestALedgerWhoseKeysAreElsewhereIsNotRotated(t *testing.T) {
	t.Parallel()
	s := newSigned(t)
	trust := newTrust(t)
	b := openSigned(t, s.path, trust, clock)
	if _, err := b.TrustAnchor(t.Context(), s.keys(t)); err != nil {
		t.Fatal(err)
	}
	if _, _, err := b.RotateKeys(t.Context()); !errors.Is(err, keyring.ErrNoLedgerKeys) || size(t, b) != 1 {
		t.Errorf("got %v", err)
	}
	// Its records and signing go on, by whoever has which.
	patients(t, b, 0, 1)
	if !errors.Is(b.Unsealed(), nil) {
		t.Errorf("nothing was due: %v", b.Unsealed())
	}
	must(t, b, stream(collections(0, 2)), ImportOptions{})
	if !errors.Is(b.Unsealed(), keyring.ErrNoLedgerKeys) {
		t.Errorf("an import could not be sealed: %v", b.Unsealed())
	}
}

func TestKeysThatWereRotatedElsewhereSignNoMore(t *testing.T) {
	t.Parallel()
	s := newSigned(t)
	stale := read(t, s.trust.Keys.Path(signedOrigin))
	s.rotate(t)
	if err := os.WriteFile(s.trust.Keys.Path(signedOrigin), []byte(stale), 0o600); err != nil {
		t.Fatal(err)
	}
	patients(t, s.Book, 0, 1)
	if _, err := s.Checkpoint(t.Context()); !errors.Is(err, keyring.ErrNotInForce) {
		t.Errorf("got %v", err)
	}
	if v := s.verified(t, VerifyOptions{Trust: s.trust}); !v.OK || v.Sealed != 2 {
		t.Errorf("and still say who signed: %+v", v)
	}
}

// forgedRotation is a record by which a stranger's keys give way to others of his; behind them stand keys that he does not have.
func (s *signedLedger) forgedRotation(t *testing.T, alsoRetires, alsoKeys []string) {
	t.Helper()
	old, young := notarytest.Ed25519(signedOrigin, "evil"), notarytest.Ed25519(signedOrigin, "evil too")
	e := s.now(event.TypeKey, &event.Key{Action: event.KeyRotate, Rotate: &event.KeyRotation{
		Retires: append([]string{old.Public.String()}, alsoRetires...), Keys: append([]string{young.Public.String()}, alsoKeys...),
	}})
	e.Identify()
	s.append(t, e, notary.AppendSignatures(nil, notarytest.New(signedOrigin, nil).SignRotation(e.Bytes(), old, young)))
	r, err := s.Register(t.Context())
	if err != nil || len(r.Rotated) != 1 {
		t.Fatalf("no forgery: %v, %v", r.Rotated, err)
	}
}

// append puts a record in the ledger that no rule has judged, as a forger would.
func (s *signedLedger) append(t *testing.T, e event.Event, sig []byte) {
	t.Helper()
	e.Identify()
	l, err := open(t.Context(), s.path, false, waitForOthers)
	if err != nil {
		t.Fatal(err)
	}
	_, err = l.Append(t.Context(), testNow, ledger.AppendOptions{}, []ledger.Entry{{Event: e.Bytes(), By: "F/OP-1", Sig: sig}})
	if err := errors.Join(err, l.Close()); err != nil {
		t.Fatal(err)
	}
}

func TestAKeyThatIsOnlyNamedInARotationVouchesForNothing(t *testing.T) {
	t.Parallel()
	for _, retired := range []bool{true, false} {
		s := newSigned(t)
		keys := texts(s.keys(t))
		if retired {
			s.forgedRotation(t, keys, nil)
		} else {
			s.forgedRotation(t, nil, keys)
		}
		c, err := s.Checkpoint(t.Context())
		if err != nil || c.Size != 2 {
			t.Fatalf("retired %v: the ledger does not sign on: %+v, %v", retired, c, err)
		}
		if got := texts(s.keys(t)); !slices.Equal(got, keys) {
			t.Errorf("retired %v: in force are %v", retired, got)
		}
		for name, o := range map[string]VerifyOptions{"given": {Keys: parsedKeys(keys)}, "the second": {Keys: parsedKeys(keys[1:])}, "at hand": {Trust: s.trust}} {
			if v := s.verified(t, o); !v.OK || v.Sealed != 2 {
				t.Errorf("retired %v, %s: %+v", retired, name, v)
			}
		}
		head, err := s.Head(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		// What the stranger signs is not taken for the ledger's.
		patients(t, s.elsewhere(t, s.path), 0, 1)
		forged := notarytest.Note(ledger.Head{Origin: head.Origin, Size: 3, Root: mustRoot(t, s.Book, 3)}.Checkpoint(),
			notarytest.Ed25519(signedOrigin, "evil"), notarytest.Ed25519(signedOrigin, "evil too"))
		keepNote(t, s.Book, ledger.Note{Size: 3, Text: forged})
		if v := s.verified(t, VerifyOptions{Keys: parsedKeys(keys)}); v.OK || v.Sealed != 2 {
			t.Errorf("retired %v: a stranger's note: %+v", retired, v)
		}
	}
}

func mustRoot(t *testing.T, b *Book, size uint64) ledger.Hash {
	t.Helper()
	root, err := rootOf(t, b, size)
	if err != nil {
		t.Fatal(err)
	}
	return root
}

func TestARetiredKeyVouchesForNothingAfterItsTime(t *testing.T) {
	t.Parallel()
	const origin = signedOrigin
	first, second, evil := notarytest.Ed25519(origin, "1"), notarytest.Ed25519(origin, "2"), notarytest.Ed25519(origin, "evil")
	handovers := []handover{
		{10, &event.KeyRotation{Retires: []string{first.Public.String()}, Keys: []string{second.Public.String()}}},
		{20, &event.KeyRotation{Retires: []string{first.Public.String()}, Keys: []string{evil.Public.String()}}}, // whoever stole the first one
	}
	for _, known := range []notarytest.LedgerKey{first, second} {
		l := lineageOf([]notary.LedgerKey{known.Public}, handovers)
		for size, want := range map[uint64]notarytest.LedgerKey{1: first, 10: first, 11: second, 20: second, 21: second, 99: second} {
			if got := texts(l.at(size)); !slices.Equal(got, []string{want.Public.String()}) {
				t.Errorf("known %v: at size %d signs %v, want %v", known.Public, size, got, want.Public)
			}
		}
	}
	if got := texts(lineageOf([]notary.LedgerKey{evil.Public}, handovers).at(20)); slices.Contains(got, evil.Public.String()) {
		t.Errorf("a key before its time: %v", got)
	}
	if got := len(lineageOf(nil, handovers)); got != 0 {
		t.Errorf("of nobody: %d keys", got)
	}
}

func TestAnotherHistoryBehindARotationIsNotVouchedForByTheOldKey(t *testing.T) {
	t.Parallel()
	s := newSigned(t)
	old, err := s.trust.Keys.Load(signedOrigin)
	if err != nil {
		t.Fatal(err)
	}
	s.rotate(t)
	// Whoever stole the old keys writes a history that ends otherwise, the genuine rotation in it.
	record(t, s.elsewhere(t, s.path), onePatient)
	head, err := s.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	forged, err := old.SignCheckpoint(notary.Checkpoint{Origin: head.Origin, Size: head.Size, Root: head.Root}, testNow)
	if err != nil {
		t.Fatal(err)
	}
	keepNote(t, s.Book, ledger.Note{Size: head.Size, Text: forged})
	for name, keys := range map[string][]notary.LedgerKey{"old": old.Verifiers(), "new": s.keys(t)} {
		if v := s.verified(t, VerifyOptions{Keys: keys}); v.OK || v.Sealed != 2 || !slices.Equal(codes(&v), []ledger.Code{ledger.CodeCheckpoint}) {
			t.Errorf("%s: %+v", name, v)
		}
		if _, err := openSigned(t, s.path, newTrust(t), clock).TrustAnchor(t.Context(), keys); !errors.Is(err, ErrNotVouched) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := s.Checkpoint(t.Context()); !errors.Is(err, ledger.ErrDamaged) {
		t.Errorf("in its place no other note can be kept: %v", err)
	}
}
