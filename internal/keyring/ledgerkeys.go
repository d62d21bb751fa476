package keyring

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/transparency-dev/formats/log"
	fnote "github.com/transparency-dev/formats/note"
	"golang.org/x/mod/sumdb/note"

	"suyuan/internal/notary"
)

// LedgerKeys are the private keys with which one ledger signs: Ed25519, and ML-DSA-44 beside it for the day on which the first no longer
// holds. Both are named by the ledger's origin (C2SP signed-note).
type LedgerKeys struct {
	origin   string
	private  [2]string // as C2SP implementations write private keys
	ed25519  note.Signer
	mldsa    *fnote.SubtreeSigner
	verifier [2]notary.LedgerKey // Ed25519 first
}

// meaningApproved is what the signatures of a rotation mean (docs/trust.md 4).
const meaningApproved = "approved"

func generateLedgerKeys(origin string) (*LedgerKeys, error) {
	edPrivate, edPublic, err := note.GenerateKey(rand.Reader, origin)
	if err != nil {
		return nil, fmt.Errorf("make a key of %q: %w", origin, err)
	}
	mlPrivate, mlPublic, err := fnote.GenerateMLDSAKey(origin)
	if err != nil {
		return nil, fmt.Errorf("make a key of %q: %w", origin, err)
	}
	return newLedgerKeys(origin, [2]string{edPrivate, mlPrivate}, [2]string{edPublic, mlPublic})
}

// newLedgerKeys takes on two pairs of keys and has each show that it is one.
func newLedgerKeys(origin string, private, public [2]string) (*LedgerKeys, error) {
	k := &LedgerKeys{origin: origin, private: private}
	var err error
	if k.ed25519, err = note.NewSigner(private[0]); err != nil {
		return nil, fmt.Errorf("the Ed25519 key: %w", err)
	}
	if k.mldsa, err = fnote.NewMLDSASigner(private[1]); err != nil {
		return nil, fmt.Errorf("the ML-DSA-44 key: %w", err)
	}
	for i := range public {
		if k.verifier[i], err = notary.ParseLedgerKey(public[i]); err != nil {
			return nil, err
		}
		if k.verifier[i].Name() != origin {
			return nil, fmt.Errorf("found a key of %q, want one of %q", k.verifier[i].Name(), origin)
		}
	}
	if _, err := k.SignCheckpoint(notary.Checkpoint{Origin: origin}, time.Unix(1, 0)); err != nil {
		return nil, err
	}
	return k, nil
}

// Origin returns whose keys they are.
func (k *LedgerKeys) Origin() string { return k.origin }

// String keeps private keys out of what prints values.
func (k *LedgerKeys) String() string { return "private keys of " + k.origin }

// Verifiers returns the verifier keys, Ed25519 first: what is given to those who check.
func (k *LedgerKeys) Verifiers() []notary.LedgerKey { return k.verifier[:] }

// SignCheckpoint returns the signed note of a checkpoint, with a line of each key. Both are verified before it is given out. Now goes into the
// second line as the time at which the ledger was like this.
func (k *LedgerKeys) SignCheckpoint(c notary.Checkpoint, now time.Time) ([]byte, error) {
	if c.Origin != k.origin {
		return nil, fmt.Errorf("sign a checkpoint of %q: the keys are of %q", c.Origin, k.origin)
	}
	if now.Unix() <= 0 {
		return nil, fmt.Errorf("sign a checkpoint at %s: want a time after 1970", now.UTC().Format(time.RFC3339))
	}
	body := log.Checkpoint{Origin: c.Origin, Size: c.Size, Hash: c.Root[:]}.Marshal()
	text, err := note.Sign(&note.Note{Text: string(body)}, k.ed25519, timedSigner{k.mldsa, c, now})
	if err != nil {
		return nil, fmt.Errorf("sign a checkpoint: %w", err)
	}
	n, err := note.Open(text, note.VerifierList(k.verifier[0], k.verifier[1]))
	if err != nil {
		return nil, fmt.Errorf("open the checkpoint that was signed: %w", err)
	}
	opened, err := notary.OpenCheckpoint(text, k.Verifiers())
	if err != nil || opened != c || len(n.Sigs) != 2 {
		return nil, fmt.Errorf("open the checkpoint that was signed: found %+v with %d signatures, want %+v with 2: %w", opened, len(n.Sigs), c, err)
	}
	return text, nil
}

// A timedSigner signs one checkpoint at a time that comes from outside.
type timedSigner struct {
	key *fnote.SubtreeSigner
	of  notary.Checkpoint
	now time.Time
}

func (s timedSigner) Name() string    { return s.key.Name() }
func (s timedSigner) KeyHash() uint32 { return s.key.KeyHash() }

func (s timedSigner) Sign([]byte) ([]byte, error) {
	return s.key.SignSubtree(uint64(s.now.Unix()), s.of.Origin, 0, s.of.Size, s.of.Root[:]) //nolint:gosec // after 1970
}

// SignNote returns a text that is no checkpoint as a signed note with one line, by the Ed25519 key: the manifest of a bundle.
func (k *LedgerKeys) SignNote(text string) ([]byte, error) {
	if _, err := notary.ReadCheckpoint([]byte(text)); err == nil {
		return nil, errors.New("sign a note: it reads as a checkpoint")
	}
	signed, err := note.Sign(&note.Note{Text: text}, k.ed25519)
	if err != nil {
		return nil, fmt.Errorf("sign a note: %w", err)
	}
	if _, err := note.Open(signed, note.VerifierList(k.verifier[0])); err != nil {
		return nil, fmt.Errorf("open the note that was signed: %w", err)
	}
	return signed, nil
}

// SignRotation returns the signature by the Ed25519 key on the event of a rotation, at the time that the record shall show.
func (k *LedgerKeys) SignRotation(event []byte, at string) (notary.Signature, error) {
	s := notary.Signature{Key: k.verifier[0].ID(), Meaning: meaningApproved, Time: at}
	sig, err := k.ed25519.Sign(notary.Message(k.origin, event, s.Key, s.Meaning, s.Time))
	s.Sig = sig
	return s, err
}

// ledgerHead begins a file with a ledger's keys.
const ledgerHead = "suyuan/v1 ledger-keys"

// text is the content of a file: a line that says what it is, the origin, both private keys, both verifier keys.
func (k *LedgerKeys) text() []byte {
	lines := []string{ledgerHead, k.origin, k.private[0], k.private[1], k.verifier[0].String(), k.verifier[1].String()}
	return []byte(strings.Join(lines, "\n") + "\n")
}

func parseLedgerKeys(content []byte) (*LedgerKeys, error) {
	lines := strings.Split(string(content), "\n")
	if lines[0] != ledgerHead {
		return nil, fmt.Errorf("found %.40q in its first line, want %q", lines[0], ledgerHead)
	}
	if len(lines) != 7 {
		return nil, fmt.Errorf("found %d lines, want 6", len(lines)-1)
	}
	k, err := newLedgerKeys(lines[1], [2]string{lines[2], lines[3]}, [2]string{lines[4], lines[5]})
	if err != nil {
		return nil, err
	}
	for i, v := range k.verifier {
		// One of the two libraries does not compare the digest in a private key with the key.
		want := fmt.Sprintf("PRIVATE+KEY+%s+%08x+", k.origin, v.KeyHash())
		if !strings.HasPrefix(k.private[i], want) {
			return nil, fmt.Errorf("the private key in line %d does not begin with %q", 3+i, want)
		}
	}
	if !bytes.Equal(k.text(), content) || !k.verifier[0].Ed25519() || k.verifier[1].Ed25519() {
		return nil, errors.New("the keys are not in the order and form in which they are written")
	}
	return k, nil
}
