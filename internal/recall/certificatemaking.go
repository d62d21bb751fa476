package recall

import (
	"cmp"
	"slices"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
)

// A CertifiedDeparture is a declared deviation that concerns what a certificate
// is about, or what that was made from as it was by then.
type CertifiedDeparture struct {
	Departure
	Type  event.Type
	Time  event.Time
	About []event.Ref
}

// A CorrectedTest is a result that no longer holds.
type CorrectedTest struct {
	Test *genealogy.Entry
	By   uint64 // the correction, or what stands in its place
}

// Reported returns what the test had said.
func (c *CorrectedTest) Reported() *event.Test {
	b, _ := c.Test.Event.Body.(*event.Test)
	return b
}

// A CertifiedMaterial is a lot that went in, or what was collected or received.
type CertifiedMaterial struct {
	Ref     event.Ref
	Product string
	Expires event.Time
	Used    event.Time // last into what the certificate is about
}

// Expired reports whether it was used after its expiry.
func (m *CertifiedMaterial) Expired() bool { return !m.Expires.IsZero() && m.Used.After(m.Expires) }

// making adds what the certified units were made from, and what was out of order
// on the way.
func (w *certifier) making(units []event.Ref) {
	own := append(slices.Clone(units), w.c.Ref)
	departures := make(map[uint64]*CertifiedDeparture)
	for _, f := range w.g.Forebears(own, w.c.At) {
		if !slices.Contains(own, f.Ref) {
			w.material(f)
		}
		w.departures(departures, f)
	}
	for _, d := range departures {
		w.c.Deviations = append(w.c.Deviations, *d)
	}
	slices.SortFunc(w.c.Deviations, func(a, b CertifiedDeparture) int { return cmp.Compare(a.Seq, b.Seq) })
	slices.SortFunc(w.c.Materials, func(a, b CertifiedMaterial) int { return a.Ref.Compare(b.Ref) })
}

func (w *certifier) material(f genealogy.Forebear) {
	m := CertifiedMaterial{Ref: f.Ref, Used: f.Until}
	made, ok := w.g.Made(f.Ref)
	switch f.Ref.Kind() {
	case event.KindLot:
		if ok {
			m.Product, m.Expires = made.Product, made.Expires
		}
	case event.KindUnit:
		if !ok || made.Entry.Event.Type != event.TypeCollection && made.Entry.Event.Type != event.TypeReceipt {
			return
		}
		_, m.Product = w.g.Role(f.Ref, f.Until)
		m.Expires = w.g.Expiry(f.Ref, f.Until)
	default:
		return
	}
	w.c.Materials = append(w.c.Materials, m)
}

// departures adds the deviations of what was done to a thing.
func (w *certifier) departures(found map[uint64]*CertifiedDeparture, f genealogy.Forebear) {
	for _, m := range w.g.History(f.Ref) {
		by := f.Until
		switch partIn(m.As) {
		case judged:
			by = w.c.At // what is said of a thing is said of what had been made from it too
		case used:
			continue // another thing's making
		case treated:
		}
		if w.g.When(m).After(by) {
			continue
		}
		e := w.g.Entry(m)
		if e.Struck() || e.Event.Deviation == nil {
			continue
		}
		d, known := found[e.Seq]
		if !known {
			d = &CertifiedDeparture{Departure: departureOf(e), Type: e.Event.Type, Time: e.Event.Time}
			found[e.Seq] = d
		}
		if !slices.Contains(d.About, f.Ref) {
			d.About = append(d.About, f.Ref)
		}
	}
}

// A part is what an event has to do with a thing that it names.
type part uint8

const (
	used    part = iota // for others, or merely named
	treated             // made, worked on, kept, moved
	judged              // tested, released, decided on
)

func partIn(as genealogy.As) part {
	switch as {
	case genealogy.AsTested, genealogy.AsSample, genealogy.AsReleased, genealogy.AsLifted, genealogy.AsEligible, genealogy.AsSame:
		return judged
	case genealogy.AsMade, genealogy.AsReceived, genealogy.AsResidue, genealogy.AsBatch, genealogy.AsWorked,
		genealogy.AsStored, genealogy.AsRetrieved, genealogy.AsShipped, genealogy.AsAccepted:
		return treated
	default:
		return used
	}
}

// corrected adds the results of units that no longer hold.
func (w *certifier) corrected(units []event.Ref) {
	known := make(map[uint64]bool)
	for _, unit := range units {
		for _, e := range w.a.Struck(unit) {
			if by, ok := w.g.StruckBy(e); ok && !known[e.Seq] {
				known[e.Seq] = true
				w.c.Corrected = append(w.c.Corrected, CorrectedTest{e, by})
			}
		}
	}
	slices.SortFunc(w.c.Corrected, func(a, b CorrectedTest) int { return cmp.Compare(a.Test.Seq, b.Test.Seq) })
}
