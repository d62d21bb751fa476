package genealogy

import (
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
)

// The tests take the number of processors into their hands: none of them is parallel.

func TestAbreastTakesPartsInOrder(t *testing.T) { //nolint:paralleltest // as above
	for _, processors := range []int{1, 2, 7} {
		before := runtime.GOMAXPROCS(processors)
		for _, n := range []int{0, 1, 2, 3, 100, 1000} {
			var want, got []int
			for k := range n {
				want = append(want, k*k)
			}
			var made, taken, most atomic.Int64
			abreast(n, func(worker, k int) int {
				if worker >= workers() {
					t.Errorf("worker %d of %d", worker, workers())
				}
				most.Store(max(most.Load(), made.Add(1)-taken.Load()))
				return k * k
			}, func(v int) {
				taken.Add(1)
				got = append(got, v)
			})
			if !slices.Equal(got, want) {
				t.Errorf("%d processors, %d parts: got %v", processors, n, got)
			}
			if limit := int64(4 * processors); most.Load() > limit {
				t.Errorf("%d processors: %d parts were there that were not taken, want at most %d", processors, most.Load(), limit)
			}
		}
		runtime.GOMAXPROCS(before)
	}
}

func TestAbreastPanicsWhereItsCallerSeesIt(t *testing.T) { //nolint:paralleltest // as above
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(3))
	wrong := &DamageError{"a block"}
	for name, c := range map[string]struct {
		work func(k int)
		take func(k int)
		want int // parts taken before
	}{
		"in a worker":   {work: func(k int) { panicAt(k, 40, wrong) }, take: func(int) {}, want: 40},
		"in the caller": {work: func(int) {}, take: func(k int) { panicAt(k, 40, wrong) }, want: 41},
	} {
		taken := 0
		got := attempt(func() bool {
			abreast(1000, func(_, k int) int { c.work(k); return k }, func(k int) { taken++; c.take(k) })
			return true
		})
		if got.panicked != any(wrong) || got.made || taken != c.want {
			t.Errorf("%s: got %v after %d parts, want %v after %d", name, got.panicked, taken, wrong, c.want)
		}
	}
}

func panicAt(k, at int, what any) {
	if k == at {
		panic(what)
	}
}

func TestWhatRunsAsidePanicsWhereItIsWaitedFor(t *testing.T) {
	t.Parallel()
	var running sync.WaitGroup
	defer running.Wait()
	wrong := &DamageError{"a block"}
	good, bad := aside(&running, func() int { return 7 }), aside(&running, func() int { panic(wrong) })
	if v := good(); v != 7 {
		t.Errorf("got %d", v)
	}
	if got := attempt(bad); got.panicked != any(wrong) {
		t.Errorf("got %v", got.panicked)
	}
}
