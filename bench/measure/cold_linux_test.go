package measure_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"

	"suyuan/bench/measure"
)

// A file that somebody has mapped and read is not cold, whoever asks for it.
func TestOnlyWhatIsNotInMemoryCountsAsCold(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, make([]byte, 1<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	b, err := unix.Mmap(int(f.Fd()), 0, 1<<20, unix.PROT_READ, unix.MAP_SHARED|unix.MAP_POPULATE)
	if err != nil {
		t.Fatal(err)
	}
	if err := measure.Chill(path); !errors.Is(err, measure.ErrCannot) {
		t.Errorf("a mapped file: %v, want %v", err, measure.ErrCannot)
	}
	if err := unix.Munmap(b); err != nil {
		t.Fatal(err)
	}
	var fs unix.Statfs_t
	if err := unix.Statfs(path, &fs); err != nil || fs.Type == unix.TMPFS_MAGIC {
		t.Skipf("nothing can be dropped from memory of what lies nowhere else: %v", err)
	}
	if err := measure.Chill(path); err != nil {
		t.Error(err)
	}
}
