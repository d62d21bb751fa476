package boltstore

import (
	"fmt"

	"suyuan/internal/ledger"
)

// refuse says that a file system of this kind is one of another machine: locks on it do not hold, what is mapped goes
// stale, and a sync says little.
func refuse(kind string) error {
	return fmt.Errorf("the folder is on a network file system (%s), where a ledger is not safe: keep it on a disk of this machine: %w", kind, ledger.ErrNotLedger)
}
