package recall

import (
	"slices"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
)

// A Report is what a page says about an answer, in the order in which people
// act on it: how many, who, where the rest is, what is not known, why others
// are not listed. Its numbers are the answer's own.
type Report struct {
	Answer   *Answer
	Grades   []GradeRow   // down to the grade asked for
	Patients []PatientRow // in the answer's order
	Units    []UnitGroup  // what can still be stopped first; empty groups are left out
	Others   []Thing      // donors, batches, lots and whatever else was reached
	Sites    []SiteRow    // in order of id
}

// A GradeRow is one floor: its counts, and what it adds to those above.
type GradeRow struct {
	Grade  genealogy.Grade
	Counts Counts
	Adds   Counts
}

// A PatientRow is one affected patient.
type PatientRow struct {
	Thing
	Path  []Step
	Doses []Dose // affected units given to the patient, in order of time
}

// A Dose is one infusion of an affected unit.
type Dose struct {
	Unit    event.Ref
	Product string
	Site    event.Ref
	Time    event.Time
	Seq     uint64
}

// A UnitGroup holds the affected units in one state, in the answer's order.
type UnitGroup struct {
	State genealogy.State
	Units []Thing
}

// A SiteRow is a site concerned: its master data, and how many affected units
// it accepted, has now (and on hold), and gave.
type SiteRow struct {
	Site                  event.Ref
	Name, Region, Contact string
	Accepted              int
	Here, OnHold          int
	Infused               int
}

// groupOrder puts first what can still be stopped.
var groupOrder = []genealogy.State{
	genealogy.InStock, genealogy.InTransit, genealogy.Unaccounted, genealogy.Infused, genealogy.Destroyed, genealogy.Returned,
	genealogy.Lost, genealogy.Expired, genealogy.Tested, genealogy.Consumed, genealogy.NoState,
}

// Report arranges an answer for people.
func (a *Answer) Report() *Report {
	r := &Report{Answer: a}
	before := Counts{}
	for _, g := range genealogy.Grades()[:a.Query.Grade+1] {
		r.Grades = append(r.Grades, GradeRow{g, a.ByGrade[g], a.ByGrade[g].minus(before)})
		before = a.ByGrade[g]
	}
	groups := make(map[genealogy.State][]Thing)
	for i := range a.Things {
		t := a.Things[i]
		switch t.Ref.Kind() {
		case event.KindUnit:
			groups[t.State] = append(groups[t.State], t)
		case event.KindPatient:
			r.Patients = append(r.Patients, PatientRow{Thing: t, Path: a.Path(&t), Doses: a.doses(t.Ref)})
		default:
			r.Others = append(r.Others, t)
		}
	}
	for _, s := range groupOrder {
		if len(groups[s]) > 0 {
			r.Units = append(r.Units, UnitGroup{s, groups[s]})
		}
	}
	r.Sites = a.siteRows()
	return r
}

// doses returns the affected units that were given to a patient.
func (a *Answer) doses(patient event.Ref) []Dose {
	var list []Dose
	for _, m := range a.g.History(patient) {
		e := a.g.Entry(m)
		b, ok := e.Event.Body.(*event.Infusion)
		if !ok || m.As != genealogy.AsRecipient || e.Struck() {
			continue
		}
		if t, ok := a.Find(b.Unit); ok {
			list = append(list, Dose{b.Unit, t.Product, e.Event.Site, e.Event.Time, e.Seq})
		}
	}
	return list
}

// Find returns the thing of that reference, if it was reached.
func (a *Answer) Find(r event.Ref) (*Thing, bool) {
	for g := range a.Query.Grade + 1 {
		want := Thing{Ref: r, Grade: g}
		if i, ok := slices.BinarySearchFunc(a.Things, &want, func(t Thing, want *Thing) int { return compareThings(&t, want) }); ok {
			return &a.Things[i], true
		}
	}
	return nil, false
}

func (a *Answer) siteRows() []SiteRow {
	rows := make(map[event.Ref]*SiteRow)
	at := func(site event.Ref) *SiteRow {
		if rows[site] == nil {
			rows[site] = &SiteRow{Site: site}
		}
		return rows[site]
	}
	for _, site := range concerned(a.g, a, a.Query.At) {
		at(site)
	}
	teller := a.g.Teller(len(a.Things))
	for i := range a.Things {
		if t := &a.Things[i]; t.fate == counted {
			a.countAt(t, teller.Story(t.index, t.Ref), at)
		}
	}
	list := make([]SiteRow, 0, len(rows))
	for site, row := range rows {
		if b, _, ok := a.g.Registered(site, a.Query.At); ok {
			row.Name, row.Region, row.Contact = b.Name, b.Region, b.Contact
		}
		list = append(list, *row)
	}
	slices.SortFunc(list, func(x, y SiteRow) int { return x.Site.Compare(y.Site) })
	return list
}

func (a *Answer) countAt(t *Thing, story *genealogy.Story, at func(event.Ref) *SiteRow) {
	if t.present() && !t.Site.IsZero() {
		row := at(t.Site)
		row.Here++
		if t.OnHold {
			row.OnHold++
		}
	}
	accepted, infused := placesOf(story, a.Query.At)
	for _, site := range accepted {
		at(site).Accepted++
	}
	for _, site := range infused {
		at(site).Infused++
	}
}
