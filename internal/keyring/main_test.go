package keyring_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"go.uber.org/goleak"

	"suyuan/internal/keyring"
	"suyuan/internal/notary"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const passphrase = "correct horse battery"

var message = notary.Message("keys.example", []byte(`{"type":"release"}`), "k", "released", "2026-03-05T16:00:00+08:00")

// randomness is the same for the same seed.
func randomness(seed byte) io.Reader { return bytes.NewReader(bytes.Repeat([]byte{seed}, 32)) }

func create(t *testing.T, seed byte) (path string, public notary.Public) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "k")
	public, err := keyring.Create(path, randomness(seed), []byte(passphrase))
	if err != nil {
		t.Fatal(err)
	}
	return path, public
}

func with(phrase string) keyring.Access {
	return keyring.Access{Passphrase: func() ([]byte, error) { return []byte(phrase), nil }}
}

var errAsked = errors.New("the passphrase was asked for")

func unasked() keyring.Access {
	return keyring.Access{Passphrase: func() ([]byte, error) { return nil, errAsked }}
}

func wantSigns(t *testing.T, s keyring.Signer, public notary.Public) {
	t.Helper()
	if s.Public().String() != public.String() {
		t.Fatalf("it signs as %s, want %s", s.Public(), public)
	}
	sig, err := s.Sign(message)
	if err != nil {
		t.Fatal(err)
	}
	if err := public.Verify(message, sig); err != nil {
		t.Error(err)
	}
	if err := public.Verify(append(bytes.Clone(message), '.'), sig); err == nil {
		t.Error("the signature verifies for another message")
	}
}

// tool runs a program of OpenSSH, or skips the test where it is not there.
func tool(t *testing.T, in io.Reader, env []string, name string, args ...string) (out []byte, err error) {
	t.Helper()
	if _, err := exec.LookPath(name); err != nil {
		t.Skip("no OpenSSH here:", err)
	}
	cmd := exec.CommandContext(context.WithoutCancel(t.Context()), name, args...)
	cmd.Stdin = in
	cmd.Env = append(os.Environ(), env...)
	return cmd.CombinedOutput()
}

func mustTool(t *testing.T, env []string, name string, args ...string) []byte {
	t.Helper()
	out, err := tool(t, nil, env, name, args...)
	if err != nil {
		t.Fatalf("%s %q: %v\n%s", name, args, err, out)
	}
	return out
}

func write(t *testing.T, path string, content []byte) {
	t.Helper()
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
