//go:build unix

package mapped

import (
	"os"

	"golang.org/x/sys/unix"
)

// mapFile maps a file; nil where that cannot be done.
func mapFile(f *os.File, size int) ([]byte, func() error) {
	b, err := unix.Mmap(int(f.Fd()), 0, size, unix.PROT_READ, unix.MAP_SHARED)
	if err != nil {
		return nil, nil
	}
	return b, func() error { return unix.Munmap(b) }
}
