package recall

import (
	"cmp"
	"slices"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
)

// An Order says what a site is to do about a unit or patient.
type Order string

// The orders of a notice.
const (
	OrderQuarantine Order = "quarantine" // in stock: set apart, do not use, ship or infuse
	OrderCancel     Order = "cancel"     // booked: call the treatment off, and say so to whom it was for
	OrderRefuse     Order = "refuse"     // on its way to the site: set apart on arrival, do not use
	OrderStop       Order = "stop"       // on its way from the site: call the carrier back
	OrderFind       Order = "find"       // unaccounted for: search, and say what became of it
	OrderReturn     Order = "return"     // kept in quarantine: return or destroy when told, not before
	OrderScreen     Order = "screen"     // given: trace the patient, screen, report the result
	OrderFollow     Order = "follow"     // used to make others: say what was made, and where it went
	OrderConfirm    Order = "confirm"    // ended otherwise: confirm it by your own records
	OrderAnswer     Order = "answer"     // to the notice as a whole: count, and answer what was found
)

// Orders returns the orders, in the order in which a notice gives them.
func Orders() []Order {
	return []Order{
		OrderQuarantine, OrderCancel, OrderRefuse, OrderStop, OrderFind, OrderReturn, OrderScreen, OrderFollow, OrderConfirm, OrderAnswer,
	}
}

// A Notice is what a site is told about a case.
type Notice struct {
	Case     event.Ref
	Drill    bool
	Urgent   bool
	Class    string
	Profile  string
	Sources  []event.Ref
	Trigger  event.Trigger
	Site     event.Ref
	Name     string // of the site, as registered
	Contact  string
	At       event.Time // when it is told
	AsOf     AsOf       // of the scope that it rests on
	Grade    genealogy.Grade
	Products []string // of the units, each once, in order
	Units    []NoticeUnit
	Patients []NoticePatient
	Orders   []Ordered // in the order of [Orders], each once
	// Concerned is false where no affected unit was ever at the site; then there
	// is nothing in the lists.
	Concerned bool
	// Before is when the site was first told, zero where it was not.
	Before event.Time
}

// An Ordered is an order, and by when it is to be carried out; zero where no
// limit says so, which means without delay.
type Ordered struct {
	Order Order
	Due   event.Time
}

// A NoticeUnit is an affected unit that the site has, had, or is to get.
type NoticeUnit struct {
	Unit     event.Ref
	Grade    genealogy.Grade
	Product  string
	State    genealogy.State
	Site     event.Ref // where it is in stock
	Vessel   event.Ref
	Shipment event.Ref // in transit
	Expires  event.Time
	Booked   event.Ref // patient
	Orders   []Order
}

// A NoticePatient is an affected patient who was given an affected unit at the
// site, or is to be.
type NoticePatient struct {
	Patient event.Ref
	Grade   genealogy.Grade
	Given   []event.Ref // affected units, in order of time
}

// NoticeFor makes the notice to a site from how a case stands; its scope must
// be there.
func NoticeFor(g *genealogy.Graph, c *Case, life *CaseLife, site event.Ref) *Notice {
	n := &Notice{
		Case: c.Ref, Drill: c.Drill, Urgent: life.Urgent(), Class: life.Class, Profile: c.Profile.Name, Sources: life.Sources, Trigger: life.Trigger,
		Site: site, At: c.Now, AsOf: c.Scope.AsOf, Grade: c.Scope.Query.Grade,
	}
	if b, _, ok := g.Registered(site, c.Now); ok {
		n.Name, n.Contact = b.Name, b.Contact
	}
	for i := range c.Sites {
		if c.Sites[i].Site == site {
			n.Concerned, n.Before = c.Sites[i].Concerned, c.Sites[i].Notified
		}
	}
	w := noticeWriter{g: g, c: c, n: n}
	for i := range c.Scope.Things {
		switch t := &c.Scope.Things[i]; t.Ref.Kind() {
		case event.KindUnit:
			w.unit(t)
		case event.KindPatient:
			w.patient(t)
		default:
		}
	}
	w.finish()
	return n
}

type noticeWriter struct {
	g *genealogy.Graph
	c *Case
	n *Notice
}

// unit lists a unit that was at the site, is there, or is on its way there.
func (w *noticeWriter) unit(t *Thing) {
	s := w.g.Status(t.Ref, w.c.Now)
	from, to := w.legs(s.Shipment)
	if to != w.n.Site && !w.had(t.Ref) {
		return
	}
	w.n.Concerned = true
	u := NoticeUnit{
		Unit: t.Ref, Grade: t.Grade, Product: s.Product, State: s.State, Site: s.Site, Vessel: s.Vessel, Shipment: s.Shipment,
		Expires: s.Expires, Booked: s.Allocated,
	}
	u.Orders = w.orders(&u, from, to)
	w.n.Units = append(w.n.Units, u)
	if u.Product != "" && !slices.Contains(w.n.Products, u.Product) {
		w.n.Products = append(w.n.Products, u.Product)
	}
}

// had reports whether the site had the unit in its hands by now.
func (w *noticeWriter) had(unit event.Ref) bool {
	for _, m := range w.g.History(unit) {
		e := w.g.Entry(m)
		if !e.Struck() && !e.Event.Time.After(w.c.Now) && handles(m.As) && e.Event.Site == w.n.Site {
			return true
		}
	}
	return false
}

// legs returns where a shipment comes from and goes to.
func (w *noticeWriter) legs(shipment event.Ref) (from, to event.Ref) {
	if shipment.IsZero() {
		return event.Ref{}, event.Ref{}
	}
	e, ok := w.g.Sent(shipment)
	if !ok {
		return event.Ref{}, event.Ref{}
	}
	return e.Event.Site, e.Event.Body.(*event.Shipment).To
}

// orders says what the site is to do about a unit, by its state and place. A
// unit that is with another site now is that site's to handle.
func (w *noticeWriter) orders(u *NoticeUnit, from, to event.Ref) []Order {
	here := u.Site == w.n.Site
	var list []Order
	switch u.State {
	case genealogy.InStock, genealogy.Expired:
		if here {
			list = append(list, OrderQuarantine, OrderReturn)
		}
	case genealogy.InTransit:
		if to == w.n.Site {
			list = append(list, OrderRefuse, OrderReturn)
		}
		if from == w.n.Site {
			list = append(list, OrderStop)
		}
	case genealogy.Unaccounted:
		if here || to == w.n.Site || from == w.n.Site {
			list = append(list, OrderFind)
		}
	case genealogy.Infused:
		if w.endedHere(u.Unit) {
			list = append(list, OrderScreen)
		}
	case genealogy.Consumed:
		if w.endedHere(u.Unit) {
			list = append(list, OrderFollow)
		}
	case genealogy.Destroyed, genealogy.Returned, genealogy.Lost, genealogy.Tested:
		if w.endedHere(u.Unit) {
			list = append(list, OrderConfirm)
		}
	case genealogy.NoState:
	}
	if len(list) > 0 && !u.Booked.IsZero() && list[0] != OrderScreen {
		list = append(list, OrderCancel)
	}
	return list
}

// endedHere reports whether what put the unit into its state was done at the
// site.
func (w *noticeWriter) endedHere(unit event.Ref) bool {
	s := w.g.Status(unit, w.c.Now)
	return s.Entry != nil && (s.Entry.Event.Site == w.n.Site || s.Entry.Event.Site.IsZero() && w.had(unit))
}

// patient lists a patient who was given an affected unit at the site, or is
// booked for one that the notice lists.
func (w *noticeWriter) patient(t *Thing) {
	p := NoticePatient{Patient: t.Ref, Grade: t.Grade}
	for _, r := range w.g.SameAs(t.Ref) {
		for _, d := range w.c.Scope.dosesBy(w.g, r, w.c.Now) {
			if d.Site == w.n.Site && !slices.Contains(p.Given, d.Unit) {
				p.Given = append(p.Given, d.Unit)
			}
		}
	}
	if len(p.Given) > 0 {
		w.n.Concerned = true
		w.n.Patients = append(w.n.Patients, p)
	}
}

// dosesBy returns the doses of affected units to a patient, by the records of
// now rather than those of the scope.
func (a *Answer) dosesBy(g *genealogy.Graph, patient event.Ref, now event.Time) []Dose {
	var list []Dose
	for _, m := range g.History(patient) {
		e := g.Entry(m)
		b, ok := e.Event.Body.(*event.Infusion)
		if !ok || m.As != genealogy.AsRecipient || e.Struck() || e.Event.Time.After(now) || !a.has(b.Unit) {
			continue
		}
		list = append(list, Dose{Unit: b.Unit, Site: e.Event.Site, Time: e.Event.Time, Seq: e.Seq})
	}
	return list
}

// finish gathers the orders of all units, with the limits of the profile, and
// puts the lists in order.
func (w *noticeWriter) finish() {
	given := make(map[Order]bool)
	for i := range w.n.Units {
		for _, o := range w.n.Units[i].Orders {
			given[o] = true
		}
	}
	if len(w.n.Patients) > 0 {
		given[OrderScreen] = true
	}
	given[OrderAnswer] = true
	for _, o := range Orders() {
		if given[o] {
			w.n.Orders = append(w.n.Orders, Ordered{o, w.due(o)})
		}
	}
	slices.Sort(w.n.Products)
	slices.SortFunc(w.n.Units, func(a, b NoticeUnit) int {
		return cmp.Or(cmp.Compare(orderRank(a.Orders), orderRank(b.Orders)), cmp.Compare(a.Grade, b.Grade), a.Unit.Compare(b.Unit))
	})
	slices.SortFunc(w.n.Patients, func(a, b NoticePatient) int {
		return cmp.Or(cmp.Compare(a.Grade, b.Grade), a.Patient.Compare(b.Patient))
	})
}

// orderRank puts what is to be done first in front, and what only informs last.
func orderRank(list []Order) int {
	if len(list) == 0 {
		return len(Orders())
	}
	return slices.Index(Orders(), list[0])
}

// due returns by when an order is to be carried out. What keeps a unit from
// being used does not wait for a limit, and yet the limit is said.
func (w *noticeWriter) due(o Order) event.Time {
	goal := GoalHeld
	switch o {
	case OrderScreen:
		goal = GoalScreened
	case OrderAnswer, OrderFind, OrderFollow, OrderConfirm:
		goal = GoalAcknowledged
	case OrderReturn:
		return event.Time{}
	case OrderQuarantine, OrderCancel, OrderRefuse, OrderStop:
	}
	limit, ok := w.c.Profile.Limit(goal)
	if !ok {
		return event.Time{}
	}
	return w.c.Aware.Add(limit)
}

// ToTell returns the sites that are to be told of a case: those concerned, and
// those that an affected unit is on its way to, in order; without all, only
// those that were not told yet.
func ToTell(g *genealogy.Graph, c *Case, all bool) []event.Ref {
	told := make(map[event.Ref]bool)
	for _, s := range caseSteps(g, c.Ref, c.Now) {
		if s.body.Notice != nil && !all {
			told[s.entry.Event.Site] = true
		}
	}
	var list []event.Ref
	for i := range c.Sites {
		if c.Sites[i].Concerned {
			list = append(list, c.Sites[i].Site)
		}
	}
	w := noticeWriter{g: g, c: c}
	for i := range c.Scope.Things {
		u := c.Scope.Things[i].Ref
		if u.Kind() != event.KindUnit {
			continue
		}
		if _, to := w.legs(g.Status(u, c.Now).Shipment); !to.IsZero() {
			list = append(list, to)
		}
	}
	slices.SortFunc(list, event.Ref.Compare)
	return slices.DeleteFunc(slices.Compact(list), func(r event.Ref) bool { return told[r] })
}
