package report

import (
	"strconv"
	"strings"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
	"suyuan/internal/i18n"
	"suyuan/internal/recall"
)

// OfNotice returns the notice to a site with both languages side by side, Chinese first: whoever opens it must be able to act on
// it. answerTo says whom to answer, by what is the way; made is when it is written.
func OfNotice(n *recall.Notice, answerTo string, made event.Time) *Document {
	w := inBoth(zoneOf(n.At))
	d := &Document{
		Lang: i18n.Chinese, With: i18n.English, Made: made,
		Title: w.text("notice.title", i18n.Data{"Case": i18n.Visible(n.Case.ID()), "Site": i18n.Visible(n.Site.ID())}),
	}
	if n.Drill {
		d.Mark = DrillMark
	}
	if n.Urgent {
		d.Urgent = UrgentMark
	}
	d.Facts = w.noticeFacts(n, answerTo)
	d.add(w.noticeOrders(n, answerTo), w.noticeUnits(n), w.noticePatients(n))
	d.Foot = []string{
		w.text("notice.as-of", i18n.Data{"Origin": i18n.Visible(n.AsOf.Origin), "Size": n.AsOf.Size}),
		"root " + n.AsOf.Root,
		w.text("report.personal"),
	}
	return d
}

func (w *bilingual) noticeFacts(n *recall.Notice, answerTo string) []Fact {
	var sources []string
	for _, r := range n.Sources {
		sources = append(sources, i18n.Visible(r.String()))
	}
	site := n.Site.ID()
	if n.Name != "" {
		site += " (" + n.Name + ")"
	}
	list := []Fact{
		{w.text("notice.site"), i18n.Visible(site)},
		{w.text("notice.source"), strings.Join(sources, ", ")},
		{w.text("notice.products"), i18n.Visible(dash(strings.Join(n.Products, ", ")))},
	}
	if n.Trigger.Text != "" {
		list = append(list, Fact{w.text("notice.trigger"), i18n.Visible(n.Trigger.Text)})
	}
	if n.Class != "" {
		list = append(list, Fact{w.text("notice.class"), w.class(n.Class)})
	}
	list = append(list,
		Fact{w.text("report.offset"), offset(w.zone)},
		Fact{w.text("notice.made"), clock(n.At, w.zone)},
		Fact{w.text("notice.answer-to"), i18n.Visible(answerTo)},
	)
	if !n.Before.IsZero() {
		list = append(list, Fact{w.text("notice.before"), clock(n.Before, w.zone)})
	}
	return list
}

// noticeOrders says what to do and by when.
func (w *bilingual) noticeOrders(n *recall.Notice, answerTo string) *Section {
	s := &Section{ID: "orders", Title: w.text("notice.orders"), Alarm: n.Urgent, Heads: w.heads("what", "notice-by")}
	if n.Drill {
		s.Text = append(s.Text, w.text("notice.drill"))
	}
	s.Text = append(s.Text, w.lost(&n.AsOf)...)
	if !n.Concerned {
		s.Text = append(s.Text, w.text("notice.unconcerned"))
	}
	for _, o := range n.Orders {
		due := w.text("notice.at-once")
		if !o.Due.IsZero() {
			due = clock(o.Due, w.zone)
		}
		if o.Order == recall.OrderReturn {
			due = w.text("notice.when-told")
		}
		s.row(w.text("order."+string(o.Order), i18n.Data{"To": i18n.Visible(answerTo)}), due)
	}
	return s
}

func (w *bilingual) noticeUnits(n *recall.Notice) *Section {
	s := &Section{ID: "units", Title: w.text("notice.units", i18n.Data{"N": len(n.Units)})}
	if len(n.Units) == 0 {
		s.Text = []string{w.text("notice.no-units")}
		return s
	}
	s.Heads = w.heads("unit", "notice-product", "notice-state", "notice-todo", "grade")
	for i := range n.Units {
		u := &n.Units[i]
		var todo []string
		for _, o := range u.Orders {
			todo = append(todo, w.text("order-short."+string(o)))
		}
		if len(todo) == 0 {
			todo = []string{w.text("order-short.none")}
		}
		s.row(u.Unit.ID(), dash(u.Product), w.standing(u), strings.Join(todo, "; "), w.text("grade."+u.Grade.String()))
	}
	return s
}

// standing says in which state a unit is and where: the site and the vessel in it, or the shipment; and whom it is booked for.
func (w *bilingual) standing(u *recall.NoticeUnit) string {
	if u.State == genealogy.NoState {
		return dash("")
	}
	words := []string{w.text("state." + u.State.String())}
	switch {
	case !u.Vessel.IsZero():
		words = append(words, u.Site.ID()+", "+u.Vessel.ID())
	case !u.Site.IsZero():
		words = append(words, u.Site.ID())
	case !u.Shipment.IsZero():
		words = append(words, u.Shipment.String())
	}
	if !u.Booked.IsZero() {
		words = append(words, w.text("notice.booked", i18n.Data{"Patient": u.Booked.ID()}))
	}
	return strings.Join(words, "; ")
}

func (w *bilingual) noticePatients(n *recall.Notice) *Section {
	if len(n.Patients) == 0 {
		return nil
	}
	s := &Section{
		ID: "patients", Title: w.text("notice.patients", i18n.Data{"N": strconv.Itoa(len(n.Patients))}), Alarm: true,
		Text: []string{w.text("notice.pseudonyms")}, Heads: w.heads("case-patient", "grade", "notice-given"),
	}
	for i := range n.Patients {
		p := &n.Patients[i]
		var given []string
		for _, u := range p.Given {
			given = append(given, u.ID())
		}
		s.row(p.Patient.ID(), w.text("grade."+p.Grade.String()), strings.Join(given, ", "))
	}
	return s
}
