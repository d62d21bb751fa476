package keyring_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/pem"
	"errors"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/hiddeco/sshsig"
	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"

	"suyuan/internal/keyring"
	"suyuan/internal/notary"
)

// socketDir is a folder whose path is short enough for a socket in it.
func socketDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "a")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// serve lets an agent answer at a socket until the test ends.
func serve(t *testing.T, a agent.Agent) (socket string) {
	t.Helper()
	socket = filepath.Join(socketDir(t), "s")
	var config net.ListenConfig
	l, err := config.Listen(t.Context(), "unix", socket)
	if err != nil {
		t.Skip("no sockets here:", err)
	}
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			wg.Go(func() {
				_ = agent.ServeAgent(a, conn)
				_ = conn.Close()
			})
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		wg.Wait()
	})
	return socket
}

// A token is an agent that holds one key in hardware (OpenSSH PROTOCOL.u2f), and whatever else its embedded agent does.
type token struct {
	agent.Agent
	key   ed25519.PrivateKey
	flags byte
	spoil func(*ssh.Signature)
	wait  chan struct{} // nil, or signing waits until it is closed
}

const application = "ssh:suyuan"

func (k *token) public() []byte {
	return ssh.Marshal(struct{ Type, Key, Application string }{ssh.KeyAlgoSKED25519, string(k.key[32:]), application})
}

func (k *token) List() ([]*agent.Key, error) {
	return []*agent.Key{{Format: ssh.KeyAlgoSKED25519, Blob: k.public(), Comment: "token"}}, nil
}

func (k *token) Sign(_ ssh.PublicKey, data []byte) (*ssh.Signature, error) {
	if k.wait != nil {
		<-k.wait
	}
	app, body := sha256.Sum256([]byte(application)), sha256.Sum256(data)
	rest := []byte{k.flags, 0, 0, 0, 9}
	signed := append(append(bytes.Clone(app[:]), rest...), body[:]...)
	sig := &ssh.Signature{Format: ssh.KeyAlgoSKED25519, Blob: ed25519.Sign(k.key, signed), Rest: rest}
	if k.spoil != nil {
		k.spoil(sig)
	}
	return sig, nil
}

func newToken() *token {
	return &token{Agent: agent.NewKeyring(), key: ed25519.NewKeyFromSeed(bytes.Repeat([]byte{4}, 32)), flags: 1}
}

// refer makes a reference to the only key of an agent.
func refer(t *testing.T, socket string) (path string, public notary.Public) {
	t.Helper()
	keys, err := keyring.AgentKeys(t.Context(), socket)
	if err != nil || len(keys) != 1 {
		t.Fatalf("the agent has %v, %v, want one key", keys, err)
	}
	path = filepath.Join(t.TempDir(), "k")
	if err := keyring.CreateReference(path, keys[0].Public); err != nil {
		t.Fatal(err)
	}
	return path, keys[0].Public
}

func load(t *testing.T, path, socket string) keyring.Key {
	t.Helper()
	k, err := keyring.Load(t.Context(), path, keyring.Access{Agent: socket})
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestAKeyInHardwareSignsThroughItsReference(t *testing.T) {
	t.Parallel()
	socket := serve(t, newToken())
	path, public := refer(t, socket)
	if !strings.HasPrefix(public.String(), notary.TypeSSHToken+" ") {
		t.Errorf("public key %s", public)
	}
	wantSigns(t, load(t, path, socket), public)
	if got, err := keyring.Inspect(path); got.Public.String() != public.String() || !got.InAgent || got.Unencrypted || err != nil {
		t.Errorf("without the agent: %+v, %v", got, err)
	}
}

func TestASignatureThatDoesNotVerifyIsNotGivenOut(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(*token){
		"nobody touched it": func(k *token) { k.flags = 0 },
		"a flipped byte":    func(k *token) { k.spoil = func(s *ssh.Signature) { s.Blob[5] ^= 1 } },
		"another counter":   func(k *token) { k.spoil = func(s *ssh.Signature) { s.Rest[4]++ } },
		"too little":        func(k *token) { k.spoil = func(s *ssh.Signature) { s.Rest = nil } },
		"another format":    func(k *token) { k.spoil = func(s *ssh.Signature) { s.Format = ssh.KeyAlgoED25519 } },
	} {
		k := newToken()
		spoil(k)
		socket := serve(t, k)
		path, _ := refer(t, socket)
		if sig, err := load(t, path, socket).Sign(message); !errors.Is(err, keyring.ErrAgentRefused) || sig != nil {
			t.Errorf("%s: %x, %v", name, sig, err)
		}
	}
}

func TestOnlyEd25519KeysOfTheAgentAreListed(t *testing.T) {
	t.Parallel()
	ring := agent.NewKeyring()
	key := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{6}, 32))
	for _, raw := range []any{rsaKey(t), key} {
		if err := ring.Add(agent.AddedKey{PrivateKey: raw, Comment: "desk"}); err != nil {
			t.Fatal(err)
		}
	}
	socket := serve(t, ring)
	keys, err := keyring.AgentKeys(t.Context(), socket)
	public, perr := ssh.NewPublicKey(key.Public())
	if err != nil || perr != nil || len(keys) != 1 || keys[0].Fingerprint != ssh.FingerprintSHA256(public) || keys[0].Comment != "desk" {
		t.Fatalf("%+v, %v, %v", keys, err, perr)
	}
	path, want := refer(t, socket)
	wantSigns(t, load(t, path, socket), want)

	k := load(t, path, socket)
	if err := ring.Lock([]byte("x")); err != nil {
		t.Fatal(err)
	}
	if _, err := k.Sign(message); !errors.Is(err, keyring.ErrNotInAgent) && !errors.Is(err, keyring.ErrNoAgent) {
		t.Errorf("a locked agent: %v", err)
	}
	if err := errors.Join(ring.Unlock([]byte("x")), ring.RemoveAll()); err != nil {
		t.Fatal(err)
	}
	if _, err := k.Sign(message); !errors.Is(err, keyring.ErrNotInAgent) || !strings.Contains(err.Error(), want.String()) {
		t.Errorf("without the key: %v", err)
	}
}

func TestAnAgentThatIsNotThereIsSaid(t *testing.T) {
	t.Parallel()
	path, _ := refer(t, serve(t, newToken()))
	dead := filepath.Join(socketDir(t), "s")
	deaf := filepath.Join(socketDir(t), "s")
	write(t, deaf, nil)
	for _, socket := range []string{dead, deaf} {
		if _, err := keyring.AgentKeys(t.Context(), socket); !errors.Is(err, keyring.ErrNoAgent) {
			t.Errorf("list: %v", err)
		}
		if _, err := load(t, path, socket).Sign(message); !errors.Is(err, keyring.ErrNoAgent) {
			t.Errorf("sign: %v", err)
		}
	}
}

func TestWaitingForATouchEndsWithTheContext(t *testing.T) {
	t.Parallel()
	held := newToken()
	socket := serve(t, held)
	path, _ := refer(t, socket)
	held.wait = make(chan struct{})
	defer close(held.wait)
	ctx, cancel := context.WithCancel(t.Context())
	k, err := keyring.Load(ctx, path, keyring.Access{Agent: socket})
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error)
	go func() {
		_, err := k.Sign(message)
		done <- err
	}()
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

func TestAReferenceTouchesNothingThatIsThere(t *testing.T) {
	t.Parallel()
	path, public := refer(t, serve(t, newToken()))
	before := read(t, path)
	if err := keyring.CreateReference(path, public); !errors.Is(err, fs.ErrExist) {
		t.Errorf("%v", err)
	}
	if !bytes.Equal(read(t, path), before) {
		t.Error("it was changed")
	}
	_, ours := create(t, 1)
	if err := keyring.CreateReference(path+"2", ours); !errors.Is(err, keyring.ErrNotEd25519) {
		t.Errorf("a reference to a key in a file: %v", err)
	}
}

func TestAFlippedByteInAReferenceIsNoticedOrAnotherKey(t *testing.T) {
	t.Parallel()
	socket := serve(t, newToken())
	path, public := refer(t, socket)
	good := read(t, path)
	for i := range good {
		bad := bytes.Clone(good)
		bad[i] ^= 1
		write(t, path, bad)
		k, err := keyring.Load(t.Context(), path, keyring.Access{Agent: socket})
		if err != nil {
			continue
		}
		if k.Public().String() == public.String() {
			t.Errorf("byte %d: it reads the same", i)
		}
		if _, err := k.Sign(message); !errors.Is(err, keyring.ErrNotInAgent) {
			t.Errorf("byte %d: signing: %v", i, err)
		}
	}
}

// startAgent runs the real thing.
func startAgent(t *testing.T) (socket string) {
	t.Helper()
	program, err := exec.LookPath("ssh-agent")
	if err != nil {
		t.Skip("no OpenSSH here:", err)
	}
	socket = filepath.Join(socketDir(t), "s")
	cmd := exec.CommandContext(context.WithoutCancel(t.Context()), program, "-D", "-a", socket)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	// It says where it listens once it does.
	if _, err := out.Read(make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
	return socket
}

func TestOpenSSHVerifiesWhatItsAgentSignedForUs(t *testing.T) {
	t.Parallel()
	socket := startAgent(t)
	dir := t.TempDir()
	file := filepath.Join(dir, "id")
	mustTool(t, nil, "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", file)
	mustTool(t, []string{"SSH_AUTH_SOCK=" + socket}, "ssh-add", "-q", file)
	path, public := refer(t, socket)
	k := load(t, path, socket)
	wantSigns(t, k, public)

	sig, err := k.Sign(message)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := sshsig.ParseSignature(sig)
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "sig"), sshsig.Armor(parsed))
	write(t, filepath.Join(dir, "allowed"), []byte("op "+public.String()+"\n"))
	verify := []string{"-Y", "verify", "-n", notary.Namespace, "-I", "op", "-f", filepath.Join(dir, "allowed"), "-s", filepath.Join(dir, "sig")}
	if out, err := tool(t, bytes.NewReader(message), nil, "ssh-keygen", verify...); err != nil {
		t.Errorf("%v: %s", err, out)
	}
	if out, err := tool(t, bytes.NewReader(append(bytes.Clone(message), '.')), nil, "ssh-keygen", verify...); err == nil {
		t.Errorf("it verifies another message: %s", out)
	}
	// And the other way round: what ssh-keygen signs, notary verifies.
	write(t, filepath.Join(dir, "m"), message)
	mustTool(t, nil, "ssh-keygen", "-q", "-Y", "sign", "-n", notary.Namespace, "-f", file, filepath.Join(dir, "m"))
	block, _ := pem.Decode(read(t, filepath.Join(dir, "m.sig")))
	if err := public.Verify(message, block.Bytes); err != nil {
		t.Error(err)
	}
	mustTool(t, []string{"SSH_AUTH_SOCK=" + socket}, "ssh-add", "-q", "-D")
	if _, err := k.Sign(message); !errors.Is(err, keyring.ErrNotInAgent) {
		t.Errorf("after the key was taken away: %v", err)
	}
}
