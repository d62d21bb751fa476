package logbook

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"suyuan/internal/anchor"
	"suyuan/internal/keyring"
	"suyuan/internal/ledger"
	"suyuan/internal/notary"
)

// A stand is a ledger file and what its anchor knows.
type stand struct {
	path  string
	trust *Trust
	keys  []notary.LedgerKey // of the ledger, as its owner hands them out
	other []notary.LedgerKey // of another one
}

// stands makes one for each row of the table in docs/trust.md section 5, and for what it does not name.
func stands() map[AnchorState]func(t *testing.T) stand {
	elsewhere := func(t *testing.T, s *signedLedger) stand {
		t.Helper()
		return stand{path: s.path, trust: newTrust(t), keys: s.keys(t), other: newSigned(t).keys(t)}
	}
	return map[AnchorState]func(t *testing.T) stand{
		AnchorAgrees: func(t *testing.T) stand {
			t.Helper()
			s := elsewhere(t, newSigned(t))
			if _, err := openSigned(t, s.path, s.trust, clock).TrustAnchor(t.Context(), s.keys); err != nil {
				t.Fatal(err)
			}
			return s
		},
		AnchorNone: func(t *testing.T) stand {
			t.Helper()
			return stand{path: newLedger(t), trust: newTrust(t), other: newSigned(t).keys(t)}
		},
		AnchorAbsent: func(t *testing.T) stand {
			t.Helper()
			return elsewhere(t, newSigned(t))
		},
		AnchorUnreadable: func(t *testing.T) stand {
			t.Helper()
			s := newSigned(t)
			if err := os.WriteFile(s.trust.Anchor.CheckpointPath(signedOrigin), []byte("nonsense"), 0o600); err != nil {
				t.Fatal(err)
			}
			return stand{path: s.path, trust: s.trust, keys: s.keys(t), other: newSigned(t).keys(t)}
		},
		RolledBack: func(t *testing.T) stand {
			t.Helper()
			s := newSigned(t)
			before := read(t, s.path)
			must(t, s.Book, stream(collections(0, 5)), ImportOptions{})
			if err := os.WriteFile(s.path, []byte(before), 0o600); err != nil {
				t.Fatal(err)
			}
			return stand{path: s.path, trust: s.trust, keys: s.keys(t), other: newSigned(t).keys(t)}
		},
		Forked: func(t *testing.T) stand {
			t.Helper()
			s := newSigned(t)
			copied := writeFile(t, read(t, s.path))
			must(t, s.Book, stream(collections(0, 5)), ImportOptions{})
			must(t, s.elsewhere(t, copied), stream(collections(10, 9)), ImportOptions{})
			return stand{path: copied, trust: s.trust, keys: s.keys(t), other: newSigned(t).keys(t)}
		},
		OtherLedger: func(t *testing.T) stand {
			t.Helper()
			s, stranger := newSigned(t), newSigned(t)
			path := filepath.Join(t.TempDir(), "suyuan.db")
			if _, err := Init(t.Context(), path, InitOptions{Origin: "test.example/before", Now: clock, Trust: stranger.trust, Wait: waitForOthers}); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(read(t, s.path)), 0o600); err != nil {
				t.Fatal(err)
			}
			// The folder knows another ledger of that origin, with other keys: this one's own have to be let in as if nothing was known.
			if err := os.Remove(stranger.trust.Anchor.CheckpointPath(signedOrigin)); err != nil {
				t.Fatal(err)
			}
			if err := os.Remove(stranger.trust.Keys.Path(signedOrigin)); err != nil {
				t.Fatal(err)
			}
			return stand{path: path, trust: stranger.trust, keys: s.keys(t), other: stranger.keysOf(t, "test.example/before")}
		},
	}
}

// keysOf are the verifier keys of an origin in the ledger's folder.
func (s *signedLedger) keysOf(tb testing.TB, origin string) []notary.LedgerKey {
	tb.Helper()
	k, err := s.trust.Keys.Load(origin)
	if err != nil {
		tb.Fatal(err)
	}
	return k.Verifiers()
}

func TestEachStandingLetsReadAndWriteAsItMay(t *testing.T) {
	t.Parallel()
	for state, tt := range map[AnchorState]struct {
		alarming, writable bool
		exit               Exit // of a recording
		says               string
	}{
		AnchorAgrees:     {false, true, Done, "as its anchor says"},
		AnchorNone:       {false, true, Done, "as its anchor says"},
		AnchorAbsent:     {false, false, Failed, "nothing is known of it in anchor"},
		AnchorUnreadable: {false, false, Failed, "cannot be read"},
		RolledBack:       {true, false, Unverified, "has 1 records, its anchor knows 6: records 1 to 5 are missing"},
		Forked:           {true, false, Unverified, "at size 6 the anchor knows root"},
		OtherLedger:      {true, false, Unverified, `and "test.example/before" was known there`},
	} {
		t.Run(string(state), func(t *testing.T) {
			t.Parallel()
			at := stands()[state](t)
			b := openSigned(t, at.path, at.trust, clock)
			got := b.Standing()
			if got.State != state || got.Alarming() != tt.alarming || got.Writable() != tt.writable || got.Folder != at.trust.Anchor.Dir() {
				t.Errorf("%+v, alarming %v, writable %v", got, got.Alarming(), got.Writable())
			}
			refused := &StandingError{got}
			if !strings.Contains(refused.Error(), tt.says) || errors.Is(refused, ledger.ErrDamaged) != tt.alarming {
				t.Errorf("it says %v", refused)
			}
			before, err := b.Head(t.Context())
			if err != nil {
				t.Fatalf("reading: %v", err)
			}
			_, err = b.Record(t.Context(), parse(t, onePatient), nil)
			if Code(err) != tt.exit {
				t.Errorf("recording: exit %d, want %d: %v", Code(err), tt.exit, err)
			}
			after, err := b.Head(t.Context())
			if err != nil || (after != before) != tt.writable {
				t.Errorf("%+v, and before %+v, %v", after, before, err)
			}
		})
	}
}

func TestAnchorTrustTakesOnWhatAKeyVouchesFor(t *testing.T) {
	t.Parallel()
	for state, tt := range map[AnchorState]struct{ right, wrong, none Exit }{
		AnchorAgrees:     {Done, Unverified, Unverified},
		AnchorNone:       {Unverified, Unverified, Unverified}, // nothing in it is signed
		AnchorAbsent:     {Done, Unverified, Unverified},
		AnchorUnreadable: {Failed, Failed, Failed},
		RolledBack:       {Unverified, Unverified, Unverified},
		Forked:           {Unverified, Unverified, Unverified},
		OtherLedger:      {Done, Unverified, Unverified},
	} {
		for with, want := range map[string]Exit{"right": tt.right, "wrong": tt.wrong, "none": tt.none} {
			t.Run(string(state)+" "+with, func(t *testing.T) {
				t.Parallel()
				at := stands()[state](t)
				b := openSigned(t, at.path, at.trust, clock)
				keys := map[string][]notary.LedgerKey{"right": at.keys, "wrong": at.other}[with]
				c, err := b.TrustAnchor(t.Context(), keys)
				if Code(err) != want {
					t.Fatalf("exit %d, want %d: %v", Code(err), want, err)
				}
				got := openSigned(t, at.path, at.trust, clock).Standing()
				if want != Done {
					if got.State != state {
						t.Errorf("it is %s after it was refused", got.State)
					}
					return
				}
				if got.State != AnchorAgrees || got.Anchor != c || c.Size != 1 {
					t.Errorf("%+v after %+v", got, c)
				}
			})
		}
	}
}

func TestAnchorTrustTakesTheLedgersOwnKeysWhereTheyAreHere(t *testing.T) {
	t.Parallel()
	s := newSigned(t)
	if err := os.RemoveAll(s.trust.Anchor.Dir()); err != nil {
		t.Fatal(err)
	}
	b := s.again(t)
	if got := b.Standing().State; got != AnchorAbsent {
		t.Errorf("it is %s", got)
	}
	if _, err := b.TrustAnchor(t.Context(), nil); err != nil {
		t.Error(err)
	}
	record(t, b, onePatient)
}

func TestAnchorTrustSaysWhatIsWrongWithTheLedgersOwnKeys(t *testing.T) {
	t.Parallel()
	s := newSigned(t)
	name := s.trust.Keys.Path(signedOrigin)
	stale := read(t, name)
	s.rotate(t)
	keys := s.keys(t)
	if err := os.RemoveAll(s.trust.Anchor.Dir()); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte("no keys"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := s.again(t).TrustAnchor(t.Context(), keys); !errors.Is(err, keyring.ErrDamaged) {
		t.Errorf("%v, want that the keys are damaged", err)
	}
	if got := s.again(t).Standing().State; got != AnchorAbsent {
		t.Errorf("it is %s after it was refused", got)
	}
	// Those that were rotated elsewhere vouch for nothing, and are in nobody's way.
	if err := os.WriteFile(name, []byte(stale), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := s.again(t).TrustAnchor(t.Context(), nil); !errors.Is(err, ErrNotVouched) {
		t.Errorf("%v, want that nobody vouches", err)
	}
	if _, err := s.again(t).TrustAnchor(t.Context(), keys); err != nil {
		t.Error(err)
	}
}

func TestAnchorTrustTakesOnAnUnsignedLedgerWhereAnotherOneStood(t *testing.T) {
	t.Parallel()
	s := newSigned(t)
	if err := os.WriteFile(s.path, []byte(read(t, newLedger(t))), 0o600); err != nil {
		t.Fatal(err)
	}
	b := s.again(t)
	if got := b.Standing(); got.State != OtherLedger || got.Known != signedOrigin {
		t.Fatalf("%+v", got)
	}
	if c, err := b.TrustAnchor(t.Context(), nil); err != nil || c.Origin != "test.example/ledger" || c.Size != 1 {
		t.Errorf("%+v, %v", c, err)
	}
	if got := s.again(t).Standing().State; got != AnchorNone {
		t.Errorf("it is %s", got)
	}
}

func TestAnchorTrustDoesNotPassOverWhatTheAnchorKnowsOfTheLedgerAtAnotherPath(t *testing.T) {
	t.Parallel()
	s := newSigned(t)
	old := read(t, s.path)
	must(t, s.Book, stream(collections(0, 5)), ImportOptions{})
	path := filepath.Join(t.TempDir(), "suyuan.db")
	if _, err := Init(t.Context(), path, InitOptions{Origin: "test.example/before", Now: clock, Trust: s.trust, Wait: waitForOthers}); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(old), 0o600); err != nil {
		t.Fatal(err)
	}
	b := openSigned(t, path, s.trust, clock)
	if got := b.Standing().State; got != OtherLedger {
		t.Fatalf("it is %s", got)
	}
	var stands *StandingError
	if _, err := b.TrustAnchor(t.Context(), s.keys(t)); !errors.As(err, &stands) || stands.State != RolledBack {
		t.Errorf("got %v", err)
	}
}

func TestAnchorTrustRefusesACheckpointOfMoreRecordsThanThereAre(t *testing.T) {
	t.Parallel()
	s := newSigned(t)
	old := writeFile(t, read(t, s.path))
	must(t, s.Book, stream(collections(0, 5)), ImportOptions{})
	list := notes(t, s.Book)
	keepNote(t, openBook(t, old), list[len(list)-1])
	if _, err := openSigned(t, old, newTrust(t), clock).TrustAnchor(t.Context(), s.keys(t)); Code(err) != Unverified {
		t.Errorf("got %v", err)
	}
}

func TestTakePlaceMakesTheLedgerTheOneThatIsMeant(t *testing.T) {
	t.Parallel()
	at := stands()[OtherLedger](t)
	b := openSigned(t, at.path, at.trust, clock)
	if got, err := b.TakePlace(t.Context()); err != nil || got.State != AnchorAbsent {
		t.Errorf("%+v, %v", got, err)
	}
	s := newSigned(t)
	if got, err := s.TakePlace(t.Context()); err != nil || got.State != AnchorAgrees {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestAFolderThatSomebodyNamedAndThatIsNotThereIsADiskThatIsMissing(t *testing.T) {
	t.Parallel()
	s := newSigned(t)
	gone := *s.trust
	gone.Anchor = anchor.At(filepath.Join(t.TempDir(), "not-mounted"))
	b := openSigned(t, s.path, &gone, clock)
	if got := b.Standing(); got.State != AnchorAbsent || !errors.Is(got.Err, anchor.ErrNoFolder) {
		t.Errorf("%+v", got)
	}
	if _, err := b.Record(t.Context(), parse(t, onePatient), nil); !errors.Is(err, anchor.ErrNoFolder) || Code(err) != Failed {
		t.Errorf("recording: %v", err)
	}
	if _, err := os.Stat(gone.Anchor.Dir()); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a folder was made: %v", err)
	}
}

func TestALedgerIsKnownByOnePathHoweverItIsReached(t *testing.T) {
	t.Parallel()
	s := newSigned(t)
	want, err := absolute(s.path)
	if err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(filepath.Dir(s.path), link); err != nil {
		t.Skip(err)
	}
	for _, path := range []string{filepath.Join(link, "suyuan.db"), filepath.Join(filepath.Dir(s.path), ".", "x", "..", "suyuan.db")} {
		if got, err := absolute(path); got != want || err != nil {
			t.Errorf("%q, want %q, %v", got, want, err)
		}
	}
	if got, err := absolute(filepath.Join(link, "none.db")); !filepath.IsAbs(got) || err != nil {
		t.Errorf("of what is not there: %q, %v", got, err)
	}
}

func TestARelativePathThroughALinkedFolderIsTheLedgersOwn(t *testing.T) {
	dir, link := t.TempDir(), filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(dir, link); err != nil {
		t.Skip(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "suyuan.db"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	want, err := absolute(filepath.Join(dir, "suyuan.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(link) // the shell's idea of where it is has the link in it
	t.Setenv("PWD", link)
	if got, err := absolute("suyuan.db"); got != want || err != nil {
		t.Errorf("%q, want %q, %v", got, want, err)
	}
}

func TestAnAnchorOfNothingIsNoFork(t *testing.T) {
	t.Parallel()
	s := newSigned(t)
	for root, want := range map[string]AnchorState{
		"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=": AnchorAgrees, // the root of the empty tree (RFC 6962 section 2.1)
		"57DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=": Forked,
	} {
		text := signedOrigin + "\n0\n" + root + "\n\n\u2014 x AAAAAAAA\n"
		if err := os.WriteFile(s.trust.Anchor.CheckpointPath(signedOrigin), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := s.again(t).Standing(); got.State != want {
			t.Errorf("root %s: %+v", root, got)
		}
	}
}

func TestADoctorSaysHowTheLedgerStands(t *testing.T) {
	t.Parallel()
	for state, want := range map[AnchorState]Health{
		AnchorAgrees: HealthOK, AnchorNone: HealthWarning, AnchorAbsent: HealthWarning,
		AnchorUnreadable: HealthBad, RolledBack: HealthBad, Forked: HealthBad, OtherLedger: HealthBad,
	} {
		t.Run(string(state), func(t *testing.T) {
			t.Parallel()
			at := stands()[state](t)
			c, err := Doctor(t.Context(), at.path, testNow, waitForOthers, at.trust)
			if err != nil {
				t.Fatal(err)
			}
			wantCheck(t, c, "anchor", string(state), want)
		})
	}
	wantCheck(t, checkup(t, newSigned(t).path, testNow), "anchor", "no-home", HealthWarning)
}

func TestAnchorTrustSignsWhatHoldsNoCheckpointWhereTheKeysAreHere(t *testing.T) {
	t.Parallel()
	s := newSigned(t)
	patients(t, s.Book, 0, 2)
	path := filepath.Join(t.TempDir(), "suyuan.db")
	if _, err := RestoreFrom(t.Context(), writeFile(t, export(t, s.Book, ExportOptions{})), path, MakeOptions{}); err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(s.trust.Anchor.Dir()); err != nil {
		t.Fatal(err)
	}
	b := openSigned(t, path, s.trust, clock)
	if got := b.Standing().State; got != AnchorAbsent {
		t.Fatalf("it is %s", got)
	}
	if _, err := b.Checkpoint(t.Context()); Code(err) != Failed {
		t.Errorf("it was signed before anybody vouched for it: %v", err)
	}
	if c, err := b.TrustAnchor(t.Context(), nil); err != nil || c.Size != 3 {
		t.Errorf("%+v, %v", c, err)
	}
	if c, err := b.Checkpoint(t.Context()); err != nil || c.Size != 3 || c.Note == nil {
		t.Errorf("%+v, %v", c, err)
	}
}
