package xlsx_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"suyuan/internal/event"
	"suyuan/internal/i18n"
	"suyuan/internal/report"
	"suyuan/internal/report/xlsx"
)

func lists(mark string, rows ...[]string) *report.Lists {
	return &report.Lists{
		Lang: i18n.English, Title: "trace lot:X", Mark: mark, Asked: event.TimeOf(time.Date(2026, 3, 5, 8, 0, 0, 0, time.UTC)),
		Facts: []report.Fact{{Name: "root", Value: strings.Repeat("ab", 32)}},
		Lists: []*report.List{{
			ID: "things", Title: "things", Columns: []report.Column{{Head: "thing"}, {Head: "n", Number: true}},
			Rows: report.Each(rows, func(r *[]string) []string { return *r }),
		}},
	}
}

func writtenLists(t *testing.T, l *report.Lists, limit int) (*excelize.File, []xlsx.Count) {
	t.Helper()
	var b bytes.Buffer
	counts, err := xlsx.WriteListsUpTo(&b, l, limit)
	if err != nil {
		t.Fatal(err)
	}
	return open(t, b.Bytes()), counts
}

func sheetRows(t *testing.T, f *excelize.File, name string) [][]string {
	t.Helper()
	rows, err := f.GetRows(name)
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func TestAListIsASheetWithAFrozenHeadAndAFilter(t *testing.T) {
	t.Parallel()
	l := lists("", []string{"unit:U-1", "2"}, []string{"00123456789012345678", "3"})
	f, counts := writtenLists(t, l, 100)
	if diff := cmp.Diff([][]string{{"thing", "n"}, {"unit:U-1", "2"}, {"00123456789012345678", "3"}}, sheetRows(t, f, "things")); diff != "" {
		t.Error(diff)
	}
	if counts[0].Rows != 2 || counts[0].Sheets != 1 {
		t.Errorf("counted %+v", counts[0])
	}
	panes, err := f.GetPanes("things")
	if err != nil || !panes.Freeze || panes.YSplit != 1 {
		t.Errorf("panes %+v, %v", panes, err)
	}
	if kind, err := f.GetCellType("things", "A3"); err != nil || kind == excelize.CellTypeNumber || kind == excelize.CellTypeUnset {
		t.Errorf("a code of twenty digits is of type %v, %v", kind, err)
	}
	if xml := part(t, l, "xl/worksheets/sheet3.xml"); !strings.Contains(xml, `<autoFilter ref="$A$1:$B$3">`) {
		t.Errorf("no filter in %s", xml)
	}
	if xml := part(t, l, "xl/worksheets/sheet3.xml"); !strings.Contains(xml, `<cols><col min="1" max="1" width="22" customWidth="1"/><col min="2"`) {
		t.Errorf("the columns are not in order in %s", xml)
	}
	if xml := part(t, l, "xl/workbook.xml"); !strings.Contains(xml, `localSheetId="1" name="_xlnm._FilterDatabase">&#39;things&#39;!$A$1:$B$3<`) {
		t.Errorf("the filter has no name in %s", xml)
	}
}

// part is one part of the workbook of lists, as stored.
func part(t *testing.T, l *report.Lists, name string) string {
	t.Helper()
	var b bytes.Buffer
	if _, err := xlsx.WriteLists(&b, l); err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	text, err := fs.ReadFile(z, name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestTheFactsStandFirstAndCountTheRows(t *testing.T) {
	t.Parallel()
	f, _ := writtenLists(t, lists("", []string{"a", "1"}, []string{"b", "2"}), 100)
	want := [][]string{{"trace lot:X"}, {"root", strings.Repeat("ab", 32)}, {"things", "2 rows"}}
	if diff := cmp.Diff(want, sheetRows(t, f, f.GetSheetName(0))); diff != "" {
		t.Error(diff)
	}
}

func TestAListThatNoSheetHoldsGoesOnOnTheNext(t *testing.T) {
	t.Parallel()
	var rows [][]string
	for i := range 25 {
		rows = append(rows, []string{fmt.Sprint("unit:U-", i), fmt.Sprint(i)})
	}
	rows[9][0] = strings.Repeat("长", 40000) // takes three rows of a sheet, which must not be parted
	f, counts := writtenLists(t, lists("", rows...), 11)
	if counts[0].Rows != 25 || counts[0].Sheets != 3 {
		t.Fatalf("counted %+v", counts[0])
	}
	var got []string
	for _, name := range []string{"things", "things 2", "things 3"} {
		all := sheetRows(t, f, name)
		if len(all) > 11 {
			t.Errorf("%s has %d rows", name, len(all))
		}
		if diff := cmp.Diff([]string{"thing", "n"}, all[0]); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		for _, row := range all[1:] {
			if len(row) > 1 {
				got = append(got, row[1])
			}
		}
	}
	for i, n := range got {
		if n != fmt.Sprint(i) {
			t.Fatalf("row %d has %s", i, n)
		}
	}
	facts := sheetRows(t, f, f.GetSheetName(0))
	if last := facts[len(facts)-1]; len(got) != 25 || last[1] != "25 rows, on the sheets things, things 2, things 3" {
		t.Errorf("%d rows, facts %q", len(got), last)
	}
}

func TestADrillSaysSoOverEveryHead(t *testing.T) {
	t.Parallel()
	f, _ := writtenLists(t, lists(report.DrillMark, []string{"a", "1"}), 100)
	want := [][]string{{report.DrillMark + " – trace lot:X"}, {"thing", "n"}, {"a", "1"}}
	if diff := cmp.Diff(want, sheetRows(t, f, "things")); diff != "" {
		t.Error(diff)
	}
	if panes, err := f.GetPanes("things"); err != nil || panes.YSplit != 2 {
		t.Errorf("panes %+v, %v", panes, err)
	}
}

func TestCellsOfAListReadBack(t *testing.T) {
	t.Parallel()
	cell := rapid.StringOfN(rapid.RuneFrom([]rune("=+-@&'_x04\t\r\n\",<a1乐\u202e\ufeff \U0001F600")), 1, 12, -1)
	rapid.Check(t, func(rt *rapid.T) {
		rows := rapid.SliceOfN(rapid.SliceOfN(cell, 2, 2), 0, 10).Draw(rt, "rows")
		f, _ := writtenLists(t, lists("", rows...), 100)
		got := sheetRows(t, f, "things")
		if len(got) != len(rows)+1 {
			rt.Fatalf("%d rows read back of %d", len(got)-1, len(rows))
		}
		for i, row := range rows {
			for k, c := range row {
				if want := i18n.Visible(c); got[i+1][k] != want {
					rt.Errorf("row %d: read %q, want %q", i, got[i+1][k], want)
				}
			}
		}
	})
}

func TestNothingInAListComputes(t *testing.T) {
	t.Parallel()
	var rows [][]string
	for _, s := range hostile() {
		rows = append(rows, []string{s, s})
	}
	f, _ := writtenLists(t, lists("", rows...), 100)
	for i := range rows {
		for _, column := range []string{"A", "B"} {
			if formula, err := f.GetCellFormula("things", fmt.Sprint(column, i+2)); err != nil || formula != "" {
				t.Errorf("%q computes %q, %v", rows[i][0], formula, err)
			}
		}
	}
}

func TestTheSameListsGiveTheSameBytes(t *testing.T) {
	t.Parallel()
	var first []byte
	for range 5 {
		var b bytes.Buffer
		if _, err := xlsx.WriteLists(&b, lists("", []string{"a", "1"})); err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = b.Bytes()
		}
		if !bytes.Equal(first, b.Bytes()) {
			t.Fatal("not the same bytes")
		}
	}
}

func TestARowThatFailsMakesNoWorkbook(t *testing.T) {
	t.Parallel()
	bad := errors.New("damaged")
	for name, row := range map[string][]string{"failing": nil, "short": {"a"}} {
		l := lists("")
		l.Lists[0].Rows = func(yield func([]string, error) bool) {
			for range 1500 {
				if !yield([]string{"a", "1"}, nil) {
					return
				}
			}
			if row == nil {
				yield(nil, bad)
			} else {
				yield(row, nil)
			}
		}
		var b bytes.Buffer
		if _, err := xlsx.WriteLists(&b, l); err == nil || b.Len() > 0 {
			t.Errorf("%s: %v, %d bytes", name, err, b.Len())
		}
	}
	if _, err := xlsx.WriteLists(io.Discard, lists("", []string{"a"})); err == nil {
		t.Error("a short row among the first is no error")
	}
}
