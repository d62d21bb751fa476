package recall

import (
	"cmp"
	"slices"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
)

// Stood are the units that were in a shipment, room or piece of equipment while
// its temperature was out of limit, and where they are by now.
type Stood struct {
	Units   []event.Ref // in order
	Unused  int         // still there to be held: in stock, on their way, not accounted for
	Infused int
}

// stood counts where units are by now.
func (s *suggesting) stood(units []event.Ref) *Stood {
	list := joined(nil, units)
	slices.SortFunc(list, event.Ref.Compare)
	found := &Stood{Units: list}
	for _, u := range list {
		status := s.g.Status(u, s.now)
		t := Thing{State: status.State, Site: status.Site}
		switch {
		case t.present():
			found.Unused++
		case t.State == genealogy.Infused:
			found.Infused++
		}
	}
	return found
}

// classes are what is measured in rooms and equipment, the most urgent first.
var classes = []string{event.EnvironmentMicrobial, event.EnvironmentParticles, event.EnvironmentPressure, event.EnvironmentTemperature}

func compareClasses(a, b string) int {
	return cmp.Compare(slices.Index(classes, a), slices.Index(classes, b))
}

// A measured is one thing of which one class of results is known.
type measured struct {
	thing event.Ref
	class string
}

// environments suggests one case for each excess: results of one class out of
// limit with none in limit between them. As for its marks, what was measured in
// equipment says nothing of the room around it.
func (s *suggesting) environments() {
	readings := make(map[measured][]*genealogy.Entry)
	for e := range s.g.Entries() {
		b, ok := e.Event.Body.(*event.Environment)
		if !ok || !s.counts(e) {
			continue
		}
		if r := cmp.Or(b.Equipment, e.Event.Room); !r.IsZero() {
			m := measured{r, b.Class}
			readings[m] = append(readings[m], e)
		}
	}
	for m, list := range readings {
		slices.SortStableFunc(list, func(a, b *genealogy.Entry) int {
			return cmp.Or(a.Event.Time.Compare(b.Event.Time), cmp.Compare(a.Seq, b.Seq))
		})
		s.excesses(m, list)
	}
}

func (s *suggesting) excesses(m measured, list []*genealogy.Entry) {
	var last event.Time // the last result in limit
	var found *Suggestion
	done := func(to event.Time) {
		if found != nil {
			found.To = to
			s.excess(*found)
			found = nil
		}
	}
	for _, e := range list {
		b := e.Event.Body.(*event.Environment)
		switch {
		case b.Result == event.InLimit:
			done(e.Event.Time)
			last = e.Event.Time
		case found == nil:
			from := last
			if from.IsZero() {
				from = s.first(m.thing)
			}
			found = &Suggestion{
				Reason: EnvironmentExcess, Time: e.Event.Time, ID: e.Event.ID, Seq: []uint64{e.Seq}, Sources: []event.Ref{m.thing},
				Subject: m.thing, Class: m.class, Organism: b.Organism, From: from, ids: []event.ID{e.Event.ID}, related: []event.Ref{m.thing},
			}
		default:
			found.Seq, found.ids = append(found.Seq, e.Seq), append(found.ids, e.Event.ID)
		}
	}
	done(event.Time{})
}

// excess puts what a marked interval suggests.
func (s *suggesting) excess(x Suggestion) {
	if x.Class == event.EnvironmentTemperature {
		x.Reason, x.Stood = TemperatureExcursion, s.stood(s.inside(x.Subject, x.From, x.To))
	}
	s.list = append(s.list, x)
}

// inside returns the units that were in a room or piece of equipment at some
// time of an interval; zero ends are open.
func (s *suggesting) inside(r event.Ref, from, to event.Time) []event.Ref {
	thing, ok := s.n.Thing(r)
	if !ok {
		return nil
	}
	var list []event.Ref
	for c := range s.n.Into(thing) {
		unit := s.n.Ref(c.Source)
		begun := to.IsZero() || !c.From.After(to)
		if unit.Kind() == event.KindUnit && begun && !c.From.After(s.now) && (c.To.IsZero() || !c.To.Before(from)) {
			list = append(list, unit)
		}
	}
	return list
}

// first returns the beginning of a thing's first contact; zero where it has
// none, or none with a beginning.
func (s *suggesting) first(r event.Ref) event.Time {
	var first event.Time
	thing, ok := s.n.Thing(r)
	if !ok {
		return first
	}
	for c := range s.n.Into(thing) {
		if first.IsZero() || !c.From.IsZero() && c.From.Before(first) {
			first = c.From
		}
	}
	return first
}
