package boltstore

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	bolt "go.etcd.io/bbolt"

	"suyuan/internal/ledger"
)

// Create makes a ledger file at path, with record 0 in it; the arguments after path are those of ledger.Create. What is at
// path already is never touched: the error then wraps fs.ErrExist.
//
// The file is made under another name beside it, synced, and only then named path, so that after a crash there is a whole
// ledger or none. What a crash leaves has a name that ends in ".new" and can be removed. A [ledger.UnknownOutcomeError] says
// that the ledger is there and may be gone after a loss of power.
func Create(ctx context.Context, path string, g ledger.Genesis, by string, now time.Time) error {
	if err := create(ctx, path, g, by, now); err != nil {
		return fmt.Errorf("create ledger %q: %w", path, err)
	}
	return nil
}

func create(ctx context.Context, path string, g ledger.Genesis, by string, now time.Time) error {
	return makeWhole(path, func(temp string) error {
		return fill(ctx, temp, func(s ledger.Store) error { return ledger.Create(ctx, s, g, by, now) })
	})
}

// makeWhole makes the file at path, all or nothing: write makes it under another name beside path, durably, and then it is given
// its own, which must be free.
func makeWhole(path string, write func(temp string) error) error {
	if _, err := os.Lstat(path); err == nil {
		return fs.ErrExist
	}
	dir, base := filepath.Split(path)
	if dir == "" {
		dir = "."
	}
	if err := checkFileSystem(dir); err != nil {
		return err
	}
	file, err := os.CreateTemp(dir, "."+base+".*.new")
	if err != nil {
		return explain(err)
	}
	temp := file.Name()
	if err = file.Close(); err == nil {
		err = write(temp)
	}
	if err == nil {
		err = publish(temp, path)
	}
	left := os.Remove(temp)
	if err != nil {
		return errors.Join(err, unlessGone(left))
	}
	// From here on the file is there. A second name of it that could not be removed is only untidy.
	if err := syncDir(dir); err != nil {
		return &ledger.UnknownOutcomeError{Err: fmt.Errorf("it is made, and its folder cannot be synced: %w", err)}
	}
	return nil
}

func unlessGone(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// fill makes a store in an empty file, has it filled, and syncs it.
func fill(ctx context.Context, path string, into func(ledger.Store) error) error {
	s, err := makeEmpty(path)
	if err != nil {
		return err
	}
	err = into(s)
	if err == nil {
		err = ctx.Err()
	}
	if err == nil {
		err = guard(s.db.Sync)
	}
	return errors.Join(err, s.Close())
}

// makeEmpty makes a store without records in an empty file, without index.
func makeEmpty(path string) (*Store, error) {
	db, err := bolt.Open(path, 0o600, &bolt.Options{Timeout: time.Second, FreelistType: bolt.FreelistMapType})
	if err != nil {
		return nil, err
	}
	if err := guard(func() error { return db.Update(writeFormat) }); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return &Store{db: db, path: path, ids: new(idIndex)}, nil
}
