package notary

import (
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
)

// The types of public keys. SSH's are of keys that an agent holds, the last one of keys in hardware.
const (
	TypeEd25519    = "ed25519"
	TypeSSH        = "ssh-ed25519"
	TypeSSHToken   = "sk-ssh-ed25519@openssh.com"
	Namespace      = "suyuan" // of signatures that an SSH agent makes (OpenSSH PROTOCOL.sshsig)
	sshMagic       = "SSHSIG"
	userPresent    = 1 // flag of a hardware key: somebody touched it
	sshSigVersion  = 1
	maxPublicBytes = 1 << 10
)

// ErrSignature says that a signature is not one of that key over that message.
var ErrSignature = errors.New("the signature does not verify")

// A Public is a public key of a person or device: one line of text, TYPE BASE64. The zero Public verifies nothing.
type Public struct {
	line        string
	kind        string
	blob        []byte // what the base64 holds
	key         ed25519.PublicKey
	application string // of a hardware key: what its signatures are bound to
}

// ParsePublic reads a public key, without line end.
func ParsePublic(line string) (Public, error) {
	kind, text, _ := strings.Cut(line, " ")
	blob, err := decode64(text)
	if err != nil || len(blob) > maxPublicBytes {
		return Public{}, fmt.Errorf("public key: found %.60q, want TYPE BASE64", line)
	}
	p := Public{line: line, kind: kind, blob: blob}
	switch kind {
	case TypeEd25519:
		p.key = blob
	case TypeSSH, TypeSSHToken:
		w := wire{rest: blob}
		inside := w.text()
		p.key = w.text()
		if kind == TypeSSHToken {
			p.application = string(w.text())
		}
		if w.broken || len(w.rest) > 0 || string(inside) != kind {
			return Public{}, fmt.Errorf("public key %.60q: its base64 holds no key of this type", line)
		}
	default:
		return Public{}, fmt.Errorf("public key: found type %q, want %s, %s or %s", kind, TypeEd25519, TypeSSH, TypeSSHToken)
	}
	if len(p.key) != ed25519.PublicKeySize {
		return Public{}, fmt.Errorf("public key %.60q: found %d bytes of key, want %d", line, len(p.key), ed25519.PublicKeySize)
	}
	return p, nil
}

// PublicOf returns the public key of a private one that is held in a file.
func PublicOf(key ed25519.PublicKey) Public {
	line := TypeEd25519 + " " + base64.StdEncoding.EncodeToString(key)
	return Public{line: line, kind: TypeEd25519, blob: key, key: key}
}

// String returns the key's line.
func (p Public) String() string { return p.line }

// Type returns what stands before the base64.
func (p Public) Type() string { return p.kind }

// ID returns how records name the key: the SHA-256 of its line, in lower-case hex.
func (p Public) ID() string { return textID(p.line) }

func textID(line string) string {
	sum := sha256.Sum256([]byte(line))
	return hex.EncodeToString(sum[:])
}

// Verify returns nil where sig is this key's signature over message, and an error that wraps ErrSignature otherwise.
func (p Public) Verify(message, sig []byte) error {
	ok := false
	switch p.kind {
	case TypeEd25519:
		ok = ed25519.Verify(p.key, message, sig)
	case TypeSSH, TypeSSHToken:
		ok = p.verifySSH(message, sig)
	}
	if !ok {
		return fmt.Errorf("key %.16s…: %w", p.ID(), ErrSignature)
	}
	return nil
}

// verifySSH checks an SSHSIG blob (OpenSSH PROTOCOL.sshsig): it names this key and our namespace, and the signature inside it is over the
// digest of the message, framed again.
func (p Public) verifySSH(message, sig []byte) bool {
	w := wire{rest: sig}
	magic, version := w.bytes(len(sshMagic)), w.uint32()
	key, space, reserved, hash, inner := w.text(), w.text(), w.text(), w.text(), w.text()
	if w.broken || len(w.rest) > 0 || string(magic) != sshMagic || version != sshSigVersion ||
		string(key) != string(p.blob) || string(space) != Namespace || len(reserved) > 0 {
		return false
	}
	var digest []byte
	switch string(hash) {
	case "sha256":
		sum := sha256.Sum256(message)
		digest = sum[:]
	case "sha512":
		sum := sha512.Sum512(message)
		digest = sum[:]
	default:
		return false
	}
	signed := append([]byte(sshMagic), wireText(space, nil, hash, digest)...)
	in := wire{rest: inner}
	kind, raw := in.text(), in.text()
	if p.kind == TypeSSHToken {
		flags := in.bytes(1)
		counter := in.bytes(4)
		if in.broken || flags[0]&userPresent == 0 {
			return false
		}
		app, body := sha256.Sum256([]byte(p.application)), sha256.Sum256(signed)
		signed = append(append(append(app[:], flags[0]), counter...), body[:]...)
	}
	return !in.broken && len(in.rest) == 0 && string(kind) == p.kind && len(raw) == ed25519.SignatureSize && ed25519.Verify(p.key, signed, raw)
}

// A wire reads SSH's wire form (RFC 4251 section 5).
type wire struct {
	rest   []byte
	broken bool // there was less than was asked for
}

func (w *wire) bytes(n int) []byte {
	if w.broken || n > len(w.rest) {
		w.broken = true
		return make([]byte, min(n, maxPublicBytes))
	}
	b := w.rest[:n]
	w.rest = w.rest[n:]
	return b
}

func (w *wire) uint32() uint32 { return binary.BigEndian.Uint32(w.bytes(4)) }

func (w *wire) text() []byte {
	n := w.uint32()
	if uint64(n) > uint64(len(w.rest)) {
		w.broken = true
		return nil
	}
	return w.bytes(int(n))
}

func wireText(parts ...[]byte) []byte {
	var b []byte
	for _, p := range parts {
		b = binary.BigEndian.AppendUint32(b, uint32(len(p))) //nolint:gosec // a few hundred bytes
		b = append(b, p...)
	}
	return b
}
