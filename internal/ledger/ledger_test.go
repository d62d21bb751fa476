package ledger_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"suyuan/internal/ledger"
	"suyuan/internal/ledger/memstore"
)

var epoch = time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)

func entry(n int) ledger.Entry {
	return ledger.Entry{By: "LC-H1/OP-7", Event: fmt.Appendf(nil, `{"id":"0195503e-6000-8000-8000-%012x","n":%d,"type":"test"}`, n+1, n)}
}

func TestSmoke(t *testing.T) {
	ctx := context.Background()
	s := memstore.New()
	if err := ledger.Create(ctx, s, ledger.Genesis{Origin: "example.org/x", Created: epoch}, "", epoch); err != nil {
		t.Fatal(err)
	}
	l, err := ledger.Open(ctx, s)
	if err != nil {
		t.Fatal(err)
	}
	var es []ledger.Entry
	for i := range 70000 {
		es = append(es, entry(i))
	}
	start := time.Now()
	rs, err := l.Append(ctx, epoch, ledger.AppendOptions{}, es)
	if err != nil {
		t.Fatal(err)
	}
	t.Log(time.Since(start), rs[len(rs)-1], l.Head())
	for _, size := range []uint64{1, 2, 255, 256, 257, 65535, 65536, 65537, 70001} {
		for _, seq := range []uint64{0, size / 2, size - 1} {
			root, err := l.RootAt(ctx, size)
			if err != nil {
				t.Fatal(err)
			}
			p, err := l.Prove(ctx, seq, size)
			if err != nil {
				t.Fatal(err)
			}
			rec, _ := l.Record(ctx, seq)
			if err := ledger.CheckInclusion(p, rec.Leaf(), root); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
}

func create(tb testing.TB, s ledger.Store) *ledger.Ledger {
	tb.Helper()
	if err := ledger.Create(tb.Context(), s, ledger.Genesis{Origin: "example.org/x", Created: epoch}, "", epoch); err != nil {
		tb.Fatal(err)
	}
	return open(tb, s)
}

func open(tb testing.TB, s ledger.Store) *ledger.Ledger {
	tb.Helper()
	l, err := ledger.Open(tb.Context(), s)
	if err != nil {
		tb.Fatal(err)
	}
	return l
}
