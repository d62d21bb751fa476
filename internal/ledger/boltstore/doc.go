// Package boltstore keeps a ledger in one bbolt file, and a derived index of event ids in a second one beside it.
//
// docs/format.md sections 5 and 6 describe both files. The ledger file is made whole before it appears under its name,
// is never written after a failed commit, and is refused, with a reason, where it cannot be one: on a network file system,
// cut short, of another program, of a newer version. The index may be deleted at any time.
package boltstore
