package report

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
	"suyuan/internal/i18n"
	"suyuan/internal/recall"
)

// MaxListed is how many things a document lists. More of them make none that anybody reads, in its written forms at that; JSON has
// no such bound.
const MaxListed = 20000

// A TooLargeError says that an answer has more things than a document can list.
type TooLargeError struct{ Found int }

// Error says how many there are, and how many there can be.
func (e *TooLargeError) Error() string {
	return fmt.Sprintf("%d things: a document lists at most %d", e.Found, MaxListed)
}

// OfDossier returns the document of a case; made is when it is written. Pictures are laid out until ctx ends.
func OfDossier(ctx context.Context, t *i18n.Texts, d *recall.Dossier, made event.Time) (*Document, error) {
	if n := len(d.Answer.Things); n > MaxListed {
		return nil, &TooLargeError{n}
	}
	v := &dossier{view: view{t: t, made: made, zone: zoneOf(d.Case.Opened)}, d: d}
	doc := v.document(t.Text("dossier.title", i18n.Data{"Case": i18n.Visible(d.Case.Ref.ID())}))
	if d.Case.Drill {
		doc.Mark = DrillMark
	}
	if d.Life.Urgent() && d.Life.State == recall.CaseOpened {
		doc.Urgent = UrgentMark
	}
	doc.Facts = v.facts()
	doc.add(v.lost(&d.AsOf), v.summary(), v.numbers(), v.holds(), v.timeline(), v.steps())
	doc.add(v.patients(), v.units(), v.sites(), v.found())
	exposure, err := v.exposure(ctx)
	if err != nil {
		return nil, err
	}
	doc.add(exposure, v.others(), v.sources(), v.chains(), v.excluded(), v.missing(d.Answer), v.cleared(d.Answer))
	doc.add(v.balances()...)
	doc.add(v.change(), v.scopes(), v.deviations(), v.corrections(), v.records())
	doc.Foot = v.foot(d.Answer)
	return doc, nil
}

// A dossier fills a document about a case with the texts of one language.
type dossier struct {
	view
	d *recall.Dossier
}

// RecallClass says the class of a recall; what is none of the usual three stands as it was written.
func RecallClass(t *i18n.Texts, class string) string {
	return t.Or("recall-class."+class, i18n.Visible(class))
}

func (v *dossier) facts() []Fact {
	d := v.d
	list := []Fact{
		{v.t.Text("dossier.state"), v.t.Text("dossier.state." + string(d.Life.State))},
		{v.t.Text("dossier.sources"), v.refs(d.Life.Sources)},
	}
	if d.Life.Class != "" {
		list = append(list, Fact{v.t.Text("notice.class"), RecallClass(v.t, d.Life.Class)})
	}
	if s := v.trigger(); s != "" {
		list = append(list, Fact{v.t.Text("dossier.trigger"), s})
	}
	if !d.Life.From.IsZero() || !d.Life.To.IsZero() {
		list = append(list, Fact{v.t.Text("report.window"), v.clock(d.Life.From) + " – " + v.clock(d.Life.To)})
	}
	return append(list,
		Fact{v.t.Text("report.offset"), offset(v.zone)},
		Fact{v.t.Text("dossier.aware"), v.clock(d.Case.Aware)},
		Fact{v.t.Text("dossier.profile"), i18n.Visible(d.Case.Profile.Name)},
		Fact{v.t.Text("dossier.now"), v.clock(d.Case.Now)},
		Fact{v.t.Text("report.at"), v.clock(d.Answer.Query.At)},
		Fact{v.t.Text("head.grade"), v.t.Text("report.to-grade", i18n.Data{"Grade": v.grade(d.Answer.Query.Grade)})},
		Fact{v.t.Text("report.made"), v.clock(v.made)},
	)
}

func (v *dossier) trigger() string {
	if len(v.d.Begun) == 0 {
		return i18n.Visible(v.d.Trigger.Text)
	}
	words := make([]string, len(v.d.Begun))
	for i := range v.d.Begun {
		words[i] = v.beginning(&v.d.Begun[i])
	}
	return strings.Join(words, "; ")
}

// beginning says which record a case was opened upon: its id alone tells a reader nothing.
func (v *dossier) beginning(b *recall.Beginning) string {
	if b.Seq == 0 {
		return i18n.Visible(string(b.ID))
	}
	result := ""
	if b.Result != "" {
		result = v.t.Or("word."+b.Result, b.Result)
	}
	return v.listed(v.t.Or("name."+string(b.Type), string(b.Type))+" "+record(b.Seq), result, b.Ref.String())
}

func (v *dossier) grade(g genealogy.Grade) string { return v.t.Text("grade." + g.String()) }

// summary says how the case stands, what is overdue first.
func (v *dossier) summary() *Section {
	c := v.d.Case
	s := &Section{
		ID: "summary", Title: v.t.Text("dossier.summary"), Alarm: c.BadNews() || v.changed() > 0 || c.Scope == nil,
		Heads: v.heads("milestone", "limit", "met", "verdict", "lacking", "records"),
	}
	switch {
	case c.Scope == nil:
		s.Text = append(s.Text, v.t.Text("dossier.no-scope"))
	case v.changed() > 0:
		s.Text = append(s.Text, v.t.Text("dossier.changed", i18n.Data{"Added": len(v.d.Change.Added), "Removed": len(v.d.Change.Removed)}))
	}
	for _, m := range c.ByUrgency() {
		limit, met, seq := nothing, nothing, nothing
		if m.Limited {
			limit = "T+" + Hours(m.Limit)
		}
		if m.Met {
			met = Since(m.MetAt.Sub(c.Aware))
			seq = record(m.Seq)
		}
		s.row(v.t.Text("goal."+string(m.Goal)), limit, met, v.verdict(m), v.lacking(m), seq)
	}
	return s
}

func (v *dossier) changed() int {
	if v.d.Change == nil {
		return 0
	}
	return len(v.d.Change.Added) + len(v.d.Change.Removed)
}

// verdict says how a milestone stands, with the time that is left or is overdue.
func (v *dossier) verdict(m *recall.Milestone) string {
	c := v.d.Case
	if m.Still || !m.Limited {
		return v.t.Text(Verdict(c, m))
	}
	if left := m.Remaining(c.Now); left >= 0 {
		return v.t.Text("dossier.left", i18n.Data{"Time": Hours(left)})
	}
	return v.t.Text("dossier.overdue", i18n.Data{"Time": Hours(-m.Remaining(c.Now))})
}

// lacking names what keeps a milestone from being met, and patients whose result is bad news.
func (v *dossier) lacking(m *recall.Milestone) string {
	var words []string
	if len(m.Lacking) > 0 {
		words = append(words, v.some(m.Lacking))
	}
	if len(m.Bad) > 0 {
		words = append(words, v.t.Text("dossier.bad", i18n.Data{"Refs": v.some(m.Bad)}))
	}
	return dash(strings.Join(words, "; "))
}

// some names a few things and says how many there are besides.
func (v *dossier) some(refs []event.Ref) string {
	const few = 6
	if len(refs) <= few+1 {
		return v.refs(refs)
	}
	return v.t.Text("dossier.and-more", i18n.Data{"Refs": v.refs(refs[:few]), "N": len(refs) - few})
}

// numbers leads with what is confirmed, and says what each grade adds.
func (v *dossier) numbers() *Section {
	s, said := v.counts(v.d.Answer), []string(nil)
	for i, row := range v.d.Answer.Report().Grades {
		id := "dossier.adds"
		if i == 0 {
			id = "dossier.confirmed"
		}
		c := &row.Adds
		found := v.t.Count("count.patients", c.Patients) + v.t.Text("list.comma") + v.t.Count("count.units", c.Units)
		said = append(said, v.t.Text(id, i18n.Data{"Grade": v.grade(row.Grade), "Found": found}))
	}
	s.Text = []string{strings.Join(said, " ")}
	return s
}

// holds has the numbers by which people decide at what grade to hold.
func (v *dossier) holds() *Section {
	s := &Section{ID: "holds", Title: v.t.Text("dossier.holds"), Heads: v.heads("grade", "unused", "aside", "held-all", "loose"), Numeric: numbersFrom(1, 5)}
	for _, h := range v.d.Holds {
		s.row(v.t.Text("report.to-grade", i18n.Data{"Grade": v.grade(h.Grade)}), strconv.Itoa(h.Open), strconv.Itoa(h.Aside), strconv.Itoa(h.Held), strconv.Itoa(h.Left))
		s.Alarm = h.Left > 0
	}
	if v.d.Case.Drill {
		s.Text = append(s.Text, v.t.Text("dossier.drill-holds"))
	}
	return s
}

func record(seq uint64) string { return "#" + strconv.FormatUint(seq, 10) }
