package notarytest

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"io"

	"github.com/hiddeco/sshsig"
	"golang.org/x/crypto/ssh"

	"suyuan/internal/notary"
)

// A Key is a private key of a person or device.
type Key struct {
	Public notary.Public
	sign   func(message []byte) []byte
}

// Sign returns a signature over message.
func (k Key) Sign(message []byte) []byte { return k.sign(message) }

// Private returns the Ed25519 key behind a seed.
func Private(seed string) ed25519.PrivateKey {
	sum := sha256.Sum256([]byte(seed))
	return ed25519.NewKeyFromSeed(sum[:])
}

// Plain returns a key that lies in a file.
func Plain(seed string) Key {
	key := Private(seed)
	return Key{notary.PublicOf(key.Public().(ed25519.PublicKey)), func(m []byte) []byte { return ed25519.Sign(key, m) }}
}

// SSH returns a key that an agent holds.
func SSH(seed string) Key {
	signer, err := ssh.NewSignerFromSigner(Private(seed))
	return ofSSH(signer, err)
}

// Token returns a key in hardware that sets these flags; 1 says that somebody touched it.
func Token(seed string, flags byte) Key {
	key := Private(seed)
	blob := ssh.Marshal(struct{ Name, Key, App string }{ssh.KeyAlgoSKED25519, string(key[32:]), "ssh:"})
	public, err := ssh.ParsePublicKey(blob)
	return ofSSH(token{public, key, flags}, err)
}

func ofSSH(signer ssh.Signer, err error) Key {
	must(err)
	public, err := notary.ParsePublic(signer.PublicKey().Type() + " " + base64.StdEncoding.EncodeToString(signer.PublicKey().Marshal()))
	must(err)
	return Key{public, func(m []byte) []byte {
		s, err := sshsig.Sign(bytes.NewReader(m), signer, sshsig.HashSHA512, notary.Namespace)
		must(err)
		return s.Marshal()
	}}
}

// A token does what a FIDO token does (OpenSSH PROTOCOL.u2f).
type token struct {
	public ssh.PublicKey
	key    ed25519.PrivateKey
	flags  byte
}

func (t token) PublicKey() ssh.PublicKey { return t.public }

func (t token) Sign(_ io.Reader, data []byte) (*ssh.Signature, error) {
	app, digest := sha256.Sum256([]byte("ssh:")), sha256.Sum256(data)
	tail := binary.BigEndian.AppendUint32([]byte{t.flags}, 7)
	m := append(append(app[:], tail...), digest[:]...)
	return &ssh.Signature{Format: t.public.Type(), Blob: ed25519.Sign(t.key, m), Rest: tail}, nil
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
