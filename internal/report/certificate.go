package report

import (
	"slices"
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
	d := w.document(w.certificateHeading(c.Ref), is.Made)
	d.Facts = []Fact{
		{w.text("certificate.verdict"), w.certificateVerdict(c)},
		{w.text("certificate.product"), i18n.Visible(productNames(c.Products))},
		{w.text("certificate.batch"), i18n.Visible(dash(refIDs(c.Batches)))},
		{w.text("certificate.count"), strconv.Itoa(len(c.Units))},
		{w.text("certificate.at"), clock(c.At, w.zone)},
		{w.text("report.made"), clock(is.Made, w.zone)},
		{w.text("report.offset"), offset(w.zone)},
	}
	d.Foot = w.paperFoot(&c.AsOf, is.Short)
	d.add(
		w.certificateWarnings(c), w.certificateLines(c), w.certificateUnits(c), w.certificateCorrected(c), w.certificateDeviations(c), w.certificateMaterials(c),
		w.certificateSignatures(),
	)
	return d
}

// certificateHeading names what it is about as people call it: it stands on every page.
func (w *bilingual) certificateHeading(r event.Ref) string {
	in := func(t *i18n.Texts) string {
		return t.Text("certificate.heading", i18n.Data{"Kind": t.Text("kind." + r.Kind().String()), "ID": i18n.Visible(r.ID())})
	}
	return bothOf(in(w.zh), in(w.en))
}

func productNames(list []recall.CertifiedProduct) string {
	names := make([]string, len(list))
	for i, p := range list {
		names[i] = strings.Join(nonEmpty(p.ID, p.Name), ", ")
	}
	return dash(strings.Join(names, "; "))
}

// word is a name of a closed list in words, and what it is not in one as it is.
func (w *bilingual) word(s string) string {
	return bothOf(w.zh.Or("word."+s, s), w.en.Or("word."+s, s))
}

// reported writes a result with its number.
func (w *bilingual) reported(b *event.Test) string {
	return strings.Join(nonEmpty(w.word(b.Result), i18n.Visible(string(b.Value)), i18n.Visible(b.UOM)), " ")
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
		if len(c.Units) > 1 && len(l.Units) == len(c.Units) {
			units = w.text("certificate.all", i18n.Data{"N": len(c.Units)})
		}
		wanted := strings.Join(nonEmpty(w.word(l.Line.Result), i18n.Visible(l.Line.Limits())), " ")
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
				w.reported(b), clock(b.Sampled, w.zone), clock(r.Entry.Event.Time, w.zone), record(r.Entry.Seq), verdict, units)
		}
	}
	return s
}

// certificateUnits lists the units, those that stand alike in one row.
func (w *bilingual) certificateUnits(c *recall.Certificate) *Section {
	s := &Section{
		ID: "units", Title: w.text("certificate.units"),
		Heads: w.heads("unit", "product", "made", "expires", "decision", "signed", "pending", "held"),
	}
	for i := range c.Units {
		u := &c.Units[i]
		alike := w.certificateUnit(u)
		if last := len(s.Rows) - 1; last >= 0 && slices.Equal(s.Rows[last][1:], alike) {
			s.Rows[last][0] += ", " + i18n.Visible(u.Unit.ID())
			continue
		}
		s.row(append([]string{u.Unit.ID()}, alike...)...)
	}
	return s
}

func (w *bilingual) certificateUnit(u *recall.CertifiedUnit) []string {
	decision, signed, pending, held := w.text("certificate.undecided"), nothing, nothing, nothing
	if u.Decision != nil {
		decision = w.text("certificate.decision."+u.Decision.Decision) + " " + clock(u.Decided.Event.Time, w.zone) + " " + record(u.Decided.Seq)
		if u.Decided.Event.Deviation != nil {
			decision += "; " + w.text("certificate.deviation", i18n.Data{"Reason": i18n.Visible(u.Decided.Event.Deviation.Reason)})
		}
		signed, pending = refIDs(u.Decision.SignedBy), dash(strings.Join(u.Decision.Pending, ", "))
	}
	if len(u.Holding) > 0 {
		held = records(u.Holding)
	}
	return []string{i18n.Visible(dash(u.Product)), clock(u.Made, w.zone), clock(u.Expires, w.zone), i18n.Visible(decision), i18n.Visible(signed), i18n.Visible(pending), held}
}

func refIDs(refs []event.Ref) string {
	ids := make([]string, len(refs))
	for i, r := range refs {
		ids[i] = r.ID()
	}
	return strings.Join(ids, ", ")
}

// certificateCorrected names results that no longer hold, so that nobody takes an
// older certificate for a newer one.
func (w *bilingual) certificateCorrected(c *recall.Certificate) *Section {
	if len(c.Corrected) == 0 {
		return nil
	}
	s := &Section{ID: "corrected", Title: w.text("certificate.corrected"), Heads: w.heads("seq", "assay", "result", "about", "reported", "corrected-by")}
	for i := range c.Corrected {
		x := &c.Corrected[i]
		b := x.Reported()
		s.row(record(x.Test.Seq), dash(b.Assay), w.reported(b), b.Subject.String(), clock(x.Test.Event.Time, w.zone), record(x.By))
	}
	return s
}

func (w *bilingual) certificateDeviations(c *recall.Certificate) *Section {
	if len(c.Deviations) == 0 {
		return nil
	}
	s := &Section{ID: "deviations", Title: w.text("certificate.deviations"), Heads: w.heads("seq", "time", "type", "about", "rules", "why", "approved")}
	for i := range c.Deviations {
		x := &c.Deviations[i]
		reason := i18n.Visible(x.Reason)
		if x.Happened {
			reason += " " + w.text("dossier.happened")
		}
		about := make([]string, len(x.About))
		for k, r := range x.About {
			about[k] = r.String()
		}
		kind := bothOf(w.zh.Or("name."+string(x.Type), string(x.Type)), w.en.Or("name."+string(x.Type), string(x.Type)))
		s.row(record(x.Seq), clock(x.Time, w.zone), kind, strings.Join(about, ", "), strings.Join(x.Rules, ", "), reason, dash(refIDs(x.ApprovedBy)))
	}
	return s
}

func (w *bilingual) certificateMaterials(c *recall.Certificate) *Section {
	if len(c.Materials) == 0 {
		return nil
	}
	s := &Section{ID: "materials", Title: w.text("certificate.materials"), Heads: w.heads("material", "product", "used", "expires")}
	for i := range c.Materials {
		m := &c.Materials[i]
		expires := clock(m.Expires, w.zone)
		if m.Expired() {
			expires += " " + w.text("certificate.expired")
			s.Alarm = true
		}
		s.row(m.Ref.String(), dash(m.Product), clock(m.Used, w.zone), expires)
	}
	return s
}

// certificateSignatures leaves room for those who answer for it on paper.
func (w *bilingual) certificateSignatures() *Section {
	s := &Section{ID: "signatures", Title: w.text("certificate.sign"), ByHand: true, Heads: w.heads("hand", "signer", "when", "signature")}
	for _, hand := range []string{"tested", "reviewed", "qualified"} {
		s.row(w.text("certificate.sign."+hand), "", "", "")
	}
	return s
}
