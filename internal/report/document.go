package report

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"strings"

	"suyuan/internal/event"
	"suyuan/internal/i18n"
	"suyuan/internal/report/draw"
)

//go:embed page.html
var pageSource string

// The marks that stand on every page, in both languages at once: whoever finds a single sheet must not take a drill for real,
// nor lay an urgent notice aside.
const (
	DrillMark  = "DRILL / 演练"
	UrgentMark = "URGENT / 紧急"
)

// A Document is a report with the texts of one language filled in. Every form of it (HTML, PDF, workbook) is made from this and
// from nothing else, so that the same numbers stand in each. Its strings are ready to be shown: what came from the ledger went
// through [i18n.Visible]; escaping for its own format is each writer's duty.
type Document struct {
	Lang     i18n.Lang
	With     i18n.Lang // second language of a document that says everything in two; empty otherwise
	Title    string
	Mark     string // DrillMark on a drill, empty otherwise
	Urgent   string // UrgentMark where the matter is, empty otherwise
	Made     event.Time
	Facts    []Fact
	Sections []*Section
	Foot     []string
}

// A Fact is a name with its value, said once at the head of a document.
type Fact struct{ Name, Value string }

// A Section is a head, then paragraphs, then a picture, then a table; each may be absent. Every row has as many cells as there
// are heads, and the first cell of a row names it.
type Section struct {
	ID      string // stable in all languages, unique in its document: lower-case letters, digits and hyphens
	Title   string
	Text    []string
	Alarm   bool // holds bad news
	NewPage bool // begins a page in print
	ByHand  bool // its empty cells are filled in on paper
	Picture *draw.Picture
	Heads   []string
	Rows    [][]string
	Numeric []bool // columns of plain integers; nil where there is none
}

// WriteHTML writes the document as one self-contained page. The same document gives the same bytes.
func (d *Document) WriteHTML(w io.Writer) error {
	tmpl, err := template.New("page").Funcs(pageFuncs()).Parse(pageSource)
	if err != nil {
		return fmt.Errorf("page template: %w", err)
	}
	var b bytes.Buffer
	if err := tmpl.Execute(&b, d); err != nil {
		return fmt.Errorf("page: %w", err)
	}
	_, err = w.Write(b.Bytes())
	return err
}

func pageFuncs() template.FuncMap {
	return template.FuncMap{
		"wide":  func(heads []string) bool { return len(heads) > 3 }, // too many columns for a phone: each row becomes a card
		"class": class,
		"svg": func(p *draw.Picture) (template.HTML, error) {
			var b bytes.Buffer
			err := p.WriteInline(&b)
			return template.HTML(b.String()), err //nolint:gosec // the picture escapes its own texts
		},
	}
}

// nothing stands in a cell that says nothing. Cards leave it out.
const nothing = "–"

// class says how a cell may be broken: a long one anywhere, a short one not at all.
func class(s *Section, column int, cell string) string {
	const long, short = 32, 26 // ems and halves of them that fit into a column
	switch n := columns(cell); {
	case s.IsNumeric(column):
		return "number"
	case cell == nothing:
		return "none"
	case strings.Contains(cell, walkArrow):
		return "long walk"
	case n > long:
		return "long"
	case n <= short:
		return "short"
	default:
		return "plain"
	}
}

// columns counts the halves of an em that text takes about.
func columns(s string) int {
	n := 0
	for _, r := range s {
		n++
		if r >= 0x2e80 { // CJK and what comes after it is as wide as high
			n++
		}
	}
	return n
}

// IsNumeric reports whether column i holds plain integers, which are set flush right and kept as numbers in a workbook.
func (s *Section) IsNumeric(i int) bool { return i < len(s.Numeric) && s.Numeric[i] }

// add appends the sections that there are.
func (d *Document) add(sections ...*Section) {
	for _, s := range sections {
		if s != nil {
			d.Sections = append(d.Sections, s)
		}
	}
}

// row appends a row of cells, each made visible.
func (s *Section) row(cells ...string) {
	for i := range cells {
		cells[i] = i18n.Visible(cells[i])
	}
	s.Rows = append(s.Rows, cells)
}
