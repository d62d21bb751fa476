//go:build !linux

package boltstore_test

import (
	"os"
	"time"
)

func cpuTime() time.Duration { return 0 }

func syncData(f *os.File) error { return f.Sync() }
