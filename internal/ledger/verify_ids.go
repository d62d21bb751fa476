package ledger

import (
	"encoding/binary"
	"runtime"
	"slices"
	"sync"
)

const (
	idParts   = 1 << 9  // at ten million ids, one of them fits a processor's nearer memory
	idBuckets = 1 << 11 // of a part: ten ids in each then
)

// An idSet finds ids that occur twice among millions, with eight bytes for each.
type idSet struct {
	parts [idParts][]uint64
}

// key folds an id. Two ids with one key are a suspicion, no more.
func (id ID) key() uint64 {
	return binary.LittleEndian.Uint64(id[:]) ^ binary.LittleEndian.Uint64(id[8:])
}

func (s *idSet) add(id ID) {
	if id != (ID{}) {
		s.addKey(id.key())
	}
}

func (s *idSet) addKey(k uint64) {
	part := spread(k) % idParts
	s.parts[part] = append(s.parts[part], k)
}

// spread mixes a key's bits: ids that count differ in few of them. It loses nothing, so keys stay different.
func spread(k uint64) uint64 {
	k *= 0x9E3779B97F4A7C15
	return k ^ k>>32
}

// twice returns the keys that occur more than once.
func (s *idSet) twice() map[uint64]bool {
	twice := make(map[uint64]bool)
	var mu sync.Mutex
	var wg sync.WaitGroup
	workers := runtime.GOMAXPROCS(0)
	for w := range workers {
		wg.Go(func() {
			var sorted []uint64
			for p := w; p < idParts; p += workers {
				sorted = sortKeys(s.parts[p], sorted)
				for i := 1; i < len(sorted); i++ {
					if sorted[i] == sorted[i-1] {
						mu.Lock()
						twice[sorted[i]] = true
						mu.Unlock()
					}
				}
			}
		})
	}
	wg.Wait()
	return twice
}

// sortKeys returns a part's keys so that equal ones stand together, in memory that it may take from into. Keys that somebody chose to be alike cost no
// more than a sort of all.
func sortKeys(part, into []uint64) []uint64 {
	if len(part) < idBuckets {
		into = append(into[:0], part...)
		slices.Sort(into)
		return into
	}
	var ends [idBuckets + 1]int
	bucket := func(k uint64) int { return int(spread(k) / idParts % idBuckets) }
	for _, k := range part {
		ends[bucket(k)+1]++
	}
	for i := range idBuckets {
		ends[i+1] += ends[i]
	}
	into = slices.Grow(into[:0], len(part))[:len(part)]
	next := ends
	for _, k := range part {
		b := bucket(k)
		into[next[b]] = k
		next[b]++
	}
	for i := range idBuckets {
		slices.Sort(into[ends[i]:ends[i+1]])
	}
	return into
}
