package ledger_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"suyuan/internal/ledger"
	"suyuan/internal/ledger/ledgertest"
	"suyuan/internal/ledger/memstore"
)

// since verifies what came after the first size records of a ledger that once was whole.
func since(tb testing.TB, l ledger.Store, size uint64, root ledger.Hash) (ledger.Report, bool) {
	tb.Helper()
	r, ok, err := ledger.VerifySince(tb.Context(), l, size, root, nil)
	if err != nil {
		tb.Fatal(err)
	}
	return r, ok
}

func rootsAt(tb testing.TB, s ledger.Store, sizes ...uint64) map[uint64]ledger.Hash {
	tb.Helper()
	l := ledgertest.OpenLedger(tb, s)
	roots := make(map[uint64]ledger.Hash)
	for _, size := range sizes {
		root, err := l.RootAt(tb.Context(), size)
		if err != nil {
			tb.Fatal(err)
		}
		roots[size] = root
	}
	return roots
}

func TestVerifySinceSaysOfLaterRecordsWhatVerifySays(t *testing.T) {
	t.Parallel()
	whole := ledgertest.Loosen(t, storeOf(t, tamperSize))
	roots := rootsAt(t, whole, 1, 2, 255, 256, 257, 511, 512, 513, 519, 520)
	sound := verify(t, whole)
	for size, root := range roots {
		if got, ok := since(t, whole, size, root); !ok || !reflect.DeepEqual(got, sound) {
			t.Errorf("since %d: %v, %+v; want %+v", size, ok, got, sound)
		}
	}
	for _, tamper := range tampers {
		for _, n := range []uint64{2, 255, 256, 257, 258, 511, 513, 514, 517} {
			l := whole.Clone()
			tamper.do(l, n)
			want := summary(verify(t, l))
			for size, root := range roots {
				r, ok := since(t, l, size, root)
				// What is altered in the tile of the checkpoint itself leaves nothing to go on from. What is before it is not read; but records that
				// were moved show where it ends.
				switch start := (size - 1) / 256 * 256; {
				case n >= size+2 && (!ok || summary(r) != want):
					t.Errorf("since %d, %s, record %d: %v, got %s, want %s", size, tamper.name, n, ok, summary(r), want)
				case n >= start+2 && n < size && ok && r.OK:
					t.Errorf("since %d, %s, record %d: found sound", size, tamper.name, n)
				case n < start && !strings.Contains(tamper.name, "moved") && (!ok || !r.OK):
					t.Errorf("since %d, %s, record %d: %v, %s; it is not to be read", size, tamper.name, n, ok, summary(r))
				}
			}
		}
	}
}

func TestVerifySinceGoesOnFromNoOtherRoot(t *testing.T) {
	t.Parallel()
	whole := ledgertest.Loosen(t, storeOf(t, tamperSize))
	for size, root := range rootsAt(t, whole, 1, 256, 257, 520) {
		root[7] ^= 1
		if r, ok := since(t, whole, size, root); ok {
			t.Errorf("since %d with another root: %+v", size, r)
		}
	}
	root := rootsAt(t, whole, 520)[520]
	for _, size := range []uint64{0, 519, 521, 1 << 60} {
		if r, ok := since(t, whole, size, root); ok {
			t.Errorf("since %d with the root of 520: %+v", size, r)
		}
	}
	for i := range whole.Tiles {
		l := whole.Clone()
		l.Tiles[i].Hashes[99] ^= 1
		if r, ok := since(t, l, 520, root); ok {
			t.Errorf("tile %d altered: %+v", i, r)
		}
		l.Tiles = l.Tiles[:i]
		if r, ok := since(t, l, 520, root); ok {
			t.Errorf("tile %d gone: %+v", i, r)
		}
	}
}

func TestVerifySinceTakesEarlierTilesFromThoseAboveThem(t *testing.T) {
	t.Parallel()
	const size, at = 66_200, 66_000
	s := memstore.New()
	l := ledgertest.NewLedger(t, s)
	if _, err := l.Append(t.Context(), epoch.Add(time.Hour), ledger.AppendOptions{}, ledgertest.Entries(1, size)); err != nil {
		t.Fatal(err)
	}
	mustClose(t, l)
	whole := ledgertest.Loosen(t, s.Reopen())
	root := rootsAt(t, whole, at)[at]
	upper := len(whole.Tiles) - 1
	for _, tt := range []struct {
		name string
		do   func(l *ledgertest.Loose)
		want string // "none" where it has nothing to go on from
	}{
		{"nothing", func(*ledgertest.Loose) {}, ""},
		{"an earlier record", func(l *ledgertest.Loose) { l.Records[77][40] ^= 1 }, ""},
		{"an earlier tile", func(l *ledgertest.Loose) { l.Tiles[7].Hashes[40] ^= 1 }, ""},
		{"the tile above", func(l *ledgertest.Loose) { l.Tiles[upper].Hashes[40] ^= 1 }, "none"},
		{"a later record", func(l *ledgertest.Loose) { flipAt(l.Records[at+150], `"type":"`, 'x') }, fmt.Sprint("altered:", at+150)},
		{"a tile too many", func(l *ledgertest.Loose) {
			l.Tiles = append(l.Tiles, ledger.Tile{Level: 1, Index: 1, Hashes: l.Tiles[upper].Hashes})
		}, "tile:-"},
	} {
		l := whole.Clone()
		tt.do(l)
		r, ok := since(t, l, at, root)
		if !ok && tt.want == "none" {
			continue
		}
		if !ok || summary(r) != tt.want || r.Size != size {
			t.Errorf("%s: %v, %d records, %s; want %s", tt.name, ok, r.Size, summary(r), tt.want)
		}
	}
}
