package ledger_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"suyuan/internal/ledger"
	"suyuan/internal/ledger/ledgertest"
	"suyuan/internal/ledger/memstore"
)

func TestAProofIsOfARecordBelowTheSize(t *testing.T) {
	t.Parallel()
	l := ledgertest.OpenLedger(t, storeOf(t, 5))
	defer mustClose(t, l)
	for _, c := range []struct{ seq, size uint64 }{{5, 5}, {3, 3}, {4, 3}, {0, 0}, {0, 6}, {1 << 60, 5}} {
		if p, err := l.Prove(t.Context(), c.seq, c.size); !errors.Is(err, ledger.ErrNoRecord) {
			t.Errorf("record %d of %d: %v, %v; want ErrNoRecord", c.seq, c.size, p, err)
		}
	}
	for _, c := range []struct{ old, size uint64 }{{0, 5}, {4, 3}, {0, 0}} {
		if p, err := l.Extend(t.Context(), c.old, c.size); err == nil {
			t.Errorf("from %d to %d: %v", c.old, c.size, p)
		}
	}
}

func TestProofsAreCheckedUpToTheLargestSizeAndNoFurther(t *testing.T) {
	t.Parallel()
	a := ledgertest.NewAlike(ledger.Hash{})
	const largest = 1<<53 - 1
	for size, want := range map[int64]bool{largest - 1: true, largest: true, largest + 1: false, largest + 2: false} {
		root, err := tlog.TreeHash(size, a)
		if err != nil {
			t.Fatal(err)
		}
		hashes, err := tlog.ProveRecord(size, size-1, a)
		if err != nil {
			t.Fatal(err)
		}
		p := ledger.Proof{Seq: uint64(size - 1), Size: uint64(size), Hashes: hashes}
		if err := ledger.CheckInclusion(p, a[0], root); (err == nil) != want {
			t.Errorf("inclusion at size %d: %v, want accepted %v", size, err, want)
		}
		extension, err := tlog.ProveTree(size, 3, a)
		if err != nil {
			t.Fatal(err)
		}
		three := tlog.NodeHash(a[1], a[0])
		if err := ledger.CheckConsistency(extension, 3, three, uint64(size), root); (err == nil) != want {
			t.Errorf("consistency up to size %d: %v, want accepted %v", size, err, want)
		}
	}
}

func TestTimesAreThoseOfTheCalendar(t *testing.T) {
	t.Parallel()
	sound := fmt.Sprintf(recordOK, 1)
	for text, want := range map[string]bool{
		"1970-01-01T00:00:00.000Z": true,
		"1969-12-31T23:59:59.999Z": false,
		"2000-02-29T23:59:59.999Z": true,
		"2100-02-29T00:00:00.000Z": false,
		"9999-12-31T23:59:59.999Z": true,
		"2026-00-10T10:10:10.000Z": false,
		"2026-10-00T10:10:10.000Z": false,
		"2026-10-32T10:10:10.000Z": false,
		"2026-10-31T24:00:00.000Z": false,
		"2026-10-31T10:60:00.000Z": false,
		"2026-10-31T10:59:60.000Z": false,
		"2026-10-31T10:5:000.000Z": false,
		"2026-10-31 10:59:59.000Z": false,
	} {
		rec, err := ledger.ParseRecord([]byte(strings.Replace(sound, "2026-03-01T08:00:00.123Z", text, 1)))
		if (err == nil) != want {
			t.Errorf("%s: %v, want accepted %v", text, err, want)
		}
		if at, _ := time.Parse(time.RFC3339Nano, text); err == nil && !rec.Recorded.Equal(at) {
			t.Errorf("%s: read as %s", text, rec.Recorded)
		}
	}
}

func TestAnEntryIsRecordedUpToItsLimitsAndNoFurther(t *testing.T) {
	t.Parallel()
	source := func(change func(*ledger.Source)) *ledger.Source {
		s := &ledger.Source{Name: "a.jsonl", Line: 7, SHA256: strings.Repeat("ab", 32)}
		change(s)
		return s
	}
	for name, c := range map[string]struct {
		change func(*ledger.Entry)
		want   bool
	}{
		"by of 200 bytes":        {func(e *ledger.Entry) { e.By = strings.Repeat("x", 200) }, true},
		"by of 201 bytes":        {func(e *ledger.Entry) { e.By = strings.Repeat("x", 201) }, false},
		"by in no UTF-8":         {func(e *ledger.Entry) { e.By = "\xff" }, false},
		"no by":                  {func(e *ledger.Entry) { e.By = "" }, false},
		"signatures":             {func(e *ledger.Entry) { e.Sig = []byte(`[{"key":"k"},{"key":"l"}]`) }, true},
		"no signature in a list": {func(e *ledger.Entry) { e.Sig = []byte(`[]`) }, true},
		"half a list":            {func(e *ledger.Entry) { e.Sig = []byte(`[{"key":"k"}`) }, false},
		"more than a list":       {func(e *ledger.Entry) { e.Sig = []byte(`[]]`) }, false},
		"signatures out of form": {func(e *ledger.Entry) { e.Sig = []byte(`[{"b":1,"a":2}]`) }, false},
		"no list":                {func(e *ledger.Entry) { e.Sig = []byte(`{}`) }, false},
		"line 1":                 {func(e *ledger.Entry) { e.Source = source(func(s *ledger.Source) { s.Line = 1 }) }, true},
		"line 0":                 {func(e *ledger.Entry) { e.Source = source(func(s *ledger.Source) { s.Line = 0 }) }, false},
		"the last line":          {func(e *ledger.Entry) { e.Source = source(func(s *ledger.Source) { s.Line = 1<<53 - 1 }) }, true},
		"a line too many":        {func(e *ledger.Entry) { e.Source = source(func(s *ledger.Source) { s.Line = 1 << 53 }) }, false},
		"a name of 255 bytes":    {func(e *ledger.Entry) { e.Source = source(func(s *ledger.Source) { s.Name = strings.Repeat("n", 255) }) }, true},
		"a name of 256 bytes":    {func(e *ledger.Entry) { e.Source = source(func(s *ledger.Source) { s.Name = strings.Repeat("n", 256) }) }, false},
		"no name":                {func(e *ledger.Entry) { e.Source = source(func(s *ledger.Source) { s.Name = "" }) }, false},
		"a name in no UTF-8":     {func(e *ledger.Entry) { e.Source = source(func(s *ledger.Source) { s.Name = "\xff" }) }, false},
		"a digest in capitals": {func(e *ledger.Entry) {
			e.Source = source(func(s *ledger.Source) { s.SHA256 = strings.Repeat("AB", 32) })
		}, false},
		"a short digest": {func(e *ledger.Entry) {
			e.Source = source(func(s *ledger.Source) { s.SHA256 = strings.Repeat("ab", 31) })
		}, false},
		"a digest of no digits": {func(e *ledger.Entry) {
			e.Source = source(func(s *ledger.Source) { s.SHA256 = strings.Repeat("xy", 32) })
		}, false},
	} {
		s := memstore.New()
		l := ledgertest.NewLedger(t, s)
		e := entry(1)
		c.change(&e)
		_, err := appendAt(t, l, epoch, e)
		if (err == nil) != c.want {
			t.Errorf("%s: %v, want recorded %v", name, err, c.want)
		}
		if rec, readErr := l.Record(t.Context(), 1); err == nil && (readErr != nil || rec.By != e.By || string(rec.Sig) != string(e.Sig)) {
			t.Errorf("%s: %+v, %v", name, rec, readErr)
		}
		if r := verify(t, s); !r.OK {
			t.Errorf("%s: %v", name, r.Findings)
		}
		mustClose(t, l)
	}
}
