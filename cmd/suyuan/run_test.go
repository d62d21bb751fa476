package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.etcd.io/bbolt"
)

// A console is a run's surroundings: streams in memory, a clock that stands still.
type console struct {
	out, err bytes.Buffer
	in       io.Reader
	vars     map[string]string
	terminal bool
}

func (c *console) run(ctx context.Context, args ...string) int {
	c.out.Reset()
	c.err.Reset()
	return run(ctx, c.env(), args, c.in, &c.out, &c.err)
}

func (c *console) env() Env {
	return Env{
		Getenv:     func(name string) string { return c.vars[name] },
		Now:        func() time.Time { return time.Date(2026, 3, 5, 8, 0, 0, 0, time.UTC) },
		IsTerminal: func(any) bool { return c.terminal },
		Width: func(any) int {
			if c.terminal {
				return 100
			}
			return 0
		},
	}
}

// made returns a console with a ledger of a few records, and its path.
func made(t *testing.T) (*console, string) {
	t.Helper()
	c := &console{in: strings.NewReader(""), vars: map[string]string{"SUYUAN_AS": "S/OP-1", "SUYUAN_HOME": t.TempDir()}}
	name := filepath.Join(t.TempDir(), "l.db")
	c.want(t, 0, "--ledger", name, "init", "--origin", "run.example")
	c.want(t, 0, "--ledger", name, "record", "receipt", "--time", "now", "--site", "S", "--lot", "ALB-1")
	return c, name
}

func (c *console) want(t *testing.T, code int, args ...string) {
	t.Helper()
	if got := c.run(t.Context(), args...); got != code {
		t.Fatalf("suyuan %s: exit code %d, want %d\n%s%s", strings.Join(args, " "), got, code, &c.out, &c.err)
	}
}

func TestALedgerHeldElsewhereIsBusy(t *testing.T) {
	t.Parallel()
	c, name := made(t)
	held, err := bbolt.Open(name, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := held.Close(); err != nil {
			t.Error(err)
		}
	})
	c.want(t, 6, "log", "--ledger", name, "--wait", "20ms")
	if !strings.HasPrefix(c.err.String(), "suyuan: another program holds ") || !strings.Contains(c.err.String(), "\nhint: try again") {
		t.Errorf("stderr: %s", &c.err)
	}
	c.want(t, 6, "record", "followup", "--ledger", name, "--wait=20ms", "--time", "now", "--patient", "P", "--json")
	if !strings.HasPrefix(c.err.String(), `{"error":{"code":"busy",`) {
		t.Errorf("stderr: %s", &c.err)
	}
	if c.want(t, 0, "complete", "--ledger", name, "--", "trace", "lot:"); c.out.Len() != 0 {
		t.Errorf("completion printed %q", &c.out)
	}
}

func TestAnInterruptedRunSaysSo(t *testing.T) {
	t.Parallel()
	c, name := made(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if got := c.run(ctx, "verify", "--ledger", name); got != 130 {
		t.Errorf("exit code %d, want 130: %s", got, &c.err)
	}
}

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }

func TestAResultThatCannotBeWrittenIsAFailure(t *testing.T) {
	t.Parallel()
	c, name := made(t)
	if got := run(t.Context(), c.env(), []string{"log", "--ledger", name}, c.in, fullDisk{}, &c.err); got != 1 {
		t.Errorf("exit code %d, want 1", got)
	}
	if want := "suyuan: write the result: no space left on device\n"; !strings.HasSuffix(c.err.String(), want) {
		t.Errorf("stderr %q, want %q at its end", &c.err, want)
	}
}

func TestStyleIsForTerminalsThatWantIt(t *testing.T) {
	t.Parallel()
	c, name := made(t)
	args := []string{"log", "--ledger", name}
	if c.want(t, 0, args...); strings.Contains(c.out.String(), "\x1b") {
		t.Error("there are escapes in a pipe")
	}
	c.terminal = true
	if c.want(t, 0, args...); !strings.Contains(c.out.String(), "\x1b[1m") {
		t.Error("a terminal sees no heads")
	}
	c.vars["NO_COLOR"] = "1"
	if c.want(t, 0, args...); strings.Contains(c.out.String(), "\x1b") {
		t.Error("NO_COLOR is not honoured")
	}
	delete(c.vars, "NO_COLOR")
	c.vars["TERM"] = "dumb"
	if c.want(t, 0, args...); strings.Contains(c.out.String(), "\x1b") {
		t.Error("a dumb terminal sees escapes")
	}
}

func TestProgressIsForTerminalsOnly(t *testing.T) {
	t.Parallel()
	c, name := made(t)
	if c.want(t, 0, "verify", "--ledger", name); c.err.Len() != 0 {
		t.Errorf("stderr %q in a pipe", &c.err)
	}
	c.terminal = true
	if c.want(t, 0, "verify", "--ledger", name, "--json"); c.err.Len() != 0 {
		t.Errorf("stderr %q under --json", &c.err)
	}
}

func TestReadingNeedsNoRightToWrite(t *testing.T) {
	t.Parallel()
	c, name := made(t)
	if err := os.Chmod(name, 0o400); err != nil {
		t.Fatal(err)
	}
	c.want(t, 0, "log", "--ledger", name)
	c.want(t, 0, "verify", "--ledger", name)
	c.want(t, 0, "trace", "lot:ALB-1", "--ledger", name)
	before, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	c.want(t, 0, "export", "--format", "jsonl", "--ledger", name)
	after, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(before, after) {
		t.Error("a reading command changed the ledger")
	}
}

func TestErrorsAreOneLineOfJSONInEnglish(t *testing.T) {
	t.Parallel()
	c, name := made(t)
	c.want(t, 1, "show", "lot:ALB-2", "--json", "--lang", "zh", "--ledger", name)
	want := `{"error":{"code":"failed","file":null,"hint":"did you mean lot:ALB-1?","line":null,"message":"\"lot:ALB-2\" is nothing that the ledger names","ref":"lot:ALB-2","rule":null,"seq":null}}` + "\n"
	if got := c.err.String(); got != want {
		t.Errorf("stderr\n%swant\n%s", got, want)
	}
	if c.out.Len() != 0 {
		t.Errorf("stdout %q", &c.out)
	}
}
