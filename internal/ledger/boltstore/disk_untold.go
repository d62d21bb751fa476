//go:build !linux

package boltstore

import "os"

// Kernel returns the release of the running kernel; empty where it is not known.
func Kernel() string { return "" }

// FastCommits says that it is not known whether ext4 uses fast_commit: there is none here.
func FastCommits(string) (n int, known bool) { return 0, false }

// Holders says that the system does not tell who has locked a file.
func Holders(path string) (list []Holder, known bool, err error) {
	_, err = os.Stat(path)
	return nil, false, err
}
