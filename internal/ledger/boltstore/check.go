package boltstore

import (
	"context"
	"errors"
	"fmt"
	"os"

	bolt "go.etcd.io/bbolt"

	"suyuan/internal/ledger"
)

// How many complaints are passed on: one damaged page can make a million.
const maxComplaints = 16

// Check implements ledger.Checker: it reads every page, then has bbolt check itself, which it can only survive where the
// pages are sound, and then looks for what is no part of a ledger.
func (s *Store) Check(ctx context.Context, report func(what string)) error {
	file, err := os.Open(s.path)
	if err != nil {
		return err
	}
	defer file.Close() //nolint:errcheck // it was only read
	n := 0
	complain := func(format string, args ...any) {
		if n++; n <= maxComplaints {
			report(fmt.Sprintf(format, args...))
		}
	}
	err = s.view(ctx, func(tx *bolt.Tx) error {
		info, err := file.Stat()
		if err != nil {
			return err
		}
		switch err := checkPages(file, info.Size(), true); {
		case errors.Is(err, ledger.ErrDamaged), errors.Is(err, errNotBolt):
			complain("%v", err)
			return nil
		case err != nil:
			return err
		}
		for err := range tx.Check() {
			complain("%v", err)
		}
		return foreign(ctx, tx, complain)
	})
	if n > maxComplaints {
		report(fmt.Sprintf("and %d more of this kind", n-maxComplaints))
	}
	return err
}
