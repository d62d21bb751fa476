package notary

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"filippo.io/mldsa"
	"github.com/transparency-dev/formats/log"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// A LedgerKey is a key that signs checkpoints: a verifier key as C2SP writes it, NAME+HASH+BASE64. It is a [note.Verifier].
type LedgerKey struct {
	Public // its line is the verifier key, so that its ID is how a rotation names it; of ML-DSA-44 without key
	name   string
	hash   uint32
	mldsa  *mldsa.PublicKey
}

// ParseLedgerKey reads a verifier key, Ed25519 or ML-DSA-44.
func ParseLedgerKey(text string) (LedgerKey, error) {
	parts := append(strings.SplitN(text, "+", 3), "", "")
	blob, err := decode64(parts[2])
	sum := sha256.Sum256([]byte(parts[0] + "\n" + string(blob)))
	k := LedgerKey{name: parts[0], hash: binary.BigEndian.Uint32(sum[:]), Public: Public{line: text, kind: TypeEd25519}}
	switch spaced := strings.ContainsFunc(k.name, unicode.IsSpace); {
	case err != nil || len(blob) == 0 || k.name == "" || len(k.name) > 255 || spaced || fmt.Sprintf("%08x", k.hash) != parts[1]:
		err = errors.New("want NAME+HASH+BASE64, and the hash of that name and key")
	case blob[0] == 1 && len(blob) == 1+ed25519.PublicKeySize:
		k.key = string(blob[1:])
	case blob[0] == 6:
		k.kind = "ML-DSA-44"
		k.mldsa, err = mldsa.NewPublicKey(mldsa.MLDSA44(), blob[1:])
	default:
		err = errors.New("want a key of Ed25519 (type 1) or ML-DSA-44 (type 6)")
	}
	if err != nil {
		return LedgerKey{}, fmt.Errorf("verifier key %.80q: %w", text, err)
	}
	return k, nil
}

// Ed25519 reports whether the key is one; ML-DSA-44 otherwise.
func (k LedgerKey) Ed25519() bool { return k.mldsa == nil }

// Name returns the key's name: the origin of its ledger.
func (k LedgerKey) Name() string { return k.name }

// KeyHash returns the number by which a line of signature names the key.
func (k LedgerKey) KeyHash() uint32 { return k.hash }

// Verify reports whether sig is the key's signature over the text of a note; of ML-DSA-44, a time stamp and a signature over the tree that
// the text names (C2SP tlog-cosignature).
func (k LedgerKey) Verify(text, sig []byte) bool {
	if k.mldsa == nil {
		return k.Public.Verify(text, sig) == nil
	}
	c, err := readTree(text)
	if err != nil || len(sig) < 8 || len(c.Origin) > 255 {
		return false
	}
	m := append(append([]byte("subtree/v1\n\x00"), byte(len(k.name))), k.name...) //nolint:gosec // at most 255
	m = append(append(append(m, sig[:8]...), byte(len(c.Origin))), c.Origin...)   //nolint:gosec // at most 255
	m = binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(m, 0), c.Size)
	return mldsa.Verify(k.mldsa, append(m, c.Root[:]...), sig[8:], nil) == nil
}

// A Checkpoint says what a ledger was at a size.
type Checkpoint struct {
	Origin string
	Size   uint64
	Root   tlog.Hash
}

// ReadCheckpoint reads what a signed note, or its text alone, says without asking who signed it.
func ReadCheckpoint(text []byte) (Checkpoint, error) {
	if i := bytes.Index(text, []byte("\n\n")); i >= 0 {
		text = text[:i+1]
	}
	return readTree(text)
}

func readTree(text []byte) (Checkpoint, error) {
	var c log.Checkpoint
	rest, err := c.Unmarshal(text)
	if err != nil || len(rest) > 0 || !bytes.Equal(c.Marshal(), text) || len(c.Hash) != tlog.HashSize || c.Size >= 1<<53 {
		return Checkpoint{}, fmt.Errorf("checkpoint: found %.60q, want three lines: origin, size, root in base64", text)
	}
	return Checkpoint{Origin: c.Origin, Size: c.Size, Root: tlog.Hash(c.Hash)}, nil
}

// OpenCheckpoint reads a signed note, which at least one of the keys must have signed under the checkpoint's origin. A line by one of them
// that does not verify makes the note worthless; lines by unknown keys are passed over (C2SP signed-note).
func OpenCheckpoint(text []byte, keys []LedgerKey) (Checkpoint, error) {
	n, err := note.Open(text, ledgerKeys(keys))
	if err != nil {
		return Checkpoint{}, fmt.Errorf("checkpoint: %w", err)
	}
	c, err := readTree([]byte(n.Text))
	if err == nil && !slices.ContainsFunc(n.Sigs, func(s note.Signature) bool { return s.Name == c.Origin }) {
		err = fmt.Errorf("checkpoint: of %q, signed by %q", c.Origin, n.Sigs[0].Name)
	}
	return c, err
}

// ledgerKeys are those that are trusted. One that is there twice is one.
type ledgerKeys []LedgerKey

// Verifier implements [note.Verifiers].
func (v ledgerKeys) Verifier(name string, hash uint32) (note.Verifier, error) {
	i := slices.IndexFunc(v, func(k LedgerKey) bool { return k.name == name && k.hash == hash })
	if i < 0 {
		return nil, &note.UnknownVerifierError{Name: name, KeyHash: hash}
	}
	return v[i], nil
}
