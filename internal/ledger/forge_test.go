package ledger_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"pgregory.net/rapid"

	"suyuan/internal/ledger"
	"suyuan/internal/ledger/ledgertest"
	"suyuan/internal/ledger/memstore"
)

// forge makes a store whose tiles and head agree with its records, whatever change has made of these. Each record's prev
// is right, unless change set it.
func forge(tb testing.TB, size int, change func(recs []ledger.Record)) *memstore.Store {
	tb.Helper()
	var recs []ledger.Record
	for rec, err := range ledgertest.OpenLedger(tb, storeOf(tb, size)).Records(tb.Context(), 0, 1<<40) {
		if err != nil {
			tb.Fatal(err)
		}
		rec.Prev = ledger.Hash{}
		recs = append(recs, rec)
	}
	change(recs)
	for i := range recs {
		if i > 0 && recs[i].Prev == (ledger.Hash{}) {
			recs[i].Prev = ledger.Record{Bytes: ledger.AppendRecord(nil, recs[i-1])}.Leaf()
		}
	}
	b, err := ledger.Forge(tb.Context(), "example.org/ledger", recs)
	if err != nil {
		tb.Fatal(err)
	}
	s := memstore.New()
	if err := s.Append(tb.Context(), b); err != nil {
		tb.Fatal(err)
	}
	return s
}

func TestVerifyFindsWhatALyingWriterMade(t *testing.T) {
	t.Parallel()
	for _, size := range []int{10, 300} {
		for _, tt := range []struct {
			name   string
			change func(recs []ledger.Record)
			want   string
		}{
			{"nothing", func([]ledger.Record) {}, ""},
			{"recorded going back", func(recs []ledger.Record) { recs[5].Recorded = epoch }, "clock-back:5"},
			{"an id twice", func(recs []ledger.Record) { recs[7].Event = recs[3].Event }, "double-id:7"},
			{"an id thrice", func(recs []ledger.Record) { recs[7].Event, recs[9].Event = recs[3].Event, recs[3].Event }, "double-id:7 double-id:9"},
			{"a prev that fits nothing", func(recs []ledger.Record) { recs[6].Prev = ledger.Hash{9} }, "broken-chain:6"},
			{"a wrong seq", func(recs []ledger.Record) { recs[6].Seq = 8 }, "wrong-seq:6"},
			{"an unsorted event", func(recs []ledger.Record) {
				recs[4].Event = append(bytes.TrimSuffix(recs[4].Event, []byte("}")), `,"a":1}`...)
			}, "malformed:4"},
			{"another origin", func(recs []ledger.Record) { recs[0].Genesis = &ledger.Genesis{Origin: "other", Created: epoch} }, "genesis:0"},
		} {
			want := tt.want
			if size == 10 && tt.name == "a prev that fits nothing" {
				want = "altered:5" // no tile says otherwise; and the root, which does, is not of record 5
			}
			if got := summary(verify(t, forge(t, size, tt.change))); got != want && got != want+" root:-" {
				t.Errorf("size %d, %s: got %s, want %s", size, tt.name, got, want)
			}
		}
	}
}

// A history rewritten as a whole agrees with itself: only a head kept elsewhere tells. The twin of what Verify finds.
func TestAWholeForgeryVerifiesAndHasAnotherRoot(t *testing.T) {
	t.Parallel()
	was := verify(t, storeOf(t, 300))
	is := verify(t, forge(t, 300, func(recs []ledger.Record) { recs[5].By = "someone-else" }))
	if !was.OK || !is.OK || was.Size != is.Size || was.Root == is.Root {
		t.Errorf("before %+v, after %+v", was, is)
	}
}

func TestVerifyNeverPassesALedgerThatWasTamperedWith(t *testing.T) {
	t.Parallel()
	whole := ledgertest.Loosen(t, storeOf(t, 530))
	rapid.Check(t, func(t *rapid.T) {
		l := whole.Clone()
		n := rapid.Uint64Range(0, 529).Draw(t, "record")
		m := rapid.Uint64Range(0, 529).Draw(t, "other record")
		what := rapid.SampledFrom([]string{"flip", "swap", "copy", "remove", "cut", "tile", "head"}).Draw(t, "what")
		chance := rand.New(rand.NewPCG(n, m))
		switch what {
		case "flip":
			l.Records[n][chance.IntN(len(l.Records[n]))] ^= 1 << chance.IntN(8)
		case "swap":
			l.Records[n], l.Records[m] = l.Records[m], l.Records[n]
		case "copy":
			l.Records[n] = l.Records[m]
		case "remove":
			delete(l.Records, n)
		case "cut":
			for i := n; i < 530; i++ {
				delete(l.Records, i)
			}
		case "tile":
			l.Tiles[n%2].Hashes[chance.IntN(ledger.TileBytes)] ^= 1 << chance.IntN(8)
		case "head":
			l.HeadBlob[chance.IntN(len(l.HeadBlob))] ^= 1 << chance.IntN(8)
		}
		r, err := ledger.Verify(context.Background(), l, nil)
		same := n == m && (what == "swap" || what == "copy")
		if err != nil || r.OK != same {
			t.Errorf("%s %d, %d: %+v, %v", what, n, m, r, err)
		}
		wantSwept(t, l, r)
		named := same || what == "tile" || what == "head"
		for _, f := range r.Findings {
			named = named || f.Seq == n || what == "swap" && f.Seq == m
		}
		if !named {
			t.Errorf("%s %d, %d: no finding names it: %v", what, n, m, r.Findings)
		}
	})
}

func TestVerifyTellsItsProgressAndStopsWhenCancelled(t *testing.T) {
	t.Parallel()
	s := storeOf(t, 600)
	ctx, cancel := context.WithCancel(t.Context())
	var last uint64
	_, err := ledger.Verify(ctx, s, func(done, total uint64) {
		if done < last || done > total || total != 600 {
			t.Errorf("progress %d of %d after %d", done, total, last)
		}
		last = done
	})
	if err != nil || last != 600 {
		t.Errorf("%v, progress up to %d", err, last)
	}
	cancel()
	if r, err := ledger.Verify(ctx, s, nil); err == nil {
		t.Errorf("cancelled, and yet %+v", r)
	}
}

// broken is a store that reports damage of its own, and cannot be read beyond a record.
type broken struct {
	*ledgertest.Loose
	at uint64
}

func (b *broken) Check(_ context.Context, report func(string)) error {
	report("page 7 is referred to twice")
	return nil
}

func (b *broken) Scan(ctx context.Context, from, to uint64, f func(uint64, []byte) error) error {
	if err := b.Loose.Scan(ctx, from, min(to, b.at), f); err != nil {
		return err
	}
	return fmt.Errorf("page 7: %w", ledger.ErrDamaged)
}

func TestVerifyReportsAStoreThatCannotBeRead(t *testing.T) {
	t.Parallel()
	loose := ledgertest.Loosen(t, storeOf(t, 300))
	loose.Records[3][7] ^= 1
	if got := summary(verify(t, &broken{loose, 200})); got != "altered:3 store-damaged:- store-damaged:-" {
		t.Errorf("got %s", got)
	}
}

func BenchmarkVerify(b *testing.B) {
	const size = 100_000
	s := memstore.New()
	l := ledgertest.NewLedger(b, s)
	if _, err := l.Append(b.Context(), epoch.Add(time.Hour), ledger.AppendOptions{}, ledgertest.Entries(1, size)); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if r, err := ledger.Verify(b.Context(), s, nil); err != nil || !r.OK {
			b.Fatal(r, err)
		}
	}
	b.ReportMetric(float64(size)*float64(b.N)/b.Elapsed().Seconds(), "records/s")
}

func BenchmarkParseRecord(b *testing.B) {
	rec, err := storeOf(b, 2).Record(b.Context(), 1)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(rec)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ledger.ParseRecord(rec); err != nil {
			b.Fatal(err)
		}
	}
}
