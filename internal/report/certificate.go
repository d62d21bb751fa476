package report

import (
	"strconv"
	"strings"

	"suyuan/internal/event"
	"suyuan/internal/i18n"
	"suyuan/internal/recall"
)

// OfCertificate returns the certificate of analysis, in both languages side by
// side unless one is asked for: it goes from the maker to hospitals and to
// inspectors.
func OfCertificate(c *recall.Certificate, is Issue) *Document {
	w := is.in(zoneOf(c.At))
	d := w.document(w.text("certificate.title", i18n.Data{"Ref": i18n.Visible(c.Ref.String())}), is.Made)
	d.Facts = []Fact{
		{w.text("certificate.verdict"), w.certificateVerdict(c)},
		{w.text("certificate.at"), clock(c.At, w.zone)},
		{w.text("report.made"), clock(is.Made, w.zone)},
		{w.text("report.offset"), offset(w.zone)},
	}
	d.Foot = w.paperFoot(&c.AsOf, is.Short)
	d.add(w.certificateWarnings(c), w.certificateLines(c), w.certificateUnits(c))
	return d
}

func (w *bilingual) certificateVerdict(c *recall.Certificate) string {
	if c.Complies() {
		return w.text("certificate.complies")
	}
	return w.text("certificate.not-shown")
}

func (w *bilingual) certificateWarnings(c *recall.Certificate) *Section {
	lost := w.lost(&c.AsOf)
	if c.Complies() && len(lost) == 0 {
		return nil
	}
	s := &Section{ID: "warnings", Title: w.text("certificate.warnings"), Alarm: true, Text: lost}
	for _, warning := range c.Warnings {
		s.Text = append(s.Text, w.text("certificate.warning."+string(warning)))
	}
	return s
}

func (w *bilingual) certificateLines(c *recall.Certificate) *Section {
	s := &Section{
		ID: "results", Title: w.text("certificate.results"),
		Heads: w.heads("assay", "method", "wanted", "result", "sampled", "reported", "seq", "verdict", "units"),
	}
	for i := range c.Lines {
		l := &c.Lines[i]
		units := i18n.Visible(refIDs(l.Units))
		wanted := i18n.Visible(l.Line.Text())
		if l.Line.DueDays > 0 {
			wanted += "; " + w.text("certificate.due", i18n.Data{"Days": l.Line.DueDays})
		}
		if len(l.Results) == 0 {
			s.row(i18n.Visible(l.Line.Assay), i18n.Visible(dash(l.Line.Method)), wanted, nothing, nothing, nothing, nothing, w.text("certificate.none"), units)
		}
		for k := range l.Results {
			r := &l.Results[k]
			b := r.Test()
			verdict := w.text("certificate.pass")
			if r.Fault != "" {
				verdict = w.text("fault." + string(r.Fault))
			}
			s.row(i18n.Visible(l.Line.Assay), i18n.Visible(dash(l.Line.Method)), wanted,
				i18n.Visible(strings.TrimSpace(b.Result+" "+strings.TrimSpace(string(b.Value)+" "+b.UOM))),
				clock(b.Sampled, w.zone), clock(r.Entry.Event.Time, w.zone), "#"+strconv.FormatUint(r.Entry.Seq, 10), verdict, units)
		}
	}
	return s
}

func (w *bilingual) certificateUnits(c *recall.Certificate) *Section {
	s := &Section{
		ID: "units", Title: w.text("certificate.units"),
		Heads: w.heads("unit", "product", "made", "expires", "decision", "signed", "pending", "held"),
	}
	for i := range c.Units {
		u := &c.Units[i]
		made, expires, decision, signed, pending, held := nothing, nothing, w.text("certificate.undecided"), nothing, nothing, nothing
		if !u.Made.IsZero() {
			made = clock(u.Made, w.zone)
		}
		if !u.Expires.IsZero() {
			expires = clock(u.Expires, w.zone)
		}
		if u.Decision != nil {
			decision = w.text("certificate.decision."+u.Decision.Decision) + " " + clock(u.Decided.Event.Time, w.zone) + " #" + strconv.FormatUint(u.Decided.Seq, 10)
			if u.Decided.Event.Deviation != nil {
				decision += "; " + w.text("certificate.deviation", i18n.Data{"Reason": i18n.Visible(u.Decided.Event.Deviation.Reason)})
			}
			signed, pending = i18n.Visible(refIDs(u.Decision.SignedBy)), i18n.Visible(dash(strings.Join(u.Decision.Pending, ", ")))
		}
		if len(u.Holding) > 0 {
			held = records(u.Holding)
		}
		s.row(i18n.Visible(u.Unit.ID()), i18n.Visible(dash(u.Product)), made, expires, decision, signed, pending, held)
	}
	return s
}

func refIDs(refs []event.Ref) string {
	ids := make([]string, len(refs))
	for i, r := range refs {
		ids[i] = r.ID()
	}
	return strings.Join(ids, ", ")
}
