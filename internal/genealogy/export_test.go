package genealogy

import "encoding/binary"

// KeepRecent lets graphs keep so many entries decoded, a power of two, and returns
// what puts that back.
func KeepRecent(n int) (back func()) {
	before := recentMost
	recentMost = n
	return func() { recentMost = before }
}

// FormPair is how a snapshot says that a spelling has a form.
func FormPair(form, code string) []byte {
	return binary.LittleEndian.AppendUint64(binary.LittleEndian.AppendUint64(nil, hash64(0, form)), hash64(0, code))
}
