//go:build !linux && !darwin && !windows

package boltstore

import "os"

// DiskOf says nothing of a disk here.
func DiskOf(path string) (Disk, error) {
	_, err := os.Stat(path)
	return Disk{}, err
}
