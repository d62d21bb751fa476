package keyring

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"errors"
	"io"
	"io/fs"
	"os"
	"strings"

	"suyuan/internal/notary"
)

// A Signer signs as one person or device.
type Signer interface {
	// Public returns the key that verifies what is signed.
	Public() notary.Public
	// Sign returns the signature over a message, which Public verifies. An agent may wait for somebody to touch a key.
	Sign(message []byte) ([]byte, error)
}

// A Key is a signer that a file gave.
type Key struct {
	Signer
	// Unencrypted says that whoever reads the file can sign with it.
	Unencrypted bool
}

// An Access is what it takes to use keys besides their files.
type Access struct {
	Passphrase func() ([]byte, error) // asked where the file is encrypted, and cleared after use
	Agent      string                 // where the SSH agent listens: SSH_AUTH_SOCK
}

// maxFile is more than a key's file has.
const maxFile = 64 << 10

// Load returns the key of a file: an OpenSSH private key (Ed25519), or a reference that [CreateReference] wrote. When ctx ends, the key no longer
// waits for an agent.
func Load(ctx context.Context, path string, access Access) (Key, error) {
	content, mode, err := readFile(path)
	if err != nil {
		return Key{}, err
	}
	if isReference(content) {
		public, err := parseReference(content)
		if err != nil {
			return Key{}, &FileError{Path: path, Kind: ErrNotKey, Err: err}
		}
		return Key{Signer: &agentSigner{ctx: ctx, public: public, socket: access.Agent}}, nil
	}
	k, err := parseOpenSSH(content)
	if err != nil {
		return Key{}, inFile(path, err)
	}
	if err := private(path, mode); err != nil {
		return Key{}, err
	}
	var passphrase []byte
	if k.encrypted {
		if passphrase, err = access.Passphrase(); err != nil {
			return Key{}, err
		}
	}
	key, err := k.open(passphrase)
	clear(passphrase)
	if err != nil {
		return Key{}, inFile(path, err)
	}
	return Key{Signer: fileSigner{key}, Unencrypted: !k.encrypted}, nil
}

// An About is what a key's file says by itself.
type About struct {
	Public      notary.Public
	InAgent     bool // the file only names it
	Unencrypted bool // the private key stands in the file as it is
}

// Inspect reads a file that [Load] takes, without a passphrase and without asking the agent. The public key of a private key's file is what
// stands beside the encrypted part: Load finds out where the two do not belong together.
func Inspect(path string) (About, error) {
	content, _, err := readFile(path)
	if err != nil {
		return About{}, err
	}
	if isReference(content) {
		public, err := parseReference(content)
		if err != nil {
			return About{}, &FileError{Path: path, Kind: ErrNotKey, Err: err}
		}
		return About{Public: public, InAgent: true}, nil
	}
	k, err := parseOpenSSH(content)
	if err != nil {
		return About{}, inFile(path, err)
	}
	return About{Public: notary.PublicOf(k.public), Unencrypted: !k.encrypted}, nil
}

// A fileSigner has the private key in memory.
type fileSigner struct{ key ed25519.PrivateKey }

func (s fileSigner) Public() notary.Public {
	public, _ := s.key.Public().(ed25519.PublicKey)
	return notary.PublicOf(public)
}

// String keeps the private key out of what prints values.
func (s fileSigner) String() string { return "private key of " + s.Public().String() }

func (s fileSigner) Sign(message []byte) ([]byte, error) {
	sig := ed25519.Sign(s.key, message)
	return sig, s.Public().Verify(message, sig)
}

// referenceHead begins a file that names a key of the agent.
const referenceHead = "suyuan/v1 agent-key\n"

// CreateReference makes a file that stands for a key of the agent, for Load. It holds nothing secret. What is at path already is not touched.
func CreateReference(path string, public notary.Public) error {
	if !ofAgent(public) {
		return &FileError{Path: path, Kind: ErrNotEd25519, Err: errors.New("an agent holds " + notary.TypeSSH + " and " + notary.TypeSSHToken)}
	}
	return createFile(path, []byte(referenceHead+public.String()+"\n"))
}

func isReference(content []byte) bool { return bytes.HasPrefix(content, []byte(referenceHead)) }

func parseReference(content []byte) (notary.Public, error) {
	line, ok := strings.CutSuffix(string(content[len(referenceHead):]), "\n")
	if !ok {
		return notary.Public{}, errors.New("the file is cut short")
	}
	public, err := notary.ParsePublic(line)
	if err == nil && !ofAgent(public) {
		err = errors.New("an agent does not hold keys of the type " + notary.TypeEd25519)
	}
	return public, err
}

func ofAgent(public notary.Public) bool {
	kind, _, _ := strings.Cut(public.String(), " ")
	return kind == notary.TypeSSH || kind == notary.TypeSSHToken
}

func readFile(path string) (content []byte, mode fs.FileMode, err error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, 0, &FileError{Path: path, Err: bare(err)}
	}
	if !info.Mode().IsRegular() {
		return nil, 0, &FileError{Path: path, Kind: ErrNotKey, Err: errors.New("it is no file")}
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, 0, &FileError{Path: path, Err: bare(err)}
	}
	content, err = io.ReadAll(io.LimitReader(f, maxFile+1))
	if err := errors.Join(err, f.Close()); err != nil {
		return nil, 0, &FileError{Path: path, Err: bare(err)}
	}
	if len(content) > maxFile {
		return nil, 0, &FileError{Path: path, Kind: ErrNotKey, Err: errors.New("it is too large")}
	}
	return content, info.Mode(), nil
}

// bare leaves out the path, which a FileError says.
func bare(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}

func inFile(path string, err error) error {
	var e *FileError
	if errors.As(err, &e) {
		e.Path = path
		return e
	}
	return &FileError{Path: path, Kind: ErrNotKey, Err: err}
}
