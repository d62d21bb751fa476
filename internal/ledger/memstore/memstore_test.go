package memstore_test

import (
	"testing"

	"suyuan/internal/ledger"
	"suyuan/internal/ledger/ledgertest"
	"suyuan/internal/ledger/memstore"
)

func TestMemstoreKeepsTheContract(t *testing.T) {
	t.Parallel()
	ledgertest.Run(t, func(*testing.T) ledgertest.Opener {
		s := memstore.New()
		return func() ledger.Store {
			s = s.Reopen()
			return s
		}
	})
}
