package ledger_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"suyuan/internal/ledger"
	"suyuan/internal/ledger/ledgertest"
)

// five hundred and twenty records are two full tiles and a tail.
const tamperSize = 520

// tampers are what can be done to a stored ledger, and what Verify must say: the code and record of each finding. n
// stands for the record at which the tampering is done.
var tampers = []struct {
	name string
	do   func(l *ledgertest.Loose, n uint64)
	want string
}{
	{"one digit of the event", func(l *ledgertest.Loose, n uint64) { flipAt(l.Records[n], `"type":"`, 'x') }, "altered:n"},
	{"one digit of prev", func(l *ledgertest.Loose, n uint64) { flipHex(l.Records[n], `"prev":"`) }, "altered:n"},
	{"the year of recorded", func(l *ledgertest.Loose, n uint64) { flipAt(l.Records[n], `"recorded":"2`, '9') }, "altered:n"},
	{"a quote", func(l *ledgertest.Loose, n uint64) { l.Records[n][1] ^= 1 }, "malformed:n"},
	{"its version", func(l *ledgertest.Loose, n uint64) { flipAt(l.Records[n], `,"v":`, '7') }, "unknown-version:n"},
	{"two records swapped", func(l *ledgertest.Loose, n uint64) {
		l.Records[n], l.Records[n-2] = l.Records[n-2], l.Records[n]
	}, "wrong-seq:n-2 wrong-seq:n"},
	{"a record removed", func(l *ledgertest.Loose, n uint64) { delete(l.Records, n) }, "missing:n"},
	{"a record removed and the rest moved up", func(l *ledgertest.Loose, n uint64) {
		for ; n < l.Size-1; n++ {
			l.Records[n] = l.Records[n+1]
		}
		delete(l.Records, n)
	}, "wrong-seq:n cut:519"},
	{"a record put in and the rest moved down", func(l *ledgertest.Loose, n uint64) {
		for i := l.Size; i > n; i-- {
			l.Records[i] = l.Records[i-1]
		}
		l.Records[n] = []byte(strings.Replace(string(l.Records[n]), `"type":"test"`, `"type":"fake"`, 1))
	}, "altered:n wrong-seq:n+1 beyond-head:520"},
}

func TestVerifyNamesWhatWasDoneAndNothingElse(t *testing.T) {
	t.Parallel()
	whole := ledgertest.Loosen(t, storeOf(t, tamperSize))
	if r := verify(t, whole); !r.OK || r.Size != tamperSize {
		t.Fatalf("a sound ledger: %+v", r)
	}
	for _, tamper := range tampers {
		for _, n := range []uint64{2, 100, 254, 255, 256, 257, 258, 511, 512, 513, 514, 516, 517} {
			l := whole.Clone()
			tamper.do(l, n)
			want := strings.NewReplacer(":n-2", fmt.Sprint(":", n-2), ":n+1", fmt.Sprint(":", n+1), ":n", fmt.Sprint(":", n)).Replace(tamper.want)
			if got := summary(verify(t, l)); got != want {
				t.Errorf("%s, record %d: got %s, want %s", tamper.name, n, got, want)
			}
		}
	}
}

func TestVerifyNamesEveryFlippedByte(t *testing.T) {
	t.Parallel()
	for _, size := range []int{1, 2, 3, 5} {
		whole := ledgertest.Loosen(t, storeOf(t, size))
		for n := range whole.Size {
			for i := range whole.Records[n] {
				l := whole.Clone()
				l.Records[n][i] ^= 4
				r := verify(t, l)
				if r.OK || r.Findings[0].Seq != n || len(r.Findings) > 2 {
					t.Errorf("size %d, record %d, byte %d: %v", size, n, i, r.Findings)
				}
			}
		}
	}
}

func TestVerifyChecksHeadAndTiles(t *testing.T) {
	t.Parallel()
	whole := ledgertest.Loosen(t, storeOf(t, tamperSize))
	other := ledgertest.Loosen(t, storeOf(t, 3))
	for _, tt := range []struct {
		name string
		do   func(l *ledgertest.Loose)
		want string
	}{
		{"last record gone", func(l *ledgertest.Loose) { delete(l.Records, 519) }, "cut:519"},
		{"last tile and more gone", func(l *ledgertest.Loose) {
			for n := uint64(300); n < 520; n++ {
				delete(l.Records, n)
			}
		}, "cut:300"},
		{"a record under the last number", func(l *ledgertest.Loose) { l.Records[math.MaxUint64] = l.Records[519] }, "beyond-head:-"},
		{"a record under the last number but one", func(l *ledgertest.Loose) { l.Records[math.MaxUint64-1] = l.Records[519] }, "beyond-head:-"},
		{"a record under a number too large", func(l *ledgertest.Loose) { l.Records[1<<53] = l.Records[519] }, "beyond-head:-"},
		{"a record under the largest number", func(l *ledgertest.Loose) { l.Records[1<<53-1] = l.Records[519] }, "wrong-seq:9007199254740991 beyond-head:9007199254740991"},
		{"a record some way beyond the head", func(l *ledgertest.Loose) { l.Records[700] = l.Records[519] }, "wrong-seq:700 beyond-head:700"},
		{"a record beyond the head", func(l *ledgertest.Loose) { l.Records[520] = l.Records[519] }, "wrong-seq:520 beyond-head:520"},
		{"last record altered", func(l *ledgertest.Loose) { flipAt(l.Records[519], `"type":"`, 'x') }, "altered:519"},
		{"prev of the last record altered", func(l *ledgertest.Loose) { flipHex(l.Records[519], `"prev":"`) }, "altered:519"},
		{"head's last hash", func(l *ledgertest.Loose) { flipHex(l.HeadBlob, `"last":"`) }, "last:519"},
		{"head's time", func(l *ledgertest.Loose) { flipAt(l.HeadBlob, `"recorded":"2`, '9') }, "last:519"},
		{"head's root", func(l *ledgertest.Loose) { flipHex(l.HeadBlob, `"root":"`) }, "head-malformed:-"},
		{"head's edge", func(l *ledgertest.Loose) { flipHex(l.HeadBlob, `"edge":["`) }, "head-malformed:-"},
		{"head's origin", func(l *ledgertest.Loose) { flipAt(l.HeadBlob, `"origin":"`, 'x') }, "genesis:0"},
		{"head's version", func(l *ledgertest.Loose) { flipAt(l.HeadBlob, `,"v":`, '8') }, "unknown-version:-"},
		{"another ledger's head", func(l *ledgertest.Loose) { l.HeadBlob = other.HeadBlob }, "head-malformed:-"},
		{"no head", func(l *ledgertest.Loose) { l.HeadBlob, l.Size = nil, 0 }, "not-a-ledger:- tile:- tile:-"},
		{"a hash of a tile", func(l *ledgertest.Loose) { l.Tiles[1].Hashes[7*32] ^= 1 }, "tile:263"},
		{"a tile gone", func(l *ledgertest.Loose) { l.Tiles = l.Tiles[1:] }, "tile:-"},
		{"a tile too short", func(l *ledgertest.Loose) { l.Tiles[0].Hashes = l.Tiles[0].Hashes[32:] }, "tile:-"},
		{"a tile too many", func(l *ledgertest.Loose) {
			l.Tiles = append(l.Tiles, ledger.Tile{Level: 1, Index: 0, Hashes: l.Tiles[0].Hashes})
		}, "tile:-"},
	} {
		l := whole.Clone()
		tt.do(l)
		if got := summary(verify(t, l)); got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.name, got, tt.want)
		}
	}
}

func TestVerifyCountsWhatItJudgedAndGivesNoRootWhereThereAreGaps(t *testing.T) {
	t.Parallel()
	whole := ledgertest.Loosen(t, storeOf(t, tamperSize))
	for _, gone := range []uint64{5, 300, 515} {
		l := whole.Clone()
		delete(l.Records, gone)
		if r := verify(t, l); r.Size != tamperSize-1 || r.Root != (ledger.Hash{}) {
			t.Errorf("record %d gone: size %d, root %x; want %d and none", gone, r.Size, r.Root, tamperSize-1)
		}
	}
	l := whole.Clone()
	l.Records[5][40] ^= 1
	if r := verify(t, l); r.Size != tamperSize || r.Root == (ledger.Hash{}) {
		t.Errorf("record 5 altered: size %d, root %x; want %d and that of what is there", r.Size, r.Root, tamperSize)
	}
}

func TestOpenNoticesARecordHoweverFarBeyondTheHead(t *testing.T) {
	t.Parallel()
	whole := ledgertest.Loosen(t, storeOf(t, 3))
	for _, at := range []uint64{3, 4, 1 << 53, math.MaxUint64 - 1, math.MaxUint64} {
		l := whole.Clone()
		l.Records[at] = l.Records[2]
		if _, err := ledger.Open(t.Context(), l); !errors.Is(err, ledger.ErrDamaged) || !strings.Contains(err.Error(), fmt.Sprintf("record %d", at)) {
			t.Errorf("record %d: %v, want ErrDamaged that names it", at, err)
		}
	}
	if _, err := ledger.Open(t.Context(), whole); err != nil {
		t.Errorf("a sound ledger: %v", err)
	}
}

func verify(tb testing.TB, s ledger.Store) ledger.Report {
	tb.Helper()
	r, err := ledger.Verify(context.Background(), s, nil)
	if err != nil {
		tb.Fatal(err)
	}
	if r.OK != (len(r.Findings) == 0) {
		tb.Errorf("OK is %v with findings %v", r.OK, r.Findings)
	}
	if loose, ok := s.(*ledgertest.Loose); ok {
		wantSwept(tb, loose, r)
	}
	return r
}

func summary(r ledger.Report) string {
	var out []string
	for _, f := range r.Findings {
		at := fmt.Sprint(f.Seq)
		if f.Seq == ledger.NoSeq {
			at = "-"
		}
		out = append(out, fmt.Sprintf("%s:%s", f.Code, at))
	}
	return strings.Join(out, " ")
}

// flipAt overwrites the byte after the first occurrence of mark.
func flipAt(b []byte, mark string, c byte) { b[bytes.Index(b, []byte(mark))+len(mark)] = c }

// flipHex changes the hexadecimal digit after the first occurrence of mark.
func flipHex(b []byte, mark string) {
	at := bytes.Index(b, []byte(mark)) + len(mark)
	b[at] = "123456789abcdef0"[strings.IndexByte("0123456789abcdef", b[at])]
}
