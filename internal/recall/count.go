package recall

import (
	"suyuan/internal/event"
	"suyuan/internal/genealogy"
)

// A fate says where a unit is counted.
type fate uint8

const (
	uncounted fate = iota // not a unit, or not made yet at the time asked about
	aside                 // a sample, retained or waste: on a line of its own
	became                // consumed into others, which are counted in its place
	counted
)

func fateOf(t *Thing, story *genealogy.Story) fate {
	if t.State == genealogy.NoState {
		if story.Made() {
			return uncounted
		}
		// It was touched, and no record says that it ever was anywhere.
		t.State = genealogy.Unaccounted
	}
	switch t.Role {
	case event.RoleSample, event.RoleRetained, event.RoleWaste:
		return aside
	default:
	}
	if t.State == genealogy.Consumed && t.outputs {
		return became
	}
	return counted
}

func hasOutputs(e *genealogy.Entry) bool {
	b, ok := e.Event.Body.(*event.Manufacture)
	return ok && len(b.Outputs) > 0
}

// present reports whether a unit is still somewhere: only then can it be held.
func (t *Thing) present() bool {
	switch t.State {
	case genealogy.InStock, genealogy.InTransit, genealogy.Unaccounted:
		return true
	case genealogy.Expired:
		return !t.Site.IsZero() // past its date on the shelf, not disposed of
	default:
		return false
	}
}

// group joins things that are declared to be the same, so that each is counted
// once: the grade is the best of its members, the state that of the member
// that tells most, or the newest of these.
func (a *Answer) group(all []Thing) []*Thing {
	list := make([]*Thing, 0, len(all))
	joined := make(map[event.Ref]int)
	for i := range all {
		t := &all[i]
		if a.n.Alone(t.index) {
			list = append(list, t)
			continue
		}
		first := firstSame(a.g, t.Ref)
		if at, ok := joined[first]; ok {
			list[at] = merge(a.g, list[at], t)
			continue
		}
		joined[first] = len(list)
		list = append(list, t)
	}
	return list
}

// firstSame returns the first in order of the references of r's own kind that
// are the same as r.
func firstSame(g *genealogy.Graph, r event.Ref) event.Ref {
	first := r
	for _, o := range g.SameAs(r) {
		if o.Kind() == r.Kind() && o.Compare(first) < 0 {
			first = o
		}
	}
	return first
}

func merge(g *genealogy.Graph, a, b *Thing) *Thing {
	grade, held := min(a.Grade, b.Grade), a.OnHold || b.OnHold
	if tells(b) > tells(a) || tells(b) == tells(a) && newer(g, b, a) {
		a, b = b, a
	}
	one := *a
	one.Grade, one.OnHold = grade, held && a.present()
	if one.Allocated.IsZero() && one.present() {
		one.Allocated = b.Allocated
	}
	return &one
}

// tells orders states by how final they are: someone received it, it went into
// others, it is gone, it is somewhere, nobody knows.
func tells(t *Thing) int {
	switch t.State {
	case genealogy.Infused:
		return 5
	case genealogy.Consumed:
		return 4
	case genealogy.Unaccounted:
		return 1
	case genealogy.NoState:
		return 0
	default:
		if t.present() {
			return 2
		}
		return 3
	}
}

// newer reports whether a's state is the newer one; of one record's the first
// in order of reference counts.
func newer(g *genealogy.Graph, a, b *Thing) bool {
	switch {
	case a.entry == b.entry:
		return a.Ref.Compare(b.Ref) < 0
	case a.entry == 0 || b.entry == 0:
		return b.entry == 0
	}
	c := g.When(a.last()).Compare(g.When(b.last()))
	return c > 0 || c == 0 && a.entry > b.entry // entries stand in order of seq
}

// last points to what put a thing into its state.
func (t *Thing) last() genealogy.Mention { return genealogy.Mention{Entry: t.entry - 1} }

// count returns the counts of the three floors, each with those above it.
func (a *Answer) count(all []Thing, told *toldPart) [3]Counts {
	var rows [3]Counts
	for _, t := range a.group(all) {
		rows[t.Grade].add(t)
	}
	a.countSites(told, &rows)
	for f := 1; f < len(rows); f++ {
		rows[f] = rows[f].plus(rows[f-1])
	}
	return rows
}

func (c *Counts) add(t *Thing) {
	switch {
	case t.Ref.Kind() == event.KindPatient:
		c.Patients++
	case t.fate == aside:
		c.Samples++
	case t.fate == counted:
		c.unit(t)
	}
}

func (c *Counts) unit(t *Thing) {
	c.Units++
	if t.OnHold {
		c.OnHold++
	}
	if !t.Allocated.IsZero() {
		c.Allocated++
	}
	switch t.State {
	case genealogy.Infused:
		c.Infused++
	case genealogy.InStock:
		c.InStock++
	case genealogy.InTransit:
		c.InTransit++
	case genealogy.Unaccounted:
		c.Unaccounted++
	default:
	}
}

func (c Counts) plus(o Counts) Counts {
	return Counts{
		Patients: c.Patients + o.Patients, Units: c.Units + o.Units,
		Infused: c.Infused + o.Infused, InStock: c.InStock + o.InStock, InTransit: c.InTransit + o.InTransit,
		Allocated: c.Allocated + o.Allocated, OnHold: c.OnHold + o.OnHold, Unaccounted: c.Unaccounted + o.Unaccounted,
		Samples: c.Samples + o.Samples,
		Sites:   c.Sites + o.Sites, Regions: c.Regions + o.Regions, RegionsUsed: c.RegionsUsed + o.RegionsUsed,
	}
}

// minus returns what c adds to o.
func (c Counts) minus(o Counts) Counts {
	return Counts{
		Patients: c.Patients - o.Patients, Units: c.Units - o.Units,
		Infused: c.Infused - o.Infused, InStock: c.InStock - o.InStock, InTransit: c.InTransit - o.InTransit,
		Allocated: c.Allocated - o.Allocated, OnHold: c.OnHold - o.OnHold, Unaccounted: c.Unaccounted - o.Unaccounted,
		Samples: c.Samples - o.Samples,
		Sites:   c.Sites - o.Sites, Regions: c.Regions - o.Regions, RegionsUsed: c.RegionsUsed - o.RegionsUsed,
	}
}

// countSites counts where counted units were accepted at an arrival, and in
// which regions they were accepted and given. Each place counts at the best
// grade of a unit that was there.
func (a *Answer) countSites(told *toldPart, rows *[3]Counts) {
	regions, regionsUsed := a.regions(told.sites), a.regions(told.used)
	for f := range rows {
		rows[f].Sites = told.sites.at(genealogy.Grade(f))
		rows[f].Regions = regions.at(genealogy.Grade(f))
		rows[f].RegionsUsed = regionsUsed.at(genealogy.Grade(f))
	}
}

// bestOf keeps the best grade at which each name was seen.
type bestOf[T comparable] map[T]genealogy.Grade

func (b bestOf[T]) note(name T, grade genealogy.Grade) {
	if old, ok := b[name]; !ok || grade < old {
		b[name] = grade
	}
}

// join notes what another has.
func (b bestOf[T]) join(o bestOf[T]) {
	for name, grade := range o {
		b.note(name, grade)
	}
}

// at returns how many names have exactly that grade.
func (b bestOf[T]) at(grade genealogy.Grade) int {
	n := 0
	for _, g := range b {
		if g == grade {
			n++
		}
	}
	return n
}

// regions returns the registered regions of sites; a site without one has none.
func (a *Answer) regions(sites bestOf[event.Ref]) bestOf[string] {
	regions := make(bestOf[string])
	for site, grade := range sites {
		if region := a.g.Region(site, a.Query.At); region != "" {
			regions.note(region, grade)
		}
	}
	return regions
}
