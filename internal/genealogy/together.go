package genealogy

import "sync"

// Together runs some functions at a time and waits for all of them. What panics
// in one of them panics where Together was called, once all have ended: what is
// damaged in a snapshot, or cannot be read any more of a mapped file, comes up so
// ([DamageError]), and has to come up where somebody waits for it.
func Together(list ...func()) {
	ended := make([]part[struct{}], len(list))
	var running sync.WaitGroup
	for k, f := range list {
		running.Go(func() {
			ended[k] = attempt(func() struct{} { f(); return struct{}{} })
		})
	}
	running.Wait()
	for _, p := range ended {
		if p.panicked != nil {
			panic(p.panicked)
		}
	}
}
