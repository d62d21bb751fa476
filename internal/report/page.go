package report

import (
	"fmt"
	"time"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
	"suyuan/internal/i18n"
	"suyuan/internal/recall"
)

// OfTrace returns the document of an answer; made is when it is written.
func OfTrace(t *i18n.Texts, a *recall.Answer, made event.Time) *Document {
	v := view{t: t, made: made, zone: zoneOf(firstSince(a), a.Query.At)}
	d := v.document(t.Text("report.trace", i18n.Data{"Refs": v.refs(a.Query.Sources)}))
	v.answer(d, a)
	return d
}

// OfDrill returns the document of a drill's time line, with the answer of its newest trace.
func OfDrill(t *i18n.Texts, played *recall.Timeline, a *recall.Answer, made event.Time) *Document {
	v := view{t: t, made: made, zone: zoneOf(played.Case.Opened)}
	d := v.document(t.Text("report.drill", i18n.Data{"Case": i18n.Visible(played.Case.Ref.ID())}))
	d.Mark = DrillMark
	d.add(v.milestones(played), v.doneBy(played), v.timeline(played))
	if a != nil {
		v.answer(d, a)
	}
	return d
}

// A view fills a document with the texts of one language.
type view struct {
	t    *i18n.Texts
	made event.Time
	zone *time.Location // in which every time is shown: two offsets side by side are misread
}

func (v *view) document(title string) *Document {
	return &Document{Lang: v.t.Lang(), Title: title, Made: v.made}
}

// answer adds all that a trace found.
func (v *view) answer(d *Document, a *recall.Answer) {
	d.Facts = v.facts(a)
	d.add(v.lost(&a.AsOf), v.counts(a), v.stock(a), v.patients(a), v.sites(a), v.units(a), v.missing(a), v.cleared(a), v.corrected(a))
	d.Foot = v.foot(a)
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

func (v *view) facts(a *recall.Answer) []Fact {
	direction := "report.forward"
	if a.Query.Backward {
		direction = "report.backward"
	}
	list := []Fact{
		{v.t.Text("report.question"), v.t.Text(direction) + " " + v.refs(a.Query.Sources)},
		{v.t.Text("head.grade"), v.t.Text("grade." + a.Query.Grade.String())},
	}
	if !a.Query.From.IsZero() || !a.Query.To.IsZero() {
		list = append(list, Fact{v.t.Text("report.window"), v.clock(a.Query.From) + " – " + v.clock(a.Query.To)})
	}
	return append(list, Fact{v.t.Text("report.offset"), offset(v.zone)}, Fact{v.t.Text("report.at"), v.clock(a.Query.At)}, Fact{v.t.Text("report.made"), v.clock(v.made)})
}

func (v *view) foot(a *recall.Answer) []string {
	foot := []string{
		v.t.Text("trace.as-of", i18n.Data{"Origin": i18n.Visible(a.AsOf.Origin), "Size": a.AsOf.Size}),
		"root " + a.AsOf.Root,
	}
	followed, leftOut := a.Followed()
	foot = append(foot, v.t.Text("trace.followed", i18n.Data{"Vias": v.vias(followed)}))
	if len(leftOut) > 0 {
		foot = append(foot, v.t.Text("trace.left-out", i18n.Data{"Vias": v.vias(leftOut)}))
	}
	return append(foot, v.t.Text("report.personal"))
}

func (v *view) vias(list []genealogy.Via) string {
	s := ""
	for i, via := range list {
		if i > 0 {
			s += v.t.Text("list.comma")
		}
		s += v.t.Text("via." + via.String())
	}
	return s
}

func (v *view) clock(t event.Time) string { return clock(t, v.zone) }

// clock writes a time to the minute, with the offset of a zone.
func clock(t event.Time, zone *time.Location) string {
	if t.IsZero() {
		return nothing
	}
	return t.Std().In(zone).Format("2006-01-02 15:04 Z07:00")
}

// zoneOf returns the offset of the first time that there is.
func zoneOf(times ...event.Time) *time.Location {
	for _, t := range times {
		if !t.IsZero() {
			return t.Std().Location()
		}
	}
	return time.UTC
}

// firstSince is since when the first thing of an answer is affected that has such a time.
func firstSince(a *recall.Answer) event.Time {
	for i := range a.Things {
		if t := a.Things[i].Since; !t.IsZero() {
			return t
		}
	}
	return event.Time{}
}

// offset writes the offset of a zone that has but one.
func offset(zone *time.Location) string {
	return "UTC" + time.Unix(0, 0).In(zone).Format("-07:00")
}

// Since writes a time since the alert, as T+26:30.
func Since(d time.Duration) string {
	return fmt.Sprintf("T+%d:%02d", int(d.Hours()), int(d.Minutes())%60)
}
