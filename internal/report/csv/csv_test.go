package csv_test

import (
	"bytes"
	stdcsv "encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"suyuan/internal/i18n"
	"suyuan/internal/report"
	"suyuan/internal/report/csv"
)

func list(rows ...[]string) *report.List {
	return &report.List{
		ID: "things", Columns: []report.Column{{Head: "物品"}, {Head: "n", Number: true}},
		Rows: report.Each(rows, func(r *[]string) []string { return *r }),
	}
}

func written(t *testing.T, l *report.List, mark bool) string {
	t.Helper()
	var out bytes.Buffer
	if _, err := csv.Write(&out, l, mark); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestAListIsAHeadAndItsRows(t *testing.T) {
	t.Parallel()
	got := written(t, list([]string{"unit:U-1", "2"}, []string{"a, \"b\"", "-3"}, []string{"", ""}), false)
	if want := "物品,n\nunit:U-1,2\n\"a, \"\"b\"\"\",-3\n,\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestAMarkComesFirstAndOnce(t *testing.T) {
	t.Parallel()
	got := written(t, list([]string{"\ufeffx", "1"}), true)
	if want := "\ufeff物品,n\n⟨U+FEFF⟩x,1\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestCellsAreNeitherFormulasNorDisguises(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                       "",
		"plain, with \"quotes\"": "plain, with \"quotes\"",
		"溯源 é 🧬":                 "溯源 é 🧬",
		"=1+1":                   "'=1+1",
		"=A99992600000100":       "'=A99992600000100",
		"&>A99992600000100":      "&>A99992600000100",
		"+1":                     "'+1",
		"-1":                     "'-1",
		"@SUM(A1)":               "'@SUM(A1)",
		"＝1+1":                   "'＝1+1",
		"＋1":                     "'＋1",
		"－1":                     "'－1",
		"＠SUM(A1)":               "'＠SUM(A1)",
		" =1":                    "' =1",
		"'=1":                    "''=1",
		"' '=1":                  "'' '=1",
		"'t Hart":                "'t Hart",
		"'":                      "'",
		"=cmd|' /C calc'!A0":     "'=cmd|' /C calc'!A0",
		"\t=1":                   "⟨U+0009⟩=1",
		"\r=1":                   "⟨U+000D⟩=1",
		"\n=1":                   "⟨U+000A⟩=1",
		"\x00=1":                 "⟨U+0000⟩=1",
		"a\u202eb":               "a⟨U+202E⟩b",
		"\u2028":                 "⟨U+2028⟩",
		"\xff":                   "⟨?⟩",
		"1=2":                    "1=2",
	} {
		if got := csv.Cell(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func TestANumberIsLeftAloneOnlyInAColumnOfNumbers(t *testing.T) {
	t.Parallel()
	got := written(t, list([]string{"-1", "-1"}, []string{"-1", "-1+1"}), false)
	if want := "物品,n\n'-1,-1\n'-1,'-1+1\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestWhatIsWrittenReadsBack(t *testing.T) {
	t.Parallel()
	cell := rapid.StringOfN(rapid.RuneFrom([]rune("=+-@＝＋－＠' \t\r\n\",;a1乐\u202e\ufeff")), 0, 12, -1)
	rapid.Check(t, func(rt *rapid.T) {
		rows := rapid.SliceOfN(rapid.SliceOfN(cell, 2, 2), 0, 20).Draw(rt, "rows")
		var out bytes.Buffer
		n, err := csv.Write(&out, list(rows...), false)
		if err != nil || n != len(rows) {
			rt.Fatalf("%d rows, %v", n, err)
		}
		got, err := stdcsv.NewReader(&out).ReadAll()
		if err != nil {
			rt.Fatal(err)
		}
		for i, row := range got[1:] {
			for k, c := range row {
				if want := i18n.Visible(rows[i][k]); csv.Plain(c) != want {
					rt.Errorf("row %d: %q reads as %q, want %q", i, c, csv.Plain(c), want)
				}
			}
		}
		if len(got) != 1+len(rows) {
			rt.Errorf("%d rows read back of %d", len(got)-1, len(rows))
		}
	})
}

func TestAFailingRowAndAFailingFileAreSaid(t *testing.T) {
	t.Parallel()
	bad := errors.New("damaged")
	l := list()
	l.Rows = func(yield func([]string, error) bool) {
		_ = yield([]string{"a", "1"}, nil) && yield(nil, bad)
	}
	if n, err := csv.Write(io.Discard, l, false); n != 1 || !errors.Is(err, bad) {
		t.Errorf("%d rows, %v", n, err)
	}
	if _, err := csv.Write(io.Discard, list([]string{"a"}), false); err == nil || !strings.Contains(err.Error(), "1 cells for 2 columns") {
		t.Errorf("a row that is short: %v", err)
	}
	if _, err := csv.Write(full{}, list(slices.Repeat([][]string{{"a", "1"}}, 2000)...), true); !errors.Is(err, io.ErrShortWrite) {
		t.Errorf("a full disk: %v", err)
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, io.ErrShortWrite }

func FuzzCell(f *testing.F) {
	for _, s := range []string{"", "=1", "＝1", " '=", "a\u202eb", "\xff", "⟨U+202E⟩", "=A99992600000100"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := csv.Cell(s)
		if i18n.Visible(got) != got {
			t.Errorf("%q: %q hides something", s, got)
		}
		if strings.IndexAny(got, "=+-@＝＋－＠") == 0 {
			t.Errorf("%q: %q is a formula", s, got)
		}
		if diff := cmp.Diff(i18n.Visible(s), csv.Plain(got)); diff != "" {
			t.Error(diff)
		}
	})
}
