package logbook

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"suyuan/internal/event"
	"suyuan/internal/keyring"
	"suyuan/internal/ledger"
	"suyuan/internal/notary"
	"suyuan/internal/notary/notarytest"
	"suyuan/internal/rules"
)

// A signer is somebody's key, which counts how often it signs and may refuse.
type signer struct {
	notarytest.Key
	signed int
	refuse error
}

func (s *signer) Public() notary.Public { return s.Key.Public }

func (s *signer) Sign(message []byte) ([]byte, error) {
	if s.signed++; s.refuse != nil {
		return nil, s.refuse
	}
	return s.Key.Sign(message), nil
}

var _ keyring.Signer = (*signer)(nil)

func (s *signer) as(meaning string) Signing { return Signing{Signer: s, Meaning: meaning} }

// person registers a key of an operator with a role.
func (s *signedLedger) person(tb testing.TB, name, role string) *signer {
	tb.Helper()
	k := &signer{Key: notarytest.Plain(name)}
	if _, err := s.RegisterKey(tb.Context(), k, KeyOwner{Holder: ref(tb, "operator:F/"+name), Role: role, Use: event.UsePerson}); err != nil {
		tb.Fatal(err)
	}
	return k
}

// signing has a book that signs all it records.
func (s *signedLedger) signing(tb testing.TB, by ...Signing) *Book {
	tb.Helper()
	b := s.again(tb)
	b.o.Sign = by
	return b
}

// signaturesOf returns those that a record bears, each of which must hold under its key.
func (s *signedLedger) signaturesOf(t *testing.T, seq uint64, keys ...*signer) []notary.Signature {
	t.Helper()
	var rec ledger.Record
	err := s.reading(t.Context(), func(l *ledger.Ledger) (err error) {
		rec, err = l.Record(t.Context(), seq)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	list, err := notary.ParseSignatures(rec.Sig)
	if err != nil || len(list) != len(keys) {
		t.Fatalf("record %d bears %d signatures, want %d, %v", seq, len(list), len(keys), err)
	}
	for i, k := range keys {
		sig, public := list[i], k.Public()
		message := notary.Message(signedOrigin, rec.Event, sig.Key, sig.Meaning, sig.Time)
		if sig.Key != public.ID() || public.Verify(message, sig.Sig) != nil {
			t.Errorf("record %d: signature %d is not by %s", seq, i, public)
		}
		message[len(message)/2] ^= 1
		if public.Verify(message, sig.Sig) == nil {
			t.Errorf("record %d: signature %d holds over other bytes", seq, i)
		}
	}
	return list
}

// policy sets one; needs are MEANING or MEANING:ROLE.
func (s *signedLedger) policy(tb testing.TB, on event.Type, gate string, needs ...string) {
	tb.Helper()
	if _, err := s.Record(tb.Context(), policyOn(s.Book, on, gate, needs...), nil); err != nil {
		tb.Fatal(err)
	}
}

func policyOn(b *Book, on event.Type, gate string, needs ...string) event.Event {
	terms := &event.PolicyTerms{On: on, Gate: gate}
	for _, need := range needs {
		meaning, role, _ := strings.Cut(need, ":")
		terms.Needs = append(terms.Needs, event.PolicyNeed{Meaning: meaning, Role: role})
	}
	return b.now(event.TypePolicy, &event.Policy{Action: event.PolicySet, Set: terms})
}

func TestARecordBearsTheSignaturesThatWereAskedFor(t *testing.T) {
	t.Parallel()
	s := newSigned(t)
	one, two := s.person(t, "one", ""), s.person(t, "two", "")
	r := record(t, s.signing(t, one.as("performed"), two.as("witnessed")), onePatient)
	list := s.signaturesOf(t, r.Seq, one, two)
	if list[0].Meaning != "performed" || list[1].Meaning != "witnessed" || list[0].Time != event.TimeOf(testNow).String() {
		t.Errorf("%+v", list)
	}
	if v := s.verified(t, VerifyOptions{Signatures: true}); !v.OK || v.Signatures != 4 {
		t.Errorf("%+v", v)
	}
}

func TestAKeyThatDoesNotSignKeepsTheEventOut(t *testing.T) {
	t.Parallel()
	s := newSigned(t)
	one := s.person(t, "one", "")
	one.refuse = errors.New("nobody touched it")
	before := size(t, s.Book)
	b := s.signing(t, one.as("performed"))
	_, recordErr := b.Record(t.Context(), parse(t, onePatient), nil)
	_, importErr := b.Import(t.Context(), stream(collections(0, 3)), ImportOptions{})
	_, stepErr := b.CaseStep(t.Context(), ref(t, "case:C-1"), event.ActionOpen, noonTime(t), opening(t))
	for how, err := range map[string]error{"record": recordErr, "import": importErr, "step": stepErr} {
		var signing *SigningError
		if !errors.As(err, &signing) || !errors.Is(err, one.refuse) || signing.Key != one.Public().ID() || Code(err) != Failed {
			t.Errorf("%s: %v", how, err)
		}
	}
	if size(t, b) != before {
		t.Error("something was recorded")
	}
}

func TestAnEventThatStandsThereUnsignedIsNotTakenForSigned(t *testing.T) {
	t.Parallel()
	s := newSigned(t)
	one := s.person(t, "one", "")
	first := record(t, s.Book, onePatient)
	must(t, s.Book, stream(collections(0, 2)), ImportOptions{})
	b := s.signing(t, one.as("performed"))
	before := size(t, b)
	_, recordErr := b.Record(t.Context(), parse(t, onePatient), nil)
	_, importErr := b.Import(t.Context(), stream(collections(0, 5)), ImportOptions{})
	for seq, err := range map[uint64]error{first.Seq: recordErr, first.Seq + 1: importErr} {
		var unsigned *UnsignedError
		if !errors.As(err, &unsigned) || unsigned.Seq != seq || unsigned.Key != one.Public().ID() || unsigned.Meaning != "performed" || Code(err) != Failed {
			t.Errorf("got %v", err)
		}
	}
	if size(t, b) != before {
		t.Error("something was recorded")
	}
	must(t, b, stream(collections(2, 3)), ImportOptions{})
	if r := must(t, b, stream(collections(2, 3)), ImportOptions{}); r.Known != 3 { // signed as it is to be signed
		t.Errorf("%+v", r)
	}
	if r := must(t, s.Book, stream(collections(2, 3)), ImportOptions{}); r.Known != 3 { // and nobody asks
		t.Errorf("%+v", r)
	}
}

func opening(t *testing.T) func(*CaseDesk) ([]event.Event, error) {
	t.Helper()
	open := step(t, noon, &event.Case{Action: event.ActionOpen, Open: &event.CaseOpen{Sources: []event.Ref{ref(t, "donor:D-1")}}})
	return func(*CaseDesk) ([]event.Event, error) { return []event.Event{open}, nil }
}

func TestAnImportIsSignedOnceAndRecordedAsItWasJudged(t *testing.T) {
	t.Parallel()
	s := newSigned(t)
	one := s.person(t, "one", "")
	one.signed = 0
	b := s.signing(t, one.as("performed"))
	b.step = 3
	b.o.Now = func() time.Time { // the clock goes on between the two passes
		s.watch.time = s.watch.time.Add(time.Second)
		return s.watch.time
	}
	must(t, b, stream(collections(0, 10)), ImportOptions{})
	if one.signed != 10 {
		t.Errorf("%d signatures were asked for, want 10", one.signed)
	}
	for seq := uint64(2); seq < 12; seq++ {
		s.signaturesOf(t, seq, one)
	}
	if v := s.verified(t, VerifyOptions{Signatures: true}); !v.OK || v.Signatures != 11 {
		t.Errorf("%+v", v)
	}
}

func TestAStepOfManyEventsIsOneCommitOfSignedRecords(t *testing.T) {
	t.Parallel()
	s := newSigned(t)
	must(t, s.Book, stream(story), ImportOptions{})
	one := s.person(t, "one", "")
	b := s.signing(t, one.as("approved"))
	openC1(t, b)
	hold := func(thing string) event.Event {
		return step(t, noon, &event.Case{Action: event.ActionHold, Things: []event.Ref{ref(t, thing)}})
	}
	receipts, err := b.CaseStep(t.Context(), ref(t, "case:C-1"), event.ActionHold, noonTime(t), func(*CaseDesk) ([]event.Event, error) {
		return []event.Event{hold("unit:U-3"), hold("unit:U-4")}, nil
	})
	if err != nil || len(receipts) != 2 {
		t.Fatalf("%+v, %v", receipts, err)
	}
	for _, r := range receipts {
		s.signaturesOf(t, r.Seq, one)
	}
	// One that lacks what its policy wants keeps all of them out.
	s.policy(t, event.TypeCase, event.GateEntry, "approved:quality")
	before := size(t, b)
	_, err = b.CaseStep(t.Context(), ref(t, "case:C-1"), event.ActionHold, noonTime(t), func(*CaseDesk) ([]event.Event, error) {
		return []event.Event{hold("unit:U-1"), hold("unit:U-2")}, nil
	})
	_ = refusedBy(t, err, rules.MissingSignature)
	if size(t, b) != before {
		t.Error("something was recorded")
	}
}

func TestALaterSignatureNamesTheDigestOfWhatItSigns(t *testing.T) {
	t.Parallel()
	s := newSigned(t)
	one := s.person(t, "one", "")
	first := record(t, s.Book, onePatient)
	r, err := s.SignRecord(t.Context(), first.Seq, "reviewed", one.as("reviewed"))
	if err != nil {
		t.Fatal(err)
	}
	s.signaturesOf(t, r.Seq, one)
	two := s.person(t, "two", "")
	for i, by := range []*signer{two, one, two} { // at the same tick of the clock
		again, err := s.SignRecord(t.Context(), first.Seq, "reviewed", by.as("reviewed"))
		if err != nil || again.Known != (i > 0) {
			t.Fatalf("%+v, %v", again, err)
		}
		s.signaturesOf(t, again.Seq, by)
	}
	for _, seq := range []uint64{0, size(t, s.Book)} {
		var beyond *BeyondError
		if _, err := s.SignRecord(t.Context(), seq, "reviewed", one.as("reviewed")); !errors.As(err, &beyond) || beyond.Asked != seq {
			t.Errorf("record %d: %v", seq, err)
		}
	}
	// What the signature means is said where it is not what the event says.
	_, err = s.SignRecord(t.Context(), first.Seq, "reviewed", one.as("approved"))
	v := refusedBy(t, err, rules.BadSignature).Violations[0]
	if v.Variant != rules.OtherMeaning || v.Name != "approved" || v.Want != "reviewed" || v.Key != one.Public().ID() {
		t.Errorf("%+v", v)
	}
	// So is the digest of what is stored, where the event names another one.
	e := parse(t, fmt.Sprintf(`{'type':'signature','time':'2026-05-30T08:00:00Z','signs':'%s','meaning':'reviewed','sha256':'%064x'}`, first.ID, 1))
	_, err = s.RecordSigned(t.Context(), e, one.as("reviewed"))
	v = refusedBy(t, err, rules.BadSignature).Violations[0]
	stored := parse(t, onePatient)
	stored.Identify()
	if v.Variant != rules.OtherEvent || v.Want != fmt.Sprintf("%x", sha256.Sum256(stored.Bytes())) || v.Found != fmt.Sprintf("%064x", 1) {
		t.Errorf("%+v", v)
	}
}

func TestASignatureMayStandInTheSameImportAsWhatItSigns(t *testing.T) {
	t.Parallel()
	s := newSigned(t)
	one := s.person(t, "one", "")
	s.policy(t, event.TypeCollection, event.GateNone, "approved")
	e := parse(t, strings.Split(collections(0, 1), "\n")[0])
	e.Identify()
	later := fmt.Sprintf(`{"type":"signature","time":"2026-05-30T08:00:00Z","signs":"%s","meaning":"approved","sha256":"%x"}`+"\n", e.ID, sha256.Sum256(e.Bytes()))
	other := strings.Replace(later, `"sha256":"`, `"sha256":"0`, 1)
	other = other[:len(other)-4] + other[len(other)-3:]
	b := s.signing(t, one.as("approved"))
	_, err := b.Import(t.Context(), stream(collections(0, 1)+other), ImportOptions{})
	if r := refusedBy(t, err, rules.BadSignature); r.Violations[0].Variant != rules.OtherEvent || r.Line != 2 {
		t.Errorf("got %+v", r)
	}
	_, err = b.Import(t.Context(), stream(later+collections(0, 1)), ImportOptions{})
	_ = refusedBy(t, err, rules.UnknownThing) // what it signs comes after it
	for range 2 {
		must(t, b, stream(collections(0, 1)+later), ImportOptions{})
	}
	s.signaturesOf(t, 3, one)
	s.signaturesOf(t, 4, one)
	if v := s.verified(t, VerifyOptions{Signatures: true}); !v.OK || v.Size != 5 || len(v.Open) != 0 {
		t.Errorf("%+v", v)
	}
}

func TestAPolicyAtEntryRefusesAndRecords(t *testing.T) {
	t.Parallel()
	s := newSigned(t)
	quality, nurse := s.person(t, "quality", "quality"), s.person(t, "nurse", "nurse")
	s.policy(t, event.TypeFollowup, event.GateEntry, "performed", "reviewed:quality")
	for name, by := range map[string][]Signing{
		"nobody":        nil,
		"one of two":    {nurse.as("performed")},
		"another role":  {nurse.as("performed"), nurse.as("reviewed")},
		"other meaning": {nurse.as("performed"), quality.as("approved")},
	} {
		_, err := s.RecordSigned(t.Context(), parse(t, onePatient), by...)
		if v := refusedBy(t, err, rules.MissingSignature).Violations[0]; v.Variant != rules.Unsigned || v.Seq != 3 {
			t.Errorf("%s: %+v", name, v)
		}
	}
	r, err := s.RecordSigned(t.Context(), parse(t, onePatient), nurse.as("performed"), quality.as("reviewed"))
	if err != nil {
		t.Fatal(err)
	}
	s.signaturesOf(t, r.Seq, nurse, quality)
	happened := strings.Replace(onePatient, `'patient'`, `'deviation':{'rules':['missing-signature'],'reason':'the reader of cards is broken','happened':true},'n':2,'patient'`, 1)
	if _, err := s.Record(t.Context(), parse(t, happened), nil); err != nil {
		t.Errorf("as a deviation: %v", err)
	}
	register, err := s.Register(t.Context())
	if err != nil || len(OpenDuties(register)) != 0 {
		t.Errorf("open: %+v, %v", OpenDuties(register), err)
	}
}

func TestAPolicyAtUseWithholdsUntilALaterSignatureCompletesIt(t *testing.T) {
	t.Parallel()
	s := newSigned(t)
	one, two := s.person(t, "one", ""), s.person(t, "two", "")
	s.policy(t, event.TypeCollection, event.GateUse, "performed", "witnessed")
	made := record(t, s.signing(t, one.as("performed")), strings.Split(collections(0, 1), "\n")[0])
	use := `{'type':'manufacture','time':'2026-05-30T08:00:00Z','site':'F','step':'freeze','units':['U-0']}`
	withheld := func() {
		t.Helper()
		_, err := s.Record(t.Context(), parse(t, use), nil)
		v := refusedBy(t, err, rules.MissingSignature).Violations[0]
		if v.Variant != rules.Withheld || v.Ref.String() != "unit:U-0" || v.Seq != made.Seq || v.Name != "witnessed" {
			t.Errorf("%+v", v)
		}
	}
	withheld()
	register, err := s.Register(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if open := OpenDuties(register); len(open) != 1 || open[0].Seq != made.Seq || open[0].Need.Meaning != "witnessed" {
		t.Errorf("open: %+v", open)
	}
	if _, err := s.SignRecord(t.Context(), made.Seq, "reviewed", two.as("reviewed")); err != nil {
		t.Fatal(err)
	}
	withheld()
	if _, err := s.SignRecord(t.Context(), made.Seq, "witnessed", two.as("witnessed")); err != nil {
		t.Fatal(err)
	}
	record(t, s.Book, use)
	if v := s.verified(t, VerifyOptions{Signatures: true}); !v.OK || len(v.Open) != 0 {
		t.Errorf("%+v", v)
	}
}

func TestOpenDutiesComeInOrderOfRecords(t *testing.T) {
	t.Parallel()
	s := newSigned(t)
	s.policy(t, event.TypeCollection, event.GateNone, "performed", "witnessed:quality")
	must(t, s.Book, stream(collections(0, 20)), ImportOptions{})
	register, err := s.Register(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	open := OpenDuties(register)
	if len(open) != 40 || !slices.IsSortedFunc(open, func(a, b notary.Fault) int { return int(a.Seq) - int(b.Seq) }) || open[0].Seq != 2 {
		t.Errorf("%+v", open)
	}
}

func TestADrillRunsWithPoliciesOnEverythingAndCarriesNoSignature(t *testing.T) {
	t.Parallel()
	s := newSigned(t)
	one := s.person(t, "one", "")
	must(t, s.signing(t, one.as("performed")), file(filepath.Join("..", "..", "examples", "lecheng", "events.jsonl")), ImportOptions{})
	plain, err := s.DrillRun(t.Context(), script(t), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, typ := range []event.Type{event.TypeCase, event.TypeManufacture, event.TypeRelease, event.TypeCollection, event.TypeShipment, event.TypeInfusion} {
		s.policy(t, typ, event.GateUse, "approved:quality", "witnessed")
	}
	s.policy(t, event.TypeCase, event.GateEntry, "approved:quality")
	s.policy(t, event.TypePolicy, event.GateEntry, "approved:quality")
	_, err = s.CaseStep(t.Context(), ref(t, "case:C-1"), event.ActionOpen, noonTime(t), opening(t))
	_ = refusedBy(t, err, rules.MissingSignature)
	strict, err := s.DrillRun(t.Context(), script(t), nil)
	if err != nil {
		t.Fatal(err)
	}
	if strict.Answer.Counts != plain.Answer.Counts || len(strict.Timeline.Rows) != len(plain.Timeline.Rows) {
		t.Errorf("%+v, and without policies %+v", strict.Answer.Counts, plain.Answer.Counts)
	}
	err = s.reading(t.Context(), func(l *ledger.Ledger) error {
		copied, err := copyOf(t.Context(), l, ref(t, "case:DRILL-1"), nil)
		if err != nil {
			return err
		}
		for rec, err := range copied.Records(t.Context(), 0, copied.Head().Size) {
			if err != nil || rec.Sig != nil {
				t.Errorf("record %d bears %s, %v", rec.Seq, rec.Sig, err)
			}
		}
		return copied.Close()
	})
	if err != nil {
		t.Error(err)
	}
}

func TestASuccessorsCarriedSignaturesHoldUnderTheOldOriginAndNewOnesUnderTheNew(t *testing.T) {
	t.Parallel()
	s := newSigned(t)
	one := s.person(t, "one", "")
	signed := record(t, s.signing(t, one.as("performed")), onePatient)
	s.rotate(t)
	path := filepath.Join(t.TempDir(), "new.db")
	const origin = "test.example/next"
	made, err := Successor(t.Context(), s.path, path, SuccessorOptions{Origin: origin, By: "F/OP-1", Now: clock, Trust: s.trust})
	if err != nil || made.Succeeds.Kept != 4 || made.Succeeds.Size != 4 {
		t.Fatalf("%+v, %v", made, err)
	}
	next := &signedLedger{openSigned(t, path, s.trust, clock), s.trust, s.watch}
	s.signaturesOf(t, signed.Seq, one)
	next.signaturesOf(t, signed.Seq, one) // the bytes that were signed under the old origin
	later, err := next.SignRecord(t.Context(), signed.Seq, "reviewed", one.as("reviewed"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := next.Checkpoint(t.Context()); err != nil {
		t.Fatal(err)
	}
	v := next.verified(t, VerifyOptions{Signatures: true, Trust: s.trust})
	if !v.OK || v.Signatures != 5 || v.Sealed != 5 {
		t.Errorf("%+v", v)
	}
	// Twins: a new record signed under the old origin, and a carried one under the new.
	var rec ledger.Record
	err = next.reading(t.Context(), func(l *ledger.Ledger) (err error) {
		rec, err = l.Record(t.Context(), later.Seq)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	list, err := notary.ParseSignatures(rec.Sig)
	if err != nil {
		t.Fatal(err)
	}
	message := func(origin string) []byte {
		return notary.Message(origin, rec.Event, list[0].Key, list[0].Meaning, list[0].Time)
	}
	if one.Key.Public.Verify(message(origin), list[0].Sig) != nil || one.Key.Public.Verify(message(signedOrigin), list[0].Sig) == nil {
		t.Error("a new record is not signed under the new origin")
	}
	e := parse(t, strings.Replace(onePatient, "P-1", "P-2", 1))
	e.Identify()
	old := Signing{Signer: one, Meaning: "performed"}
	sig, err := old.sign(signedOrigin, e.Bytes(), list[0].Time)
	if err != nil {
		t.Fatal(err)
	}
	next.append(t, e, notary.AppendSignatures(nil, []notary.Signature{sig}))
	if v := next.verified(t, VerifyOptions{Signatures: true}); v.OK || !slices.Equal(codes(&v), []ledger.Code{ledger.CodeSignature}) || v.Findings[0].Seq != 5 {
		t.Errorf("signed under the old origin: %+v", v)
	}
}

func TestErrorsOfSigningNameKeyAndRecord(t *testing.T) {
	t.Parallel()
	key := strings.Repeat("ab", 32)
	for want, err := range map[string]error{
		"sign with key abababababababab…: no": &SigningError{key, errors.New("no")},
		`record 7 holds the event already, without the signature by key abababababababab… as "reviewed"`: &UnsignedError{7, key, "reviewed"},
		`the anchor knows a ledger "a.example" with 3 records`:                                           &OriginUsedError{"a.example", notary.Checkpoint{Size: 3}},
	} {
		if got := err.Error(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
