package genealogy

import (
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
)

// abreast makes parts 0 to n-1 on all processors, each by a worker of a number
// below that of [workers], and takes them in order on the caller's goroutine. At
// most a few are there that were not taken yet. What a worker panics with, damage
// to a snapshot above all, the caller panics with in its place, after the parts
// before.
func abreast[T any](n int, work func(worker, k int) T, take func(T)) {
	ahead := min(n, 3*workers())
	if ahead < 2 {
		for k := range n {
			take(work(0, k))
		}
		return
	}
	made := make([]chan part[T], ahead)
	for i := range made {
		made[i] = make(chan part[T], 1)
	}
	room := make(chan struct{}, ahead)
	for range ahead {
		room <- struct{}{}
	}
	var next atomic.Int64
	var running sync.WaitGroup
	defer running.Wait()
	defer func() {
		next.Store(int64(n)) // nobody begins another part
		close(room)
	}()
	for worker := range workers() {
		running.Go(func() {
			for range room {
				k := int(next.Add(1)) - 1
				if k >= n {
					return
				}
				made[k%ahead] <- attempt(func() T { return work(worker, k) })
			}
		})
	}
	for k := range n {
		p := <-made[k%ahead]
		if p.panicked != nil {
			panic(p.panicked)
		}
		take(p.made)
		room <- struct{}{}
	}
}

// workers is how many goroutines make parts.
func workers() int { return runtime.GOMAXPROCS(0) }

// A part is what was made, or what its maker panicked with.
type part[T any] struct {
	made     T
	panicked any
}

// attempt runs f in a goroutine that is not the one which knows what to do about
// panics, and about faults of a file that was cut short while it is mapped.
func attempt[T any](f func() T) (p part[T]) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() { p.panicked = recover() }()
	p.made = f()
	return p
}

// aside begins to run f beside the caller, as one of those that running waits
// for, and returns what waits for f alone.
func aside[T any](running *sync.WaitGroup, f func() T) (wait func() T) {
	made := make(chan part[T], 1)
	running.Go(func() { made <- attempt(f) })
	return func() T {
		p := <-made
		if p.panicked != nil {
			panic(p.panicked)
		}
		return p.made
	}
}
