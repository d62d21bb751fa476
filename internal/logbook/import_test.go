package logbook

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"
)

func BenchmarkImport(b *testing.B) {
	path := writeFile(b, collections(0, 100_000))
	for b.Loop() {
		book := newBook(b)
		r, err := book.Import(b.Context(), file(path), ImportOptions{})
		if err != nil || r.Recorded != 100_000 {
			b.Fatal(r, err)
		}
	}
	b.ReportMetric(100_000*float64(b.N)/b.Elapsed().Seconds(), "events/s")
	b.ReportMetric(peak(b), "peak-MB")
}

// peak returns the most memory that the process ever had, where the system says
// so.
func peak(b *testing.B) float64 {
	if runtime.GOOS != "linux" {
		return 0
	}
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		b.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	var kb float64
	if _, err := fmt.Sscan(rest, &kb); err != nil {
		b.Fatal(err)
	}
	return kb / 1024
}
