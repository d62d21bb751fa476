package report_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
	"suyuan/internal/genealogy/genealogytest"
	"suyuan/internal/i18n"
	"suyuan/internal/recall"
	"suyuan/internal/report"
)

var update = flag.Bool("update", false, "write golden files anew")

const history = `{"type":"register","time":"2026-03-01T08:00:00+08:00","subject":"site:S","name":"乐城第一医院 <b>H1</b>","region":"CN-46","contact":"+86 898 1"}
{"type":"collection","time":"2026-03-02T09:00:00+08:00","donor":"D-1","site":"S","outputs":[{"unit":"U-1"}]}
{"type":"manufacture","time":"2026-03-03T10:00:00+08:00","step":"expand","site":"S","batch":"B-1","inputs":["U-1"],"outputs":[{"unit":"U-2","role":"dose"},{"unit":"<script>alert(1)</script>","role":"dose"},{"unit":"U-4","role":"sample"}]}
{"type":"release","time":"2026-03-03T12:00:00+08:00","units":["U-2"],"decision":"released","signed_by":["S/OP-9"]}
{"type":"infusion","time":"2026-03-03T13:00:00+08:00","unit":"U-2","patient":"P-1","site":"S","checks":["name","wristband"]}`

func graph(t *testing.T) *genealogy.Graph {
	t.Helper()
	g := genealogy.New()
	for i, line := range strings.Split(history, "\n") {
		e, err := event.Parse([]byte(line))
		if err != nil {
			t.Fatal(err)
		}
		e.Identify()
		if err := genealogytest.Add(g, uint64(i)+1, "S/OP-1", e.Time, e); err != nil {
			t.Fatal(err)
		}
	}
	g.Contacts()
	return g
}

func trace(t *testing.T, ref string, backward bool) *recall.Answer {
	t.Helper()
	source, err := event.ParseRef(ref)
	if err != nil {
		t.Fatal(err)
	}
	q := recall.NewQuery(source)
	q.Backward = backward
	a, err := recall.Trace(graph(t), recall.AsOf{Origin: "report.example", Size: 6, Root: strings.Repeat("ab", 32)}, q)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func made() event.Time { return event.TimeOf(time.Date(2026, 3, 5, 8, 0, 0, 0, time.UTC)) }

// drill is a time line with one milestone kept and one missed.
func drill(a *recall.Answer) *recall.Timeline {
	start := made()
	profile, _ := recall.BuiltIn("")
	ref, _ := event.ParseRef("case:DRILL-1")
	site, _ := event.ParseRef("site:S")
	return &recall.Timeline{
		Start: start,
		Case: &recall.Case{
			Ref: ref, Drill: true, Profile: profile, Aware: start, Now: start.Add(80 * time.Hour), Scope: a,
			Milestones: []recall.Milestone{
				{Goal: recall.GoalTraced, Limited: true, Limit: 4 * time.Hour, Due: start.Add(4 * time.Hour), Met: true, Still: true, MetAt: start.Add(time.Hour), Seq: 7},
				{Goal: recall.GoalHeld, Limited: true, Limit: 4 * time.Hour, Due: start.Add(4 * time.Hour), Met: true, MetAt: start.Add(5 * time.Hour), Seq: 8},
				{Goal: recall.GoalScreened, Limited: true, Limit: 72 * time.Hour, Due: start.Add(72 * time.Hour)},
				{Goal: recall.GoalClosed},
			},
		},
		Rows: []recall.Row{
			{At: time.Hour, Time: start.Add(time.Hour), Do: recall.DoTrace, Seq: []uint64{7}, Counts: &a.Counts},
			{At: 90 * time.Minute, Time: start.Add(90 * time.Minute), Do: recall.DoNotice, Seq: []uint64{9}, Site: site, Note: "call \u202e<now>"},
		},
	}
}

func pages(t *testing.T, l i18n.Lang) map[string]*report.Document {
	t.Helper()
	texts := i18n.New(l)
	forward := trace(t, "donor:D-1", false)
	return map[string]*report.Document{
		"forward":  report.OfTrace(texts, forward, made()),
		"backward": report.OfTrace(texts, trace(t, "patient:P-1", true), made()),
		"drill":    report.OfDrill(texts, drill(forward), forward, made()),
	}
}

func written(t *testing.T, d *report.Document) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := d.WriteHTML(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestPagesAreAsTheGoldenFilesSay(t *testing.T) {
	t.Parallel()
	for _, lang := range i18n.Langs() {
		for name, page := range pages(t, lang) {
			file := filepath.Join("testdata", name+"."+string(lang)+".html")
			got := written(t, page)
			if *update {
				if err := os.WriteFile(file, got, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(strings.ReplaceAll(string(want), "\r\n", "\n"), string(got)); diff != "" {
				t.Errorf("%s (-want +got), -update writes it anew:\n%s", file, diff)
			}
		}
	}
}

// foreign finds what would make a browser ask somebody else, or run something.
var foreign = regexp.MustCompile(`(?i)https?:|//[a-z0-9]|<script|<link|<img|<iframe|\bsrc=|\bhref=|url\(|@import|\bon[a-z]+=`)

func TestPagesAskForNothingAndRunNothing(t *testing.T) {
	t.Parallel()
	for name, page := range pages(t, i18n.Chinese) {
		b := written(t, page)
		if found := foreign.Find(b); found != nil {
			t.Errorf("%s holds %q", name, found)
		}
		if !bytes.Contains(b, []byte(`content="default-src 'none'; style-src 'unsafe-inline'"`)) {
			t.Errorf("%s has no content security policy", name)
		}
	}
	if foreign.FindString(`<script src="https://example.org/a.js">`) == "" {
		t.Error("the test finds nothing at all")
	}
}

func TestIdsAndNotesCannotBreakOutOfThePage(t *testing.T) {
	t.Parallel()
	b := string(written(t, pages(t, i18n.English)["drill"]))
	for _, want := range []string{"&lt;script&gt;alert(1)&lt;/script&gt;", "⟨U&#43;202E⟩&lt;now&gt;", "&lt;b&gt;H1"} {
		if !strings.Contains(b, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if strings.ContainsRune(b, '\u202e') {
		t.Error("a bidirectional character got through")
	}
}

func TestEveryTableCanBeReadAloud(t *testing.T) {
	t.Parallel()
	for _, lang := range i18n.Langs() {
		for name, page := range pages(t, lang) {
			b := string(written(t, page))
			if !strings.Contains(b, `<html lang="`+string(lang)+`">`) {
				t.Errorf("%s: no lang attribute %s", name, lang)
			}
			tables := strings.Count(b, "<table ")
			if tables == 0 || tables != strings.Count(b, "<caption") || tables != strings.Count(b, "<thead ") {
				t.Errorf("%s: %d tables, %d captions, %d heads", name, tables, strings.Count(b, "<caption"), strings.Count(b, "<thead "))
			}
			if strings.Count(b, "<th") != strings.Count(b, `scope="`)+strings.Count(b, "<thead") {
				t.Errorf("%s: a head cell without scope", name)
			}
			wellFormed(t, name, b)
		}
	}
}

// wellFormed wants every element closed, which a strict reader of XML can tell but for the void elements.
func wellFormed(t *testing.T, name, page string) {
	t.Helper()
	dec := xml.NewDecoder(strings.NewReader(page))
	dec.Strict, dec.AutoClose, dec.Entity = false, xml.HTMLAutoClose, xml.HTMLEntity
	depth := 0
	for {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		switch token.(type) {
		case xml.StartElement:
			depth++
		case xml.EndElement:
			depth--
		}
	}
	if depth != 0 {
		t.Errorf("%s: %d elements are left open", name, depth)
	}
}

func TestOnlyDrillsCarryTheMarkAndTheyCarryItOnEachPrintedPage(t *testing.T) {
	t.Parallel()
	for _, lang := range i18n.Langs() {
		for name, page := range pages(t, lang) {
			b := string(written(t, page))
			n := strings.Count(b, report.DrillMark)
			if name != "drill" && n != 0 {
				t.Errorf("%s carries the mark", name)
			}
			if name != "drill" {
				continue
			}
			for _, want := range []string{`@top-center { content: "DRILL \2f  演练"`, `<div class="sheet" aria-hidden="true">` + report.DrillMark, "<title>" + report.DrillMark} {
				if !strings.Contains(b, want) {
					t.Errorf("%s: the drill's page lacks %q", lang, want)
				}
			}
		}
	}
}

func TestVerdictsTellLateFromMissed(t *testing.T) {
	t.Parallel()
	d := drill(trace(t, "donor:D-1", false))
	want := []string{"verdict.in-time", "verdict.late", "verdict.missed", "verdict.open"}
	for i := range d.Case.Milestones {
		if got := report.Verdict(d.Case, &d.Case.Milestones[i]); got != want[i] {
			t.Errorf("milestone %d: %s, want %s", i, got, want[i])
		}
	}
}
