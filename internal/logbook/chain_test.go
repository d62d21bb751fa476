package logbook

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"strings"
	"testing"

	"suyuan/internal/event"
	"suyuan/internal/ledger"
	"suyuan/internal/recall"
)

// altered returns the path of a ledger of 300 events, of which every copy of
// old that the file holds was overwritten afterwards.
func altered(t *testing.T, old, with string) string {
	t.Helper()
	if len(old) != len(with) {
		t.Fatalf("%q is not as long as %q", old, with)
	}
	path := newLedger(t)
	b := openBook(t, path)
	must(t, b, stream(collections(0, 300)), ImportOptions{})
	content := []byte(read(t, path))
	if !bytes.Contains(content, []byte(old)) {
		t.Fatalf("%q is not in the file", old)
	}
	if err := os.WriteFile(path, bytes.ReplaceAll(content, []byte(old), []byte(with)), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{IndexPath(path), TailPath(path)} {
		if err := os.Remove(file); err != nil && !errors.Is(err, fs.ErrNotExist) {
			t.Fatal(err) // it knows what the record said before
		}
	}
	return path
}

func TestAnAlteredRecordIsNotShownBesideAnIndex(t *testing.T) {
	t.Parallel()
	path := newLedger(t)
	b := openBook(t, path)
	must(t, b, stream(collections(0, 300)), ImportOptions{})
	if _, err := b.Trace(t.Context(), recall.NewQuery(ref(t, "unit:U-100")), 0); err != nil {
		t.Fatal(err)
	}
	if err := b.writeIndex(t.Context(), b.state); err != nil {
		t.Fatal(err)
	}
	content := strings.ReplaceAll(read(t, path), `"quantity":"92.5","unit":"U-100"`, `"quantity":"92.6","unit":"U-100"`)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	b = openBook(t, path)
	if _, err := b.Trace(t.Context(), recall.NewQuery(ref(t, "unit:U-100")), 0); err != nil {
		t.Errorf("a trace, which asks the index: %v", err)
	}
	for how, ask := range map[string]func() error{
		"show": func() error {
			_, err := b.Show(t.Context(), ref(t, "unit:U-100"), event.Time{})
			return err
		},
		"show --seq": func() error {
			_, err := b.ShowSeq(t.Context(), 101)
			return err
		},
		"the record before": func() error {
			_, err := b.ShowSeq(t.Context(), 100)
			return err
		},
		"export": func() error { return trailRead(t.Context(), b) },
	} {
		err := ask()
		if how == "the record before" {
			if err != nil {
				t.Errorf("%s: %v", how, err)
			}
			continue
		}
		if !errors.Is(err, ledger.ErrDamaged) || !strings.Contains(err.Error(), "record 101:") {
			t.Errorf("%s: got %v", how, err)
		}
	}
}

// trailRead reads the audit trail to its end.
func trailRead(ctx context.Context, b *Book) error {
	for _, err := range b.Trail(ctx, ExportOptions{}) {
		if err != nil {
			return err
		}
	}
	return nil
}

// reads are the ways to ask a ledger, and to record on top of it.
func reads() map[string]func(context.Context, *Book) error {
	unit, _ := event.ParseRef("unit:U-1")
	log := func(f Filter) func(context.Context, *Book) error {
		return func(ctx context.Context, b *Book) error {
			for _, err := range b.Log(ctx, f) {
				if err != nil {
					return err
				}
			}
			return nil
		}
	}
	return map[string]func(context.Context, *Book) error{
		"log":           log(Filter{}),
		"log of things": log(Filter{Ref: unit}),
		"show":          func(ctx context.Context, b *Book) error { _, err := b.Show(ctx, unit, event.Time{}); return err },
		"show a record": func(ctx context.Context, b *Book) error { _, err := b.ShowSeq(ctx, 7); return err },
		"trace": func(ctx context.Context, b *Book) error {
			_, err := b.Trace(ctx, recall.Query{Sources: []event.Ref{unit}}, 0)
			return err
		},
		"trace of before": func(ctx context.Context, b *Book) error {
			_, err := b.Trace(ctx, recall.Query{Sources: []event.Ref{unit}}, 102)
			return err
		},
		"drill": func(ctx context.Context, b *Book) error {
			_, err := b.DrillRun(ctx, []byte(`{"case":"DRILL-1","profile":"lecheng-72h","start":"2026-03-03T08:00:00Z","by":"F/OP-1",`+
				`"actions":[{"at":"0h","do":"open","sources":["unit:U-1"]},{"at":"1h","do":"trace","grade":"possible"}]}`), nil)
			return err
		},
		"export": func(ctx context.Context, b *Book) error { return b.Export(ctx, io.Discard, ExportOptions{}) },
		"trail":  trailRead,
		"import": func(ctx context.Context, b *Book) error {
			_, err := b.Import(ctx, stream(collections(300, 1)), ImportOptions{})
			return err
		},
		"dry run": func(ctx context.Context, b *Book) error {
			_, err := b.Import(ctx, stream(collections(300, 1)), ImportOptions{DryRun: true})
			return err
		},
		"record": func(ctx context.Context, b *Book) error {
			e, err := event.Parse([]byte(strings.TrimSpace(collections(300, 1))))
			if err == nil {
				_, err = b.Record(ctx, e, nil)
			}
			return err
		},
	}
}

func TestNoAnswerComesFromAnAlteredRecord(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		old, with string
		seq       uint64
	}{
		"another donor":       {`"donor":"F/D-25","id"`, `"donor":"F/D-99","id"`, 0},
		"another unit":        {`"unit":"U-100"`, `"unit":"U-999"`, 101},
		"another quantity":    {`"quantity":"92.5","unit":"U-100"`, `"quantity":"92.6","unit":"U-100"`, 101},
		"a word nobody knows": {`"product":"CORD-BLOOD","quantity":"92.5","unit":"U-100"`, `"prodvct":"CORD-BLOOD","quantity":"92.5","unit":"U-100"`, 101},
		"not canonical":       {`"product":"CORD-BLOOD","quantity":"92.5","unit":"U-100"`, `"product":"CORD-BLOOD","quantity":"92.5","tnit":"U-100"`, 101},
		"a unit twice":        {`"unit":"U-100"`, `"unit":"U-200"`, 101},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := altered(t, c.old, c.with)
			for how, ask := range reads() {
				err := ask(t.Context(), openBook(t, path))
				if Code(err) != Unverified || !errors.Is(err, ledger.ErrDamaged) {
					t.Errorf("%s: got %v, exit %d", how, err, Code(err))
				}
				var refused *event.Error
				if errors.As(err, &refused) {
					t.Errorf("%s: what is stored was refused: %v", how, refused)
				}
				if c.seq > 0 && !strings.Contains(err.Error(), "record 101:") {
					t.Errorf("%s: record 101 is not named: %v", how, err)
				}
			}
		})
	}
}

func TestAnUnalteredLedgerAnswers(t *testing.T) {
	t.Parallel()
	for how, ask := range reads() {
		path := altered(t, `"unit":"U-100"`, `"unit":"U-100"`)
		if err := ask(t.Context(), openBook(t, path)); err != nil {
			t.Errorf("%s: %v", how, err)
		}
	}
}

func TestARecordOfALaterVersionIsSaidToBeByEveryCommand(t *testing.T) {
	t.Parallel()
	path := altered(t, `"line":101,"name":"events.jsonl"`, `"line":101,"name":"events.jsonl"`)
	content := read(t, path)
	from := strings.Index(content, `"line":101,"name"`)
	at := from + strings.Index(content[from:], `"v":1}`)
	old := content[from : at+len(`"v":1}`)]
	content = strings.ReplaceAll(content, old, strings.Replace(old, `"v":1}`, `"v":2}`, 1))
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	for how, ask := range reads() {
		err := ask(t.Context(), openBook(t, path))
		if Code(err) != Failed || !errors.Is(err, ledger.ErrVersion) || !strings.Contains(err.Error(), "record 101") || !strings.Contains(err.Error(), "version 2") {
			t.Errorf("%s: got %v, exit %d", how, err, Code(err))
		}
	}
	if report, err := Verify(t.Context(), path, VerifyOptions{Wait: options().Wait}); err != nil || report.OK {
		t.Errorf("verify: %+v, %v", report, err)
	}
}

func TestAnErrorOfTheLedgerIsNoRefusal(t *testing.T) {
	t.Parallel()
	err := errors.Join(ledger.ErrDamaged, &event.Error{Rule: event.RuleMalformed})
	if got := Code(err); got != Unverified {
		t.Errorf("exit %d", got)
	}
}
