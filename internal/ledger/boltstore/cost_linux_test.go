package boltstore_test

import (
	"os"
	"syscall"
	"time"
)

// cpuTime returns the processor time that this process has taken.
func cpuTime() time.Duration {
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		return 0
	}
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}

// syncData is the sync that bbolt uses too.
func syncData(f *os.File) error { return syscall.Fdatasync(int(f.Fd())) }
