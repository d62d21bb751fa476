//go:build !race

package boltstore_test

// slowed says that the race detector makes everything ten times slower.
const slowed = false
