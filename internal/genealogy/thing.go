package genealogy

import (
	"slices"
	"sort"

	"suyuan/internal/event"
)

type thing struct {
	ref      event.Ref
	mentions []Mention // in order of time and record
	// life holds those of the mentions that made it or used it up: a lot of
	// serum has few of them and goes into very many events.
	life []Mention
}

// thingOf returns the number of a thing that an event named.
func (g *Graph) thingOf(r event.Ref) (int32, bool) {
	return g.thingAt(r, tableHash(r))
}

func (g *Graph) thingAt(r event.Ref, hash uint32) (int32, bool) {
	if k, ok := g.index.find(hash, func(k int32) bool { return g.things[k].ref == r }); ok || g.snap == nil {
		return g.elder + k, ok
	}
	return g.snap.find(r)
}

// ref returns the thing of a number.
func (g *Graph) ref(i int32) event.Ref {
	if i >= g.elder {
		return g.things[i-g.elder].ref
	}
	return g.snap.ref(i)
}

// population returns the number of things.
func (g *Graph) population() int32 {
	return g.elder + int32(len(g.things)) //nolint:gosec // bounded by the number of mentions
}

func (g *Graph) intern(r event.Ref) int32 {
	hash := tableHash(r)
	i, ok := g.thingAt(r, hash)
	if !ok {
		i = g.appear(r.Clone(), hash)
	}
	return i
}

// appear gives the next number to a thing that no event named before. It keeps r.
func (g *Graph) appear(r event.Ref, hash uint32) int32 {
	i := g.population()
	g.index.add(hash)
	g.things = append(g.things, thing{ref: r})
	g.kinds[r.Kind()] = append(g.kinds[r.Kind()], i)
	return i
}

// added returns what joined about thing i after the snapshot, to be changed.
func (g *Graph) added(i int32) *thing {
	if i >= g.elder {
		return &g.things[i-g.elder]
	}
	t, ok := g.touched[i]
	if !ok {
		t = &thing{}
		g.touched[i] = t
	}
	return t
}

func (g *Graph) mention(r event.Ref, m Mention) (thing int32) {
	thing = g.intern(r)
	t := g.added(thing)
	t.mentions = g.insert(t.mentions, m)
	if g.lives(m) {
		t.life = g.insert(t.life, m)
	}
	return thing
}

// lives reports whether a mention made its thing or used it up.
func (g *Graph) lives(m Mention) bool {
	if makes(m.As) {
		return true
	}
	_, ended := endingOf(m, &g.entry(m.Entry).Event)
	return ended
}

// insert keeps the list in order of time and record. Most events come in the
// order in which they happened.
func (g *Graph) insert(list []Mention, m Mention) []Mention {
	if len(list) == 0 || !g.later(list[len(list)-1].Entry, m.Entry) {
		return append(list, m)
	}
	at := sort.Search(len(list), func(i int) bool { return g.later(list[i].Entry, m.Entry) })
	return slices.Insert(list, at, m)
}

// merge returns two ordered lists as one. The newer mostly comes last.
func (g *Graph) merge(older, newer []Mention) []Mention {
	switch {
	case len(newer) == 0:
		return older
	case len(older) == 0:
		return newer
	case !g.later(older[len(older)-1].Entry, newer[0].Entry):
		return append(older, newer...)
	}
	list := make([]Mention, 0, len(older)+len(newer))
	for len(older) > 0 && len(newer) > 0 {
		if g.later(older[0].Entry, newer[0].Entry) {
			list, newer = append(list, newer[0]), newer[1:]
		} else {
			list, older = append(list, older[0]), older[1:]
		}
	}
	return append(append(list, older...), newer...)
}

// Things returns every thing that an event named, in order of appearance.
func (g *Graph) Things() []event.Ref {
	refs := make([]event.Ref, g.population())
	for i := range refs {
		refs[i] = g.ref(int32(i))
	}
	return refs
}

// ThingsOf yields every thing of one kind that an event named, in order of
// appearance.
func (g *Graph) ThingsOf(k event.Kind) func(yield func(event.Ref) bool) {
	return func(yield func(event.Ref) bool) {
		for i := range g.numbersOf(k) {
			if !yield(g.ref(i)) {
				return
			}
		}
	}
}

// numbersOf yields the numbers of the things of one kind, in order.
func (g *Graph) numbersOf(k event.Kind) func(yield func(int32) bool) {
	return func(yield func(int32) bool) {
		if g.snap != nil {
			for i := range g.snap.kind(k) {
				if !yield(i) {
					return
				}
			}
		}
		for _, i := range g.kinds[k] {
			if !yield(i) {
				return
			}
		}
	}
}

// Known reports whether any record names r.
func (g *Graph) Known(r event.Ref) bool {
	_, ok := g.thingOf(r)
	return ok
}

// History returns where r is mentioned, struck events included, in order of
// the time at which things happened and then of the records. It must not be
// changed. The cost is that of its length.
func (g *Graph) History(r event.Ref) []Mention {
	i, ok := g.thingOf(r)
	if !ok {
		return nil
	}
	return g.historyOf(i)
}

func (g *Graph) historyOf(i int32) []Mention {
	if i >= g.elder {
		return g.things[i-g.elder].mentions
	}
	older := g.snap.mentions(i)
	if t, ok := g.touched[i]; ok {
		return g.merge(older, t.mentions)
	}
	return older
}

// appendHistory appends the history of thing i.
func (g *Graph) appendHistory(dst []Mention, i int32) []Mention {
	if i >= g.elder || g.touched[i] != nil {
		return append(dst, g.historyOf(i)...)
	}
	parts := g.snap.parts(i)
	p := packed{parts[partMentions].whole()}
	return p.mentionsInto(dst, false)
}

// Struck reports whether the entry of a mention was corrected or replaced.
func (g *Graph) Struck(m Mention) bool { return g.isStruck(m.Entry) }

// Plain reports whether the entry of a mention counts, without a deviation, and
// has nothing of a later vocabulary.
func (g *Graph) Plain(m Mention) bool {
	return !g.isStruck(m.Entry) && g.columnAt(m.Entry)&(columnDeviates|columnUnread) == 0
}

// StruckHistory returns those of a thing's mentions whose entries were corrected
// or replaced, in the order of [Graph.History]. Contacts must have been called
// before.
func (g *Graph) StruckHistory(r event.Ref) []Mention {
	i, ok := g.thingOf(r)
	switch {
	case !ok:
		return nil
	case i >= g.elder:
		return g.struckOf(g.things[i-g.elder].mentions)
	}
	list := g.struckOf(g.snap.struckMentions(i))
	list = g.merge(list, g.struckOf(g.order.struck[i]))
	if t, ok := g.touched[i]; ok {
		list = g.merge(list, g.struckOf(t.mentions))
	}
	return list
}

func (g *Graph) struckOf(list []Mention) []Mention {
	var struck []Mention
	for _, m := range list {
		if g.isStruck(m.Entry) {
			struck = append(struck, m)
		}
	}
	return struck
}

// lived returns those mentions that made r or used it up.
func (g *Graph) lived(r event.Ref) []Mention {
	i, ok := g.thingOf(r)
	switch {
	case !ok:
		return nil
	case i >= g.elder:
		return g.things[i-g.elder].life
	}
	older := g.snap.life(i)
	if t, ok := g.touched[i]; ok {
		return g.merge(older, t.life)
	}
	return older
}

// inForce yields the mentions of r that were not struck, in order.
func (g *Graph) inForce(r event.Ref) func(yield func(Mention, *event.Event) bool) {
	return g.standing(g.History(r))
}

func (g *Graph) standing(list []Mention) func(yield func(Mention, *event.Event) bool) {
	return func(yield func(Mention, *event.Event) bool) {
		for _, m := range list {
			if !g.isStruck(m.Entry) && !yield(m, &g.entry(m.Entry).Event) {
				return
			}
		}
	}
}

// lists are lists of numbers by a number: what a snapshot has of them, and what
// joined.
type lists struct {
	older func(int32) []int32 // nil without a snapshot
	newer map[int32][]int32
}

func newLists(older func(int32) []int32) lists {
	return lists{older, make(map[int32][]int32)}
}

// noSames reports whether nothing was ever declared to be the same.
func (g *Graph) noSames() bool {
	return len(g.sames.newer) == 0 && (g.snap == nil || g.snap.list(sectionSames).count() == 0)
}

func (l lists) put(key, n int32) { l.newer[key] = append(l.newer[key], n) }

func (l lists) of(key int32) []int32 {
	newer := l.newer[key]
	if l.older == nil {
		return newer
	}
	older := l.older(key)
	if len(newer) == 0 {
		return older
	}
	return slices.Concat(older, newer)
}

// listed returns the list of a thing.
func (g *Graph) listed(l lists, r event.Ref) []int32 {
	if i, ok := g.thingOf(r); ok {
		return l.of(i)
	}
	return nil
}
