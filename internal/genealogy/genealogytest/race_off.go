//go:build !race

package genealogytest

// part is which part of what is drawn at random in memory is drawn over
// snapshots too.
const part = 3
