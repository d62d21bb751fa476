package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// The kills of backups and restores of one run, of each kind.
const backupKills = 30

// imported makes a ledger of many records in the rig's folder.
func (r *crashRig) imported(t *testing.T) {
	t.Helper()
	var file strings.Builder
	for n := range crashEvents {
		file.WriteString(crashEvent(n) + "\n")
	}
	if err := os.WriteFile(filepath.Join(r.dir, "events.jsonl"), []byte(file.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	r.fresh(t)
	r.run(t, "import", "events.jsonl")
}

// recordUntil records one event after another, each in a process of its own, until it is told to stop.
func (r *crashRig) recordUntil(ctx context.Context) (n int, err error) {
	for ; ctx.Err() == nil; n++ {
		cmd := r.command(context.WithoutCancel(ctx), "record", "--file", "-", "--wait", "30s")
		cmd.Stdin = strings.NewReader(crashEvent(crashEvents + n))
		if out, err := cmd.CombinedOutput(); err != nil {
			return n, fmt.Errorf("record %d: %w: %s", n, err, out)
		}
	}
	return n, nil
}

// TestABackupMadeWhileOthersRecordIsAPrefixOfTheLedger makes backups while another process records: nobody fails, both are sound,
// and what the backup holds is how the ledger began.
func TestABackupMadeWhileOthersRecordIsAPrefixOfTheLedger(t *testing.T) {
	t.Parallel()
	r := newCrashRig(t)
	r.imported(t)
	ctx, stop := context.WithCancel(t.Context())
	var recorded int
	var failed error
	var wg sync.WaitGroup
	wg.Go(func() { recorded, failed = r.recordUntil(ctx) })
	var sizes []uint64
	const backups = 12
	for n := range backups {
		var made madeJSON
		if err := json.Unmarshal([]byte(r.run(t, "backup", fmt.Sprintf("b%d.db", n), "--wait", "30s", "--json")), &made); err != nil {
			t.Error(err)
		}
		sizes = append(sizes, made.Size)
	}
	stop()
	wg.Wait()
	if failed != nil || recorded == 0 {
		t.Fatalf("%d recorded meanwhile: %v", recorded, failed)
	}
	r.run(t, "verify")
	whole := r.run(t, "export", "--format", "jsonl")
	for n := range backups {
		name := fmt.Sprintf("b%d.db", n)
		r.run(t, "verify", "--ledger", name)
		part := r.run(t, "export", "--format", "jsonl", "--ledger", name)
		if !strings.HasPrefix(whole, part) || uint64(strings.Count(part, "\n")) != sizes[n] {
			t.Errorf("%s is not how the ledger began, or is not of %d records", name, sizes[n])
		}
		r.sameRoot(t, name, part)
	}
	if sizes[0] == sizes[backups-1] {
		t.Errorf("every backup has %d records: nobody recorded meanwhile", sizes[0])
	}
	t.Logf("%d recorded meanwhile, backups of %d records", recorded, sizes)
}

// sameRoot wants the records of a backup to give its root in a ledger made of nothing else.
func (r *crashRig) sameRoot(t *testing.T, backup, records string) {
	t.Helper()
	export, again := filepath.Join(r.dir, backup+".jsonl"), backup+".again"
	if err := os.WriteFile(export, []byte(records), 0o600); err != nil {
		t.Fatal(err)
	}
	// On another machine: here the anchor knows that there is more.
	here := r.home
	defer func() { r.home = here }()
	r.home = "elsewhere"
	r.run(t, "restore", "--from", export, "--ledger", again)
	if a, b := r.rootOf(t, backup), r.rootOf(t, again); a != b {
		t.Errorf("%s says %q, its records %q", backup, a, b)
	}
}

// rootOf is what verify says of a ledger: its size and root.
func (r *crashRig) rootOf(t *testing.T, name string) string {
	t.Helper()
	return r.run(t, "verify", "--ledger", name, "--json")
}

// TestKilledBackupOrRestoreLeavesAWholeFileOrNone kills each at random moments: what has the name is whole, and what is left
// besides is a file that doctor would name.
func TestKilledBackupOrRestoreLeavesAWholeFileOrNone(t *testing.T) {
	t.Parallel()
	r := newCrashRig(t)
	r.imported(t)
	r.run(t, "backup", "whole.db")
	if err := os.WriteFile(filepath.Join(r.dir, "whole.jsonl"), []byte(r.run(t, "export", "--format", "jsonl")), 0o600); err != nil {
		t.Fatal(err)
	}
	want := r.rootOf(t, "crash.db")
	homes := 0
	for name, args := range map[string][]string{
		"backup":                {"backup", "new.db"},
		"restore":               {"restore", "whole.db", "--ledger", "new.db"},
		"restore from export":   {"restore", "--from", "whole.jsonl", "--ledger", "new.db"},
		"restore as successor":  {"restore", "--successor", "--origin", "next.example", "whole.db", "--ledger", "new.db"},
		"successor from export": {"restore", "--successor", "--origin", "next.example", "whole.jsonl", "--ledger", "new.db"},
	} {
		began := time.Now()
		homes++
		r.home = fmt.Sprintf("elsewhere-%d", homes)
		r.run(t, args...)
		span := time.Since(began) * 6 / 5
		r.remove(t, "new.db")
		hits, whole := 0, 0
		for hits < kills(t, backupKills) {
			homes++
			r.home = fmt.Sprintf("elsewhere-%d", homes) // an origin is used once
			if _, hit := r.killed(t, span, "", args...); hit {
				hits++
			}
			whole += r.wholeOrNone(t, name, want, strings.Contains(name, "successor"))
		}
		t.Logf("%s: %d kills, a whole file %d times", name, hits, whole)
	}
	r.home = "home"
	if got := r.rootOf(t, "crash.db"); got != want {
		t.Errorf("the ledger is now %q, was %q", got, want)
	}
	r.run(t, "verify")
}

func (r *crashRig) wholeOrNone(t *testing.T, name, want string, successor bool) (whole int) {
	t.Helper()
	path := filepath.Join(r.dir, "new.db")
	if _, err := os.Stat(path); err == nil {
		if successor { // killed before it was signed, it is for whoever asked for it to vouch
			r.run(t, "anchor", "trust", "--ledger", "new.db")
		}
		if got := r.rootOf(t, "new.db"); !successor && got != want {
			t.Errorf("%s: %q has the name, want %q", name, got, want)
		}
		whole = 1
		r.remove(t, "new.db")
	} else if !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	left, err := filepath.Glob(filepath.Join(r.dir, ".new.db.*.new"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range left {
		r.remove(t, filepath.Base(f))
	}
	files, err := os.ReadDir(r.dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if strings.Contains(f.Name(), "new.db") {
			t.Errorf("%s left %q behind", name, f.Name())
		}
	}
	return whole
}

func (r *crashRig) remove(t *testing.T, name string) {
	t.Helper()
	if err := os.Remove(filepath.Join(r.dir, name)); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(r.dir, name+".ids")); err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
}
