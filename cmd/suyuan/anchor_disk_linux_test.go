package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"suyuan/internal/durable/durabletest"
)

// What was recorded stays recorded when the anchor's disk is full; that it is not covered by a checkpoint is said, and made up for later.
func TestAFullAnchorLosesNoRecordAndIsSaid(t *testing.T) {
	t.Parallel()
	disk := durabletest.Mount(t, "16k")
	c, path := &console{vars: map[string]string{"SUYUAN_AS": "S/OP-1", "SUYUAN_HOME": t.TempDir(), "SUYUAN_ANCHOR": disk.Dir}}, filepath.Join(t.TempDir(), "l.db")
	c.in = strings.NewReader("")
	c.want(t, 0, "init", "--origin", "full.example", "--ledger", path)
	room := disk.Fill(t)
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
	room()
	c.want(t, 0, "checkpoint", "--ledger", path)
	c.want(t, 0, "verify", "--ledger", path, "--json")
	if !strings.Contains(c.out.String(), `"size":2`) {
		t.Errorf("after it, %s", &c.out)
	}
}
