package ledger_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"suyuan/internal/ledger"
	"suyuan/internal/ledger/ledgertest"
	"suyuan/internal/ledger/memstore"
)

var epoch = ledgertest.Epoch

func entry(n int) ledger.Entry { return ledgertest.Entry(n) }

func appendAt(tb testing.TB, l *ledger.Ledger, now time.Time, entries ...ledger.Entry) ([]ledger.Receipt, error) {
	tb.Helper()
	return l.Append(tb.Context(), now, ledger.AppendOptions{}, entries)
}

func mustAppend(tb testing.TB, l *ledger.Ledger, now time.Time, entries ...ledger.Entry) []ledger.Receipt {
	tb.Helper()
	receipts, err := appendAt(tb, l, now, entries...)
	if err != nil {
		tb.Fatal(err)
	}
	return receipts
}

func mustClose(tb testing.TB, l *ledger.Ledger) {
	tb.Helper()
	if err := l.Close(); err != nil {
		tb.Error(err)
	}
}

// altered gives an entry's event another content under the same id.
func altered(e ledger.Entry) ledger.Entry {
	e.Event = bytes.Replace(e.Event, []byte(`"type":"test"`), []byte(`"type":"fake"`), 1)
	return e
}

func TestAReceiptSaysWhereTheEventStands(t *testing.T) {
	t.Parallel()
	l := ledgertest.NewLedger(t, memstore.New())
	defer mustClose(t, l)
	receipts := mustAppend(t, l, epoch, entry(1), entry(2))
	for i, r := range receipts {
		rec, err := l.Record(t.Context(), r.Seq)
		if err != nil || rec.Leaf() != r.Leaf || rec.ID != r.ID || r.Known || !bytes.Equal(rec.Event, entry(i+1).Event) || rec.By != "LC-H1/OP-7" {
			t.Errorf("receipt %+v, record %+v, %v", r, rec, err)
		}
	}
	if h := l.Head(); h.Size != 3 || h.Last != receipts[1].Leaf || !h.Recorded.Equal(epoch) {
		t.Errorf("head %+v", h)
	}
}

func TestTheSameEventAgainIsKnownAndWritesNothing(t *testing.T) {
	t.Parallel()
	l := ledgertest.NewLedger(t, memstore.New())
	defer mustClose(t, l)
	first := mustAppend(t, l, epoch, entry(1), entry(1))
	if first[0].Known || !first[1].Known || first[1].Seq != 1 || first[1].Leaf != first[0].Leaf {
		t.Errorf("twice in one batch: %+v", first)
	}
	other := entry(1)
	other.By, other.Source = "LC-H2/OP-1", &ledger.Source{Name: "a.jsonl", Line: 7, SHA256: strings.Repeat("ab", 32)}
	again := mustAppend(t, l, epoch.Add(time.Hour), other, entry(2))
	if !again[0].Known || again[0].Seq != 1 || again[0].Leaf != first[0].Leaf || again[1].Known || again[1].Seq != 2 {
		t.Errorf("again, by another: %+v", again)
	}
	if size := l.Head().Size; size != 3 {
		t.Errorf("size %d, want 3", size)
	}
}

func TestAnIDWithOtherContentIsRefusedAndNothingIsWritten(t *testing.T) {
	t.Parallel()
	l := ledgertest.NewLedger(t, memstore.New())
	defer mustClose(t, l)
	mustAppend(t, l, epoch, entry(1))
	for name, batch := range map[string][]ledger.Entry{
		"stored": {entry(2), altered(entry(1))}, "in the batch": {entry(3), entry(4), altered(entry(3))},
	} {
		_, err := appendAt(t, l, epoch, batch...)
		if conflict := (*ledger.IDConflictError)(nil); !errors.As(err, &conflict) || conflict.Seq == 0 || conflict.ID == (ledger.ID{}) {
			t.Errorf("%s: %v, want an id conflict", name, err)
		}
	}
	if size := l.Head().Size; size != 2 {
		t.Errorf("size %d, want 2", size)
	}
	if r := mustAppend(t, l, epoch, entry(3)); r[0].Known || r[0].Seq != 2 {
		t.Errorf("the refused batch left a trace: %+v", r)
	}
}

func TestRecordedNeverGoesBackAndAFarClockIsRefused(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	for _, tt := range []struct {
		off     time.Duration
		refused bool
		want    time.Duration
	}{
		{0, false, 0},
		{1500 * time.Microsecond, false, time.Millisecond},
		{-5 * time.Minute, false, 0},
		{-5*time.Minute - time.Millisecond, true, 0},
		{400 * day, false, 400 * day},
		{400*day + time.Millisecond, true, 400*day + time.Millisecond},
	} {
		l := ledgertest.NewLedger(t, memstore.New())
		_, err := appendAt(t, l, epoch.Add(tt.off), entry(1))
		if clock := (*ledger.ClockError)(nil); errors.As(err, &clock) != tt.refused {
			t.Errorf("%v: %v, want refused: %v", tt.off, err, tt.refused)
		}
		_, err = l.Append(t.Context(), epoch.Add(tt.off), ledger.AppendOptions{ClockOK: true}, []ledger.Entry{entry(1)})
		if got := l.Head().Recorded.Sub(epoch); err != nil || got != tt.want {
			t.Errorf("%v: recorded %v later, %v; want %v", tt.off, got, err, tt.want)
		}
		mustClose(t, l)
	}
}

func TestAnEntryThatIsNoneIsRefused(t *testing.T) {
	t.Parallel()
	l := ledgertest.NewLedger(t, memstore.New())
	defer mustClose(t, l)
	id := `{"id":"0195503e-6000-8000-8000-000000000001"`
	event := func(rest string) ledger.Entry { return ledger.Entry{By: "x", Event: []byte(id + rest)} }
	sound := event("}")
	source := func(s ledger.Source) ledger.Entry { return ledger.Entry{By: "x", Event: sound.Event, Source: &s} }
	sha := strings.Repeat("0f", 32)
	for name, e := range map[string]ledger.Entry{
		"no by":               {Event: sound.Event},
		"by not UTF-8":        {By: "\xff", Event: sound.Event},
		"by too long":         {By: strings.Repeat("x", 201), Event: sound.Event},
		"no event":            {By: "x"},
		"an array":            {By: "x", Event: []byte(`[]`)},
		"no id":               {By: "x", Event: []byte(`{"a":1}`)},
		"the zero id":         {By: "x", Event: []byte(`{"id":"00000000-0000-0000-0000-000000000000"}`)},
		"an id in upper case": {By: "x", Event: []byte(`{"id":"0195503E-6000-8000-8000-000000000001"}`)},
		"an id that is none":  {By: "x", Event: []byte(`{"id":7}`)},
		"white space":         event(` }`),
		"something after":     event(`}{}`),
		"members unsorted":    event(`,"a":1}`),
		"a fraction":          event(`,"n":1.5}`),
		"sig no array":        {By: "x", Event: sound.Event, Sig: []byte(`{}`)},
		"sig not canonical":   {By: "x", Event: sound.Event, Sig: []byte(`[ ]`)},
		"source without name": source(ledger.Source{Line: 1, SHA256: sha}),
		"source line 0":       source(ledger.Source{Name: "a", SHA256: sha}),
		"source digest":       source(ledger.Source{Name: "a", Line: 1, SHA256: strings.ToUpper(sha)}),
		"too large":           event(`,"n":"` + strings.Repeat("x", ledger.MaxRecord) + `"}`),
	} {
		if _, err := appendAt(t, l, epoch, entry(99), e); err == nil {
			t.Errorf("%s: recorded", name)
		}
	}
	if size := l.Head().Size; size != 1 {
		t.Errorf("size %d, want 1", size)
	}
	_, err := appendAt(t, l, epoch, entry(99), event(`,"n":"`+strings.Repeat("x", ledger.MaxRecord)+`"}`))
	if large := (*ledger.TooLargeError)(nil); !errors.As(err, &large) || large.Entry != 1 || large.Size <= large.Limit {
		t.Errorf("too large: %v", err)
	}
}

func wantNew(t *testing.T, l *ledger.Ledger, n int) {
	t.Helper()
	if r, err := appendAt(t, l, epoch, entry(n)); err != nil || r[0].Known {
		t.Errorf("event %d: %+v, %v", n, r, err)
	}
}

func TestManyCallersShareCommits(t *testing.T) {
	t.Parallel()
	gate := &gated{Store: memstore.New()}
	l := ledgertest.NewLedger(t, gate)
	gate.close()
	var wg sync.WaitGroup
	wg.Go(func() { wantNew(t, l, 0) })
	<-gate.enter // the first commit is under way; what comes now waits for it
	const callers = 200
	for n := 1; n <= callers; n++ {
		wg.Go(func() { wantNew(t, l, n) })
	}
	for l.Waiting() < callers {
		gate.yield()
	}
	gate.leave <- struct{}{}
	<-gate.enter
	gate.leave <- struct{}{}
	wg.Wait()
	if got := gate.batches; got != 3 {
		t.Errorf("%d commits, genesis included, want 3", got)
	}
	mustClose(t, l)
	r, err := ledger.Verify(t.Context(), gate.Store.(*memstore.Store).Reopen(), nil)
	if err != nil || !r.OK || r.Size != callers+2 {
		t.Errorf("verify: %+v, %v", r, err)
	}
}

func TestACancelledCallThatWaitsWritesNothing(t *testing.T) {
	t.Parallel()
	gate := &gated{Store: memstore.New()}
	l := ledgertest.NewLedger(t, gate)
	gate.close()
	var wg sync.WaitGroup
	wg.Go(func() { wantNew(t, l, 0) })
	<-gate.enter
	ctx, cancel := context.WithCancel(t.Context())
	wg.Go(func() {
		if _, err := l.Append(ctx, epoch, ledger.AppendOptions{}, []ledger.Entry{entry(1)}); !errors.Is(err, context.Canceled) {
			t.Errorf("%v, want context.Canceled", err)
		}
	})
	for l.Waiting() == 0 {
		gate.yield()
	}
	cancel()
	for l.Waiting() > 0 {
		gate.yield()
	}
	gate.leave <- struct{}{}
	wg.Wait()
	if size := l.Head().Size; size != 2 {
		t.Errorf("size %d, want 2", size)
	}
	mustClose(t, l)
}

func TestAfterAFailedCommitTheLedgerIsOfNoUseUntilOpenedAgain(t *testing.T) {
	t.Parallel()
	for fault, written := range map[ledgertest.Fault]bool{ledgertest.FailBefore: false, ledgertest.FailAfter: true} {
		inner := memstore.New()
		l := ledgertest.NewLedger(t, inner)
		mustAppend(t, l, epoch, entry(1))
		mustClose(t, l)
		inner = inner.Reopen()
		failing, err := (&ledgertest.Faults{Only: "append", Fault: fault}).Wrap(inner)
		if err != nil {
			t.Fatal(err)
		}
		l = ledgertest.OpenLedger(t, failing)
		_, err = appendAt(t, l, epoch, entry(2))
		if unknown := (*ledger.UnknownOutcomeError)(nil); !errors.As(err, &unknown) || !errors.Is(err, ledgertest.ErrInjected) {
			t.Errorf("append: %v, want an unknown outcome", err)
		}
		_, appendErr := appendAt(t, l, epoch, entry(3))
		_, recordErr := l.Record(t.Context(), 0)
		_, _, lookupErr := l.Lookup(t.Context(), ledger.ID{1})
		_, rootErr := l.RootAt(t.Context(), 1)
		_, proveErr := l.Prove(t.Context(), 0, 1)
		for _, err := range []error{appendErr, recordErr, lookupErr, rootErr, proveErr} {
			if !errors.Is(err, ledger.ErrPoisoned) {
				t.Errorf("%v, want ErrPoisoned", err)
			}
		}
		mustClose(t, l)
		l = ledgertest.OpenLedger(t, inner.Reopen())
		if r := mustAppend(t, l, epoch, entry(2)); r[0].Known != written || r[0].Seq != 2 {
			t.Errorf("written %v: the same event after opening again: %+v", written, r)
		}
		mustClose(t, l)
	}
}

func TestAFailedLookupFailsTheAppend(t *testing.T) {
	t.Parallel()
	s := &blind{Store: memstore.New()}
	l := ledgertest.NewLedger(t, s)
	defer mustClose(t, l)
	s.err = errors.New("no index")
	if _, err := appendAt(t, l, epoch, entry(1)); !errors.Is(err, s.err) {
		t.Errorf("%v, want the lookup's error", err)
	}
	if size := l.Head().Size; size != 1 {
		t.Errorf("size %d, want 1", size)
	}
}

// blind is a store that cannot look ids up.
type blind struct {
	ledger.Store
	err error
}

func (b *blind) Lookup(ctx context.Context, id ledger.ID) (uint64, bool, error) {
	if b.err != nil {
		return 0, false, b.err
	}
	return b.Store.Lookup(ctx, id)
}

func TestTwoWritersOfOneStoreConflict(t *testing.T) {
	t.Parallel()
	s := memstore.New()
	a := ledgertest.NewLedger(t, s)
	b := ledgertest.OpenLedger(t, s)
	mustAppend(t, a, epoch, entry(1))
	if _, err := appendAt(t, b, epoch, entry(2)); !errors.Is(err, ledger.ErrConflict) {
		t.Errorf("%v, want ErrConflict", err)
	}
	mustClose(t, a)
	mustClose(t, b)
}

func TestCloseCommitsWhatWaitsAndRefusesWhatComesAfter(t *testing.T) {
	before := goleak.IgnoreCurrent()
	l := ledgertest.NewLedger(t, memstore.New())
	mustAppend(t, l, epoch, entry(1))
	mustClose(t, l)
	mustClose(t, l)
	if _, err := appendAt(t, l, epoch, entry(2)); !errors.Is(err, ledger.ErrClosed) {
		t.Errorf("append: %v, want ErrClosed", err)
	}
	goleak.VerifyNone(t, before)
}

func TestOpenRefusesAnEdgeThatDoesNotFit(t *testing.T) {
	t.Parallel()
	sound := ledgertest.Loosen(t, storeOf(t, 300))
	last := uint64(299)
	for name, tt := range map[string]struct {
		spoil func(l *ledgertest.Loose)
		want  error
	}{
		"empty":                        {func(l *ledgertest.Loose) { l.Size, l.HeadBlob = 0, nil }, ledger.ErrNotLedger},
		"last record gone":             {func(l *ledgertest.Loose) { delete(l.Records, last) }, ledger.ErrDamaged},
		"last record other":            {func(l *ledgertest.Loose) { l.Records[last] = l.Records[last-1] }, ledger.ErrDamaged},
		"a record of the tail altered": {func(l *ledgertest.Loose) { l.Records[260][5] ^= 1 }, ledger.ErrDamaged},
		"a record too many":            {func(l *ledgertest.Loose) { l.Records[300] = l.Records[299] }, ledger.ErrDamaged},
		"genesis altered":              {func(l *ledgertest.Loose) { l.Records[0][3] ^= 1 }, ledger.ErrDamaged},
		"head altered":                 {func(l *ledgertest.Loose) { flipHex(l.HeadBlob, `"root":"`) }, ledger.ErrDamaged},
		"head of other size":           {func(l *ledgertest.Loose) { l.Size-- }, ledger.ErrDamaged},
		"newer head":                   {func(l *ledgertest.Loose) { flipAt(l.HeadBlob, `,"v":`, '2') }, ledger.ErrVersion},
		"newer last record":            {func(l *ledgertest.Loose) { flipAt(l.Records[last], `,"v":`, '2') }, ledger.ErrVersion},
	} {
		l := sound.Clone()
		tt.spoil(l)
		if _, err := ledger.Open(t.Context(), l); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", name, err, tt.want)
		}
	}
	if _, err := ledger.Open(t.Context(), sound); err != nil {
		t.Errorf("a sound one: %v", err)
	}
}

func TestRecordsGivesItsRangeAndStopsWhenTold(t *testing.T) {
	t.Parallel()
	l := ledgertest.OpenLedger(t, storeOf(t, 50))
	defer mustClose(t, l)
	for _, r := range [][3]uint64{{0, 50, 50}, {7, 9, 2}, {40, 1000, 10}, {50, 60, 0}, {9, 3, 0}} {
		next := r[0]
		for rec, err := range l.Records(t.Context(), r[0], r[1]) {
			if err != nil || rec.Seq != next {
				t.Fatalf("records %v: %d, %v; want %d", r, rec.Seq, err, next)
			}
			next++
		}
		if next-r[0] != r[2] {
			t.Errorf("records %v: %d of them", r, next-r[0])
		}
	}
	for rec, err := range l.Records(t.Context(), 0, 50) {
		if err != nil {
			t.Fatal(err)
		}
		if rec.Seq == 3 {
			break
		}
	}
}

func TestRecordsOfADamagedLedgerEndInAnError(t *testing.T) {
	t.Parallel()
	sound := ledgertest.Loosen(t, storeOf(t, 600))
	for name, spoil := range map[string]func(l *ledgertest.Loose){
		"missing": func(l *ledgertest.Loose) { delete(l.Records, 30) },
		"swapped": func(l *ledgertest.Loose) { l.Records[30], l.Records[31] = l.Records[31], l.Records[30] },
		"altered": func(l *ledgertest.Loose) { l.Records[30][0] = ' ' },
	} {
		loose := sound.Clone()
		spoil(loose)
		l := ledgertest.OpenLedger(t, loose)
		n, last := 0, error(nil)
		for _, err := range l.Records(t.Context(), 0, 600) {
			n, last = n+1, err
		}
		if n != 31 || !errors.Is(last, ledger.ErrDamaged) {
			t.Errorf("%s: %d records, then %v", name, n-1, last)
		}
		mustClose(t, l)
	}
}

func TestAGenesisThatIsNoneIsRefused(t *testing.T) {
	t.Parallel()
	for name, g := range map[string]ledger.Genesis{
		"no origin":         {Created: epoch},
		"white space":       {Origin: "a b", Created: epoch},
		"a plus":            {Origin: "a+b", Created: epoch},
		"a line end":        {Origin: "a\n", Created: epoch},
		"not UTF-8":         {Origin: "\xff", Created: epoch},
		"no time":           {Origin: "a"},
		"copy of nothing":   {Origin: "a", Created: epoch, CopyOf: &ledger.CopyOf{Origin: "b"}},
		"copy of no origin": {Origin: "a", Created: epoch, CopyOf: &ledger.CopyOf{Size: 3}},
	} {
		s := memstore.New()
		if err := ledger.Create(t.Context(), s, g, "x", epoch); err == nil {
			t.Errorf("%s: created", name)
		}
		if size, _, err := s.Head(t.Context()); size != 0 || err != nil {
			t.Errorf("%s: size %d, %v", name, size, err)
		}
	}
}

func TestAGenesisIsKeptWhole(t *testing.T) {
	t.Parallel()
	want := ledger.Genesis{
		Origin: "例.org/乐城", Created: epoch.Add(time.Millisecond), Strict: true,
		CopyOf: &ledger.CopyOf{Origin: "example.org/real", Root: ledger.Hash{1, 2}, Size: 512},
	}
	s := memstore.New()
	if err := ledger.Create(t.Context(), s, want, "LC-H1/OP-7", epoch.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if err := ledger.Create(t.Context(), s, want, "", epoch); !errors.Is(err, ledger.ErrConflict) {
		t.Errorf("a second time: %v, want ErrConflict", err)
	}
	l := ledgertest.OpenLedger(t, s)
	defer mustClose(t, l)
	if diff := cmp.Diff(want, l.Genesis()); diff != "" {
		t.Errorf("genesis (-want +got):\n%s", diff)
	}
	if rec, err := l.Record(t.Context(), 0); err != nil || rec.By != "LC-H1/OP-7" || !rec.Recorded.Equal(epoch.Add(time.Hour)) {
		t.Errorf("record 0: %+v, %v", rec, err)
	}
}
