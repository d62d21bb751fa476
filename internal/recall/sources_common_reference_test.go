package recall_test

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
)

// The slow reference of docs/trace.md under Sources: common sources and what is
// exposed next.

var onDemandOff = map[string]bool{"open_lot": true, "operator": true}

// times finds the earliest label of each node, and no path.
func (f *refFloor) times() {
	for changed := true; changed; {
		changed = false
		f.steps(func(_ *refLabel, _ refContact, to refNode, since int) {
			if l := f.nodes[to]; l == nil {
				f.nodes[to] = &refLabel{source: -1, thing: to.thing, epoch: to.epoch, since: since}
				f.labels = append(f.labels, f.nodes[to])
				changed = true
			} else if since < l.since {
				l.since, changed = since, true
			}
		})
	}
}

func (w *refWorld) timesOf(q refQuery, floor int, keep func(c refContact) bool) map[refNode]*refLabel {
	f := &refFloor{q: q, floor: floor, net: w.net(q, floor), nodes: make(map[refNode]*refLabel)}
	for thing := range f.net.out {
		f.net.out[thing] = slices.DeleteFunc(f.net.out[thing], func(c refContact) bool { return !keep(c) })
	}
	for i, s := range q.sources {
		f.start(i, s)
	}
	f.times()
	return f.nodes
}

// explains returns the nodes that explain a lineage at a floor, in order of
// time.
func (x *refInquiry) explains(l *refLineage, floor int) []refNode {
	q := refQuery{backward: true, off: onDemandOff}
	var list []refNode
	for _, m := range slices.Sorted(maps.Keys(l.last)) {
		if !l.inner(m) {
			continue
		}
		q.sources = append(q.sources, refSource{ref: m, since: mirror(l.end(m)), limit: mirror(l.open[m])})
		if kindOf(m) == "unit" {
			list = append(list, refNode{m, refSpan{always, never}})
		}
	}
	nodes := x.w.timesOf(q, floor, func(c refContact) bool { // a contact in the mirror
		original := refContact{from: mirror(c.to), to: mirror(c.from)}
		return !x.barred(c.dst) && (!l.member(c.src) || original.enters(l.open[c.src]))
	})
	for n := range nodes {
		list = append(list, refNode{n.thing, refSpan{mirror(n.epoch.to), mirror(n.epoch.from)}})
	}
	return list
}

// A refCommon is a candidate and its place in the ranking.
type refCommon struct {
	ref                              string
	grade, explains, reached, others int
	node                             refNode
}

func (c refCommon) String() string {
	return fmt.Sprintf("%s grade %d explains %d negatives %d others %d", c.ref, c.grade, c.explains, c.reached, c.others)
}

func (x *refInquiry) common() []refCommon {
	at := [3]map[refNode][]*refLineage{}
	for floor := range 3 {
		at[floor] = make(map[refNode][]*refLineage)
		for _, l := range x.lineages {
			for _, n := range x.explains(l, floor) {
				at[floor][n] = append(at[floor][n], l)
			}
		}
	}
	best := make(map[string]refCommon)
	for n, all := range at[possible] {
		if someApart(x.lineages) && !someApart(all) {
			continue
		}
		c := refCommon{ref: x.w.one(n.thing), grade: possible, explains: len(all), node: n}
		for floor := probable; floor >= confirmed; floor-- {
			for fine, list := range at[floor] {
				if fine.thing == n.thing && n.epoch.from <= fine.epoch.from && fine.epoch.to <= n.epoch.to && len(list) == len(all) {
					c.grade = floor
				}
			}
		}
		old, ok := best[c.ref]
		if !ok || cmp.Or(cmp.Compare(old.explains, c.explains), cmp.Compare(c.grade, old.grade), cmp.Compare(n.epoch.from, old.node.epoch.from)) < 0 {
			best[c.ref] = c
		}
	}
	var list []refCommon
	for _, c := range best {
		c.reached, c.others = x.reach(c.node)
		list = append(list, c)
	}
	rank := func(others bool) func(a, b refCommon) int {
		return func(a, b refCommon) int {
			c := cmp.Or(cmp.Compare(b.explains, a.explains), cmp.Compare(a.reached, b.reached), cmp.Compare(a.grade, b.grade))
			if others {
				c = cmp.Or(c, cmp.Compare(a.others, b.others))
			}
			return cmp.Or(c, cmp.Compare(a.ref, b.ref))
		}
	}
	slices.SortFunc(list, rank(false))
	first := list[:min(len(list), 50)]
	slices.SortFunc(first, rank(true))
	for i := len(first); i < len(list); i++ {
		list[i].others = -1
	}
	return list
}

// reach counts the negatives and the other things that a node reaches.
func (x *refInquiry) reach(n refNode) (negatives, others int) {
	q := refQuery{sources: []refSource{{ref: n.thing, since: always, limit: never, touched: []refSpan{n.epoch}}}, off: onDemandOff}
	reached, other := make(map[string]bool), make(map[string]bool)
	if slices.Contains(x.negatives, n.thing) {
		reached[n.thing] = true // contaminated always, and so as it was found clean
	}
	for to, l := range x.w.timesOf(q, possible, func(refContact) bool { return true }) {
		negative := slices.ContainsFunc(x.negatives, func(o string) bool { return x.w.one(o) == x.w.one(to.thing) })
		if slices.Contains(x.negatives, to.thing) && l.since <= x.lastNegative(to.thing) {
			reached[to.thing] = true
		}
		if !negative && !x.barred(to.thing) && x.w.one(to.thing) != x.w.one(n.thing) {
			other[to.thing] = true
		}
	}
	return len(reached), len(other)
}

// exposed lists the units and patients that went through candidates, or got
// what was made of what did.
func (x *refInquiry) exposed(nodes []refNode) []string {
	made := map[string]bool{"collection": true, "input": true, "material": true, "aliquot": true, "made": true, "infusion": true, "same": true}
	since := make(map[string]int)
	note := func(thing string, t int) bool {
		if old, ok := since[thing]; ok && old <= t {
			return false
		}
		since[thing] = t
		return true
	}
	for _, n := range nodes {
		for _, c := range x.w.contacts {
			if x.w.one(c.src) == x.w.one(n.thing) && !onDemandOff[c.via] && c.liesIn(n.epoch) {
				note(c.dst, max(c.from, n.epoch.from))
			}
		}
	}
	for changed := true; changed; {
		changed = false
		for _, c := range x.w.contacts {
			if t, ok := since[c.src]; ok && made[c.via] && c.grade == confirmed && max(t, c.from) <= c.to && note(c.dst, max(t, c.from)) {
				changed = true
			}
		}
	}
	var units, patients []string
	for thing := range since {
		switch {
		case x.barred(thing):
		case kindOf(thing) == "unit":
			units = append(units, thing)
		case kindOf(thing) == "patient":
			patients = append(patients, thing)
		}
	}
	slices.Sort(units)
	slices.Sort(patients)
	return append(units, patients...)
}
