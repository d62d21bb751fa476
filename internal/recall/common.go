package recall

import (
	"cmp"
	"math/bits"
	"runtime"
	"slices"
	"sort"
	"sync"

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

// rank puts what explains several positives in order, best first. How many others
// each reaches is not counted.
func (s *inquiry) rank(list []source) {
	reached := s.negativesReached(list)
	positives, negatives := len(s.lineages), len(s.negatives)
	for i := range list {
		c := &list[i]
		c.NegativesReached, c.OthersReached = reached[i], -1
		c.Table = Table{c.Explains, c.NegativesReached, positives - c.Explains, negatives - c.NegativesReached}
	}
	slices.SortFunc(list, compareSources)
}

// countOthers counts what the best of a list reach besides, and ranks these by
// that too.
func (s *inquiry) countOthers(list []source) {
	best := list[:min(MaxOthers, len(list))]
	s.others(best)
	slices.SortFunc(best, compareSources)
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
	all  []uint64 // which ones at possible, by their places among the lineages
}

// explaining returns every thing that explains two cases, or one where there
// are no two, with the epoch in which it does best.
func (s *inquiry) explaining() []source {
	apart := s.aparts()
	all := make([]uint64, words(len(s.lineages)))
	for i := range s.lineages {
		all[i/wordBits] |= 1 << (i % wordBits)
	}
	cases := severalCases(apart, all)
	best := make(map[int32]source)
	for n, t := range s.tallies() {
		if cases && !severalCases(apart, t.all) {
			continue
		}
		c := source{Common: Common{Explains: count(t.all), Of: len(s.lineages)}, node: n}
		for t.most[c.Grade] < c.Explains {
			c.Grade++
		}
		one := s.oneOf(n.thing)
		if old, ok := best[one]; !ok || compareEpochs(&c, &old) < 0 {
			best[one] = c
		}
	}
	list := make([]source, 0, len(best))
	for one, c := range best {
		c.Ref = s.n.Ref(one)
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

// aparts returns for each positive the set of those that it is apart from.
func (s *inquiry) aparts() [][]uint64 {
	sets := make([][]uint64, len(s.lineages))
	for i, a := range s.lineages {
		sets[i] = make([]uint64, words(len(s.lineages)))
		for k, b := range s.lineages {
			if s.apart(a, b) {
				sets[i][k/wordBits] |= 1 << (k % wordBits)
			}
		}
	}
	return sets
}

// severalCases reports whether two of the positives are apart.
func severalCases(apart [][]uint64, list []uint64) bool {
	for i, of := range apart {
		if len(list) == 0 || list[i/wordBits]>>(i%wordBits)&1 == 0 {
			continue
		}
		for k, word := range of {
			if word&list[k] != 0 {
				return true
			}
		}
	}
	return false
}

// A fine node is a thing in one of its epochs at a floor, in order of time.
type fine struct {
	floor genealogy.Grade
	node
}

// explained are the positives that each node explains, at each floor.
type explained struct {
	sets  map[fine][]uint64
	width int
}

// note notes what a flood from some lineages on has reached a node from.
func (e *explained) note(f fine, first int, bits *sourceSet) {
	set := e.sets[f]
	if set == nil {
		set = make([]uint64, e.width)
		e.sets[f] = set
	}
	for k := first / wordBits; k < min(e.width, (first+floodWidth)/wordBits); k++ {
		set[k] |= bits[k-first/wordBits]
	}
}

// tallies finds what each node explains.
func (s *inquiry) tallies() map[node]*tally {
	e := explained{make(map[fine][]uint64), words(len(s.lineages))}
	for first := 0; first < len(s.lineages); first += floodWidth {
		s.behind(&e, first)
	}
	tallies := make(map[node]*tally, len(e.sets))
	for f, set := range e.sets {
		at := node{f.thing, s.possibleEpoch(f.node, f.floor)}
		t := tallies[at]
		if t == nil {
			t = new(tally)
			tallies[at] = t
		}
		t.most[f.floor] = max(t.most[f.floor], count(set))
		if f.floor == genealogy.Possible {
			t.all = set
		}
	}
	return tallies
}

// behind searches what can have contaminated some lineages, the first and as many
// as a flood has, within the intervals of their members, at each floor.
func (s *inquiry) behind(e *explained, first int) {
	f := flood{atlas: s.back, barred: s.barred}
	for k, l := range s.lineages[first:min(first+floodWidth, len(s.lineages))] {
		for i := range l.members {
			m := &l.members[i]
			if !m.inner {
				continue
			}
			f.starts = append(f.starts, start{thing: m.thing, since: m.end, limit: m.open, entering: true})
			bits := oneSource(k)
			f.bits = append(f.bits, bits)
			if s.n.Kind(m.thing) != event.KindUnit {
				continue
			}
			for _, floor := range genealogy.Grades() {
				e.note(fine{floor, node{thing: m.thing}}, first, &bits)
			}
		}
	}
	for _, floor := range genealogy.Grades() {
		if floor == genealogy.Confirmed || f.weaker <= floor { // else nothing of that grade, and no cut, makes a difference
			f.forget()
			f.floor = floor
			f.run()
		}
		for i := range f.nodes {
			if n := &f.nodes[i]; n.start < 0 {
				e.note(fine{floor, s.nodeOf(f.atlas, n, floor)}, first, &n.bits)
			}
		}
	}
	f.forget()
}

// nodeOf returns what a flood reached as a thing and an epoch in order of time.
func (s *inquiry) nodeOf(t *atlas, n *wet, floor genealogy.Grade) node {
	at := node{thing: t.stops[n.stop].thing}
	switch {
	case n.epoch < 0:
	case t.backward:
		at.epoch = int32(len(s.n.Cuts(at.thing, floor))) - n.epoch //nolint:gosec // one cut for each record at most
	default:
		at.epoch = n.epoch
	}
	return at
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
func (s *inquiry) negativesReached(list []source) []int {
	reached := make([]int, len(list))
	if len(list) <= words(len(s.clean)) {
		for i := range list {
			reached[i] = s.forwardReached(list[i].node)
		}
		return reached
	}
	places := make(map[node]int, len(list))
	for i := range list {
		places[list[i].node] = i
	}
	crowds := make(chan []start, (len(s.clean)+floodWidth-1)/floodWidth)
	for crowd := range slices.Chunk(s.cleanStarts(), floodWidth) {
		crowds <- crowd
	}
	close(crowds)
	var mu sync.Mutex
	flooding := func(s *inquiry) func() {
		return func() {
			for crowd := range crowds {
				found := s.backwardReached(crowd, places, len(list))
				mu.Lock()
				for i := range found {
					reached[i] += count(found[i][:])
				}
				mu.Unlock()
			}
		}
	}
	workers := []func(){flooding(s)}
	for range min(runtime.GOMAXPROCS(0), cap(crowds)) - 1 {
		workers = append(workers, flooding(s.beside()))
	}
	genealogy.Together(workers...)
	return reached
}

// cleanStarts are the negatives, each up to when it was last known to be clean.
func (s *inquiry) cleanStarts() []start {
	list := make([]start, 0, len(s.clean))
	for negative, clean := range s.clean {
		list = append(list, start{thing: negative, since: clean})
	}
	// What was made together was made of the same: neighbours share most of their way.
	slices.SortFunc(list, func(a, b start) int { return cmp.Compare(a.thing, b.thing) })
	return list
}

// backwardReached returns from which of the starts of one flood each of some nodes
// is reached.
func (s *inquiry) backwardReached(starts []start, places map[node]int, n int) []sourceSet {
	f := flood{atlas: s.back, floor: genealogy.Possible, starts: starts}
	for k := range starts {
		f.bits = append(f.bits, oneSource(k))
	}
	found := make([]sourceSet, n)
	f.run()
	for k := range f.nodes {
		if i, asked := places[s.nodeOf(f.atlas, &f.nodes[k], genealogy.Possible)]; asked {
			found[i].add(&f.nodes[k].bits)
		}
	}
	f.forget()
	return found
}

// wholly is a start of a node that was contaminated all the time.
func (s *inquiry) wholly(n node) start {
	return start{thing: n.thing, touch: []genealogy.Span{s.span(n)}}
}

func (s *inquiry) forwardReached(n node) int {
	f := search{atlas: s.fore, timesOnly: true, floor: genealogy.Possible, starts: []start{s.wholly(n)}}
	defer f.forget()
	seen := make(map[int32]bool) // a source that is reached has two labels
	for _, l := range f.run() {
		clean, negative := s.clean[l.thing]
		if negative && !genealogy.FarEnd(clean, false).Before(l.since) {
			seen[l.thing] = true
		}
	}
	return len(seen)
}

// others counts what each source reaches besides positives and negatives, and
// itself or what is the same.
func (s *inquiry) others(best []source) {
	f := flood{atlas: s.fore, floor: genealogy.Possible}
	for i := range best {
		f.starts, f.bits = append(f.starts, s.wholly(best[i].node)), append(f.bits, oneSource(i))
		best[i].OthersReached = 0
	}
	f.run()
	from := make([]uint64, len(f.stops))
	for k := range f.nodes {
		from[f.nodes[k].stop] |= f.nodes[k].bits[0] // no more than MaxOthers
	}
	for i := range best {
		for _, twin := range s.twins(best[i].node.thing) {
			if at := f.stop(twin); int(at) < len(from) {
				from[at] &^= 1 << i
			}
		}
	}
	for at, set := range from {
		if thing := f.stops[at].thing; set == 0 || s.aside[thing] || s.barred[thing] {
			continue
		}
		for ; set != 0; set &= set - 1 {
			best[bits.TrailingZeros64(set)].OthersReached++
		}
	}
	f.forget()
}
