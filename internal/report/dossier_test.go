package report_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"suyuan/examples"
	"suyuan/internal/event"
	"suyuan/internal/genealogy"
	"suyuan/internal/genealogy/genealogytest"
	"suyuan/internal/i18n"
	"suyuan/internal/recall"
	"suyuan/internal/report"
)

// A ledgerOf collects events as the records of a ledger. All data is synthetic.
type ledgerOf struct {
	t      *testing.T
	g      *genealogy.Graph
	events []event.Event
}

func newLedger(t *testing.T) *ledgerOf {
	t.Helper()
	return &ledgerOf{t: t, g: genealogy.New()}
}

func (l *ledgerOf) add(e event.Event) {
	l.t.Helper()
	e.Identify()
	if err := genealogytest.Add(l.g, uint64(len(l.events))+1, "S/OP-1", e.Time, e); err != nil {
		l.t.Fatal(err)
	}
	l.events = append(l.events, e)
}

func (l *ledgerOf) tell(lines string) {
	l.t.Helper()
	for line := range strings.SplitSeq(strings.TrimSpace(lines), "\n") {
		e, err := event.Parse([]byte(line))
		if err != nil {
			l.t.Fatalf("%s: %v", line, err)
		}
		l.add(e)
	}
}

func (l *ledgerOf) asOf() recall.AsOf {
	return recall.AsOf{Origin: "report.example", Size: uint64(len(l.events)) + 1, Root: strings.Repeat("ab", 32)}
}

func (l *ledgerOf) trace(q recall.Query) *recall.Answer {
	l.t.Helper()
	l.g.Contacts()
	a, err := recall.Trace(l.g, l.asOf(), q)
	if err != nil {
		l.t.Fatal(err)
	}
	return a
}

// scope records a trace of the case's sources, as the case's newest scope.
func (l *ledgerOf) scope(c, at string, q recall.Query, before *recall.Answer) *recall.Answer {
	l.t.Helper()
	a := l.trace(q)
	l.add(event.Event{
		Common: event.Common{Type: event.TypeCase, Time: timeOf(l.t, at)},
		Body:   &event.Case{Case: refOf(l.t, c), Action: event.ActionScope, Scope: recall.ScopeOf(a, before)},
	})
	return a
}

// dossier puts the case together; every record is cited with a leaf hash of its own making.
func (l *ledgerOf) dossier(c, now string, scope *recall.Answer) *recall.Dossier {
	l.t.Helper()
	l.g.Contacts()
	profile, _ := recall.BuiltIn("")
	status, err := recall.CaseStatus(l.g, refOf(l.t, c), profile, scope, timeOf(l.t, now))
	if err != nil {
		l.t.Fatal(err)
	}
	a, err := recall.Trace(l.g, l.asOf(), recall.DossierQuery(l.g, status, timeOf(l.t, now)))
	if err != nil {
		l.t.Fatal(err)
	}
	d, err := recall.DossierOf(l.g, status, a)
	if err != nil {
		l.t.Fatal(err)
	}
	for _, seq := range d.Cited() {
		e := &l.events[seq-1]
		d.Records = append(d.Records, recall.Citation{
			Seq: seq, Type: e.Type, Time: e.Time, Recorded: e.Time, By: "S/OP-1", Note: e.Note, Leaf: fmt.Sprintf("%064x", seq),
		})
	}
	return d
}

func refOf(t *testing.T, s string) event.Ref {
	t.Helper()
	r, err := event.ParseRef(s)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func timeOf(t *testing.T, s string) event.Time {
	t.Helper()
	at, err := event.ParseTime(s)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// lecheng is the dossier of a case on the Lecheng example: traced, held, some sites told, one patient screened.
func lecheng(t *testing.T) *recall.Dossier {
	t.Helper()
	l := newLedger(t)
	b, err := examples.FS.ReadFile("lecheng/" + examples.EventsFile)
	if err != nil {
		t.Fatal(err)
	}
	l.tell(string(b))
	l.tell(`{"type":"case","time":"2026-03-03T17:00:00+08:00","case":"C-1","action":"open","class":"1","sources":["batch:MSC-26-02"],"aware":"2026-03-03T16:10:00+08:00","trigger":"late positive"}`)
	q := recall.NewQuery(refOf(t, "batch:MSC-26-02"))
	first := l.scope("case:C-1", "2026-03-03T17:05:00+08:00", recall.Query{Sources: q.Sources}, nil)
	newest := l.scope("case:C-1", "2026-03-03T17:30:00+08:00", q, first)
	l.tell(`{"type":"case","time":"2026-03-03T18:00:00+08:00","case":"C-1","action":"hold","things":["unit:MSC-26-02-D05"]}
{"type":"case","time":"2026-03-03T18:10:00+08:00","case":"C-1","action":"notice","site":"LC-H1","to":"duty desk","channel":"telephone"}
{"type":"case","time":"2026-03-03T18:40:00+08:00","case":"C-1","action":"acknowledge","site":"LC-H1","by":"LC-H1/OP-1","found":["MSC-26-02-D05"]}
{"type":"case","time":"2026-03-03T19:00:00+08:00","case":"C-1","action":"screen","patient":"LC-H1/P-01","result":"pending"}
{"type":"case","time":"2026-03-03T19:10:00+08:00","case":"C-1","action":"screen","patient":"LC-H1/P-08","result":"infected"}
{"type":"case","time":"2026-03-03T19:30:00+08:00","case":"C-1","action":"report","kind":"plan","to":"authority","reference":"R-1"}`)
	return l.dossier("case:C-1", "2026-03-05T09:00:00+08:00", newest)
}

// hostile is the dossier of a drill in whose ids, products and notes stands what programs may take for something else.
func hostile(t *testing.T) *recall.Dossier {
	t.Helper()
	l := newLedger(t)
	l.tell(`{"type":"register","time":"2026-03-01T08:00:00Z","subject":"site:S","name":"=cmd()|<b>H1</b>","region":"@SUM(A1)","contact":"+86 898 1"}
{"type":"collection","time":"2026-03-02T09:00:00Z","donor":"=D+1","site":"S","outputs":[{"unit":"=1+1"}]}
{"type":"manufacture","time":"2026-03-03T10:00:00Z","step":"expand","site":"S","inputs":["=1+1"],"outputs":[{"unit":"<script>alert(1)</script>","role":"dose","product":"=cmd|'/C calc'!A0"},{"unit":"@x","role":"dose","product":"\u202eevil"}]}
{"type":"infusion","time":"2026-03-03T13:00:00Z","unit":"@x","patient":"-P","site":"S","checks":["name","wristband"],"deviation":{"rules":["not-released"],"reason":"=HYPERLINK(\"x\")","happened":true}}
{"type":"case","time":"2026-03-04T08:00:00Z","case":"DRILL-1","action":"open","drill":true,"class":"I","sources":["donor:=D+1"],"trigger":"<img src=x onerror=alert(1)>","note":"\u202e=cmd() \u200b</td><script>"}`)
	newest := l.scope("case:DRILL-1", "2026-03-04T08:05:00Z", recall.NewQuery(refOf(t, "donor:=D+1")), nil)
	return l.dossier("case:DRILL-1", "2026-03-04T09:00:00Z", newest)
}

func document(t *testing.T, d *recall.Dossier, l i18n.Lang) *report.Document {
	t.Helper()
	doc, err := report.OfDossier(t.Context(), i18n.New(l), d, made())
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// written once: laying out a graph takes a second, and tests only read what comes of it.
var (
	lechengOnce, hostileOnce sync.Once
	lechengWas, hostileWas   *recall.Dossier
	lechengDocs, hostileDocs map[i18n.Lang]*report.Document
)

// lechengDocuments is the dossier of [lecheng] and its documents.
func lechengDocuments(t *testing.T) (*recall.Dossier, map[i18n.Lang]*report.Document) {
	t.Helper()
	lechengOnce.Do(func() { lechengWas = lecheng(t); lechengDocs = documents(t, lechengWas) })
	return lechengWas, lechengDocs
}

// hostileDocuments is the dossier of [hostile] and its documents.
func hostileDocuments(t *testing.T) (*recall.Dossier, map[i18n.Lang]*report.Document) {
	t.Helper()
	hostileOnce.Do(func() { hostileWas = hostile(t); hostileDocs = documents(t, hostileWas) })
	return hostileWas, hostileDocs
}

func documents(t *testing.T, d *recall.Dossier) map[i18n.Lang]*report.Document {
	t.Helper()
	docs := make(map[i18n.Lang]*report.Document)
	for _, l := range i18n.Langs() {
		docs[l] = document(t, d, l)
	}
	return docs
}

func section(t *testing.T, d *report.Document, id string) *report.Section {
	t.Helper()
	i := slices.IndexFunc(d.Sections, func(s *report.Section) bool { return s.ID == id })
	if i < 0 {
		t.Fatalf("there is no section %q", id)
	}
	return d.Sections[i]
}

func TestADossierHasEverythingThatItsReadersAskFor(t *testing.T) {
	t.Parallel()
	d, docs := lechengDocuments(t)
	for _, doc := range docs {
		for _, id := range []string{
			"summary", "counts", "holds", "time-line", "steps", "patients", "units", "sites", "exposure", "others", "sources", "chains", "missing",
			"balance", "scopes", "deviations", "corrected", "records",
		} {
			s := section(t, doc, id)
			for _, row := range s.Rows {
				if len(row) != len(s.Heads) {
					t.Errorf("%s: %d cells for %d heads", id, len(row), len(s.Heads))
				}
			}
		}
		for id, n := range map[string]int{
			"patients": len(d.Patients), "units": len(d.Units), "sites": len(d.Sites), "exposure": len(d.Exposure.Nodes),
			"scopes": len(d.Scopes), "records": len(d.Cited()), "steps": len(d.Steps), "deviations": len(d.Deviations),
		} {
			if rows := len(section(t, doc, id).Rows); rows != n || n == 0 {
				t.Errorf("%s: %d rows for %d things", id, rows, n)
			}
		}
		if section(t, doc, "time-line").Picture == nil || section(t, doc, "exposure").Picture == nil {
			t.Error("a picture is not there")
		}
		if foot := strings.Join(doc.Foot, "\n"); !strings.Contains(foot, d.AsOf.Root) || !strings.Contains(foot, fmt.Sprint(d.AsOf.Size)) {
			t.Errorf("the foot lacks size or root: %s", foot)
		}
		if doc.Urgent != report.UrgentMark || doc.Mark != "" {
			t.Errorf("marks %q, %q", doc.Urgent, doc.Mark)
		}
	}
}

func TestADossierLeadsWithWhatIsOverdueAndWhatIsConfirmed(t *testing.T) {
	t.Parallel()
	_, docs := lechengDocuments(t)
	doc := docs[i18n.English]
	first := section(t, doc, "summary").Rows[0]
	if first[0] != "held" || !strings.HasPrefix(first[3], "OVERDUE by 36:50") {
		t.Errorf("the first milestone is %q", first)
	}
	if doc.Sections[0].ID != "summary" || !doc.Sections[0].Alarm {
		t.Error("the summary does not come first, or does not sound the alarm")
	}
	if text := section(t, doc, "counts").Text[0]; !strings.HasPrefix(text, "confirmed: 8 patients, 18 units.") || !strings.Contains(text, "possible adds: ") {
		t.Errorf("the numbers begin with %q", text)
	}
	if page := section(t, doc, "time-line"); !page.NewPage || slices.ContainsFunc(doc.Sections[:3], func(s *report.Section) bool { return s.NewPage }) {
		t.Error("the summary is not on a page of its own")
	}
}

func TestADossierSaysWhatTheNewestScopeLacks(t *testing.T) {
	t.Parallel()
	l := newLedger(t)
	l.tell(history)
	l.tell(`{"type":"case","time":"2026-03-04T08:00:00+08:00","case":"C-1","action":"open","sources":["donor:D-1"]}`)
	scope := l.scope("case:C-1", "2026-03-04T08:05:00+08:00", recall.NewQuery(refOf(t, "donor:D-1")), nil)
	same := document(t, l.dossier("case:C-1", "2026-03-04T09:00:00+08:00", scope), i18n.English)
	if slices.ContainsFunc(same.Sections, func(s *report.Section) bool { return s.ID == "change" }) {
		t.Error("nothing has changed, and a change is shown")
	}
	l.tell(`{"type":"infusion","time":"2026-03-04T08:30:00+08:00","unit":"<script>alert(1)</script>","patient":"P-2","site":"S","checks":["name","wristband"]}`)
	doc := document(t, l.dossier("case:C-1", "2026-03-04T09:00:00+08:00", scope), i18n.English)
	if rows := section(t, doc, "change").Rows; len(rows) != 1 || rows[0][0] != "patient:P-2" || rows[0][4] != "#8" {
		t.Errorf("the change is %q", rows)
	}
	if rows := section(t, doc, "patients").Rows; len(rows) != 2 || rows[1][0] != "P-2 (new)" || rows[1][3] != "NOT SCREENED" {
		t.Errorf("the patients are %q", rows)
	}
}

func TestADossierWithoutAScopeSaysSo(t *testing.T) {
	t.Parallel()
	l := newLedger(t)
	l.tell(history)
	l.tell(`{"type":"case","time":"2026-03-04T08:00:00+08:00","case":"C-1","action":"open","sources":["donor:D-1"]}`)
	doc := document(t, l.dossier("case:C-1", "2026-03-04T09:00:00+08:00", nil), i18n.English)
	if s := section(t, doc, "summary"); !s.Alarm || len(s.Text) != 1 || !strings.HasPrefix(s.Text[0], "No scope") {
		t.Errorf("alarm %v, %q", s.Alarm, s.Text)
	}
	if len(section(t, doc, "patients").Rows) != 1 {
		t.Error("the patients are not listed")
	}
}

func TestADossierRanksWhatThePositivesHaveInCommon(t *testing.T) {
	t.Parallel()
	d, docs := lechengDocuments(t)
	if d.Sources == nil || len(d.Sources.Positives) != 2 || !slices.ContainsFunc(d.Sources.Positives, func(p recall.Positive) bool { return p.Ref == refOf(t, "patient:LC-H1/P-08") }) {
		t.Fatalf("the positives are %+v", d.Sources)
	}
	s := section(t, docs[i18n.English], "sources")
	for i, row := range s.Rows {
		if c := &d.Sources.Common[i]; row[0] != c.Ref.String() || row[2] != fmt.Sprintf("%d of %d", c.Explains, c.Of) || row[6] != c.Table.Fisher() {
			t.Errorf("row %d is %q, the answer says %+v", i, row, c)
		}
	}
	if len(s.Rows) == 0 || len(s.Rows) < min(25, len(d.Sources.Common)) {
		t.Errorf("%d rows of %d sources", len(s.Rows), len(d.Sources.Common))
	}
	_, plain := hostileDocuments(t)
	if s := section(t, plain[i18n.English], "sources"); s.Heads != nil || len(s.Text) != 1 || !strings.HasPrefix(s.Text[0], "Nothing that was reached") {
		t.Errorf("without a positive: %q", s.Text)
	}
}

func TestADossierOfTooManyThingsIsRefused(t *testing.T) {
	t.Parallel()
	d := lecheng(t)
	d.Answer.Things = slices.Repeat(d.Answer.Things[:1], report.MaxListed+1)
	_, err := report.OfDossier(t.Context(), i18n.New(i18n.English), d, made())
	if want := "20001 things: a document lists at most 20000"; err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
}

func TestDossierPagesAskForNothingAndCanBeReadAloud(t *testing.T) {
	t.Parallel()
	_, plain := lechengDocuments(t)
	_, nasty := hostileDocuments(t)
	for name, docs := range map[string]map[i18n.Lang]*report.Document{"lecheng": plain, "hostile": nasty} {
		for _, doc := range docs {
			page := written(t, doc)
			if found := foreign.Find(bytes.ReplaceAll(page, []byte("&lt;img src=x onerror="), nil)); found != nil {
				t.Errorf("%s holds %q", name, found)
			}
			wellFormed(t, name, string(page))
			if n := bytes.Count(page, []byte(`<svg role="img"`)); n != 2 || bytes.Count(page, []byte("<desc>")) != 2 {
				t.Errorf("%s: %d pictures", name, n)
			}
		}
	}
}
