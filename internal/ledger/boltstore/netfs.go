package boltstore

import (
	"errors"
	"fmt"

	"suyuan/internal/ledger"
)

// ErrNetwork says that a folder is on a file system of another machine.
var ErrNetwork = errors.New("keep it on a disk of this machine")

// refuse says that a file system of this kind is one of another machine: locks on it do not hold, what is mapped goes
// stale, and a sync says little.
func refuse(kind string) error {
	return fmt.Errorf("the folder is on a network file system (%s), where a ledger is not safe: %w: %w", kind, ErrNetwork, ledger.ErrNotLedger)
}
