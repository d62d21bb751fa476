package measure

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// Chill writes files to the disk and has the system drop what it keeps of them in memory, then asks it whether anything is left. An error
// that wraps [ErrCannot] says that they are not cold: somebody has them mapped, or this system does not tell.
func Chill(paths ...string) error {
	for _, path := range paths {
		if err := chill(path); err != nil {
			return err
		}
	}
	return nil
}

func chill(path string) (err error) {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if err := f.Sync(); err != nil {
		return err
	}
	if err := unix.Fadvise(int(f.Fd()), 0, 0, unix.FADV_DONTNEED); err != nil {
		return fmt.Errorf("%w: drop %s from the page cache: %w", ErrCannot, path, err)
	}
	var left unix.Cachestat_t
	if err := unix.Cachestat(uint(f.Fd()), &unix.CachestatRange{}, &left, 0); err != nil {
		return fmt.Errorf("%w: the system does not tell what it caches of %s: %w", ErrCannot, path, err)
	}
	if left.Cache != 0 {
		return fmt.Errorf("%w: %d pages of %s stay in the page cache", ErrCannot, left.Cache, path)
	}
	return nil
}
