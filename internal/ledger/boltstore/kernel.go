package boltstore

import (
	"strconv"
	"strings"
)

// FastCommitLoses reports whether a Linux kernel of that release is one whose ext4 can lose synced writes where its feature
// fast_commit is on: it came with 5.10, and was mended in 5.10.94, 5.15.27 and 5.17 (bbolt issue 562). known is false for what is
// no release.
func FastCommitLoses(release string) (loses, known bool) {
	v, ok := parseRelease(release)
	if !ok {
		return false, false
	}
	at := func(major, minor, patch int) bool {
		return v[0] > major || v[0] == major && (v[1] > minor || v[1] == minor && v[2] >= patch)
	}
	switch {
	case !at(5, 10, 0), at(5, 17, 0):
		return false, true
	case v[1] == 10:
		return !at(5, 10, 94), true
	case v[1] == 15:
		return !at(5, 15, 27), true
	}
	return true, true // branches in between had ended before
}

// parseRelease reads the numbers that a release begins with: 5.10.93-generic.
func parseRelease(s string) (v [3]int, ok bool) {
	numbers := strings.FieldsFunc(s, func(r rune) bool { return r < '0' || r > '9' })
	if s == "" || s[0] < '0' || s[0] > '9' || len(numbers) < 2 {
		return v, false
	}
	for i := range min(3, len(numbers)) {
		n, err := strconv.Atoi(numbers[i])
		if err != nil {
			return v, false
		}
		v[i] = n
	}
	return v, true
}
