package notary

import (
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// The types of public keys: of a key held in a file, and SSH's of keys that an agent holds, the last one of keys in hardware.
const (
	TypeEd25519  = "ed25519"
	TypeSSH      = "ssh-ed25519"
	TypeSSHToken = "sk-ssh-ed25519@openssh.com" //nolint:gosec // a name
)

// Namespace is that of signatures that an SSH agent makes (OpenSSH PROTOCOL.sshsig).
const Namespace = "suyuan"

// ErrSignature says that a signature is not one of that key over that message.
var ErrSignature = errors.New("the signature does not verify")

// A Public is a public key of a person or device: one line of text, TYPE BASE64. The zero Public verifies nothing.
type Public struct {
	line, kind string
	key        string // 32 bytes
	blob, app  string // of SSH's types, the key in wire form; of a key in hardware, the application that it was made for
}

// ParsePublic reads a public key, without line end.
func ParsePublic(line string) (Public, error) {
	kind, text, _ := strings.Cut(line, " ")
	blob, err := decode64(text)
	p := Public{line: line, kind: kind, key: string(blob)}
	if head := wire(kind) + "\x00\x00\x00\x20"; kind != TypeEd25519 && len(blob) >= len(head)+ed25519.PublicKeySize {
		p.blob = p.key
		p.key = p.blob[len(head):][:ed25519.PublicKeySize]
		if rest := p.blob[len(head)+len(p.key):]; kind == TypeSSHToken && len(rest) >= 4 {
			p.app = rest[4:]
		}
	}
	known := map[string]string{TypeEd25519: p.key, TypeSSH: wire(kind, p.key), TypeSSHToken: wire(kind, p.key, p.app)}
	if again, ok := known[kind]; !ok || err != nil || again != string(blob) || len(p.key) != ed25519.PublicKeySize {
		return Public{}, fmt.Errorf("public key: found %.80q, want TYPE BASE64, a key of type %s, %s or %s", line, TypeEd25519, TypeSSH, TypeSSHToken)
	}
	return p, nil
}

// PublicOf returns the public key of a private one that is held in a file.
func PublicOf(key ed25519.PublicKey) Public {
	return Public{line: TypeEd25519 + " " + base64.StdEncoding.EncodeToString(key), kind: TypeEd25519, key: string(key)}
}

// wire writes texts as SSH does (RFC 4251 section 5).
func wire(texts ...string) (s string) {
	for _, t := range texts {
		s += string(binary.BigEndian.AppendUint32(nil, uint32(len(t)))) + t //nolint:gosec // part of a record
	}
	return s
}

// String returns the key's line.
func (p Public) String() string { return p.line }

// ID returns how records name the key: the SHA-256 of its line, in lower-case hex.
func (p Public) ID() string { return fmt.Sprintf("%x", sha256.Sum256([]byte(p.line))) }

// Verify returns nil where sig is this key's signature over message, and an error that wraps ErrSignature otherwise.
func (p Public) Verify(message, sig []byte) error {
	if p.kind == TypeEd25519 && ed25519.Verify([]byte(p.key), message, sig) || p.blob != "" && p.verifySSH(message, string(sig)) {
		return nil
	}
	return fmt.Errorf("key %.16s…: %w", p.ID(), ErrSignature)
}

// verifySSH checks an SSHSIG blob (OpenSSH PROTOCOL.sshsig; PROTOCOL.u2f for keys in hardware) with SHA-512. It writes the blob that should
// stand there around the signature proper, and compares: so every byte of it counts.
func (p Public) verifySSH(message []byte, sig string) bool {
	trailer := 0
	if p.kind == TypeSSHToken {
		trailer = 5 // flags, counter
	}
	at := len(sig) - trailer
	if at < ed25519.SignatureSize {
		return false
	}
	proper, tail, context, hash := sig[at-ed25519.SignatureSize:at], sig[at:], wire(Namespace, "", "sha512"), sha512.Sum512(message)
	blob := "SSHSIG\x00\x00\x00\x01" + wire(p.blob) + context + wire(wire(p.kind, proper)+tail)
	signed := "SSHSIG" + context + wire(string(hash[:]))
	if tail != "" {
		app, digest := sha256.Sum256([]byte(p.app)), sha256.Sum256([]byte(signed))
		signed = string(app[:]) + tail + string(digest[:])
	}
	// A key in hardware says in the first flag whether somebody touched it, and a signature of a person wants that.
	present := tail == "" || tail[0]&1 == 1
	return blob == sig && present && ed25519.Verify([]byte(p.key), []byte(signed), []byte(proper))
}

// Meanings returns what a signature can mean (21 CFR 11.50(a)(3)).
func Meanings() []string {
	return []string{"performed", "reviewed", "approved", "released", "rejected", "witnessed"}
}

// MaxSignatures is how many signatures one record can bear.
const MaxSignatures = 32

// A Signature is one element of a record's sig.
type Signature struct {
	Key     string // id of the key
	Meaning string
	Time    string // what the signer says; it decides nothing
	Sig     []byte
}

// Message returns the bytes that are signed: domain, origin, and the stored bytes of the event with key, meaning and time, in JCS.
func Message(origin string, event []byte, key, meaning, at string) []byte {
	return fmt.Appendf(nil, "suyuan/v1 signature\n%s\n"+`{"event":%s,"key":"%s","meaning":"%s","time":"%s"}`, origin, event, key, meaning, at)
}

// AppendSignatures appends what a record holds as sig; nothing where there are no signatures.
func AppendSignatures(dst []byte, list []Signature) []byte {
	for i, s := range list {
		sig := base64.StdEncoding.EncodeToString(s.Sig)
		dst = fmt.Appendf(dst, `%c{"key":"%s","meaning":"%s","sig":"%s","time":"%s"}`, "[,"[min(i, 1)], s.Key, s.Meaning, sig, s.Time)
	}
	return append(dst, "]"[:min(len(list), 1)]...)
}

// plainTexts are key, meaning and time of a signature, a line each; they can stand in a record and in a message as they are.
var plainTexts = regexp.MustCompile(`^[0-9a-f]{64}\n(` + strings.Join(Meanings(), "|") + `)\n` + plainTime + `\n$`)

// plainTime is the form of an event's time; whether the calendar has the day is for others.
const plainTime = `[0-9]{4}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9](\.[0-9]{0,8}[1-9])?(Z|[+-][0-2][0-9]:[0-5][0-9])`

// ParseSignatures reads the member sig of a record. Absent, there are none.
func ParseSignatures(b []byte) ([]Signature, error) {
	var list []Signature
	if err := json.Unmarshal(b, &list); len(b) > 0 && (err != nil || len(list) == 0 || len(list) > MaxSignatures) {
		return nil, fmt.Errorf("sig: want a list of 1 to %d signatures", MaxSignatures)
	}
	for i, s := range list {
		if !plainTexts.MatchString(s.Key + "\n" + s.Meaning + "\n" + s.Time + "\n") {
			return nil, fmt.Errorf("sig[%d]: want key (64 hex digits), meaning (one of %s), sig, time", i, strings.Join(Meanings(), ", "))
		}
		if slices.ContainsFunc(list[:i], func(before Signature) bool { return before.Key == s.Key && before.Meaning == s.Meaning }) {
			return nil, fmt.Errorf("sig[%d]: key %.16s… signs %q twice", i, s.Key, s.Meaning)
		}
	}
	if string(AppendSignatures(nil, list)) != string(b) {
		return nil, fmt.Errorf("sig: found %.80q, want it in canonical form, and nothing besides key, meaning, sig and time", b)
	}
	return list, nil
}
