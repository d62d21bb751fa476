package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"
)

// The kills of one run of the tests; SUYUAN_KILLS asks for more.
const (
	importKills = 170
	recordKills = 100
	initKills   = 40
)

// crashEvents is how many events the imported file has: several durable steps.
const crashEvents = 3600

// A killed process is the real program, without the race detector, so that
// kills fall where they fall for a user.
type crashRig struct {
	program string
	dir     string
	home    string // within dir: keys and anchors
	rng     *rand.Rand
}

func newCrashRig(t *testing.T) *crashRig {
	t.Helper()
	if testing.Short() {
		t.Skip("kills of real processes take a minute")
	}
	dir := t.TempDir()
	program := filepath.Join(dir, "suyuan")
	if runtime.GOOS == "windows" {
		program += ".exe"
	}
	build := exec.CommandContext(t.Context(), "go", "build", "-o", program, ".")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	return &crashRig{program: program, dir: dir, home: "home", rng: rand.New(rand.NewPCG(seed, 0))}
}

func kills(t *testing.T, usual int) int {
	t.Helper()
	factor, err := strconv.Atoi(os.Getenv("SUYUAN_KILLS"))
	if err != nil {
		return usual
	}
	return usual * factor
}

func (r *crashRig) command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, r.program, args...)
	cmd.Dir = r.dir
	cmd.Env = append(os.Environ(), "SUYUAN_AS=S1/OP-1", "SUYUAN_LEDGER=crash.db", "SUYUAN_HOME="+filepath.Join(r.dir, r.home), "LC_ALL=C")
	return cmd
}

// run runs the program to its end and returns stdout; it must exit with 0.
func (r *crashRig) run(t *testing.T, args ...string) string {
	t.Helper()
	cmd := r.command(t.Context(), args...)
	var errs strings.Builder
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("suyuan %s: %v\n%s%s", strings.Join(args, " "), err, out, errs.String())
	}
	return string(out)
}

// killed starts the program and kills it after a random part of span, unless
// it ends before; it returns what was on stdout by then and whether it was
// killed.
func (r *crashRig) killed(t *testing.T, span time.Duration, stdin string, args ...string) (out string, hit bool) {
	t.Helper()
	return r.killedEnding(t, span, stdin, exitDone, args...)
}

// killedEnding is killed of a program that ends with an exit code where it is let.
func (r *crashRig) killedEnding(t *testing.T, span time.Duration, stdin string, end exit, args ...string) (out string, hit bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Duration(r.rng.Int64N(int64(span))))
	defer cancel()
	cmd := r.command(ctx, args...)
	cmd.Stdin = strings.NewReader(stdin)
	var text strings.Builder
	cmd.Stdout = &text
	err := cmd.Run()
	ended := cmd.ProcessState != nil && exit(cmd.ProcessState.ExitCode()) == end
	if !ended && ctx.Err() == nil {
		t.Fatalf("suyuan %s: %v", strings.Join(args, " "), err)
	}
	return text.String(), !ended
}

func (r *crashRig) fresh(t *testing.T) {
	t.Helper()
	r.gone(t)
	r.run(t, "init", "--origin", "crash.example")
}

// gone removes the ledger, its keys and its anchor: an origin is used once.
func (r *crashRig) gone(t *testing.T) {
	t.Helper()
	old, err := filepath.Glob(filepath.Join(r.dir, "crash.db*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range append(old, filepath.Join(r.dir, "home")) {
		if err := os.RemoveAll(f); err != nil {
			t.Fatal(err)
		}
	}
}

// sound checks the whole ledger and returns the ids of its events in order.
func (r *crashRig) sound(t *testing.T) []string {
	t.Helper()
	r.run(t, "verify")
	var ids []string
	seen := make(map[string]bool)
	lines := bufio.NewScanner(strings.NewReader(r.run(t, "export", "--format", "jsonl")))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var rec struct{ Event struct{ ID string } }
		if err := json.Unmarshal(lines.Bytes(), &rec); err != nil {
			t.Fatal(err)
		}
		if rec.Event.ID == "" {
			continue
		}
		if seen[rec.Event.ID] {
			t.Fatalf("event %s is recorded twice", rec.Event.ID)
		}
		seen[rec.Event.ID] = true
		ids = append(ids, rec.Event.ID)
	}
	return ids
}

func crashEvent(n int) string {
	return fmt.Sprintf(`{"type":"receipt","time":"2025-03-01T08:00:00Z","site":"S1","lot":"L-%d","product":"medium","n":%d}`, n, n+1)
}

// TestKilledImportLosesNothingAndGoesOn kills imports at random moments: the
// ledger opens and verifies, what it holds is a prefix of the file and never
// shrinks, and the same command goes on to the end.
func TestKilledImportLosesNothingAndGoesOn(t *testing.T) {
	t.Parallel()
	r := newCrashRig(t)
	var file strings.Builder
	for n := range crashEvents {
		file.WriteString(crashEvent(n) + "\n")
	}
	if err := os.WriteFile(filepath.Join(r.dir, "events.jsonl"), []byte(file.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	r.fresh(t)
	began := time.Now()
	r.run(t, "import", "events.jsonl")
	span := time.Since(began) * 11 / 10
	want := r.sound(t)

	hits := 0
	for hits < kills(t, importKills) {
		r.fresh(t)
		had := 0
		for had < crashEvents && hits < kills(t, importKills) {
			_, hit := r.killed(t, span, "", "import", "events.jsonl")
			if hit {
				hits++
			}
			ids := r.sound(t)
			if len(ids) < had {
				t.Fatalf("%d events after a kill, %d before it", len(ids), had)
			}
			for i, id := range ids {
				if id != want[i] {
					t.Fatalf("event %d is %s, want %s: not a prefix of the file", i, id, want[i])
				}
			}
			had = len(ids)
		}
		r.run(t, "import", "events.jsonl")
		if got := len(r.sound(t)); got != crashEvents {
			t.Fatalf("%d events after the last import, want %d", got, crashEvents)
		}
	}
	t.Logf("%d kills", hits)
}

// TestKilledRecordingLosesNothingAcknowledged kills single records at random
// moments: what was acknowledged is there, once, and recording again works.
func TestKilledRecordingLosesNothingAcknowledged(t *testing.T) {
	t.Parallel()
	r := newCrashRig(t)
	r.fresh(t)
	began := time.Now()
	r.run(t, "record", "receipt", "--time", "2025-03-01T08:00:00Z", "--site", "S1", "--lot", "FIRST")
	span := time.Since(began) * 3 / 2
	acknowledged := make(map[string]bool)
	hits := 0
	for n := 0; hits < kills(t, recordKills); n++ {
		out, hit := r.killed(t, span, crashEvent(n), "--json", "record", "--file", "-")
		if hit {
			hits++
		}
		var receipt struct{ ID string }
		if json.Unmarshal([]byte(out), &receipt) == nil && receipt.ID != "" {
			acknowledged[receipt.ID] = true
		}
		if n%10 == 0 {
			r.acknowledged(t, acknowledged)
		}
	}
	r.acknowledged(t, acknowledged)
	t.Logf("%d kills, %d acknowledged", hits, len(acknowledged))
}

func (r *crashRig) acknowledged(t *testing.T, want map[string]bool) {
	t.Helper()
	have := make(map[string]bool)
	for _, id := range r.sound(t) {
		have[id] = true
	}
	for id := range want {
		if !have[id] {
			t.Fatalf("event %s was acknowledged and is not there", id)
		}
	}
}

// TestKilledInitLeavesALedgerOrNothing kills init at random moments: there is
// a sound ledger or none at all, and init can be run again.
func TestKilledInitLeavesALedgerOrNothing(t *testing.T) {
	t.Parallel()
	r := newCrashRig(t)
	r.fresh(t)
	ledger := filepath.Join(r.dir, "crash.db")
	began := time.Now()
	r.gone(t)
	r.run(t, "init", "--origin", "crash.example")
	span := time.Since(began) * 3 / 2
	for hits := 0; hits < kills(t, initKills); {
		r.gone(t)
		if _, hit := r.killed(t, span, "", "init", "--origin", "crash.example"); hit {
			hits++
		}
		if _, err := os.Stat(ledger); err != nil {
			r.run(t, "init", "--origin", "crash.example")
		}
		r.sound(t)
	}
}
