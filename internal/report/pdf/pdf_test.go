package pdf_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"suyuan/internal/event"
	"suyuan/internal/i18n"
	"suyuan/internal/report"
	"suyuan/internal/report/draw"
	"suyuan/internal/report/pdf"
)

// sentence must come back whole wherever its lines are broken.
const sentence = "通知主治医师并隔离所有受影响的单位；在追溯完成之前，任何人不得使用该批次。"

// synthetic is a document with everything in it; nobody in it exists.
func synthetic(l i18n.Lang) *report.Document {
	d := &report.Document{
		Lang: l, Title: "溯源报告 Trace of lot:NMDS210011 <b>&amp;", Mark: report.DrillMark, Urgent: report.UrgentMark,
		Made:  event.TimeOf(time.Date(2026, 3, 5, 8, 0, 0, 0, time.FixedZone("", 8*3600))),
		Facts: []report.Fact{{Name: "问题 question", Value: "forward from lot:NMDS210011"}, {Name: "时间 at", Value: "2026-03-05 08:00 +08:00"}},
		Foot:  []string{"ledger example, 512 records", "root " + strings.Repeat("ab", 32)},
	}
	long := &report.Section{ID: "patients", Title: "患者 Patients (200)", Alarm: true, Heads: []string{"患者 patient", "级别", "单位 units", "说明 what to do"}, Numeric: []bool{false, false, true}}
	for i := range 200 {
		long.Rows = append(long.Rows, []string{fmt.Sprintf("patient:LC-H1/P-%03d", i), "确认", fmt.Sprint(i * 7), fmt.Sprintf("[%03d]%s", i, sentence)})
	}
	wide := &report.Section{ID: "wide", Title: "Narrow columns", Heads: []string{"a", "b", "c", "d", "e", "f", "g", "h", "i"}}
	for i := range 12 {
		wide.Rows = append(wide.Rows, []string{fmt.Sprint(i), "unit:" + strings.Repeat("0123456789", 15), sentence, "2026-03-05 08:00", "confirmed", "–", "LC-H1", "x", "#12 #13 #14"})
	}
	tall := &report.Section{ID: "tall", Title: "A row taller than a page", Heads: []string{"name", "text"}, Rows: [][]string{{"one", strings.Repeat(sentence, 200)}, {"two", "short"}}}
	picture := (&draw.Timeline{Title: "limits", Now: 80 * time.Hour, Rows: []draw.TimelineRow{
		{Label: "追溯 traced", Note: "T+1:00", Until: time.Hour, Limited: true, Limit: 4 * time.Hour},
		{Label: "筛查 screened", Note: "missed", Until: 80 * time.Hour, Open: true, Limited: true, Limit: 72 * time.Hour},
	}}).Picture()
	d.Sections = []*report.Section{
		{ID: "summary", Title: "摘要 Summary", Text: []string{sentence + sentence + sentence, "A sentence in English that is long enough to be broken at a blank somewhere near the right edge of the page, and once more."}, Picture: picture},
		long, wide, tall,
		{ID: "none", Title: "没有 Nothing", Text: []string{"none"}, NewPage: true},
	}
	return d
}

func written(t *testing.T, d *report.Document) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := pdf.Write(&b, d); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// extracted is the text of a PDF as an independent program reads it, page by page.
func extracted(t *testing.T, file []byte, args ...string) []string {
	t.Helper()
	text := tool(t, file, "pdftotext", append(args, "-enc", "UTF-8", "IN", "-")...)
	return strings.Split(strings.TrimSuffix(text, "\f"), "\f")
}

// tool runs a program of poppler on a PDF, which stands for IN in its arguments.
func tool(t *testing.T, file []byte, name string, args ...string) string {
	t.Helper()
	if _, err := exec.LookPath(name); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("%s is not installed: poppler-utils is needed", name)
		}
		t.Skipf("%s is not installed: scripts/test-deps says how to get it", name)
	}
	in := filepath.Join(t.TempDir(), "in.pdf")
	if err := os.WriteFile(in, file, 0o600); err != nil {
		t.Fatal(err)
	}
	for i := range args {
		if args[i] == "IN" {
			args[i] = in
		}
	}
	cmd := exec.CommandContext(t.Context(), name, args...)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil || errs.Len() > 0 {
		t.Fatalf("%s: %v: %s", name, err, errs.String())
	}
	return string(out)
}

// squeezed is a text without blanks and line ends.
func squeezed(s string) string { return strings.Join(strings.Fields(s), "") }

func TestTheSameDocumentGivesTheSameBytes(t *testing.T) {
	t.Parallel()
	if !bytes.Equal(written(t, synthetic(i18n.Chinese)), written(t, synthetic(i18n.Chinese))) {
		t.Error("two writings differ")
	}
}

func TestEveryCellComesBackWhole(t *testing.T) {
	t.Parallel()
	d := synthetic(i18n.Chinese)
	text := squeezed(strings.Join(extracted(t, written(t, d), "-raw"), ""))
	whole := 0
	for i := range 200 {
		if strings.Contains(text, fmt.Sprintf("[%03d]%s", i, sentence)) {
			whole++
		}
	}
	if whole != 200 {
		t.Errorf("%d of 200 sentences came back whole", whole)
	}
	for _, s := range d.Sections[:3] {
		for _, cells := range s.Rows {
			for _, c := range cells {
				if !strings.Contains(text, squeezed(c)) {
					t.Errorf("%.60q did not come back", c)
				}
			}
		}
	}
}

func TestEveryPageHasTitleNumberAndMarks(t *testing.T) {
	t.Parallel()
	for lang, number := range map[i18n.Lang]string{i18n.English: "page %d of %d", i18n.Chinese: "第 %d 页，共 %d 页"} {
		d := synthetic(lang)
		pages := extracted(t, written(t, d))
		if len(pages) < 8 {
			t.Fatalf("%d pages", len(pages))
		}
		for i, page := range pages {
			for _, want := range []string{d.Title, fmt.Sprintf(number, i+1, len(pages)), report.DrillMark, report.UrgentMark} {
				if !strings.Contains(squeezed(page), squeezed(want)) {
					t.Errorf("%s: page %d lacks %q", lang, i+1, want)
				}
			}
		}
	}
}

func TestOnlyDrillsAndUrgentMattersCarryMarks(t *testing.T) {
	t.Parallel()
	d := synthetic(i18n.English)
	d.Mark, d.Urgent = "", ""
	for i, page := range extracted(t, written(t, d)) {
		if strings.Contains(page, "DRILL") || strings.Contains(page, "URGENT") {
			t.Errorf("page %d is marked", i+1)
		}
	}
}

func TestHeadsAreRepeatedAndRowsAreNotTorn(t *testing.T) {
	t.Parallel()
	d := synthetic(i18n.English)
	d.Sections = d.Sections[1:2]
	pages := extracted(t, written(t, d), "-raw")
	for i, page := range pages {
		if !strings.Contains(page, "what to do") {
			t.Errorf("page %d has no head", i+1)
		}
		if n, whole := strings.Count(page, "patient:LC-H1/P-"), strings.Count(squeezed(page), sentence); n != whole {
			t.Errorf("page %d has %d rows and %d whole sentences", i+1, n, whole)
		}
	}
}

func TestARowTallerThanAPageGoesOnOnTheNextAndLosesNothing(t *testing.T) {
	t.Parallel()
	var cell strings.Builder
	for i := range 700 {
		fmt.Fprintf(&cell, "[%03d]通知主治医师，", i)
	}
	d := &report.Document{Lang: i18n.Chinese, Title: "t", Sections: []*report.Section{
		{ID: "s", Title: "s", Heads: []string{"name", "text"}, Rows: [][]string{{"tall", cell.String()}, {"next", "short"}}},
	}}
	pages := extracted(t, written(t, d), "-raw")
	text := squeezed(strings.Join(pages, ""))
	if len(pages) < 2 || !strings.Contains(text, "short") {
		t.Errorf("%d pages", len(pages))
	}
	for i := range 700 {
		if !strings.Contains(text, fmt.Sprintf("[%03d]", i)) {
			t.Errorf("part %d is missing", i)
		}
	}
	if n := strings.Count(text, "师"); n != 700 {
		t.Errorf("%d of 700 sentences", n)
	}
}

func TestCharactersWithoutAGlyphAreShownAsNumbers(t *testing.T) {
	t.Parallel()
	d := &report.Document{
		Lang: i18n.Chinese, Title: "䶮\U0001F600", Mark: "\u2011", Facts: []report.Fact{{Name: "\u0627", Value: "a\nb"}}, Foot: []string{"\U00020000"},
		Sections: []*report.Section{{
			ID: "s", Title: "\u202e", Text: []string{"e\u0301\xff"}, Heads: []string{"\u3042\u4e02"}, Rows: [][]string{{"\U0010FFFF"}},
			Picture: &draw.Picture{Width: 50, Height: 20, Shapes: []draw.Shape{draw.Text{X: 5, Y: 10, Size: 8, Words: "\u0e01"}}},
		}},
	}
	text := squeezed(strings.Join(extracted(t, written(t, d), "-raw"), ""))
	for _, want := range []string{"⟨U+4DAE⟩", "⟨U+1F600⟩", "⟨U+2011⟩", "⟨U+0627⟩", "a⟨U+000A⟩b", "⟨U+20000⟩", "⟨U+202E⟩", "⟨U+0301⟩⟨?⟩", "あ⟨U+4E02⟩", "⟨U+10FFFF⟩", "⟨U+0E01⟩"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing in %q", want, text)
		}
	}
}

func TestRowsThatDoNotFitTheirHeadsAreAnError(t *testing.T) {
	t.Parallel()
	d := &report.Document{Title: "t", Sections: []*report.Section{{ID: "s", Heads: []string{"a", "b"}, Rows: [][]string{{"1", "2"}, {"1"}}}}}
	if err := pdf.Write(&bytes.Buffer{}, d); err == nil || !strings.Contains(err.Error(), `section "s": row 2 has 1 cells for 2 heads`) {
		t.Errorf("error %v", err)
	}
}

func TestTheFileSaysWhatItIs(t *testing.T) {
	t.Parallel()
	d := synthetic(i18n.Chinese)
	file := written(t, d)
	info := tool(t, file, "pdfinfo", "-isodates", "IN")
	for _, want := range []string{`Title: +` + regexp.QuoteMeta(d.Title), `Creator: +Suyuan`, `CreationDate: +2026-03-05T00:00:00Z`, `Page size: .*A4`} {
		if !regexp.MustCompile(want).MatchString(info) {
			t.Errorf("pdfinfo lacks %q:\n%s", want, info)
		}
	}
	if !bytes.Contains(file, []byte("/Lang (zh)")) {
		t.Error("no language")
	}
	fonts := tool(t, file, "pdffonts", "IN")
	if n := strings.Count(fonts, "yes no  yes"); n != 2 { // embedded, with a map to Unicode; the library gives its subsets no prefix
		t.Errorf("%d fonts are embedded:\n%s", n, fonts)
	}
}

func TestADocumentWithoutATimeHasNoDate(t *testing.T) {
	t.Parallel()
	if file := written(t, &report.Document{Lang: i18n.English, Title: "empty"}); bytes.Contains(file, []byte("CreationDate")) {
		t.Error("a date came from nowhere")
	}
}
