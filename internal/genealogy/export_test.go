package genealogy

// KeepRecent lets graphs keep so many entries decoded, a power of two, and returns
// what puts that back.
func KeepRecent(n int) (back func()) {
	before := recentMost
	recentMost = n
	return func() { recentMost = before }
}
