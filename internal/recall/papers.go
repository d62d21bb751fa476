package recall

import (
	"slices"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
)

// Papers are what goes with a shipment: who sends what to whom, how it must be kept, and what stands in the way of using it.
type Papers struct {
	AsOf     AsOf
	At       event.Time
	Shipment event.Ref
	Sent     *genealogy.Entry
	Body     *event.Shipment
	From, To Address
	Contents []PaperItem
}

// An Address is a site, as it is registered.
type Address struct {
	Site          event.Ref
	Name, Contact string
}

// A PaperItem is a unit or a lot in a shipment.
type PaperItem struct {
	Ref      event.Ref
	Role     event.Role
	Product  string
	Batch    event.Ref
	Expires  event.Time
	Patient  event.Ref
	Decision *event.Release // newest release, nil where there is none
	Decided  uint64
	Pending  []string // assays that a conditional release left to come, of it or of what it was made from
	Holding  []uint64 // records of the holds on it
	Expired  bool
}

// Usable reports whether nothing that the ledger says stands in the way of the item's use at its destination.
func (i *PaperItem) Usable() bool {
	released := i.Role != event.RoleDose || i.Decision != nil && i.Decision.Decision != "rejected"
	return len(i.Holding) == 0 && !i.Expired && released
}

// ForUse reports whether the shipment is sent to be used, which is what one without a purpose is.
func (p *Papers) ForUse() bool { return p.Body.Purpose == "" || p.Body.Purpose == "use" }

// Hindered lists what is sent for use and must not be used.
func (p *Papers) Hindered() []event.Ref {
	var refs []event.Ref
	for i := range p.Contents {
		if p.ForUse() && !p.Contents[i].Usable() {
			refs = append(refs, p.Contents[i].Ref)
		}
	}
	return refs
}

// PapersOf makes the papers of a shipment at a time; a zero at is the time of the latest event.
func PapersOf(g *genealogy.Graph, asOf AsOf, shipment event.Ref, at event.Time) (*Papers, error) {
	sent, ok := g.Sent(shipment)
	if !ok {
		return nil, &UnknownThingError{Ref: shipment}
	}
	body, ok := sent.Event.Body.(*event.Shipment)
	if !ok {
		return nil, &UnknownThingError{Ref: shipment}
	}
	if at.IsZero() {
		at = g.Latest()
	}
	p := &Papers{AsOf: asOf, At: at, Shipment: shipment, Sent: sent, Body: body, From: addressOf(g, sent.Event.Site, at), To: addressOf(g, body.To, at)}
	waits := pendingWriter{g: g, at: at, now: g.Assessor(at)}
	for _, r := range slices.Concat(body.Units, body.Lots) {
		p.Contents = append(p.Contents, paperItem(&waits, r))
	}
	return p, nil
}

func addressOf(g *genealogy.Graph, site event.Ref, at event.Time) Address {
	a := Address{Site: site}
	if r, _, ok := g.Registered(site, at); ok {
		a.Name, a.Contact = r.Name, r.Contact
	}
	return a
}

func paperItem(w *pendingWriter, r event.Ref) PaperItem {
	g, at := w.g, w.at
	item := PaperItem{Ref: r}
	made, _ := g.Made(r)
	item.Batch = made.Batch
	switch r.Kind() {
	case event.KindUnit:
		item.Role, item.Product = g.Role(r, at)
		item.Expires, item.Patient = g.Expiry(r, at), g.ForPatient(r, at)
		item.Pending = w.openFor(r)
	default:
		item.Product, item.Expires = made.Product, made.Expires
	}
	item.Expired = !item.Expires.IsZero() && item.Expires.Std().Before(at.Std())
	if e, decision := g.Decision(r, at); decision != nil {
		item.Decision, item.Decided = decision, e.Seq
	}
	for _, h := range g.HoldsOn(r, at) {
		item.Holding = append(item.Holding, h.Entry.Seq)
	}
	return item
}
