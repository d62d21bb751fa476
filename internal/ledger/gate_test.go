package ledger_test

import (
	"context"
	"runtime"
	"testing"
	"time"

	"suyuan/internal/ledger"
	"suyuan/internal/ledger/ledgertest"
	"suyuan/internal/ledger/memstore"
)

// gated is a store whose appends a test lets through one by one: each sends on enter, and goes on at leave.
type gated struct {
	ledger.Store
	enter, leave chan struct{}
	shut         bool
	batches      int
}

// close ends the time in which all appends go through; only before the test's first concurrent append.
func (g *gated) close() {
	g.enter, g.leave, g.shut = make(chan struct{}), make(chan struct{}), true
}

func (g *gated) yield() { runtime.Gosched() }

func (g *gated) Append(ctx context.Context, b ledger.Batch) error {
	g.batches++
	if g.shut {
		g.enter <- struct{}{}
		<-g.leave
	}
	return g.Store.Append(ctx, b)
}

// storeOf makes a store that holds a ledger of size records, a minute from one to the next.
func storeOf(tb testing.TB, size int) *memstore.Store {
	tb.Helper()
	s := memstore.New()
	l := ledgertest.NewLedger(tb, s)
	for n := 1; n < size; n++ {
		mustAppend(tb, l, epoch.Add(time.Duration(n)*time.Minute), entry(n))
	}
	mustClose(tb, l)
	return s.Reopen()
}
