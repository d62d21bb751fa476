package boltstore

import (
	"context"
	"os"

	bolt "go.etcd.io/bbolt"
)

// How many of bbolt's complaints are passed on: one damaged page can make a million.
const maxComplaints = 16

// Check implements ledger.Checker: it reads every page, and then has bbolt check itself, which it can only survive where
// the pages are sound.
func (s *Store) Check(ctx context.Context, report func(what string)) error {
	file, err := os.Open(s.path)
	if err != nil {
		return err
	}
	defer file.Close() //nolint:errcheck // it was only read
	return s.view(ctx, func(tx *bolt.Tx) error {
		info, err := file.Stat()
		if err != nil {
			return err
		}
		if err := checkPages(file, info.Size(), true); err != nil {
			report(err.Error())
			return nil
		}
		n := 0
		for err := range tx.Check() {
			if n++; n <= maxComplaints {
				report(err.Error())
			}
		}
		return ctx.Err()
	})
}
