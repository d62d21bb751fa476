//go:build unix

package measure

import (
	"os"
	"syscall"
	"time"
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
