package notary_test

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"

	"suyuan/internal/notary"
	nt "suyuan/internal/notary/notarytest"
)

func TestKeysOfAllTypesComeBackAsTheyWereWritten(t *testing.T) {
	t.Parallel()
	alice, bob, carol := people()
	for kind, k := range map[string]nt.Key{notary.TypeEd25519: alice, notary.TypeSSH: bob, notary.TypeSSHToken: carol} {
		p, err := notary.ParsePublic(k.Public.String())
		if err != nil || p.String() != k.Public.String() || p.ID() != k.Public.ID() || !strings.HasPrefix(p.String(), kind+" ") {
			t.Errorf("%s: %v, %v", k.Public, p, err)
		}
	}
}

func TestKeyIDsAreTheDigestOfTheLine(t *testing.T) {
	t.Parallel()
	p, err := notary.ParsePublic("ed25519 11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=") // RFC 8032 section 7.1, test 1
	if err != nil {
		t.Fatal(err)
	}
	if got, want := p.ID(), "ff835d77a67b56f9672a9e307b643e894b1e7b027ef9dfba4c1f473ac3f54b96"; got != want {
		t.Errorf("id %s, want %s", got, want)
	}
	sig := unhex(t, "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b")
	if err := p.Verify(nil, sig); err != nil {
		t.Errorf("RFC 8032 test 1: %v", err)
	}
	if err := p.Verify([]byte{0}, sig); !errors.Is(err, notary.ErrSignature) {
		t.Errorf("RFC 8032 test 1 over another message: %v", err)
	}
}

func TestParsePublicRefusesOtherSpellings(t *testing.T) {
	t.Parallel()
	alice, bob, carol := people()
	plain, held, token := alice.Public.String(), bob.Public.String(), carol.Public.String()
	blob := func(kind string, fields ...string) string {
		var b []byte
		for _, f := range fields {
			b = append(b, ssh.Marshal(struct{ S string }{f})...)
		}
		return kind + " " + base64.StdEncoding.EncodeToString(b)
	}
	key := strings.Repeat("k", 32)
	for name, line := range map[string]string{
		"nothing":                   "",
		"no base64":                 "ed25519",
		"no type":                   strings.TrimPrefix(plain, "ed25519 "),
		"a line end":                plain + "\n",
		"a comment":                 plain + " alice",
		"two spaces":                strings.Replace(plain, " ", "  ", 1),
		"no padding":                strings.TrimRight(plain, "="),
		"spare bits":                plain[:len(plain)-2] + string(plain[len(plain)-2]+1) + "=",
		"31 bytes":                  "ed25519 " + base64.StdEncoding.EncodeToString(make([]byte, 31)),
		"33 bytes":                  "ed25519 " + base64.StdEncoding.EncodeToString(make([]byte, 33)),
		"another type":              "ssh-rsa " + strings.Fields(held)[1],
		"a type in upper case":      "ED25519 " + strings.Fields(plain)[1],
		"SSH's key as plain":        "ed25519 " + strings.Fields(held)[1],
		"plain as SSH's":            "ssh-ed25519 " + strings.Fields(plain)[1],
		"SSH's key as a token's":    "sk-ssh-ed25519@openssh.com " + strings.Fields(held)[1],
		"a token's key as SSH's":    "ssh-ed25519 " + strings.Fields(token)[1],
		"a byte more":               blob("ssh-ed25519", "ssh-ed25519", key) + "AAAA",
		"a field more":              blob("ssh-ed25519", "ssh-ed25519", key, ""),
		"a field less":              blob("ssh-ed25519", "ssh-ed25519"),
		"a token without its app":   blob("sk-ssh-ed25519@openssh.com", "sk-ssh-ed25519@openssh.com", key),
		"a token with a field more": blob("sk-ssh-ed25519@openssh.com", "sk-ssh-ed25519@openssh.com", key, "ssh:", ""),
		"another type inside":       blob("ssh-ed25519", "ssh-ed25518", key),
		"31 bytes inside":           blob("ssh-ed25519", "ssh-ed25519", key[:31]),
		"33 bytes inside":           blob("ssh-ed25519", "ssh-ed25519", key+"k"),
	} {
		if p, err := notary.ParsePublic(line); err == nil {
			t.Errorf("%s: %q was taken for %v", name, line, p)
		}
	}
	for _, line := range []string{blob("ssh-ed25519", "ssh-ed25519", key), blob("sk-ssh-ed25519@openssh.com", "sk-ssh-ed25519@openssh.com", key, "")} {
		if _, err := notary.ParsePublic(line); err != nil {
			t.Errorf("%q: %v", line, err)
		}
	}
}

func TestSignaturesOfAllTypesVerifyAndEveryFlippedBitDoesNot(t *testing.T) {
	t.Parallel()
	alice, bob, carol := people()
	message := []byte("suyuan/v1 signature\nlab.example/a\n{}")
	for _, k := range []nt.Key{alice, bob, carol} {
		sig := k.Sign(message)
		if err := k.Public.Verify(message, sig); err != nil {
			t.Errorf("%.20s: %v", k.Public, err)
		}
		if err := k.Public.Verify(append(bytes.Clone(message), '\n'), sig); !errors.Is(err, notary.ErrSignature) {
			t.Errorf("%.20s: another message: %v", k.Public, err)
		}
		for i := range 8 * len(sig) {
			if k.Public.Verify(message, flipped(sig, i/8, i)) == nil {
				t.Errorf("%.20s: verifies with bit %d flipped", k.Public, i)
			}
		}
		for n := range len(sig) {
			if k.Public.Verify(message, sig[:n]) == nil || k.Public.Verify(message, append(bytes.Clone(sig), sig[:n+1]...)) == nil {
				t.Errorf("%.20s: verifies cut to %d bytes, or with as many behind", k.Public, n)
			}
		}
		for _, other := range []nt.Key{alice, bob, carol} {
			if other.Public != k.Public && other.Public.Verify(message, sig) == nil {
				t.Errorf("%.20s verifies for %.20s", k.Public, other.Public)
			}
		}
	}
	if (notary.Public{}).Verify(message, alice.Sign(message)) == nil {
		t.Error("the zero key verifies")
	}
}

func TestOneKeyOfTwoTypesSignsForNeitherOther(t *testing.T) {
	t.Parallel()
	plain, held, token := nt.Plain("one"), nt.SSH("one"), nt.Token("one", 1)
	message := []byte("m")
	for _, k := range []nt.Key{plain, held, token} {
		for _, other := range []nt.Key{plain, held, token} {
			if ok := other.Public.Verify(message, k.Sign(message)) == nil; ok != (other.Public == k.Public) {
				t.Errorf("%.20s for %.20s: %v", k.Public, other.Public, ok)
			}
		}
	}
}

func TestAHardwareKeyHasToBeTouched(t *testing.T) {
	t.Parallel()
	message := []byte("m")
	for flags := range 256 {
		k := nt.Token("carol", byte(flags))
		if ok := k.Public.Verify(message, k.Sign(message)) == nil; ok != (flags&1 == 1) {
			t.Errorf("flags %#02x: %v", flags, ok)
		}
	}
}

// sshKeygen runs OpenSSH's program, or skips the test where it is not there.
func sshKeygen(t *testing.T, stdin []byte, args ...string) []byte {
	t.Helper()
	name, err := exec.LookPath("ssh-keygen")
	if err != nil {
		t.Skip("no ssh-keygen here")
	}
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Stdin = bytes.NewReader(stdin)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("ssh-keygen %s: %v", strings.Join(args, " "), err)
	}
	return out
}

func TestSignaturesOfSSHKeygenVerify(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "key")
	sshKeygen(t, nil, "-q", "-t", "ed25519", "-N", "", "-C", "bob", "-f", name)
	line, err := os.ReadFile(name + ".pub")
	if err != nil {
		t.Fatal(err)
	}
	p, err := notary.ParsePublic(strings.Join(strings.Fields(string(line))[:2], " "))
	if err != nil {
		t.Fatal(err)
	}
	message := []byte("suyuan/v1 signature\nlab.example/a\n{}")
	signed := func(args ...string) []byte {
		block, _ := pem.Decode(sshKeygen(t, message, append([]string{"-q", "-Y", "sign", "-f", name}, args...)...))
		return block.Bytes
	}
	if err := p.Verify(message, signed("-n", notary.Namespace)); err != nil {
		t.Error(err)
	}
	if p.Verify(message, signed("-n", "file")) == nil {
		t.Error("a signature of another namespace verifies")
	}
	if p.Verify(message, signed("-n", notary.Namespace, "-O", "hashalg=sha256")) == nil {
		t.Error("a signature with SHA-256 verifies, which docs/trust.md does not take")
	}
}

func TestSSHKeygenVerifiesWhatTheTestsSign(t *testing.T) {
	t.Parallel()
	_, bob, _ := people()
	dir, message := t.TempDir(), []byte("a message")
	sig := pem.EncodeToMemory(&pem.Block{Type: "SSH SIGNATURE", Bytes: bob.Sign(message)})
	for name, content := range map[string][]byte{"signers": []byte("bob " + bob.Public.String() + "\n"), "sig": sig} {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	sshKeygen(t, message, "-q", "-Y", "verify", "-f", filepath.Join(dir, "signers"), "-I", "bob", "-n", notary.Namespace, "-s", filepath.Join(dir, "sig"))
}

func TestMessageIsWhatTheDocumentSays(t *testing.T) {
	t.Parallel()
	got := string(notary.Message("lab.example/a", []byte(`{"type":"store"}`), "00ff", "approved", "2026-03-01T08:00:00Z"))
	want := "suyuan/v1 signature\nlab.example/a\n" + `{"event":{"type":"store"},"key":"00ff","meaning":"approved","time":"2026-03-01T08:00:00Z"}`
	if got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestSignaturesComeBackAsTheyWereWritten(t *testing.T) {
	t.Parallel()
	l := nt.New("lab.example/a", nil)
	alice, bob, carol := people()
	event := l.Event("store", nil)
	for _, signings := range [][]nt.Signing{nil, {by(alice, "performed")}, {by(alice, "performed"), by(bob, "performed"), by(carol, "witnessed"), by(alice, "approved")}} {
		list := l.Sign(event, signings...)
		got, err := notary.ParseSignatures(notary.AppendSignatures(nil, list))
		if err != nil || len(got) != len(list) {
			t.Fatalf("%d signatures: %v, %v", len(list), got, err)
		}
		for i, s := range got {
			if s.Key != list[i].Key || s.Meaning != list[i].Meaning || s.Time != list[i].Time || !bytes.Equal(s.Sig, list[i].Sig) {
				t.Errorf("signature %d: %+v, want %+v", i, s, list[i])
			}
		}
	}
	if got := notary.AppendSignatures([]byte("x"), nil); string(got) != "x" {
		t.Errorf("no signatures are written as %q", got)
	}
	for _, meaning := range notary.Meanings() {
		if _, err := notary.ParseSignatures(notary.AppendSignatures(nil, l.Sign(event, by(alice, meaning)))); err != nil {
			t.Errorf("%s: %v", meaning, err)
		}
	}
	if _, err := notary.ParseSignatures(notary.AppendSignatures(nil, many(l, notary.MaxSignatures))); err != nil {
		t.Errorf("%d signatures: %v", notary.MaxSignatures, err)
	}
}

func TestTimesOfSignatures(t *testing.T) {
	t.Parallel()
	l := nt.New("lab.example/a", nil)
	alice, _, _ := people()
	s := l.Sign(l.Event("store", nil), by(alice, "performed"))
	for at, want := range map[string]bool{
		"2026-03-01T08:00:00Z": true, "2026-03-01T08:00:00.5Z": true, "2026-03-01T08:00:00.123456789+08:00": true, "2026-12-31T23:59:59-05:30": true,
		"": false, "2026-03-01": false, "2026-03-01T08:00:00": false, "2026-03-01T08:00:00.Z": false, "2026-03-01T08:00:00.50Z": false,
		"2026-03-01T08:00:00.1234567891Z": false, "2026-23-01T08:00:00Z": false, "2026-03-41T08:00:00Z": false, "2026-03-01T30:00:00Z": false,
		"2026-03-01T08:60:00Z": false, "2026-03-01T08:00:61Z": false, "2026-03-01t08:00:00Z": false, "2026-03-01T08:00:00+0800": false,
		"2026-03-01T08:00:00Z\n": false, "x2026-03-01T08:00:00Z": false,
	} {
		s[0].Time = at
		if _, err := notary.ParseSignatures(notary.AppendSignatures(nil, s)); (err == nil) != want {
			t.Errorf("%q: %v", at, err)
		}
	}
}

func TestPublicOfIsTheKeysLine(t *testing.T) {
	t.Parallel()
	key := nt.Private("alice").Public().(ed25519.PublicKey)
	p, err := notary.ParsePublic(notary.PublicOf(key).String())
	if err != nil || p != notary.PublicOf(key) {
		t.Errorf("%v, %v", p, err)
	}
}
