package ledgertest

import (
	"golang.org/x/mod/sumdb/tlog"

	"suyuan/internal/ledger"
)

// An Alike is a tree of records that are all alike, of any size: by level, the hash of every whole subtree.
type Alike [64]ledger.Hash

// NewAlike returns the tree of records with this leaf hash.
func NewAlike(leaf ledger.Hash) *Alike {
	a := &Alike{leaf}
	for level := 1; level < len(a); level++ {
		a[level] = tlog.NodeHash(a[level-1], a[level-1])
	}
	return a
}

// ReadHashes implements tlog.HashReader.
func (a *Alike) ReadHashes(indexes []int64) ([]ledger.Hash, error) {
	out := make([]ledger.Hash, len(indexes))
	for i, index := range indexes {
		level, _ := tlog.SplitStoredHashIndex(index)
		out[i] = a[level]
	}
	return out, nil
}
