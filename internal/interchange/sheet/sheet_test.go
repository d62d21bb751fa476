package sheet

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// read returns the rows of a table as texts with their places, and the error that ended it.
func read(b []byte, o Options) ([]string, error) {
	t, err := Open(bytes.NewReader(b), int64(len(b)), o)
	if err != nil {
		return nil, err
	}
	var list []string
	for row, err := range t.Rows() {
		if err != nil {
			return list, err
		}
		var cells []string
		for _, c := range row.Cells {
			cells = append(cells, c.Text)
		}
		list = append(list, fmt.Sprintf("%d: %s", row.Line, strings.Join(cells, "|")))
	}
	return list, nil
}

func gb(t *testing.T, s string) []byte {
	t.Helper()
	b, err := simplifiedchinese.GB18030.NewEncoder().Bytes([]byte(s))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestCSVIsReadAsProgramsWriteIt(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text []byte
		o    Options
		want []string
	}{
		"comma":                 {[]byte("a,b\n1,2\n"), Options{}, []string{"1: a|b", "2: 1|2"}},
		"mark, semicolon, CRLF": {[]byte("\xEF\xBB\xBFa;b\r\n1,5;2\r\n"), Options{}, []string{"1: a|b", "2: 1,5|2"}},
		"sep= and tab":          {[]byte("sep=|\na|b,c\n"), Options{}, []string{"2: a|b,c"}},
		"quotes over lines":     {[]byte("a,\"b\nc\"\n\n1,\"x\"\"y\"\n"), Options{}, []string{"1: a|b\nc", "4: 1|x\"y"}},
		"texts in guards":       {[]byte("\"=\"\"007\"\"\",'=A99992112345600, x \n"), Options{}, []string{"1: 007|=A99992112345600|x"}},
		"an ISBT code":          {[]byte("=A99992112345600,&/CHA999926AB12CD\n"), Options{}, []string{"1: =A99992112345600|&/CHA999926AB12CD"}},
		"GB18030":               {gb(t, "袋号,备注\nU1,模拟 𠮷\n"), Options{Encoding: GB18030}, []string{"1: 袋号|备注", "2: U1|模拟 𠮷"}},
		"first row":             {[]byte("title\na,b\n1,2\n"), Options{FirstRow: 2, Comma: ','}, []string{"2: a|b", "3: 1|2"}},
		"empty file":            {nil, Options{}, nil},
	} {
		got, err := read(c.text, c.o)
		if err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%s: got %q, %v; want %q", name, got, err, c.want)
		}
	}
}

func TestBadCSVIsNamedByLineAndColumn(t *testing.T) {
	t.Parallel()
	long := "a,\"" + strings.Repeat("x", 3*MaxRow) + "\n"
	for name, c := range map[string]struct {
		text         []byte
		o            Options
		problem      Problem
		line, column int
	}{
		"GB18030 taken for UTF-8":  {append([]byte("unit,note\nU1,ok\n"), gb(t, "U2,模拟\n")...), Options{}, ProblemEncoding, 3, 2},
		"UTF-8 taken for GB18030":  {append(gb(t, "袋号,备注\n"), "U1,患者反应良好\n"...), Options{Encoding: GB18030}, ProblemEncoding, 2, 0},
		"bytes of no encoding":     {[]byte("a\n\xFF\xFF\n"), Options{Encoding: GB18030}, ProblemEncoding, 2, 1},
		"a mark under GB18030":     {[]byte("\xEF\xBB\xBFa\n"), Options{Encoding: GB18030}, ProblemEncoding, 1, 0},
		"UTF-16":                   {[]byte("\xFF\xFEa\x00"), Options{}, ProblemEncoding, 1, 0},
		"a quote in a cell":        {[]byte("a,b\nx\"y,2\n"), Options{}, ProblemQuote, 2, 0},
		"a quote that never ends":  {[]byte("a,b\n1,\"2\n3,4\n"), Options{}, ProblemQuote, 2, 0},
		"a row that never ends":    {[]byte(long), Options{}, ProblemLong, 0, 0},
		"a NUL":                    {[]byte("a,b\n1,\x00\n"), Options{}, ProblemControl, 2, 2},
		"a workbook":               {[]byte("PK\x03\x04...."), Options{Format: CSV}, ProblemFormat, 0, 0},
		"CSV for a workbook":       {[]byte("a,b\n"), Options{Format: XLSX}, ProblemFormat, 0, 0},
		"a workbook of before":     {[]byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"), Options{}, ProblemOld, 0, 0},
		"more columns than Excel":  {[]byte(strings.Repeat(",", MaxColumns) + "\n"), Options{Comma: ','}, ProblemColumns, 1, 0},
		"a cut-off sequence":       {[]byte("a\n\xE6\xA8\n"), Options{}, ProblemEncoding, 2, 1},
		"no line end at the end":   {[]byte("a\tb\n1\t2"), Options{}, ProblemCut, 0, 0},
		"an error for a value":     {[]byte("a,b\n1,#N/A\n"), Options{}, ProblemCell, 2, 2},
		"sep= and a bad line":      {[]byte("sep=;\na;b\n\"x\n"), Options{}, ProblemQuote, 3, 0},
		"a tail of another coding": {append([]byte("袋号\n"), gb(t, "备注\n")...), Options{}, ProblemEncoding, 2, 1},
	} {
		_, err := read(c.text, c.o)
		var e *Error
		if !errors.As(err, &e) || e.Problem != c.problem || c.line > 0 && e.Line != c.line || c.column > 0 && e.Column != c.column {
			t.Errorf("%s: got %v, want %s at %d, %d", name, err, c.problem, c.line, c.column)
		}
	}
}

// An endless reader gives the same line for ever.
type endless struct {
	line string
	size int64
}

func (e *endless) ReadAt(b []byte, off int64) (int, error) {
	n := 0
	for n < len(b) && off+int64(n) < e.size {
		n += copy(b[n:min(int64(len(b)), e.size-off)], e.line[(off+int64(n))%int64(len(e.line)):])
	}
	if off+int64(n) >= e.size {
		return n, io.EOF
	}
	return n, nil
}

func TestAGigabyteOfCSVTakesTheMemoryOfARow(t *testing.T) {
	if testing.Short() {
		t.Skip("reads a gigabyte")
	}
	in := &endless{line: "U-1," + strings.Repeat("x", 50_000) + ",-80.5\n"}
	in.size = (1 << 30) / int64(len(in.line)) * int64(len(in.line))
	table, err := Open(in, in.size, Options{})
	if err != nil {
		t.Fatal(err)
	}
	rows := 0
	for _, err := range table.Rows() {
		if err != nil {
			t.Fatal(err)
		}
		rows++
	}
	if want := int(in.size / int64(len(in.line))); rows != want {
		t.Fatalf("got %d rows, want %d", rows, want)
	}
	allocated := testing.AllocsPerRun(1, func() {
		for _, err := range table.Rows() {
			if err != nil {
				t.Fatal(err)
			}
			break
		}
	})
	if allocated > 10_000 {
		t.Fatalf("the first row took %v allocations", allocated)
	}
}

// workbookOf makes a workbook with excelize.
func workbookOf(t *testing.T, fill func(f *excelize.File)) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close() //nolint:errcheck // it is in memory
	fill(f)
	b, err := f.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// rewritten copies a workbook with parts changed: change returns a part's new bytes, or nil where it is to go.
func rewritten(t *testing.T, b []byte, change func(name string, content []byte) []byte, more map[string]string) []byte {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	put := func(name string, content []byte) {
		part, err := w.Create(name)
		if err == nil {
			_, err = part.Write(content)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if content = change(f.Name, content); content != nil {
			put(f.Name, content)
		}
	}
	for name, content := range more {
		put(name, []byte(content))
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func same(_ string, content []byte) []byte { return content }

// must fails the test on an error of excelize.
func must(t *testing.T, errs ...error) {
	t.Helper()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
}

func styled(t *testing.T, f *excelize.File, cell, format string) {
	t.Helper()
	style, err := f.NewStyle(&excelize.Style{CustomNumFmt: &format})
	must(t, err, f.SetCellStyle("Sheet1", cell, cell, style))
}

func TestWorkbooksSayWhatStandsThere(t *testing.T) {
	t.Parallel()
	b := workbookOf(t, func(f *excelize.File) {
		must(t, f.SetSheetRow("Sheet1", "A1", &[]any{"袋号", "viability", "date", "code", "share", "time", "kept", "length"}),
			f.SetCellRichText("Sheet1", "A3", []excelize.RichTextRun{{Text: "U-"}, {Text: "1"}}),
			f.SetCellValue("Sheet1", "B3", 92.1),
			f.SetCellValue("Sheet1", "C3", 46082.354166666664),
			f.SetCellValue("Sheet1", "D3", 123),
			f.SetCellValue("Sheet1", "E3", 0.955),
			f.SetCellValue("Sheet1", "F3", 0.5),
			f.SetCellStr("Sheet1", "G3", "81234567890123456789"),
			f.SetCellValue("Sheet1", "H3", 1.25),
			f.SetCellValue("Sheet1", "A4", -196),
			f.SetCellValue("Sheet1", "B4", true),
			f.SetCellValue("Sheet1", "C4", 0.1+0.2))
		styled(t, f, "C3", `yyyy"年"m"月"d"日" hh:mm`)
		styled(t, f, "D3", "000000")
		styled(t, f, "E3", "0.0%")
		styled(t, f, "F3", "h:mm")
		styled(t, f, "H3", "[h]:mm")
	})
	for range 2 { // and a second time
		got, err := read(b, Options{})
		want := []string{
			"1: 袋号|viability|date|code|share|time|kept|length", "3: U-1|92.1|2026-03-01T08:30:00|000123|95.5%|12:00:00|81234567890123456789|30:00:00", "4: -196|TRUE|0.3",
		}
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%v %s", err, diff)
		}
	}
}

func TestDatesOfBothCalendars(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		number  float64
		is1904  bool
		want    string
		problem Problem
	}{
		{1, false, "1900-01-01", ""},
		{59, false, "1900-02-28", ""},
		{60, false, "", ProblemDate},
		{61, false, "1900-03-01", ""},
		{46082, false, "2026-03-01", ""},
		{0, true, "1904-01-01", ""},
		{60, true, "1904-03-01", ""},
		{46082 - 1462, true, "2026-03-01", ""},
		{-1, false, "", ProblemDate},
		{2958465, false, "9999-12-31", ""},
		{2958466, false, "", ProblemDate},
		{46082.99999999, false, "2026-03-02", ""},
	} {
		cell, problem := parseFormat("yyyy-mm-dd").cell(fmt.Sprint(c.number), c.is1904)
		if cell.Text != c.want || problem != c.problem {
			t.Errorf("%v (1904 %v): got %q, %q; want %q, %q", c.number, c.is1904, cell.Text, problem, c.want, c.problem)
		}
	}
}

func TestFormatsTellDatesFromNumbers(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]numberFormat{
		"":                             {},
		"General":                      {},
		"0.00":                         {},
		"@":                            {},
		"#,##0":                        {},
		"0000":                         {digits: 4},
		"0%":                           {percent: true},
		"yyyy-mm-dd":                   {kind: dateFormat, dated: true},
		"[$-804]yyyy\"年\"m\"月\"d\"日\"": {kind: dateFormat, dated: true},
		"hh:mm:ss":                     {kind: dateFormat, timed: true},
		"m/d/yy h:mm":                  {kind: dateFormat, dated: true, timed: true},
		"mmm-yy":                       {kind: dateFormat, dated: true},
		"[h]:mm":                       {kind: lengthFormat},
		`0.0" days"`:                   {},
		`\d0`:                          {digits: 1, prefix: "d"},
		`"B-"0000`:                     {digits: 4, prefix: "B-"},
		"[Red]0.00;[Blue]-0.00":        {},
	} {
		if got := parseFormat(code); got != want {
			t.Errorf("%q: got %+v, want %+v", code, got, want)
		}
	}
}

func TestWhatAWorkbookHidesIsRefused(t *testing.T) {
	t.Parallel()
	plain := func(f *excelize.File) {
		must(t, f.SetSheetRow("Sheet1", "A1", &[]any{"unit", "result"}), f.SetSheetRow("Sheet1", "A2", &[]any{"U1", "negative"}), f.SetSheetRow("Sheet1", "A3", &[]any{"U2", "positive"}))
	}
	with := func(more func(f *excelize.File)) []byte {
		return workbookOf(t, func(f *excelize.File) { plain(f); more(f) })
	}
	sound := workbookOf(t, plain)
	bomb := rewritten(t, sound, func(name string, content []byte) []byte {
		if name == "xl/sharedStrings.xml" || name == "xl/worksheets/sheet1.xml" {
			return append(content, bytes.Repeat([]byte(" "), 40<<20)...)
		}
		return content
	}, nil)
	for name, c := range map[string]struct {
		book         []byte
		o            Options
		problem      Problem
		line, column int
	}{
		"a formula":        {with(func(f *excelize.File) { must(t, f.SetCellFormula("Sheet1", "B3", "A1")) }), Options{}, ProblemFormula, 3, 2},
		"merged cells":     {with(func(f *excelize.File) { must(t, f.MergeCell("Sheet1", "A2", "A3")) }), Options{}, ProblemMerged, 2, 1},
		"a hidden row":     {with(func(f *excelize.File) { must(t, f.SetRowVisible("Sheet1", 3, false)) }), Options{}, ProblemHidden, 3, 0},
		"a hidden column":  {with(func(f *excelize.File) { must(t, f.SetColVisible("Sheet1", "B", false)) }), Options{}, ProblemHidden, 1, 2},
		"a lost digit":     {with(func(f *excelize.File) { must(t, f.SetCellValue("Sheet1", "A3", 8.1234567890123456e19)) }), Options{}, ProblemDigits, 3, 1},
		"sixteen digits":   {with(func(f *excelize.File) { must(t, f.SetCellValue("Sheet1", "A3", 1234567890123456.0)) }), Options{}, ProblemDigits, 3, 1},
		"two sheets":       {with(func(f *excelize.File) { _, err := f.NewSheet("more"); must(t, err) }), Options{}, ProblemSheet, 0, 0},
		"no such sheet":    {sound, Options{Sheet: "袋"}, ProblemSheet, 0, 0},
		"a macro":          {rewritten(t, sound, same, map[string]string{"xl/vbaProject.bin": "x"}), Options{}, ProblemMacro, 0, 0},
		"an external link": {rewritten(t, sound, same, map[string]string{"xl/externalLinks/externalLink1.xml": "<x/>"}), Options{}, ProblemExternal, 0, 0},
		"a bomb":           {bomb, Options{}, ProblemBomb, 0, 0},
		"cut off":          {sound[:len(sound)-30], Options{}, ProblemDamaged, 0, 0},
		"no sheet part": {rewritten(t, sound, func(name string, b []byte) []byte {
			return map[bool][]byte{false: b}[name == "xl/worksheets/sheet1.xml"]
		}, nil), Options{}, ProblemDamaged, 0, 0},
		"an error value": {rewritten(t, sound, func(name string, b []byte) []byte {
			return bytes.Replace(b, []byte(`<c r="B3" t="s"><v>5</v>`), []byte(`<c r="B3" t="e"><v>#N/A</v>`), 1)
		}, nil), Options{}, ProblemCell, 3, 2},
		"a document type": {rewritten(t, sound, func(name string, b []byte) []byte {
			if name == "xl/sharedStrings.xml" {
				return append([]byte(`<!DOCTYPE x [<!ENTITY a "b">]>`), b...)
			}
			return b
		}, nil), Options{}, ProblemDamaged, 0, 0},
	} {
		_, err := read(c.book, c.o)
		var e *Error
		if !errors.As(err, &e) || e.Problem != c.problem || c.line > 0 && e.Line != c.line || c.column > 0 && e.Column != c.column {
			t.Errorf("%s: got %v, want %s at %d, %d", name, err, c.problem, c.line, c.column)
		}
	}
	for name, c := range map[string]struct {
		book []byte
		o    Options
		want string
	}{
		"sound":                 {sound, Options{}, "1: unit|result, 2: U1|negative, 3: U2|positive"},
		"a hidden row left out": {with(func(f *excelize.File) { must(t, f.SetRowVisible("Sheet1", 2, false)) }), Options{Hidden: Skip}, "1: unit|result, 3: U2|positive"},
		"a hidden row read":     {with(func(f *excelize.File) { must(t, f.SetRowVisible("Sheet1", 2, false)) }), Options{Hidden: Read}, "1: unit|result, 2: U1|negative, 3: U2|positive"},
		"a hidden column left":  {with(func(f *excelize.File) { must(t, f.SetColVisible("Sheet1", "B", false)) }), Options{Hidden: Skip}, "1: unit, 2: U1, 3: U2"},
		"a merged title above":  {with(func(f *excelize.File) { must(t, f.MergeCell("Sheet1", "A1", "B1")) }), Options{FirstRow: 2}, "2: U1|negative, 3: U2|positive"},
		"a sheet by name":       {with(func(f *excelize.File) { _, err := f.NewSheet("more"); must(t, err) }), Options{Sheet: "Sheet1"}, "1: unit|result, 2: U1|negative, 3: U2|positive"},
		"beside a hidden sheet": {with(func(f *excelize.File) { _, err := f.NewSheet("more"); must(t, err, f.SetSheetVisible("more", false)) }), Options{}, "1: unit|result, 2: U1|negative, 3: U2|positive"},
		"the value of a formula": {rewritten(t, sound, func(_ string, b []byte) []byte {
			return bytes.Replace(b, []byte(`<c r="B3" t="s"><v>5</v>`), []byte(`<c r="B3" t="str"><f>A1</f><v>pos</v>`), 1)
		}, nil), Options{Formulas: Read}, "1: unit|result, 2: U1|negative, 3: U2|pos"},
		"no styles and no shared": {rewritten(t, sound, func(name string, b []byte) []byte { return map[bool][]byte{false: b}[name == "xl/styles.xml"] }, nil), Options{}, "1: unit|result, 2: U1|negative, 3: U2|positive"},
	} {
		got, err := read(c.book, c.o)
		if err != nil || strings.Join(got, ", ") != c.want {
			t.Errorf("%s: got %q, %v; want %q", name, got, err, c.want)
		}
	}
}

func FuzzOpen(f *testing.F) {
	f.Add([]byte("a,b\n1,\"2\"\n"), false)
	f.Add([]byte("\xEF\xBB\xBFsep=;\na;b\n"), false)
	f.Add([]byte("\xC4\xA3\xC4\xE2,1\n"), true)
	book := excelize.NewFile()
	if err := book.SetSheetRow("Sheet1", "A1", &[]any{"unit", 1.5, true}); err != nil {
		f.Fatal(err)
	}
	b, err := book.WriteToBuffer()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes(), false)
	f.Fuzz(func(t *testing.T, b []byte, chinese bool) {
		o := Options{Formulas: Read, Hidden: Read}
		if chinese {
			o.Encoding = GB18030
		}
		table, err := Open(bytes.NewReader(b), int64(len(b)), o)
		if err != nil {
			return
		}
		last := 0
		for row, err := range table.Rows() {
			if err != nil {
				return
			}
			if row.Line <= last {
				t.Fatalf("row %d comes behind row %d", row.Line, last)
			}
			last = row.Line
			for i, c := range row.Cells {
				if (c.Kind == Empty) != (c.Text == "") {
					t.Fatalf("%s is of kind %d and says %q", row.At(i), c.Kind, c.Text)
				}
			}
		}
	})
}

// FuzzRows mutates the part that holds the rows, which mutations of a packed file seldom reach.
func FuzzRows(f *testing.F) {
	f.Add([]byte(`<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>x</t></is></c><c r="C1" s="0"><v>1.5</v></c></row></sheetData><mergeCells><mergeCell ref="A9:B9"/></mergeCells></worksheet>`))
	f.Add([]byte(`<worksheet><cols><col min="2" max="2" hidden="1"/></cols><sheetData><row><c t="b"><v>1</v></c><c t="d"><v>2026-01-01</v></c></row><row r="7" hidden="1"/></sheetData></worksheet>`))
	f.Fuzz(func(t *testing.T, sheet []byte) {
		var out bytes.Buffer
		w := zip.NewWriter(&out)
		for name, content := range map[string][]byte{
			workbookPart: []byte(`<workbook xmlns:r="r"><sheets><sheet name="S" sheetId="1" r:id="x"/></sheets></workbook>`),
			relsPart:     []byte(`<Relationships><Relationship Id="x" Target="worksheets/s.xml"/></Relationships>`), "xl/worksheets/s.xml": sheet,
		} {
			part, err := w.Create(name)
			if err == nil {
				_, err = part.Write(content)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		list, err := read(out.Bytes(), Options{})
		var e *Error
		if err != nil && (!errors.As(err, &e) || !slices.Contains(Problems(), e.Problem)) {
			t.Fatalf("an error of no known kind: %v (%q)", err, list)
		}
	})
}
