package xlsx_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"suyuan/internal/event"
	"suyuan/internal/i18n"
	"suyuan/internal/report"
	"suyuan/internal/report/draw"
	"suyuan/internal/report/xlsx"
)

func synthetic() *report.Document {
	d := &report.Document{
		Lang: i18n.Chinese, Title: "溯源报告 lot:NMDS210011 & <b>", Mark: report.DrillMark, Urgent: report.UrgentMark,
		Made:  event.TimeOf(time.Date(2026, 3, 5, 8, 0, 0, 0, time.UTC)),
		Facts: []report.Fact{{Name: "问题", Value: "forward"}, {Name: "=1+1", Value: "@x"}},
		Foot:  []string{"root " + strings.Repeat("ab", 32)},
	}
	counts := &report.Section{
		ID: "counts", Title: "数量: counts [a/b]*?", Alarm: true, Text: []string{"first", "第二"}, Picture: &draw.Picture{Width: 1, Height: 1, Alt: "what it shows"},
		Heads: []string{"what", "n"}, Numeric: []bool{false, true},
	}
	for i, s := range hostile() {
		counts.Rows = append(counts.Rows, []string{s, fmt.Sprint(i)})
	}
	counts.Rows = append(counts.Rows, []string{"12", "–"}, []string{"007", "-5"}, []string{"x", "007"}, []string{"y", "12345678901234567890"})
	d.Sections = []*report.Section{counts, {ID: "again", Title: "数量: counts [a/b]*?", Text: []string{"none"}}, {ID: "long", Title: strings.Repeat("长", 40), Heads: []string{"a"}}}
	return d
}

// hostile are texts that programs for tables may take for something else.
func hostile() []string {
	return []string{
		"=1+1", "=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "'=1", "_x0041_", "_x000D_", "1e5", "2026-03-05", "TRUE", "#N/A", "=HYPERLINK(\"x\")",
		"<script>alert(1)</script>", "a&b", "a\nb", "\u202ex", "\x00", "\xff", "乐城", "\U0001F600", " blanks ", "",
	}
}

func written(t *testing.T, d *report.Document) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := xlsx.Write(&b, d); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func open(t *testing.T, b []byte) *excelize.File {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	})
	return f
}

func TestTheSameDocumentGivesTheSameBytes(t *testing.T) {
	t.Parallel()
	first := written(t, synthetic())
	for range 5 {
		if !bytes.Equal(first, written(t, synthetic())) {
			t.Fatal("two writings differ")
		}
	}
}

func TestEverySectionHasASheetWithALegalName(t *testing.T) {
	t.Parallel()
	want := []string{"报告", "数量- counts -a-b---", "数量- counts -a-b--- 2", strings.Repeat("长", 31)}
	if diff := cmp.Diff(want, open(t, written(t, synthetic())).GetSheetList()); diff != "" {
		t.Errorf("sheets (-want +got):\n%s", diff)
	}
}

func TestEverySheetBeginsWithTheMarksAndPrintsThem(t *testing.T) {
	t.Parallel()
	d := synthetic()
	f := open(t, written(t, d))
	for _, name := range f.GetSheetList() {
		banner, err := f.GetCellValue(name, "A1")
		if err != nil {
			t.Fatal(err)
		}
		if want := "URGENT / 紧急 – DRILL / 演练 – " + d.Title; banner != want {
			t.Errorf("%s begins %q, want %q", name, banner, want)
		}
		head, err := f.GetHeaderFooter(name)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(head.OddHeader, report.DrillMark) || !strings.Contains(head.OddHeader, "&&") {
			t.Errorf("%s is printed with the head %q", name, head.OddHeader)
		}
	}
}

func TestTextsStayTextsWhateverTheyLookLike(t *testing.T) {
	t.Parallel()
	f := open(t, written(t, synthetic()))
	const sheet, head = "数量- counts -a-b---", 6 // banner, title, two lines, picture, then the head
	for i, s := range hostile() {
		cell := fmt.Sprintf("A%d", head+1+i)
		got, err := f.GetCellValue(sheet, cell)
		if err != nil {
			t.Fatal(err)
		}
		kind, err := f.GetCellType(sheet, cell)
		if err != nil {
			t.Fatal(err)
		}
		formula, err := f.GetCellFormula(sheet, cell)
		if err != nil {
			t.Fatal(err)
		}
		if want := i18n.Visible(s); got != want || formula != "" || kind != excelize.CellTypeInlineString {
			t.Errorf("%s of %q is %q, of type %d, with the formula %q", cell, s, got, kind, formula)
		}
	}
}

func TestOnlyWholeNumbersOfNumericColumnsAreNumbers(t *testing.T) {
	t.Parallel()
	f := open(t, written(t, synthetic()))
	const sheet = "数量- counts -a-b---"
	row := 7 + len(hostile())
	for cell, number := range map[string]bool{
		"B7": true, "B8": true, fmt.Sprintf("A%d", row): false, fmt.Sprintf("B%d", row): false, fmt.Sprintf("A%d", row+1): false,
		fmt.Sprintf("B%d", row+1): true, fmt.Sprintf("B%d", row+2): false, fmt.Sprintf("B%d", row+3): false,
	} {
		kind, err := f.GetCellType(sheet, cell)
		if err != nil {
			t.Fatal(err)
		}
		if got := kind == excelize.CellTypeUnset || kind == excelize.CellTypeNumber; got != number {
			value, _ := f.GetCellValue(sheet, cell)
			t.Errorf("%s = %q: a number %v, want %v (type %d)", cell, value, got, number, kind)
		}
	}
}

func TestTheHeadIsFrozenUnderTheLines(t *testing.T) {
	t.Parallel()
	f := open(t, written(t, synthetic()))
	rows, err := f.GetRows("数量- counts -a-b---")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([][]string{{"数量: counts [a/b]*?"}, {"first"}, {"第二"}, {"what it shows"}, {"what", "n"}}, rows[1:6]); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
	panes, err := f.GetPanes("数量- counts -a-b---")
	if err != nil {
		t.Fatal(err)
	}
	if !panes.Freeze || panes.YSplit != 6 {
		t.Errorf("panes %+v", panes)
	}
}

func TestFactsAndFootStandOnTheFirstSheet(t *testing.T) {
	t.Parallel()
	rows, err := open(t, written(t, synthetic())).GetRows("报告")
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{{"问题", "forward"}, {"=1+1", "@x"}, nil, {"root " + strings.Repeat("ab", 32)}}
	if diff := cmp.Diff(want, rows[1:]); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
}

func TestNoPartHasATime(t *testing.T) {
	t.Parallel()
	b := written(t, synthetic())
	r, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	for i, f := range r.File {
		if !f.Modified.IsZero() && f.Modified.Year() > 1980 {
			t.Errorf("%s is of %s", f.Name, f.Modified)
		}
		if (i == 0) != (f.Name == "[Content_Types].xml") {
			t.Errorf("part %d is %s", i, f.Name)
		}
		from, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		part, err := io.ReadAll(from)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(part, []byte("<f>")) || bytes.Contains(part, []byte("<f ")) {
			t.Errorf("%s holds a formula", f.Name)
		}
		if f.Name == "docProps/core.xml" && !bytes.Contains(part, []byte("2026-03-05T08:00:00Z")) {
			t.Errorf("the description lacks the document's time: %s", part)
		}
	}
}

func TestWhatNoCellHoldsGoesOnBelow(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("长\U00020000_x0041_", 20000)
	d := &report.Document{Lang: i18n.English, Title: "t", Sections: []*report.Section{{ID: "s", Title: "s", Heads: []string{"a", "b"}, Rows: [][]string{{"1", long}, {"2", "end"}}}}}
	rows, err := open(t, written(t, d)).GetRows("s")
	if err != nil {
		t.Fatal(err)
	}
	var got strings.Builder
	for i, r := range rows[3 : len(rows)-1] {
		got.WriteString(strings.TrimPrefix(r[1], "…"))
		if (r[0] == "1") != (i == 0) {
			t.Errorf("row %d is named %q", i, r[0])
		}
		if n := len(utf16.Encode([]rune(r[1]))); n > 32767 {
			t.Errorf("a cell of %d units", n)
		}
	}
	if got.String() != long {
		t.Errorf("%d bytes came back of %d", got.Len(), len(long))
	}
	if !slices.Equal(rows[len(rows)-1], []string{"2", "end"}) {
		t.Errorf("the last row is %q", rows[len(rows)-1])
	}
}

func TestRowsThatDoNotFitTheirHeadsAreAnError(t *testing.T) {
	t.Parallel()
	d := &report.Document{Title: "t", Sections: []*report.Section{{ID: "s", Heads: []string{"a", "b"}, Rows: [][]string{{"1"}}}}}
	if err := xlsx.Write(io.Discard, d); err == nil || !strings.Contains(err.Error(), `section "s": row 1 has 1 cells for 2 heads`) {
		t.Errorf("error %v", err)
	}
}

func FuzzCells(f *testing.F) {
	for _, s := range hostile() {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if len(s) > 1000 {
			t.Skip("long cells have a test of their own")
		}
		d := &report.Document{Lang: i18n.English, Title: s, Mark: s, Sections: []*report.Section{
			{ID: "s", Title: s, Text: []string{s}, Heads: []string{s, "n"}, Rows: [][]string{{s, s}}, Numeric: []bool{false, true}},
		}}
		file := open(t, written(t, d))
		sheet := file.GetSheetList()[1]
		got, err := file.GetCellValue(sheet, "A5")
		if err != nil {
			t.Fatal(err)
		}
		if want := i18n.Visible(s); got != want {
			t.Errorf("%q came back as %q", want, got)
		}
		for _, cell := range []string{"A1", "A2", "A3", "A4", "A5", "B5"} {
			if formula, err := file.GetCellFormula(sheet, cell); err != nil || formula != "" {
				t.Errorf("%s of %q computes %q: %v", cell, s, formula, err)
			}
		}
	})
}
