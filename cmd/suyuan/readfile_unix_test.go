//go:build unix

package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

func TestWaitingForAPipeIsInterrupted(t *testing.T) {
	t.Parallel()
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel() // nobody ever writes to the pipe
	if _, err := readFile(ctx, pipe, 10); !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want an interruption", err)
	}
}

func TestAPipeThatIsWrittenToIsRead(t *testing.T) {
	t.Parallel()
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	wrote := make(chan error, 1)
	go func() { wrote <- os.WriteFile(pipe, []byte("{}"), 0o600) }()
	b, err := readFile(t.Context(), pipe, 10)
	if err != nil || string(b) != "{}" {
		t.Errorf("%q, %v", b, err)
	}
	if err := <-wrote; err != nil {
		t.Error(err)
	}
}
