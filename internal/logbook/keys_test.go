package logbook

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"suyuan/internal/event"
	"suyuan/internal/notary/notarytest"
	"suyuan/internal/rules"
)

func TestWhoRegistersAKeyNeedsWhatThePolicyOnKeysWants(t *testing.T) {
	t.Parallel()
	s := newSigned(t)
	quality := s.person(t, "quality", "quality")
	s.policy(t, event.TypeKey, event.GateEntry, "approved:quality")
	s.policy(t, event.TypePolicy, event.GateNone, "approved:quality") // of keys and policies whatever the gate
	fresh := &signer{Key: notarytest.SSH("fresh")}
	owner := KeyOwner{Holder: ref(t, "operator:F/fresh"), Use: event.UsePerson, Role: "quality"}
	_, err := s.RegisterKey(t.Context(), fresh, owner)
	if v := refusedBy(t, err, rules.BadSignature).Violations[0]; v.Variant != rules.PolicyUnmet || v.Role != "quality" || v.Seq != 2 {
		t.Errorf("%+v", v)
	}
	b := s.signing(t, quality.as("approved"))
	r, err := b.RegisterKey(t.Context(), fresh, owner)
	if err != nil {
		t.Fatal(err)
	}
	s.signaturesOf(t, r.Seq, quality, fresh)
	if len(b.o.Sign) != 1 {
		t.Errorf("the book signs on with %d keys", len(b.o.Sign))
	}
	if again, err := b.RegisterKey(t.Context(), fresh, owner); err != nil || !again.Known {
		t.Errorf("the same again: %+v, %v", again, err)
	}
	owner.Role = ""
	_, err = b.RegisterKey(t.Context(), fresh, owner)
	if v := refusedBy(t, err, rules.BadSignature).Violations[0]; v.Variant != rules.KnownKey || v.Seq != r.Seq {
		t.Errorf("%+v", v)
	}
	_, err = s.Record(t.Context(), policyOn(s.Book, event.TypeTest, event.GateNone, "reviewed"), nil)
	if v := refusedBy(t, err, rules.BadSignature).Violations[0]; v.Variant != rules.PolicyUnmet {
		t.Errorf("%+v", v)
	}
	// A rotation is one of them, and revoking is for everybody.
	if _, _, err = s.RotateKeys(t.Context()); refusedBy(t, err, rules.BadSignature).Violations[0].Variant != rules.PolicyUnmet {
		t.Errorf("got %v", err)
	}
	if _, _, err := b.RotateKeys(t.Context()); err != nil {
		t.Error(err)
	}
	revoked, err := s.RevokeKey(t.Context(), fresh.Public().ID(), "lost", event.TimeOf(testNow))
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.RecordSigned(t.Context(), parse(t, onePatient), fresh.as("performed"))
	if v := refusedBy(t, err, rules.BadSignature).Violations[0]; v.Variant != rules.RevokedKey || v.Seq != revoked.Seq {
		t.Errorf("%+v", v)
	}
	_, err = s.RevokeKey(t.Context(), strings.Repeat("0", 64), "lost", event.Time{})
	if v := refusedBy(t, err, rules.BadSignature).Violations[0]; v.Variant != rules.UnknownKey {
		t.Errorf("%+v", v)
	}
	if v := s.verified(t, VerifyOptions{Signatures: true, Trust: s.trust}); !v.OK {
		t.Errorf("%+v", v)
	}
}

func TestAKeyIsFoundByItsFirstDigits(t *testing.T) {
	t.Parallel()
	s := newSigned(t)
	id := s.person(t, "one", "").Public().ID()
	s.person(t, "two", "")
	for _, digits := range []string{id, id[:8]} {
		if got, err := s.FindKey(t.Context(), digits); got != id || err != nil {
			t.Errorf("%s: %s, %v", digits, got, err)
		}
	}
	r, err := s.Register(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	twin := id[:10] + strings.Repeat("0", 54)
	r.Keys[twin] = r.Keys[id]
	for digits, want := range map[string]NoSuchKeyError{
		"":                     {Few: true},
		id[:7]:                 {Few: true},
		id + "0":               {},
		strings.Repeat("0", 8): {},
		id[:9]:                 {Found: slices.Sorted(slices.Values([]string{id, twin}))},
	} {
		want.Digits = digits
		var got *NoSuchKeyError
		if _, err := s.FindKey(t.Context(), digits); !errors.As(err, &got) || !reflect.DeepEqual(*got, want) {
			t.Errorf("%s: %+v, want %+v", digits, err, want)
		}
	}
	if got, err := s.FindKey(t.Context(), id[:12]); got != id || err != nil {
		t.Errorf("%s, %v", got, err)
	}
}
