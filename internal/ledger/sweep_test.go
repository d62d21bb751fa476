package ledger_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"reflect"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"suyuan/internal/ledger"
	"suyuan/internal/ledger/ledgertest"
)

// failer is what tests and properties both are.
type failer interface {
	Helper()
	Errorf(format string, args ...any)
}

// wantSwept checks that a sweep finds the ledger sound where Verify does, with the same report, and only there.
func wantSwept(t failer, l *ledgertest.Loose, want ledger.Report) {
	t.Helper()
	got, sound := ledger.Sound(context.Background(), ledgertest.Swept{Loose: l})
	if sound != want.OK || sound && !reflect.DeepEqual(want, got) {
		t.Errorf("the sweep says sound: %v, %+v; the report %+v", sound, got, want)
	}
}

func TestASweepTakesNoTileTooMany(t *testing.T) {
	t.Parallel()
	whole := ledgertest.Loosen(t, storeOf(t, 3))
	for _, tt := range []struct {
		name string
		do   func(l *ledgertest.Loose)
	}{
		{"nothing", func(*ledgertest.Loose) {}},
		{"a tile of level 1", func(l *ledgertest.Loose) {
			l.Tiles = append(l.Tiles, ledger.Tile{Level: 1, Index: 0, Hashes: make([]byte, ledger.TileBytes)})
		}},
		{"many tiles of level 1", func(l *ledgertest.Loose) {
			for i := range uint64(100) {
				l.Tiles = append(l.Tiles, ledger.Tile{Level: 1, Index: i, Hashes: make([]byte, ledger.TileBytes)})
			}
		}},
		{"a tile of level 0", func(l *ledgertest.Loose) {
			l.Tiles = append(l.Tiles, ledger.Tile{Level: 0, Index: 0, Hashes: make([]byte, ledger.TileBytes)})
		}},
		{"a tile of level 200", func(l *ledgertest.Loose) {
			l.Tiles = append(l.Tiles, ledger.Tile{Level: 200, Index: math.MaxUint64 >> 8, Hashes: nil})
		}},
	} {
		l := whole.Clone()
		tt.do(l)
		if r := verify(t, l); r.OK != (tt.name == "nothing") {
			t.Errorf("%s: %+v", tt.name, r)
		}
	}
}

func TestASweepHasAMarkForEachRecord(t *testing.T) {
	t.Parallel()
	whole := ledgertest.Loosen(t, storeOf(t, 600))
	o := ledger.VerifyOptions{Mark: func(rec *ledger.Record) byte { return byte(rec.Seq) ^ 0x5A }}
	r, err := ledger.VerifyWith(t.Context(), ledgertest.Swept{Loose: whole}, o)
	if err != nil || !r.OK || len(r.Marks) != 600 {
		t.Fatalf("%d marks, %+v, %v", len(r.Marks), r.Findings, err)
	}
	for seq, mark := range r.Marks {
		if mark != byte(seq)^0x5A {
			t.Errorf("record %d: mark %d", seq, mark)
		}
	}
	whole.Records[77][9] ^= 1
	if r, err = ledger.VerifyWith(t.Context(), ledgertest.Swept{Loose: whole}, o); err != nil || r.OK || r.Marks != nil {
		t.Errorf("an altered ledger: OK %v, %d marks, %v; want none", r.OK, len(r.Marks), err)
	}
}

// unreadable breaks off.
type unreadable struct {
	ledgertest.Swept
	after int
}

var errBroken = errors.New("the disk does not answer")

func (u unreadable) Sweep(ctx context.Context, to ledger.Sweep) error {
	n := 0
	record := to.Record
	to.Record = func(seq uint64, rec []byte) error {
		if n++; n > u.after {
			return errBroken
		}
		return record(seq, rec)
	}
	return u.Swept.Sweep(ctx, to)
}

func TestWhatASweepCannotReadIsLookedAtAgain(t *testing.T) {
	t.Parallel()
	whole := ledgertest.Loosen(t, storeOf(t, 600))
	for _, after := range []int{0, 1, 255, 256, 257, 599} {
		s := unreadable{ledgertest.Swept{Loose: whole}, after}
		if _, sound := ledger.Sound(t.Context(), s); sound {
			t.Errorf("broken off after %d records, and sound", after)
		}
		if r, err := ledger.Verify(t.Context(), s, nil); err != nil || !r.OK || r.Size != 600 {
			t.Errorf("broken off after %d records: %+v, %v; want what the thorough way says", after, r, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	_, err := ledger.Verify(ctx, ledgertest.Swept{Loose: whole}, func(done, _ uint64) {
		if done >= 256 {
			cancel()
		}
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// The number of workers is that of processors, which a test cannot have more of than there are; but it can have fewer.
func TestFindingsDoNotDependOnTheNumberOfWorkers(t *testing.T) {
	whole := ledgertest.Loosen(t, storeOf(t, 1300))
	for _, at := range []uint64{3, 255, 256, 700, 1299} {
		whole.Records[at][20] ^= 2
	}
	var reports []ledger.Report
	for _, n := range []int{1, 2, 7} {
		before := runtime.GOMAXPROCS(n)
		r, err := ledger.Verify(t.Context(), ledgertest.Swept{Loose: whole}, nil)
		runtime.GOMAXPROCS(before)
		if err != nil {
			t.Fatal(err)
		}
		reports = append(reports, r)
	}
	if diff := cmp.Diff(reports[0], reports[1]) + cmp.Diff(reports[0], reports[2]); diff != "" || len(reports[0].Findings) < 5 {
		t.Errorf("%v, and with more workers:\n%s", reports[0].Findings, diff)
	}
}

// usual are records that the quick reader has to take, or verify is as slow as the parser.
func usual(tb testing.TB) [][]byte {
	tb.Helper()
	hash := bytes.Repeat([]byte("0a"), 32)
	list := [][]byte{
		fmt.Appendf(nil, `{"by":"LC-H1/OP-7","event":{"a":[],"b":{},"c":[1,-20,true,false,null,{"x":"y"}],"id":"0195503e-6000-8000-8000-00000000002a","n":123456789012345,"note":"批次 7 – ok","type":"test"},`+
			`"prev":"%s","recorded":"2026-03-01T08:00:00.123Z","seq":41,"sig":[{"key":"k","sig":"AA=="}],"source":{"line":17,"name":"表.jsonl","sha256":"%s"},"v":1}`, hash, hash),
	}
	s := storeOf(tb, 40)
	for seq := range uint64(39) {
		rec, err := s.Record(tb.Context(), seq+1)
		if err != nil {
			tb.Fatal(err)
		}
		list = append(list, rec)
	}
	return list
}

func TestTheQuickReaderTakesTheUsualShape(t *testing.T) {
	t.Parallel()
	for _, b := range usual(t) {
		got, ok := ledger.Quickly(b)
		want, err := ledger.ParseSlowly(b)
		if diff := cmp.Diff(want, got); err != nil || !ok || diff != "" {
			t.Errorf("%s: quick %v, %v\n%s", b, ok, err, diff)
		}
	}
}

// Every flipped bit, and every byte left out or doubled: what the quick reader takes, the parser takes, and reads alike.
func TestTheQuickReaderTakesNothingElse(t *testing.T) {
	t.Parallel()
	for _, b := range usual(t)[:3] {
		for i := range b {
			for bit := range 8 {
				flipped := bytes.Clone(b)
				flipped[i] ^= 1 << bit
				wantSameReading(t, flipped)
			}
			wantSameReading(t, slices.Concat(b[:i], b[i+1:]))
			wantSameReading(t, slices.Concat(b[:i], b[i:i+1], b[i:]))
			wantSameReading(t, b[:i])
		}
	}
}

func wantSameReading(t *testing.T, b []byte) {
	t.Helper()
	got, ok := ledger.Quickly(b)
	if !ok {
		return
	}
	if want, err := ledger.ParseSlowly(b); err != nil || !reflect.DeepEqual(want, got) {
		t.Errorf("%q: the parser says %v\n%s", b, err, cmp.Diff(want, got))
	}
}

func FuzzQuickReader(f *testing.F) {
	for _, b := range usual(f)[:3] {
		f.Add(b)
	}
	f.Add([]byte(`{"by":"a","event":{"id":"0195503e-6000-8000-8000-00000000002a","type":7},"prev":"` + string(bytes.Repeat([]byte("0"), 64)) + `","recorded":"2026-02-29T08:00:00.123Z","seq":1,"v":1}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) <= ledger.MaxRecord {
			wantSameReading(t, b)
		}
	})
}

func TestTimesAreReadAsTheStandardLibraryReadsThem(t *testing.T) {
	t.Parallel()
	const form = "2006-01-02T15:04:05.000Z"
	for day := time.Date(1970, 1, 1, 23, 59, 59, 999e6, time.UTC); day.Year() < 2410; day = day.AddDate(0, 0, 1) {
		if got, ok := ledger.ParseTime([]byte(day.Format(form))); !ok || got != day {
			t.Fatalf("%s: %s, %v", day.Format(form), got, ok)
		}
	}
	good := []byte("2028-02-29T09:30:45.678Z")
	for i := range good {
		for c := range 256 {
			b := bytes.Clone(good)
			b[i] = byte(c)
			want, err := time.Parse(form, string(b))
			sound := err == nil && want.Year() >= 1970 && want.Format(form) == string(b)
			if got, ok := ledger.ParseTime(b); ok != sound || ok && got != want {
				t.Errorf("%q: %s, %v; want %s, %v", b, got, ok, want, err)
			}
		}
	}
	for _, bad := range []string{"", "2026-00-10T00:00:00.000Z", "2026-13-10T00:00:00.000Z", "2026-04-31T00:00:00.000Z", "2026-04-30T24:00:00.000Z", "2100-02-29T00:00:00.000Z", "1969-12-31T00:00:00.000Z"} {
		if got, ok := ledger.ParseTime([]byte(bad)); ok {
			t.Errorf("%q: %s", bad, got)
		}
	}
}

func TestIDsThatOccurTwiceAreFound(t *testing.T) {
	t.Parallel()
	const odd = 0x9E3779B97F4A7C15 // what spreads keys: multiples of its inverse fall into one part
	inverse := uint64(1)
	for range 6 {
		inverse *= 2 - odd*inverse
	}
	for _, tt := range []struct {
		name string
		key  func(n uint64) uint64
	}{
		{"counted", func(n uint64) uint64 { return n }},
		{"counted at the other end", func(n uint64) uint64 { return n << 43 }},
		{"chosen to fall together", func(n uint64) uint64 { return inverse * (n<<40 ^ n<<40>>32) }},
	} {
		var keys []uint64
		for n := range uint64(2_000_000) { // so that a part has buckets
			keys = append(keys, tt.key(n))
		}
		if n := ledger.Twice(keys); n != 0 {
			t.Errorf("%s: %d are found twice, want none", tt.name, n)
		}
		if n := ledger.Twice(append(keys, keys[0], keys[7], keys[7], keys[1_999_999])); n != 3 {
			t.Errorf("%s: %d are found twice, want 3", tt.name, n)
		}
	}
}
