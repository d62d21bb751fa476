package bundle_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"suyuan/internal/interchange/bundle"
	"suyuan/internal/notary"
	"suyuan/internal/notary/notarytest"
)

// signedLedger is one with a released batch that two people signed, one of them later.
func signedLedger() *notarytest.Ledger {
	l := notarytest.New("lab.example/bundles", nil)
	alice, bob := notarytest.Plain("alice"), notarytest.SSH("bob")
	l.Register(alice, "OP-1", "qp")
	l.Register(bob, "OP-2", "")
	n := l.Add("release", notarytest.Members{"batch": "B-1"}, notarytest.Signing{By: alice, Meaning: "released"})
	l.Add("store", notarytest.Members{"units": []string{"U-1"}})
	l.Later(n, "reviewed", notarytest.Signing{By: bob, Meaning: "reviewed"})
	return l
}

func contentOf(l *notarytest.Ledger, numbers ...int) bundle.Content {
	_, text := l.Checkpoint()
	c := bundle.Content{
		Checkpoint: text, Keys: l.Trusted(), Whole: len(numbers) == len(l.Records),
		Reports: []notary.File{{Name: "report/answer.json", Content: []byte("{}\n")}},
	}
	for _, n := range numbers {
		c.Records = append(c.Records, bundle.Record{Seq: uint64(n), Bytes: l.Records[n], Proof: l.Proof(n)})
	}
	return c
}

func signer(l *notarytest.Ledger) func([]byte) ([]byte, error) {
	return func(text []byte) ([]byte, error) { return notarytest.Note(text, l.Keys[0]), nil }
}

func TestWriteGivesAPartThatHolds(t *testing.T) {
	t.Parallel()
	l := signedLedger()
	content, err := bundle.Write(contentOf(l, 0, 1, 2, 3, 5), signer(l))
	if err != nil {
		t.Fatal(err)
	}
	b, err := notary.CheckBundle(content, l.Trusted()[:1])
	if err != nil || b.Whole || len(b.Records) != 5 || b.Signatures != 4 {
		t.Errorf("checked: %+v, %v", b, err)
	}
	content[len(content)/2] ^= 1
	if _, err := notary.CheckBundle(content, l.Trusted()); err == nil {
		t.Error("holds with a flipped bit")
	}
}

func TestWriteGivesAWholeBundleThatHolds(t *testing.T) {
	t.Parallel()
	l := signedLedger()
	content, err := bundle.Write(contentOf(l, 0, 1, 2, 3, 4, 5), signer(l))
	if err != nil {
		t.Fatal(err)
	}
	b, err := notary.CheckBundle(content, l.Trusted())
	if err != nil || !b.Whole || len(b.Records) != 6 {
		t.Errorf("checked: %+v, %v", b, err)
	}
}

func TestWriteGivesAZipThatOthersOpen(t *testing.T) {
	t.Parallel()
	l := signedLedger()
	content, err := bundle.Write(contentOf(l, 0, 1, 2), signer(l))
	if err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadAll(r); err != nil {
			t.Errorf("%s: %v", f.Name, err)
		}
		names = append(names, f.Name)
	}
	if got, want := strings.Join(names, " "), "manifest checkpoint keys records.jsonl proofs report/answer.json CHECK.html"; got != want {
		t.Errorf("found %s, want %s", got, want)
	}
}

func TestWriteHandsOutNothingThatDoesNotHold(t *testing.T) {
	t.Parallel()
	l := signedLedger()
	refused := errors.New("no key here")
	for name, c := range map[string]struct {
		change func(*bundle.Content)
		sign   func([]byte) ([]byte, error)
		want   error
	}{
		"record 0 is missing":        {func(c *bundle.Content) { c.Records = c.Records[1:] }, nil, notary.StepRecord},
		"a proof of another record":  {func(c *bundle.Content) { c.Records[1].Proof = c.Records[2].Proof }, nil, notary.StepProof},
		"a key record is missing":    {func(c *bundle.Content) { c.Records = append(c.Records[:1:1], c.Records[3]) }, nil, notary.StepSignature},
		"a checkpoint by other keys": {func(c *bundle.Content) { c.Keys = []notary.LedgerKey{notarytest.Ed25519(l.Origin, "x").Public} }, nil, nil},
		"a report outside":           {func(c *bundle.Content) { c.Reports[0].Name = "../answer.json" }, nil, notary.StepContainer},
		"a manifest by two keys": {nil, func(b []byte) ([]byte, error) {
			return notarytest.Note(b, l.Keys[0], notarytest.Ed25519("w", "w")), nil
		}, notary.StepManifest},
		"no key to sign with": {nil, func([]byte) ([]byte, error) { return nil, refused }, refused},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			content := contentOf(l, 0, 1, 2, 3, 5)
			if c.change != nil {
				c.change(&content)
			}
			if c.sign == nil {
				c.sign = signer(l)
			}
			b, err := bundle.Write(content, c.sign)
			if err == nil || b != nil || c.want != nil && !errors.Is(err, c.want) {
				t.Errorf("wrote %d bytes, %v, want an error %v and nothing", len(b), err, c.want)
			}
		})
	}
}
