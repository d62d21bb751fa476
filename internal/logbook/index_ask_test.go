package logbook

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"

	"suyuan/internal/event"
	"suyuan/internal/genealogy/genealogytest"
	"suyuan/internal/recall"
)

// onIndexes is for tests that want an index of a few records: those there are in
// the second run only.
func onIndexes(t *testing.T) {
	t.Helper()
	if !genealogytest.OnSnapshots() {
		t.Skip("indexes of a few records are made in the second run only")
	}
}

// A question is one way to ask a book; the answer is bytes.
type question func(context.Context, *Book) (string, error)

// jsonOf is what an answer writes.
func jsonOf(write func(io.Writer) error) (string, error) {
	var b bytes.Buffer
	err := write(&b)
	return b.String(), err
}

// questions are all that a book can be asked that reads its graph. The ledger is
// that of suspected.
func questions(t *testing.T) map[string]question {
	t.Helper()
	c, batch, at := ref(t, "case:C-1"), ref(t, "batch:MSC-26-02"), clockTime(t, "2026-03-03T18:00:00+08:00")
	back := recall.NewQuery(batch)
	back.Backward = true
	trace := func(q recall.Query, size uint64) question {
		return func(ctx context.Context, b *Book) (string, error) {
			a, err := b.Trace(ctx, q, size)
			if err != nil {
				return "", err
			}
			return jsonOf(func(w io.Writer) error { return a.WriteJSON(w, false) })
		}
	}
	drill := script(t)
	return map[string]question{
		"trace": trace(recall.NewQuery(batch), 0), "trace backward": trace(back, 0), "trace of before": trace(recall.NewQuery(batch), 300),
		"brief": func(ctx context.Context, b *Book) (string, error) {
			a, err := b.Brief(ctx, recall.NewQuery(batch), 0)
			if err != nil {
				return "", err
			}
			return jsonOf(a.WriteJSON)
		},
		"what if": func(ctx context.Context, b *Book) (string, error) {
			w, err := b.WhatIf(ctx, recall.NewQuery(batch), 0)
			if err != nil {
				return "", err
			}
			return string(w.AppendJSON(nil)), nil
		},
		"balance": func(ctx context.Context, b *Book) (string, error) {
			a, err := b.Balance(ctx, batch, event.Time{}, 0)
			return fmt.Sprintf("%+v", a), err
		},
		"sources": func(ctx context.Context, b *Book) (string, error) {
			a, err := b.Sources(ctx, recall.SourceQuery{}, 0)
			if err != nil {
				return "", err
			}
			return string(a.AppendJSON(nil)), nil
		},
		"show":     func(ctx context.Context, b *Book) (string, error) { return shown(b.Show(ctx, batch, event.Time{})) },
		"resolve":  func(ctx context.Context, b *Book) (string, error) { return printed(b.Resolve(ctx, "batch:MSC-26-02")) },
		"near":     func(ctx context.Context, b *Book) (string, error) { return printed(b.Resolve(ctx, "batch:MSC-26-03")) },
		"log":      func(ctx context.Context, b *Book) (string, error) { return logged(ctx, b, Filter{}) },
		"log of":   func(ctx context.Context, b *Book) (string, error) { return logged(ctx, b, Filter{Ref: batch}) },
		"a record": func(ctx context.Context, b *Book) (string, error) { return printedRow(b.ShowSeq(ctx, 17)) },
		"trail": func(ctx context.Context, b *Book) (string, error) {
			return jsonOf(func(w io.Writer) error {
				for row, err := range b.Trail(ctx, ExportOptions{}) {
					if err != nil {
						return err
					}
					old := "nothing"
					if row.Old != nil {
						old = string(row.Old.Bytes)
					}
					if _, err := fmt.Fprintln(w, string(row.Record.Bytes), row.Struck, row.StruckBy, row.Late, old); err != nil {
						return err
					}
				}
				return nil
			})
		},
		"touching": func(ctx context.Context, b *Book) (string, error) {
			return printed(b.Touching(ctx, &recall.Answer{Query: recall.NewQuery(batch)}))
		},
		"cases": func(ctx context.Context, b *Book) (string, error) {
			list, err := b.Cases(ctx, at)
			s := fmt.Sprint(len(list))
			for i := range list {
				s += fmt.Sprint(list[i].Ref, list[i].State, list[i].Opening.Seq)
			}
			return s, err
		},
		"case": func(ctx context.Context, b *Book) (string, error) {
			status, err := b.CaseStatus(ctx, c, nil, at)
			if err != nil {
				return "", err
			}
			return fmt.Sprintf("%+v %s", status.Milestones, status.Scope.Digest()), nil
		},
		"dossier": func(ctx context.Context, b *Book) (string, error) {
			d, err := b.Dossier(ctx, c, nil, at)
			if err != nil {
				return "", err
			}
			return jsonOf(d.WriteJSON)
		},
		"desk": func(ctx context.Context, b *Book) (s string, err error) {
			err = b.Desk(ctx, c, at, func(d *CaseDesk) error {
				a, err := d.Scope(ctx)
				if err == nil {
					a, err = d.Now(a)
				}
				if err == nil {
					s = a.Digest()
				}
				return err
			})
			return s, err
		},
		"suggest": func(ctx context.Context, b *Book) (string, error) {
			list, of, err := b.Suggest(ctx, at)
			return fmt.Sprint(len(list), of), err
		},
		"drills": func(ctx context.Context, b *Book) (string, error) {
			l, err := b.DrillLog(ctx, at)
			return fmt.Sprintf("%+v", l), err
		},
		"drill run": func(ctx context.Context, b *Book) (string, error) {
			d, err := b.DrillRun(ctx, drill, nil)
			if err != nil {
				return "", err
			}
			return bytesOf(&d.Result), nil
		},
		"random drill": func(ctx context.Context, b *Book) (string, error) {
			d, err := b.DrillRandom(ctx, 7, recall.PickableKinds())
			if err != nil {
				return "", err
			}
			return bytesOf(&d.Result), nil
		},
		"can keep": func(ctx context.Context, b *Book) (string, error) {
			return "", b.CanKeepDrill(ctx, ref(t, "case:DRILL-9"))
		},
		"keys": func(ctx context.Context, b *Book) (string, error) {
			r, err := b.Register(ctx)
			if err != nil {
				return "", err
			}
			return fmt.Sprint(len(r.Keys), len(r.Duties)), nil
		},
		"dry run": func(ctx context.Context, b *Book) (string, error) {
			r, err := b.Import(ctx, stream(collections(300, 12)), ImportOptions{DryRun: true})
			return fmt.Sprintf("%+v", r), err
		},
	}
}

func printed[T any](v T, err error) (string, error) {
	if err != nil {
		return "error: " + err.Error(), nil //nolint:nilerr // that is the answer
	}
	return fmt.Sprintf("%v", v), nil
}

func printedRow(r Row, err error) (string, error) {
	return fmt.Sprint(r.Record.Seq, r.Late, r.Struck, r.StruckBy, string(r.Record.Bytes)), err
}

func shown(x *Thing, err error) (string, error) {
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%+v %v %v %d %v %v", x.Status, x.Same, x.Codes, x.Decided, recordsOf(x.Tests), recordsOf(x.History)), nil
}

func logged(ctx context.Context, b *Book, f Filter) (string, error) {
	var s strings.Builder
	for row, err := range b.Log(ctx, f) {
		text, err := printedRow(row, err)
		if err != nil {
			return "", err
		}
		s.WriteString(text)
	}
	return s.String(), nil
}

// answers are those to all questions from the records alone.
func answers(t *testing.T, path string) map[string]string {
	t.Helper()
	o := options()
	o.NoIndex = true
	b, err := Open(t.Context(), path, o)
	if err != nil {
		t.Fatal(err)
	}
	all := make(map[string]string)
	for name, ask := range questions(t) {
		if all[name], err = ask(t.Context(), b); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
	return all
}

// wantAnswers asks everything of a book of its own each, which damage prepares.
func wantAnswers(t *testing.T, path, what string, want map[string]string, prepare func(*Book)) {
	t.Helper()
	all := questions(t)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		b, err := Open(t.Context(), path, options())
		if err != nil {
			t.Fatalf("%s, %s: %v", what, name, err)
		}
		prepare(b)
		got, err := all[name](t.Context(), b)
		if err != nil || got != want[name] {
			t.Errorf("%s: %s answers otherwise: %v\n%.300s\nwant\n%.300s", what, name, err, got, want[name])
		}
	}
}

// checkIndex opens the index of a ledger, all of which must be sound.
func checkIndex(path string) error {
	s, err := openIndex(path)
	if err != nil {
		return err
	}
	return s.Check()
}
