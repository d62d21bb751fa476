package recall

import (
	"slices"
	"time"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
)

// A Variation names what an assumption makes different about a query.
type Variation string

// The assumptions that a what-if tries: a kind of contact left out that the
// query walks, one taken in that it does not, an end of the window moved.
const (
	ChangeWithout Variation = "without"
	ChangeWith    Variation = "with"
	ChangeFrom    Variation = "from"
	ChangeTo      Variation = "to"
)

// An Assumption is one change of a query, and what it adds to the answer's
// patients and units or takes from them.
type Assumption struct {
	Change Variation
	Via    genealogy.Via // of without and with
	Days   int           // of from and to: -1 a day earlier, 1 a day later
	// Patients and Units are how many there are under the assumption.
	Patients, Units                int
	PatientsAdded, PatientsRemoved int
	UnitsAdded, UnitsRemoved       int
}

// A WhatIf says what each assumption behind an answer is worth.
type WhatIf struct {
	AsOf            AsOf
	Query           Query // in normal form
	Patients, Units int
	Assumptions     []Assumption // kinds of contacts in their order, then the window's ends
}

// WhatIfOf asks a query again under every assumption that it could do without:
// each kind of contact switched off where it is walked and on where it is not,
// and each end of the window that it has, moved by a day either way. The cost
// is that of about twenty traces.
func WhatIfOf(g *genealogy.Graph, asOf AsOf, q Query) (*WhatIf, error) {
	base, err := scopeOf(g, asOf, q)
	if err != nil {
		return nil, err
	}
	w := &WhatIf{AsOf: asOf, Query: base.query, Patients: len(base.patients), Units: len(base.units)}
	for _, v := range variants(base.query, base.vias) {
		other, err := scopeOf(g, asOf, v.query)
		if err != nil {
			return nil, err
		}
		a := v.Assumption
		a.Patients, a.Units = len(other.patients), len(other.units)
		a.PatientsAdded, a.PatientsRemoved = difference(base.patients, other.patients)
		a.UnitsAdded, a.UnitsRemoved = difference(base.units, other.units)
		w.Assumptions = append(w.Assumptions, a)
	}
	return w, nil
}

// A reach is who and what an answer counts.
type reach struct {
	query           Query
	vias            genealogy.ViaSet
	patients, units map[event.Ref]bool
}

func scopeOf(g *genealogy.Graph, asOf AsOf, q Query) (*reach, error) {
	a, all, err := walk(g, asOf, q)
	if err != nil {
		return nil, err
	}
	s := &reach{query: a.Query, vias: a.vias, patients: make(map[event.Ref]bool), units: make(map[event.Ref]bool)}
	for _, t := range a.group(all) {
		switch {
		case t.Grade > a.Query.Grade:
		case t.Ref.Kind() == event.KindPatient:
			s.patients[firstSame(g, t.Ref)] = true
		case t.fate == counted:
			s.units[firstSame(g, t.Ref)] = true
		}
	}
	return s, nil
}

type variant struct {
	Assumption
	query Query
}

func variants(q Query, walked genealogy.ViaSet) []variant {
	var list []variant
	for _, via := range genealogy.Vias() {
		v := variant{Assumption{Change: ChangeWith, Via: via}, q}
		if walked.Has(via) {
			v.Change = ChangeWithout
			v.query.Without = append(slices.Clone(q.Without), via)
		} else {
			v.query.With = append(slices.Clone(q.With), via)
			v.query.Without = slices.DeleteFunc(slices.Clone(q.Without), func(o genealogy.Via) bool { return o == via })
		}
		list = append(list, v)
	}
	for _, end := range []Variation{ChangeFrom, ChangeTo} {
		for _, days := range []int{-1, 1} {
			if v, ok := moved(q, end, days); ok {
				list = append(list, v)
			}
		}
	}
	return list
}

// moved moves one end of the window by days, if there is one and the window
// keeps its direction.
func moved(q Query, end Variation, days int) (variant, bool) {
	const day = 24 * time.Hour
	v := variant{Assumption{Change: end, Days: days}, q}
	at := &v.query.From
	if end == ChangeTo {
		at = &v.query.To
	}
	if at.IsZero() {
		return v, false
	}
	*at = at.Add(time.Duration(days) * day)
	return v, v.query.From.IsZero() || v.query.To.IsZero() || !v.query.To.Before(v.query.From)
}

// difference counts what b has more than a, and what it lacks.
func difference(a, b map[event.Ref]bool) (added, removed int) {
	for r := range b {
		if !a[r] {
			added++
		}
	}
	for r := range a {
		if !b[r] {
			removed++
		}
	}
	return added, removed
}

// AppendJSON appends the answer as one line of RFC 8785 JSON, without its end.
func (w *WhatIf) AppendJSON(dst []byte) []byte { return appended(dst, w.write) }

func (w *WhatIf) write(j *jsonWriter) {
	j.raw(`{"as_of":`)
	j.asOf(w.AsOf)
	j.raw(`,"assumptions":`)
	list(j, w.Assumptions, func(j *jsonWriter, a *Assumption) { a.write(j) })
	j.raw(`,"patients":`)
	j.num(uint64(w.Patients)) //nolint:gosec // a count
	j.raw(`,"query":`)
	j.query(&w.Query, false)
	j.raw(`,"units":`)
	j.num(uint64(w.Units)) //nolint:gosec // a count
	j.raw(`}`)
}

func (a *Assumption) write(j *jsonWriter) {
	j.raw(`{"change":"` + string(a.Change) + `"`)
	if a.Days != 0 {
		j.raw(`,"days":`)
		if a.Days < 0 {
			j.raw("-")
		}
		j.num(uint64(max(a.Days, -a.Days))) //nolint:gosec // not negative
	}
	for _, m := range []number{
		{"patients", a.Patients},
		{"patients_added", a.PatientsAdded},
		{"patients_removed", a.PatientsRemoved},
		{"units", a.Units},
		{"units_added", a.UnitsAdded},
		{"units_removed", a.UnitsRemoved},
	} {
		j.raw(`,"` + m.name + `":`)
		j.num(uint64(m.n)) //nolint:gosec // a count
	}
	if a.Via != genealogy.ViaNone {
		j.raw(`,"via":"` + a.Via.String() + `"`)
	}
	j.raw(`}`)
}
