package logbook

import (
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"suyuan/internal/event"
	"suyuan/internal/keyring"
	"suyuan/internal/ledger"
	"suyuan/internal/notary"
	"suyuan/internal/notary/notarytest"
)

func TestVerifySaysHowTheLedgerStandsToItsAnchor(t *testing.T) {
	t.Parallel()
	for state, want := range map[AnchorState]struct {
		code ledger.Code
		seq  uint64
	}{
		AnchorAgrees: {}, AnchorNone: {}, AnchorAbsent: {},
		AnchorUnreadable: {ledger.CodeAnchor, ledger.NoSeq},
		RolledBack:       {ledger.CodeRolledBack, 1},
		Forked:           {ledger.CodeForked, ledger.NoSeq},
		OtherLedger:      {ledger.CodeOther, ledger.NoSeq},
	} {
		t.Run(string(state), func(t *testing.T) {
			t.Parallel()
			at := stands()[state](t)
			v, err := Verify(t.Context(), at.path, VerifyOptions{Trust: at.trust, Wait: waitForOthers})
			if err != nil || v.OK != (want.code == "") {
				t.Fatalf("%+v, %v", v, err)
			}
			if !v.OK && (v.Findings[0].Code != want.code || v.Findings[0].Seq != want.seq) {
				t.Errorf("%+v, want %s of %d", v.Findings, want.code, want.seq)
			}
			// The same file on a machine that knows nothing of it.
			if v, err := Verify(t.Context(), at.path, VerifyOptions{Wait: waitForOthers}); err != nil || !v.OK {
				t.Errorf("without its anchor: %+v, %v", v, err)
			}
		})
	}
}

func TestVerifyChecksEveryNoteAndWhoSignedIt(t *testing.T) {
	t.Parallel()
	note := func(s *signedLedger, text string) []byte {
		own, err := s.trust.Keys.Load(signedOrigin)
		if err != nil {
			t.Error(err)
			return nil
		}
		c, err := notary.ReadCheckpoint([]byte(text))
		if err != nil || c.Origin != signedOrigin {
			return notarytest.Note([]byte(text), notarytest.Ed25519(signedOrigin, "stranger"))
		}
		signed, err := own.SignCheckpoint(c, testNow)
		if err != nil {
			t.Error(err)
		}
		return signed
	}
	for name, tt := range map[string]struct {
		size uint64
		edit func(text string) string // of the checkpoint at size 4
		note func(s *signedLedger, text string) []byte
		says string // nothing: it is sound
	}{
		"sound":             {4, asItIs, note, ""},
		"no checkpoint":     {4, func(string) string { return "nonsense\n" }, note, "the note of size 4: checkpoint: found"},
		"of another size":   {3, asItIs, note, `the note of size 3 is a checkpoint of "test.example/signed" at size 4`},
		"of another ledger": {4, func(s string) string { return strings.Replace(s, "signed", "other", 1) }, note, `is a checkpoint of "test.example/other"`},
		"of more records":   {9, func(s string) string { return strings.Replace(s, "\n4\n", "\n9\n", 1) }, note, "a checkpoint says 9 records, there are 4"},
		"of another root":   {4, func(s string) string { return strings.Replace(s, "\n4\n", "\n4\nAAAA", 1)[:len(s)] + "\n" }, note, ""},
		"by a stranger": {4, asItIs, func(_ *signedLedger, text string) []byte {
			return notarytest.Note([]byte(text), notarytest.Ed25519(signedOrigin, "stranger"))
		}, "the note of size 4: checkpoint:"},
		"with a flipped line": {4, asItIs, func(s *signedLedger, text string) []byte { b := note(s, text); b[len(b)-20] ^= 1; return b }, "the note of size 4: checkpoint:"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSigned(t)
			patients(t, s.Book, 0, 3)
			head, err := s.Head(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			text := tt.edit(string(head.Checkpoint()))
			if name == "of another root" {
				head.Root[0] ^= 1
				text, tt.says = string(head.Checkpoint()), "at size 4 the records give root"
			}
			keepNote(t, s.Book, ledger.Note{Size: tt.size, Text: tt.note(s, text)})
			for with, o := range map[string]VerifyOptions{"given": {Keys: s.keys(t)}, "at hand": {Trust: s.trust}} {
				v := s.verified(t, o)
				if tt.says == "" {
					if !v.OK || v.Sealed != 4 || v.Notes != 2 {
						t.Errorf("%s: %+v", with, v)
					}
					continue
				}
				if !slices.Equal(codes(&v), []ledger.Code{ledger.CodeCheckpoint}) || !strings.Contains(v.Findings[0].What, tt.says) || v.Sealed != 1 {
					t.Errorf("%s: %+v, want %q", with, v, tt.says)
				}
			}
		})
	}
}

func TestWithoutKeysACheckpointVouchesForNothing(t *testing.T) {
	t.Parallel()
	s := newSigned(t)
	patients(t, s.Book, 0, 1)
	if _, err := s.Checkpoint(t.Context()); err != nil {
		t.Fatal(err)
	}
	if v := s.verified(t, VerifyOptions{}); !v.OK || v.Sealed != 0 || v.Notes != 2 || v.Unknown != 2 {
		t.Errorf("%+v", v)
	}
	if v := s.verified(t, VerifyOptions{Trust: s.trust, Keys: newSigned(t).keys(t)}); v.OK || v.Sealed != 0 {
		t.Errorf("the keys given count, and not those at hand: %+v", v)
	}
}

func TestVerifyReadsThePoliciesAndSignaturesOfRecordsThatNoRuleJudged(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		sign func(s *signedLedger, one *signer, e event.Event) []byte
		want []ledger.Code
	}{
		"sound":    {func(_ *signedLedger, one *signer, e event.Event) []byte { return signedBy(t, one, signedOrigin, e) }, nil},
		"unsigned": {func(*signedLedger, *signer, event.Event) []byte { return nil }, []ledger.Code{ledger.CodePolicy}},
		"under another origin": {
			func(_ *signedLedger, one *signer, e event.Event) []byte {
				return signedBy(t, one, "test.example/other", e)
			},
			[]ledger.Code{ledger.CodeSignature, ledger.CodePolicy},
		},
		"by a key that nobody registered": {
			func(_ *signedLedger, _ *signer, e event.Event) []byte {
				return signedBy(t, &signer{Key: notarytest.Plain("stranger")}, signedOrigin, e)
			},
			[]ledger.Code{ledger.CodeSignature, ledger.CodePolicy},
		},
		"by a key that was revoked": {
			func(s *signedLedger, one *signer, e event.Event) []byte {
				if _, err := s.RevokeKey(t.Context(), one.Public().ID(), "lost", event.Time{}); err != nil {
					t.Error(err)
				}
				return signedBy(t, one, signedOrigin, e)
			},
			[]ledger.Code{ledger.CodeSignature, ledger.CodePolicy},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSigned(t)
			one := s.person(t, "one", "")
			s.policy(t, event.TypeFollowup, event.GateEntry, "performed")
			e := parse(t, onePatient)
			e.Identify()
			s.append(t, e, tt.sign(s, one, e))
			v := s.verified(t, VerifyOptions{Signatures: true})
			if !slices.Equal(codes(&v), tt.want) || v.OK != (len(tt.want) == 0) || !v.OK && v.Findings[0].Seq != v.Size-1 {
				t.Errorf("%+v", v)
			}
			if v := s.verified(t, VerifyOptions{}); !v.OK {
				t.Errorf("nobody asked for signatures: %+v", v)
			}
		})
	}
}

func signedBy(t *testing.T, by *signer, origin string, e event.Event) []byte {
	t.Helper()
	s := by.as("performed")
	sig, err := s.sign(origin, e.Bytes(), event.TimeOf(testNow).String())
	if err != nil {
		t.Error(err)
	}
	return notary.AppendSignatures(nil, []notary.Signature{sig})
}

func TestVerifySeesACorrectedOrReplacedKeyEvent(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"corrected": `{'type':'correction','time':'2026-05-30T08:00:00Z','corrects':'%s','reason':'did_not_occur'}`,
		"replaced":  `{'type':'followup','time':'2026-05-30T08:00:00Z','patient':'P-1','replaces':'%s'}`,
		"another":   `{'type':'followup','time':'2026-05-30T08:00:00Z','patient':'P-1','note':'%s'}`,
	} {
		s := newSigned(t)
		s.person(t, "one", "")
		g, err := s.Graph(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		entry, _ := g.BySeq(1)
		s.append(t, parse(t, strings.Replace(text, "%s", string(entry.Event.ID), 1)), nil)
		v := s.verified(t, VerifyOptions{Signatures: true})
		if want := name != "another"; v.OK == want || want && !slices.Equal(codes(&v), []ledger.Code{ledger.CodeSignature}) {
			t.Errorf("%s: %+v", name, v)
		}
	}
}

func TestVerifyOfWhatCannotBeReadIsAnError(t *testing.T) {
	t.Parallel()
	if _, err := Verify(t.Context(), newLedger(t)+".none", VerifyOptions{}); !errors.Is(err, ErrNoLedger) {
		t.Errorf("got %v", err)
	}
}

func TestVerifyGoesOnToWhatVouchesWhereRecordsAreDamaged(t *testing.T) {
	t.Parallel()
	s := newSigned(t)
	must(t, s.Book, stream(collections(0, 300)), ImportOptions{})
	for what, text := range map[string]string{"a record": `"unit":"U-150"`, "record 0": `"origin":"test.example/signed"`} {
		path := flipped(t, s.path, text)
		v, err := Verify(t.Context(), path, VerifyOptions{Wait: waitForOthers, Trust: s.trust, Signatures: true})
		if err != nil || v.OK || len(v.Findings) == 0 {
			t.Errorf("%s: %+v, %v", what, v, err)
		}
	}
	if v := s.verified(t, VerifyOptions{Trust: s.trust, Signatures: true}); !v.OK || v.Sealed != 301 {
		t.Errorf("untouched: %+v", v)
	}
}

func TestVerifyWithKeysAtHandThatCannotBeReadIsAnErrorUnlessOthersAreGiven(t *testing.T) {
	t.Parallel()
	s := newSigned(t)
	keys := s.keys(t)
	if err := os.WriteFile(s.trust.Keys.Path(signedOrigin), []byte("nonsense"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Verify(t.Context(), s.path, VerifyOptions{Wait: waitForOthers, Trust: s.trust}); !errors.Is(err, keyring.ErrDamaged) {
		t.Errorf("got %v", err)
	}
	if v := s.verified(t, VerifyOptions{Trust: s.trust, Keys: keys}); !v.OK || v.Sealed != 1 {
		t.Errorf("%+v", v)
	}
}

func TestVerifyFindsALaterSignatureOfWhatIsNotThere(t *testing.T) {
	t.Parallel()
	s := newSigned(t)
	one := s.person(t, "one", "")
	for _, signs := range []string{"019c9f00-0000-8000-8000-000000000001", "no-id"} {
		e := s.now(event.TypeSignature, &event.Signature{Signs: event.ID(signs), Meaning: "performed", SHA256: strings.Repeat("0", 64)})
		e.Identify()
		s.append(t, e, signedBy(t, one, signedOrigin, e))
		if v := s.verified(t, VerifyOptions{Signatures: true}); v.OK || v.Findings[len(v.Findings)-1].Seq != v.Size-1 {
			t.Errorf("%s: %+v", signs, v)
		}
	}
}
