package event

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"strings"
	"unicode"
)

// Types of public keys. Those of SSH are in the form of RFC 8709 and of
// OpenSSH's PROTOCOL.u2f.
const (
	keyEd25519     = "ed25519"
	keySSHEd25519  = "ssh-ed25519"
	keySSHHardware = "sk-ssh-ed25519@openssh.com"
)

var keyTypes = []string{keyEd25519, keySSHEd25519, keySSHHardware}

const (
	wantPublic   = "a public key as one line TYPE BASE64, without a comment"
	wantBase64   = "standard base64 with padding, in its one canonical spelling"
	wantVerifier = "a verifier key NAME+HASH+BASE64, HASH being 8 hex digits in lower case"
)

// maxVerifiers is how many keys of its own a ledger has at one time: one of
// each kind of signature, and as many again.
const maxVerifiers = 4

// PublicKeyID returns the id of a public key: the SHA-256 of its line, in
// lower-case hex.
func PublicKeyID(line string) string {
	sum := sha256.Sum256([]byte(line))
	return hex.EncodeToString(sum[:])
}

// publicWant returns what a public key should have been, or nothing where line
// is one.
func publicWant(line string) string {
	kind, text, ok := strings.Cut(line, " ")
	switch long := textWant(line, MaxText); {
	case !ok || strings.ContainsFunc(text, unicode.IsSpace):
		return wantPublic
	case long != "":
		return long
	}
	if _, want := choose(kind, keyTypes); want != "" {
		return "a key whose type is " + want
	}
	key, ok := canonicalBase64(text)
	if !ok {
		return wantBase64
	}
	if kind == keyEd25519 {
		if len(key) != ed25519.PublicKeySize {
			return "32 bytes of an Ed25519 public key"
		}
		return ""
	}
	return wireWant(key, kind)
}

// wireWant returns what a key in SSH's wire form should have been: strings of
// which the first is the type, the second the 32 bytes, and of a hardware key
// the third the application.
func wireWant(key []byte, kind string) string {
	const want = "the key in SSH's wire form, beginning with its own type: "
	name, rest, ok := wireString(key)
	if !ok || string(name) != kind {
		return want + kind
	}
	point, rest, ok := wireString(rest)
	if !ok || len(point) != ed25519.PublicKeySize {
		return want + kind + ", then 32 bytes of public key"
	}
	if kind == keySSHHardware {
		var application []byte
		if application, rest, ok = wireString(rest); !ok || len(application) == 0 {
			return want + kind + ", 32 bytes of public key, then the application"
		}
	}
	if len(rest) > 0 {
		return want + kind + ", and nothing behind the key"
	}
	return ""
}

// wireString takes a string off the front of b (RFC 4251 section 5).
func wireString(b []byte) (s, rest []byte, ok bool) {
	if len(b) < 4 {
		return nil, nil, false
	}
	n := binary.BigEndian.Uint32(b)
	if int64(n) > int64(len(b)-4) {
		return nil, nil, false
	}
	return b[4 : 4+n], b[4+n:], true
}

// canonicalBase64 decodes a text that comes back when written again: the
// decoder alone passes over line ends and over bits that say nothing.
func canonicalBase64(s string) ([]byte, bool) {
	b, err := base64.StdEncoding.Strict().DecodeString(s)
	return b, err == nil && base64.StdEncoding.EncodeToString(b) == s
}

// verifierOf reads a verifier key by its structure (C2SP signed-note): a name
// without white space and plus signs, the hash, a byte of algorithm and the key.
func verifierOf(s string) (string, string) {
	name, rest, _ := strings.Cut(s, "+")
	hash, text, ok := strings.Cut(rest, "+")
	if !ok || name == "" || strings.ContainsFunc(name, unicode.IsSpace) || !isKeyHash(hash) {
		return "", wantVerifier
	}
	switch key, ok := canonicalBase64(text); {
	case !ok:
		return "", wantVerifier + "; BASE64 is " + wantBase64
	case len(key) < 2:
		return "", wantVerifier + "; BASE64 is that of an algorithm and a key"
	}
	return s, textWant(s, MaxText)
}

func isKeyHash(s string) bool {
	if len(s) != 8 {
		return false
	}
	for i := range len(s) {
		if !isHex(s[i]) {
			return false
		}
	}
	return true
}
