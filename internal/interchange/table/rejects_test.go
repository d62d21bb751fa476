package table

import (
	"bytes"
	"math"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"suyuan/internal/interchange/sheet"
)

// A failer is a test, whatever checks it.
type failer interface {
	Helper()
	Fatal(args ...any)
}

func open(t failer, p *Profile, file []byte) *sheet.Table {
	t.Helper()
	opened, err := sheet.Open(bytes.NewReader(file), int64(len(file)), p.Sheet())
	if err != nil {
		t.Fatal(err)
	}
	return opened
}

// leftOut returns all rows of a file as rejected ones, and the file that they are written into.
func leftOut(t failer, p *Profile, file []byte) (*Rejected, []byte) {
	t.Helper()
	left, err := p.Rejected(open(t, p, file), func(int) (string, bool) { return "=why, \"not\"", true })
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := left.Write(&out); err != nil {
		t.Fatal(err)
	}
	return left, out.Bytes()
}

// cells returns what stands in a file, row by row, without the column of reasons.
func cells(t failer, p *Profile, file []byte) (rows [][]sheet.Cell) {
	t.Helper()
	reasons := -1
	for row, err := range open(t, p, file).Rows() {
		if err != nil {
			t.Fatal(err)
		}
		list := slices.Clone(row.Cells)
		if rows == nil {
			reasons = slices.IndexFunc(list, isRejectHeading)
		}
		if reasons >= 0 {
			list = list[:reasons]
		}
		for len(list) > 0 && list[len(list)-1].Kind == sheet.Empty {
			list = list[:len(list)-1]
		}
		rows = append(rows, list)
	}
	return rows
}

// same reports whether cells say the same: the same texts, and dates where dates were.
func same(a, b sheet.Cell) bool {
	dated := func(k sheet.Kind) bool { return k == sheet.Date || k == sheet.Time }
	return a.Text == b.Text && (dated(a.Kind) == dated(b.Kind) || b.Kind == sheet.Text && !strings.HasPrefix(a.Text, "20"))
}

func comeBack(t *testing.T, p *Profile, file []byte) {
	t.Helper()
	left, written := leftOut(t, p, file)
	want, got := cells(t, p, file), cells(t, p, written)
	if !slices.EqualFunc(want, got, func(a, b []sheet.Cell) bool { return slices.EqualFunc(a, b, same) }) {
		t.Fatalf("rejected rows are %q, want %q", got, want)
	}
	if held, err := left.StandIn(open(t, p, written)); err != nil || !held {
		t.Fatalf("the file of rejected rows does not hold them: %v", err)
	}
}

func anyTable(t failer, keys string) *Profile {
	t.Helper()
	p, err := ParseProfile([]byte(keys + "\ntype = \"collection\"\nignore = [\"*\"]\n[columns]\n\"a\" = { to = \"donor\", optional = true }\n"))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

var cellTexts = []string{
	"0012", "=A99992612345600", "'=x", `="007"`, `="'=x"`, "=1+1", "+5", "-5", "−5", "@SUM(A1)", "a\nb", "a\r\r\nb", "a\rb", "ＬＣ－１", "1e5", "8.4321E+19", `say "so"`, "a,b;c|d\te", "_x0041_", "01/02/2026",
	"2026-03-01", "\u001d10X", " x ", "TRUE", "'", "''=", "##", "\u00a0x", "–", "👩‍⚕️", `="="`, `=" x "`, "'+86", "00:00",
}

// FuzzRejectedCSVComesBack: what is left out of a CSV file comes back cell by cell, in whichever encoding and with whichever separator.
func FuzzRejectedCSVComesBack(f *testing.F) {
	for i, s := range cellTexts {
		f.Add("a,b;c\n"+`"`+strings.ReplaceAll(s, `"`, `""`)+"\",x;y\n", i%2 == 0, i%3)
		f.Add("a;b\n"+s+";1\nx;"+s+";"+s+"\n", i%2 == 1, i%2)
	}
	f.Add("title\n\"a,c\";b;原因 reason;d\n1;2;because;3\n", true, 2)
	f.Fuzz(func(t *testing.T, text string, wide bool, head int) {
		keys := map[bool]string{true: "encoding = \"gb18030\"\n", false: ""}[wide]
		if head > 1 && head < 5 {
			keys += "header_row = " + string(rune('0'+head)) + "\n"
		}
		if !utf8.ValidString(text) || strings.HasPrefix(text, "sep=") || wide && strings.HasPrefix(text, "\ufeff") {
			return
		}
		if wide {
			encoded, err := simplifiedchinese.GB18030.NewEncoder().String(text)
			if err != nil {
				return
			}
			text = encoded
		}
		p := anyTable(t, keys)
		opened, err := sheet.Open(strings.NewReader(text), int64(len(text)), p.Sheet())
		if err != nil {
			return
		}
		heads := 0
		for row, err := range opened.Rows() {
			if err != nil || len(row.Cells) > 50 {
				return // refused as a whole
			}
			for _, c := range row.Cells {
				if heads == 0 && (isRejectHeading(c) || strings.HasPrefix(c.Text, "sep=")) {
					return
				}
			}
			heads++
		}
		if heads > 0 {
			comeBack(t, p, []byte(text))
		}
	})
}

var cellForms = []string{"", "General", "@", "0", "0.00", "00000", `"B-"0000`, "0%", "yyyy-mm-dd", "yyyy-mm-dd hh:mm", "h:mm", "[h]:mm", "m/d/yy h:mm", "yyyy\"年\"m\"月\"d\"日\""}

// FuzzRejectedWorkbookComesBack: what is left out of a workbook comes back cell by cell, days as days and moments as moments.
func FuzzRejectedWorkbookComesBack(f *testing.F) {
	for i, s := range cellTexts {
		f.Add(s, float64(46000+i), byte(i), false)
	}
	for i, x := range []float64{0, 0.25, 0.99999999, 1, 59, 59.5, 61, 366.5, 46082, 46082.354166666664, 46082.999995, 1.0 / 3, 92.5, -5, 123456789012345, 1e14, 0.1 + 0.2, 2958465.5} {
		for form := range cellForms {
			f.Add("", x, byte(form), i%2 == 0)
		}
	}
	f.Fuzz(func(t *testing.T, text string, x float64, form byte, old bool) {
		if !utf8.ValidString(text) || math.IsNaN(x) || math.IsInf(x, 0) {
			return
		}
		book := excelize.NewFile()
		defer book.Close() //nolint:errcheck // it is in memory
		format := cellForms[int(form)%len(cellForms)]
		style, err := book.NewStyle(&excelize.Style{CustomNumFmt: &format})
		if format == "" {
			style, err = book.NewStyle(&excelize.Style{NumFmt: 14})
		}
		if err != nil {
			t.Fatal(err)
		}
		var file bytes.Buffer
		for _, err := range []error{
			book.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &old}),
			book.SetCellStr("Sheet1", "A1", "a"), book.SetCellStr("Sheet1", "B1", "b"), book.SetCellStr("Sheet1", "C2", text), book.SetCellStr("Sheet1", "A2", "x"),
			book.SetCellFloat("Sheet1", "B2", x, -1, 64), book.SetCellStyle("Sheet1", "B2", "B2", style), book.Write(&file),
		} {
			if err != nil {
				return // none that can be made
			}
		}
		p := anyTable(t, "")
		opened, err := sheet.Open(bytes.NewReader(file.Bytes()), int64(file.Len()), p.Sheet())
		if err != nil {
			return
		}
		for _, err := range opened.Rows() {
			if err != nil {
				return
			}
		}
		comeBack(t, p, file.Bytes())
	})
}

// A day that came back as midnight would be another expiry date.
func TestARejectedDayStaysADay(t *testing.T) {
	t.Parallel()
	book := excelize.NewFile()
	defer book.Close() //nolint:errcheck // it is in memory
	style, err := book.NewStyle(&excelize.Style{NumFmt: 14})
	if err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	for _, err := range []error{
		book.SetSheetRow("Sheet1", "A1", &[]string{"received at", "lot", "product", "expires", "site"}),
		book.SetSheetRow("Sheet1", "A2", &[]any{"2026-03-01 08:30", "L-1", "albumin", 46387, "LC-H1"}),
		book.SetCellStyle("Sheet1", "D2", "D2", style), book.Write(&file),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	p, err := ParseProfile([]byte("type = \"receipt\"\nzone = \"Asia/Shanghai\"\n[columns]\n\"received at\" = \"time\"\nlot = \"lot\"\nproduct = \"product\"\nexpires = { to = \"expires\", day = \"end\" }\nsite = \"site\"\n"))
	if err != nil {
		t.Fatal(err)
	}
	_, written := leftOut(t, p, file.Bytes())
	want, got := all(t, p, file.Bytes()), all(t, p, written)
	if !slices.Equal(want, got) || !strings.Contains(want[0], `"expires":"2026-12-31T23:59:59+08:00"`) {
		t.Errorf("a rejected day says %q, want %q", got, want)
	}
}

// What stands where no heading is, is a reason to reject a row, and must be there to be mended.
func TestARejectedRowKeepsCellsWithoutAHeading(t *testing.T) {
	t.Parallel()
	for _, file := range []string{"a,b\n1,2,3,4\n", "a,b,原因 reason,c\n1,2,old,3,4\n"} {
		_, written := leftOut(t, anyTable(t, ""), []byte(file))
		if !strings.Contains(string(written), "\n1,2,3,4,") || strings.Contains(string(written), "old") {
			t.Errorf("%q: rejected rows are %q", file, written)
		}
	}
}

// A file that holds fewer of the rows, or others, does not hold them.
func TestRowsStandInAFileAsOftenAsTheyAreLeftOut(t *testing.T) {
	t.Parallel()
	p := anyTable(t, "")
	left, written := leftOut(t, p, []byte("a,b\n1,2\n1,2\n3,4\n"))
	for _, c := range []struct {
		file string
		want bool
	}{
		{string(written), true},
		{"a,b,原因 reason\n3,4,x\n1,2,x\n5,6,x\n1,2,y\n", true},
		{"a,b,原因 reason\n1,2,x\n3,4,x\n", false},
		{"a,b,原因 reason\n1,2,x\n1,2,x\n3,5,x\n", false},
		{"a,c,原因 reason\n1,2,x\n1,2,x\n3,4,x\n", false},
		{"a,b,原因 reason\n", false},
	} {
		if held, err := left.StandIn(open(t, p, []byte(c.file))); err != nil || held != c.want {
			t.Errorf("%q: held %v, %v; want %v", c.file, held, err, c.want)
		}
	}
}
