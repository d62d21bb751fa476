package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// What was recorded stays recorded when the anchor's disk is full; that it is not covered by a checkpoint is said, and made up for later.
func TestAFullAnchorLosesNoRecordAndIsSaid(t *testing.T) {
	t.Parallel()
	disk := t.TempDir()
	if err := syscall.Mount("tmpfs", disk, "tmpfs", 0, "size=16k"); err != nil {
		t.Skip("cannot mount a small disk:", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(disk, 0); err != nil {
			t.Error(err)
		}
	})
	c, path := &console{vars: map[string]string{"SUYUAN_AS": "S/OP-1", "SUYUAN_HOME": t.TempDir(), "SUYUAN_ANCHOR": disk}}, filepath.Join(t.TempDir(), "l.db")
	c.in = strings.NewReader("")
	c.want(t, 0, "init", "--origin", "full.example", "--ledger", path)
	filler := filepath.Join(disk, "filler")
	if err := os.WriteFile(filler, make([]byte, 64<<10), 0o600); !errors.Is(err, syscall.ENOSPC) {
		t.Fatal("the disk is not full:", err)
	}
	events := filepath.Join(t.TempDir(), "events.jsonl")
	if err := os.WriteFile(events, []byte(`{"type":"receipt","time":"2026-03-05T07:00:00Z","site":"S","lot":"L-1"}`+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c.want(t, 0, "import", events, "--ledger", path)
	if said := c.err.String(); !strings.Contains(said, "the anchor's disk is full") {
		t.Errorf("stderr %q does not say that the anchor is full", said)
	}
	c.want(t, 1, "checkpoint", "--ledger", path)
	if said := c.err.String(); !strings.HasPrefix(said, "suyuan: ") || !strings.Contains(said, "the anchor's disk is full") {
		t.Errorf("stderr %q", said)
	}
	c.want(t, 0, "verify", "--ledger", path)
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	c.want(t, 0, "checkpoint", "--ledger", path)
	c.want(t, 0, "verify", "--ledger", path, "--json")
	if !strings.Contains(c.out.String(), `"size":2`) {
		t.Errorf("after it, %s", &c.out)
	}
}
