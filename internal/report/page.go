package report

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"time"

	"suyuan/internal/event"
	"suyuan/internal/i18n"
	"suyuan/internal/recall"
)

//go:embed page.html
var pageSource string

// DrillMark stands on every page of a drill, in both languages at once: whoever finds a single sheet must not take it for real.
const DrillMark = "DRILL / 演练"

// A Page is a report to be written.
type Page struct {
	answer *recall.Answer
	drill  *recall.Timeline
	made   event.Time
}

// OfTrace returns the page of an answer; made is when it is written.
func OfTrace(a *recall.Answer, made event.Time) *Page { return &Page{answer: a, made: made} }

// OfDrill returns the page of a drill's time line, with the answer of its newest trace.
func OfDrill(t *recall.Timeline, a *recall.Answer, made event.Time) *Page {
	return &Page{answer: a, drill: t, made: made}
}

// Write writes the page in the language of t. The same page gives the same bytes.
func (p *Page) Write(w io.Writer, t *i18n.Texts) error {
	v := view{page: p, t: t}
	tmpl, err := template.New("page").Funcs(v.funcs()).Parse(pageSource)
	if err != nil {
		return fmt.Errorf("page template: %w", err)
	}
	var b bytes.Buffer
	if err := tmpl.Execute(&b, v.contents()); err != nil {
		return fmt.Errorf("page: %w", err)
	}
	_, err = w.Write(b.Bytes())
	return err
}

// contents is what the template shows; nil sections are left out.
type contents struct {
	Lang     i18n.Lang
	Title    string
	Drill    string // the mark, empty where it is no drill
	Facts    []fact
	Sections []*section
	Foot     []string
}

type fact struct{ Name, Value string }

// A section is a head with a table, or with a sentence where there is nothing to list.
type section struct {
	Title string
	Text  string
	Alarm bool
	Heads []string
	Rows  [][]string
}

// A view fills a page with the texts of one language.
type view struct {
	page *Page
	t    *i18n.Texts
}

func (v *view) funcs() template.FuncMap {
	const column = 32 // characters that fit into a column without a break
	return template.FuncMap{"long": func(s string) bool { return len([]rune(s)) > column }}
}

func (v *view) contents() *contents {
	c := &contents{Lang: v.t.Lang()}
	if d := v.page.drill; d != nil {
		c.Drill = DrillMark
		c.Title = v.t.Text("report.drill", i18n.Data{"Case": i18n.Visible(d.Case.Ref.ID())})
		c.add(v.milestones(d), v.doneBy(d), v.timeline(d))
	}
	if a := v.page.answer; a != nil {
		if c.Title == "" {
			c.Title = v.t.Text("report.trace", i18n.Data{"Refs": v.refs(a.Query.Sources)})
		}
		c.Facts = v.facts(a)
		c.add(v.counts(a), v.stock(a), v.patients(a), v.sites(a), v.units(a), v.missing(a), v.cleared(a), v.corrected(a))
		c.Foot = v.foot(a)
	}
	return c
}

func (c *contents) add(sections ...*section) {
	for _, s := range sections {
		if s != nil {
			c.Sections = append(c.Sections, s)
		}
	}
}

func (v *view) refs(refs []event.Ref) string {
	s := ""
	for i, r := range refs {
		if i > 0 {
			s += v.t.Text("list.comma")
		}
		s += i18n.Visible(r.String())
	}
	return s
}

func (v *view) facts(a *recall.Answer) []fact {
	direction := "report.forward"
	if a.Query.Backward {
		direction = "report.backward"
	}
	list := []fact{
		{v.t.Text("report.question"), v.t.Text(direction) + " " + v.refs(a.Query.Sources)},
		{v.t.Text("head.grade"), v.t.Text("grade." + a.Query.Grade.String())},
	}
	if !a.Query.From.IsZero() || !a.Query.To.IsZero() {
		list = append(list, fact{v.t.Text("report.window"), clock(a.Query.From) + " – " + clock(a.Query.To)})
	}
	return append(list, fact{v.t.Text("report.at"), clock(a.Query.At)}, fact{v.t.Text("report.made"), clock(v.page.made)})
}

func (v *view) foot(a *recall.Answer) []string {
	return []string{
		v.t.Text("trace.as-of", i18n.Data{"Origin": i18n.Visible(a.AsOf.Origin), "Size": a.AsOf.Size}),
		"root " + a.AsOf.Root,
		v.t.Text("report.contacts"),
		v.t.Text("report.personal"),
	}
}

// clock writes a time to the minute, with its offset.
func clock(t event.Time) string {
	if t.IsZero() {
		return "–"
	}
	return t.Std().Format("2006-01-02 15:04 Z07:00")
}

// Since writes a time since the alert, as T+26:30.
func Since(d time.Duration) string {
	return fmt.Sprintf("T+%d:%02d", int(d.Hours()), int(d.Minutes())%60)
}
