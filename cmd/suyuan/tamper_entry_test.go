package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/hiddeco/sshsig"
	"golang.org/x/crypto/ssh"

	"suyuan/internal/event"
	"suyuan/internal/keyring"
	"suyuan/internal/logbook"
	"suyuan/internal/notary"
	"suyuan/internal/notary/notarytest"
)

// An entry is an attempt to get something recorded by the program itself.
type entry struct {
	what string
	do   func(v *victim) error
	rule string // that refuses it; empty: it is recorded
	exit int
}

// lying says that a key releases, and signs something else.
func lying(k notarytest.Key, lie func([]byte) []byte) logbook.Signing {
	return logbook.Signing{Signer: pen{k, lie}, Meaning: "released"}
}

func swapped(was, now string) func([]byte) []byte {
	return func(m []byte) []byte {
		if !bytes.Contains(m, []byte(was)) {
			panic("the message does not hold " + was)
		}
		return bytes.Replace(m, []byte(was), []byte(now), 1)
	}
}

// onEntry are the attempts of people who have the program and, here and there, a key.
func onEntry() []entry {
	release := strings.Replace(released, "12:00", "12:30", 1)
	by := func(list ...logbook.Signing) func(v *victim) error {
		return func(v *victim) error { return v.say(saying{release, list}) }
	}
	alice, bob, mallory := notarytest.Plain("alice"), notarytest.SSH("bob"), notarytest.Plain("mallory")
	reviewed := as(bob, "reviewed")
	return []entry{
		{"a release that its two people sign: no attack", by(as(alice, "released"), reviewed), "", 0},
		{"a release that nobody signs", by(), "missing-signature", 5},
		{"a release that one of two people signs", by(as(alice, "released")), "missing-signature", 5},
		{"a release that one person signs twice, with two meanings", by(as(alice, "released"), as(alice, "reviewed")), "missing-signature", 5},
		{"a release that somebody without the role signs", by(as(bob, "released"), as(alice, "reviewed")), "missing-signature", 5},
		{"a signature by a key that nobody registered", by(as(mallory, "released"), reviewed), "bad-signature", 5},
		{"a signature of another event", by(lying(alice, swapped("U-2", "U-1")), reviewed), "bad-signature", 5},
		{"a signature made for another ledger", by(lying(alice, swapped(victimOrigin, "another.example")), reviewed), "bad-signature", 5},
		{"a signature made for a drill's copy", by(lying(alice, swapped(victimOrigin, "drill/0123456789abcdef")), reviewed), "bad-signature", 5},
		{"a signature with another meaning", by(lying(alice, swapped(`"meaning":"released"`, `"meaning":"approved"`)), reviewed), "bad-signature", 5},
		{"a signature with another time", by(lying(alice, swapped(`"time":"2026-03-05T08`, `"time":"2026-03-05T07`)), reviewed), "bad-signature", 5},
		{"a signature of an SSH key in another namespace", by(as(alice, "released"), logbook.Signing{Signer: foreign{pen{Key: bob}}, Meaning: "reviewed"}), "bad-signature", 5},
		{"a signature by a revoked key", func(v *victim) error {
			v.must(v.revoke("2026-03-05T08:00:00Z", ""))
			return by(as(alice, "released"), reviewed)(v)
		}, "bad-signature", 5},
		{"the same, of a revocation that gives a later time, and a time when the key is thought to have been lost", func(v *victim) error {
			v.must(v.revoke("2026-03-05T08:04:00Z", "2026-03-05T08:03:00Z"))
			return by(as(alice, "released"), reviewed)(v)
		}, "bad-signature", 5},
		{"a revocation with a time before the release that the key signed: what was signed stays signed", func(v *victim) error {
			return v.revoke("2026-03-01T00:00:00Z", "2026-03-01T00:00:00Z")
		}, "", 0},
		{"a later signature that names other bytes", func(v *victim) error {
			e := parsed(v.raw()[seqMake]).event()
			return v.say(saying{fmt.Sprintf(`{'type':'signature','time':'2026-03-05T08:00:00Z','signs':'%s','meaning':'witnessed','sha256':'%064d'}`, e["id"], 1), []logbook.Signing{as(alice, "witnessed")}})
		}, "bad-signature", 5},
		{"a later signature with a meaning other than its event's", func(v *victim) error {
			_, err := v.book().SignRecord(v.t.Context(), seqMake, "reviewed", as(alice, "approved"))
			return err
		}, "bad-signature", 5},
		{"a key registered without its own signature", func(v *victim) error {
			s := v.registration(mallory, "S/OP-6", "quality")
			s.by = []logbook.Signing{as(alice, "approved")}
			return v.say(s)
		}, "bad-signature", 5},
		{"a key registered past the policy on keys", func(v *victim) error { return v.say(v.registration(mallory, "S/OP-6", "quality")) }, "bad-signature", 5},
		{"a key registered a second time, for somebody else", func(v *victim) error {
			s := v.registration(bob, "S/OP-6", "quality")
			s.by = append(s.by, as(alice, "approved"))
			return v.say(s)
		}, "bad-signature", 5},
		{"a revoked key registered again", func(v *victim) error {
			v.must(v.revoke("2026-03-05T08:00:00Z", ""))
			return v.say(v.registration(alice, "S/OP-6", "quality"))
		}, "bad-signature", 5},
		{"a rotation of the ledger's keys that only the old one signed", func(v *victim) error { return v.turnOver(true) }, "bad-signature", 5},
		{"a rotation of the ledger's keys that only the new one signed", func(v *victim) error { return v.turnOver(false) }, "bad-signature", 5},
		{"a policy is corrected away", func(v *victim) error {
			id := parsed(v.raw()[seqRelease]).event()["id"]
			return v.say(saying{event: fmt.Sprintf(`{'type':'correction','time':'2026-03-05T08:00:00Z','corrects':'%s','reason':'incorrect_data'}`, id)})
		}, "bad-signature", 5},
		{"the clock is set back by an hour", func(v *victim) error { return v.later(-time.Hour) }, "clock", 5},
		{"the clock is set forward by two years", func(v *victim) error { return v.later(2 * 365 * 24 * time.Hour) }, "clock", 5},
		{"an event gives a time before others that rest on it", func(v *victim) error {
			return v.say(saying{event: `{'type':'infusion','time':'2026-03-01T13:00:00Z','unit':'U-2','patient':'P-1','site':'S','checks':['name','wristband']}`})
		}, "out-of-order", 5},
		{"an event is back-dated where nothing rests on it: recorded, marked late", func(v *victim) error {
			return v.say(saying{event: `{'type':'receipt','time':'2026-01-01T00:00:00Z','site':'S','lot':'ALB-1'}`})
		}, "", 0},
		{"an event in another operator's name, where no policy wants signatures", func(v *victim) error {
			return v.say(saying{event: `{'type':'receipt','time':'2026-03-05T08:00:00Z','site':'S','lot':'ALB-1','operators':['S/OP-9']}`})
		}, "", 0},
		{"another event under an id that is taken", func(v *victim) error {
			id := parsed(v.raw()[5]).event()["id"]
			return v.say(saying{event: fmt.Sprintf(`{'type':'receipt','id':'%s','time':'2026-03-05T08:00:00Z','site':'S','lot':'ALB-1'}`, id)})
		}, "id-conflict", 5},
	}
}

// foreign signs as an SSH key does for another program.
type foreign struct{ pen }

func (f foreign) Sign(message []byte) ([]byte, error) { return sshSigned("git", message) }

// sshSigned signs a message with bob's key in a namespace.
func sshSigned(namespace string, message []byte) ([]byte, error) {
	signer, err := ssh.NewSignerFromSigner(notarytest.Private("bob"))
	if err != nil {
		return nil, err
	}
	s, err := sshsig.Sign(bytes.NewReader(message), signer, sshsig.HashSHA512, namespace)
	if err != nil {
		return nil, err
	}
	return s.Marshal(), nil
}

func (v *victim) revoke(at, since string) error {
	if since != "" {
		since = `,'since':'` + since + `'`
	}
	return v.say(saying{event: `{'type':'key','time':'` + at + `','action':'revoke','key':'` + v.alice.Public.ID() + `','reason':'lost'` + since + `}`})
}

// turnOver records a rotation that one side alone has signed.
func (v *victim) turnOver(old bool) error {
	young, _ := v.otherKeys()
	e := event.Event{
		Common: event.Common{Type: event.TypeKey, Time: event.TimeOf(v.c.env().Now())},
		Body: &event.Key{Action: event.KeyRotate, Rotate: &event.KeyRotation{
			Keys: keyTexts(young.Verifiers()), Retires: keyTexts(v.trusted),
		}},
	}
	keys := young
	if old {
		keys = v.keys()
	}
	_, err := v.book().RecordSigned(v.t.Context(), e, as(v.alice, "approved"), logbook.Signing{Signer: ledgerPen{keys}, Meaning: "approved"})
	return err
}

// A ledgerPen is a ledger's own key where the program wants a person's.
type ledgerPen struct{ keys *keyring.LedgerKeys }

func (p ledgerPen) Public() notary.Public { return p.keys.Verifiers()[0].Public }

// Sign takes the message apart, since the keyring signs rotations and no other messages.
func (p ledgerPen) Sign(message []byte) ([]byte, error) {
	var m struct {
		Event json.RawMessage
		Time  string
	}
	if err := json.Unmarshal(message[bytes.IndexByte(message, '{'):], &m); err != nil {
		return nil, err
	}
	s, err := p.keys.SignRotation(m.Event, m.Time)
	return s.Sig, err
}

// later records an event when the machine's clock is wrong by so much.
func (v *victim) later(by time.Duration) error {
	now := v.c.env().Now().Add(by)
	return v.at(now, func(ctx context.Context, b *logbook.Book) error {
		e, err := event.Parse([]byte(`{"type":"receipt","time":"2026-03-05T07:00:00Z","site":"S","lot":"ALB-1"}`))
		v.must(err)
		_, err = b.Record(ctx, e, nil)
		return err
	})
}

// tried makes the attempt and returns its row.
func (e *entry) tried(t *testing.T) row {
	t.Helper()
	v := newVictim(t)
	before := v.raw()
	err := e.do(v)
	for _, r := range v.raw()[len(before):] {
		if err != nil && !bytes.Contains(r, []byte(`"revoke"`)) { // which some attempts begin with
			t.Errorf("refused, and it is there: %s", r)
		}
	}
	rule := ""
	var refused *logbook.Refusal
	if errors.As(err, &refused) {
		rule = string(refused.Rule())
	}
	if rule != e.rule || int(logbook.Code(err)) != e.exit {
		t.Errorf("rule %q, exit code %d, want %q and %d: %v", rule, logbook.Code(err), e.rule, e.exit, err)
	}
	if found, exit := v.verify(v.c); exit != 0 {
		t.Errorf("after it, verify finds %+v", found)
	}
	if rule == "" {
		rule = "recorded"
	}
	return row{e.what, rule, fmt.Sprint(e.exit)}
}
