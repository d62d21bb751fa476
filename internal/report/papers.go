package report

import (
	"strconv"
	"strings"

	"suyuan/internal/event"
	"suyuan/internal/i18n"
	"suyuan/internal/recall"
)

// OfPapers returns the papers of a shipment, in both languages side by side unless one is asked for: couriers and receivers read one or the other.
func OfPapers(p *recall.Papers, is Issue) *Document {
	w := is.in(zoneOf(p.Sent.Event.Time))
	d := w.document(w.text("papers.title", i18n.Data{"Shipment": i18n.Visible(p.Shipment.ID())}), is.Made)
	d.Facts = w.papersFacts(p)
	d.Foot = append(w.paperFoot(&p.AsOf, is.Short), w.text("report.personal"))
	d.add(w.papersWarnings(p), w.papersContents(p), w.papersHands())
	return d
}

// paperFoot says of which state of the ledger a paper is, and how to ask for it.
func (w *bilingual) paperFoot(of *recall.AsOf, short string) []string {
	return []string{
		w.text("notice.as-of", i18n.Data{"Origin": i18n.Visible(of.Origin), "Size": of.Size}), "root " + of.Root,
		w.text("papers.short", i18n.Data{"Code": short}),
	}
}

func (w *bilingual) papersFacts(p *recall.Papers) []Fact {
	address := func(a recall.Address) string {
		return i18n.Visible(strings.Join(nonEmpty(a.Site.ID(), a.Name, a.Contact), ", "))
	}
	limits := w.text("papers.no-limits")
	if low, high := string(p.Body.Low), string(p.Body.High); low != "" || high != "" {
		limits = strings.TrimSpace(strings.Join(nonEmpty(prefixed("≥ ", low), prefixed("≤ ", high)), ", ") + " " + p.Body.UOM)
	}
	facts := []Fact{
		{w.text("papers.from"), address(p.From)},
		{w.text("papers.to"), address(p.To)},
		{w.text("papers.sent"), clock(p.Sent.Event.Time, w.zone) + " #" + strconv.FormatUint(p.Sent.Seq, 10)},
		{w.text("papers.limits"), i18n.Visible(limits)},
		{w.text("papers.purpose"), w.text("papers.purpose." + purposeOf(p))},
	}
	if !p.Body.Due.IsZero() {
		facts = append(facts, Fact{w.text("papers.due"), clock(p.Body.Due, w.zone)})
	}
	facts = append(facts,
		Fact{w.text("papers.carrier"), i18n.Visible(dash(p.Body.Carrier))},
		Fact{w.text("papers.shipper"), i18n.Visible(dash(p.Body.Equipment.ID()))},
		Fact{w.text("report.offset"), offset(w.zone)},
	)
	return facts
}

func purposeOf(p *recall.Papers) string {
	if p.Body.Purpose == "" {
		return "use"
	}
	return p.Body.Purpose
}

func prefixed(prefix, s string) string {
	if s == "" {
		return ""
	}
	return prefix + s
}

func nonEmpty(list ...string) []string {
	var some []string
	for _, s := range list {
		if s != "" {
			some = append(some, s)
		}
	}
	return some
}

// papersWarnings says loudly what must not be used, and for which purpose else it travels.
func (w *bilingual) papersWarnings(p *recall.Papers) *Section {
	s := &Section{ID: "warnings", Title: w.text("papers.warnings"), Alarm: true, Text: w.lost(&p.AsOf)}
	if !p.ForUse() {
		s.Text = append(s.Text, w.text("papers.not-for-use"))
	}
	if refs := p.Hindered(); len(refs) > 0 {
		s.Text = append(s.Text, w.text("papers.hindered", i18n.Data{"Units": i18n.Visible(refIDs(refs))}))
	}
	if len(s.Text) == 0 {
		return nil
	}
	return s
}

func (w *bilingual) papersContents(p *recall.Papers) *Section {
	s := &Section{
		ID: "contents", Title: w.text("papers.contents", i18n.Data{"N": len(p.Contents)}),
		Heads: w.heads("unit", "product", "batch", "expires", "for-patient", "decision", "pending", "held"),
	}
	for i := range p.Contents {
		item := &p.Contents[i]
		expires, decision, held := nothing, nothing, nothing
		if !item.Expires.IsZero() {
			expires = clock(item.Expires, w.zone)
		}
		if item.Expired {
			expires += " " + w.text("papers.expired")
		}
		switch {
		case item.Decision != nil:
			decision = w.text("certificate.decision."+item.Decision.Decision) + " #" + strconv.FormatUint(item.Decided, 10)
		case item.Role == event.RoleDose:
			decision = w.text("certificate.undecided")
		}
		if len(item.Holding) > 0 {
			held = records(item.Holding)
		}
		s.row(i18n.Visible(item.Ref.String()), i18n.Visible(dash(item.Product)), i18n.Visible(dash(item.Batch.ID())), expires, i18n.Visible(dash(item.Patient.ID())), decision, i18n.Visible(dash(strings.Join(item.Pending, ", "))), held)
	}
	return s
}

// papersHands leaves room for who hands over and who takes.
func (w *bilingual) papersHands() *Section {
	s := &Section{ID: "hands", Title: w.text("papers.hands"), ByHand: true, Heads: w.heads("hand", "signer", "when", "signature")}
	for _, hand := range []string{"sender", "carrier", "receiver"} {
		s.row(w.text("papers.hand."+hand), "", "", "")
	}
	return s
}
