package logbook

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"suyuan/internal/ledger"
	"suyuan/internal/ledger/boltstore"
)

// create makes a ledger file and returns its head. After an
// [*OutcomeUnknownError] and an [*UnfinishedError] there is one.
func create(ctx context.Context, path string, g ledger.Genesis, by string, now time.Time, wait time.Duration) (ledger.Head, error) {
	err := boltstore.Create(ctx, path, g, by, now)
	switch {
	case errors.Is(err, fs.ErrExist):
		return ledger.Head{}, fmt.Errorf("%q: %w", path, ErrExists)
	case err != nil && outcomeUnknown(err):
		return ledger.Head{}, &OutcomeUnknownError{err}
	case err != nil:
		return ledger.Head{}, err
	}
	l, err := open(ctx, path, true, wait)
	if err != nil {
		return ledger.Head{}, &UnfinishedError{err}
	}
	_ = l.Close() // it was only read
	return l.Head(), nil
}

// open opens a ledger file, which must exist.
func open(ctx context.Context, path string, readOnly bool, wait time.Duration) (*ledger.Ledger, error) {
	return openIn(ctx, path, boltstore.Options{ReadOnly: readOnly, Wait: wait}, nil)
}

// openIn is open with a store around the file's, where around is not nil.
func openIn(ctx context.Context, path string, o boltstore.Options, around func(ledger.Store) (ledger.Store, error)) (*ledger.Ledger, error) {
	var s ledger.Store
	s, err := boltstore.Open(ctx, path, o)
	if err != nil {
		return nil, noLedger(path, err)
	}
	if around != nil {
		if s, err = around(s); err != nil {
			return nil, err
		}
	}
	l, err := ledger.Open(ctx, s)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%q: %w", path, err), s.Close())
	}
	return l, nil
}
