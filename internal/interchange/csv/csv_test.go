package csv

import (
	"bytes"
	"encoding/csv"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"suyuan/internal/event"
)

// table writes rows and reads them back as a spreadsheet would: one map a row.
func table(t *testing.T, rows ...Row) []map[string]string {
	t.Helper()
	var out bytes.Buffer
	w, err := NewWriter(&out, false)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		if err := w.Write(r); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	cells, err := csv.NewReader(&out).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var list []map[string]string
	for _, row := range cells[1:] {
		m := make(map[string]string)
		for i, name := range cells[0] {
			m[name] = row[i]
		}
		list = append(list, m)
	}
	return list
}

func row(t *testing.T, text string) Row {
	t.Helper()
	e, err := event.ParseStored([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return Row{Seq: 7, Recorded: time.Date(2026, 3, 1, 8, 0, 0, 5e6, time.UTC), By: "F/OP-1", Event: &e, Bytes: []byte(text), Leaf: [32]byte{0xab}}
}

const (
	oldTest = `{"id":"018f0000-0000-8000-8000-000000000001","low":"1","note":"plate 1","result":"negative","sampled":"2026-01-01T00:00:00Z","site":"F","subject":"unit:U1","time":"2026-01-08T00:00:00+08:00","type":"test","value":"3"}`
	newTest = `{"id":"018f0000-0000-8000-8000-000000000002","note":"plate 2","organism":"X","replaces":"018f0000-0000-8000-8000-000000000001","result":"positive","sampled":"2026-01-01T00:00:00Z","site":"F","subject":"unit:U1","time":"2026-01-08T00:00:00+08:00","type":"test","value":"3"}`
	wrong   = `{"corrects":"018f0000-0000-8000-8000-000000000001","deviation":{"reason":"r","rules":["expired"]},"id":"018f0000-0000-8000-8000-000000000003","reason":"incorrect_data","time":"2026-01-09T00:00:00Z","type":"correction"}`
)

func TestARowSaysWhoWhatWhenAndWhy(t *testing.T) {
	t.Parallel()
	r := row(t, oldTest)
	r.Source, r.Line = "events.jsonl", 12
	want := map[string]string{
		"seq": "7", "recorded": "2026-03-01T08:00:00.005Z", "by": "F/OP-1", "time": "2026-01-08T00:00:00+08:00", "end": "", "type": "test",
		"things": "unit:U1", "site": "F", "what": "low=1; result=negative; sampled=2026-01-01T00:00:00Z; subject=unit:U1; value=3",
		"why": "note: plate 1", "old": "", "new": "", "id": "018f0000-0000-8000-8000-000000000001", "source": "events.jsonl", "line": "12",
		"leaf": "ab" + strings.Repeat("0", 62),
	}
	if diff := cmp.Diff(want, table(t, r)[0]); diff != "" {
		t.Error(diff)
	}
}

func TestAReplacementShowsWhatChanged(t *testing.T) {
	t.Parallel()
	r := row(t, newTest)
	r.Old = []byte(oldTest)
	got := table(t, r)[0]
	if want := `{"low":"1","result":"negative"}`; got["old"] != want {
		t.Errorf("old: got %s, want %s", got["old"], want)
	}
	if want := `{"organism":"X","result":"positive"}`; got["new"] != want {
		t.Errorf("new: got %s, want %s", got["new"], want)
	}
}

func TestACorrectionShowsWhatNoLongerHolds(t *testing.T) {
	t.Parallel()
	r := row(t, wrong)
	r.Old = []byte(oldTest)
	got := table(t, r)[0]
	if got["old"] != oldTest || got["new"] != "" {
		t.Errorf("got old %s, new %s", got["old"], got["new"])
	}
	if want := `reason: incorrect_data; deviation: {"reason":"r","rules":["expired"]}`; got["why"] != want {
		t.Errorf("why: got %s, want %s", got["why"], want)
	}
}

func TestRecordZeroIsARowToo(t *testing.T) {
	t.Parallel()
	got := table(t, Row{Bytes: []byte(`{"created":"2026-01-01T00:00:00.000Z","origin":"o"}`)})[0]
	if got["type"] != "genesis" || got["what"] != "created=2026-01-01T00:00:00.000Z; origin=o" {
		t.Errorf("got %q", got)
	}
}

func TestEventsOfALaterVocabularyAreRows(t *testing.T) {
	t.Parallel()
	got := table(t, row(t, `{"id":"018f0000-0000-8000-8000-000000000001","time":"2026-01-01T00:00:00Z","type":"teleport","unit":"U1"}`))[0]
	if got["type"] != "teleport" || got["what"] != "unit=U1" {
		t.Errorf("got %q", got)
	}
}

func TestCellsAreNeitherFormulasNorDisguises(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                        "",
		"plain, with \"quotes\"":  "plain, with \"quotes\"",
		"溯源 é 🧬":                  "溯源 é 🧬",
		"=1+1":                    "'=1+1",
		"+1":                      "'+1",
		"-1":                      "'-1",
		"@SUM(A1)":                "'@SUM(A1)",
		"\t=1":                    "⟨U+0009⟩=1",
		"\r=1":                    "⟨U+000D⟩=1",
		"a\nb":                    "a⟨U+000A⟩b",
		"\x1b[31mred":             "⟨U+001B⟩[31mred",
		"a\u202eb":                "a⟨U+202E⟩b",
		"a\u200bb\u2066":          "a⟨U+200B⟩b⟨U+2066⟩",
		"\ufeff=1":                "⟨U+FEFF⟩=1",
		"\u2028":                  "⟨U+2028⟩",
		"\x7f\u0085":              "⟨U+007F⟩⟨U+0085⟩",
		"\ue000":                  "⟨U+E000⟩",
		"a\u3164":                 "a⟨U+3164⟩",
		"\U000e0041":              "⟨U+E0041⟩",
		"1=2":                     "1=2",
		"no-break\u00a0space too": "no-break\u00a0space too",
	} {
		if got := cell(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func TestAMarkComesFirstAndOnce(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	w, err := NewWriter(&out, true)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(w.Write(row(t, oldTest)), w.Flush()); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(out.String(), "\ufeffseq,") || strings.Count(out.String(), "\ufeff") != 1 {
		t.Errorf("got %q", out.String()[:20])
	}
}

func FuzzCell(f *testing.F) {
	for _, s := range []string{"", "=1", "a\u202eb", "\xff", "⟨U+202E⟩"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := cell(s)
		if strings.ContainsFunc(got, hidden) {
			t.Errorf("%q: %q hides something", s, got)
		}
		if got != "" && strings.ContainsRune("=+-@", rune(got[0])) {
			t.Errorf("%q: %q is a formula", s, got)
		}
	})
}
