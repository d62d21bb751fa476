package boltstore_test

import (
	"path/filepath"
	"testing"

	"suyuan/internal/ledger"
	"suyuan/internal/ledger/boltstore"
	"suyuan/internal/ledger/ledgertest"
)

func TestBoltstoreKeepsTheContract(t *testing.T) {
	t.Parallel()
	ledgertest.Run(t, func(t *testing.T) ledgertest.Opener {
		t.Helper()
		path := filepath.Join(t.TempDir(), "suyuan.db")
		if err := boltstore.MakeEmpty(path); err != nil {
			t.Fatal(err)
		}
		return func() ledger.Store { return open(t, path) }
	})
}

func open(tb testing.TB, path string) *boltstore.Store {
	tb.Helper()
	s, err := boltstore.Open(tb.Context(), path, boltstore.Options{})
	if err != nil {
		tb.Fatal(err)
	}
	return s
}
