//go:build !windows

package boltstore

import (
	"errors"
	"os"
)

// syncDir makes a new name in a directory durable.
func syncDir(dir string) error {
	d, err := os.Open(dir) //nolint:gosec // the folder of the ledger that the caller names
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
