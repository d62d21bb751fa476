package recall

import (
	"cmp"
	"slices"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
)

// A plain is a search over contacts of making and giving, as long as it comes to
// nothing that remembers. Without epochs a thing has one node, and its earliest
// time is found in whatever order contacts are looked at: so things are taken as
// they were come to, many at once, and what is known of them is waited for
// together. Then paths are found as [search.findPaths] finds them.
type plain struct {
	n        *genealogy.Network
	backward bool
	vias     genealogy.ViaSet
	starts   []start
	floor    genealogy.Grade
	weaker   genealogy.Grade // the surest grade of those contacts that the floor kept out

	at      genealogy.Slots // nodes by thing, plus 1
	nodes   []plainNode     // the sources first
	arcs    []genealogy.PlainArc
	line    []int32     // nodes that have to be looked at, then those of a layer and the next
	kept    []plainKept // contacts that the floor kept out,
	keptOut []plainKept // and those that the floor above did
	again   int         // how often a node was looked at that had been

	things []int32 // that are being seen,
	kinds  []event.Kind
	ends   []int32
}

// A plainNode is a source, or a thing that was reached.
type plainNode struct {
	since    genealogy.Instant
	thing    int32
	from, to int32 // its contacts; from is -1 as long as they were not read
	parent   int32 // node before; -1 for a source
	arc      int32 // last contact of the walk; -1 for a source
	depth    int32 // contacts of the walk; -1 as long as that is not known
	kind     event.Kind
	waits    bool // it is in the line
	hidden   bool // its thing stands elsewhere
}

// A plainKept is a contact by which a node did not pass on, since the floor kept
// it out.
type plainKept struct{ node, arc int32 }

// plainAhead is how many nodes are looked at together.
const plainAhead = 64

// sharing are the kinds of contacts with what remembers, and those that are made
// on demand.
var sharing = onDemand | genealogy.SetOf(genealogy.ViaEquipment, genealogy.ViaVessel, genealogy.ViaShipper, genealogy.ViaRoom)

// plainly finds what is reached, if that is reached over making and giving alone.
func (r *Reached) plainly(a *Answer, p *plain) bool {
	if a.vias&sharing != 0 {
		return false
	}
	p.clear(a)
	defer func() { p.n, p.starts = nil, nil }()
	if !p.begin() {
		return false
	}
	for floor := range a.Query.Grade + 1 {
		if p.weaker > floor && floor > 0 {
			continue // nothing of that grade
		}
		first := len(p.nodes)
		if floor == 0 {
			first = 0
		}
		if !p.run(floor) {
			return false
		}
		if first < len(p.nodes) {
			p.findPaths()
			r.take(a, p, first, floor)
		}
	}
	return true
}

// clear makes a search in the memory of another.
func (p *plain) clear(a *Answer) {
	p.at.Clear()
	p.n, p.backward, p.vias, p.starts = a.n, a.Query.Backward, a.vias, a.starts
	p.nodes, p.arcs, p.line, p.kept, p.again = p.nodes[:0], p.arcs[:0], p.line[:0], p.kept[:0], 0
}

// begin makes nodes of the sources, if their times fit.
func (p *plain) begin() bool {
	for k := range p.starts {
		since, ok := genealogy.NearEnd(p.starts[k].since, p.backward).Instant()
		if !ok {
			return false
		}
		p.node(p.starts[k].thing, since)
	}
	return true
}

// node makes a node, and puts it into the line.
func (p *plain) node(thing int32, since genealogy.Instant) {
	p.line = append(p.line, int32(len(p.nodes))) //nolint:gosec // no more than things
	p.nodes = append(p.nodes, plainNode{since: since, thing: thing, from: -1, parent: -1, arc: -1, waits: true})
}

// run finds what is reached at a floor, and from when on: the walks of the floor
// above are walks of this one, to which the contacts are added that it kept out.
// It is false where it comes to something that remembers, to a time that does not
// fit, or to things again and again.
func (p *plain) run(floor genealogy.Grade) bool {
	p.floor, p.weaker = floor, noGrade
	p.kept, p.keptOut = p.keptOut[:0], p.kept
	for _, k := range p.keptOut {
		p.pass(k.node, k.arc)
	}
	for first := 0; first < len(p.line); {
		next := p.line[first:min(first+plainAhead, len(p.line))]
		first += len(next)
		if !p.see(next) {
			return false
		}
		for _, k := range next {
			p.nodes[k].waits = false
			for i := p.nodes[k].from; i < p.nodes[k].to; i++ {
				p.pass(k, i)
			}
		}
		if p.again > 4*len(p.nodes)+plainAhead {
			return false
		}
	}
	p.line = p.line[:0]
	return true
}

// see reads the contacts of nodes.
func (p *plain) see(nodes []int32) bool {
	p.things = p.things[:0]
	for _, k := range nodes {
		if p.nodes[k].from < 0 {
			p.things = append(p.things, p.nodes[k].thing)
		}
	}
	p.kinds = slices.Grow(p.kinds[:0], len(p.things))[:len(p.things)]
	p.ends = slices.Grow(p.ends[:0], len(p.things))[:len(p.things)]
	from, ok := int32(len(p.arcs)), false //nolint:gosec // numbers of contacts are of that size
	if p.arcs, ok = p.n.Plain(p.arcs, p.things, p.kinds, p.ends, p.backward, p.vias); !ok {
		return false
	}
	read := 0
	for _, k := range nodes {
		if x := &p.nodes[k]; x.from < 0 {
			x.from, x.to, x.kind = from, p.ends[read], p.kinds[read]
			from = x.to
			read++
		}
	}
	return true
}

// inWindow reports whether a contact of a node counts: those of a source, if they
// begin in its window.
func (p *plain) inWindow(k int32, c *genealogy.PlainArc) bool {
	if int(k) >= len(p.starts) || p.starts[k].limit.IsZero() {
		return true
	}
	arc := c.Arc()
	return p.starts[k].inWindow(&arc, p.backward)
}

// pass takes a contact from a node to what it leads to.
func (p *plain) pass(k, arc int32) {
	c := &p.arcs[arc]
	if !p.inWindow(k, c) {
		return
	}
	if c.Grade > p.floor {
		p.weaker = min(p.weaker, c.Grade)
		p.kept = append(p.kept, plainKept{k, arc})
		return
	}
	since := max(p.nodes[k].since, c.Near)
	if c.Far < since {
		return
	}
	if c.Node == 0 {
		at := p.at.At(c.Peer)
		if *at == 0 {
			p.node(c.Peer, since)
			*at = int32(len(p.nodes)) //nolint:gosec // no more than things
		}
		c.Node = *at
	}
	x := &p.nodes[c.Node-1]
	if since >= x.since {
		return
	}
	x.since = since
	if !x.waits {
		x.waits = true
		p.line = append(p.line, c.Node-1)
		p.again++
	}
}

// findPaths finds for each node the step that is shown, breadth first over those
// that lead to a node at its own time.
func (p *plain) findPaths() {
	for k := range p.nodes {
		p.nodes[k].depth = -1
	}
	line := p.line[:0]
	for k := range p.starts {
		p.nodes[k].depth = 0
		line = append(line, int32(k))
	}
	for first := 0; first < len(line); first++ {
		k := line[first]
		before := &p.nodes[k]
		for i := before.from; i < before.to; i++ {
			c := &p.arcs[i]
			if c.Node == 0 || c.Grade > p.floor {
				continue // it led nowhere
			}
			x := &p.nodes[c.Node-1]
			if since := max(before.since, c.Near); since != x.since || c.Far < since || !p.inWindow(k, c) {
				continue
			}
			switch {
			case x.depth < 0:
				x.depth = before.depth + 1
				line = append(line, c.Node-1)
			case x.depth != before.depth+1 || p.compareSteps(k, i, x.parent, x.arc) >= 0:
				continue
			}
			x.parent, x.arc = k, i
		}
	}
	p.line = line[:0]
}

// compareSteps orders last steps to one node as [paths.compareSteps] does. Two
// nodes of one thing, after as many contacts, are both sources.
func (p *plain) compareSteps(k, i, l, j int32) int {
	x, y := &p.nodes[k], &p.nodes[l]
	if order := cmp.Compare(x.since, y.since); order != 0 {
		return order
	}
	if x.thing != y.thing {
		if order := p.n.Ref(x.thing).Compare(p.n.Ref(y.thing)); order != 0 {
			return order
		}
	}
	c, d := &p.arcs[i], &p.arcs[j]
	if c.Entry != d.Entry || c.Via != d.Via || c.Grade != d.Grade {
		c, d := c.Arc(), d.Arc()
		return c.CompareTies(&d)
	}
	return p.compareSources(k, l)
}

// compareSources orders sources that are one thing, the wider window first.
func (p *plain) compareSources(k, l int32) int {
	if k == l {
		return 0
	}
	far := func(k int32) genealogy.Moment { return genealogy.FarEnd(p.starts[k].limit, p.backward) }
	return cmp.Or(far(l).Compare(far(k)), cmp.Compare(k, l))
}

// take takes in what was reached at a floor first.
func (r *Reached) take(a *Answer, p *plain, first int, floor genealogy.Grade) {
	r.hits = slices.Grow(r.hits, len(p.nodes)-first)
	p.hide(first)
	for k := first; k < len(p.nodes); k++ {
		x := &p.nodes[k]
		if x.hidden {
			continue
		}
		t := reachedHit{since: x.since.Moment(), thing: x.thing, parent: -1, kind: x.kind, grade: floor}
		if x.parent >= 0 {
			c := &p.arcs[x.arc]
			t.parent, t.via, t.zone = p.nodes[x.parent].thing, c.Via, a.n.ZoneOfPlain(c)
		} else {
			r.source(&t, a.sinceOfStart(&p.starts[k], x.kind))
		}
		r.hits = append(r.hits, t)
	}
}

// hide sees to it that each source stands once. If it was also reached, it stands
// where it was earlier, but as a source where it was reached at a later floor.
func (p *plain) hide(first int) {
	best := make(map[int32]int32, len(p.starts))
	for k := range p.starts {
		thing, at := p.starts[k].thing, int32(k)
		old, seen := best[thing]
		if !seen || cmp.Or(cmp.Compare(p.nodes[at].since, p.nodes[old].since), p.compareSources(at, old)) < 0 {
			best[thing] = at
		}
		p.nodes[at].hidden = true
	}
	for thing, k := range best {
		if at := p.at.Get(thing) - 1; at >= 0 {
			if p.nodes[at].hidden = true; first == 0 && p.nodes[at].since < p.nodes[k].since {
				k = at
			}
		}
		p.nodes[k].hidden = false
	}
}
