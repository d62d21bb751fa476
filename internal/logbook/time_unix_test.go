//go:build unix

package logbook

import (
	"syscall"
	"time"
)

// processTime returns the processor time that this process has used, in user and system mode.
func processTime() time.Duration {
	var use syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &use) != nil {
		return 0
	}
	return time.Duration(use.Utime.Nano() + use.Stime.Nano())
}

// keepsNames: a file that is open keeps its name until it is closed.
const keepsNames = false
