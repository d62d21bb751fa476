package recall

import (
	"cmp"
	"slices"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
)

// A Certificate says how the tests of a batch, or of a unit, meet the
// specification of its product.
type Certificate struct {
	AsOf     AsOf
	Ref      event.Ref
	At       event.Time
	Batches  []event.Ref // the batch itself, or those of the unit
	Products []CertifiedProduct
	Units    []CertifiedUnit
	Lines    []CertifiedLine
	Warnings []CertificateWarning // in the order of their list, each once

	Deviations []CertifiedDeparture // in the order of their records
	Corrected  []CorrectedTest      // in the order of their records
	Materials  []CertifiedMaterial  // in the order of their names
}

// A CertifiedProduct is what units of a certificate are, as it is registered.
type CertifiedProduct struct{ ID, Name string }

// A CertifiedUnit is a unit that the certificate is about.
type CertifiedUnit struct {
	Unit     event.Ref
	Role     event.Role
	Product  string
	Made     event.Time
	Expires  event.Time
	Decided  *genealogy.Entry // its newest release, nil where there is none
	Decision *event.Release
	Holding  []uint64
}

// A CertifiedLine is an assay, with the units for which it stands alike.
type CertifiedLine struct {
	genealogy.Assessed
	By    uint64 // the registration that asks for it
	Units []event.Ref
}

// A CertificateWarning is why a certificate does not say that all complies.
type CertificateWarning string

// The warnings.
const (
	CertRejected        CertificateWarning = "rejected"
	CertHeld            CertificateWarning = "held"
	CertOut             CertificateWarning = "out"
	CertMissing         CertificateWarning = "missing"
	CertNoUnits         CertificateWarning = "no-units"
	CertNoSpecification CertificateWarning = "no-specification"
	CertExceptional     CertificateWarning = "exceptional"
	CertUndecided       CertificateWarning = "undecided"
)

// CertificateWarnings lists the warnings, the gravest first.
func CertificateWarnings() []CertificateWarning {
	return []CertificateWarning{CertRejected, CertHeld, CertOut, CertMissing, CertNoUnits, CertNoSpecification, CertExceptional, CertUndecided}
}

// Complies reports whether every line of every unit passes, and nothing else
// speaks against them.
func (c *Certificate) Complies() bool { return len(c.Warnings) == 0 }

// CertificateOf makes the certificate of a batch, for its units that a release
// concerns, or of one unit. A zero at is the time of the
// latest event.
func CertificateOf(g *genealogy.Graph, asOf AsOf, r event.Ref, at event.Time) (*Certificate, error) {
	if !g.Known(r) {
		return nil, &UnknownThingError{Ref: r}
	}
	if at.IsZero() {
		at = g.Latest()
	}
	c := &Certificate{AsOf: asOf, Ref: r, At: at}
	units := []event.Ref{r}
	for _, m := range g.BatchesOf(r) {
		c.Batches = append(c.Batches, m.Batch)
	}
	if r.Kind() == event.KindBatch {
		c.Batches = []event.Ref{r}
		units = slices.DeleteFunc(g.UnitsOf(r, at), func(u event.Ref) bool { return !forRelease(g, u, at) })
	}
	w := certifier{g: g, a: g.Assessor(at), c: c, warned: make(map[CertificateWarning]bool)}
	w.warn(CertNoUnits, len(units) == 0)
	for _, u := range units {
		w.unit(u)
	}
	w.byAssay()
	w.making(units)
	w.corrected(units)
	for _, warning := range CertificateWarnings() {
		if w.warned[warning] {
			c.Warnings = append(c.Warnings, warning)
		}
	}
	return c, nil
}

// forRelease reports whether a release decides on a unit of a batch: samples,
// retained ones and waste stay in the house, and what was made into others of the
// batch or thrown away before any decision is none any more.
func forRelease(g *genealogy.Graph, unit event.Ref, at event.Time) bool {
	switch role, _ := g.Role(unit, at); role {
	case event.RoleSample, event.RoleRetained, event.RoleWaste:
		return false
	case event.RoleIntermediate, event.RoleCollection, event.RoleDose, event.RoleBank:
	}
	endings := g.EndingsOf(unit)
	if len(endings) == 0 || endings[0].State == genealogy.Infused || endings[0].Entry.Event.Time.After(at) {
		return true
	}
	decided, _ := g.Decision(unit, endings[0].Entry.Event.Time)
	return decided != nil
}

type certifier struct {
	g      *genealogy.Graph
	a      *genealogy.Assessor
	c      *Certificate
	warned map[CertificateWarning]bool
}

func (w *certifier) warn(warning CertificateWarning, on bool) {
	w.warned[warning] = w.warned[warning] || on
}

func (w *certifier) unit(unit event.Ref) {
	u := CertifiedUnit{Unit: unit, Expires: w.g.Expiry(unit, w.c.At)}
	u.Role, u.Product = w.g.Role(unit, w.c.At)
	if made, ok := w.g.Made(unit); ok {
		u.Made = made.Entry.Event.Time
	}
	u.Decided, u.Decision = w.g.Decision(unit, w.c.At)
	for _, held := range w.g.HoldsOn(unit, w.c.At) {
		u.Holding = append(u.Holding, held.Entry.Seq)
	}
	w.c.Units = append(w.c.Units, u)
	w.product(u.Product)
	w.warn(CertHeld, len(u.Holding) > 0)
	w.warn(CertUndecided, u.Decision == nil)
	w.warn(CertRejected, u.Decision != nil && u.Decision.Decision == event.DecisionRejected)
	w.warn(CertExceptional, u.Decision != nil && u.Decision.Decision == event.DecisionExceptional)
	lines, by := w.a.Assess(unit)
	w.warn(CertNoSpecification, len(lines) == 0)
	for i := range lines {
		w.warn(CertOut, len(lines[i].Out()) > 0)
		w.warn(CertMissing, !lines[i].Passes() && len(lines[i].Out()) == 0)
		w.line(unit, &lines[i], by.Seq)
	}
}

func (w *certifier) product(id string) {
	if id == "" || slices.ContainsFunc(w.c.Products, func(p CertifiedProduct) bool { return p.ID == id }) {
		return
	}
	p := CertifiedProduct{ID: id}
	if r, err := event.NewRef(event.KindProduct, id); err == nil {
		if b, _, ok := w.g.Registered(r, w.c.At); ok {
			p.Name = b.Name
		}
	}
	w.c.Products = append(w.c.Products, p)
}

// byAssay brings lines of one assay together, assays in the order in which the
// specification has them.
func (w *certifier) byAssay() {
	place := make(map[string]int)
	for i := range w.c.Lines {
		key := event.AssayKey(w.c.Lines[i].Line.Assay)
		if _, known := place[key]; !known {
			place[key] = i
		}
	}
	slices.SortStableFunc(w.c.Lines, func(a, b CertifiedLine) int {
		return cmp.Compare(place[event.AssayKey(a.Line.Assay)], place[event.AssayKey(b.Line.Assay)])
	})
}

// line adds the unit to those for which a line stands alike.
func (w *certifier) line(unit event.Ref, a *genealogy.Assessed, by uint64) {
	for i := range w.c.Lines {
		l := &w.c.Lines[i]
		alike := l.By == by && l.Line == a.Line && slices.EqualFunc(l.Results, a.Results, func(x, y genealogy.Result) bool { return x.Entry.Seq == y.Entry.Seq })
		if alike {
			l.Units = append(l.Units, unit)
			return
		}
	}
	w.c.Lines = append(w.c.Lines, CertifiedLine{*a, by, []event.Ref{unit}})
}
