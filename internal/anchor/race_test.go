package anchor_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"suyuan/internal/anchor"
)

func TestOfManyBranchesOneGrows(t *testing.T) {
	t.Parallel()
	const branches, sizes = 12, 20
	f := anchor.At(t.TempDir())
	if err := newHistory(t, 1, "", 2).swap(t, f, 1); err != nil {
		t.Fatal(err)
	}
	grown := make([]int, branches)
	var wg sync.WaitGroup
	for i := range branches {
		h := newHistory(t, 1, fmt.Sprint("branch ", i), 2)
		wg.Go(func() {
			for size := uint64(2); size < 2+sizes; size++ {
				switch err := h.swap(t, f, size); {
				case err == nil:
					grown[i]++
				case !refused(err):
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	wantOneWinner(t, grown, sizes)
}

func refused(err error) bool {
	return errors.Is(err, errElsewhere) || errors.Is(err, anchor.ErrSmaller) || errors.Is(err, anchor.ErrForked)
}

func wantOneWinner(t *testing.T, grown []int, sizes int) {
	t.Helper()
	winners := 0
	for i, n := range grown {
		if n > 0 {
			winners++
		}
		if n != 0 && n != sizes {
			t.Errorf("branch %d grew by %d of %d", i, n, sizes)
		}
	}
	if winners != 1 {
		t.Errorf("%v: %d branches grew, want 1", grown, winners)
	}
}

func TestOfManyWhoSwapTheSameHistoryNoneGoesBack(t *testing.T) {
	t.Parallel()
	f, h := anchor.At(t.TempDir()), newHistory(t, 1, "", 0)
	var newest mark
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			chance := rand.New(rand.NewPCG(uint64(i), 7))
			for range 30 {
				size := 1 + chance.Uint64N(1000)
				before := newest.reached(0)
				switch err := h.swap(t, f, size); {
				case err == nil:
					if size < before {
						t.Errorf("size %d was swapped in after %d", size, before)
					}
					newest.reached(size)
				case !errors.Is(err, anchor.ErrSmaller):
					t.Error(err)
				}
				if got := h.standing(t, f); got.Size < before {
					t.Errorf("size %d stands after %d", got.Size, before)
				}
			}
		})
	}
	wg.Wait()
}

// A mark is the highest size that was reached.
type mark struct {
	mu   sync.Mutex
	size uint64
}

func (m *mark) reached(size uint64) uint64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.size = max(m.size, size)
	return m.size
}

const (
	childDir    = "SUYUAN_TEST_ANCHOR_DIR"
	childBranch = "SUYUAN_TEST_ANCHOR_BRANCH"
	childFrom   = "SUYUAN_TEST_ANCHOR_FROM"
)

// TestChild is not a test but a process of its own for the tests below: when its input ends it swaps, size after size, and says which were
// taken. Without an end of sizes, it swaps until it is killed.
func TestChild(t *testing.T) {
	dir, branch := os.Getenv(childDir), os.Getenv(childBranch)
	if dir == "" {
		t.Skip("run by other tests only")
	}
	from, err := strconv.ParseUint(os.Getenv(childFrom), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	h, f := newHistory(t, 1, branch, 2), anchor.At(dir)
	if _, err := io.Copy(io.Discard, os.Stdin); err != nil {
		t.Fatal(err)
	}
	for size := from; branch == "" || size < from+childSizes; size++ {
		switch err := h.swap(t, f, size); {
		case err == nil:
			fmt.Println("ack", size)
		case !refused(err):
			t.Fatal(err)
		}
	}
}

const childSizes = 50

func child(t *testing.T, dir, branch string, from uint64) (cmd *exec.Cmd, start io.Closer, acks *bufio.Scanner) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd = exec.CommandContext(t.Context(), self, "-test.run=^TestChild$", "-test.v")
	cmd.Env = append(os.Environ(), childDir+"="+dir, childBranch+"="+branch, fmt.Sprintf("%s=%d", childFrom, from))
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return cmd, in, bufio.NewScanner(out)
}

// acked reads what a child has acknowledged until it ends.
func acked(t *testing.T, acks *bufio.Scanner) (count int, last uint64) {
	t.Helper()
	for acks.Scan() {
		if n, _ := fmt.Sscanf(acks.Text(), "ack %d", &last); n == 1 {
			count++
		} else if strings.Contains(acks.Text(), "_test.go") {
			t.Error(acks.Text())
		}
	}
	return count, last
}

func TestOfTwoProcessesOneGrows(t *testing.T) {
	t.Parallel()
	for round := range 4 {
		dir := t.TempDir()
		if err := newHistory(t, 1, "", 2).swap(t, anchor.At(dir), 1); err != nil {
			t.Fatal(err)
		}
		grown := make([]int, 2)
		var starts []io.Closer
		var wg sync.WaitGroup
		for i := range grown {
			cmd, start, acks := child(t, dir, fmt.Sprint("branch ", i), 2)
			starts = append(starts, start)
			wg.Go(func() {
				grown[i], _ = acked(t, acks)
				if err := cmd.Wait(); err != nil {
					t.Errorf("round %d: child %d: %v", round, i, err)
				}
			})
		}
		for _, s := range starts {
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		}
		wg.Wait()
		wantOneWinner(t, grown, childSizes)
	}
}

func TestNoKillLosesAnAcknowledgedCheckpoint(t *testing.T) {
	t.Parallel()
	kills := 40
	if testing.Short() {
		kills = 8
	}
	dir := t.TempDir()
	h, f := newHistory(t, 1, "", 2), anchor.At(dir)
	if err := h.swap(t, f, 1); err != nil {
		t.Fatal(err)
	}
	chance := rand.New(rand.NewPCG(11, 3))
	at, total := uint64(1), 0
	for range kills {
		cmd, start, acks := child(t, dir, "", at+1)
		if err := start.Close(); err != nil {
			t.Fatal(err)
		}
		acks.Scan() // the name of the test: it is about to begin
		timer := time.AfterFunc(time.Duration(chance.IntN(20_000))*time.Microsecond, func() { _ = cmd.Process.Kill() })
		n, last := acked(t, acks)
		timer.Stop()
		if err := cmd.Wait(); err == nil {
			t.Error("the child ended by itself")
		}
		total += n
		got := h.standing(t, f)
		if got.Size < max(at, last) || got.Size > max(at, last)+1 {
			t.Fatalf("size %d stands; %d was acknowledged", got.Size, max(at, last))
		}
		at = got.Size
	}
	t.Logf("%d kills, %d checkpoints acknowledged", kills, total)
}

func TestWhatACrashLeavesIsNotRead(t *testing.T) {
	t.Parallel()
	f, h := anchor.At(t.TempDir()), newHistory(t, 1, "", 0)
	if err := h.swap(t, f, 4); err != nil {
		t.Fatal(err)
	}
	base := filepath.Base(f.CheckpointPath(origin))
	write(t, filepath.Join(f.Dir(), "."+base+".1.new"), h.checkpoint(t, 900))
	write(t, filepath.Join(f.Dir(), "."+base+".2.new"), h.checkpoint(t, 901)[:20])
	if got := h.standing(t, f); got.Size != 4 {
		t.Errorf("size %d stands", got.Size)
	}
	if err := h.swap(t, f, 5); err != nil {
		t.Fatal(err)
	}
	if got := h.standing(t, f); got.Size != 5 {
		t.Errorf("size %d stands", got.Size)
	}
}
