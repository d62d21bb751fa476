package ledger_test

import (
	"bytes"
	"context"
	"errors"
	"iter"
	"slices"
	"strings"
	"testing"
	"time"

	"suyuan/internal/ledger"
	"suyuan/internal/ledger/ledgertest"
	"suyuan/internal/ledger/memstore"
)

// lines returns the bytes of a store's records.
func lines(tb testing.TB, s ledger.Store) [][]byte {
	tb.Helper()
	var out [][]byte
	err := s.Scan(tb.Context(), 0, 1<<53, func(_ uint64, b []byte) error {
		out = append(out, b)
		return nil
	})
	if err != nil {
		tb.Fatal(err)
	}
	return out
}

// reused yields records in one buffer that is written over, as a reader of a file does.
func reused(records [][]byte) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		var buf []byte
		for _, b := range records {
			buf = append(buf[:0], b...)
			if !yield(buf, nil) {
				return
			}
			clear(buf)
		}
	}
}

func TestRebuildMakesTheSameLedgerFromItsRecords(t *testing.T) {
	t.Parallel()
	for _, size := range []int{1, 2, 255, 256, 257, 600, 65_537} {
		if size > 1000 && testing.Short() {
			continue
		}
		old := bulkStore(t, size)
		s := memstore.New()
		head, err := ledger.Rebuild(t.Context(), s, reused(lines(t, old)))
		if err != nil {
			t.Fatal(err)
		}
		_, want, _ := old.Head(t.Context())
		if n, got, err := s.Head(t.Context()); err != nil || n != uint64(size) || !bytes.Equal(got, want) || head.Size != n {
			t.Errorf("size %d: head %d %s, %v; want %s", size, n, got, err, want)
		}
		report, err := ledger.Verify(t.Context(), s, nil)
		if err != nil || !report.OK || report.Root != head.Root {
			t.Errorf("size %d: %+v, %v", size, report, err)
		}
		l := ledgertest.OpenLedger(t, s)
		if r := mustAppend(t, l, epoch.Add(90*24*time.Hour), entry(1<<20)); r[0].Seq != uint64(size) {
			t.Errorf("size %d: the next record is %d", size, r[0].Seq)
		}
		mustClose(t, l)
	}
}

// bulkStore is storeOf with few commits.
func bulkStore(tb testing.TB, size int) *memstore.Store {
	tb.Helper()
	if size < 1000 {
		return storeOf(tb, size)
	}
	s := memstore.New()
	l := ledgertest.NewLedger(tb, s)
	for n := 1; n < size; n += 4096 {
		mustAppend(tb, l, epoch.Add(time.Duration(n)*time.Second), ledgertest.Entries(n, min(size, n+4096))...)
	}
	mustClose(tb, l)
	return s.Reopen()
}

func TestRebuildNamesTheRecordThatDoesNotFit(t *testing.T) {
	t.Parallel()
	sound := lines(t, storeOf(t, 9))
	other := lines(t, storeOf(t, 1))
	swap := func(i int, old, by string) func(r [][]byte) [][]byte {
		return func(r [][]byte) [][]byte {
			r[i] = bytes.Replace(r[i], []byte(old), []byte(by), 1)
			return r
		}
	}
	for name, tt := range map[string]struct {
		change func(r [][]byte) [][]byte
		code   ledger.Code
		seq    uint64
	}{
		"a flipped byte":        {swap(4, `"by":"`, `"by":"X`), ledger.CodePrev, 5},
		"a flipped bracket":     {swap(4, `{`, `[`), ledger.CodeRecord, 4},
		"another version":       {swap(4, `"v":1`, `"v":2`), ledger.CodeVersion, 4},
		"no record 0":           {func(r [][]byte) [][]byte { return r[1:] }, ledger.CodeSeq, 0},
		"a record left out":     {func(r [][]byte) [][]byte { return append(r[:3:3], r[4:]...) }, ledger.CodeSeq, 3},
		"two swapped":           {func(r [][]byte) [][]byte { r[3], r[4] = r[4], r[3]; return r }, ledger.CodeSeq, 3},
		"one twice":             {func(r [][]byte) [][]byte { r[4] = r[3]; return r }, ledger.CodeSeq, 4},
		"two ledgers":           {func(r [][]byte) [][]byte { return append(r, other...) }, ledger.CodeSeq, 9},
		"a line end of a DOS":   {func(r [][]byte) [][]byte { r[2] = append(r[2], '\r'); return r }, ledger.CodeRecord, 2},
		"a cut record":          {func(r [][]byte) [][]byte { r[8] = r[8][:20]; return r }, ledger.CodeRecord, 8},
		"an empty one":          {func(r [][]byte) [][]byte { r[8] = nil; return r }, ledger.CodeRecord, 8},
		"recorded going back":   {chained(5, func(r *ledger.Record) { r.Recorded = epoch }), ledger.CodeClock, 5},
		"an id twice":           {chained(7, func(r *ledger.Record) { r.Event = entry(3).Event }), ledger.CodeDouble, 7},
		"the id of a neighbour": {chained(8, func(r *ledger.Record) { r.Event = entry(7).Event }), ledger.CodeDouble, 8},
	} {
		records := make([][]byte, len(sound))
		for i := range sound {
			records[i] = bytes.Clone(sound[i])
		}
		s := memstore.New()
		_, err := ledger.Rebuild(t.Context(), s, reused(tt.change(records)))
		var misfit *ledger.FitError
		if !errors.As(err, &misfit) || misfit.Code != tt.code || misfit.Seq != tt.seq || !strings.Contains(err.Error(), string(tt.code)) {
			t.Errorf("%s: %v, want %s at record %d", name, err, tt.code, tt.seq)
		}
		if tt.code == ledger.CodeVersion && !errors.Is(err, ledger.ErrVersion) {
			t.Errorf("%s: %v, want ErrVersion", name, err)
		}
	}
	if _, err := ledger.Rebuild(t.Context(), memstore.New(), reused(nil)); !errors.Is(err, ledger.ErrNotLedger) {
		t.Errorf("nothing: %v, want ErrNotLedger", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := ledger.Rebuild(ctx, memstore.New(), reused(sound)); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// chained changes one record and gives those after it the prev that then fits.
func chained(at int, change func(r *ledger.Record)) func([][]byte) [][]byte {
	return func(raw [][]byte) [][]byte {
		var last ledger.Hash
		for i, b := range raw {
			rec, err := ledger.ParseRecord(b)
			if err != nil {
				panic(err)
			}
			if i == at {
				change(&rec)
			}
			rec.Prev = last
			raw[i] = ledger.AppendRecord(nil, rec)
			last = ledger.Record{Bytes: raw[i]}.Leaf()
		}
		return raw
	}
}

func followed(records [][]byte) iter.Seq2[ledger.Record, error] {
	return func(yield func(ledger.Record, error) bool) {
		var s ledger.Sequence
		for _, b := range records {
			rec, err := s.Follow(b)
			if !yield(rec, err) || err != nil {
				return
			}
		}
	}
}

func TestASuccessorCarriesRecordsOverAsTheyWere(t *testing.T) {
	t.Parallel()
	old := lines(t, storeOf(t, 300))
	var seq ledger.Sequence
	for _, b := range old[:290] {
		if _, err := seq.Follow(b); err != nil {
			t.Fatal(err)
		}
	}
	head, err := seq.Head()
	if err != nil {
		t.Fatal(err)
	}
	g := ledger.Genesis{Origin: "new.example", Created: epoch.Add(time.Hour * 9999), Succeeds: &ledger.Succeeds{Origin: head.Origin, Kept: 290, Root: head.Root, Size: 300}}
	s := memstore.New()
	broken := slices.Clone(old)
	broken[290] = bytes.Replace(old[290], []byte(`"seq":290`), []byte(`"seq":29O`), 1) // what is not kept may be anything
	if _, err := ledger.Continue(t.Context(), s, g, "S/OP-9", followed(broken)); err != nil {
		t.Fatal(err)
	}
	if report, err := ledger.Verify(t.Context(), s, nil); err != nil || !report.OK || report.Size != 290 {
		t.Fatalf("%+v, %v", report, err)
	}
	for n, b := range lines(t, s) {
		rec, err := ledger.ParseRecord(b)
		if err != nil {
			t.Fatal(err)
		}
		if n == 0 {
			if rec.By != "S/OP-9" || rec.Genesis.Succeeds.Root != head.Root || !rec.Recorded.Equal(epoch) {
				t.Errorf("record 0: %s", b)
			}
			continue
		}
		was, err := ledger.ParseRecord(old[n])
		if err != nil {
			t.Fatal(err)
		}
		was.Prev = rec.Prev
		if again := ledger.AppendRecord(nil, was); !bytes.Equal(again, b) {
			t.Errorf("record %d:\n%s\nwant\n%s", n, b, again)
		}
	}
}

func TestASuccessorOfTooFewRecordsIsNotMade(t *testing.T) {
	t.Parallel()
	old := lines(t, storeOf(t, 5))
	g := ledger.Genesis{Origin: "new.example", Created: epoch, Succeeds: &ledger.Succeeds{Origin: "o", Kept: 6, Size: 6}}
	if _, err := ledger.Continue(t.Context(), memstore.New(), g, "", followed(old)); err == nil {
		t.Error("6 records made of 5")
	}
	g.Succeeds = nil
	if _, err := ledger.Continue(t.Context(), memstore.New(), g, "", followed(old)); err == nil {
		t.Error("a successor of nobody was made")
	}
}
