package report

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"suyuan/internal/i18n"
	"suyuan/internal/recall"
)

// milestones holds the drill against the profile's limits.
func (v *view) milestones(d *recall.Timeline) *Section {
	s := &Section{
		ID:    "milestones",
		Title: v.t.Text("report.milestones", i18n.Data{"Profile": i18n.Visible(d.Case.Profile.Name)}),
		Heads: v.heads("milestone", "limit", "met", "verdict", "records"),
	}
	for i := range d.Case.Milestones {
		m := &d.Case.Milestones[i]
		if m.Missed(d.Case.Now) {
			s.Alarm = true
		}
		s.row(MilestoneCells(v.t, d, m)...)
	}
	return s
}

// MilestoneCells are the cells of a milestone's row: name, limit, when it was met, verdict, record.
func MilestoneCells(t *i18n.Texts, d *recall.Timeline, m *recall.Milestone) []string {
	limit, met, seq := nothing, nothing, nothing
	if m.Limited {
		limit = "T+" + Hours(m.Limit)
	}
	if m.Met {
		met = Since(m.MetAt.Sub(d.Case.Aware))
		seq = "#" + strconv.FormatUint(m.Seq, 10)
	}
	return []string{t.Text("goal." + string(m.Goal)), limit, met, t.Text(Verdict(d.Case, m)), seq}
}

// Verdict returns the id of the text that says how a milestone stands.
func Verdict(c *recall.Case, m *recall.Milestone) string {
	switch {
	case m.Missed(c.Now) && m.Met:
		return "verdict.late"
	case m.Missed(c.Now):
		return "verdict.missed"
	case m.Met && !m.Still:
		return "verdict.no-longer"
	case m.Met && m.Limited:
		return "verdict.in-time"
	case m.Met:
		return "verdict.met"
	default:
		return "verdict.open"
	}
}

// Hours writes a limit, as 4 h.
func Hours(d time.Duration) string {
	if d%time.Hour == 0 {
		return strconv.Itoa(int(d/time.Hour)) + " h"
	}
	return fmt.Sprintf("%d:%02d", int(d.Hours()), int(d.Minutes())%60)
}

// doneBy says what was done by T+1, T+4, T+24 and T+72 hours.
func (v *view) doneBy(d *recall.Timeline) *Section {
	s := &Section{ID: "done-by", Title: v.t.Text("report.done-by"), Heads: []string{v.t.Text("head.what")}}
	var done []recall.Done
	for _, mark := range recall.Marks() {
		s.Heads = append(s.Heads, "T+"+Hours(mark))
		done = append(done, d.DoneBy(mark))
	}
	for _, line := range DoneLines() {
		row := []string{v.t.Text("done." + line.ID)}
		for i := range done {
			row = append(row, strconv.Itoa(line.Of(&done[i])))
		}
		s.Rows = append(s.Rows, row)
	}
	s.Numeric = numbersFrom(1, len(s.Heads))
	return s
}

// A DoneLine is one number of what a drill had done by a time.
type DoneLine struct {
	ID string
	Of func(*recall.Done) int
}

// DoneLines returns the numbers in the order in which they are shown.
func DoneLines() []DoneLine {
	return []DoneLine{
		{"patients", func(d *recall.Done) int { return d.Counts.Patients }},
		{"units", func(d *recall.Done) int { return d.Counts.Units }},
		{"held", func(d *recall.Done) int { return d.Held }},
		{"notified", func(d *recall.Done) int { return d.Notified }},
		{"acknowledged", func(d *recall.Done) int { return d.Acknowledged }},
		{"screened", func(d *recall.Done) int { return d.Screened }},
		{"reports", func(d *recall.Done) int { return d.Reports }},
	}
}

func (v *view) timeline(d *recall.Timeline) *Section {
	s := &Section{ID: "timeline", Title: v.t.Text("report.timeline"), Heads: v.heads("clock", "time", "action", "detail", "records")}
	for i := range d.Rows {
		row := &d.Rows[i]
		s.row(Since(row.At), v.clock(row.Time), v.t.Text("do."+string(row.Do)), RowDetail(v.t, row), records(row.Seq))
	}
	return s
}

// RowDetail says in a few words what an action of a drill did.
func RowDetail(t *i18n.Texts, row *recall.Row) string {
	var words []string
	add := func(s string) {
		if s != "" {
			words = append(words, i18n.Visible(s))
		}
	}
	if c := row.Counts; c != nil {
		add(t.Text("do.found", i18n.Data{"Patients": c.Patients, "Units": c.Units, "Sites": c.Sites}))
	}
	add(row.Site.ID())
	add(row.Ref.String())
	if row.Result != "" {
		add(t.Or("word."+row.Result, row.Result))
	}
	if row.Things > 0 {
		add(t.Count("count.things", row.Things))
	}
	if row.Type != "" {
		add(t.Or("name."+string(row.Type), string(row.Type)))
	}
	add(t.Or("dossier.report."+row.Kind, row.Kind))
	add(row.Note)
	return strings.Join(words, t.Text("list.comma"))
}
