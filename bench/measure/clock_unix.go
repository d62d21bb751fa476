//go:build unix

package measure

import (
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

func selfCPU() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// Allocated returns how many bytes of a disk a file takes.
func Allocated(f os.FileInfo) int64 {
	if s, ok := f.Sys().(*syscall.Stat_t); ok {
		return s.Blocks * 512
	}
	return f.Size()
}

// Free returns how many bytes there is room for in a folder.
func Free(dir string) (int64, bool) {
	var s unix.Statfs_t
	if unix.Statfs(dir, &s) != nil {
		return 0, false
	}
	return int64(s.Bavail) * int64(s.Bsize), true //nolint:gosec,unconvert // types differ between systems
}
