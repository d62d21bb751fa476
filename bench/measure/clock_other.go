//go:build !unix

package measure

import (
	"os"
	"time"
)

func selfCPU() time.Duration { return 0 }

// Allocated returns how many bytes of a disk a file takes, as far as its length tells.
func Allocated(f os.FileInfo) int64 { return f.Size() }

// Free does not know.
func Free(string) (int64, bool) { return 0, false }
