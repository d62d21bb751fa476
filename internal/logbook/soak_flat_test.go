package logbook

import (
	"bytes"
	"fmt"
	"os"
	"runtime"
	"slices"
	"testing"
)

// A soakSample is what a process holds when nothing is under way.
type soakSample struct {
	Goroutines int
	Files      int    // open descriptors; 0 where the system does not tell
	Mappings   int    // of memory; the same
	Heap       uint64 // bytes that live
	Rest       bool   // after the book has let go of what it holds
}

// takeSample collects garbage first: mapped files are let go of by that.
func takeSample() soakSample {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	s := soakSample{Goroutines: runtime.NumGoroutine(), Heap: m.HeapAlloc}
	if list, err := os.ReadDir("/proc/self/fd"); err == nil {
		s.Files = len(list)
	}
	if maps, err := os.ReadFile("/proc/self/maps"); err == nil {
		s.Mappings = bytes.Count(maps, []byte("\n"))
	}
	return s
}

// A soakBound is by how much the median of the last third of samples may exceed
// that of the first: a factor and something on top.
type soakBound struct {
	name   string
	value  func(soakSample) float64
	rest   bool // only samples at rest
	factor float64
	more   float64
}

func soakBounds() []soakBound {
	heap := func(s soakSample) float64 { return float64(s.Heap) }
	return []soakBound{
		{"goroutines", func(s soakSample) float64 { return float64(s.Goroutines) }, false, 1, 2},
		{"open files", func(s soakSample) float64 { return float64(s.Files) }, false, 1, 6},
		{"mappings", func(s soakSample) float64 { return float64(s.Mappings) }, false, 1.25, 12},
		{"bytes of heap", heap, false, 2, 96 << 20}, // the open book keeps its newest entries decoded, some 40 MB, and what joined since the index
		{"bytes of heap at rest", heap, true, 1.25, 4 << 20},
	}
}

// fewSamples is from how many samples on something can be said.
const fewSamples = 12

// leaks says what grew.
func leaks(samples []soakSample) (list []string) {
	for _, b := range soakBounds() {
		n, first, last := b.thirds(samples)
		if n >= fewSamples && last > first*b.factor+b.more {
			list = append(list, b.says(samples))
		}
	}
	return list
}

// thirds returns the medians of the first and the last third, and of how many
// samples.
func (b *soakBound) thirds(samples []soakSample) (n int, first, last float64) {
	var values []float64
	for _, s := range samples {
		if s.Rest || !b.rest {
			values = append(values, b.value(s))
		}
	}
	third := len(values) / 3
	if third == 0 {
		return 0, 0, 0
	}
	return len(values), median(values[:third]), median(values[len(values)-third:])
}

func (b *soakBound) says(samples []soakSample) string {
	n, first, last := b.thirds(samples)
	return fmt.Sprintf("%s: %.0f in the first third of %d samples, %.0f in the last", b.name, first, n, last)
}

func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}

func TestTheSoakNoticesWhatLeaksAndNothingElse(t *testing.T) {
	t.Parallel()
	series := func(grow func(s *soakSample, i int)) (list []soakSample) {
		for i := range 120 {
			s := soakSample{Goroutines: 4 + i%2, Files: 9 + i%3, Mappings: 60 + i%9, Heap: uint64(i%10)<<20 + 8<<20}
			if s.Rest = i%4 == 3; s.Rest {
				s.Heap = 3 << 20
			}
			grow(&s, i)
			list = append(list, s)
		}
		return list
	}
	for name, c := range map[string]struct {
		grow func(s *soakSample, i int)
		want int
	}{
		"nothing":               {func(*soakSample, int) {}, 0},
		"a goroutine in ten":    {func(s *soakSample, i int) { s.Goroutines += i / 10 }, 1},
		"a file in five":        {func(s *soakSample, i int) { s.Files += i / 5 }, 1},
		"a mapping in two":      {func(s *soakSample, i int) { s.Mappings += i / 2 }, 1},
		"a state now and then":  {func(s *soakSample, i int) { s.Heap += uint64(i) << 22 }, 2},
		"100 KiB that are kept": {func(s *soakSample, i int) { s.Heap += uint64(i) * 100 << 10 }, 1},
	} {
		if got := leaks(series(c.grow)); len(got) != c.want {
			t.Errorf("%s: %q", name, got)
		}
	}
}
