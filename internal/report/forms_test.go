package report_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"suyuan/internal/genealogy"
	"suyuan/internal/i18n"
	"suyuan/internal/recall"
	"suyuan/internal/report"
	"suyuan/internal/report/pdf"
	"suyuan/internal/report/xlsx"
)

// numbers are those of a dossier by section, row for row, as its model has them.
func numbers(d *recall.Dossier) map[string][][]int {
	all := make(map[string][][]int)
	for _, of := range []func(*recall.Counts) int{
		func(c *recall.Counts) int { return c.Patients }, func(c *recall.Counts) int { return c.Units },
		func(c *recall.Counts) int { return c.Infused }, func(c *recall.Counts) int { return c.InStock },
		func(c *recall.Counts) int { return c.InTransit }, func(c *recall.Counts) int { return c.Allocated },
		func(c *recall.Counts) int { return c.OnHold }, func(c *recall.Counts) int { return c.Unaccounted },
		func(c *recall.Counts) int { return c.Samples }, func(c *recall.Counts) int { return c.Sites },
		func(c *recall.Counts) int { return c.Regions }, func(c *recall.Counts) int { return c.RegionsUsed },
	} {
		var row []int
		for g := range d.Answer.Query.Grade + 1 {
			row = append(row, of(&d.Answer.ByGrade[g]))
		}
		all["counts"] = append(all["counts"], row)
	}
	for _, h := range d.Holds {
		all["holds"] = append(all["holds"], []int{h.Open, h.Aside, h.Held, h.Left})
	}
	for i := range d.Sites {
		s := &d.Sites[i]
		all["sites"] = append(all["sites"], []int{s.Accepted, s.Here, s.OnHold, s.Infused})
	}
	for i := range d.Exposure.Nodes {
		all["exposure"] = append(all["exposure"], []int{len(d.Exposure.Nodes[i].Things)})
	}
	balances := []*recall.Balance{&d.Answer.Balance}
	for _, b := range d.Balances {
		balances = append(balances, &b.Balance)
	}
	all["balance"] = make([][]int, 11)
	for _, b := range balances {
		for i, n := range []int{b.Made, b.Infused, b.InStock, b.InTransit, b.Destroyed, b.Returned, b.Lost, b.Expired, b.Tested, b.Unaccounted, b.Samples} {
			all["balance"][i] = append(all["balance"][i], n)
		}
	}
	return all
}

// read takes the integers out of the numeric columns of tables.
func read(t *testing.T, doc *report.Document, tables map[string][][]string) map[string][][]int {
	t.Helper()
	found := make(map[string][][]int)
	for _, s := range doc.Sections {
		if s.Numeric == nil || s.ID == "scopes" || s.ID == "sources" {
			continue // a dash stands in some of their cells
		}
		for _, row := range tables[s.ID] {
			var list []int
			for i, cell := range row {
				if !s.IsNumeric(i) {
					continue
				}
				n, err := strconv.Atoi(cell)
				if err != nil {
					t.Errorf("%s: %v", s.ID, err)
				}
				list = append(list, n)
			}
			found[s.ID] = append(found[s.ID], list)
		}
	}
	return found
}

// ofPage reads the tables of an HTML page by the ids of their sections, without their heads.
func ofPage(t *testing.T, page []byte) map[string][][]string {
	t.Helper()
	tables := make(map[string][][]string)
	dec := xml.NewDecoder(bytes.NewReader(page))
	dec.Strict, dec.AutoClose, dec.Entity = false, xml.HTMLAutoClose, xml.HTMLEntity
	id, cell, in := "", "", false
	for {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return tables
		}
		if err != nil {
			t.Fatal(err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			switch token.Name.Local {
			case "section":
				id = token.Attr[slices.IndexFunc(token.Attr, func(a xml.Attr) bool { return a.Name.Local == "id" })].Value
			case "tbody":
				in = true
			case "tr":
				if in {
					tables[id] = append(tables[id], nil)
				}
			case "th", "td":
				cell = ""
			}
		case xml.CharData:
			cell += string(token)
		case xml.EndElement:
			switch name := token.Name.Local; {
			case name == "tbody":
				in = false
			case in && (name == "th" || name == "td"):
				last := len(tables[id]) - 1
				tables[id][last] = append(tables[id][last], cell)
			}
		}
	}
}

// ofWorkbook reads the tables of a workbook: one sheet for each section behind the first, the rows under the heads.
func ofWorkbook(t *testing.T, doc *report.Document) map[string][][]string {
	t.Helper()
	var b bytes.Buffer
	if err := xlsx.Write(&b, doc); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	tables := make(map[string][][]string)
	for i, name := range f.GetSheetList()[1:] {
		s := doc.Sections[i]
		rows, err := f.GetRows(name, excelize.Options{RawCellValue: true})
		if err != nil {
			t.Fatal(err)
		}
		head := slices.IndexFunc(rows, func(row []string) bool { return s.Heads != nil && slices.Equal(row, s.Heads) })
		if s.Heads != nil && head < 0 {
			t.Fatalf("sheet %q has no heads %q", name, s.Heads)
		}
		if s.Heads != nil {
			tables[s.ID] = rows[head+1:]
		}
	}
	return tables
}

// ofPDF is the text of a PDF as an independent program reads it, without blanks.
func ofPDF(t *testing.T, doc *report.Document) string {
	t.Helper()
	if _, err := exec.LookPath("pdftotext"); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("pdftotext is not installed: poppler-utils is needed")
		}
		t.Skip("pdftotext is not installed: scripts/test-deps says how to get it")
	}
	name := filepath.Join(t.TempDir(), "d.pdf")
	var b bytes.Buffer
	if err := pdf.Write(&b, doc); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), "pdftotext", "-raw", "-enc", "UTF-8", name, "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(strings.Fields(string(out)), "")
}

func TestAllFormsOfADossierHaveTheSameNumbers(t *testing.T) {
	t.Parallel()
	d, docs := lechengDocuments(t)
	want := numbers(d)
	if want["counts"][0][0] != 8 || want["holds"][0][0] == 0 || want["sites"] == nil || want["balance"][0][0] == 0 {
		t.Fatalf("the dossier is too small to show anything: %v", want)
	}
	for lang, doc := range docs {
		page, book := ofPage(t, written(t, doc)), ofWorkbook(t, doc)
		if diff := cmp.Diff(want, read(t, doc, page)); diff != "" {
			t.Errorf("%s page (-model +page):\n%s", lang, diff)
		}
		if diff := cmp.Diff(want, read(t, doc, book)); diff != "" {
			t.Errorf("%s workbook (-model +workbook):\n%s", lang, diff)
		}
		for _, s := range doc.Sections {
			if s.Heads == nil {
				continue
			}
			if diff := cmp.Diff(s.Rows, page[s.ID]); diff != "" {
				t.Errorf("%s page, %s (-document +page):\n%s", lang, s.ID, diff)
			}
			if diff := cmp.Diff(s.Rows, book[s.ID]); diff != "" {
				t.Errorf("%s workbook, %s (-document +workbook):\n%s", lang, s.ID, diff)
			}
		}
	}
}

func TestThePDFOfADossierHasEveryRowOfNumbers(t *testing.T) {
	t.Parallel()
	d, docs := lechengDocuments(t)
	for lang, doc := range docs {
		text := ofPDF(t, doc)
		for _, s := range doc.Sections {
			for _, row := range s.Rows {
				line := strings.Join(row, "")
				if s.Numeric == nil || len(row) > 5 {
					line = row[0] // cells of several lines are read line by line
				}
				if line = strings.Join(strings.Fields(line), ""); !strings.Contains(text, line) {
					t.Errorf("%s, %s: the PDF lacks %q", lang, s.ID, line)
				}
			}
		}
		for _, fact := range append([]string{doc.Title, d.AsOf.Root}, d.Records[0].Leaf) {
			if !strings.Contains(text, strings.Join(strings.Fields(fact), "")) {
				t.Errorf("the PDF lacks %q", fact)
			}
		}
	}
}

func TestTheJSONOfADossierHasTheSameNumbers(t *testing.T) {
	t.Parallel()
	d, _ := lechengDocuments(t)
	var b bytes.Buffer
	if err := d.WriteJSON(&b); err != nil {
		t.Fatal(err)
	}
	var found struct {
		Answer struct {
			Counts  map[string]map[string]int `json:"counts_by_grade"`
			Balance map[string]int
		}
		Balances []struct{ Balance map[string]int }
		Holds    []struct{ Open, Aside, Held, Left int }
		Sites    []struct {
			Accepted, Here, Infused int
			OnHold                  int `json:"on_hold"`
		}
		Exposure struct{ Nodes []struct{ Things []string } }
		Records  []struct {
			Seq  uint64
			Leaf string
		}
	}
	if err := json.Unmarshal(b.Bytes(), &found); err != nil {
		t.Fatal(err)
	}
	got := map[string][][]int{"balance": make([][]int, 11)}
	for _, name := range []string{"patients", "units", "infused", "in_stock", "in_transit", "allocated", "on_hold", "unaccounted", "samples", "sites", "regions", "regions_used"} {
		var row []int
		for _, g := range genealogy.Grades() {
			row = append(row, found.Answer.Counts[g.String()][name])
		}
		got["counts"] = append(got["counts"], row)
	}
	for _, h := range found.Holds {
		got["holds"] = append(got["holds"], []int{h.Open, h.Aside, h.Held, h.Left})
	}
	for _, s := range found.Sites {
		got["sites"] = append(got["sites"], []int{s.Accepted, s.Here, s.OnHold, s.Infused})
	}
	for _, n := range found.Exposure.Nodes {
		got["exposure"] = append(got["exposure"], []int{len(n.Things)})
	}
	balances := []map[string]int{found.Answer.Balance}
	for _, x := range found.Balances {
		balances = append(balances, x.Balance)
	}
	for i, name := range []string{"made", "infused", "in_stock", "in_transit", "destroyed", "returned", "lost", "expired", "tested", "unaccounted", "samples"} {
		for _, x := range balances {
			got["balance"][i] = append(got["balance"][i], x[name])
		}
	}
	if diff := cmp.Diff(numbers(d), got); diff != "" {
		t.Errorf("(-model +json):\n%s", diff)
	}
	for i, r := range found.Records {
		if r.Seq != d.Records[i].Seq || r.Leaf != d.Records[i].Leaf {
			t.Errorf("record %d is %+v", i, r)
		}
	}
}

func TestWhatIsHostileIsInertInEveryForm(t *testing.T) {
	t.Parallel()
	d, docs := hostileDocuments(t)
	doc := docs[i18n.Chinese]
	if doc.Mark != report.DrillMark || doc.Urgent != report.UrgentMark {
		t.Errorf("marks %q, %q", doc.Mark, doc.Urgent)
	}
	page := string(written(t, doc))
	for _, bad := range []string{"<script>alert", "<img src=x", "<b>H1", "</td><script>", "\u202e", "\u200b"} {
		if strings.Contains(page, bad) {
			t.Errorf("the page holds %q", bad)
		}
	}
	book := ofWorkbook(t, doc)
	for _, s := range doc.Sections {
		if s.Heads == nil {
			continue
		}
		if diff := cmp.Diff(s.Rows, book[s.ID]); diff != "" {
			t.Errorf("the workbook tells %s otherwise (-document +workbook):\n%s", s.ID, diff)
		}
	}
	text := ofPDF(t, doc)
	for _, whole := range []string{"<script>alert(1)</script>", "=HYPERLINK(\"x\")", "⟨U+202E⟩=cmd()⟨U+200B⟩</td><script>"} {
		if !strings.Contains(text, whole) {
			t.Errorf("the PDF lacks %q", whole)
		}
	}
	var b bytes.Buffer
	if err := d.WriteJSON(&b); err != nil {
		t.Fatal(err)
	}
	var back struct{ Records []struct{ Note string } }
	if err := json.Unmarshal(b.Bytes(), &back); err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(back.Records, func(r struct{ Note string }) bool { return r.Note == "\u202e=cmd() \u200b</td><script>" }) {
		t.Error("the JSON does not hold the note as it was recorded")
	}
}
