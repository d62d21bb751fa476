package main

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"suyuan/internal/notary"
)

// typist is a terminal on which these lines are typed, one for each question.
func typist(lines ...string) *program {
	c := &console{in: strings.NewReader(""), vars: map[string]string{}, terminal: true}
	env := c.env()
	env.ReadPasswords = func(_ context.Context, _ io.Reader, _ io.Writer, prompts []string) (list [][]byte, err error) {
		for range prompts {
			if len(lines) == 0 {
				return nil, io.EOF
			}
			list = append(list, []byte(lines[0]))
			lines = lines[1:]
		}
		return list, nil
	}
	return newProgram(env, c.in, bufio.NewWriter(&c.out), &c.err)
}

func TestAKeyIsLoadedWithWhatIsTyped(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "k")
	p := typist("correct horse", "correct horse", "correct horse", "wrong horse")
	if err := p.dispatch(t.Context(), []string{"key", "new", file}); err != nil {
		t.Fatal(err)
	}
	key, err := p.loadKey(t.Context(), file, "")
	if err != nil {
		t.Fatal(err)
	}
	line, err := os.ReadFile(file + ".pub")
	if err != nil {
		t.Fatal(err)
	}
	public, err := notary.ParsePublic(strings.TrimSuffix(string(line), "\n"))
	if err != nil {
		t.Fatal(err)
	}
	sig, err := key.Sign([]byte("message"))
	if err != nil {
		t.Fatal(err)
	}
	if err := public.Verify([]byte("message"), sig); err != nil {
		t.Error(err)
	}
	for _, want := range []string{"error.key-passphrase", "error.interrupted"} { // the wrong one, and none
		var e *problem
		if _, err := p.loadKey(t.Context(), file, ""); !errors.As(err, &e) || e.id != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

func TestPassphrasesStandOnLinesOfOneFileDescriptor(t *testing.T) {
	t.Parallel()
	c := &console{in: strings.NewReader("first line\r\nsecond line\n\nlast"), vars: map[string]string{}}
	p := newProgram(c.env(), c.in, bufio.NewWriter(&c.out), &c.err)
	for _, want := range []string{"first line", "second line", "", "last"} {
		if got, err := p.passphraseFrom(t.Context(), "0"); string(got) != want || err != nil {
			t.Errorf("%q, %v, want %q", got, err, want)
		}
	}
	if got, err := p.passphraseFrom(t.Context(), "0"); err == nil {
		t.Errorf("after the end: %q", got)
	}
	p.in = strings.NewReader(strings.Repeat("x", 5000))
	if got, err := p.passphraseFrom(t.Context(), "0"); err == nil {
		t.Errorf("%d bytes are a passphrase", len(got))
	}
}

func TestWaitingForAPassphraseCanBeBrokenOff(t *testing.T) {
	t.Parallel()
	in, out := io.Pipe()
	defer out.Close() //nolint:errcheck // a pipe in memory
	c := &console{in: in, vars: map[string]string{}}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if got := c.run(ctx, "key", "new", filepath.Join(t.TempDir(), "k"), "--passphrase-fd", "0"); got != 130 {
		t.Errorf("exit code %d, want 130: %s", got, &c.err)
	}
}
