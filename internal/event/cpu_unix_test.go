//go:build unix

package event_test

import (
	"syscall"
	"time"
)

// cpuTime returns the processor time that this process has taken: on a busy
// machine wall time says little.
func cpuTime() time.Duration {
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		return 0
	}
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}
