package keyring

import (
	"bytes"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"unicode/utf8"

	"golang.org/x/crypto/ssh"

	"suyuan/internal/durable"
	"suyuan/internal/notary"
)

// MinPassphrase is how many characters the passphrase of a new key has at least (NIST SP 800-63B 5.1.1).
const MinPassphrase = 8

// Create makes a key with randomness from random and keeps it at path as an OpenSSH private key, encrypted with the passphrase; its public
// line goes to path + ".pub", to be handed to whoever registers it. Neither file may be there: the error then wraps fs.ErrExist.
func Create(path string, random io.Reader, passphrase []byte) (notary.Public, error) {
	if n := utf8.RuneCount(passphrase); n < MinPassphrase {
		return notary.Public{}, &FileError{Path: path, Kind: ErrWeakPassphrase, Err: fmt.Errorf("found %d characters, want %d", n, MinPassphrase)}
	}
	for _, name := range []string{path, path + ".pub"} {
		if _, err := os.Lstat(name); err == nil {
			return notary.Public{}, &FileError{Path: name, Err: fs.ErrExist}
		}
	}
	seed := make([]byte, ed25519.SeedSize)
	if _, err := io.ReadFull(random, seed); err != nil {
		return notary.Public{}, fmt.Errorf("make a key: %w", err)
	}
	signer := fileSigner{ed25519.NewKeyFromSeed(seed)}
	block, err := ssh.MarshalPrivateKeyWithPassphrase(signer.key, "suyuan", passphrase)
	if err != nil {
		return notary.Public{}, fmt.Errorf("encrypt a key: %w", err)
	}
	if err := createFile(path, pem.EncodeToMemory(block)); err != nil {
		return notary.Public{}, err
	}
	if err := createFile(path+".pub", []byte(signer.Public().String()+"\n")); err != nil {
		// Nobody has seen the key yet.
		return notary.Public{}, errors.Join(err, os.Remove(path))
	}
	return signer.Public(), nil
}

func createFile(path string, content []byte) error {
	if err := durable.Create(path, content); err != nil {
		return &FileError{Path: path, Err: bare(err)}
	}
	return nil
}

// An openSSH is a private key's file as far as it can be read without the passphrase (OpenSSH PROTOCOL.key).
type openSSH struct {
	pem       []byte
	encrypted bool
	public    ed25519.PublicKey
}

const (
	pemType      = "OPENSSH PRIVATE KEY"
	openSSHMagic = "openssh-key-v1\x00"
)

func parseOpenSSH(content []byte) (openSSH, error) {
	block, _ := pem.Decode(content)
	if block == nil {
		return openSSH{}, errors.New("want an OpenSSH private key, or a file made by \"suyuan key add\"")
	}
	if block.Type != pemType {
		return openSSH{}, fmt.Errorf("found %q, want %q", block.Type, pemType)
	}
	rest, ok := bytes.CutPrefix(block.Bytes, []byte(openSSHMagic))
	var head struct {
		Cipher, KDF, Options string
		Keys                 uint32
		Public, Private      []byte
		Rest                 []byte `ssh:"rest"`
	}
	if !ok || ssh.Unmarshal(rest, &head) != nil {
		return openSSH{}, errors.New("the file is damaged or cut short")
	}
	public, err := ssh.ParsePublicKey(head.Public)
	if err != nil || head.Keys != 1 {
		return openSSH{}, errors.New("want one key in the file")
	}
	crypto, ok := public.(ssh.CryptoPublicKey)
	if !ok || public.Type() != ssh.KeyAlgoED25519 {
		return openSSH{}, &FileError{Kind: ErrNotEd25519, Err: fmt.Errorf("found one of the type %s", public.Type())}
	}
	key, ok := crypto.CryptoPublicKey().(ed25519.PublicKey)
	if !ok {
		return openSSH{}, &FileError{Kind: ErrNotEd25519}
	}
	return openSSH{pem: content, encrypted: head.Cipher != "none", public: key}, nil
}

// open decrypts the private key and makes sure that it is the one that the public key belongs to: OpenSSH's form holds the public half twice
// more, and to sign with a wrong one would give the key away.
func (k openSSH) open(passphrase []byte) (ed25519.PrivateKey, error) {
	var raw any
	var err error
	if k.encrypted && len(passphrase) == 0 {
		return nil, &FileError{Kind: ErrPassphrase}
	}
	if k.encrypted {
		raw, err = ssh.ParseRawPrivateKeyWithPassphrase(k.pem, passphrase)
	} else {
		raw, err = ssh.ParseRawPrivateKey(k.pem)
	}
	if errors.Is(err, x509.IncorrectPasswordError) {
		return nil, &FileError{Kind: ErrPassphrase}
	}
	if err != nil {
		return nil, err
	}
	found, ok := raw.(*ed25519.PrivateKey)
	if !ok {
		return nil, &FileError{Kind: ErrNotEd25519}
	}
	key := ed25519.NewKeyFromSeed(found.Seed())
	if !key.Equal(*found) || !k.public.Equal(key.Public()) {
		return nil, errors.New("its private and its public part are not of one key")
	}
	return key, nil
}
