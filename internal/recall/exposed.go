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
func (s *inquiry) missing(candidates map[event.Ref]bool, chains []Chain) []Missing {
	t := telling{a: &Answer{g: s.g, n: s.n, Query: Query{At: s.at}}, lacks: func(*Thing) bool { return true }}
	for thing := range s.barred {
		t.things = append(t.things, Thing{Ref: s.n.Ref(thing), index: thing})
	}
	for ref := range candidates {
		if thing, _ := s.n.Thing(ref); !s.barred[thing] {
			t.things = append(t.things, Thing{Ref: ref, index: thing})
		}
	}
	r := t.tell().read
	s.unnamed(r)
	s.uncleaned(r, chains)
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
func (s *inquiry) uncleaned(r *reading, chains []Chain) {
	noted := make(map[event.Ref][]Missing)
	for i := range chains {
		for _, c := range chains[i].Candidates {
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
	met := s.through(nodes)
	things, ok := s.onwardPlainly(met)
	if !ok {
		things = s.onwardInOrder(met)
	}
	slices.Sort(things) // names stand in that order
	list := make([]event.Ref, len(things))
	inPieces(len(things), exposedPiece, func() func(from, to int) {
		return func(from, to int) {
			for k, thing := range things[from:to] {
				list[from+k] = s.n.Ref(thing)
			}
		}
	})
	slices.SortFunc(list, func(a, b event.Ref) int {
		return cmp.Or(boolCompare(a.Kind() == event.KindPatient, b.Kind() == event.KindPatient), compareRefText(a, b))
	})
	return list
}

// exposedPiece is how many things one processor names at a time.
const exposedPiece = 4096

// onwardPlainly returns the units and patients of no lineage that what was met
// was, or was made into. It is false where times do not fit. What remembers is
// left out: it is made into nothing, and the same as its own kind alone.
func (s *inquiry) onwardPlainly(met []touched) (things []int32, ok bool) {
	p := plain{n: s.n, vias: onward}
	for i := range met {
		if remembers(s.n.Kind(met[i].thing)) {
			continue
		}
		since, fits := met[i].since.Instant()
		if !fits {
			return nil, false
		}
		p.node(met[i].thing, since)
		*p.at.At(met[i].thing) = int32(len(p.nodes)) //nolint:gosec // no more than things
	}
	if !p.run(genealogy.Confirmed) {
		return nil, false
	}
	for k := range p.nodes {
		if x := &p.nodes[k]; personalKind(x.kind) && !s.barred[x.thing] {
			things = append(things, x.thing)
		}
	}
	return things, true
}

// onwardInOrder returns the same, for all times.
func (s *inquiry) onwardInOrder(met []touched) (things []int32) {
	f := search{atlas: s.fore, only: onward, timesOnly: true, floor: genealogy.Confirmed}
	for i := range met {
		f.starts = append(f.starts, start{thing: met[i].thing, since: met[i].since.Time(false, 0)})
	}
	labels := f.run()
	seen := make([]bool, len(s.fore.stops)) // a source that is reached has two labels
	for _, l := range labels {
		if !seen[l.stop] && personalKind(s.fore.stops[l.stop].kind) && !s.barred[l.thing] {
			things = append(things, l.thing)
		}
		seen[l.stop] = true
	}
	f.forget()
	return things
}
