package recall

import (
	"cmp"
	"slices"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
)

// MaxNodes is how many nodes of a picture people can still take in.
const MaxNodes = 40

// An Exposure is what an answer reached as a graph that can be drawn: along
// the proof path of each thing, what is alike put into one node. Every thing
// of the answer is counted in exactly one node; things declared to be the same
// are counted once. It has at most MaxNodes nodes: where it would have more,
// less and less tells nodes apart.
type Exposure struct {
	Nodes []Node // sources first, then by their distance
	Edges []Edge // by From, To, Via
}

// A Node stands for things that came by the same way into the same state. A
// member on which its things differ is zero; Grade is the best.
type Node struct {
	Kind    event.Kind
	Grade   genealogy.Grade
	State   genealogy.State
	Aside   bool // samples, retained and waste
	OnHold  bool
	Site    event.Ref
	Product string
	Source  bool        // the walk begins here
	Things  []event.Ref // in order, one of those that are the same
}

// An Edge says that things of one node passed on to things of another, on the
// proof paths.
type Edge struct {
	From, To int // places in Nodes
	Via      genealogy.Via
	Grade    genealogy.Grade // the weakest
	Things   int             // how many things of To came by it
	Seq      []uint64        // the records, in order
}

// Exposure draws the answer together.
func (a *Answer) Exposure() *Exposure {
	s := a.sightings()
	for _, level := range levels() {
		x := s.draw(level)
		if len(x.Nodes) <= MaxNodes {
			return x
		}
	}
	return s.draw(feature{}) // by kind alone: fewer kinds than MaxNodes
}

// A sighting is one thing of the picture: how the walk came to it.
type sighting struct {
	*Thing
	parent int // the thing before it on its path; -1 at a source
	depth  int
	via    genealogy.Via
	step   Step
}

type sightings []sighting

// sightings puts each thing behind the one that comes before it on its path,
// leaving out steps between what is the same.
func (a *Answer) sightings() sightings {
	list := make(sightings, 0, len(a.Things))
	at := make(map[event.Ref]int, len(a.Things))
	for i := range a.Things {
		t := &a.Things[i]
		first := t.Ref
		if !a.n.Alone(t.index) {
			first = firstSame(a.g, t.Ref)
		}
		k, known := at[first]
		if !known {
			k = len(list)
			list = append(list, sighting{Thing: t, parent: -1, depth: -1})
			at[first] = k
		}
		at[t.Ref] = k
	}
	for k := range list {
		path := a.Path(list[k].Thing)
		for i := len(path) - 1; i > 0; i-- {
			if before, ok := at[path[i-1].Ref]; ok && before != k {
				list[k].parent, list[k].via, list[k].step = before, path[i].Via, path[i]
				break
			}
		}
	}
	for k := range list {
		list.measure(k)
	}
	return list
}

// measure fills in how far a thing is from its source. Paths of several floors
// can contradict one another where a source was also reached; what would close
// a circle begins one of its own.
func (s sightings) measure(k int) {
	var way []int
	on := make(map[int]bool)
	for s[k].depth < 0 && s[k].parent >= 0 && !on[k] {
		on[k] = true
		way = append(way, k)
		k = s[k].parent
	}
	if s[k].depth < 0 {
		s[k].parent, s[k].depth = -1, 0
	}
	for _, w := range slices.Backward(way) {
		if s[w].depth < 0 {
			s[w].depth = s[s[w].parent].depth + 1
		}
	}
}

// A feature says by what a picture tells its nodes apart, besides by kind.
type feature struct{ site, product, hold, via, parent, depth, state, grade bool }

// levels are the features tried, the most telling first.
func levels() []feature {
	return []feature{
		{site: true, product: true, hold: true, via: true, parent: true, depth: true, state: true, grade: true},
		{product: true, hold: true, via: true, parent: true, depth: true, state: true, grade: true},
		{hold: true, via: true, parent: true, depth: true, state: true, grade: true},
		{via: true, parent: true, depth: true, state: true, grade: true},
		{depth: true, state: true, grade: true},
		{state: true, grade: true},
		{grade: true},
	}
}

// A nodeKey holds what the things of one node have in common.
type nodeKey struct {
	kind    event.Kind
	source  event.Ref
	aside   bool
	grade   genealogy.Grade
	state   genealogy.State
	hold    bool
	via     genealogy.Via
	parent  int
	depth   int
	product string
	site    event.Ref
}

func (f feature) key(t *sighting, parent int) nodeKey {
	k := nodeKey{kind: t.Ref.Kind()}
	if f.grade {
		k.grade, k.aside = t.Grade, t.fate == aside
	}
	if f.state {
		k.state = t.State
	}
	if f.depth {
		k.depth = t.depth
	}
	if f.parent {
		k.parent = parent
		if t.parent < 0 {
			k.source = t.Ref
		}
	}
	if f.via {
		k.via = t.via
	}
	if f.hold {
		k.hold = t.OnHold
	}
	if f.product {
		k.product = t.Product
	}
	if f.site {
		k.site = t.Site
	}
	return k
}

// draw puts each thing into its node, those near the sources first.
func (s sightings) draw(f feature) *Exposure {
	order := make([]int, len(s))
	for k := range s {
		order[k] = k
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(s[i].depth, s[j].depth) })
	x := &Exposure{}
	nodes, in := make(map[nodeKey]int), make([]int, len(s))
	for _, k := range order {
		t, parent := &s[k], -1
		if t.parent >= 0 {
			parent = in[t.parent]
		}
		key := f.key(t, parent)
		at, known := nodes[key]
		if !known {
			at = len(x.Nodes)
			nodes[key] = at
			x.Nodes = append(x.Nodes, newNode(t))
		}
		in[k] = at
		x.Nodes[at].take(t)
	}
	for i := range x.Nodes {
		slices.SortFunc(x.Nodes[i].Things, event.Ref.Compare)
	}
	x.Edges = s.edges(in)
	return x
}

func newNode(t *sighting) Node {
	return Node{
		Kind: t.Ref.Kind(), Grade: t.Grade, State: t.State, Aside: t.fate == aside, OnHold: t.OnHold,
		Site: t.Site, Product: t.Product, Source: t.parent < 0,
	}
}

// take adds a thing, and forgets what it does not share with the others.
func (n *Node) take(t *sighting) {
	n.Things = append(n.Things, t.Ref)
	n.Grade = min(n.Grade, t.Grade)
	if n.State != t.State {
		n.State = genealogy.NoState
	}
	if n.Site != t.Site {
		n.Site = event.Ref{}
	}
	if n.Product != t.Product {
		n.Product = ""
	}
	n.Aside = n.Aside && t.fate == aside
	n.OnHold = n.OnHold && t.OnHold
	n.Source = n.Source && t.parent < 0
}

// edges joins the nodes as their things are joined; what passed between things
// of one node is not drawn.
func (s sightings) edges(in []int) []Edge {
	var list []Edge
	at := make(map[joint]int)
	for k := range s {
		t := &s[k]
		if t.parent < 0 || in[t.parent] == in[k] {
			continue
		}
		key := joint{in[t.parent], in[k], t.via}
		e, known := at[key]
		if !known {
			e = len(list)
			at[key] = e
			list = append(list, Edge{From: key.from, To: key.to, Via: t.via})
		}
		list[e].Things++
		list[e].Grade = max(list[e].Grade, t.step.Grade)
		list[e].Seq = append(list[e].Seq, t.step.Seq)
	}
	for i := range list {
		slices.Sort(list[i].Seq)
		list[i].Seq = slices.Compact(list[i].Seq)
	}
	slices.SortFunc(list, func(x, y Edge) int {
		return cmp.Or(cmp.Compare(x.From, y.From), cmp.Compare(x.To, y.To), cmp.Compare(x.Via, y.Via))
	})
	return list
}

type joint struct {
	from, to int
	via      genealogy.Via
}
