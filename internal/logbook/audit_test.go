package logbook

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"reflect"
	"testing"

	"suyuan/internal/ledger"
	"suyuan/internal/ledger/boltstore"
	"suyuan/internal/ledger/ledgertest"
	"suyuan/internal/notary"
	nt "suyuan/internal/notary/notarytest"
)

// wantUnmarked checks that an audit that reads every record, as where verify has found damage, says what one by marks said.
func wantUnmarked(tb testing.TB, path string, o VerifyOptions, want Verification) {
	tb.Helper()
	s, err := boltstore.Open(tb.Context(), path, boltstore.Options{ReadOnly: true, Wait: o.Wait})
	if err != nil {
		tb.Fatal(err)
	}
	var got Verification
	if got.Report, err = ledger.Verify(tb.Context(), s, nil); err == nil {
		err = got.vouch(tb.Context(), path, s, o)
	}
	if err := errors.Join(err, s.Close()); err != nil {
		tb.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) {
		tb.Errorf("by marks %+v\nreading all %+v", want, got)
	}
}

// A scribe writes what the rules would never let in: what an audit has to find.
type scribe struct {
	chance *rand.Rand
	keys   []nt.Key
	events [][]byte // so far
}

func (s *scribe) id() string { return fmt.Sprintf("0195503e-6000-7000-8000-%012x", len(s.events)+1) }

func pick[T any](s *scribe, list ...T) T { return list[s.chance.IntN(len(list))] }

// event returns the next event, and whether it is to be signed.
func (s *scribe) event() (m nt.Members, sign bool) {
	id := func(n int) string { return fmt.Sprintf("0195503e-6000-7000-8000-%012x", n+1) }
	earlier := s.chance.IntN(len(s.events) + 1)
	typ := pick(s, "release", "manufacture", "store", "of-a-later-vocabulary", "correction")
	key := pick(s, s.keys...)
	switch s.chance.IntN(9) {
	case 0:
		return nt.Members{"type": "key", "action": "register", "holder": pick(s, "OP-1", "OP-2"), "key": key.Public.ID(), "public": key.Public.String(), "use": "person", "role": "qp"}, true
	case 1:
		if s.chance.IntN(3) > 0 {
			return nt.Members{"type": "store"}, true
		}
		return nt.Members{"type": "key", "action": "revoke", "key": key.Public.ID()}, s.chance.IntN(2) == 0
	case 2:
		return nt.Members{"type": "policy", "action": pick(s, "set", "set", "end"), "on": typ, "gate": pick(s, "entry", "use", "none"), "needs": []nt.Members{{"meaning": "released"}}}, s.chance.IntN(2) == 0
	case 3:
		if earlier == len(s.events) {
			earlier = 0
		}
		digest := ""
		if len(s.events) > 0 {
			digest = fmt.Sprintf("%x", sha256.Sum256(s.events[earlier]))
		}
		return nt.Members{"type": "signature", "meaning": "released", "sha256": digest, "signs": id(earlier)}, true
	case 4:
		return nt.Members{"type": typ, "replaces": id(earlier)}, s.chance.IntN(2) == 0
	case 5:
		return nt.Members{"type": "correction", "corrects": id(earlier)}, s.chance.IntN(2) == 0
	case 6:
		return nt.Members{"type": typ, "about": nt.Members{"type": pick(s, "key", "policy", "release")}}, s.chance.IntN(2) == 0
	}
	return nt.Members{"type": typ}, s.chance.IntN(2) == 0
}

func (s *scribe) entry(origin string) ledger.Entry {
	m, sign := s.event()
	m["id"], m["time"] = s.id(), "2026-03-01T08:00:00Z"
	e := ledger.Entry{By: "OP-1", Event: nt.JCS(m)}
	s.events = append(s.events, e.Event)
	if !sign {
		return e
	}
	keys := []nt.Key{pick(s, s.keys...)}
	if id := m["key"]; id != nil && s.chance.IntN(4) > 0 { // mostly by the key that it registers
		for _, k := range s.keys {
			if k.Public.ID() == id {
				keys[0] = k
			}
		}
	}
	var list []notary.Signature
	for _, k := range keys {
		sig := notary.Signature{Key: k.Public.ID(), Meaning: pick(s, "released", "released", "reviewed"), Time: "2026-03-01T08:00:00Z"}
		sig.Sig = k.Sign(notary.Message(origin, e.Event, sig.Key, sig.Meaning, sig.Time))
		if s.chance.IntN(12) == 0 {
			sig.Sig[s.chance.IntN(len(sig.Sig))] ^= 1
		}
		list = append(list, sig)
	}
	e.Sig = notary.AppendSignatures(nil, list)
	return e
}

func TestAnAuditByMarksFindsWhatReadingAllFinds(t *testing.T) {
	t.Parallel()
	codes := make(map[ledger.Code]int)
	signatures, open := 0, 0
	for seed := range uint64(12) {
		s := &scribe{chance: rand.New(rand.NewPCG(seed, 1)), keys: []nt.Key{nt.Plain("a"), nt.SSH("b"), nt.Plain("c")}}
		g := ledger.Genesis{Origin: "test.example/marks", Created: ledgertest.Epoch}
		if seed%3 == 0 {
			g.Succeeds = &ledger.Succeeds{Kept: 100, Origin: "test.example/older", Size: 100}
		}
		path := filepath.Join(t.TempDir(), "suyuan.db")
		if err := boltstore.Create(t.Context(), path, g, "OP-1", ledgertest.Epoch); err != nil {
			t.Fatal(err)
		}
		var entries []ledger.Entry
		for n := range 700 {
			origin := g.Origin
			if g.Succeeds != nil && n+1 < 100 {
				origin = g.Succeeds.Origin
			}
			entries = append(entries, s.entry(origin))
		}
		writeEntries(t, path, entries)
		for _, o := range []VerifyOptions{{}, {Signatures: true}} {
			v, err := Verify(t.Context(), path, o)
			if err != nil || v.Size != 701 {
				t.Fatal(v.Size, err)
			}
			wantUnmarked(t, path, o, v)
			for _, f := range v.Findings {
				codes[f.Code]++
			}
			signatures, open = signatures+v.Signatures, open+len(v.Open)
		}
	}
	if codes[ledger.CodeSignature] < 100 || codes[ledger.CodePolicy] < 100 || signatures < 100 || open < 10 {
		t.Errorf("findings %v, %d signatures, %d open: the test tries too little", codes, signatures, open)
	}
}

func writeEntries(tb testing.TB, path string, entries []ledger.Entry) {
	tb.Helper()
	s, err := boltstore.Open(tb.Context(), path, boltstore.Options{})
	if err != nil {
		tb.Fatal(err)
	}
	l := ledgertest.OpenLedger(tb, s)
	_, err = l.Append(tb.Context(), ledgertest.Epoch, ledger.AppendOptions{ClockOK: true}, entries)
	if err := errors.Join(err, l.Close()); err != nil {
		tb.Fatal(err)
	}
}

func TestSignaturesAreCutAsTheyAreParsed(t *testing.T) {
	t.Parallel()
	var list []notary.Signature
	for n := range 4 {
		b := notary.AppendSignatures(nil, list)
		want, err := notary.ParseSignatures(b)
		if got := cutSignatures(b); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %v, want %v, %v", b, got, want, err)
		}
		k := nt.Plain(fmt.Sprint(n))
		list = append(list, notary.Signature{Key: k.Public.ID(), Meaning: "reviewed", Time: "2026-03-01T08:00:00.5+08:00", Sig: k.Sign([]byte("x"))})
	}
	whole := notary.AppendSignatures(nil, list)
	for i := range whole { // whatever it is given, it ends
		cutSignatures(whole[:i])
		cutSignatures(whole[i:])
	}
}
