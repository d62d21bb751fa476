package logbook

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"suyuan/internal/event"
	"suyuan/internal/ledger"
	"suyuan/internal/rules"
)

const collected = `{'type':'collection','time':'2026-05-31T09:00:00Z','site':'F','donor':'D-1','outputs':[{'unit':'U-1'}]}`

func TestRecordSaysWhereTheEventStands(t *testing.T) {
	t.Parallel()
	b := newBook(t)
	r := record(t, b, collected)
	row, err := b.ShowSeq(t.Context(), r.Seq)
	if err != nil {
		t.Fatal(err)
	}
	if r.Seq != 1 || r.Known || r.Late || row.Event.ID != r.ID || row.Record.Leaf() != r.Leaf || row.Record.By != "F/OP-1" {
		t.Errorf("got %+v, the ledger has %s", r, row.Record.Bytes)
	}
	if !row.Record.Recorded.Equal(testNow) {
		t.Errorf("recorded at %s, the clock says %s", row.Record.Recorded, testNow)
	}
}

func TestTheSameEventTwiceIsOneEvent(t *testing.T) {
	t.Parallel()
	b := newBook(t)
	first := record(t, b, collected)
	again := record(t, b, strings.Replace(collected, `'donor'`, ` 'donor'`, 1))
	if !again.Known || again.Seq != first.Seq || again.ID != first.ID || again.Leaf != first.Leaf {
		t.Errorf("got %+v, want that of %+v", again, first)
	}
	other := openBook(t, b.path)
	if r := record(t, other, collected); !r.Known || r.Seq != first.Seq {
		t.Errorf("another book: got %+v", r)
	}
	if h, err := b.Head(t.Context()); err != nil || h.Size != 2 {
		t.Errorf("size %d, %v", h.Size, err)
	}
}

func TestAnEventIsLateAfterADay(t *testing.T) {
	t.Parallel()
	b := newBook(t)
	day := testNow.Add(-24 * time.Hour)
	for i, c := range []struct {
		at   time.Time
		late bool
	}{{day, false}, {day.Add(-time.Millisecond), true}} {
		text := strings.Replace(collected, "2026-05-31T09:00:00Z", event.TimeOf(c.at).String(), 1)
		text = strings.Replace(text, "U-1", "U-"+string(rune('A'+i)), 1)
		if r := record(t, b, text); r.Late != c.late {
			t.Errorf("at %s: late is %v", c.at, r.Late)
		}
		if r := record(t, b, text); !r.Known || r.Late != c.late {
			t.Errorf("at %s, again: %+v", c.at, r)
		}
	}
}

func TestTheFirstMentionOfAnUnregisteredPlaceIsTold(t *testing.T) {
	t.Parallel()
	b := newBook(t)
	record(t, b, `{'type':'register','time':'2026-01-01T00:00:00Z','subject':'site:FACTORY-1'}`)
	text := strings.Replace(collected, `'F'`, `'FACTORY-2'`, 1)
	r := record(t, b, text)
	if len(r.Unregistered) != 1 || r.Unregistered[0].Ref.String() != "site:FACTORY-2" ||
		len(r.Unregistered[0].Near) != 1 || r.Unregistered[0].Near[0].String() != "site:FACTORY-1" {
		t.Errorf("got %+v", r.Unregistered)
	}
	if r := record(t, b, strings.Replace(text, "U-1", "U-2", 1)); len(r.Unregistered) != 0 {
		t.Errorf("told a second time: %+v", r.Unregistered)
	}
}

// refusedBy returns the refusal that err is, or fails.
func refusedBy(t *testing.T, err error, rule rules.ID) *Refusal {
	t.Helper()
	var r *Refusal
	if !errors.As(err, &r) || r.Rule() != rule || Code(err) != Refused {
		t.Fatalf("got %v (exit %d), want a refusal by %s", err, Code(err), rule)
	}
	return r
}

func TestRefusalsNameTheRuleAndTheRecordThatSaysSo(t *testing.T) {
	t.Parallel()
	b := newBook(t)
	made := record(t, b, collected)
	head, err := b.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		text  string
		rule  rules.ID
		says  uint64
		names string
	}{
		{strings.Replace(collected, "09:00", "09:01", 1), rules.MadeTwice, made.Seq, "unit:U-1"},
		{`{'type':'store','time':'2026-05-31T10:00:00Z','site':'F','units':['U-2'],'equipment':'F/TANK'}`, rules.UnknownThing, 0, "unit:U-2"},
		{`{'type':'store','time':'2026-05-31T08:00:00Z','site':'F','units':['U-1'],'equipment':'F/TANK'}`, rules.OutOfOrder, made.Seq, "unit:U-1"},
		{`{'type':'infusion','time':'2026-05-31T10:00:00Z','site':'F','unit':'U-1','patient':'P-1','checks':['name','number']}`, rules.NotReleased, 0, "unit:U-1"},
		{`{'type':'eligibility','time':'2026-06-02T10:00:00Z','donor':'D-1','result':'eligible'}`, rules.Future, 0, ""},
		{`{'type':'eligibility','time':'2026-05-31T10:00:00Z','donor':'D-1','result':'eligible','id':'` + string(made.ID) + `'}`, rules.IDConflict, made.Seq, ""},
	} {
		_, err := b.Record(t.Context(), parse(t, c.text), nil)
		r := refusedBy(t, err, c.rule)
		if v := r.Violations[0]; v.HasSeq != (c.says > 0) || v.Seq != c.says || v.Ref.String() != c.names || r.File != "" || r.SaidBy != nil {
			t.Errorf("%s: got %+v", c.text, v)
		}
	}
	if after, err := b.Head(t.Context()); err != nil || after != head {
		t.Errorf("the ledger has changed: %+v, %v", after, err)
	}
}

func TestEventsBuiltBadlyAreRefused(t *testing.T) {
	t.Parallel()
	b := newBook(t)
	e := parse(t, collected)
	e.Note = "call 13812345678"
	_, err := b.Record(t.Context(), e, nil)
	if r := refusedBy(t, err, rules.IdentifiesAPerson); r.Member != "note" || strings.Contains(err.Error(), "138") {
		t.Errorf("got %v", err)
	}
	_, err = b.Record(t.Context(), event.Event{}, nil)
	_ = refusedBy(t, err, rules.Malformed)
}

func TestOperatorsAreNamedAndPseudonyms(t *testing.T) {
	t.Parallel()
	path := newLedger(t)
	o := options()
	o.By = ""
	b, err := Open(t.Context(), path, o)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.Record(t.Context(), parse(t, collected), nil); !errors.Is(err, ErrNoOperator) {
		t.Errorf("record: got %v", err)
	}
	if _, err := b.Import(t.Context(), stream(collections(0, 1)), ImportOptions{}); !errors.Is(err, ErrNoOperator) {
		t.Errorf("import: got %v", err)
	}
	if r, err := b.Import(t.Context(), stream(collections(0, 1)), ImportOptions{DryRun: true}); err != nil || r.Recorded != 1 {
		t.Errorf("a dry run: got %+v, %v", r, err)
	}
	for _, by := range []string{"someone@example.org", "13812345678", "two words", strings.Repeat("x", 201)} {
		o.By = by
		if _, err := Open(t.Context(), path, o); err == nil {
			t.Errorf("operator %q may record", by)
		}
		if _, err := Init(t.Context(), path+".new", InitOptions{By: by, Now: clock}); err == nil {
			t.Errorf("operator %q may make a ledger", by)
		}
	}
}

func TestAClockThatWentBackIsRefusedUnlessWaived(t *testing.T) {
	t.Parallel()
	path := newLedger(t)
	o := options()
	o.Now = func() time.Time { return testNow.Add(-10 * time.Minute) }
	b, err := Open(t.Context(), path, o)
	if err != nil {
		t.Fatal(err)
	}
	_, err = b.Record(t.Context(), parse(t, collected), nil)
	if r := refusedBy(t, err, rules.Clock); r.Violations[0].Variant != rules.Behind || r.Violations[0].Limit.Std() != testNow {
		t.Errorf("got %+v", r.Violations[0])
	}
	_, err = b.Import(t.Context(), stream(collections(0, 3)), ImportOptions{})
	_ = refusedBy(t, err, rules.Clock)
	o.Now = func() time.Time { return testNow.Add(401 * 24 * time.Hour) }
	if b, err = Open(t.Context(), path, o); err != nil {
		t.Fatal(err)
	}
	_, err = b.Record(t.Context(), parse(t, collected), nil)
	if r := refusedBy(t, err, rules.Clock); r.Violations[0].Variant != rules.Ahead {
		t.Errorf("got %+v", r.Violations[0])
	}
	o.ClockOK = true
	if b, err = Open(t.Context(), path, o); err != nil {
		t.Fatal(err)
	}
	record(t, b, collected)
}

func TestACommitOfUnknownOutcomeIsSettledByLooking(t *testing.T) {
	t.Parallel()
	b := newBook(t)
	there := record(t, b, collected)
	failed := &ledger.UnknownOutcomeError{Err: errors.New("input/output error")}
	e := parse(t, collected)
	e.Identify()
	if r, err := b.settle(t.Context(), e, failed); err != nil || r.Seq != there.Seq || r.Known {
		t.Errorf("what is there: got %+v, %v", r, err)
	}
	absent := parse(t, strings.Replace(collected, "U-1", "U-2", 1))
	absent.Identify()
	_, err := b.settle(t.Context(), absent, failed)
	if !errors.Is(err, failed) || Code(err) != Failed {
		t.Errorf("what is not there: got %v, exit %d", err, Code(err))
	}
	b.path += ".gone"
	if _, err := b.settle(t.Context(), e, failed); Code(err) != Unfinished {
		t.Errorf("what nobody can tell: got %v, exit %d", err, Code(err))
	}
}

func TestStrictLedgersWantRegistration(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "suyuan.db")
	if _, err := Init(t.Context(), path, InitOptions{Strict: true, Now: clock}); err != nil {
		t.Fatal(err)
	}
	b := openBook(t, path)
	_, err := b.Record(t.Context(), parse(t, collected), nil)
	if r := refusedBy(t, err, rules.Unregistered); r.Violations[0].Ref.String() != "site:F" {
		t.Errorf("got %+v", r.Violations[0])
	}
	record(t, b, `{'type':'register','time':'2026-01-01T00:00:00Z','subject':'site:F'}`)
	record(t, b, collected)
}

func TestInitTouchesNothingThatIsThere(t *testing.T) {
	t.Parallel()
	path := newLedger(t)
	before := read(t, path)
	if _, err := Init(t.Context(), path, InitOptions{Now: clock}); !errors.Is(err, ErrExists) || Code(err) != Failed {
		t.Errorf("a ledger: got %v", err)
	}
	if read(t, path) != before {
		t.Error("the ledger was written to")
	}
	text := writeFile(t, "precious")
	if _, err := Init(t.Context(), text, InitOptions{Now: clock}); !errors.Is(err, ErrExists) || read(t, text) != "precious" {
		t.Errorf("another file: got %v", err)
	}
	if _, err := Init(t.Context(), filepath.Join(t.TempDir(), "no", "such", "folder.db"), InitOptions{Now: clock}); err == nil {
		t.Error("made in a folder that is not there")
	}
	if _, err := Init(t.Context(), filepath.Join(t.TempDir(), "x.db"), InitOptions{Origin: "two words", Now: clock}); err == nil {
		t.Error("made with an origin that no checkpoint can hold")
	}
}

func TestInitMakesAnOriginOfItsOwn(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	a, err := Init(t.Context(), filepath.Join(dir, "a.db"), InitOptions{Now: clock})
	if err != nil {
		t.Fatal(err)
	}
	b, err := Init(t.Context(), filepath.Join(dir, "b.db"), InitOptions{Now: clock})
	if err != nil || a.Origin == b.Origin || !strings.HasPrefix(a.Origin, "suyuan/") || a.Size != 1 {
		t.Errorf("got %+v and %+v, %v", a, b, err)
	}
}

func TestOpenNeverMakesALedger(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "suyuan.db")
	if _, err := Open(t.Context(), path, options()); !errors.Is(err, ErrNoLedger) || Code(err) != Failed {
		t.Errorf("open: got %v", err)
	}
	if _, err := Verify(t.Context(), path, VerifyOptions{Wait: options().Wait}); !errors.Is(err, ErrNoLedger) {
		t.Errorf("verify: got %v", err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("it left %v", left)
	}
}

func TestTwoBooksSeeEachOthersRecords(t *testing.T) {
	t.Parallel()
	a := newBook(t)
	b := openBook(t, a.path)
	made := record(t, a, collected)
	stored := record(t, b, `{'type':'store','time':'2026-05-31T10:00:00Z','site':'F','units':['U-1'],'equipment':'F/TANK'}`)
	disposed := record(t, a, `{'type':'disposal','time':'2026-05-31T11:00:00Z','site':'F','units':['U-1'],'method':'destroyed'}`)
	if made.Seq != 1 || stored.Seq != 2 || disposed.Seq != 3 {
		t.Errorf("records %d, %d, %d", made.Seq, stored.Seq, disposed.Seq)
	}
	_, err := b.Record(t.Context(), parse(t, `{'type':'disposal','time':'2026-05-31T12:00:00Z','site':'F','units':['U-1'],'method':'lost'}`), nil)
	if r := refusedBy(t, err, rules.UsedUp); r.Violations[0].Seq != disposed.Seq {
		t.Errorf("got %+v", r.Violations[0])
	}
}

func TestABookForgetsALedgerThatWasReplaced(t *testing.T) {
	t.Parallel()
	a, b := newBook(t), newBook(t)
	record(t, a, collected)
	record(t, b, strings.Replace(collected, "U-1", "U-9", 1))
	if err := os.Rename(b.path, a.path); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(a.path + ".ids"); err != nil {
		t.Fatal(err)
	}
	g, err := a.Graph(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for id, want := range map[string]bool{"U-1": false, "U-9": true} {
		r, err := event.NewRef(event.KindUnit, id)
		if err != nil {
			t.Fatal(err)
		}
		if g.Known(r) != want {
			t.Errorf("unit %s: known is %v", id, !want)
		}
	}
}

func TestABusyLedgerIsSaidToBe(t *testing.T) {
	t.Parallel()
	b := newBook(t)
	usual := b.o.Wait
	hold(t, b.path, func() {
		b.o.Wait = 0
		_, err := b.Record(t.Context(), parse(t, collected), nil)
		if !errors.Is(err, ErrBusy) || Code(err) != Busy {
			t.Errorf("record: got %v", err)
		}
		if _, err := b.Head(t.Context()); Code(err) != Busy {
			t.Errorf("read: got %v", err)
		}
		if _, err := b.Import(t.Context(), stream(collections(0, 1)), ImportOptions{}); Code(err) != Busy {
			t.Errorf("import: got %v", err)
		}
	})
	b.o.Wait = usual
	record(t, b, collected)
}

// hold runs f while another book is in the middle of writing.
func hold(t *testing.T, path string, f func()) {
	t.Helper()
	b := openBook(t, path)
	err := b.writing(t.Context(), func(*ledger.Ledger) error {
		f()
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestACancelledRecordIsInterrupted(t *testing.T) {
	t.Parallel()
	b := newBook(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := b.Record(ctx, parse(t, collected), nil); Code(err) != Interrupted {
		t.Errorf("got %v, exit %d", err, Code(err))
	}
	if h, err := b.Head(t.Context()); err != nil || h.Size != 1 {
		t.Errorf("size %d, %v", h.Size, err)
	}
}

func read(tb testing.TB, path string) string {
	tb.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		tb.Fatal(err)
	}
	return string(b)
}
