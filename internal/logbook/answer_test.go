package logbook

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
	"suyuan/internal/ledger"
	"suyuan/internal/recall"
)

func ref(tb testing.TB, s string) event.Ref {
	tb.Helper()
	r, err := event.ParseRef(s)
	if err != nil {
		tb.Fatal(err)
	}
	return r
}

const story = `
{"type":"register","time":"2026-05-01T00:00:00Z","subject":"site:F","name":"Factory","region":"CN-HI"}
{"type":"collection","time":"2026-05-01T08:00:00Z","site":"F","donor":"D-1","outputs":[{"unit":"U-1","codes":["=A99991234567800","SHARED"]}]}
{"type":"collection","time":"2026-05-01T09:00:00Z","site":"F","donor":"D-2","outputs":[{"unit":"U-2"}],"codes":{"unit:U-2":["SHARED"]}}
{"type":"manufacture","time":"2026-05-02T08:00:00Z","site":"F","step":"expand","batch":"B-1","inputs":["U-1"],"outputs":[{"unit":"U-3","role":"dose"},{"unit":"U-4","role":"dose"}]}
{"type":"test","time":"2026-05-03T08:00:00Z","subject":"unit:U-4","sampled":"2026-05-02T09:00:00Z","result":"negative"}
{"type":"store","time":"2026-05-04T08:00:00Z","site":"F","units":["U-3","U-4"],"equipment":"F/TANK"}
{"type":"manufacture","time":"2026-05-05T08:00:00Z","site":"F","step":"relabel","units":["U-3"],"changes":[{"unit":"U-3","codes":["NEW"]}]}
`

func storyBook(tb testing.TB) *Book {
	tb.Helper()
	b := newBook(tb)
	must(tb, b, stream(story), ImportOptions{})
	return b
}

func seqs(t *testing.T, b *Book, f Filter) []uint64 {
	t.Helper()
	list := []uint64{}
	for row, err := range b.Log(t.Context(), f) {
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, row.Record.Seq)
	}
	return list
}

func TestLogShowsWhatIsAskedForNewestLast(t *testing.T) {
	t.Parallel()
	b := storyBook(t)
	may := func(day string) event.Time {
		at, err := event.ParseTime("2026-05-" + day + "T08:00:00Z")
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	for _, c := range []struct {
		name string
		f    Filter
		want []uint64
	}{
		{"all", Filter{}, []uint64{0, 1, 2, 3, 4, 5, 6, 7}},
		{"a unit", Filter{Ref: ref(t, "unit:U-3")}, []uint64{4, 6, 7}},
		{"a unit, the newest two", Filter{Ref: ref(t, "unit:U-3"), Limit: 2}, []uint64{6, 7}},
		{"a thing that nothing names", Filter{Ref: ref(t, "unit:U-99")}, []uint64{}},
		{"a type", Filter{Type: event.TypeCollection}, []uint64{2, 3}},
		{"from and to, ends included", Filter{From: may("02"), To: may("04")}, []uint64{4, 5, 6}},
		{"the newest three", Filter{Limit: 3}, []uint64{5, 6, 7}},
		{"more than there is", Filter{Limit: 300}, []uint64{0, 1, 2, 3, 4, 5, 6, 7}},
		{"all of them together", Filter{Ref: ref(t, "site:F"), Type: event.TypeCollection, To: may("01")}, []uint64{2}},
	} {
		if got := seqs(t, b, c.f); !slices.Equal(got, c.want) {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
	for _, err := range b.Log(t.Context(), Filter{}) {
		if err != nil {
			t.Error(err)
		}
		break // a caller may have seen enough
	}
}

func TestLogMarksWhatWasCorrected(t *testing.T) {
	t.Parallel()
	b := newBook(t)
	made := record(t, b, collected)
	wrong := record(t, b, `{'type':'correction','time':'2026-06-01T07:00:00Z','corrects':'`+string(made.ID)+`','reason':'did_not_occur'}`)
	row, err := b.ShowSeq(t.Context(), made.Seq)
	if err != nil || !row.Struck || row.StruckBy != wrong.Seq {
		t.Errorf("got %+v, %v", row, err)
	}
	row, err = b.ShowSeq(t.Context(), wrong.Seq)
	if err != nil || row.Struck {
		t.Errorf("the correction itself: %+v, %v", row, err)
	}
	if _, err := b.ShowSeq(t.Context(), 3); !errors.Is(err, ledger.ErrNoRecord) {
		t.Errorf("beyond the end: %v", err)
	}
}

func TestShowGathersWhatTheLedgerSaysOfAThing(t *testing.T) {
	t.Parallel()
	b := storyBook(t)
	thing, err := b.Show(t.Context(), ref(t, "unit:U-4"), event.Time{})
	if err != nil {
		t.Fatal(err)
	}
	if thing.Status.State != genealogy.InStock || thing.Status.Vessel != ref(t, "equipment:F/TANK") || thing.Made.Batch != ref(t, "batch:B-1") ||
		!slices.Equal(recordsOf(thing.Tests), []uint64{5}) || len(thing.History) != 3 || thing.At != thing.Latest || thing.UnknownOrigin {
		t.Errorf("got %+v", thing)
	}
	before := thing.History[0].Event.Time
	if thing, err = b.Show(t.Context(), ref(t, "unit:U-4"), before); err != nil || !thing.Status.Vessel.IsZero() || thing.At != before {
		t.Errorf("before it was stored: %+v, %v", thing, err)
	}
	for unit, want := range map[string][]string{"unit:U-1": {"=A99991234567800", "SHARED"}, "unit:U-2": {"SHARED"}, "unit:U-3": {"NEW"}, "unit:U-4": nil} {
		if thing, err = b.Show(t.Context(), ref(t, unit), event.Time{}); err != nil || !slices.Equal(thing.Codes, want) {
			t.Errorf("%s: codes %q, want %q, %v", unit, thing.Codes, want, err)
		}
	}
	if thing, err = b.Show(t.Context(), ref(t, "site:F"), event.Time{}); err != nil || thing.Registered == nil || thing.Registered.Region != "CN-HI" {
		t.Errorf("a site: %+v, %v", thing, err)
	}
	if thing, err = b.Show(t.Context(), ref(t, "batch:B-1"), event.Time{}); err != nil || !slices.Equal(recordsOf(thing.Tests), []uint64{5}) {
		t.Errorf("a batch has the tests of its units: %+v, %v", thing, err)
	}
	var unknown *UnknownThingError
	if _, err = b.Show(t.Context(), ref(t, "unit:U-44"), event.Time{}); !errors.As(err, &unknown) || !slices.Contains(unknown.Near, ref(t, "unit:U-4")) {
		t.Errorf("a mistyped id: %v, %+v", err, unknown)
	}
}

func recordsOf(rows []Row) []uint64 {
	var list []uint64
	for i := range rows {
		list = append(list, rows[i].Record.Seq)
	}
	return list
}

func TestResolveTakesReferencesAndCodes(t *testing.T) {
	t.Parallel()
	b := storyBook(t)
	for text, want := range map[string]string{
		"unit:U-3": "unit:U-3", "site:F": "site:F", "donor:D-2": "donor:D-2", "=A99991234567800": "unit:U-1", "NEW": "unit:U-3",
	} {
		if got, err := b.Resolve(t.Context(), text); err != nil || got != ref(t, want) {
			t.Errorf("%s: got %v, %v, want %s", text, got, err, want)
		}
	}
	var unknown *UnknownThingError
	for text, near := range map[string]string{"unit:U-44": "unit:U-4", "U-3": "unit:U-3", "https://example.org/U-3": "", "OLD": ""} {
		_, err := b.Resolve(t.Context(), text)
		if !errors.As(err, &unknown) || unknown.Text != text || Code(err) != Failed {
			t.Errorf("%s: got %v", text, err)
			continue
		}
		if near != "" && !slices.Contains(unknown.Near, ref(t, near)) {
			t.Errorf("%s: near are %v, want %s among them", text, unknown.Near, near)
		}
	}
	var ambiguous *AmbiguousCodeError
	if _, err := b.Resolve(t.Context(), "SHARED"); !errors.As(err, &ambiguous) || len(ambiguous.Refs()) != 2 {
		t.Errorf("a code of two things: %v", err)
	}
	for _, text := range []string{"unit:", "unit:two words", "unit:\u202eU"} {
		if _, err := b.Resolve(t.Context(), text); err == nil || errors.As(err, &unknown) && unknown.Text == text {
			t.Errorf("%q: got %v, want what is wrong with the id", text, err)
		}
	}
}

func TestTraceAnswersAnOlderLedgerToo(t *testing.T) {
	t.Parallel()
	b := storyBook(t)
	count := func(size uint64) int {
		a, err := b.Trace(t.Context(), recall.NewQuery(ref(t, "donor:D-1")), size)
		if err != nil {
			t.Fatal(err)
		}
		if size > 0 && a.AsOf.Size != size || a.AsOf.Origin != "test.example/ledger" || len(a.AsOf.Root) != 64 {
			t.Errorf("as of %+v, want size %d", a.AsOf, size)
		}
		return a.Counts.Units
	}
	if all, some, again := count(0), count(4), count(8); all != 2 || some != 1 || again != 2 {
		t.Errorf("units: %d, %d as of 4, %d as of 8", all, some, again)
	}
	if _, err := b.Trace(t.Context(), recall.NewQuery(ref(t, "donor:D-1")), 9); !errors.Is(err, ledger.ErrNoRecord) {
		t.Errorf("beyond the end: %v", err)
	}
	var unknown *UnknownThingError
	if _, err := b.Trace(t.Context(), recall.NewQuery(ref(t, "donor:D-11")), 0); !errors.As(err, &unknown) || len(unknown.Near) == 0 {
		t.Errorf("a mistyped source: %v", err)
	}
}

func TestTheSameQueryGivesTheSameBytesFromEveryBook(t *testing.T) {
	t.Parallel()
	b := storyBook(t)
	var answers [3]bytes.Buffer
	for i := range answers {
		book := b
		if i == 2 {
			book = openBook(t, b.path)
		}
		a, err := book.Trace(t.Context(), recall.NewQuery(ref(t, "donor:D-1")), 0)
		if err != nil {
			t.Fatal(err)
		}
		if err := a.WriteJSON(&answers[i], false); err != nil {
			t.Fatal(err)
		}
	}
	if answers[0].String() != answers[1].String() || answers[0].String() != answers[2].String() {
		t.Errorf("got\n%s\n%s\n%s", &answers[0], &answers[1], &answers[2])
	}
}

func TestBalanceAccountsForWhatWasMade(t *testing.T) {
	t.Parallel()
	b := storyBook(t)
	a, err := b.Balance(t.Context(), ref(t, "batch:B-1"), event.Time{}, 0)
	if err != nil || a.Balance.Made != 2 || a.Balance.InStock != 2 || len(a.Unaccounted) != 0 {
		t.Errorf("got %+v, %v", a, err)
	}
	var unknown *UnknownThingError
	if _, err := b.Balance(t.Context(), ref(t, "batch:B-2"), event.Time{}, 0); !errors.As(err, &unknown) {
		t.Errorf("a mistyped batch: %v", err)
	}
}

func TestCheckpointIsThatOfTheHead(t *testing.T) {
	t.Parallel()
	b := storyBook(t)
	c, err := b.Checkpoint(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	text, head := c.Body(), c
	read, err := ledger.ParseCheckpoint(text)
	if err != nil || read.Size != 8 || read.Root != head.Root || !strings.HasPrefix(string(text), "test.example/ledger\n8\n") {
		t.Errorf("got %q, %v", text, err)
	}
}
