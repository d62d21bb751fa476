package boltstore

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	bolt "go.etcd.io/bbolt"

	"suyuan/internal/durable"
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

// makeWhole is [durable.Make] on a file system that a ledger may lie on. No ledger gets the name of an index: whoever opens the
// ledger that it would belong to makes the index again, over what stands there.
func makeWhole(path string, write func(temp string) error) error {
	for _, ending := range [...]string{IndexPath(""), GenealogyPath(""), EventsPath("")} {
		if strings.HasSuffix(path, ending) {
			return fmt.Errorf("a name that ends in %q is that of an index, which is written over: name another", ending)
		}
	}
	if err := checkFileSystem(filepath.Dir(path)); err != nil {
		return err
	}
	var written error
	err := durable.Make(path, func(temp string) error {
		written = write(temp)
		return written
	})
	switch {
	case written != nil:
		return err // whoever wrote has explained it
	case errors.Is(err, durable.ErrNamed):
		return &ledger.UnknownOutcomeError{Err: err}
	}
	return explain(err)
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
		return nil, explain(err)
	}
	if err := guard(func() error { return db.Update(writeFormat) }); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return &Store{db: db, path: path, ids: new(idIndex)}, nil
}
