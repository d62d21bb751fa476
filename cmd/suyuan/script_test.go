package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// exits runs a program and wants this exit code: exits 4 suyuan balance lot:L.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE PROGRAM [ARGUMENTS]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		exit, ok := err.(*exec.ExitError) //nolint:errorlint // testscript returns it as it is
		if !ok {
			ts.Fatalf("%v", err)
		}
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// condition knows one more: pty, that python3 is there and opens a pseudo-terminal.
func condition(name string) (bool, error) {
	if name != "pty" {
		return false, fmt.Errorf("unknown condition %q", name)
	}
	return exec.CommandContext(context.Background(), "python3", "-c", "import fcntl, pty, termios; pty.openpty()").Run() == nil, nil
}

// flip changes one bit wherever a text stands in a file: some of the places may be pages that are no longer in use.
func flip(ts *testscript.TestScript, _ bool, args []string) {
	name := ts.MkAbs(args[0])
	b, err := os.ReadFile(name)
	ts.Check(err)
	n := 0
	for i := bytes.Index(b, []byte(args[1])); i >= 0; i = bytes.Index(b, []byte(args[1])) {
		b[i] ^= 1
		n++
	}
	if n == 0 {
		ts.Fatalf("%s holds no %q", args[0], args[1])
	}
	ts.Check(os.WriteFile(name, b, 0o600))
}

// spoil flips one bit in the middle of each file of a pattern.
func spoil(ts *testscript.TestScript, _ bool, args []string) {
	paths, err := filepath.Glob(ts.MkAbs(args[0]))
	ts.Check(err)
	if len(paths) == 0 {
		ts.Fatalf("nothing is called %s", args[0])
	}
	for _, path := range paths {
		b, err := os.ReadFile(path)
		ts.Check(err)
		b[len(b)/2] ^= 1
		ts.Check(os.WriteFile(path, b, 0o600))
	}
}

// narrow wants no line of the last output to be wider than so many columns, other than those that hold one word.
func narrow(ts *testscript.TestScript, _ bool, args []string) {
	most, err := strconv.Atoi(args[0])
	ts.Check(err)
	for _, line := range strings.Split(ts.ReadFile("stdout"), "\n") {
		if columns(line) > most && strings.Contains(strings.TrimSpace(line), " ") {
			ts.Fatalf("%d columns, want at most %d: %q", columns(line), most, line)
		}
	}
}
