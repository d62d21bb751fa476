package genealogy

import (
	"math"
	"slices"

	"suyuan/internal/event"
)

// SupposeAdded runs f as if e were recorded, and what it replaces replaced, as
// far as e says what things are, where they are and whom they are for. It makes
// no holds and lifts none, registers and counts nothing, and corrects nothing.
// e needs no id. The cost is that of the things that e names, and f is not to
// ask for contacts.
func (g *Graph) SupposeAdded(e *event.Event, f func()) {
	g.Suppose(e.Replaces, func() {
		defer func(before bool) { g.suspects.supposing = before }(g.suspects.supposing)
		g.suspects.supposing = true
		things := len(g.things)
		n := g.append(Entry{Seq: math.MaxUint64, Event: *e})
		mentions := mentionsOf(e)
		for i := range mentions {
			m := &mentions[i]
			if b, ok := e.Body.(*event.Arrival); ok && (m.as == AsAccepted || m.as == AsRejected) {
				m.ref = g.cargo(b.Shipment, m.ref)
			}
			g.mention(m.ref, Mention{Entry: n, As: m.as, N: m.n})
		}
		defer g.takeBack(n, things, mentions)
		f()
	})
}

// takeBack undoes what SupposeAdded did with entry n, when there were so many
// things.
func (g *Graph) takeBack(n int32, things int, mentions []mention) {
	ours := func(m Mention) bool { return m.Entry == n }
	for i := range mentions {
		t := g.added(g.intern(mentions[i].ref))
		t.mentions, t.life = slices.DeleteFunc(t.mentions, ours), slices.DeleteFunc(t.life, ours)
	}
	for i := len(g.things) - 1; i >= things; i-- {
		r := g.things[i].ref
		g.index.removeLast(tableHash(r))
		g.kinds[r.Kind()] = g.kinds[r.Kind()][:len(g.kinds[r.Kind()])-1]
	}
	clear(g.things[things:])
	g.things = g.things[:things]
	g.loose.cut(n - g.own)
	g.marks.cut(n - g.older)
}

// Without runs f as if the event id did not count, while all that it struck
// stays struck; that is how a recorded event is judged once more.
func (g *Graph) Without(id event.ID, f func()) {
	n, ok := g.numberOf(id)
	if !ok {
		f()
		return
	}
	before := g.isStruck(n)
	g.marking(n).struck = true
	defer func() { g.marking(n).struck = before }()
	f()
}
