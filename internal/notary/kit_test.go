package notary_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"flag"
	"strings"
	"testing"

	"suyuan/internal/notary"
	nt "suyuan/internal/notary/notarytest"
)

var update = flag.Bool("update", false, "write golden files anew")

// people are keys of the three types.
func people() (alice, bob, carol nt.Key) {
	return nt.Plain("alice"), nt.SSH("bob"), nt.Token("carol", 1)
}

func by(k nt.Key, meaning string) nt.Signing { return nt.Signing{By: k, Meaning: meaning} }

// releases is a ledger with keys of all types, a policy with gate entry, one with gate use, and what they ask for. Its records:
// 0 genesis; 1, 2, 3 keys of alice (qp), bob, carol; 4 policy on release (entry: qp released, anybody reviewed); 5 policy on manufacture (use);
// 6 release signed by alice and carol; 7 manufacture; 8 store; 9 bob's later signature on 7.
func releases(origin string) *nt.Ledger {
	l := nt.New(origin, nil)
	alice, bob, carol := people()
	l.Register(alice, "OP-1", "qp")
	l.Register(bob, "OP-2", "")
	l.Register(carol, "OP-3", "")
	l.Add("policy", nt.Members{
		"action": "set", "on": "release", "gate": "entry", "people": 2,
		"needs": []nt.Members{{"meaning": "released", "role": "qp"}, {"meaning": "reviewed", "count": 1}},
	})
	l.Add("policy", nt.Members{"action": "set", "on": "manufacture", "gate": "use", "needs": []nt.Members{{"meaning": "performed"}}})
	l.Add("release", nt.Members{"batch": "B-1"}, by(alice, "released"), by(carol, "reviewed"))
	made := l.Add("manufacture", nt.Members{"batch": "B-1"})
	l.Add("store", nt.Members{"units": []string{"U-1"}})
	l.Later(made, "performed", by(bob, "performed"))
	return l
}

// part holds the records of releases that a part with record 6 must hold.
func part(l *nt.Ledger) *nt.Bundle { return l.Part(0, 1, 2, 3, 4, 5, 6) }

func flipped(b []byte, i, bit int) []byte {
	out := append([]byte(nil), b...)
	out[i] ^= 1 << (bit % 8)
	return out
}

func keyHash(name string, blob []byte) string {
	sum := sha256.Sum256([]byte(name + "\n" + string(blob)))
	return hex.EncodeToString(sum[:4])
}

func mustParse(t *testing.T, b []byte) notary.Record {
	t.Helper()
	r, err := notary.ParseRecord(b)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func unhex(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func base64decode(s string) ([]byte, error) { return base64.StdEncoding.DecodeString(s) }
