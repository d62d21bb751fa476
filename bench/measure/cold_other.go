//go:build !linux

package measure

import "fmt"

// Chill cannot be done here: the system does not tell what it caches.
func Chill(...string) error {
	return fmt.Errorf("%w: no way to drop files from the cache of this system, and to see that they are gone", ErrCannot)
}
