package logbook

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"suyuan/internal/genealogy/genealogytest"
	"suyuan/internal/ledger/boltstore"
)

// The soak is a test of this package, and not a program of bench, because it sets
// the thresholds of indexes and speaks to one book that stays open; what it records
// needs no world, only events of which each is a function of its number.
//
// Processes work on one ledger, and all but one are killed at random: writers,
// readers, verifiers, makers of backups and of indexes, and those who compare
// answers with and without an index. In rounds everybody stops, and what is
// recorded is held against what was sent and acknowledged. Time alone ends it, and
// nothing that it checks depends on time.

// How long the soak takes, and the seed of what is drawn in it. The same seed
// draws the same; how processes meet is the system's.
const (
	soakTimeEnv = "SUYUAN_SOAK"
	soakSeedEnv = "SUYUAN_SOAK_SEED"
)

// soakInMemory is up to how many records are read without an index at the end:
// five gigabytes.
const soakInMemory = 1_500_000

// A soak is the shepherd of the processes.
type soak struct {
	dir     string
	seed    uint64
	long    bool
	random  *rand.Rand
	checked uint64               // records that were held against what was sent
	counts  [soakWriters + 1]int // events of each writer among these
	early   [soakWriters + 1]int // among the first soakInMemory of these
	samples []soakSample

	mu     sync.Mutex
	ended  map[string]int           // by role, by themselves
	killed map[string]int           // by role
	takes  map[string]time.Duration // what those that ended by themselves took, the last ones most
	failed error                    // the first
}

func TestSoak(t *testing.T) {
	if genealogytest.OnSnapshots() {
		t.Skip("its processes have thresholds of their own: once is enough")
	}
	t.Parallel()
	length := 2 * time.Minute
	if testing.Short() {
		length = 10 * time.Second
	}
	s := newSoak(t)
	length = s.fromEnvironment(t, length)
	t.Logf("%v, %s=%d", length, soakSeedEnv, s.seed)
	r, err := s.startResident(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithTimeout(t.Context(), length)
	defer stop()
	rounds := 0
	for err == nil && ctx.Err() == nil {
		err = s.round(ctx, r)
		rounds++
	}
	if err == nil {
		err = s.end(t.Context(), r)
	}
	if err = errors.Join(err, r.stop()); err != nil {
		t.Fatalf("%s=%d: %v", soakSeedEnv, s.seed, err)
	}
	t.Logf("%d rounds, %d records, %d samples, %v ended, %v killed", rounds, s.checked, len(s.samples), s.ended, s.killed)
	for _, b := range soakBounds() {
		t.Log(b.says(s.samples))
	}
	if s.checked < 2 || len(s.killed) == 0 || len(s.ended) == 0 {
		t.Error("nothing was recorded, or nobody was killed, or everybody: nothing was tested")
	}
	for _, leak := range leaks(s.samples) {
		t.Errorf("%s=%d: a leak: %s", soakSeedEnv, s.seed, leak)
	}
}

// newSoak makes the ledger.
func newSoak(t *testing.T) *soak {
	t.Helper()
	s := &soak{dir: t.TempDir(), ended: map[string]int{}, killed: map[string]int{}, takes: map[string]time.Duration{}}
	s.sow(rand.Uint64())
	for _, name := range []string{"tmp", "backups", "home"} {
		if err := os.Mkdir(filepath.Join(s.dir, name), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	o := InitOptions{Origin: "test.example/soak", By: "F/OP-1", Now: time.Now, Trust: soakTrust(s.dir), Wait: waitForOthers}
	if _, err := Init(t.Context(), s.ledger(), o); err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *soak) sow(seed uint64) { s.seed, s.random = seed, rand.New(rand.NewPCG(seed, 0)) }

// fromEnvironment takes the length and the seed from there.
func (s *soak) fromEnvironment(t *testing.T, length time.Duration) time.Duration {
	t.Helper()
	if text := os.Getenv(soakTimeEnv); text != "" {
		var err error
		if length, err = time.ParseDuration(text); err != nil {
			t.Fatalf("%s: %v", soakTimeEnv, err)
		}
	}
	if text := os.Getenv(soakSeedEnv); text != "" {
		seed, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			t.Fatalf("%s: %v", soakSeedEnv, err)
		}
		s.sow(seed)
	}
	s.long = length > 5*time.Minute
	return length
}

func (s *soak) ledger() string { return s.part("").ledger() }

// part is a part of the soak in this process.
func (s *soak) part(role string) *soakPart {
	return &soakPart{soakOrder{Dir: s.dir, Role: role, Writer: 1, Long: s.long}, s.random}
}

// command is the process that follows an order.
func (s *soak) command(ctx context.Context, o soakOrder) *exec.Cmd {
	o.Dir, o.Long = s.dir, s.long
	order, err := json.Marshal(o)
	if err != nil {
		panic(err) // it is numbers and strings
	}
	cmd := exec.CommandContext(ctx, os.Args[0]) //nolint:gosec // this very test
	cmd.Env = append(os.Environ(), soakEnv+"="+string(order), "TMPDIR="+filepath.Join(s.dir, "tmp"), "TMP="+filepath.Join(s.dir, "tmp"))
	return cmd
}

// round lets all work for a while, stops them, and looks at what they have done.
func (s *soak) round(ctx context.Context, r *resident) error {
	lasts := 5 * time.Second
	if s.long {
		lasts = time.Minute
	}
	within, stop := context.WithTimeout(ctx, lasts)
	defer stop()
	var all sync.WaitGroup
	for slot, roles := range [][]string{{"write"}, {"write"}, {"read", "read", "verify", "backup", "doubt"}, {"read", "verify", "backup", "index"}} {
		random := rand.New(rand.NewPCG(s.random.Uint64(), 0))
		all.Go(func() {
			for within.Err() == nil {
				role := roles[random.IntN(len(roles))]
				s.fail(s.run(context.WithoutCancel(ctx), soakOrder{Role: role, Writer: 1 + slot%2, Seed: random.Uint64()}, random), stop)
			}
		})
	}
	for within.Err() == nil {
		sample, err := r.round()
		if err == nil {
			s.samples = append(s.samples, sample)
		}
		s.fail(err, stop)
	}
	all.Wait()
	if s.failed != nil {
		return s.failed
	}
	if err := s.check(context.WithoutCancel(ctx)); err != nil {
		return err
	}
	return s.spoil()
}

// fail keeps the first error and ends the round.
func (s *soak) fail(err error, stop func()) {
	if err == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.failed == nil {
		s.failed = err
	}
	stop()
}

// run runs a process until it ends by itself, or kills it somewhere in what it
// does: half of them.
func (s *soak) run(ctx context.Context, o soakOrder, random *rand.Rand) error {
	doomed := random.IntN(2) == 0
	if doomed {
		var kill func()
		ctx, kill = context.WithTimeout(ctx, time.Duration(random.Float64()*float64(s.typical(o.Role))))
		defer kill()
	}
	cmd := s.command(ctx, o)
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	begun := time.Now()
	err := cmd.Run()
	if said.Len() > 0 || err != nil && ctx.Err() == nil {
		return fmt.Errorf("%+v: %w", o, errors.Join(err, complaint(&said)))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err != nil {
		s.killed[o.Role]++
		return nil
	}
	s.ended[o.Role]++
	s.takes[o.Role] = (s.takes[o.Role] + time.Since(begun)) / 2
	return nil
}

// typical is what processes of a role take on this machine, about.
func (s *soak) typical(role string) time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	return max(s.takes[role], 200*time.Millisecond)
}

// check looks at a ledger on which nobody works.
func (s *soak) check(ctx context.Context) error {
	if err := s.recorded(ctx); err != nil {
		return err
	}
	for writer := 1; writer <= soakWriters; writer++ {
		n, err := acknowledged(s.dir, writer)
		if err != nil {
			return err
		}
		if n > s.counts[writer] {
			return fmt.Errorf("writer %d: %d events are acknowledged, %d recorded", writer, n, s.counts[writer])
		}
	}
	if err := sane(ctx, s.ledger(), s.checked, VerifyOptions{Trust: soakTrust(s.dir)}); err != nil {
		return fmt.Errorf("verify: %w", err)
	}
	return s.sweep(ctx)
}

// recorded holds new records against what was sent: of every writer each event
// once, in order, byte for byte.
func (s *soak) recorded(ctx context.Context) (err error) {
	l, err := open(ctx, s.ledger(), true, 0)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	for rec, err := range l.Records(ctx, max(s.checked, 1), l.Head().Size) {
		if err != nil {
			return err
		}
		writer, err := strconv.Atoi(strings.TrimPrefix(rec.By, "F/OP-"))
		if err != nil || writer < 1 || writer > soakWriters {
			return fmt.Errorf("record %d is by %q", rec.Seq, rec.By)
		}
		want, err := soakEvent(writer, s.counts[writer])
		if err != nil {
			return err
		}
		if !bytes.Equal(rec.Event, want.Bytes()) {
			return fmt.Errorf("record %d is\n%s, want event %d of writer %d:\n%s", rec.Seq, rec.Event, s.counts[writer], writer, want.Bytes())
		}
		s.counts[writer]++
		if s.checked = rec.Seq + 1; s.checked == soakInMemory {
			s.early = s.counts
		}
	}
	return nil
}

// sweep removes what kills have left behind, which has names of its own, and
// verifies backups whose makers were killed: one that has its name is whole.
func (s *soak) sweep(ctx context.Context) error {
	for _, dir := range []string{s.dir, s.part("").backups(), filepath.Join(s.dir, "tmp")} {
		list, err := os.ReadDir(dir)
		if err != nil {
			return err
		}
		for _, f := range list {
			path := filepath.Join(dir, f.Name())
			switch {
			case f.IsDir(), dir == s.dir && strings.HasPrefix(f.Name(), "suyuan.db"), strings.HasPrefix(f.Name(), "acks-"), strings.HasPrefix(f.Name(), "batch-"):
				continue
			case dir == s.part("").backups() && !strings.HasPrefix(f.Name(), "."):
				err = sane(ctx, path, 1, VerifyOptions{})
			case dir == s.dir && (!strings.HasPrefix(f.Name(), ".") || !strings.HasSuffix(f.Name(), ".new")):
				err = errors.New("nobody knows this file")
			}
			if err = errors.Join(err, os.Remove(path)); err != nil {
				return fmt.Errorf("%s: %w", path, err)
			}
		}
	}
	return nil
}

// spoil takes an index away, or puts one with a flipped byte or without its end
// in its place, or leaves all as it is.
func (s *soak) spoil() error {
	paths := []string{IndexPath(s.ledger()), boltstore.IndexPath(s.ledger()), TailPath(s.ledger())}
	path := paths[s.random.IntN(len(paths))]
	content, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) || err == nil && len(content) == 0 {
		return nil
	}
	if err != nil {
		return err
	}
	at := s.random.IntN(len(content))
	switch s.random.IntN(6) {
	case 0:
		return os.Remove(path)
	case 1:
		content[at] ^= 1 << s.random.IntN(8)
	case 2:
		content = content[:at]
	default:
		return nil
	}
	if err := os.WriteFile(path+".spoilt", content, 0o600); err != nil {
		return err
	}
	return os.Rename(path+".spoilt", path)
}
