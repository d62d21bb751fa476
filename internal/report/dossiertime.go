package report

import (
	"strings"
	"time"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
	"suyuan/internal/i18n"
	"suyuan/internal/recall"
	"suyuan/internal/report/draw"
)

// timeline draws the milestones against their limits; the table with the same times is the summary's.
func (v *dossier) timeline() *Section {
	c := v.d.Case
	picture := &draw.Timeline{Title: v.t.Text("dossier.timeline")}
	alt := []string{v.t.Text("dossier.timeline-alt")}
	for i := range c.Milestones {
		m := &c.Milestones[i]
		row := draw.TimelineRow{
			Label: v.t.Text("goal." + string(m.Goal)), Note: v.verdict(m), Open: !m.Met, Limited: m.Limited, Limit: m.Limit,
			Until: v.until(m), Marks: v.marks(m.Goal),
		}
		picture.Rows = append(picture.Rows, row)
		alt = append(alt, row.Label+v.t.Text("list.colon")+row.Note)
	}
	picture.Alt = strings.Join(alt, " ")
	return &Section{
		ID: "time-line", Title: v.t.Text("dossier.timeline"), NewPage: true, Text: []string{v.t.Text("dossier.timeline-key")},
		Picture: picture.Picture(),
	}
}

// until is when a milestone was met. One that is open goes on to the clock while it has a limit, and else to the last thing that
// was done about it: a case that was closed years ago still fits its picture.
func (v *dossier) until(m *recall.Milestone) time.Duration {
	c := v.d.Case
	switch marks := v.marks(m.Goal); {
	case m.Met:
		return m.MetAt.Sub(c.Aware)
	case m.Limited:
		return c.Now.Sub(c.Aware)
	case len(marks) > 0:
		return marks[len(marks)-1]
	default:
		return 0
	}
}

// marks are the moments at which something was done about a milestone.
func (v *dossier) marks(g recall.Goal) []time.Duration {
	var list []time.Duration
	for i := range v.d.Steps {
		if s := &v.d.Steps[i]; serves(s.Body.Action) == g {
			list = append(list, max(0, s.Time.Sub(v.d.Case.Aware)))
		}
	}
	return list
}

// serves returns the milestone that an action is for; none for those that begin and lift.
func serves(a event.Action) recall.Goal {
	switch a {
	case event.ActionScope:
		return recall.GoalTraced
	case event.ActionHold:
		return recall.GoalHeld
	case event.ActionNotice:
		return recall.GoalNotified
	case event.ActionAcknowledge:
		return recall.GoalAcknowledged
	case event.ActionScreen:
		return recall.GoalScreened
	case event.ActionReport:
		return recall.GoalReported
	case event.ActionClose:
		return recall.GoalClosed
	case event.ActionOpen, event.ActionReopen, event.ActionLift:
	}
	return ""
}

// steps lists what was done, in order.
func (v *dossier) steps() *Section {
	s := &Section{ID: "steps", Title: v.t.Text("dossier.steps"), Heads: v.heads("clock", "time", "action", "detail", "by", "records")}
	notes := make(map[uint64]string)
	for i := range v.d.Records {
		notes[v.d.Records[i].Seq] = v.d.Records[i].Note
	}
	for i := range v.d.Steps {
		step := &v.d.Steps[i]
		at := record(step.Seq)
		if step.Late {
			at += " " + v.t.Text("mark.late")
		}
		s.row(Since(step.Time.Sub(v.d.Case.Aware)), v.clock(step.Time), v.t.Text("word."+string(step.Body.Action)),
			v.detail(step, notes[step.Seq]), step.By, at)
	}
	return v.orNone(s)
}

// detail says in a few words what a step did.
func (v *dossier) detail(step *recall.CaseStep, note string) string {
	words := []string{step.Site.ID()}
	switch b := step.Body; b.Action {
	case event.ActionOpen, event.ActionReopen:
		words = append(words, v.refs(b.Open.Sources), b.Open.Trigger.Text)
	case event.ActionScope:
		words = append(words, v.scoped(step.Seq))
	case event.ActionHold:
		words = append(words, v.some(b.Things))
	case event.ActionLift:
		words = append(words, v.some(b.Things), b.Lift.Reason, b.Lift.Evidence, v.signed(b.Lift.SignedBy))
	case event.ActionNotice:
		words = append(words, b.Notice.To, b.Notice.Channel)
	case event.ActionAcknowledge:
		words = append(words, b.Acknowledge.By.ID(), v.t.Text("dossier.found", i18n.Data{"N": len(b.Acknowledge.Found)}))
	case event.ActionReport:
		words = append(words, v.t.Or("dossier.report."+b.Report.Kind, b.Report.Kind), b.Report.To, b.Report.Reference)
	case event.ActionScreen:
		words = append(words, b.Screen.Patient.ID(), v.t.Or("word."+b.Screen.Result, b.Screen.Result))
	case event.ActionClose:
		words = append(words, b.Close.Conclusion, v.signed(b.Close.SignedBy))
	}
	return v.listed(append(words, note)...)
}

// listed joins what there is.
func (v *dossier) listed(words ...string) string {
	var said []string
	for _, w := range words {
		if w != "" {
			said = append(said, i18n.Visible(w))
		}
	}
	return dash(strings.Join(said, v.t.Text("list.comma")))
}

func (v *dossier) scoped(seq uint64) string {
	for i := range v.d.Scopes {
		if s := &v.d.Scopes[i]; s.Seq == seq {
			return v.t.Text("do.found", i18n.Data{"Patients": s.Counts.Patients, "Units": s.Counts.Units, "Sites": s.Counts.Sites})
		}
	}
	return ""
}

func (v *dossier) signed(by []event.Ref) string {
	if len(by) == 0 {
		return ""
	}
	names := make([]string, len(by))
	for i, r := range by {
		names[i] = i18n.Visible(r.ID())
	}
	return v.t.Text("dossier.signed", i18n.Data{"By": strings.Join(names, v.t.Text("list.comma"))})
}

// dashOf is the pattern of a line or edge of that certainty.
func dashOf(g genealogy.Grade) draw.Dash {
	switch g {
	case genealogy.Confirmed:
		return draw.Solid
	case genealogy.Probable:
		return draw.Dashed
	case genealogy.Possible:
	}
	return draw.Dotted
}
