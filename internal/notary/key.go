package notary

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"github.com/hiddeco/sshsig"
	"golang.org/x/crypto/ssh"
)

// The types of public keys: of a key held in a file, and SSH's of keys that an agent holds, the last one of keys in hardware.
const (
	TypeEd25519  = "ed25519"
	TypeSSH      = ssh.KeyAlgoED25519
	TypeSSHToken = ssh.KeyAlgoSKED25519
)

// Namespace is that of signatures that an SSH agent makes (OpenSSH PROTOCOL.sshsig).
const Namespace = "suyuan"

// ErrSignature says that a signature is not one of that key over that message.
var ErrSignature = errors.New("the signature does not verify")

// A Public is a public key of a person or device: one line of text, TYPE BASE64. The zero Public verifies nothing.
type Public struct {
	line string
	key  ed25519.PublicKey // of TypeEd25519
	ssh  ssh.PublicKey     // of the others
}

// ParsePublic reads a public key, without line end.
func ParsePublic(line string) (Public, error) {
	kind, text, _ := strings.Cut(line, " ")
	blob, err := decode64(text)
	if err != nil {
		return Public{}, fmt.Errorf("public key: found %.60q, want TYPE BASE64", line)
	}
	switch kind {
	case TypeEd25519:
		if len(blob) != ed25519.PublicKeySize {
			return Public{}, fmt.Errorf("public key %.60q: found %d bytes, want %d", line, len(blob), ed25519.PublicKeySize)
		}
		return Public{line: line, key: blob}, nil
	case TypeSSH, TypeSSHToken:
		k, err := ssh.ParsePublicKey(blob)
		if err != nil || k.Type() != kind || !bytes.Equal(k.Marshal(), blob) {
			return Public{}, fmt.Errorf("public key %.60q: its base64 holds no key of this type", line)
		}
		return Public{line: line, ssh: k}, nil
	}
	return Public{}, fmt.Errorf("public key: found type %.40q, want %s, %s or %s", kind, TypeEd25519, TypeSSH, TypeSSHToken)
}

// PublicOf returns the public key of a private one that is held in a file.
func PublicOf(key ed25519.PublicKey) Public {
	return Public{line: TypeEd25519 + " " + base64.StdEncoding.EncodeToString(key), key: key}
}

// String returns the key's line.
func (p Public) String() string { return p.line }

// ID returns how records name the key: the SHA-256 of its line, in lower-case hex.
func (p Public) ID() string { return textID(p.line) }

func textID(line string) string {
	sum := sha256.Sum256([]byte(line))
	return hex.EncodeToString(sum[:])
}

// Verify returns nil where sig is this key's signature over message, and an error that wraps ErrSignature otherwise.
func (p Public) Verify(message, sig []byte) error {
	if p.key != nil && ed25519.Verify(p.key, message, sig) || p.ssh != nil && p.verifySSH(message, sig) {
		return nil
	}
	return fmt.Errorf("key %.16s…: %w", p.ID(), ErrSignature)
}

// verifySSH checks an SSHSIG blob. A key in hardware says whether somebody touched it, and a signature of a person wants that.
func (p Public) verifySSH(message, sig []byte) bool {
	s, err := sshsig.ParseSignature(sig)
	if err != nil || !bytes.Equal(s.Marshal(), sig) {
		return false
	}
	const userPresent = 1
	if p.ssh.Type() == TypeSSHToken && (len(s.Signature.Rest) == 0 || s.Signature.Rest[0]&userPresent == 0) {
		return false
	}
	return sshsig.Verify(bytes.NewReader(message), s, p.ssh, s.HashAlgorithm, Namespace) == nil
}
