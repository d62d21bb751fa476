package recall

import (
	"cmp"
	"slices"
	"sort"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
)

// MaxOthers is for how many of the best common sources the other things that
// they reach are counted.
const MaxOthers = 50

// A node is a thing in one of its epochs at possible, in order of time.
type node struct{ thing, epoch int32 }

// A source is a common source and the epoch in which it is one.
type source struct {
	Common
	node node
}

// common ranks what explains several positives.
func (s *inquiry) common() []source {
	list := s.explaining()
	reached := s.negativesReached(list)
	positives, negatives := len(s.lineages), len(s.negatives)
	for i := range list {
		c := &list[i]
		c.NegativesReached, c.OthersReached = reached[c.node], -1
		c.Table = Table{c.Explains, c.NegativesReached, positives - c.Explains, negatives - c.NegativesReached}
	}
	slices.SortFunc(list, compareSources)
	best := list[:min(MaxOthers, len(list))]
	for i := range best {
		best[i].OthersReached = s.others(best[i].node)
	}
	slices.SortFunc(best, compareSources)
	return list
}

func compareSources(a, b source) int {
	return cmp.Or(compareCommon(&a.Common, &b.Common), compareRefText(a.Ref, b.Ref))
}

// compareCommon ranks by all that says anything, and not by references.
func compareCommon(a, b *Common) int {
	return cmp.Or(
		cmp.Compare(b.Explains, a.Explains),
		cmp.Compare(a.NegativesReached, b.NegativesReached),
		cmp.Compare(a.Grade, b.Grade),
		cmp.Compare(a.OthersReached, b.OthersReached),
	)
}

// A tally says how many positives a node explains, by floor: at the surer ones
// in that of the epochs within it where they are most.
type tally struct {
	most [3]int
	all  []*lineage // at possible
}

// explaining returns every thing that explains two cases, or one where there
// are no two, with the epoch in which it does best.
func (s *inquiry) explaining() []source {
	cases := s.severalCases(s.lineages)
	best := make(map[event.Ref]source)
	for n, t := range s.tallies() {
		if cases && !s.severalCases(t.all) {
			continue
		}
		c := source{Common: Common{Ref: s.one(n.thing), Explains: len(t.all), Of: len(s.lineages)}, node: n}
		for t.most[c.Grade] < c.Explains {
			c.Grade++
		}
		if old, ok := best[c.Ref]; !ok || compareEpochs(&c, &old) < 0 {
			best[c.Ref] = c
		}
	}
	list := make([]source, 0, len(best))
	for _, c := range best {
		list = append(list, c)
	}
	return list
}

// compareEpochs orders epochs of what is one thing.
func compareEpochs(a, b *source) int {
	return cmp.Or(
		cmp.Compare(b.Explains, a.Explains),
		cmp.Compare(a.Grade, b.Grade),
		cmp.Compare(a.node.epoch, b.node.epoch),
		cmp.Compare(a.node.thing, b.node.thing),
	)
}

// severalCases reports whether two of the positives are apart.
func (s *inquiry) severalCases(list []*lineage) bool {
	for i, a := range list {
		if slices.ContainsFunc(list[i+1:], func(b *lineage) bool { return s.apart(a, b) }) {
			return true
		}
	}
	return false
}

// tallies finds what each node explains.
func (s *inquiry) tallies() map[node]*tally {
	type fine struct {
		floor genealogy.Grade
		node  // in an epoch of that floor
	}
	explained := make(map[fine][]*lineage)
	for _, l := range s.lineages {
		for floor, labels := range s.behind(l) {
			f := genealogy.Grade(floor)
			for k := range labels {
				if at := &labels[k]; at.start < 0 {
					n := fine{f, node{at.thing, s.epochOf(at, f, true)}}
					explained[n] = append(explained[n], l)
				}
			}
			for i := range l.members {
				if m := &l.members[i]; m.inner && s.n.Ref(m.thing).Kind() == event.KindUnit {
					n := fine{f, node{thing: m.thing}}
					explained[n] = append(explained[n], l)
				}
			}
		}
	}
	tallies := make(map[node]*tally)
	for f, list := range explained {
		at := node{f.thing, s.possibleEpoch(f.node, f.floor)}
		if tallies[at] == nil {
			tallies[at] = new(tally)
		}
		t := tallies[at]
		t.most[f.floor] = max(t.most[f.floor], len(list))
		if f.floor == genealogy.Possible {
			t.all = list
		}
	}
	return tallies
}

// behind searches what can have contaminated a lineage within the intervals of
// its members, at each floor.
func (s *inquiry) behind(l *lineage) [3][]label {
	var starts []start
	for i := range l.members {
		if m := &l.members[i]; m.inner {
			starts = append(starts, start{thing: m.thing, since: m.end, limit: m.open, entering: true})
		}
	}
	return s.floors(search{atlas: s.back, timesOnly: true, starts: starts, barred: s.barred})
}

func (s *inquiry) floors(f search) (floors [3][]label) {
	var labels []label
	for _, floor := range genealogy.Grades() {
		if floor == genealogy.Confirmed || f.weaker <= floor { // else nothing of that grade, and no cut, makes a difference
			f.floor = floor
			labels = f.run()
			f.forget()
		}
		floors[floor] = labels
	}
	return floors
}

// epochOf returns the epoch of a label in order of time.
func (s *inquiry) epochOf(l *label, floor genealogy.Grade, backward bool) int32 {
	switch {
	case l.epoch < 0:
		return 0
	case backward:
		return int32(len(s.n.Cuts(l.thing, floor))) - l.epoch //nolint:gosec // one cut for each record at most
	default:
		return l.epoch
	}
}

// possibleEpoch returns the epoch at possible that one of a floor is part of.
func (s *inquiry) possibleEpoch(n node, floor genealogy.Grade) int32 {
	if floor == genealogy.Possible || n.epoch == 0 {
		return n.epoch
	}
	begins := s.n.Cuts(n.thing, floor)[n.epoch-1]
	cuts := s.n.Cuts(n.thing, genealogy.Possible)
	return int32(sort.Search(len(cuts), func(i int) bool { return cuts[i].After(begins) })) //nolint:gosec // one cut for each record at most
}

// span returns when an epoch begins and ends.
func (s *inquiry) span(n node) genealogy.Span {
	e := epochs{cuts: s.n.Cuts(n.thing, genealogy.Possible)}
	return genealogy.Span{From: e.near(n.epoch), To: e.far(n.epoch)}
}

// negativesReached counts the negatives that each source reaches while they
// were not yet known to be clean, itself among them: it would have been
// contaminated as it was found clean. It counts from the side that has fewer to
// search from.
func (s *inquiry) negativesReached(list []source) map[node]int {
	reached := make(map[node]int, len(list))
	if len(list) <= len(s.negatives) {
		for i := range list {
			reached[list[i].node] = s.forwardReached(list[i].node)
		}
		return reached
	}
	for i := range list {
		reached[list[i].node] = 0
	}
	for negative, clean := range s.clean {
		for n := range s.backwardReached(negative, clean) {
			if _, asked := reached[n]; asked {
				reached[n]++
			}
		}
	}
	return reached
}

// ahead searches what a node reaches that was contaminated all the time.
func (s *inquiry) ahead(n node) []label {
	from := start{thing: n.thing, touch: []genealogy.Span{s.span(n)}}
	f := search{atlas: s.fore, timesOnly: true, floor: genealogy.Possible, starts: []start{from}}
	defer f.forget()
	return f.run()
}

func (s *inquiry) forwardReached(n node) int {
	seen := make(map[int32]bool) // a source that is reached has two labels
	for _, l := range s.ahead(n) {
		clean, negative := s.clean[l.thing]
		if negative && !genealogy.FarEnd(clean, false).Before(l.since) {
			seen[l.thing] = true
		}
	}
	return len(seen)
}

func (s *inquiry) backwardReached(negative int32, clean event.Time) map[node]bool {
	f := search{atlas: s.back, timesOnly: true, floor: genealogy.Possible}
	f.starts = []start{{thing: negative, since: clean}}
	defer f.forget()
	seen := make(map[node]bool)
	for _, l := range f.run() {
		seen[node{l.thing, s.epochOf(&l, genealogy.Possible, true)}] = true
	}
	return seen
}

// others counts what a source reaches besides positives and negatives.
func (s *inquiry) others(n node) int {
	seen := make(map[int32]bool)
	for _, l := range s.ahead(n) {
		if !s.aside[l.thing] && !s.barred[l.thing] {
			seen[l.thing] = true
		}
	}
	for _, twin := range s.twins(n.thing) {
		delete(seen, twin)
	}
	return len(seen)
}
