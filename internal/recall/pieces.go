package recall

import (
	"runtime"
	"sync/atomic"

	"suyuan/internal/genealogy"
)

// inPieces has the numbers below n worked on by as many goroutines as there are
// processors, each of which takes piece after piece, of so many numbers. begin
// makes what one of them works with; it is called before any works. Where there is
// one piece alone, no goroutine is started.
func inPieces(n, size int, begin func() func(from, to int)) {
	workers := min(runtime.GOMAXPROCS(0), (n+size-1)/size)
	if workers <= 1 {
		if n > 0 {
			begin()(0, n)
		}
		return
	}
	var next atomic.Int64
	list := make([]func(), workers)
	for k := range list {
		work := begin()
		list[k] = func() {
			for {
				to := int(next.Add(int64(size)))
				if to-size >= n {
					return
				}
				work(to-size, min(to, n))
			}
		}
	}
	genealogy.Together(list...)
}
