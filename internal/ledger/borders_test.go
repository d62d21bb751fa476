package ledger_test

import (
	"bytes"
	"fmt"
	"math"
	"regexp"
	"strings"
	"testing"

	"suyuan/internal/ledger"
	"suyuan/internal/ledger/ledgertest"
)

// borders are sizes at which the last tile has none, one, two or three records, or lacks as many.
var borders = []int{253, 254, 255, 256, 257, 258, 259, 509, 510, 511, 512, 513, 514, 515}

func TestASoundLedgerVerifiesAtTheBordersOfTiles(t *testing.T) {
	t.Parallel()
	for _, size := range borders {
		s := storeOf(t, size)
		l := ledgertest.OpenLedger(t, s)
		if r := verify(t, s); !r.OK || r.Size != uint64(size) || r.Root != l.Head().Root {
			t.Errorf("size %d: %+v", size, r)
		}
		mustClose(t, l)
	}
}

func TestVerifyNamesWhatIsAlteredAtTheBordersOfTiles(t *testing.T) {
	t.Parallel()
	for _, size := range borders {
		whole := ledgertest.Loosen(t, storeOf(t, size))
		for _, n := range []uint64{1, 2, 254, 255, 256, 257, 258, 509, 510, 511, 512, 513, 514} {
			if n >= uint64(size) {
				continue
			}
			for name, do := range alterations(n) {
				l := whole.Clone()
				do(l)
				if r := verify(t, l); len(r.Findings) != 1 || r.Findings[0].Code != ledger.CodeAltered || r.Findings[0].Seq != n {
					t.Errorf("size %d, %s of record %d: %s", size, name, n, summary(r))
				}
			}
		}
		for i := range whole.Tiles {
			l := whole.Clone()
			l.Tiles = append(l.Tiles[:i:i], l.Tiles[i+1:]...)
			if got := summary(verify(t, l)); got != "tile:-" {
				t.Errorf("size %d, tile %d gone: %s", size, i, got)
			}
		}
		l := whole.Clone()
		l.Tiles = append(l.Tiles, ledger.Tile{Index: uint64(size) / 256, Hashes: bytes.Repeat([]byte{7}, ledger.TileBytes)})
		if got := summary(verify(t, l)); got != "tile:-" {
			t.Errorf("size %d, a tile too many: %s", size, got)
		}
	}
}

// A head that is sound by itself, and of another history of the same size, is told by its root alone.
func TestVerifyHoldsTheRecordsAgainstTheRootOfTheHead(t *testing.T) {
	t.Parallel()
	last := regexp.MustCompile(`"last":"[0-9a-f]{64}"`)
	for _, size := range append([]int{7, 8, 300}, borders...) {
		l := ledgertest.Loosen(t, storeOf(t, size))
		other := ledgertest.Loosen(t, forge(t, size, func(recs []ledger.Record) { recs[5].By = "someone-else" }))
		l.HeadBlob = last.ReplaceAll(other.HeadBlob, last.Find(l.HeadBlob))
		if got := summary(verify(t, l)); got != "root:-" {
			t.Errorf("size %d: %q, want a finding about the root", size, got)
		}
	}
}

func TestFindingsNameTheRecordsTheySpeakOf(t *testing.T) {
	t.Parallel()
	whole := ledgertest.Loosen(t, storeOf(t, tamperSize))
	small := ledgertest.Loosen(t, storeOf(t, 9))
	for _, tt := range []struct {
		of   *ledgertest.Loose
		do   func(l *ledgertest.Loose)
		want string
	}{
		{whole, func(l *ledgertest.Loose) { delete(l.Records, 518); delete(l.Records, 519) }, "records 518 to 519 are not there, the head says 520 records"},
		{whole, func(l *ledgertest.Loose) { delete(l.Records, 17); delete(l.Records, 18) }, "records 17 to 18 are not there"},
		{small, func(l *ledgertest.Loose) { delete(l.Records, 4) }, "records 4 to 4 are not there"},
		{whole, func(l *ledgertest.Loose) {
			l.Records[1<<53], l.Records[math.MaxUint64-1], l.Records[math.MaxUint64] = l.Records[3], l.Records[3], l.Records[3]
		}, "3 records are kept under numbers that no record can bear, the first under 9007199254740992"},
		{whole, func(l *ledgertest.Loose) { l.Records[520] = l.Records[519] }, "1 records are there, up to record 520, and the head says 520 records"},
		{small, func(l *ledgertest.Loose) { flipHex(l.Records[5], `"prev":"`) }, "its prev does not fit record 4, nor its hash the prev of record 6"},
		{whole, func(l *ledgertest.Loose) { l.Tiles[0].Hashes[7*32] ^= 1 }, "its hash and record 8 say"},
		{whole, func(l *ledgertest.Loose) { l.Tiles = l.Tiles[1:] }, "tile 0 of level 0 is not there or cannot be read"},
		{small, func(l *ledgertest.Loose) { l.Size = 8 }, "the head says 9 records, the store says 8"},
	} {
		l := tt.of.Clone()
		tt.do(l)
		var all strings.Builder
		for _, f := range verify(t, l).Findings {
			all.WriteString(f.What + "\n")
		}
		if !strings.Contains(all.String(), tt.want) {
			t.Errorf("found %q, want %q", all.String(), tt.want)
		}
	}
}

func TestAGapIsNamedWithoutAHeadToo(t *testing.T) {
	t.Parallel()
	l := ledgertest.Loosen(t, storeOf(t, 9))
	l.HeadBlob, l.Size = nil, 0
	delete(l.Records, 4)
	if got := summary(verify(t, l)); !strings.Contains(got, "missing:4") {
		t.Errorf("got %q, want it to say missing:4", got)
	}
}

// Where a tile is lost, what its last records were is told by those of the next tile, and the tree is judged with that.
func TestVerifyNamesWhatIsAlteredBesideALostTile(t *testing.T) {
	t.Parallel()
	for _, size := range borders {
		if size <= 256 {
			continue
		}
		whole := ledgertest.Loosen(t, storeOf(t, size))
		tiles := strings.Repeat(" tile:-", len(whole.Tiles))
		whole.Tiles = nil
		for _, n := range []uint64{1, 253, 254, 255, 256, 257, 258, 510, 511, 512, 513} {
			if n >= uint64(size) {
				continue
			}
			for name, do := range alterations(n) {
				l := whole.Clone()
				do(l)
				if got, want := summary(verify(t, l)), fmt.Sprintf("altered:%d", n)+tiles; got != want {
					t.Errorf("size %d, %s of record %d: %s, want %s", size, name, n, got, want)
				}
			}
		}
	}
}

// alterations are two ways to alter record n.
func alterations(n uint64) map[string]func(*ledgertest.Loose) {
	return map[string]func(*ledgertest.Loose){
		"an event": func(l *ledgertest.Loose) { flipAt(l.Records[n], `"type":"`, 'x') },
		"a prev":   func(l *ledgertest.Loose) { flipHex(l.Records[n], `"prev":"`) },
	}
}
