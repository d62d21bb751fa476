package rules

import (
	"slices"
	"sort"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
)

// A back-dated event, or one that replaces another, can put in the wrong what
// is recorded already: it says that a unit expired earlier, was elsewhere, or
// was for another patient, or that a shipment did not carry it. It is refused
// as the rule of the recorded event says, unless that one is in the wrong
// without it or declares the deviation itself.
//
// The recorded events that can be concerned are found by the things that the
// event says such a thing about: most events come in the order in which they
// happened, and then there are none.

// overturned returns what e would put in the wrong, one for each rule and
// thing. What is learned late is none of it: tests, holds, lifts, releases,
// counts, registrations, and corrections for what they take away.
func overturned(g *genealogy.Graph, e *event.Event, c Context) []Violation {
	told := []*event.Event{e}
	if e.Replaces != "" {
		told = append(told, replacedBy(g, e)...)
	}
	var found []Violation
	for i := range table {
		bearings := bearingsOf(g, told, table[i].ID)
		if !slices.ContainsFunc(bearings, func(b bearing) bool { return concerns(g, b) }) {
			continue
		}
		supposed := *e
		supposed.Deviation = nil // what it declares of unknown origin is where others say
		var broken []rejudged
		g.SupposeAdded(&supposed, func() { broken = rejudge(g, e, c, &table[i], bearings) })
		for _, b := range broken {
			if !b.before(g, c, &table[i]) && !slices.ContainsFunc(found, b.told) {
				found = append(found, b.v)
			}
		}
	}
	return found
}

// replacedBy lists what e takes out of force or brings back.
func replacedBy(g *genealogy.Graph, e *event.Event) []*event.Event {
	var list []*event.Event
	if old, ok := g.ByID(e.Replaces); ok {
		list = append(list, &old.Event)
		for _, target := range chain(g, e.Replaces) {
			list = append(list, &target.Event)
		}
	}
	return list
}

// A bearing is a thing of which an event says what a rule judges by, and the
// time from which on uses of it are concerned.
type bearing struct {
	ref  event.Ref
	from event.Time
}

// bearingsOf lists the bearings of the first event and of those that it takes
// out of force or brings back: of these, what they said no longer bounds it.
func bearingsOf(g *genealogy.Graph, told []*event.Event, rule ID) []bearing {
	var list []bearing
	replacing := len(told) > 1
	for i, e := range told {
		switch rule {
		case Expired:
			list = append(list, expiries(e, i == 0)...)
		case NotHere:
			list = append(list, moves(e, i == 0)...)
		case WrongPatient:
			for _, d := range dedications(e, replacing) {
				list = appendClass(g, list, d)
			}
		case NotShipped:
			list = append(list, departures(e, replacing)...)
		default:
		}
	}
	return list
}

// expiries lists what e gives a date. If that is new, it concerns what comes
// after it.
func expiries(e *event.Event, given bool) []bearing {
	var list []bearing
	add := func(r event.Ref, expires event.Time) {
		switch {
		case expires.IsZero() || r.IsZero():
		case given && expires.After(e.Time):
			list = append(list, bearing{r, expires})
		default:
			list = append(list, bearing{r, e.Time})
		}
	}
	var all event.Time
	switch b := e.Body.(type) {
	case *event.Receipt:
		all = b.Expires
		add(b.Lot, all)
	case *event.Manufacture:
		for i := range b.Changes {
			add(b.Changes[i].Unit, b.Changes[i].Expires)
		}
	}
	outputs := e.Outputs()
	for i := range outputs {
		expires := outputs[i].Expires
		if expires.IsZero() {
			expires = all
		}
		add(outputs[i].Thing(), expires)
	}
	return list
}

// moves lists the units that e puts somewhere. What goes out of force may have
// used a unit up too, or declared it, and of a unit that nothing makes any more
// nothing is known at any time.
func moves(e *event.Event, given bool) []bearing {
	switch e.Body.(type) {
	case *event.Collection, *event.Receipt, *event.Manufacture, *event.Infusion, *event.Store, *event.Retrieve, *event.Shipment, *event.Arrival:
	default:
		if given {
			return nil
		}
	}
	var from event.Time
	if given {
		from = e.Time
	}
	var list []bearing
	e.Named(func(r event.Ref) bool {
		if r.Kind() == event.KindUnit {
			list = append(list, bearing{r, from})
		}
		return true
	})
	return list
}

// dedications lists what e can say whom it is for: what it makes, re-labels and
// gives. A unit was given to somebody whenever that was, so that a replacement
// can concern earlier labels too; what comes in order is judged by them itself.
func dedications(e *event.Event, replacing bool) []bearing {
	var list []bearing
	for _, m := range makesOf(e) {
		if m.way == byOutput || m.way == byResidue {
			list = append(list, bearing{m.ref, e.Time})
		}
	}
	switch b := e.Body.(type) {
	case *event.Infusion:
		given := bearing{b.Unit, e.Time}
		if replacing {
			given.from = event.Time{}
		}
		list = append(list, given)
	case *event.Manufacture:
		for i := range b.Changes {
			if c := &b.Changes[i]; c.NoPatient || !c.ForPatient.IsZero() {
				list = append(list, bearing{c.Unit, e.Time})
			}
		}
	}
	return list
}

// appendClass appends the bearing, and those of what is declared to be the same.
func appendClass(g *genealogy.Graph, list []bearing, b bearing) []bearing {
	for _, r := range classOf(g, b.ref) {
		list = append(list, bearing{r, b.from})
	}
	return list
}

// departures lists the shipment that e sends.
func departures(e *event.Event, replacing bool) []bearing {
	b, ok := e.Body.(*event.Shipment)
	switch {
	case !ok:
		return nil
	case replacing:
		return []bearing{{ref: b.Shipment}}
	default:
		return []bearing{{b.Shipment, e.Time}}
	}
}

// concerns reports whether since returns any.
func concerns(g *genealogy.Graph, b bearing) bool {
	list := g.History(b.ref)
	return len(list) > 0 && !g.Entry(list[len(list)-1]).Event.Time.Before(b.from)
}

// since returns the mentions of a bearing's thing from its time on.
func since(g *genealogy.Graph, b bearing) []genealogy.Mention {
	list := g.History(b.ref)
	return list[sort.Search(len(list), func(i int) bool { return !g.Entry(list[i]).Event.Time.Before(b.from) }):]
}

// A rejudged is a recorded event that breaks a rule, what is said of that, and
// the thing with which it breaks it.
type rejudged struct {
	id event.ID
	v  Violation
}

func (b rejudged) told(v Violation) bool { return v.Rule == b.v.Rule && v.Ref == b.v.Ref }

// rejudge judges the recorded events that the bearings concern.
func rejudge(g *genealogy.Graph, e *event.Event, c Context, rule *Rule, bearings []bearing) []rejudged {
	var list []rejudged
	for _, id := range concerned(g, e, rule.ID, bearings) {
		entry, _ := g.ByID(id)
		for _, v := range again(g, id, c, rule) {
			list = append(list, rejudged{id, Violation{
				Rule: rule.ID, Variant: RecordedUse, Ref: v.Ref, Other: v.Other, At: e.Time, Limit: entry.Event.Time, Seq: entry.Seq, HasSeq: true,
			}})
		}
	}
	return list
}

// again judges a recorded event by one rule as if it were to be recorded now.
// What it declares to be a deviation is none of it.
func again(g *genealogy.Graph, id event.ID, c Context, rule *Rule) []Violation {
	entry, _ := g.ByID(id)
	if genealogy.Waives(&entry.Event, string(rule.ID)) {
		return nil
	}
	var found []Violation
	g.Without(id, func() {
		j := newJudge(g, &entry.Event, c)
		rule.check(j)
		found = j.found
	})
	return found
}

// before reports whether the recorded event is in the wrong as things are, or
// takes no part in them.
func (b rejudged) before(g *genealogy.Graph, c Context, rule *Rule) bool {
	entry, _ := g.ByID(b.id)
	return entry.Struck() || slices.ContainsFunc(again(g, b.id, c, rule), func(v Violation) bool { return v.Ref == b.v.Ref })
}

// concerned lists the recorded events that use what the bearings are of, and
// for wrong-patient what was made of that, each once.
func concerned(g *genealogy.Graph, e *event.Event, rule ID, bearings []bearing) []event.ID {
	var ids []event.ID
	listed := make(map[event.ID]bool)
	seen := make(map[bearing]bool)
	for len(bearings) > 0 {
		b := bearings[0]
		bearings = bearings[1:]
		if seen[b] {
			continue
		}
		seen[b] = true
		for _, m := range since(g, b) {
			o := &g.Entry(m).Event
			if g.Entry(m).Struck() || o.Body == e.Body || !judgedBy(rule, m, o) {
				continue
			}
			if !listed[o.ID] {
				listed[o.ID] = true
				ids = append(ids, o.ID)
			}
			if rule == WrongPatient && m.As != genealogy.AsAllocated && m.As != genealogy.AsWorked {
				for _, made := range makesOf(o) {
					bearings = appendClass(g, bearings, bearing{made.ref, o.Time})
				}
			}
		}
	}
	return ids
}

// judgedBy reports whether the rule judges what o does with the thing that
// mentions it.
func judgedBy(rule ID, m genealogy.Mention, o *event.Event) bool {
	switch rule {
	case NotShipped:
		_, arrival := o.Body.(*event.Arrival)
		return arrival
	case WrongPatient:
		p := partOf(m, o)
		return m.As == genealogy.AsAllocated || p == asInput || p == asWork || p == asMaterial || p == asInfuse
	default:
		return partOf(m, o).used()
	}
}
