// Package anchor keeps the newest checkpoint of each ledger in a second place, a folder outside the ledger's own: who cuts a ledger's
// tail, rewrites it, or brings back an old copy, finds there what it was (docs/trust.md 5).
//
// [Folder.Swap] is the promise: of two that try to grow one ledger in different ways, one is refused, whether they are two goroutines, two
// processes or, where the file system locks across them, two hosts. What stands in the folder is a whole checkpoint at any moment, never a
// smaller one than before and never another root at a size that was signed.
//
// The package knows files and signed notes. Which keys to trust, and whether a ledger goes on from a checkpoint, it is told by its caller.
package anchor
