package notary

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"fmt"
	"strings"

	"github.com/transparency-dev/formats/log"
	fnote "github.com/transparency-dev/formats/note"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Types of a ledger's keys, the first byte of what the base64 of a verifier key holds (C2SP signed-note).
const (
	ledgerEd25519 = 0x01
	ledgerMLDSA44 = 0x06
)

// A LedgerKey is a key that signs checkpoints: a verifier key as C2SP writes it, NAME+HASH+BASE64.
type LedgerKey struct {
	text   string
	person Public // the same Ed25519 key, with which rotations are signed; zero for ML-DSA-44
	note.Verifier
}

// ParseLedgerKey reads a verifier key, Ed25519 or ML-DSA-44.
func ParseLedgerKey(text string) (LedgerKey, error) {
	k := LedgerKey{text: text}
	parts := strings.SplitN(text, "+", 3)
	if len(parts) != 3 {
		return k, fmt.Errorf("verifier key: found %.60q, want NAME+HASH+BASE64", text)
	}
	blob, err := decode64(parts[2])
	switch {
	case err != nil || len(blob) == 0:
		return k, fmt.Errorf("verifier key %.60q: want base64 after the second \"+\"", text)
	case blob[0] == ledgerEd25519:
		k.Verifier, err = note.NewVerifier(text)
		k.person = PublicOf(ed25519.PublicKey(blob[1:]))
	case blob[0] == ledgerMLDSA44:
		k.Verifier, err = fnote.NewMLDSAVerifier(text)
	default:
		err = fmt.Errorf("type %d, want Ed25519 (1) or ML-DSA-44 (6)", blob[0])
	}
	if err == nil && fmt.Sprintf("%08x", k.KeyHash()) != parts[1] {
		err = errors.New("its hash is not that of its key")
	}
	if err != nil {
		return LedgerKey{}, fmt.Errorf("verifier key %.60q: %w", text, err)
	}
	return k, nil
}

// String returns the verifier key as it was read.
func (k LedgerKey) String() string { return k.text }

// ID returns how the signatures of a rotation name the key: the SHA-256 of its text, in lower-case hex.
func (k LedgerKey) ID() string { return textID(k.text) }

// Ed25519 reports whether the key is one; ML-DSA-44 otherwise.
func (k LedgerKey) Ed25519() bool { return k.person.line != "" }

// A Checkpoint says what a ledger was at a size.
type Checkpoint struct {
	Origin string
	Size   uint64
	Root   tlog.Hash
}

// ReadCheckpoint reads what a signed note, or its text alone, says without asking who signed it.
func ReadCheckpoint(text []byte) (Checkpoint, error) {
	body := text
	if i := bytes.Index(text, []byte("\n\n")); i >= 0 {
		body = text[:i+1]
	}
	var c log.Checkpoint
	rest, err := c.Unmarshal(body)
	if err != nil || len(rest) > 0 || !bytes.Equal(c.Marshal(), body) || len(c.Hash) != tlog.HashSize {
		return Checkpoint{}, fmt.Errorf("checkpoint: found %.60q, want three lines: origin, size, root in base64", text)
	}
	return Checkpoint{Origin: c.Origin, Size: c.Size, Root: tlog.Hash(c.Hash)}, nil
}

// OpenCheckpoint reads a signed note, which at least one of the keys must have signed under the checkpoint's origin. A line by one of them
// that does not verify makes the note worthless; lines by unknown keys are passed over (C2SP signed-note).
func OpenCheckpoint(text []byte, keys []LedgerKey) (Checkpoint, error) {
	n, err := openNote(text, keys)
	if err != nil {
		return Checkpoint{}, fmt.Errorf("checkpoint: %w", err)
	}
	c, err := ReadCheckpoint([]byte(n.Text))
	if err != nil {
		return Checkpoint{}, err
	}
	for _, s := range n.Sigs {
		if s.Name == c.Origin {
			return c, nil
		}
	}
	return Checkpoint{}, fmt.Errorf("checkpoint: of %q, signed by %q", c.Origin, n.Sigs[0].Name)
}

// openNote wants each key once.
func openNote(text []byte, keys []LedgerKey) (*note.Note, error) {
	verifiers := make([]note.Verifier, len(keys))
	for i, k := range keys {
		verifiers[i] = k.Verifier
	}
	n, err := note.Open(text, note.VerifierList(verifiers...))
	var unknown *note.UnverifiedNoteError
	if errors.As(err, &unknown) {
		return nil, errors.New("no key that is trusted has signed it")
	}
	return n, err
}
