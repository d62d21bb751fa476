package notary_test

import (
	"bytes"
	"encoding/base64"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	fnote "github.com/transparency-dev/formats/note"
	"golang.org/x/mod/sumdb/note"

	"suyuan/internal/notary"
	nt "suyuan/internal/notary/notarytest"
)

func TestLedgerKeysOfBothTypesComeBackAsTheyWereWritten(t *testing.T) {
	t.Parallel()
	for _, k := range nt.New("lab.example/a", nil).Keys {
		got, err := notary.ParseLedgerKey(k.Public.String())
		if err != nil || got.String() != k.Public.String() || got.ID() != k.Public.ID() || got.Name() != "lab.example/a" || got.KeyHash() != k.KeyHash() {
			t.Errorf("%.60s: %+v, %v", k.Public, got, err)
		}
		if got.Ed25519() != (k.Public.String() == nt.Ed25519("lab.example/a", "lab.example/a").Public.String()) {
			t.Errorf("%.60s: Ed25519 %v", k.Public, got.Ed25519())
		}
	}
}

func TestParseLedgerKeyRefusesOtherSpellings(t *testing.T) {
	t.Parallel()
	good := nt.Ed25519("lab.example/a", "a").Public.String()
	parts := strings.SplitN(good, "+", 3)
	long := strings.Repeat("a", 256)
	for name, text := range map[string]string{
		"nothing": "", "no key": parts[0] + "+" + parts[1], "no hash": parts[0] + "+" + parts[2], "an empty key": parts[0] + "+" + parts[1] + "+",
		"another hash": parts[0] + "+00000000+" + parts[2], "a hash in upper case": parts[0] + "+" + strings.ToUpper(parts[1]) + "+" + parts[2],
		"another name": "lab.example/b+" + parts[1] + "+" + parts[2], "more padding": good + "====", "a line end": good + "\n",
		"a space before": " " + good,
		"an empty name":  vkey("", 1, 32), "a name with a space": vkey("a b", 1, 32), "a name with another space": vkey("a\u00a0b", 1, 32), "a long name": vkey(long, 1, 32),
		"31 bytes": vkey("a", 1, 31), "33 bytes": vkey("a", 1, 33), "type 0": vkey("a", 0, 32), "type 2": vkey("a", 2, 32), "type 4": vkey("a", 4, 32), "type 7": vkey("a", 7, 1312),
		"ML-DSA of 1311 bytes": vkey("a", 6, 1311), "ML-DSA of 32 bytes": vkey("a", 6, 32), "ML-DSA of 1313 bytes": vkey("a", 6, 1313),
	} {
		if k, err := notary.ParseLedgerKey(text); err == nil {
			t.Errorf("%s: %q was taken for %v", name, text, k)
		}
	}
	for _, text := range []string{good, vkey("a", 1, 32), vkey("a", 6, 1312), vkey(long[:255], 1, 32)} {
		if _, err := notary.ParseLedgerKey(text); err != nil {
			t.Errorf("%.80q: %v", text, err)
		}
	}
}

// vkey is a verifier key with the right hash, whatever else is wrong with it.
func vkey(name string, kind byte, length int) string {
	blob := append([]byte{kind}, bytes.Repeat([]byte{7}, length)...)
	return name + "+" + keyHash(name, blob) + "+" + base64.StdEncoding.EncodeToString(blob)
}

func TestCheckpointsOpenWithEitherKey(t *testing.T) {
	t.Parallel()
	l := releases("lab.example/a")
	want, text := l.Checkpoint()
	for _, keys := range [][]notary.LedgerKey{l.Trusted(), l.Trusted()[:1], l.Trusted()[1:], append(l.Trusted(), l.Trusted()...)} {
		if c, err := notary.OpenCheckpoint(text, keys); err != nil || c != want {
			t.Errorf("%d keys: %+v, %v", len(keys), c, err)
		}
	}
	for _, keys := range [][]notary.LedgerKey{nil, releases("lab.example/b").Trusted(), {nt.Ed25519("lab.example/a", "thief").Public}} {
		if _, err := notary.OpenCheckpoint(text, keys); err == nil {
			t.Errorf("opens with %d keys of others", len(keys))
		}
	}
	if c, err := notary.ReadCheckpoint(text); err != nil || c != want {
		t.Errorf("read: %+v, %v", c, err)
	}
	if c, err := notary.ReadCheckpoint(nt.Text(want)); err != nil || c != want {
		t.Errorf("read without signatures: %+v, %v", c, err)
	}
}

func TestAKnownKeysBadLineMakesANoteWorthless(t *testing.T) {
	t.Parallel()
	l := releases("lab.example/a")
	_, text := l.Checkpoint()
	lines := bytes.SplitAfter(text, []byte("\n"))
	for i := 4; i <= 5; i++ {
		changed := slices.Clone(lines)
		changed[i] = slices.Clone(lines[i])
		changed[i][len(changed[i])/2] ^= 1
		bad := bytes.Join(changed, nil)
		if _, err := notary.OpenCheckpoint(bad, l.Trusted()); err == nil {
			t.Errorf("opens with a bad line %d", i)
		}
		// Who does not know that key passes its line over.
		if _, err := notary.OpenCheckpoint(bad, l.Trusted()[5-i:6-i]); err != nil {
			t.Errorf("does not open for who does not know the key of line %d: %v", i, err)
		}
	}
}

func TestCheckpointsHaveOneSpelling(t *testing.T) {
	t.Parallel()
	const root = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
	for text, want := range map[string]bool{
		"lab.example/a\n7\n" + root + "\n": true, "lab.example/a\n0\n" + root + "\n": true, "lab.example/a\n9007199254740991\n" + root + "\n": true,
		"lab.example/a\n7\n" + root + "\n\n\u2014 x AAAA\n": true,
		"": false, "lab.example/a\n7\n" + root: false, "\n7\n" + root + "\n": false, "lab.example/a\n07\n" + root + "\n": false, "lab.example/a\n-7\n" + root + "\n": false,
		"lab.example/a\n+7\n" + root + "\n": false, "lab.example/a\n7\n" + root[:43] + "\n": false, "lab.example/a\n7\n" + root[:42] + "B=\n": false, "lab.example/a\n7\nAAAA\n": false,
		"lab.example/a\n7\n" + root + "\nmore\n": false, "lab.example/a\r\n7\r\n" + root + "\r\n": false, "lab.example/a\n9007199254740992\n" + root + "\n": false,
		"lab.example/a\n18446744073709551616\n" + root + "\n": false, "lab.example/a\n7\n" + root + "AAAA\n": false,
	} {
		if c, err := notary.ReadCheckpoint([]byte(text)); (err == nil) != want {
			t.Errorf("%q: %+v, %v", text, c, err)
		}
		key := nt.Ed25519("lab.example/a", "a")
		if !want || strings.Contains(text, "\u2014") {
			continue
		}
		if _, err := notary.OpenCheckpoint(nt.Note([]byte(text), key), []notary.LedgerKey{key.Public}); err != nil {
			t.Errorf("%q signed: %v", text, err)
		}
	}
}

func TestACheckpointIsSignedUnderItsOrigin(t *testing.T) {
	t.Parallel()
	l := releases("lab.example/a")
	c, _ := l.Checkpoint()
	witness := nt.Ed25519("witness.example", "w")
	alone := nt.Note(nt.Text(c), witness)
	if _, err := notary.OpenCheckpoint(alone, []notary.LedgerKey{witness.Public}); err == nil || !strings.Contains(err.Error(), "witness.example") {
		t.Errorf("signed by a witness alone: %v", err)
	}
	beside := nt.Note(nt.Text(c), witness, l.Keys[0])
	if _, err := notary.OpenCheckpoint(beside, append(l.Trusted(), witness.Public)); err != nil {
		t.Errorf("signed by a witness too: %v", err)
	}
}

// TestOthersLibrariesSignWhatVerifies lets transparency-dev/formats and x/mod make keys and signatures.
func TestOthersLibrariesSignWhatVerifies(t *testing.T) {
	t.Parallel()
	c, _ := releases("lab.example/a").Checkpoint()
	skey, vkey, err := fnote.GenerateMLDSAKey("lab.example/a")
	if err != nil {
		t.Fatal(err)
	}
	signer, err := fnote.NewMLDSASigner(skey)
	if err != nil {
		t.Fatal(err)
	}
	k, err := notary.ParseLedgerKey(vkey)
	if err != nil {
		t.Fatal(err)
	}
	text := nt.Text(c)
	sig, err := signer.Sign(text)
	if err != nil || !k.Verify(text, sig) {
		t.Fatalf("ML-DSA-44 by formats: %v", err)
	}
	other := c
	other.Size++
	if k.Verify(nt.Text(other), sig) || k.Verify([]byte("suyuan/v1 bundle\nx\n"), sig) || k.Verify(text, sig[:7]) || k.Verify(text, nil) || k.Verify(text, flipped(sig, 0, 0)) || k.Verify(text, flipped(sig, 100, 0)) {
		t.Error("ML-DSA-44 verifies for another tree, or with another signature")
	}
	ours := nt.MLDSA("lab.example/a", "x")
	theirs, err := fnote.NewMLDSAVerifier(ours.Public.String())
	if err != nil {
		t.Fatal(err)
	}
	if sig, err := ours.Sign(text); err != nil || !theirs.Verify(text, sig) || theirs.KeyHash() != ours.KeyHash() {
		t.Errorf("formats does not verify ours: %v", err)
	}
	if sig, err := ours.Sign(nt.Text(c)); err != nil || nt.MLDSA("lab.example/b", "x").Public.Verify(text, sig) {
		t.Errorf("another name verifies: %v", err)
	}
	plain, err := note.NewVerifier(nt.Ed25519("lab.example/a", "a").Public.String())
	if err != nil || plain.KeyHash() != nt.Ed25519("lab.example/a", "a").KeyHash() {
		t.Errorf("x/mod reads another key: %v", err)
	}
}

// TestGoldenBundle is against a change of what is written: bundles of years ago have to hold.
func TestGoldenBundle(t *testing.T) {
	t.Parallel()
	l := releases("lab.example/golden")
	l.Rotate("second")
	name := filepath.Join("testdata", "golden.bundle")
	sealed := l.Part(0, 1, 2, 3, 4, 5, 6, 10).Seal()
	if *update {
		if err := os.WriteFile(name, sealed, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	golden, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(golden, sealed) {
		t.Errorf("%s holds other bytes than are written now", name)
	}
	b, err := notary.CheckBundle(golden, releases("lab.example/golden").Trusted()[:1])
	if err != nil || len(b.Records) != 8 || b.Checkpoint.Size != 11 {
		t.Errorf("%+v, %v", b, err)
	}
}
