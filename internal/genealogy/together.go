package genealogy

import (
	"runtime/debug"
	"sync"
)

// Together runs some functions at a time and waits for all of them. What panics
// in one of them panics where Together was called, once all have ended: what is
// damaged in a snapshot, or cannot be read any more of a mapped file, comes up so
// ([DamageError]), and has to come up where somebody waits for it.
func Together(list ...func()) {
	panics := make([]any, len(list))
	guarded := func(k int) {
		defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
		defer func() { panics[k] = recover() }()
		list[k]()
	}
	var wg sync.WaitGroup
	for k := 1; k < len(list); k++ {
		wg.Go(func() { guarded(k) })
	}
	if len(list) > 0 {
		guarded(0)
	}
	wg.Wait()
	for _, p := range panics {
		if p != nil {
			panic(p)
		}
	}
}
