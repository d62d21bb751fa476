package recall_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"suyuan/internal/event"
)

// The slow reference of docs/trace.md under Sources: chains, what is excluded
// and what is missing.

var meeting = map[string]bool{"backflow": true, "equipment": true, "vessel": true, "shipper": true, "room": true, "contact": true}

// carriers finds what a lineage's contamination was in, and since when.
func (w *refWorld) carriers(l *refLineage) map[string]int {
	since := make(map[string]int)
	for m := range l.last {
		since[m] = l.open[m]
	}
	for changed := true; changed; {
		changed = false
		for _, c := range w.contacts {
			a, ok := since[c.src]
			if !ok || c.via != "input" && c.via != "same" || kindOf(c.dst) != "unit" || l.member(c.dst) {
				continue
			}
			t := max(a, c.from)
			if old, ok := since[c.dst]; t <= c.to && (!ok || t < old) {
				since[c.dst], changed = t, true
			}
		}
	}
	return since
}

// A refLink is one way from one lineage to another.
type refLink struct {
	from, to, ref, via string
	t1, t2, t3         int
	first, last        int
	node               refNode
}

func (l refLink) String() string {
	seq := []int{l.first, l.last}
	slices.Sort(seq)
	return fmt.Sprintf("%s > %s: %s %s %d..%d %v", l.from, l.to, l.ref, l.via, l.t1, l.t3, slices.Compact(seq))
}

func compareWays(a, b refLink) int {
	return cmp.Or(
		cmp.Compare(a.t1, b.t1), cmp.Compare(a.t2, b.t2), cmp.Compare(a.first, b.first), cmp.Compare(a.last, b.last),
		cmp.Compare(b.t3, a.t3), strings.Compare(a.via, b.via), cmp.Compare(a.node.epoch.from, b.node.epoch.from),
	)
}

func (x *refInquiry) chains() []refLink {
	var list []refLink
	for _, a := range x.lineages {
		for _, b := range x.lineages {
			if !apart(a, b) {
				continue
			}
			best := make(map[string]refLink)
			for _, l := range x.ways(a, b) {
				if old, ok := best[l.ref]; !ok || compareWays(l, old) < 0 {
					best[l.ref] = l
				}
			}
			for _, l := range best {
				l.from, l.to = a.ref, b.ref
				list = append(list, l)
			}
		}
	}
	slices.SortFunc(list, func(a, b refLink) int {
		return cmp.Or(strings.Compare(a.from, b.from), strings.Compare(a.to, b.to), strings.Compare(a.ref, b.ref))
	})
	return list
}

func (x *refInquiry) ways(a, b *refLineage) []refLink {
	var list []refLink
	for carrier, since := range x.w.carriers(a) {
		if b.member(carrier) {
			continue
		}
		for _, c := range x.w.contacts {
			if c.src != carrier || !meeting[c.via] || !c.enters(since) {
				continue
			}
			if c.via == "contact" && x.takes(a, b, c, c) {
				l := refLink{ref: carrier, via: c.via, first: c.seq, last: c.seq, node: refNode{carrier, refSpan{always, never}}}
				list = x.way(list, l, b, since, c, c)
			}
			for _, d := range x.w.contacts {
				if x.w.one(d.src) != x.w.one(c.dst) || !meeting[d.via] && d.via != "material" || x.barred(c.dst) || x.barred(d.src) || !x.takes(a, b, c, d) {
					continue
				}
				for _, e := range x.w.epochs(c.dst, possible) {
					if c.liesIn(e) && d.liesIn(e) {
						l := refLink{ref: x.w.one(c.dst), via: c.via, first: c.seq, last: d.seq, node: refNode{c.dst, e}}
						list = x.way(list, l, b, since, c, d)
					}
				}
			}
		}
	}
	return list
}

// takes says whether a contact leads to a member of b alone.
func (x *refInquiry) takes(a, b *refLineage, _, d refContact) bool {
	return b.member(d.dst) && !a.member(d.dst) && b.inner(d.dst) && d.enters(b.open[d.dst])
}

func (x *refInquiry) way(list []refLink, l refLink, b *refLineage, since int, c, d refContact) []refLink {
	e := l.node.epoch
	l.t1 = max(since, c.from, e.from)
	l.t2 = max(l.t1, d.from, b.open[d.dst])
	l.t3 = min(d.to, b.end(d.dst), e.to)
	if l.t1 > min(c.to, e.to) || l.t2 > l.t3 {
		return list
	}
	return append(list, l)
}

// A refTouch is a meeting of a member with what is shared.
type refTouch struct {
	l            *refLineage
	m            string
	c            refContact
	into, onward bool
}

func (t refTouch) inside() bool {
	return t.into && t.l.inner(t.m) && t.c.enters(t.l.open[t.m]) && t.c.from <= t.l.end(t.m)
}

func (t refTouch) able() bool { return t.l.live(t.m) && t.c.enters(t.l.open[t.m]) }

func (x *refInquiry) touches() map[string][]refTouch {
	found := make(map[string][]refTouch)
	shared := map[string]bool{"aliquot": true, "lot": true, "equipment": true, "room": true, "operator": true}
	for _, l := range x.lineages {
		for _, c := range x.w.contacts {
			if l.member(c.src) && shared[kindOf(c.dst)] && meeting[c.via] {
				one := x.w.one(c.dst)
				found[one] = append(found[one], refTouch{l, c.src, c, false, true})
			}
			if l.member(c.dst) && shared[kindOf(c.src)] && (meeting[c.via] || c.via == "material") {
				one := x.w.one(c.src)
				found[one] = append(found[one], refTouch{l, c.dst, c, true, meeting[c.via]})
			}
		}
		for _, r := range x.w.records {
			for _, u := range x.w.there(r.e) {
				if l.member(u.String()) && !r.e.Site.IsZero() {
					c := refContact{from: x.w.second(r.e.Time), to: x.w.second(r.e.Until()), seq: r.seq}
					found[r.e.Site.String()] = append(found[r.e.Site.String()], refTouch{l, u.String(), c, true, true})
				}
			}
		}
	}
	return found
}

// there returns what was where an event was.
func (w *refWorld) there(e event.Event) []event.Ref {
	switch b := e.Body.(type) {
	case *event.Collection, *event.Manufacture, *event.Store, *event.Retrieve:
		return unitsOf(e)
	case *event.Receipt:
		return things(b.Outputs)
	case *event.Infusion:
		return []event.Ref{b.Unit, b.Residue, b.Patient}
	case *event.Shipment:
		return b.Units
	case *event.Arrival:
		return slices.Concat(b.Accepted, b.Rejected)
	case *event.Inventory:
		return b.Units
	case *event.Disposal:
		return b.Units
	case *event.Followup:
		return []event.Ref{b.Patient}
	default:
		return nil
	}
}

func (x *refInquiry) excluded(candidates map[string]bool) []string {
	var list []string
	for thing, met := range x.touches() {
		var lineages []*refLineage
		for _, t := range met {
			lineages = append(lineages, t.l)
		}
		if candidates[thing] || !someApart(lineages) {
			continue
		}
		if why := exclude(kindOf(thing) == "site", met); why != "" {
			list = append(list, fmt.Sprintf("%s %s", thing, why))
		}
	}
	slices.Sort(list)
	return list
}

func exclude(site bool, met []refTouch) string {
	crossed := false
	for _, a := range met {
		for _, b := range met {
			if a.onward && a.able() && b.inside() && apart(a.l, b.l) {
				crossed = crossed || !site || max(a.l.open[a.m], a.c.from) <= min(b.c.to, b.l.end(b.m))
			}
		}
	}
	least := make(map[*refLineage]int)
	var closed, negative, lowest []int
	for _, t := range met {
		if old, ok := least[t.l]; !ok || t.c.seq < old {
			least[t.l] = t.c.seq
		}
		if len(t.l.positives) > 0 && t.c.from > t.l.positives[0].at {
			closed = append(closed, t.l.positives[0].seq)
		}
		if by, ok := t.l.by[t.m]; ok && !t.c.enters(t.l.open[t.m]) {
			negative = append(negative, by.seq)
		} else if !t.l.live(t.m) && len(t.l.negatives) > 0 {
			negative = append(negative, t.l.negatives[len(t.l.negatives)-1].seq)
		}
	}
	for _, seq := range least {
		lowest = append(lowest, seq)
	}
	for _, list := range [][]int{closed, negative, lowest} {
		slices.Sort(list)
	}
	closed, negative, lowest = slices.Compact(closed), slices.Compact(negative), slices.Compact(lowest)
	switch {
	case crossed && site:
		return ""
	case crossed:
		return fmt.Sprint("cleaned-or-order ", lowest)
	case len(closed) > 0:
		return fmt.Sprint("already-positive ", closed)
	case len(negative) > 0:
		return fmt.Sprint("negative-after ", negative)
	case site:
		return ""
	default:
		return fmt.Sprint("cleaned-or-order ", lowest)
	}
}

// gaps lists the steps without operators, and what nobody cleaned between two
// lineages.
func (x *refInquiry) gaps(links []refLink) []string {
	var list []string
	for _, r := range x.w.records {
		switch r.e.Body.(type) {
		case *event.Collection, *event.Manufacture, *event.Store, *event.Retrieve, *event.Infusion:
		default:
			continue
		}
		who := ""
		for _, u := range slices.Concat(unitsOf(r.e), x.w.there(r.e)) {
			if x.barred(u.String()) && (who == "" || u.String() < who) {
				who = u.String()
			}
		}
		if who != "" && len(r.e.Operators) == 0 {
			list = append(list, fmt.Sprintf("no-operator %s [%d]", who, r.seq))
		}
	}
	for _, l := range links {
		if k := kindOf(l.ref); k == "equipment" || k == "room" {
			seq := []int{l.first, l.last}
			slices.Sort(seq)
			list = append(list, fmt.Sprintf("no-cleaning %s %v", l.ref, slices.Compact(seq)))
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}
