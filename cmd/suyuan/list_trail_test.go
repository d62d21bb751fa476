package main

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"suyuan/internal/event"
	"suyuan/internal/i18n"
	"suyuan/internal/ledger"
	"suyuan/internal/logbook"
	"suyuan/internal/recall"
)

const (
	oldTest = `{"id":"018f0000-0000-8000-8000-000000000001","low":"1","note":"plate 1","result":"negative","sampled":"2026-01-01T00:00:00Z","site":"F","subject":"unit:U1","time":"2026-01-08T00:00:00+08:00","type":"test","value":"3"}`
	newTest = `{"id":"018f0000-0000-8000-8000-000000000002","note":"plate 2","organism":"X","replaces":"018f0000-0000-8000-8000-000000000001","result":"positive","sampled":"2026-01-01T00:00:00Z","site":"F","subject":"unit:U1","time":"2026-01-08T00:00:00+08:00","type":"test","value":"3"}`
	wrong   = `{"corrects":"018f0000-0000-8000-8000-000000000001","deviation":{"reason":"=r","rules":["expired"]},"id":"018f0000-0000-8000-8000-000000000003","reason":"incorrect_data","time":"2026-01-09T00:00:00Z","type":"correction"}`
	later   = `{"id":"018f0000-0000-8000-8000-000000000001","time":"2026-01-01T00:00:00Z","type":"teleport","unit":"U1","to":["X","Y"]}`
)

// trailRow writes one record as a row of the trail and returns its cells under their heads.
func trailRow(t *testing.T, lang i18n.Lang, text, old string) map[string]string {
	t.Helper()
	c := &console{}
	p := newProgram(c.env(), nil, nil, &bytes.Buffer{})
	p.texts = i18n.New(lang)
	e, err := event.ParseStored([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	row := logbook.TrailRow{Row: logbook.Row{Event: e, Record: ledger.Record{Seq: 7, Recorded: time.Date(2026, 3, 1, 8, 0, 0, 5e6, time.UTC), By: "F/OP-1", Event: []byte(text)}}}
	if old != "" {
		row.Old = &ledger.Record{Seq: 3, Event: []byte(old)}
	}
	l := p.trailLists("", &recall.AsOf{Size: 8}, func(yield func(logbook.TrailRow, error) bool) { yield(row, nil) }).Lists[0]
	got := make(map[string]string)
	for cells, err := range l.Rows {
		if err != nil || len(cells) != len(l.Columns) {
			t.Fatalf("%d cells for %d columns, %v", len(cells), len(l.Columns), err)
		}
		for i, column := range l.Columns {
			got[column.Head] = cells[i]
		}
	}
	return got
}

func TestARowOfTheTrailSaysWhoWhatWhenAndWhy(t *testing.T) {
	t.Parallel()
	got := trailRow(t, i18n.English, oldTest, "")
	for head, want := range map[string]string{
		"record": "7", "recorded": "2026-03-01T08:00:00.005Z", "recorded by": "F/OP-1", "happened": "2026-01-08T00:00:00+08:00", "type": "test",
		"about": "unit:U1", "at site": "site:F", "what": "low: 1; result: negative; sampled: 2026-01-01T00:00:00Z; subject: unit:U1; value: 3",
		"why": "note: plate 1", "corrects record": "", "before": "", "after": "", "event id": "018f0000-0000-8000-8000-000000000001",
	} {
		if got[head] != want {
			t.Errorf("%s: got %q, want %q", head, got[head], want)
		}
	}
}

func TestAReplacementShowsEachMemberThatChanged(t *testing.T) {
	t.Parallel()
	got := trailRow(t, i18n.English, newTest, oldTest)
	if want := "low: 1; note: plate 1; organism: –; result: negative"; got["before"] != want {
		t.Errorf("before: got %q, want %q", got["before"], want)
	}
	if want := "low: –; note: plate 2; organism: X; result: POSITIVE"; got["after"] != want || got["corrects record"] != "3" {
		t.Errorf("after: got %q, want %q; corrects %q", got["after"], want, got["corrects record"])
	}
	got = trailRow(t, i18n.Chinese, newTest, oldTest)
	if want := "下限：–；备注：plate 2；微生物：X；结果：阳性"; got["更改后"] != want {
		t.Errorf("got %q, want %q", got["更改后"], want)
	}
}

func TestACorrectionShowsAllThatNoLongerHolds(t *testing.T) {
	t.Parallel()
	got := trailRow(t, i18n.English, wrong, oldTest)
	for _, part := range []string{"type: test", "result: negative", "subject: unit:U1", "value: 3", "note: plate 1"} {
		if !strings.Contains(got["before"], part) {
			t.Errorf("before: %q lacks %q", got["before"], part)
		}
	}
	if got["after"] != "no longer holds" {
		t.Errorf("after: %q", got["after"])
	}
	if want := "deviation: (reason =r, rules expired); reason: incorrect data"; got["why"] != want {
		t.Errorf("why: got %q, want %q", got["why"], want)
	}
}

func TestEventsOfALaterVocabularyAreRowsOfTheTrail(t *testing.T) {
	t.Parallel()
	got := trailRow(t, i18n.English, later, "")
	if got["type"] != "teleport" || got["what"] != "to: X, Y; unit: U1" {
		t.Errorf("got %q", got)
	}
}
