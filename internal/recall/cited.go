package recall

import (
	"slices"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
)

// A Citation is a record that a dossier names, as it stands in the ledger.
type Citation struct {
	Seq      uint64
	Type     event.Type
	Time     event.Time
	Recorded event.Time
	By       string
	Late     bool
	StruckBy uint64 // the record that corrects or replaces it; 0 where none does
	Note     string
	Leaf     string // its leaf hash, lower-case hex
}

// A citing collects numbers of records, each once.
type citing map[uint64]bool

func (c citing) note(seqs ...uint64) {
	for _, n := range seqs {
		c[n] = true
	}
}

func (c citing) sorted() []uint64 {
	list := make([]uint64, 0, len(c))
	for n := range c {
		list = append(list, n)
	}
	slices.Sort(list)
	return list
}

// Cited returns the numbers of all records that the dossier names, in order.
func (d *Dossier) Cited() []uint64 {
	c := make(citing)
	for i := range d.Steps {
		c.note(d.Steps[i].Seq)
	}
	for i := range d.Answer.Things {
		t := &d.Answer.Things[i]
		for _, step := range d.Answer.Path(t)[1:] {
			c.note(step.Seq)
		}
		c.note(t.Tests...)
	}
	for i := range d.Patients {
		for _, dose := range d.Patients[i].Doses {
			c.note(dose.Seq)
		}
	}
	for i := range d.Units {
		if d.Units[i].Seq > 0 {
			c.note(d.Units[i].Seq)
		}
	}
	c.gaps(d.Answer)
	c.sources(d.Sources)
	for i := range d.Deviations {
		c.note(d.Deviations[i].Seq)
	}
	d.citeOthers(c)
	return c.sorted()
}

// citeOthers notes the master data of the sites and what opened the case.
func (d *Dossier) citeOthers(c citing) {
	for i := range d.Sites {
		if _, e, ok := d.g.Registered(d.Sites[i].Site, d.Answer.Query.At); ok {
			c.note(e.Seq)
		}
	}
	for _, id := range d.Trigger.Events {
		if e, ok := d.g.ByID(id); ok {
			c.note(e.Seq)
		}
	}
}

func (c citing) gaps(a *Answer) {
	for i := range a.Missing {
		c.note(a.Missing[i].Seq...)
	}
	for i := range a.Cleared {
		c.note(a.Cleared[i].Seq...)
	}
	for _, k := range a.Corrected {
		c.note(k.Seq, k.By)
	}
}

// Trail returns the numbers of the records that an audit of the case wants:
// those that the dossier names, and all that name an affected unit or patient,
// or a batch or shipment of these, and what loggers measured of them, in order.
func (d *Dossier) Trail() []uint64 {
	c := make(citing)
	c.note(d.Cited()...)
	c.note(d.Measured()...)
	seen := make(map[event.Ref]bool)
	all := func(r event.Ref) {
		if r.IsZero() || seen[r] {
			return
		}
		seen[r] = true
		for _, m := range d.g.History(r) {
			c.note(d.g.Entry(m).Seq)
		}
	}
	for i := range d.Answer.Things {
		t := &d.Answer.Things[i]
		switch t.Ref.Kind() {
		case event.KindPatient, event.KindBatch:
			all(t.Ref)
		case event.KindUnit:
			all(t.Ref)
			for _, s := range shipmentsOf(d.g, t.Ref) {
				all(s)
			}
		default:
		}
	}
	return c.sorted()
}

// shipmentsOf returns the shipments that carried a unit.
func shipmentsOf(g *genealogy.Graph, unit event.Ref) []event.Ref {
	var list []event.Ref
	for _, m := range g.History(unit) {
		if b, ok := g.Entry(m).Event.Body.(*event.Shipment); ok {
			list = append(list, b.Shipment)
		}
	}
	return list
}
