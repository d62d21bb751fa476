package boltstore_test

import (
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"suyuan/internal/ledger"
	"suyuan/internal/ledger/boltstore"
	"suyuan/internal/ledger/ledgertest"
)

func benchLedger(b *testing.B) *ledger.Ledger {
	b.Helper()
	path := filepath.Join(b.TempDir(), "suyuan.db")
	if err := boltstore.Create(b.Context(), path, genesis, "", ledgertest.Epoch); err != nil {
		b.Fatal(err)
	}
	l := ledgertest.OpenLedger(b, open(b, path))
	b.Cleanup(func() {
		if err := l.Close(); err != nil {
			b.Error(err)
		}
	})
	return l
}

func report(b *testing.B, n int) {
	b.Helper()
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "records/s")
}

func BenchmarkAppendOneClient(b *testing.B) {
	l := benchLedger(b)
	n := 0
	for b.Loop() {
		n++
		if _, err := l.Append(b.Context(), ledgertest.Epoch, ledger.AppendOptions{}, ledgertest.Entries(n, n+1)); err != nil {
			b.Fatal(err)
		}
	}
	report(b, n)
}

func BenchmarkAppendManyClients(b *testing.B) {
	const clients = 64
	l := benchLedger(b)
	var next atomic.Int64
	var wg sync.WaitGroup
	b.ResetTimer()
	for range clients {
		wg.Go(func() {
			for n := int(next.Add(1)); n <= b.N; n = int(next.Add(1)) {
				if _, err := l.Append(b.Context(), ledgertest.Epoch, ledger.AppendOptions{}, ledgertest.Entries(n, n+1)); err != nil {
					b.Error(err)
				}
			}
		})
	}
	wg.Wait()
	report(b, b.N)
}

func BenchmarkAppendBatches(b *testing.B) {
	const size = 1000
	l := benchLedger(b)
	n := 0
	for b.Loop() {
		if _, err := l.Append(b.Context(), ledgertest.Epoch, ledger.AppendOptions{}, ledgertest.Entries(n, n+size)); err != nil {
			b.Fatal(err)
		}
		n += size
	}
	report(b, n)
}

func BenchmarkVerifyFile(b *testing.B) {
	const size = 100_000
	path := newFile(b, 1)
	l := ledgertest.OpenLedger(b, open(b, path))
	if _, err := l.Append(b.Context(), ledgertest.Epoch, ledger.AppendOptions{}, ledgertest.Entries(1, size)); err != nil {
		b.Fatal(err)
	}
	if err := l.Close(); err != nil {
		b.Fatal(err)
	}
	n := 0
	for b.Loop() {
		if r := verify(b, path); !r.OK {
			b.Fatal(r.Findings)
		}
		n += size
	}
	report(b, n)
}

func BenchmarkLookup(b *testing.B) {
	const size = 100_000
	l := benchLedger(b)
	if _, err := l.Append(b.Context(), ledgertest.Epoch, ledger.AppendOptions{}, ledgertest.Entries(0, size)); err != nil {
		b.Fatal(err)
	}
	id := ledgertest.EntryID(b, ledgertest.Entry(size/2))
	for b.Loop() {
		if _, ok, err := l.Lookup(b.Context(), id); !ok || err != nil {
			b.Fatal(ok, err)
		}
	}
}
