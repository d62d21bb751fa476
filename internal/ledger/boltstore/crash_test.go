package boltstore_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"sync"
	"testing"
	"time"

	"suyuan/internal/ledger"
	"suyuan/internal/ledger/boltstore"
	"suyuan/internal/ledger/ledgertest"
)

const (
	crashPath    = "SUYUAN_TEST_CRASH_PATH"
	crashFrom    = "SUYUAN_TEST_CRASH_FROM"
	crashClients = "SUYUAN_TEST_CRASH_CLIENTS"
)

// TestCrashChild is not a test but the process that the crash test kills: it appends for ever, and says what Append has
// acknowledged.
func TestCrashChild(t *testing.T) {
	path := os.Getenv(crashPath)
	if path == "" {
		t.Skip("run by the crash test only")
	}
	from, err := strconv.Atoi(os.Getenv(crashFrom))
	if err != nil {
		t.Fatal(err)
	}
	clients, err := strconv.Atoi(os.Getenv(crashClients))
	if err != nil {
		t.Fatal(err)
	}
	err = boltstore.Create(t.Context(), path, genesis, "", ledgertest.Epoch)
	if err != nil && !errors.Is(err, fs.ErrExist) {
		t.Fatal(err)
	}
	l := ledgertest.OpenLedger(t, open(t, path))
	var wg sync.WaitGroup
	for c := range clients {
		wg.Go(func() { appendForEver(t, l, from+c*1_000_000) })
	}
	wg.Wait()
}

func appendForEver(t *testing.T, l *ledger.Ledger, n int) {
	t.Helper()
	chance := rand.New(rand.NewPCG(uint64(n), 3))
	for {
		batch := 1
		if chance.IntN(3) == 0 {
			batch += chance.IntN(80)
		}
		if _, err := l.Append(t.Context(), ledgertest.Epoch, ledger.AppendOptions{}, ledgertest.Entries(n, n+batch)); err != nil {
			t.Error(err)
			return
		}
		n += batch
		if _, err := fmt.Fprintf(os.Stdout, "ack %d %d\n", n-batch, n); err != nil {
			t.Error(err)
		}
	}
}

// kill runs the child until a random moment and returns which events it has acknowledged.
func kill(t *testing.T, path string, from, clients int, life time.Duration, afterAck bool) (acked [][2]int) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(ctx, self, "-test.run=^TestCrashChild$", "-test.v")
	cmd.Env = append(os.Environ(), crashPath+"="+path, fmt.Sprintf("%s=%d", crashFrom, from), fmt.Sprintf("%s=%d", crashClients, clients))
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if !afterAck {
		defer time.AfterFunc(life, cancel).Stop()
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		var a [2]int
		if n, _ := fmt.Sscanf(lines.Text(), "ack %d %d", &a[0], &a[1]); n != 2 {
			if bytes.Contains(lines.Bytes(), []byte("_test.go")) {
				t.Error(lines.Text())
			}
			continue
		}
		if len(acked) == 0 && afterAck {
			defer time.AfterFunc(life, cancel).Stop()
		}
		acked = append(acked, a)
	}
	if err := cmd.Wait(); err == nil {
		t.Error("the child ended by itself")
	}
	return acked
}

func TestNoKillLosesOrDoublesAnAcknowledgedRecord(t *testing.T) {
	kills := 300
	if testing.Short() {
		kills = 16
	} else if slowed {
		kills = 120
	}
	for _, clients := range []int{1, 3} {
		t.Run(fmt.Sprintf("%d clients", clients), func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			chance := rand.New(rand.NewPCG(uint64(clients), 5))
			total, events := 0, 0
			for round := range kills / 2 {
				if round%25 == 0 { // another ledger: init is killed too
					events = 0
				}
				path := fmt.Sprintf("%s/%d.db", dir, round/25)
				life := time.Duration(chance.IntN(40_000)) * time.Microsecond
				// Some events are sent again that are there: they must be known.
				acked := kill(t, path, max(0, events-chance.IntN(20)), clients, life, round%4 > 0)
				for _, a := range acked {
					total += a[1] - a[0]
					if a[0] < 1_000_000 {
						events = max(events, a[1])
					}
				}
				wantAll(t, path, acked)
				if t.Failed() {
					t.Fatalf("after kill %d", round)
				}
			}
			t.Logf("%d kills, %d events acknowledged", kills/2, total)
		})
	}
}

// wantAll checks that a ledger opens after a kill, verifies, and holds what was acknowledged, once.
func wantAll(t *testing.T, path string, acked [][2]int) {
	t.Helper()
	s, err := boltstore.Open(t.Context(), path, boltstore.Options{Wait: 10 * time.Second})
	if errors.Is(err, fs.ErrNotExist) && len(acked) == 0 {
		return // killed before init had made it
	}
	if err != nil {
		t.Fatal(err)
	}
	l := ledgertest.OpenLedger(t, s)
	r, err := ledger.Verify(t.Context(), s, nil)
	if err != nil || !r.OK {
		t.Errorf("verify: %+v, %v", r, err)
	}
	for _, a := range acked {
		for _, e := range ledgertest.Entries(a[0], a[1]) {
			seq, ok, err := l.Lookup(t.Context(), ledgertest.EntryID(t, e))
			if err != nil || !ok {
				t.Fatalf("event %s was acknowledged: lookup %v, %v", e.Event, ok, err)
			}
			if rec, err := l.Record(t.Context(), seq); err != nil || !bytes.Equal(rec.Event, e.Event) {
				t.Errorf("record %d: %s, %v; want %s", seq, rec.Event, err, e.Event)
			}
		}
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
}
