package recall

import (
	"cmp"
	"slices"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
)

// NoOperator says that a step names nobody who did it.
const NoOperator MissingCode = "no-operator"

// missing lists what is not known about lineages and candidates.
func (s *inquiry) missing(a *SourceAnswer) []Missing {
	t := telling{a: &Answer{g: s.g, n: s.n, Query: Query{At: s.at}}, lacks: func(*Thing) bool { return true }}
	for thing := range s.barred {
		t.things = append(t.things, Thing{Ref: s.n.Ref(thing), index: thing})
	}
	for ref := range a.candidates() {
		if thing, _ := s.n.Thing(ref); !s.barred[thing] {
			t.things = append(t.things, Thing{Ref: ref, index: thing})
		}
	}
	r := t.tell().read
	s.unnamed(r)
	s.uncleaned(r, a)
	return r.gaps()
}

// unnamed notes the steps with members of lineages that name no operator, each
// once, under the member that comes first.
func (s *inquiry) unnamed(r *reading) {
	var members []event.Ref
	for thing := range s.barred {
		members = append(members, s.n.Ref(thing))
	}
	slices.SortFunc(members, compareRefText)
	seen := make(map[int32]bool)
	for _, ref := range members {
		for _, m := range s.g.History(ref) {
			if e := s.g.Entry(m); !seen[m.Entry] && !e.Struck() && handling(&e.Event) && len(e.Event.Operators) == 0 {
				seen[m.Entry] = true
				r.lack(NoOperator, ref, e.Event.Time, e.Event.End, e.Number())
			}
		}
	}
}

// handling reports whether an event is one of those by which an operator comes
// into contact with units (recall.md section 1).
func handling(e *event.Event) bool {
	switch e.Body.(type) {
	case *event.Collection, *event.Manufacture, *event.Store, *event.Retrieve, *event.Infusion:
		return true
	default:
		return false
	}
}

// uncleaned notes that nobody is known to have cleaned equipment or a room
// between the lineages that met there.
func (s *inquiry) uncleaned(r *reading, a *SourceAnswer) {
	noted := make(map[event.Ref][]Missing)
	for i := range a.Chains {
		for _, c := range a.Chains[i].Candidates {
			if k := c.Ref.Kind(); k != event.KindEquipment && k != event.KindRoom {
				continue
			}
			m := Missing{Code: NoCleaning, Ref: c.Ref, From: c.From, To: c.To, Seq: c.Seq}
			if !slices.ContainsFunc(noted[c.Ref], func(o Missing) bool { return slices.Equal(o.Seq, m.Seq) }) {
				noted[c.Ref] = append(noted[c.Ref], m)
				r.missing = append(r.missing, m)
			}
		}
	}
}

// onward are the kinds of contacts by which what is made of something is made.
var onward = genealogy.SetOf(genealogy.ViaCollection, genealogy.ViaInput, genealogy.ViaMaterial, genealogy.ViaAliquot, genealogy.ViaMade,
	genealogy.ViaInfusion, genealogy.ViaSame)

// candidateNodes are the epochs in which candidates are ones.
func candidateNodes(common []source, chains links) map[node]bool {
	nodes := make(map[node]bool)
	for i := range common {
		nodes[common[i].node] = true
	}
	for i := range chains {
		nodes[chains[i].node] = true
	}
	return nodes
}

// exposed lists the units and patients of no lineage that went through a
// candidate in its epoch, or got what was made of what did.
func (s *inquiry) exposed(nodes map[node]bool) []event.Ref {
	through := throughput{atlas: s.fore}
	for n := range nodes {
		for _, thing := range s.twins(n.thing) {
			through.add(thing, s.span(n))
		}
	}
	f := search{atlas: s.fore, only: onward, timesOnly: true, floor: genealogy.Confirmed}
	for at, t := range through.since {
		if through.met[at] {
			f.starts = append(f.starts, start{thing: s.fore.stops[at].thing, since: t.Time(false, 0)})
		}
	}
	var list []event.Ref
	labels := f.run()
	seen := make([]bool, len(s.fore.stops)) // a source that is reached has two labels
	for _, l := range labels {
		if !seen[l.stop] && personalKind(s.fore.stops[l.stop].kind) && !s.barred[l.thing] {
			list = append(list, s.n.Ref(l.thing))
		}
		seen[l.stop] = true
	}
	f.forget()
	slices.SortFunc(list, func(a, b event.Ref) int {
		return cmp.Or(boolCompare(a.Kind() == event.KindPatient, b.Kind() == event.KindPatient), compareRefText(a, b))
	})
	return list
}

// A throughput is what some nodes reach by one contact, and the earliest time,
// by stop.
type throughput struct {
	*atlas
	met   []bool
	since []genealogy.Moment
}

// add notes what a thing reaches in one of its epochs.
func (t *throughput) add(thing int32, span genealogy.Span) {
	at := t.stop(thing)
	p := passage{near: genealogy.NearEnd(span.From, false), far: genealogy.FarEnd(span.To, false)}
	for c := range t.between(at, p.near, p.far) {
		near := p.near.Later(c.Near)
		p.instant = c.Instant()
		if !p.lies(near, p.far.Sooner(c.Far)) {
			continue
		}
		for len(t.met) <= int(c.Peer) {
			t.met, t.since = append(t.met, false), append(t.since, genealogy.Always)
		}
		if !t.met[c.Peer] || near.Before(t.since[c.Peer]) {
			t.met[c.Peer], t.since[c.Peer] = true, near
		}
	}
}
