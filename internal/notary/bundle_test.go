package notary_test

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"slices"
	"strings"
	"testing"

	"suyuan/internal/notary"
	nt "suyuan/internal/notary/notarytest"
)

var everyBit = flag.Bool("every-bit", false, "flip every bit of a bundle, not two of each byte")

// good are bundles that hold, with the keys to check them by.
func good() map[string]attack {
	l := releases("lab.example/a")
	first := l.Trusted()
	rotated := releases("lab.example/a")
	rotated.Rotate("second")
	rotated.Rotate("third")
	policed := nt.New("lab.example/a", nil)
	alice, bob, _ := people()
	policed.Register(alice, "OP-1", "qp")
	policed.Add("policy", nt.Members{"action": "set", "on": "key", "gate": "none", "needs": []nt.Members{{"meaning": "approved", "role": "qp"}}})
	policed.Register(bob, "OP-2", "", by(alice, "approved"))
	policed.Rotate("second", by(alice, "approved"))
	older := releases("lab.example/old")
	older.Rotate("second")
	next := older.Succeed("lab.example/new", len(older.Records), len(older.Records)+3)
	next.Later(7, "performed", by(alice, "performed"))
	third := next.Succeed("lab.example/third", len(next.Records), len(next.Records))
	third.Add("release", nt.Members{"batch": "B-2"}, by(alice, "released"), by(bob, "reviewed"))
	return map[string]attack{
		"part":                                   {part(l).Seal(), first, "ok"},
		"part with a later signature":            {l.Part(0, 1, 2, 3, 4, 5, 7, 9).Seal(), first, "ok"},
		"whole":                                  {l.All().Seal(), first, "ok"},
		"record 0 alone":                         {nt.New("lab.example/a", nil).All().Seal(), first, "ok"},
		"record 0 alone as a part":               {nt.New("lab.example/a", nil).Part(0).Seal(), first, "ok"},
		"two rotations, by the first keys":       {rotated.All().Seal(), first, "ok"},
		"two rotations, by the last key":         {rotated.All().Seal(), rotated.Trusted()[:1], "ok"},
		"two rotations, by all keys, some twice": {rotated.All().Seal(), append(append(rotated.Trusted(), first...), rotated.Trusted()...), "ok"},
		"a rotation that people sign":            {policed.All().Seal(), first, "ok"},
		"a successor":                            {next.All().Seal(), next.Trusted(), "ok"},
		"a successor's successor":                {third.All().Seal(), third.Trusted(), "ok"},
		"a part of a successor's successor":      {third.Part(0, 1, 2, 3, 4, 5, 6, 10, 12).Seal(), third.Trusted(), "ok"},
	}
}

func stepOf(err error) string {
	var step notary.Step
	switch {
	case err == nil:
		return "ok"
	case errors.As(err, &step):
		return string(step)
	}
	return fmt.Sprintf("an error without a step: %v", err)
}

func TestBundlesThatAreRightHold(t *testing.T) {
	t.Parallel()
	for name, c := range good() {
		b, err := notary.CheckBundle(c.bundle, c.trusted)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if b.Checkpoint.Size == 0 || len(b.Records) == 0 || b.Register == nil || b.Whole && uint64(len(b.Records)) != b.Checkpoint.Size {
			t.Errorf("%s: %+v", name, b)
		}
	}
}

func TestCheckBundleSaysWhatItFound(t *testing.T) {
	t.Parallel()
	l := releases("lab.example/a")
	want, _ := l.Checkpoint()
	b, err := notary.CheckBundle(l.All().Seal(), l.Trusted()[:1])
	if err != nil {
		t.Fatal(err)
	}
	if b.Checkpoint != want || !b.Whole || len(b.Records) != 10 || b.Signatures != 6 || len(b.Files) != 6 {
		t.Errorf("found %+v, whole %v, %d records, %d signatures, %d files", b.Checkpoint, b.Whole, len(b.Records), b.Signatures, len(b.Files))
	}
	if signer := fmt.Sprintf("%s+%08x", l.Keys[0].Name(), l.Keys[0].KeyHash()); b.Signer != signer {
		t.Errorf("signed by %q, want %q", b.Signer, signer)
	}
	if d := b.Register.Duties[7]; d == nil || len(d.Lacks()) != 0 || len(b.Register.Keys) != 3 || !b.Register.Gates {
		t.Errorf("register: %+v", b.Register)
	}
	p, err := notary.CheckBundle(part(l).Seal(), l.Trusted()[:1])
	if err != nil || p.Whole || len(p.Records) != 7 || p.Signatures != 5 {
		t.Errorf("part: %+v, %v", p, err)
	}
}

// TestEveryChangeOfOneByteIsRefused flips bits of a bundle, and those of its entries inside a container that is right again.
func TestEveryChangeOfOneByteIsRefused(t *testing.T) {
	t.Parallel()
	skipShort(t)
	l := nt.New("lab.example/a", nil)
	alice, _, _ := people()
	l.Register(alice, "OP-1", "qp")
	l.Add("release", nt.Members{"batch": "B-1"}, by(alice, "released"))
	l.Keys = l.Keys[:1] // ML-DSA would only make it larger
	trusted := l.Trusted()
	bits := []int{0, 5}
	if *everyBit {
		bits = []int{0, 1, 2, 3, 4, 5, 6, 7}
	}
	for name, sealed := range map[string][]byte{"part": l.Part(0, 1, 2).Seal(), "whole": l.All().Seal()} {
		files, err := notary.Unpack(sealed)
		if _, held := notary.CheckBundle(sealed, trusted); err != nil || held != nil {
			t.Fatal(err, held)
		}
		for i := range sealed {
			for _, bit := range bits {
				if _, err := notary.CheckBundle(flipped(sealed, i, i+bit), trusted); err == nil {
					t.Errorf("%s: holds with bit %d of byte %d flipped", name, (i+bit)%8, i)
				}
			}
		}
		for n, f := range files {
			for i := range f.Content {
				for _, bit := range bits {
					changed := slices.Clone(files)
					changed[n].Content = flipped(f.Content, i, i+bit)
					if _, err := notary.CheckBundle(notary.Pack(changed), trusted); stepOf(err) != "manifest" && stepOf(err) != "altered" {
						t.Errorf("%s: with bit %d of byte %d of %s flipped: %v", name, (i+bit)%8, i, f.Name, err)
					}
				}
			}
		}
	}
}

// TestTheTreeAndTheChainNoticeWhatTheLedgerSigned flips bytes that the ledger then signs: who holds the keys is found out too.
func TestTheTreeAndTheChainNoticeWhatTheLedgerSigned(t *testing.T) {
	t.Parallel()
	skipShort(t)
	l := nt.New("lab.example/a", nil)
	alice, _, _ := people()
	l.Register(alice, "OP-1", "qp")
	l.Add("release", nt.Members{"batch": "B-1"}, by(alice, "released"))
	l.Keys = l.Keys[:1]
	trusted := l.Trusted()
	for name, want := range map[string][]string{
		"checkpoint": {"checkpoint"}, "records.jsonl": {"record", "proof", "manifest", "checkpoint"}, "proofs": {"proof"},
	} {
		b := l.Part(0, 1, 2)
		f := b.File(name)
		good := f.Content
		tried := len(good)
		if name == "checkpoint" { // a line of signature by a key that is unknown then is passed over
			tried = bytes.Index(good, []byte("\n\n"))
		}
		for i := range tried {
			f.Content = flipped(good, i, i)
			if step := stepOf(second(notary.CheckBundle(b.Seal(), trusted))); !slices.Contains(want, step) {
				t.Errorf("byte %d of %s flipped: %s, want one of %q", i, name, step, want)
			}
		}
	}
}

// skipShort leaves out what takes seconds, for scripts/mutate with GOFLAGS=-short.
func skipShort(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("takes seconds")
	}
}

func second[T any](_ T, err error) error { return err }

func TestReasonsNameTheRecord(t *testing.T) {
	t.Parallel()
	l := releases("lab.example/a")
	all := attacks()
	for name, want := range map[string]string{
		"another version":                              "record: line 1: want v 1",
		"an empty line":                                "record: line 8: ",
		"without record 0":                             `record: record 0 of "lab.example/a"`,
		"records changed over":                         "record: record 1: it stands after record 2, at size 10",
		"another prev":                                 "record: record 2: prev is not the hash of the record before",
		"whole and with proofs":                        "record: found 7 records, want all 10",
		"a proof too many":                             "proof: found 8 lines of proofs, want 7",
		"a proof with two spaces":                      "proof: record 0: ",
		"another report":                               "altered: report/answer.json is not the one that the ledger signed",
		"a report less":                                "altered: CHECK.html is not the one that the ledger signed",
		"forged: a release without signatures":         `policy: record 10: missing-signatures: 0 of 1 people with meaning "released" and role "qp" (empty: any) by record 4`,
		"forged: a key that nobody registered":         `signature: record 10: unknown-key: key "`,
		"forged: a revoked key, whatever time it says": "by record 10",
		"forged: a key twice":                          "by record 1",
		"a checkpoint of another size":                 `checkpoint: it is of "lab.example/a" at size 10, the manifest of "lab.example/a" at size 11`,
	} {
		a, ok := all[name]
		if !ok {
			t.Fatalf("no attack is named %q", name)
		}
		if err := second(notary.CheckBundle(a.bundle, l.Trusted())); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", name, err, want)
		}
	}
}
