package notarytest

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"

	"filippo.io/mldsa"
	"github.com/transparency-dev/formats/log"
	"golang.org/x/mod/sumdb/note"

	"suyuan/internal/notary"
)

// A LedgerKey is a private key of a ledger; a [note.Signer].
type LedgerKey struct {
	Public notary.LedgerKey
	sign   func(text []byte) ([]byte, error)
}

// Name implements note.Signer.
func (k LedgerKey) Name() string { return k.Public.Name() }

// KeyHash implements note.Signer.
func (k LedgerKey) KeyHash() uint32 { return k.Public.KeyHash() }

// Sign implements note.Signer.
func (k LedgerKey) Sign(text []byte) ([]byte, error) { return k.sign(text) }

// Note returns the text with a line of signature by each key.
func Note(text []byte, keys ...LedgerKey) []byte {
	signers := make([]note.Signer, len(keys))
	for i, k := range keys {
		signers[i] = k
	}
	b, err := note.Sign(&note.Note{Text: string(text)}, signers...)
	must(err)
	return b
}

// Ed25519 returns a ledger's first key.
func Ed25519(origin, seed string) LedgerKey {
	key := Private(seed)
	return LedgerKey{
		vkey(origin, 1, key.Public().(ed25519.PublicKey)),
		func(text []byte) ([]byte, error) { return ed25519.Sign(key, text), nil },
	}
}

// MLDSA returns a ledger's second key. Its time stamp is always the same.
func MLDSA(origin, seed string) LedgerKey {
	sum := sha256.Sum256([]byte(seed))
	key, err := mldsa.NewPrivateKey(mldsa.MLDSA44(), sum[:])
	must(err)
	return LedgerKey{vkey(origin, 6, key.PublicKey().Bytes()), func(text []byte) ([]byte, error) {
		var c log.Checkpoint
		if _, err := c.Unmarshal(text); err != nil {
			return nil, err
		}
		stamp := binary.BigEndian.AppendUint64(nil, 1772352000)
		m := fmt.Appendf(nil, "subtree/v1\n\x00%s%s%s%s", pascal(origin), stamp, pascal(c.Origin), make([]byte, 8))
		sig, err := key.SignDeterministic(append(binary.BigEndian.AppendUint64(m, c.Size), c.Hash...), nil)
		return append(stamp, sig...), err
	}}
}

func pascal(s string) string { return string([]byte{byte(len(s))}) + s } //nolint:gosec // short

func vkey(origin string, kind byte, key []byte) notary.LedgerKey {
	blob := append([]byte{kind}, key...)
	sum := sha256.Sum256([]byte(origin + "\n" + string(blob)))
	k, err := notary.ParseLedgerKey(fmt.Sprintf("%s+%x+%s", origin, sum[:4], base64.StdEncoding.EncodeToString(blob)))
	must(err)
	return k
}
