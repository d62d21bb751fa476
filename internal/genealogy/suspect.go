package genealogy

import "suyuan/internal/event"

// suspects are the things that a hold can concern: those that any hold was ever
// put on, and all that was ever said to be made of, made with or the same as
// these, whether that counts or not. A thing that is none of them is held by
// nothing, at any time, and to know that costs no walk through its ancestry. Of
// one that is among them nothing is said: the walk decides.
type suspects struct {
	set []uint64 // by number of thing
	any bool
	// unsure says that of the things of a snapshot it was not found out yet: all are suspects.
	unsure bool
	// supposing says that an event is supposed to be recorded, which may make
	// things of others: all are suspects meanwhile.
	supposing bool
}

func (s *suspects) has(i int32) bool {
	word := int(i / 64)
	return word < len(s.set) && s.set[word]>>(i%64)&1 != 0
}

// add reports whether the thing was none before.
func (s *suspects) add(i int32) bool {
	for int(i/64) >= len(s.set) {
		s.set = append(s.set, 0)
	}
	if s.has(i) {
		return false
	}
	s.set[i/64] |= 1 << (i % 64)
	s.any = true
	return true
}

// suspect reports whether a hold can concern r.
func (g *Graph) suspect(r event.Ref) bool {
	if g.suspects.unsure || g.suspects.supposing {
		return true
	}
	if i, ok := g.thingOf(r); ok && g.suspects.has(i) {
		return true
	}
	return r.Kind() == event.KindAliquot && g.suspect(r.Lot())
}

// suspected makes a thing a suspect, and all that was made of it.
func (g *Graph) suspected(i int32) {
	if g.suspects.unsure {
		return
	}
	for next := []int32{i}; len(next) > 0; {
		i = next[len(next)-1]
		next = next[:len(next)-1]
		if !g.suspects.add(i) {
			continue
		}
		for _, m := range g.historyOf(i) {
			if passesOn(m.As) {
				next = g.appendHeirs(next, &g.entry(m.Entry).Event)
			}
		}
	}
}

// passesOn reports whether what has this part in an event is what others are
// made of or with there, or the same as.
func passesOn(as As) bool {
	switch as {
	case AsDonor, AsInput, AsMaterial, AsOpened, AsBatch, AsInfused, AsSame:
		return true
	default:
		return false
	}
}

// appendHeirs appends what an event makes of or with others, or works on with
// them, and what it says to be the same: at least what [Graph.ancestry] goes
// through the other way.
func (g *Graph) appendHeirs(list []int32, e *event.Event) []int32 {
	add := func(r event.Ref) {
		if i, ok := g.thingOf(r); ok && !r.IsZero() {
			list = append(list, i)
		}
	}
	switch b := e.Body.(type) {
	case *event.Manufacture:
		for _, r := range b.Units {
			add(r)
		}
	case *event.Infusion:
		add(b.Residue)
	case *event.Same:
		for _, r := range b.Things {
			add(r)
		}
	}
	outputs := e.Outputs()
	for i := range outputs {
		add(outputs[i].Thing())
	}
	return list
}

// inheritSuspicion lets an event that joins pass on what its mentions are. Their
// numbers must be known.
func (g *Graph) inheritSuspicion(mentions []mention) {
	if !g.suspects.any {
		return
	}
	guilty := false
	for i := range mentions {
		guilty = guilty || passesOn(mentions[i].as) && g.suspects.has(mentions[i].thing)
	}
	if !guilty {
		return
	}
	for i := range mentions {
		switch m := &mentions[i]; m.as {
		case AsMade, AsResidue, AsWorked, AsSame:
			g.suspected(m.thing)
		default:
		}
	}
}

// learnAfter is how many entries join a snapshot before it is found out which of
// its things are suspects: who records a few does not wait for that.
const learnAfter = 1000

// learnSuspects finds the suspects of a graph on a snapshot. The cost is that of
// all that was made of what was ever held.
func (g *Graph) learnSuspects() {
	g.suspects = suspects{}
	keys := g.snap.list(sectionHoldsOn).keys()
	for i := range g.holdsOn.newer {
		keys = append(keys, i)
	}
	for _, i := range keys {
		g.suspected(i)
		g.read.trim()
	}
}
