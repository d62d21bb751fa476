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
func create(ctx context.Context, path string, g ledger.Genesis, by string, now time.Time) (ledger.Head, error) {
	err := boltstore.Create(ctx, path, g, by, now)
	switch {
	case errors.Is(err, fs.ErrExist):
		return ledger.Head{}, fmt.Errorf("%q: %w", path, ErrExists)
	case err != nil && outcomeUnknown(err):
		return ledger.Head{}, &OutcomeUnknownError{err}
	case err != nil:
		return ledger.Head{}, err
	}
	l, err := open(ctx, path, true, 0)
	if err != nil {
		return ledger.Head{}, &UnfinishedError{err}
	}
	_ = l.Close() // it was only read
	return l.Head(), nil
}

// open opens a ledger file, which must exist.
func open(ctx context.Context, path string, readOnly bool, wait time.Duration) (*ledger.Ledger, error) {
	s, err := boltstore.Open(ctx, path, boltstore.Options{ReadOnly: readOnly, Wait: wait})
	if err != nil {
		return nil, noLedger(path, err)
	}
	l, err := ledger.Open(ctx, s)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%q: %w", path, err), s.Close())
	}
	return l, nil
}
